"""The youth justice service's case-level extract."""
