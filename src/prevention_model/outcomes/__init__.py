"""Looking forward: incident outcomes, among children at risk, with follow-up that may be cut short."""

from prevention_model.outcomes.build import (
    STATUSES,
    build_outcomes,
    outcome_status,
    outcome_statuses,
    share_followed,
)
from prevention_model.outcomes.catalogue import catalogue
from prevention_model.outcomes.onset import Onset, Return, ShareReaches
from prevention_model.outcomes.outcome import Direction, Outcome

__all__ = [
    "Outcome",
    "Onset",
    "Return",
    "ShareReaches",
    "Direction",
    "build_outcomes",
    "outcome_status",
    "outcome_statuses",
    "share_followed",
    "STATUSES",
    "catalogue",
]
