"""Community services data set (CSDS), as tables."""
