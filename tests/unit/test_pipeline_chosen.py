"""A whole run with two candidates on made-up children: what earlier periods choose is audited, kept and shown."""

import json

import numpy as np
import pandas as pd
import pytest
from mlflow.tracking import MlflowClient

from prevention_model.cohort import Cohort
from prevention_model.features import Feature
from prevention_model.ledger import Ledger
from prevention_model.outcomes import Onset, Outcome
from prevention_model.pipeline.plan import Papers, Plan
from prevention_model.pipeline.progress import Silent
from prevention_model.pipeline.run import Result, run_plan
from prevention_model.query import Count, FollowUp, Lookback
from prevention_model.records import Records
from prevention_model.records.workspace import Workspace
from prevention_model.settings.experiment import Experiment
from prevention_model.settings.policy import Policy
from prevention_model.tracking import Tracking

pytestmark = pytest.mark.slow

CHILDREN = 1200
DAYS = pd.date_range("2020-01-01", "2022-07-01", freq="6MS")
SUSPENDED = Outcome("suspended", Onset("event", "suspension"), FollowUp("6 months"), short="suspended")


def records() -> Records:
    """Children with worries, each of which makes a suspension in the half-year likelier."""
    draw = np.random.default_rng(3)
    ids = np.array([f"p{number:04}" for number in range(CHILDREN)])
    worries = draw.poisson(1.0, CHILDREN)
    rows = [("worry", child, day) for day in DAYS for child in np.repeat(ids, worries)]
    rows += [("noise", child, day) for day in DAYS for child in ids[draw.random(CHILDREN) < 0.4]]
    chance = 1 / (1 + np.exp(3.2 - 0.8 * worries))
    rows += [("suspension", child, day) for day in DAYS for child in ids[draw.random(CHILDREN) < chance]]
    events = pd.DataFrame(rows, columns=["kind", "person_id", "event_date"])
    events["event_date"] += pd.to_timedelta(draw.integers(1, 170, len(events)), unit="D")
    events["known_date"] = events["event_date"]
    late = ((events["kind"] == "suspension") & (np.arange(len(events)) % 20 == 0)).to_numpy()
    events.loc[late, "known_date"] = np.maximum(events["event_date"], pd.Timestamp("2022-03-01"))[late]
    people = pd.DataFrame(
        {"person_id": ids, "birth_date": "2012-01-01", "sex": np.where(draw.random(CHILDREN) < 0.5, "F", "M")}
    )
    return Records.from_frames({"event": events, "person": people})


def plan() -> Plan:
    said = {
        "name": "two_candidates",
        "author": "Analyst",
        "purpose": "Made up",
        "cohort": {"every": "6 months", "start": "2020-01-01", "end": "2022-07-01", "ages": [0, 15]},
        "outcomes": ["suspended"],
        "ranking": "suspended",
        "split": {
            "fit_start": "2020-01-01",
            "fit_end": "2021-01-01",
            "test_start": "2022-01-01",
            "test_end": "2022-01-01",
            "recording_delay": "0 days",
            "test_families": 0.5,
            "periods": {"every": "6 months", "history": "6 months"},
        },
        "score_on": "2022-07-01",
        "model": {"trees": 20, "leaves": 4, "rows_in_leaf": 30, "refits": 2, "least_onsets": 20},
        "candidates": [
            {"name": "stumps", "leaves": 2, "trees": 40, "learning_rate": 0.1},
            {"name": "noisy", "leaves": 60, "rows_in_leaf": 1, "trees": 60, "learning_rate": 0.5},
        ],
        "groups": [{"name": "sex", "person": "sex"}],
        "co_production": "Made up",
        "evaluation_design": "Made up",
    }
    number = np.arange(CHILDREN)
    frame = pd.DataFrame(
        {"person_id": [f"p{n:04}" for n in number], "household_id": [f"f{n // 2}" for n in number]}
    )
    members = frame.assign(zone=np.where(number % 4 < 2, "Z1", "Z2")).merge(
        pd.DataFrame({"index_date": DAYS}), how="cross"
    )
    return Plan(
        experiment=Experiment.check(said, where="made_up.yaml"),
        policy=Policy.default().about(["sex"]).model_copy(update={"resamples": 200}),
        features=tuple(
            Feature(name, Count("event", kind=name), Lookback("6 months"), polarity="risk")
            for name in ("worry", "noise")
        ),
        outcomes=(SUSPENDED,),
        capacity={"Z1": 20, "Z2": 20},
        papers={"made_up": Papers("None: made up", "none")},
        retention={},
        members=Cohort.from_frame(members),
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Workspace]:
    workspace = Workspace.create(tmp_path_factory.mktemp("chosen") / "workspace")
    Ledger.create(workspace.ledger)
    return run_plan(records(), plan(), workspace, Silent()), workspace


