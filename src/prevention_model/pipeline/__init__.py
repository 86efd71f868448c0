"""The main path, in the order of the data: load, run, sign, release."""
