"""Point-in-time questions: what was known about a child, and about the household, at an index date."""

from prevention_model.query.aggregates import (
    AGGREGATES,
    AgeMonths,
    Aggregate,
    Any,
    Change,
    Count,
    DaysInSpell,
    DaysSinceFirst,
    DaysSinceLast,
    DistinctCodes,
    Latest,
    Max,
    Mean,
    Min,
    OpenSpell,
    People,
    Share,
    SpellsEnded,
    SpellsStarted,
    Sum,
)
from prevention_model.query.as_seen import HomeAsSeen, area_as_seen, home_as_seen, household_as_seen
from prevention_model.query.columns import Frames, Stored, stored
from prevention_model.query.covered import Spans
from prevention_model.query.engine import ENGINES, answer
from prevention_model.query.kernel import Kernel, Part, whole_months
from prevention_model.query.length import Length
from prevention_model.query.nearby import READ, Reads, by_area, by_family, pairs_looked_at
from prevention_model.query.needs import Need, Needs
from prevention_model.query.pairs import HasFrame, days_of, index_of, pairs_of
from prevention_model.query.question import SCOPES, Question, Scope
from prevention_model.query.reference import is_covered
from prevention_model.query.retention import KEPT, Retention
from prevention_model.query.steps import IN_NUMPY, fastest
from prevention_model.query.tall import AREA, ASKED, DUCKDB, SPARK, TEXTS, frames_in
from prevention_model.query.windows import FollowUp, Lookback

__all__ = [
    "Lookback", "FollowUp", "Length",
    "Count", "Any", "Sum", "Mean", "Max", "Min", "DistinctCodes", "Latest", "DaysSinceLast", "DaysSinceFirst",
    "OpenSpell", "DaysInSpell", "SpellsStarted", "SpellsEnded", "Share", "Change", "AgeMonths", "People",
    "Retention", "KEPT",
    "Aggregate", "AGGREGATES", "Question", "Scope", "SCOPES",
    "HasFrame", "pairs_of", "index_of", "days_of",
    "Frames", "Stored", "stored", "fastest", "IN_NUMPY", "Kernel", "Part",
    "answer", "ENGINES", "is_covered", "whole_months", "Spans", "Need", "Needs",
    "household_as_seen", "home_as_seen", "HomeAsSeen", "area_as_seen",
    "by_family", "by_area", "pairs_looked_at", "READ", "Reads",
    "frames_in", "ASKED", "AREA", "TEXTS", "DUCKDB", "SPARK",
]  # fmt: skip
