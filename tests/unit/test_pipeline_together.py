"""A whole run in which two outcomes rank: one matrix, one report, one list in the order of both."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from prevention_model.audit import AuditReport, read_evidence
from prevention_model.dataset import assemble
from prevention_model.ledger import Ledger
from prevention_model.lists.ranking import combined, rank_families
from prevention_model.outcomes import Onset, Outcome
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.progress import Silent
from prevention_model.pipeline.run import Result, run_plan
from prevention_model.pipeline.study import Placing, listed_together, would_be_listed
from prevention_model.query import FollowUp
from prevention_model.records.workspace import Workspace
from tests.unit.test_pipeline_chosen import SUSPENDED, plan, records

pytestmark = pytest.mark.slow

WEIGHTS = {"upset": 3.0, "suspended": 1.0}
UPSET = Outcome("upset", Onset("event", "noise"), FollowUp("6 months"), short="upset")


def _two() -> Plan:
    """The plan of one outcome, with another that ranks first and two models less."""
    one = plan()
    split = one.experiment.split.model_copy(update={"periods": None})
    return replace(
        one,
        experiment=one.experiment.model_copy(
            update={
                "outcomes": ("suspended", "upset"),
                "ranking": ("upset", "suspended"),
                "split": split,
                "candidates": (),
            }
        ),
        policy=one.policy.model_copy(update={"harm_weights": WEIGHTS}),
        outcomes=(SUSPENDED, UPSET),
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Result:
    workspace = Workspace.create(tmp_path_factory.mktemp("together") / "workspace")
    Ledger.create(workspace.ledger)
    return run_plan(records(), _two(), workspace, Silent())


def test_both_are_audited_in_one_report_and_only_they_are_among_the_scores(done: Result) -> None:
    report = AuditReport.from_json((done.folder / "report.json").read_text(encoding="utf-8"))
    assert report.outcomes == ("upset", "suspended")
    assert {result.outcome for result in report.results} >= {"upset", "suspended"}
    scores = pd.read_parquet(done.folder / "scores.parquet")
    assert set(scores["outcome"]) == {"upset", "suspended"}
    assert pd.read_parquet(done.folder / "other_scores.parquet").empty


def test_reasons_are_told_of_both_for_families_near_the_list_of_both(done: Result) -> None:
    scores = pd.read_parquet(done.folder / "scores.parquet")
    reasons = pd.read_parquet(done.folder / "reasons.parquet")
    listed = rank_families(combined(scores, WEIGHTS), {"Z1": 20, "Z2": 20}).query("listed")
    for name in WEIGHTS:
        counts = set(scores.loc[scores["outcome"].eq(name) & scores["eligible"], "person_id"])
        told = set(reasons.loc[reasons["outcome"] == name, "person_id"])
        assert set(listed["person_id"]) & counts <= told
        assert told <= counts


def test_who_is_called_listed_is_by_both_and_comparisons_have_each_alone(done: Result) -> None:
    evidence = read_evidence(done.folder / "evidence")
    upset, suspended = (evidence[name].predictions for name in ("upset", "suspended"))
    key = ["family_id", "index_date"]
    both = upset[[*key, "listed"]].merge(suspended[[*key, "listed"]], on=key)
    assert both["listed_x"].equals(both["listed_y"])
    alone = upset[[*key, "listed_alone"]].merge(suspended[[*key, "listed_alone"]], on=key)
    assert not alone["listed_alone_x"].equals(alone["listed_alone_y"])
    assert not upset["listed"].equals(upset["listed_alone"])
    first = evidence["upset"].refits.query("refit == 0").set_index("person_id")["listed"]
    last = upset[upset["index_date"] == upset["index_date"].max()].set_index("person_id")["listed"]
    pd.testing.assert_series_equal(first, last, check_names=False)


def test_the_card_says_the_weights_by_whom_and_what_each_list_finds(done: Result) -> None:
    card = (done.folder / "card.md").read_text(encoding="utf-8")
    assert "How the list is ordered" in card and "Shipped default, version 1" in card
    assert "weight 3" in card and "weight 1" in card
    said = json.loads((done.folder / "figures.json").read_text(encoding="utf-8"))["suspended"]["order"]
    assert said["weights"] == WEIGHTS
    found = {(row["by"], row["outcome"]): (row["found"], row["of"]) for row in said["found"]}
    evidence = read_evidence(done.folder / "evidence")
    for name in WEIGHTS:
        rows = evidence[name].predictions.query("outcome == 1")
        assert found["", name] == (rows["listed"].sum(), len(rows))
        assert found[name, name] == (rows["listed_alone"].sum(), len(rows))
    beside = (done.folder / "beside" / "suspended" / "card.md").read_text(encoding="utf-8")
    assert "How the list is ordered" in beside and "This model, by this outcome alone" in beside


def test_one_outcome_alone_is_listed_as_by_its_own_levels() -> None:
    made = plan()
    data = assemble(records(), made.members, made.features, (SUSPENDED,))
    rows = np.arange(0, len(data.members), 3)
    draw = np.random.default_rng(1)
    level = draw.random(len(rows)).round(2)
    direction = draw.choice(["rising", "steady"], len(rows)).astype(object)
    scored = draw.random(len(rows)) < 0.8
    placing = Placing("suspended", rows, level, direction, scored)
    listed = listed_together(data, made, [placing], {"suspended": 7.0}).listed["suspended"]
    assert np.array_equal(listed, would_be_listed(data, made, rows, level, direction, scored))