def test_the_chosen_candidate_is_the_one_that_was_audited(done: tuple[Result, Workspace]) -> None:
    result, _ = done
    said = json.loads((result.folder / "figures.json").read_text(encoding="utf-8"))["suspended"]
    choice = said["choice"]
    assert choice["chosen_by_periods"]
    (other,) = {"stumps", "noisy"} - {choice["chosen"]}
    assert [held["selects"] for held in said["periods"]] == [True, True, False]
    assert {"stumps", "noisy"} <= set(said["periods"][0]["candidates"])
    assert choice["chosen"] in said["periods"][-1]["candidates"]
    assert other not in said["periods"][-1]["candidates"]
    kept = json.loads((result.folder / "model" / "suspended" / "model.json").read_text(encoding="utf-8"))
    settings = choice["settings"][choice["chosen"]]
    assert [kept["settings"][name] for name in ("leaves", "trees")] == [settings["leaves"], settings["trees"]]
    test = said["periods"][-1]["candidates"][choice["chosen"]]["whole"]
    assert abs(said["model"]["auc"] - test["auc"]) < 1e-9, (
        "nobody is cut short here, so both are the same figure"
    )


def test_onsets_that_reached_the_files_after_the_test_began_are_counted(
    done: tuple[Result, Workspace],
) -> None:
    """One suspension in twenty was; a child may have had another one in time."""
    (said,) = (each for each in done[0].report.results if each.code == "PM013")
    (numbers,) = said.numbers
    assert 0.02 < numbers["share_known_late"] < 0.06
    assert said.status == "passed"


def test_the_page_stands_beside_the_card_and_is_linked(done: tuple[Result, Workspace]) -> None:
    folder = done[0].folder
    page = (folder / "comparison.html").read_text(encoding="utf-8")
    for words in ("Of 2 candidates", "stumps", "noisy", "logistic (rival)", "last level (rival)"):
        assert words in page
    card = (folder / "card.html").read_text(encoding="utf-8")
    assert 'href="comparison.html"' in card and "neither teach nor judge" in card
    assert "Why this model: Of 2 candidates" in card
    assert "with 50% of the log-odds from the latter. It looks at 2 features" in card


def test_each_candidate_is_a_run_within_the_run_without_a_word_about_a_person(
    done: tuple[Result, Workspace],
) -> None:
    result, workspace = done
    client = MlflowClient(tracking_uri=Tracking(workspace.tracking).address)
    found = client.search_runs([each.experiment_id for each in client.search_experiments()])
    (parent,) = (each for each in found if each.info.run_name == result.run_id)
    within = {
        e.info.run_name: e for e in found if e.data.tags.get("mlflow.parentRunId") == parent.info.run_id
    }
    assert set(within) == {"stumps", "noisy", "logistic", "additive_count", "area_only", "last_level"}
    assert within["noisy"].data.params["leaves"] == "60"
    (chosen,) = (name for name, each in within.items() if each.data.tags["prevention.chosen"] == "true")
    (other,) = {"stumps", "noisy"} - {chosen}
    steps = {
        name: [each.step for each in client.get_metric_history(within[name].info.run_id, "auc")]
        for name in (chosen, other)
    }
    assert steps == {chosen: [0, 1, 2], other: [0, 1]}
    assert "comparison.html" in {path.path for path in client.list_artifacts(parent.info.run_id)}
    for each in within.values():
        assert not [
            word for word in [*each.data.params.values(), *each.data.tags.values()] if word.startswith("p0")
        ]
