"""The Standard Safeguarding Dataset: relational tables over an authority's case-management system."""
