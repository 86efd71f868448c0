"""Who is at risk at an index date: by what was known there, and by nothing that came after."""

import numpy as np

from prevention_model.outcomes.onset import Onset, Return
from prevention_model.outcomes.outcome import Outcome
from prevention_model.query import Kernel, Lookback, Question


def at_risk(kernel: Kernel, outcome: Outcome) -> np.ndarray:
    """True for each pair that could still have the outcome, ages apart.

    Receipt is not asked about: what was never received cannot make anybody less free of it.
    """
    found = _by_onset(kernel, outcome)
    for question in outcome.among:
        found &= _some(kernel, question)
    return found


def _by_onset(kernel: Kernel, outcome: Outcome) -> np.ndarray:
    onset = outcome.onset
    if isinstance(onset, Return):
        return _some(kernel, onset.must_be_some())
    if isinstance(onset, Onset):
        return ~np.logical_or.reduce([_some(kernel, question) for question in onset.must_be_none()])
    share = kernel.column(Question(onset.share, Lookback(onset.free_for)), covered=False)
    return ~np.asarray(share >= onset.at_least)


def _some(kernel: Kernel, question: Question) -> np.ndarray:
    """Whether the answer is above 0; a missing one, as of a child in no known household, is not."""
    return np.asarray(kernel.column(question, covered=False) > 0)
