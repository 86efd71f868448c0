"""The card's table of who is missed: an interval says how little a small group can tell."""

import numpy as np

from prevention_model.pipeline.card_figures import frequencies_of, groups_of, missed_of
from prevention_model.settings.policy import Policy
from tests.fixtures import evidence_cases as cases


def test_a_group_all_of_whom_were_missed_is_not_certain() -> None:
    evidence = cases.clean_evidence(families=2000)
    outcome = evidence["care"]
    outcome.predictions["listed"] = False
    rows = groups_of(outcome, Policy.default())
    told = [row for row in rows if row["with_outcome"]]
    assert told and all(row["share"] == 1.0 and round(row["high"], 9) == 1.0 for row in told)
    assert all(row["low"] < 1.0 for row in told)
    # The fewer there are, the lower the share may truly be.
    size, low = (np.array([row[name] for row in told]) for name in ("with_outcome", "low"))
    assert low[size.argmin()] < low[size.argmax()] < 1.0


def test_every_way_of_dividing_children_comes_to_the_same_totals() -> None:
    outcome, policy = cases.clean_evidence(families=2000)["care"], Policy.default()
    whole, missed = frequencies_of(outcome, policy), missed_of(outcome, policy)
    assert whole["with_outcome"] == missed["with_outcome"]
    assert whole["with_outcome"] - whole["listed_with_outcome"] == missed["missed"]
    rows = groups_of(outcome, policy)
    for dimension in {row["dimension"] for row in rows}:
        mine = [row for row in rows if row["dimension"] == dimension]
        assert sum(row["people"] for row in mine) == whole["children"]
        assert sum(row["with_outcome"] for row in mine) == whole["with_outcome"]
        assert all(row["missed"] + row["found"] == row["with_outcome"] for row in mine)
        assert all(row["different_people"] <= row["people"] for row in mine)
