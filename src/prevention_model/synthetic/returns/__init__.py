"""The statutory returns of the county, one file a standard."""
