"""Label bias on made-up children whose need is known, where what is on record depends on who is watched."""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from prevention_model.audit import Evidence
from prevention_model.dataset import Dataset, Split
from prevention_model.errors import WrongUsage
from prevention_model.features import Feature
from prevention_model.metrics import auc
from prevention_model.model import RiskModel
from prevention_model.outcomes import Onset, Outcome
from prevention_model.pipeline.label_bias import check_watching, contacts_counted, helped_at, label_bias
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.rising import Levels
from prevention_model.pipeline.study import Study
from prevention_model.query import Count, DaysInSpell, FollowUp, Lookback
from prevention_model.records import Records
from prevention_model.settings.experiment import RivalSettings, WatchingSettings

YEAR = Lookback("12 months")
DAY = np.datetime64("2023-07-01")
N = 16_000
FEATURES = (
    Feature("contacts_12m", Count("event", "contact"), YEAR, agency="social_care", polarity="risk"),
    Feature("child_in_need_days", DaysInSpell("cin_episode"), YEAR, agency="social_care", polarity="risk"),
    Feature("absences", Count("event", "absence"), YEAR, agency="schools", polarity="risk"),
)
CARE = Outcome(
    "care", Onset("spell", kind="care_period"), FollowUp("12 months"), owner="social_care", watched="high"
)
CRISIS = Outcome(
    "crisis", Onset("event", kind="ed_attendance"), FollowUp("12 months"), owner="health", watched="low"
)


def plan(**changes: Any) -> Plan:
    said: dict[str, Any] = {
        "prior_contact": ("contacts_12m", "child_in_need_days"),
        "contacts": (),
        "help": ("early_help",),
        "features": FEATURES,
    } | changes
    experiment = SimpleNamespace(
        rivals=RivalSettings(prior_contact=said["prior_contact"]),
        watching=WatchingSettings(contacts=said["contacts"], help=said["help"]),
        model=SimpleNamespace(seed=1),
    )
    policy = SimpleNamespace(seed=1)
    return cast(Plan, SimpleNamespace(experiment=experiment, policy=policy, features=said["features"]))


@cache
def lives(watching: float = 1.0) -> tuple[Dataset, dict[str, np.ndarray]]:
    """Need shows in absences; contacts have nothing to do with it, and decide what is on record of care."""
    draw = np.random.default_rng(3)
    need = draw.normal(size=N)
    contacts = draw.poisson(np.exp(draw.normal(-0.3, 0.8, N)))
    truth = {
        name: (draw.random(N) < 1 / (1 + np.exp(2.0 - need))).astype(float) for name in ("care", "crisis")
    }
    seen = draw.random(N) < 1 / (1 + np.exp(watching * (2.0 - contacts)))
    label = {"care": truth["care"] * seen, "crisis": truth["crisis"]}
    members = pd.DataFrame(
        {
            "person_id": [f"p{n:05}" for n in range(N)],
            "family_id": [f"f{n // 2}" for n in range(N)],
            "zone": "Z1",
            "index_date": pd.Timestamp(DAY),
        }
    )
    features = pd.DataFrame(
        {
            "contacts_12m": contacts.astype(np.float32),
            "child_in_need_days": draw.poisson(2, N).astype(np.float32),
            "absences": draw.poisson(np.exp(0.8 * need)).astype(np.float32),
        }
    )
    status = pd.DataFrame({name: np.where(held == 1, "onset", "none") for name, held in label.items()})
    return Dataset(members, features, status), truth


