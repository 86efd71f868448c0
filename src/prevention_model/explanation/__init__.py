"""Contributions, and the same in a worker's words."""

from prevention_model.explanation.reasons import explain, theme_reasons
from prevention_model.explanation.sources import as_at_dates

__all__ = ["as_at_dates", "explain", "theme_reasons"]
