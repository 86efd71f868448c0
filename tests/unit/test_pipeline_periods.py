"""Periods judged on made-up children whose true chance is known, some of whom leave before anybody can see."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd
import pytest

from prevention_model.dataset import Dataset
from prevention_model.errors import WrongUsage
from prevention_model.features import Feature
from prevention_model.metrics import auc
from prevention_model.model.candidates import OWN
from prevention_model.outcomes import Onset, Outcome, outcome_statuses
from prevention_model.pipeline.choosing import Choice, choose, regret_of
from prevention_model.pipeline.figures import Figures
from prevention_model.pipeline.periods import earlier_periods, frame_of, judged_test
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.study import Study, study
from prevention_model.query import Count, FollowUp, Lookback
from prevention_model.records import Records
from prevention_model.settings.experiment import Experiment
from prevention_model.settings.policy import Policy

SUSPENDED = Outcome("suspended", Onset("event", "suspension"), FollowUp("6 months"), short="suspended")
DAYS = pd.date_range("2020-01-01", "2023-07-01", freq="6MS")
SPLIT = {
    "fit_start": "2020-01-01",
    "fit_end": "2021-07-01",
    "test_start": "2022-07-01",
    "test_end": "2022-07-01",
    "recording_delay": "0 days",
    "test_families": 0.5,
}
CHILDREN = 3000


TWO = [
    {"name": "stumps", "leaves": 2, "trees": 80, "learning_rate": 0.1, "lines": 0},
    {"name": "noisy", "leaves": 31, "rows_in_leaf": 5, "trees": 80, "learning_rate": 0.3, "lines": 0},
]


def plan(
    candidates: Sequence[dict] = (), least_onsets: int = 50, delay: str = "0 days", **periods: object
) -> Plan:
    said = {
        "name": "made_up",
        "author": "Analyst",
        "purpose": "Made up",
        "cohort": {"every": "6 months", "start": "2020-01-01", "end": "2023-07-01", "ages": [0, 15]},
        "outcomes": ["suspended"],
        "ranking": "suspended",
        "split": SPLIT
        | {"recording_delay": delay}
        | {"periods": {"every": "6 months", "history": "6 months"} | periods},
        "score_on": "2023-07-01",
        "model": {"trees": 40, "leaves": 4, "rows_in_leaf": 50, "refits": 2, "feature_share": 1.0}
        | {"least_onsets": least_onsets},
        "candidates": list(candidates),
        "groups": [{"name": "sex", "person": "sex"}],
        "co_production": "Made up",
        "evaluation_design": "Made up",
    }
    return Plan(
        experiment=Experiment.check(said, where="made_up.yaml"),
        policy=Policy.default(),
        features=tuple(
            Feature(name, Count("event", kind=name), Lookback("12 months"), polarity="risk")
            for name in ("worry", "noise")
        ),
        outcomes=(SUSPENDED,),
        capacity={"Z1": 30, "Z2": 30},
        papers={},
        retention={},
    )


@cache
def made_up(leaving: float = 0.0) -> tuple[Records, Dataset, pd.Series]:
    """Children with a steady worry that sets the chance of a suspension in each half-year; the share `leaving` dies
    within each. Returns the true outcomes too, of those who left as well."""
    rng = np.random.default_rng(5)
    worry, noise = rng.normal(size=(2, CHILDREN))
    ids = np.array([f"p{n:04}" for n in range(CHILDREN)])
    chance = 1 / (1 + np.exp(3.0 - 1.2 * worry))
    events, death, alive = [], np.full(CHILDREN, np.datetime64("NaT", "D")), np.ones(CHILDREN, dtype=bool)
    parts = []
    for day in DAYS:
        start = day.to_datetime64().astype("datetime64[D]")
        happens = rng.random(CHILDREN) < chance
        when = start + rng.integers(0, 180, CHILDREN).astype("timedelta64[D]")
        leaves = alive & (rng.random(CHILDREN) < leaving)
        death[leaves] = (start + rng.integers(0, 180, CHILDREN).astype("timedelta64[D]"))[leaves]
        parts.append(
            pd.DataFrame(
                {"person_id": ids, "index_date": day, "worry": worry, "noise": noise, "truth": happens}
            )[alive]
        )
        seen = happens & alive & ~(death <= when)
        events.append(pd.DataFrame({"person_id": ids[seen], "kind": "suspension", "event_date": when[seen]}))
        alive &= ~leaves
    people = pd.DataFrame({"person_id": ids, "birth_date": "2012-01-01", "death_date": death})
    records = Records.from_frames({"event": pd.concat(events), "person": people})
    rows = pd.concat(parts, ignore_index=True).sort_values(["person_id", "index_date"], ignore_index=True)
    number = rows["person_id"].str[1:].astype(int)
    members = rows[["person_id", "index_date"]].assign(
        family_id="f" + (number // 2).astype(str), zone=np.where(number % 4 < 2, "Z1", "Z2")
    )
    status = outcome_statuses(records, members[["person_id", "index_date"]], [SUSPENDED])
    data = Dataset(members, rows[["worry", "noise"]], status.reset_index(drop=True))
    return records, data, rows["truth"]


@cache
def studied(leaving: float = 0.0) -> Study:
    return study(made_up(leaving)[1], SUSPENDED, plan())


@cache
def judged(leaving: float = 0.0) -> list[dict]:
    records, data, _ = made_up(leaving)
    return all_periods(records, data, plan(), leaving)


def all_periods(records: Records, data: Dataset, made: Plan, leaving: float = 0.0) -> list[dict]:
    earlier, _, _ = earlier_periods(records, data, made)
    return [*earlier, judged_test(records, data, made, studied(leaving))]


def test_each_period_is_judged_on_its_own_dates_and_the_last_one_is_the_test() -> None:
    said = judged()
    assert [each["judges"][0] for each in said] == ["2021-01-01", "2021-07-01", "2022-01-01", "2022-07-01"]
    assert [each["audits"] for each in said] == [False, False, False, True]
    assert [each["selects"] for each in said] == [True, True, True, False]
    rules = {"logistic", "additive_count", "area_only", "last_level"}
    # On the first day of all nobody has a level half a year before.
    assert [set(each["candidates"]) for each in said] == [{OWN, *rules}] * 4


def test_the_model_comes_near_the_true_chance_in_every_period_and_is_calibrated() -> None:
    _, data, _ = made_up()
    for each in judged():
        day = np.datetime64(each["judges"][0])
        rows = data.at([day])
        label = data.label("suspended", rows)
        best = auc(label[label >= 0], data.features["worry"].to_numpy()[rows][label >= 0])
        figures = each["candidates"][OWN]["whole"]
        assert figures["auc"] > best - 0.06
        assert 0.6 < figures["calibration_slope"] < 1.5
        assert abs(figures["calibration_intercept"]) < 0.45
        assert each["candidates"]["area_only"]["whole"]["auc"] < figures["auc"] - 0.1


def test_nothing_of_later_periods_reaches_an_earlier_one() -> None:
    """The later half of all outcomes is turned round; the first period says the same to the last digit."""
    records, data, _ = made_up()
    status = data.status["suspended"].astype(object).to_numpy()
    late = data.days >= np.datetime64("2021-07-01")
    turned = np.where(
        late & (status == "none"), "onset", np.where(late & (status == "onset"), "none", status)
    )
    other = Dataset(data.members, data.features, pd.DataFrame({"suspended": turned}))
    again = all_periods(records, other, plan())
    assert again[0] == judged()[0]
    assert again[1]["onsets"] != judged()[1]["onsets"]


def test_children_who_left_are_stood_for_so_the_rate_is_that_of_all() -> None:
    """A quarter leave within each half-year. Left out, those who are known would have too many onsets."""
    _, data, truth = made_up(0.25)
    for each in judged(0.25)[:2]:
        rows = data.at([np.datetime64(each["judges"][0])])
        rows = rows[data.at_risk("suspended", rows)]
        naive = np.nanmean(data.label("suspended", rows))
        true = truth.iloc[rows].mean()
        rate = each["candidates"][OWN]["whole"]["base_rate"]
        assert each["censored"] > 100
        assert abs(rate - true) < 0.02
        assert "worth" in each["weights"]
        assert naive - true > -0.02


def test_what_lists_find_is_said_for_the_county_and_each_zone() -> None:
    held = judged()[0]["candidates"][OWN]
    assert set(held["zones"]) == {"Z1", "Z2"}
    for figures in (held["whole"], *held["zones"].values()):
        assert figures["precision_at_capacity"] > 2 * held["whole"]["base_rate"]
        assert 0 < figures["recall_at_capacity"] < 1


def test_a_period_with_too_few_onsets_says_so_and_is_not_judged() -> None:
    records, data, _ = made_up()
    status = data.status["suspended"].astype(object).where(data.days != np.datetime64("2021-01-01"), "none")
    other = Dataset(data.members, data.features, pd.DataFrame({"suspended": status}))
    first, *_ = all_periods(records, other, plan())
    assert first["why_not"] == "Outcome suspended: too few onsets to use for test: 0 of at least 5."
    assert first["candidates"] == {}


def test_regret_is_counted_over_the_periods_that_may_choose() -> None:
    held = regret_of(judged(), [OWN])
    assert held is not None
    assert held["chosen"] in ("logistic", OWN)
    assert len(held["next_period"]) == 2
    everything = regret_of(judged(), [OWN], of_all=True)
    assert everything is not None and len(everything["next_period"]) == 3
    assert regret_of([each | {"candidates": {}} for each in judged()], [OWN]) is None


def test_a_table_and_tracking_get_figures_by_period_and_nothing_about_a_person() -> None:
    said = judged()
    frame = frame_of(said)
    assert list(frame) == ["judges_from", "judges_to", "candidate", "zone", "metric", "value"]
    assert not frame.astype(str).apply(lambda column: column.str.fullmatch(r"[pf]\d+")).to_numpy().any()
    whole = frame[(frame["candidate"] == OWN) & (frame["zone"] == "")]
    assert whole.groupby("judges_from").size().nunique() == 1
    basic: dict = {"model": {}, "rivals": {}, "list": {}}
    flat = Figures({"suspended": basic | {"periods": said}}).flat()
    assert flat["suspended.judged_from_2021-01-01.model.auc"] == said[0]["candidates"][OWN]["whole"]["auc"]


@pytest.mark.parametrize("style", ["rolling", "expanding"])
def test_rolling_periods_are_taught_by_fewer_rows_than_expanding_ones(style: str) -> None:
    records, data, _ = made_up()
    chosen = plan(style=style)
    taught = [each["rows"]["fit"] for each in all_periods(records, data, chosen)]
    assert (taught[2] > 1.5 * taught[0]) == (style == "expanding")


@cache
def tried() -> tuple[list[dict], Choice]:
    """Both candidates over periods of a year, so that the last is on file too late to choose."""
    records, data, _ = made_up()
    return earlier_periods(records, data, plan(TWO))[:2]


def test_every_candidate_is_tried_where_it_may_choose_and_the_steady_one_is_chosen() -> None:
    said, choice = tried()
    for each in said:
        assert {"stumps", "noisy"} <= set(each["candidates"])
        assert OWN not in each["candidates"]
        better, worse = (
            each["candidates"][name]["whole"]["average_precision"] for name in ("stumps", "noisy")
        )
        assert better > worse
        assert each["candidates"]["noisy"]["whole"]["calibration_slope"] is not None
    assert choice.candidate.name == "stumps"
    assert choice.words.startswith(
        "Of 2 candidates stumps is chosen, by 3 periods on file before the test began. "
    )
    assert "The next was noisy, at worst 0." in choice.words
    plain = choice.plain()
    assert plain["chosen_by_periods"] and plain["tried"] == ["stumps", "noisy"]
    assert plain["settings"]["noisy"]["leaves"] == 31
    assert max(plain["regret"]["stumps"].values()) < max(plain["regret"]["noisy"].values())
    assert [row["chosen"] for row in plain["next_period"]] == ["stumps", "stumps"]


def test_the_chosen_candidate_is_the_one_that_is_fitted_and_judged_in_the_test() -> None:
    records, data, _ = made_up()
    _, choice = tried()
    done = study(data, SUSPENDED, plan(TWO), choice.candidate)
    assert done.model.get_params()["leaves"] == 2
    test = judged_test(records, data, plan(TWO), done)
    assert test["audits"] and "stumps" in test["candidates"] and "noisy" not in test["candidates"]


def test_a_period_that_is_on_file_too_late_does_not_choose_and_tries_only_the_chosen() -> None:
    records, data, _ = made_up()
    late = plan(TWO, delay="1 month")
    said, choice, _ = earlier_periods(records, data, late)
    assert [each["selects"] for each in said] == [True, False]
    assert choice.candidate.name in said[-1]["candidates"]
    assert len({"stumps", "noisy"} & set(said[-1]["candidates"])) == 1


def test_where_no_period_may_choose_the_own_model_is_used_and_that_is_said() -> None:
    nothing = choose(plan(TWO), ())
    assert nothing.candidate.name == OWN
    assert nothing.words == (
        "No earlier period was on file before the test began, so no candidate could be chosen: it is the experiment's "
        "own model."
    )
    assert not nothing.plain()["chosen_by_periods"]
    empty = [each | {"candidates": {}} for each in judged()]
    assert "had onsets enough" in choose(plan(TWO), empty).words
    assert (
        choose(plan(), judged()).words == "No candidates are declared, so it is the experiment's own model."
    )


def test_with_too_few_onsets_to_fit_a_run_and_a_period_say_how_many_there_are() -> None:
    records, data, _ = made_up()
    many = plan(least_onsets=5000)
    with pytest.raises(
        WrongUsage, match=r"^Outcome suspended: too few onsets to fit: \d+ of at least 5000\."
    ):
        study(data, SUSPENDED, many)
    said, choice, _ = earlier_periods(records, data, many)
    assert all("too few onsets to fit" in each["why_not"] for each in said)
    assert choice.candidate.name == OWN
