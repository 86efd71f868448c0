"""Emergency care data set (ECDS), the minimum that an authority receives."""
