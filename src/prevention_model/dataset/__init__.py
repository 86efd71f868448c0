"""Where features and outcomes first meet: one row a child and index date, split by time and family."""

from prevention_model.dataset.dataset import Dataset, assemble
from prevention_model.dataset.groups import audit_groups
from prevention_model.dataset.periods import (
    Period,
    PeriodDates,
    audit_dates,
    embargo_of,
    period_dates,
    periods_of,
)
from prevention_model.dataset.splits import Split, temporal_split

__all__ = [
    "Dataset",
    "Period",
    "PeriodDates",
    "Split",
    "assemble",
    "audit_dates",
    "audit_groups",
    "embargo_of",
    "period_dates",
    "periods_of",
    "temporal_split",
]
