"""SSDA903, the return on looked-after children and care leavers."""
