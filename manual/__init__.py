"""What makes the pages that are made from the code, and the site: `python -m manual` writes all of them again."""
