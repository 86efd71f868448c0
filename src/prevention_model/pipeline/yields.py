"""What the yield page is made of: from the ledger, the lists, and what the records say has followed by now."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from prevention_model.dataset import audit_groups
from prevention_model.features.within_reach import within_reach
from prevention_model.feedback.decisions import answers_of
from prevention_model.feedback.given import Given, given_lists
from prevention_model.feedback.yield_page import Found
from prevention_model.feedback.yields import Limits, yields
from prevention_model.ledger import Ledger
from prevention_model.lists.milestones import age_on
from prevention_model.outcomes import catalogue as outcome_catalogue
from prevention_model.outcomes import outcome_statuses
from prevention_model.pipeline.listed import listed_in
from prevention_model.pipeline.retention import Agreed, agreed_in, retention_of
from prevention_model.records.records import Records
from prevention_model.records.workspace import Workspace
from prevention_model.settings.authority import Authority
from prevention_model.settings.experiment import Experiment
from prevention_model.settings.policy import Policy

THIS_LIST = "These lists"
WAYS: Mapping[str, str] = {
    "school": "Schools and early years",
    "education": "Schools and early years",
    "individual": "The family itself",
    "anonymous": "Somebody who gave no name",
    "unknown": "Not recorded",
}
"""Ways into early help by the code of its source; every other code is another agency."""

ELSE = "Another agency"


def found_in(workspace: Workspace, authority: Authority, since: date | None = None) -> Found:
    """Everything for the page, of lists given out from `since` on, or of all. Shadow lists are left out."""
    ledger = Ledger(workspace.ledger)
    entries, today = ledger.entries(), ledger.today()
    given = [
        each
        for each in given_lists(entries).values()
        if each.stage != "shadow" and (since is None or each.made_on >= since)
    ]
    listed = _listed(workspace, given)
    answers = answers_of(entries)
    answers = answers[answers["list_id"].isin([each.list_id for each in given])]
    records = workspace.records()
    groups, known_from = _alarms(workspace, records, given, listed, agreed_in(authority))
    zones = list(dict.fromkeys([*(zone.code for zone in authority.zones), *listed["zone"]]))
    routes, until = _routes(records, given, answers)
    return Found(
        authority=authority.name,
        made_on=today,
        since=since,
        lists=len(given),
        zones={zone: yields(listed[listed["zone"].eq(zone)], answers, today) for zone in zones},
        reserve=yields(listed[listed["position_band"].eq("reserve")], answers, today),
        limits=_limits(workspace, given),
        groups=groups,
        known_from=known_from,
        routes=routes,
        routes_until=until,
        needs=_needs(workspace, given),
    )


def _listed(workspace: Workspace, given: Sequence[Given]) -> pd.DataFrame:
    """A row for each family on a list: who it is followed by, and the days and the run of the list."""
    of = {each.list_id: each for each in given}
    keys = [listed_in(workspace, release) for release in sorted({each.release_id for each in given})]
    columns = ["row_id", "zone", "list_id", "household_id", "person_id", "position_band"]
    if not keys:
        return pd.DataFrame(columns=[*columns, "made_on", "until", "run_id"])
    key = pd.concat(keys).sort_values("is_index_child", ascending=False).drop_duplicates("row_id")
    key = key.loc[key["list_id"].isin(of), columns]
    return key.assign(
        made_on=[of[name].made_on for name in key["list_id"]],
        until=[of[name].until for name in key["list_id"]],
        run_id=[of[name].run_id for name in key["list_id"]],
    ).reset_index(drop=True)


def _limits(workspace: Workspace, given: Sequence[Given]) -> Limits:
    """The limits of the policy by which the newest list was released, or of the shipped one before there is any."""
    newest = max(given, key=lambda each: each.made_on, default=None)
    path = workspace.run(newest.run_id) / "policy.yaml" if newest else None
    policy = Policy.read(path) if path and path.exists() else Policy.default()
    return Limits(
        policy.override_share_min,
        policy.override_share_max,
        policy.decided_share_min,
        policy.override_min_decisions,
    )


def _alarms(
    workspace: Workspace,
    records: Records,
    given: Sequence[Given],
    listed: pd.DataFrame,
    agreed: Mapping[str, Agreed],
) -> tuple[pd.DataFrame, date | None]:
    """By audit trait and group, listed families of whom it is known whether the outcome came to the child on whom
    their place rests, and of those, to how many it did not; and the first day on which follow-up of any list ends."""
    tables, ends = [], []
    for run in sorted({each.run_id for each in given}):
        folder = workspace.run(run)
        if not (folder / "experiment.yaml").exists():
            continue
        experiment = Experiment.read(folder / "experiment.yaml")
        outcomes = [each for each in outcome_catalogue() if each.name in experiment.ranking]
        ends += [each.follow_up.window(experiment.score_on)[1] for each in outcomes]
        mine = listed[
            listed["run_id"].eq(run) & listed["person_id"].isin(records.frames["person"]["person_id"])
        ]
        if mine.empty:
            continue
        # On the lists of two stages of one run a family is the same: it counts once here.
        members = _members(records, mine.drop_duplicates("person_id"), experiment.score_on)
        retention = retention_of(records, agreed)
        near = within_reach(records, set(members["person_id"]))
        status = outcome_statuses(near, members, outcomes, retention).astype(str).reset_index(drop=True)
        if not status.isin(["none"]).any(axis=None):
            # Somebody to whom it came is known at once, anybody else at the end: before that, all known ones came.
            continue
        # Of several outcomes, one that came is enough; that none came is known when it is known of each.
        came, none = status.isin(["onset"]).any(axis=1), status.isin(["none", "not_at_risk"]).all(axis=1)
        known = (came | (none & status.isin(["none"]).any(axis=1))).to_numpy()
        traits = audit_groups(records, members, experiment.groups, retention)
        long = traits[known].melt(var_name="trait", value_name="group", ignore_index=False)
        tables.append(long.assign(people=1, without=(~came[known]).astype(int).reindex(long.index)))
    if not any(len(each) for each in tables):
        return pd.DataFrame(columns=["trait", "group", "people", "without"]), min(ends, default=None)
    counts = pd.concat(tables).groupby(["trait", "group"], as_index=False)[["people", "without"]].sum()
    return counts, min(ends, default=None)


def _members(records: Records, listed: pd.DataFrame, day: date) -> pd.DataFrame:
    """Listed children as members of the cohort that they were scored in, with what audit traits ask of it."""
    births = records.frames["person"].drop_duplicates("person_id").set_index("person_id")["birth_date"]
    born = [births[person] for person in listed["person_id"]]
    return pd.DataFrame(
        {
            "person_id": listed["person_id"].to_numpy(),
            "index_date": pd.Timestamp(day),
            "zone": listed["zone"].to_numpy(),
            "age_years": [None if pd.isna(each) else age_on(each.date(), day) for each in born],
        }
    )


def _routes(
    records: Records, given: Sequence[Given], answers: pd.DataFrame
) -> tuple[dict[str, int], date | None]:
    """Families that came into early help since the first list, by way in; and the day up to which that is known."""
    events = records.frames["event"]
    asked = events[events["kind"].eq("early_help_contact")]
    first = min((each.made_on for each in given), default=None)
    coverage = records.frames["coverage"]
    sources = set(asked["source"].dropna())
    until = coverage.loc[coverage["source"].isin(sources), "to"].max()
    if first is None or pd.isna(until) or until.date() <= first:
        return {}, None
    asked = asked[asked["event_date"] >= pd.Timestamp(first)]
    homes = records.frames["household"].drop_duplicates("person_id", keep="last").set_index("person_id")
    home = asked["person_id"].map(homes["household_id"]).fillna(asked["person_id"])
    way = asked["code"].map(lambda code: WAYS.get(str(code), ELSE))
    found = Counter(pair[1] for pair in set(zip(home, way, strict=True)))
    agreed = int(answers["response"].eq("agreed").sum()) if "response" in answers else 0
    return {THIS_LIST: agreed, **{name: found[name] for name in sorted(found)}}, until.date()


def _needs(workspace: Workspace, given: Sequence[Given]) -> dict[str, tuple[int, int | None]]:
    """First steps that the lists name, with the families whose first step each is, and the room over all the lists."""
    need: Counter[str] = Counter()
    room: dict[str, int | None] = {}
    for each in given:
        path = _pack(workspace, each) / "list.json"
        if not path.exists():
            continue
        for said in json.loads(path.read_text(encoding="utf-8"))["offers_needed"]:
            name, capacity = str(said["name"]), said["capacity"]
            need[name] += int(said["families"])
            so_far = room.get(name, 0)
            room[name] = None if capacity is None or so_far is None else so_far + int(capacity)
    return {name: (need[name], room[name]) for name in sorted(need, key=lambda name: (-need[name], name))}


def _pack(workspace: Workspace, given: Given) -> Path:
    return workspace.lists_of(given.release_id) / given.zone
