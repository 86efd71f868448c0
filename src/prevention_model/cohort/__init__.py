"""Who is asked about and when: dated eligibility, and who was left out and why."""

from prevention_model.cohort.cohort import Cohort
from prevention_model.cohort.members import Members

__all__ = ["Cohort", "Members"]
