"""Who is asked about and when: dated eligibility, and who was left out and why."""

from prevention_model.cohort.cohort import STATUTORY, Cohort
from prevention_model.cohort.lag import coverage_lag
from prevention_model.cohort.members import Members

__all__ = ["STATUTORY", "Cohort", "Members", "coverage_lag"]
