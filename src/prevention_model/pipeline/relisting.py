"""Who is not listed again yet, and what was decided last: from the ledger, for the lists that are being written.

A household may have another number by now, or other people live in it: the family is followed by the child on whom
its place rested, and where that child is not scored any more, by another child of its row.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from prevention_model.feedback.decisions import held_back, in_words, last_decisions
from prevention_model.feedback.given import given_lists
from prevention_model.ledger import Entry
from prevention_model.lists.ranking import combined
from prevention_model.pipeline.listed import listed_in
from prevention_model.records.workspace import Workspace
from prevention_model.release import ReleasedScores
from prevention_model.settings.experiment import Experiment
from prevention_model.settings.policy import Policy


def relisting(
    workspace: Workspace, entries: Sequence[Entry], released: ReleasedScores, policy: Policy, today: date
) -> dict[str, Any]:
    """`held_back`: households not to list this time. `last_decisions`: by household, what was decided last, in words.

    `entries` are those of the ledger up to the release, so that releasing again gives the same lists.
    """
    scores = combined(released.scores, released.weights)
    last = present(workspace, entries, scores)
    grown = {} if last.empty else _grown(workspace, last, scores)
    held, returned = held_back(last, grown, today, policy.relisting_days, policy.relisting_growth_min)
    said = {str(row["household_id"]): row for row in last.to_dict("records")}
    return {
        "held_back": held,
        "last_decisions": {home: in_words(row, home in returned) for home, row in said.items()},
    }


def present(workspace: Workspace, entries: Sequence[Entry], scores: pd.DataFrame) -> pd.DataFrame:
    """The last decisions by the household that each family is now, with `person_id`, the child it was followed by, and
    `run_id`, of the list. Families of whom no child is scored any more are left out."""
    given = given_lists(entries)
    # A shadow list is for checking: nobody acted on a family because of it, so it holds nobody back later.
    acted = [e for e in entries if e.kind != "decided" or given[e.body["list_id"]].stage != "shadow"]
    last = last_decisions(acted)
    keys = {
        release: listed_in(workspace, release).sort_values("is_index_child", ascending=False)
        for release in sorted({given[name].release_id for name in last["list_id"]})
    }
    homes = dict(zip(scores["person_id"], scores["household_id"], strict=True))
    rows = []
    for row in last.to_dict("records"):
        key = keys[given[row["list_id"]].release_id]
        people = key.loc[key["row_id"].eq(row["row_id"]), "person_id"]
        child = next((person for person in people if person in homes), None)
        if child is not None:
            run = given[row["list_id"]].run_id
            rows.append({**row, "household_id": homes[child], "person_id": child, "run_id": run})
    made = pd.DataFrame(rows, columns=[*last.columns, "person_id", "run_id"])
    # Two families that are one household now were decided about twice: the later day holds.
    return made.sort_values("day").drop_duplicates("household_id", keep="last").reset_index(drop=True)


def _grown(workspace: Workspace, last: pd.DataFrame, scores: pd.DataFrame) -> dict[str, float]:
    """How many times as high the level of each family is as that of its child when it was listed."""
    now = scores.groupby("household_id")["level"].max()
    grown = {}
    for run, rows in last.groupby("run_id"):
        then = _levels(workspace, str(run))
        for home, child in zip(rows["household_id"], rows["person_id"], strict=True):
            was, level = then.get(child), now.get(home)
            # Without a level then, as when its run was cleared away, it counts as unchanged.
            if was and level is not None and pd.notna(level):
                grown[str(home)] = float(level) / float(was)
    return grown


def _levels(workspace: Workspace, run_id: str) -> Mapping[Any, float]:
    folder = workspace.run(run_id)
    if not (folder / "scores.parquet").exists():
        return {}
    ranking = Experiment.read(folder / "experiment.yaml").ranking
    weights = Policy.read(folder / "policy.yaml").weights(ranking)
    scores = combined(pd.read_parquet(folder / "scores.parquet"), weights).dropna(subset=["level"])
    return dict(zip(scores["person_id"], scores["level"], strict=True))
