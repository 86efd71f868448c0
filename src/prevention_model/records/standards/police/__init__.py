"""Notices, domestic abuse, MARAC and missing reports from the police."""