@cache
def studied(outcome: Outcome, watching: float = 1.0) -> Study:
    data, _ = lives(watching)
    fit, test = np.arange(N // 2), np.arange(N // 2, N)
    model = RiskModel(
        trees=60, leaves=4, rows_in_leaf=100, lines=0, monotone={"absences": 1, "contacts_12m": 1}
    )
    model.fit(
        data.features.iloc[fit],
        data.label(outcome.name, fit),
        calibrate=(data.features.iloc[fit], data.label(outcome.name, fit)),
    )
    nothing: Any = None
    return Study(
        outcome=outcome,
        candidate=nothing,
        split=Split(fit, np.empty(0, dtype=int), test, 0),
        levels=Levels(model, data),
        refits=nothing,
        reliability=nothing,
        test=test,
        level=model.predict_proba(data.features.iloc[test])[:, 1],
        label=data.label(outcome.name, test),
        rise=nothing,
        at_last=nothing,
        paired_at_last=nothing,
        rivals=nothing,
        age_bands=(),
        listed_alone=nothing,
    )


def records(spells: pd.DataFrame | None = None) -> Records:
    if spells is None:
        spells = pd.DataFrame(
            {"person_id": ["p00001"], "kind": "cin_episode", "start_date": ["2023-01-01"], "end_date": [None]}
        )
    return Records.from_frames({"spell": spells})


def evidence(study: Study, data: Dataset) -> Evidence:
    values, _ = study.model.contributions(data.features.iloc[study.test[:500]])
    held = SimpleNamespace(contributions=pd.DataFrame(values, columns=[each.name for each in FEATURES]))
    return cast(Evidence, {study.outcome.name: held})


@cache
def said(watching: float = 1.0) -> dict[str, Any]:
    data, _ = lives(watching)
    studies = [studied(CARE, watching), studied(CRISIS, watching)]
    both = {name: held for each in studies for name, held in cast(dict, evidence(each, data)).items()}
    return label_bias(records(), data, cast(Evidence, both), studies, plan())


# --- children seen as often ------------------------------------------------------------------


def test_among_children_seen_as_often_the_figure_is_nearer_to_what_truly_happened() -> None:
    study, (_, truth) = studied(CARE), lives()
    true = auc(truth["care"][study.test], study.level)
    held = said()["care"]["matched"]
    plain, matched = held["plain"]["auc"][0], held["matched"]["auc"]
    assert plain == pytest.approx(auc(study.label, study.level))
    assert plain - true > 0.05, "the record flatters"
    assert abs(matched[0] - true) < 0.6 * (plain - true)
    assert matched[1] < matched[0] < matched[2]
    assert held["lost"][1] > 0 and 0.1 < held["share_lost"] < 1
    assert held["by_contacts_alone"] > 0.6


def test_an_outcome_that_nobody_has_to_look_for_loses_nothing() -> None:
    held = said()["crisis"]["matched"]
    assert abs(held["lost"][0]) < 0.02
    assert abs(held["by_contacts_alone"] - 0.5) < 0.03


def test_bands_hold_everybody_and_levels_match_in_each() -> None:
    held = said()["care"]["matched"]
    assert held["counted"] == ["contacts_12m"], "days in need are no count of contacts"
    assert sum(band["rows"] for band in held["bands"]) == held["rows"] == N // 2
    assert sum(band["cases"] for band in held["bands"]) == held["onsets"]
    assert all(band["people"] == band["rows"] for band in held["bands"])
    assert all(abs(band["gap"]) < 0.05 for band in held["bands"] if band["rows"] > 300)


def test_children_of_whom_no_contact_could_be_known_are_a_band_of_their_own() -> None:
    data, _ = lives()
    unknown = data.features.assign(contacts_12m=data.features["contacts_12m"].mask(np.arange(N) % 10 == 0))
    study = studied(CARE)
    found = label_bias(records(), replace(data, features=unknown), evidence(study, data), [study], plan())[
        "care"
    ]["matched"]
    assert found["bands"][-1]["part"] == "not known" and found["bands"][-1]["rows"] == N // 20


# --- the same model without some features ----------------------------------------------------


def test_without_contacts_an_outcome_that_depends_on_watching_loses_and_another_does_not() -> None:
    watched, other = said()["care"]["without"], said()["crisis"]["without"]
    assert watched["contacts"]["left_out"] == ["contacts_12m", "child_in_need_days"]
    assert watched["contacts"]["lost"][1] > 0.03
    assert abs(other["contacts"]["lost"][0]) < 0.02
    assert watched["taught"] == watched["of"] == N // 2


def test_a_model_that_lives_on_the_outcomes_own_agency_is_warned_of() -> None:
    """With what happens on record for the watched alone, little but contacts tells of it."""
    strong = said(2.5)["care"]
    assert strong["without"]["own_agency"]["share_lost"] > 0.5
    assert "comes from the agency that records the outcome" in strong["without"]["warning"]
    assert strong["own_agency"]["share_of_contributions"] > 0.5
    assert said()["crisis"]["without"]["warning"] == ""
    assert said()["crisis"]["own_agency"]["features"] == 0


def test_where_nothing_or_everything_would_be_left_out_it_is_said() -> None:
    data, _ = lives()
    study = replace(studied(CARE), outcome=replace(CARE, owner="not_said"))
    found = label_bias(records(), data, evidence(study, data), [study], plan(prior_contact=()))["care"]
    assert "names no feature that counts contacts" in found["matched"]["why_not"]
    assert found["without"]["contacts"]["why_not"] == "No feature is left out."
    assert found["own_agency"]["why_not"] == "It is not said whose records show the outcome."
    everything = plan(contacts=tuple(each.name for each in FEATURES))
    again = label_bias(records(), data, evidence(study, data), [study], everything)["care"]["without"]
    assert again["contacts"]["why_not"] == "No feature would be left."


def test_too_few_onsets_to_make_the_model_again_are_said_with_their_number() -> None:
    data, _ = lives()
    few = np.flatnonzero(data.status["care"] == "onset")[:12]
    study = replace(studied(CARE), split=Split(np.r_[few, 1:40], few[:0], studied(CARE).test, 0))
    found = label_bias(records(), data, evidence(study, data), [study], plan())["care"]["without"]
    assert found["why_not"].startswith("Too few onsets to make the model again: ")
    assert found["why_not"].endswith("of at least 50.")


def test_contacts_that_are_no_features_are_refused_by_name() -> None:
    check_watching(plan(contacts=("absences",)))
    with pytest.raises(WrongUsage, match="no features of the experiment: visits"):
        check_watching(plan(contacts=("visits", "absences")))


def test_only_counts_say_how_often_a_child_was_seen() -> None:
    assert contacts_counted(plan()) == ("contacts_12m",)
    assert contacts_counted(plan(prior_contact=("child_in_need_days",))) == ()


# --- other outcomes --------------------------------------------------------------------------


def test_rankings_by_two_outcomes_of_one_need_agree_and_the_top_of_one_is_rich_in_the_other() -> None:
    (other,) = said()["care"]["agreement"]
    assert (other["outcome"], other["watched"], other["rows"]) == ("crisis", "low", N // 2)
    assert 0 < other["correlation"] < 0.95
    assert other["base_rate"] < other["rate_in_top"] < other["own_top"]


# --- help ------------------------------------------------------------------------------------


def test_who_was_helped_goes_by_the_days_of_the_help() -> None:
    spells = pd.DataFrame(
        [
            ("open", "early_help", "2023-05-01", None),
            ("ended", "early_help", "2022-01-01", "2022-09-01"),
            ("long_ago", "early_help", "2021-01-01", "2022-06-01"),
            ("after", "early_help", "2023-07-01", "2023-08-01"),
            ("too_late", "early_help", "2024-07-01", None),
            ("both", "early_help", "2024-01-01", None),
            ("both", "early_help", "2023-01-01", "2023-02-01"),
            ("other", "cin_episode", "2023-05-01", None),
        ],
        columns=["person_id", "kind", "start_date", "end_date"],
    )
    names = ["open", "ended", "long_ago", "after", "too_late", "both", "other", "nobody"]
    members = pd.DataFrame({"person_id": names, "index_date": pd.Timestamp(DAY)})
    found = helped_at(records(spells), members, ["early_help"], CARE)
    assert dict(zip(names, found.tolist(), strict=True)) == {
        "open": 1, "ended": 1, "long_ago": 0, "after": 2, "too_late": 0, "both": 1, "other": 0, "nobody": 0,
    }  # fmt: skip
    assert helped_at(records(spells), members, [], CARE).tolist() == [0] * len(names)


def test_where_help_keeps_it_from_happening_the_levels_of_the_helped_are_too_high() -> None:
    """Every fourth child is helped, and of those half are spared what would have happened."""
    data, _ = lives()
    study = studied(CARE)
    helped = study.test % 4 == 0
    spared = helped & (np.random.default_rng(1).random(len(study.test)) < 0.5)
    spells = pd.DataFrame(
        {
            "person_id": data.members["person_id"].to_numpy()[study.test[helped]],
            "kind": "early_help",
            "start_date": "2023-05-01",
            "end_date": None,
        }
    )
    paradox = replace(study, label=np.where(spared, 0.0, study.label))
    found = label_bias(records(spells), data, evidence(study, data), [paradox], plan())["care"]["helped"]
    none, had = found["parts"]
    assert (none["part"], had["part"]) == ("not helped", "help open or ended before")
    assert none["lower"] - 0.01 < 0 < none["upper"] + 0.01
    assert had["lower"] > 0 and had["gap"] == pytest.approx(had["expected"] / 2, abs=0.03)


def test_where_no_help_is_on_record_it_is_said() -> None:
    assert "No help is on record" in said()["care"]["helped"]["why_not"]


def test_nothing_about_a_person_leaves() -> None:
    assert "p0" not in str(said()) and "f1" not in str(said())
