"""Groups of the experiments that ship: which there are, and that the audit alone looks at some of them."""

import pytest

from prevention_model.features import catalogue
from prevention_model.features.feature import Feature
from prevention_model.settings.experiment import Experiment
from prevention_model.settings.shipped import shipped

EXPERIMENTS = pytest.mark.parametrize("name", ["quarterly", "early_years", "leaky"])
GROUPS = {
    "sex", "age_band", "ethnicity", "send", "disability", "fsm", "deprivation", "care_history", "young_carer", "eal",
    "rural", "zone",
}  # fmt: skip
AUDITED_ONLY = {
    "disability", "disability_recorded", "young_carer", "young_carer_said_by", "language", "care_period",
    "previously_looked_after", "previous_permanence",
}  # fmt: skip


def experiment(name: str) -> Experiment:
    return Experiment.read(shipped("experiments/county") / f"{name}.yaml")


@EXPERIMENTS
def test_every_group_that_a_board_asks_about_is_looked_at(name: str) -> None:
    assert {group.name for group in experiment(name).groups} == GROUPS


@EXPERIMENTS
def test_disability_care_caring_and_language_are_in_no_feature_about_the_child(name: str) -> None:
    chosen = set(experiment(name).features)
    own = [each for each in catalogue() if each.name in chosen and getattr(each, "scope", "own") == "own"]
    read = {
        word
        for each in own
        if isinstance(each, Feature)
        for need in each.aggregate.needs()
        for word in (need.kind, need.code)
    }
    assert not read & (AUDITED_ONLY | {"child_young_carer"})
