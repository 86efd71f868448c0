"""What comes back: the answers of coordinators, contests, the last decision about a family, and what lists yielded.

Nothing here teaches a model. What a coordinator decides follows from who was listed, so a model that learned from it
would learn its own lists; the rooms that build outcomes and data sets stand below this one and cannot reach it.
"""

from prevention_model.feedback.answers import Answer, Judged, judge
from prevention_model.feedback.decisions import answers_of, held_back, last_decisions
from prevention_model.feedback.given import Given, given_lists
from prevention_model.feedback.problems import Problem
from prevention_model.feedback.recording import Recorded, record
from prevention_model.feedback.returned import Returned, read_returned

__all__ = [
    "Returned",
    "read_returned",
    "Given",
    "given_lists",
    "Problem",
    "Answer",
    "Judged",
    "judge",
    "Recorded",
    "record",
    "answers_of",
    "last_decisions",
    "held_back",
]
