"""Contributions, and the same in words for a worker, a parent and a young person."""

from prevention_model.explanation.absent import absent
from prevention_model.explanation.contributions import (
    Contributions,
    contributions_of,
    tree_contributions,
)
from prevention_model.explanation.lexicon import stigmatising
from prevention_model.explanation.reasons import explain, theme_reasons
from prevention_model.explanation.second_opinion import explained_again
from prevention_model.explanation.sources import as_at_dates
from prevention_model.explanation.without import carrying, deletion_table, margins_without

__all__ = [
    "absent",
    "Contributions",
    "contributions_of",
    "tree_contributions",
    "explain",
    "theme_reasons",
    "as_at_dates",
    "explained_again",
    "carrying",
    "deletion_table",
    "margins_without",
    "stigmatising",
]
