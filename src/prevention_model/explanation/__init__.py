"""Contributions, and the same in a worker's words."""

from prevention_model.explanation.contributions import (
    Contributions,
    contributions_of,
    tree_contributions,
)
from prevention_model.explanation.reasons import explain, theme_reasons
from prevention_model.explanation.sources import as_at_dates

__all__ = [
    "Contributions",
    "contributions_of",
    "tree_contributions",
    "explain",
    "theme_reasons",
    "as_at_dates",
]
