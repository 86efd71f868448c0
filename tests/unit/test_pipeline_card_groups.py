"""The card's table of who is missed: an interval says how little a small group can tell."""

from types import SimpleNamespace
from typing import cast

import numpy as np

from prevention_model.pipeline.card import _groups
from prevention_model.pipeline.plan import Plan
from prevention_model.settings.policy import Policy
from tests.fixtures import evidence_cases as cases


def test_a_group_all_of_whom_were_missed_is_not_certain() -> None:
    evidence = cases.clean_evidence(families=2000)
    outcome = evidence["care"]
    outcome.predictions["listed"] = False
    rows = _groups(outcome, cast(Plan, SimpleNamespace(policy=Policy.default())))
    told = [row for row in rows if row["with_outcome"]]
    assert told and all(row["share"] == 1.0 and round(row["high"], 9) == 1.0 for row in told)
    assert all(row["low"] < 1.0 for row in told)
    # The fewer there are, the lower the share may truly be.
    size, low = (np.array([row[name] for row in told]) for name in ("with_outcome", "low"))
    assert low[size.argmin()] < low[size.argmax()] < 1.0
