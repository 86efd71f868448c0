"""Mental health services data set (MHSDS), versions 4 to 6, as tables."""
