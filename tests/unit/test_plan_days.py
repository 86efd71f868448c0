"""A plan: everything that an experiment names is there before anything runs, and only needed days are built."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from prevention_model.errors import WrongUsage
from prevention_model.features import Derived, Trajectory, catalogue
from prevention_model.model.candidates import candidates_of
from prevention_model.outcomes import catalogue as outcome_catalogue
from prevention_model.pipeline.plan import (
    Plan,
    chosen_features,
    cohort_of,
    needed_days,
    plan_from_files,
    reliability_days,
)
from prevention_model.query import FollowUp
from prevention_model.settings.authority import Authority
from prevention_model.settings.experiment import Experiment
from prevention_model.settings.policy import DEFAULT_POLICY, Policy
from prevention_model.settings.shipped import shipped

SPLIT = {
    "fit_start": "2020-07-01",
    "fit_end": "2020-10-01",
    "calibrate_start": "2021-01-01",
    "calibrate_end": "2021-01-01",
    "test_start": "2022-07-01",
    "test_end": "2022-10-01",
    "recording_delay": "3 months",
    "test_families": 0.5,
}


TOGETHER = {"statutory_escalation": "12 months", "care_begins": "6 months"}


def experiment(split: dict | None = None, **change: object) -> Experiment:
    content = {
        "name": "quick",
        "author": "Analyst",
        "purpose": "Made up",
        "cohort": {"every": "3 months", "start": "2020-01-01", "end": "2023-10-01", "ages": [0, 15]},
        "outcomes": ["statutory_escalation"],
        "ranking": "statutory_escalation",
        "split": SPLIT | (split or {}),
        "score_on": "2023-10-01",
        "groups": [{"name": "sex", "person": "sex"}],
        "co_production": "Made up",
        "evaluation_design": "Made up",
    }
    return Experiment.check(content | change, where="quick.yaml")


def plan(made: Experiment | None = None, **change: object) -> Plan:
    said: dict = {
        "experiment": made or experiment(),
        "policy": Policy.default(),
        "features": catalogue(),
        "outcomes": outcome_catalogue(),
        "capacity": {"Z1": 20},
        "papers": {},
        "retention": {},
    }
    return Plan(**(said | change))


def needed(made: Plan, unit: str = "D") -> list[str]:
    days = [np.datetime64(day, unit) for day in cohort_of(made.experiment).index_dates()]
    return [str(day.astype("datetime64[D]")) for day in needed_days(made, days)]


def test_periods_before_the_test_ask_for_the_days_that_teach_and_judge_in_them() -> None:
    periods = {"every": "3 months", "history": "3 months", "calibrate": "1 month"}
    asked = needed(plan(experiment(split={"periods": periods, "test_start": "2022-10-01"})))
    assert [day for day in asked if day < "2022-10-01"] == [
        "2020-07-01",
        "2020-10-01",
        "2021-01-01",
        "2021-04-01",  # teaches the third period, which judges from 2022-07-01 on
        "2021-07-01",  # from here on: a year after another, they tell how reliable a change is
        "2021-10-01",
        "2022-01-01",  # judges in the first
        "2022-04-01",
        "2022-07-01",
    ]


@pytest.mark.parametrize("unit", ["D", "s"])
def test_the_days_that_teach_calibrate_judge_and_are_scored_with_the_earlier_days_of_a_rise(
    unit: str,
) -> None:
    assert needed(plan(), unit) == [
        "2020-07-01",  # fit
        "2020-10-01",  # fit
        "2021-01-01",  # calibrate
        "2021-04-01",  # a year before another, tells how reliable a change is
        "2021-07-01",
        "2021-10-01",
        "2022-01-01",  # six months before 2022-07-01
        "2022-04-01",  # six months before 2022-10-01
        "2022-07-01",  # test
        "2022-10-01",  # test
        "2023-01-01",  # from here on: the year through which a rise is followed back
        "2023-04-01",
        "2023-07-01",
        "2023-10-01",  # scored
    ]


def test_the_list_before_a_judged_day_is_asked_for_since_its_level_is_a_rival() -> None:
    monthly = {"every": "1 month", "start": "2020-01-01", "end": "2023-10-01", "ages": [0, 15]}
    asked = needed(plan(experiment(cohort=monthly, rise={"over": "24 months"})))
    assert [day for day in asked if "2021-12-01" < day < "2022-07-01"] == ["2022-06-01"]


def test_an_earlier_day_that_is_no_index_date_is_not_asked_for() -> None:
    assert needed(plan(experiment(rise={"over": "5 months"}))) == [
        "2020-07-01", "2020-10-01", "2021-01-01", "2021-04-01", "2021-07-01", "2021-10-01", "2022-01-01",
        "2022-04-01", "2022-07-01", "2022-10-01", "2023-01-01", "2023-04-01", "2023-07-01", "2023-10-01",
    ]  # fmt: skip


def test_dates_that_tell_how_reliable_a_change_is_lie_as_far_apart_as_a_rise_looks_back() -> None:
    days = np.arange("2020-01", "2023-11", dtype="datetime64[M]").astype("datetime64[D]")
    made = plan(experiment(rise={"over": "18 months"}))
    found = [str(day) for day in reliability_days(made, days)]
    # Monthly dates are thinned to quarters; none is used that has no other one 18 months away.
    assert found == ["2020-09-01", "2020-12-01", "2022-03-01", "2022-06-01"]
    assert reliability_days(plan(experiment(rise={"over": "24 months"})), days) == []


def test_without_calibration_or_a_day_between_there_is_less_to_build() -> None:
    split = {
        "calibrate_start": None,
        "calibrate_end": None,
        "fit_end": "2020-07-01",
        "test_start": "2020-10-01",
        "test_end": "2020-10-01",
    }
    made = plan(experiment(split, score_on="2021-01-01"))
    assert needed(made) == ["2020-01-01", "2020-04-01", "2020-07-01", "2020-10-01", "2021-01-01"]


def test_the_earlier_date_of_a_rise_keeps_to_the_calendar() -> None:
    made = plan(experiment(rise={"over": "1 month"}))
    assert made.before(np.datetime64("2024-03-31")) == np.datetime64("2024-02-29")
    assert made.before(np.datetime64("2024-01-01T00:00:00", "s")) == np.datetime64("2023-12-01")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda: plan(experiment(outcomes=["exam_results"], ranking="exam_results")),
            "There is no outcome called exam_results. Where: outcomes.",
        ),
        (
            lambda: plan(
                experiment(rivals={"area": ["postcode"], "prior_contact": ["contacts_12m", "gossip"]})
            ),
            "The rivals name features that are not used: postcode; gossip. Where: rivals.",
        ),
        (
            lambda: plan(capacity={}),
            "No zone has a capacity. What to do: Give each zone a capacity of at least one family.",
        ),
        (
            lambda: plan(policy=Policy.default().model_copy(update={"harm_weights": {"care_begins": 1.0}})),
            "The harm weights do not fit the outcomes that rank: statutory_escalation ranks and has no weight; "
            "care_begins has a weight and does not rank. Where: harm_weights. What to do: Name each outcome in the "
            "experiment's `ranking` once, or write `harm_weights: equal`.",
        ),
        (
            lambda: plan(
                experiment(outcomes=list(TOGETHER), ranking=list(TOGETHER)),
                outcomes=[
                    replace(each, follow_up=FollowUp(TOGETHER[each.name]))
                    for each in outcome_catalogue()
                    if each.name in TOGETHER
                ],
            ),
            "Outcomes that rank together need one follow-up; that of care_begins is not that of "
            "statutory_escalation. Where: ranking. What to do: Rank by outcomes that are followed for as long, or by "
            "one.",
        ),
        (
            lambda: chosen_features(experiment(leave_out_features=["gossip"])),
            "There is no feature called gossip. Where: leave_out_features.",
        ),
    ],
)
def test_a_name_that_stands_for_nothing_is_refused_before_anything_runs(
    make: Callable[[], object], says: str
) -> None:
    with pytest.raises(WrongUsage) as error:
        make()
    assert str(error.value) == says


def test_ages_at_which_nobody_can_be_followed_to_the_end_are_refused() -> None:
    """There an onset would count and its absence would not, so the levels would be far too high."""
    cohort = {"every": "3 months", "start": "2020-01-01", "end": "2023-10-01", "ages": [0, 18]}
    escalation = tuple(each for each in outcome_catalogue() if each.name == "statutory_escalation")
    with pytest.raises(WrongUsage) as error:
        plan(experiment(cohort=cohort), outcomes=escalation)
    assert str(error.value) == (
        "Outcome statutory_escalation ends at age 18, and the cohort holds children under 18: those who reach "
        "18 within 12 months would only be counted where the outcome comes first, so their levels would be far "
        "too high. Where: cohort, ages. What to do: Let ages end at 17 or earlier."
    )
    plan(experiment(cohort=cohort | {"ages": [0, 17]}), outcomes=escalation)


def test_features_are_the_catalogue_less_what_is_left_out_plus_what_is_declared() -> None:
    declared = {
        "name": "late_6m",
        "aggregate": {"count": {"table": "event", "kind": "late"}},
        "lookback": "6 months",
    }
    made = chosen_features(experiment(leave_out_features=["contacts_12m"], add_features=[declared]))
    names = [feature.name for feature in made]
    assert "contacts_12m" not in names
    assert names[-1] == "late_6m"
    assert len(names) == len(catalogue())


def test_a_derived_feature_is_declared_over_the_features_of_the_experiment() -> None:
    declared = {"name": "contacts_way", "rule": {"trajectory": {"of": "contacts_3m", "every": "6 months"}}}
    made = chosen_features(experiment(features=["contacts_3m"], add_features=[declared]))
    known = {feature.name: feature for feature in catalogue()}
    assert list(made) == [
        known["contacts_3m"],
        Derived("contacts_way", Trajectory(known["contacts_3m"], "6 months")),
    ]
    with pytest.raises(WrongUsage) as error:
        chosen_features(experiment(features=["contacts_12m"], add_features=[declared]))
    assert str(error.value) == (
        "The derived feature 'contacts_way' names 'contacts_3m', and no feature of the set is called so. What to do: "
        "Did you mean contacts_12m? Otherwise add it to the set, or give the feature itself in place of its name."
    )


def test_features_that_are_named_come_alone_and_in_their_order() -> None:
    named = ["young_carer", "contacts_12m", "absence_share_6m"]
    made = chosen_features(experiment(features=named, leave_out_features=["contacts_12m"]))
    assert [feature.name for feature in made] == ["young_carer", "absence_share_6m"]


@pytest.mark.parametrize("where", ["features", "leave_out_features"])
def test_a_feature_that_is_not_in_the_catalogue_is_refused(where: str) -> None:
    with pytest.raises(WrongUsage) as error:
        chosen_features(experiment(**{where: ["moon_phase"]}))
    assert str(error.value) == f"There is no feature called moon_phase. Where: {where}."


def authority(folder: Path) -> Authority:
    source = {
        "files": "f", "map": "m", "received": "2025-04-01", "dpia": "d", "review_by": "2026-04-01",
        "coverage": {"start": "2018-04-01", "end": "2025-04-01"},
    }  # fmt: skip
    content = {
        "name": "Made-up county",
        "code": "X1",
        "complaint_route": "Write.",
        "front_door": {"name": "Door", "telephone": "01632 960000"},
        "areas": "areas.csv",
        "sources": [
            {"name": name, "lawful_basis": f"basis of {name}"} | source for name in ("police", "health")
        ],
        "zones": [
            {"code": code, "name": code, "capacity": places, "recipient": "r", "contact": "c"}
            for code, places in (("Z1", 20), ("Z2", 35))
        ],
        "identification_basis": "Made up",
    }
    return Authority.check(content, where=folder.name)


def test_a_plan_from_files_takes_places_and_bases_from_the_authority(tmp_path: Path) -> None:
    path = tmp_path / "quarterly.yaml"
    path.write_text((shipped("experiments/county") / "quarterly.yaml").read_text(encoding="utf-8"), "utf-8")
    (tmp_path / "policy.yaml").write_text(DEFAULT_POLICY.read_text(encoding="utf-8"), encoding="utf-8")
    made = plan_from_files(path, authority(tmp_path))
    assert made.capacity == {"Z1": 20, "Z2": 35}
    assert {name: each.lawful_basis for name, each in made.papers.items()} == {
        "police": "basis of police",
        "health": "basis of health",
    }
    assert [outcome.name for outcome in made.outcomes] == list(made.experiment.outcomes)
    assert made.policy == Policy.default()


@pytest.mark.parametrize("name", ["quarterly", "early_years", "leaky"])
def test_what_ships_can_be_planned_and_asks_for_nothing_that_is_not_there(name: str) -> None:
    folder = shipped("experiments/county")
    made = plan_from_files(folder / f"{name}.yaml", authority(folder))
    assert len(made.features) == len(made.experiment.features) + len(made.experiment.add_features)
    named = {each.name for each in made.features}
    assert set(made.experiment.watching.contacts) <= named
    assert set(made.policy.groups) <= {each.name for each in made.experiment.groups}


def test_children_under_five_have_no_school_in_their_experiment() -> None:
    made = Experiment.read(shipped("experiments/county") / "early_years.yaml")
    assert made.cohort.ages == (0, 5)
    themes = {each.name: each.theme for each in catalogue()}
    assert not {themes[name] for name in made.features} & {"attendance", "exclusion", "send"}
    assert {each.settings["lines"] for each in candidates_of(made.model, made.candidates)} == {0, 0.5, 1}


def test_an_experiment_without_a_policy_is_not_audited_and_so_not_run(tmp_path: Path) -> None:
    content = yaml.safe_load((shipped("experiments/county") / "quarterly.yaml").read_text(encoding="utf-8"))
    path = tmp_path / "quarterly.yaml"
    path.write_text(yaml.safe_dump({k: v for k, v in content.items() if k != "policy"}), encoding="utf-8")
    with pytest.raises(WrongUsage) as error:
        plan_from_files(path, authority(tmp_path))
    assert str(error.value) == (
        "The experiment names no policy. Where: quarterly.yaml. "
        "What to do: Add `policy: policy.yaml`: nothing is audited without."
    )
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(WrongUsage, match=r"The settings file does not exist\."):
        plan_from_files(path, authority(tmp_path))


def test_a_policy_about_groups_that_nobody_declares_is_refused_before_anything_is_computed() -> None:
    made = plan()
    names = [group.name for group in made.experiment.groups]
    replace(made, policy=Policy.default().about(names)).check_groups()
    with pytest.raises(WrongUsage, match=r"does not declare: .*ethnicity"):
        replace(made, policy=Policy.default()).check_groups()
