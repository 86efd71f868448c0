"""What the yield page is made of: false alarms only of lists that can be judged, ways in by who asked, first steps."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from prevention_model.feedback.given import Given, given_lists
from prevention_model.pipeline import yields as made_of
from prevention_model.records import Records
from prevention_model.settings.shipped import shipped
from tests.fixtures import made_up_zone as made
from tests.fixtures.returned_list import GivenOut, give_out

RUN = "RUN-0042"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> GivenOut:
    """A list that was given out, with the experiment of its run."""
    given = give_out(tmp_path_factory.mktemp("out") / "workspace")
    said = yaml.safe_load((shipped("experiments/county") / "quarterly.yaml").read_text(encoding="utf-8"))
    said |= {
        "score_on": made.INDEX.isoformat(),
        "ranking": ["statutory_escalation"],
        "outcomes": ["statutory_escalation"],
    }
    said |= {
        "groups": [
            {"name": "zone", "member": "zone"},
            {"name": "age_band", "member": "age_years", "bands": [0, 11]},
        ]
    }
    said |= {"mitigation": None}
    folder = given.workspace.run(RUN)
    folder.mkdir(parents=True)
    kept = {name: value for name, value in said.items() if value is not None}
    (folder / "experiment.yaml").write_text(yaml.safe_dump(kept), encoding="utf-8")
    return given


def records(until: str, came_to: list[str], came_on: str = "2025-02-01", **extra: pd.DataFrame) -> Records:
    """Everybody's records up to a day, with a first child in need plan for some after the list."""
    plain = made.records(made.scores())
    spells = pd.DataFrame(
        [(person, "cin_episode", "social_care", came_on) for person in came_to],
        columns=["person_id", "kind", "agency", "start_date"],
    )
    kept = plain.frames["spell"]
    kept = kept[~kept["kind"].isin(["cin_episode", "cp_plan", "care_period"])]
    frames: dict[str, Any] = {
        name: plain.frames[name] for name in ("person", "household", "attribute", "place")
    }
    names = ["person_id", "kind", "agency", "start_date", "end_date"]
    frames["spell"] = pd.concat([kept[names], spells])
    frames["coverage"] = pd.DataFrame({"source": ["made_up"], "from": ["2015-01-01"], "to": [until]})
    frames |= extra
    for name in ("spell", "event"):
        if name in frames:
            frames[name] = frames[name].assign(source="made_up")
    return Records.from_frames(frames)


def alarms(out: GivenOut, held: Records) -> tuple[pd.DataFrame, date | None]:
    given = list(given_lists(out.ledger.entries()).values())
    listed = made_of._listed(out.workspace, given)
    return made_of._alarms(out.workspace, held, given, listed, {})


def followed_of(held: Records) -> set[str]:
    """Who does not come of age before follow-up is over."""
    person = held.frames["person"]
    return set(person.loc[person["birth_date"] > pd.Timestamp("2007-09-01"), "person_id"])


def test_before_follow_up_is_over_nothing_is_said_of_false_alarms(out: GivenOut) -> None:
    """Whoever came to it by then is known already: counting those alone would show no false alarm at all."""
    (child,) = out.list.key().loc[lambda key: key["is_index_child"], "person_id"].iloc[:1]
    table, known_from = alarms(out, records("2025-03-01", [child]))
    assert table.empty
    assert known_from is not None and known_from > date(2025, 8, 31)


def test_after_follow_up_every_listed_family_that_is_known_counts_once_in_each_trait(out: GivenOut) -> None:
    key = out.list.key()
    children = key.loc[key["is_index_child"], "person_id"].tolist()
    # One comes of age before follow-up is over: what became of that child is known to nobody.
    followed = [each for each in children if each in followed_of(records("2026-06-01", []))]
    assert len(followed) == len(children) - 1
    table, _ = alarms(out, records("2026-06-01", followed[:3]))
    zone = table[table["trait"].eq("zone")]
    assert zone[["group", "people", "without"]].values.tolist() == [["Z1", len(followed), len(followed) - 3]]
    ages = table[table["trait"].eq("age_band")]
    assert (ages["people"].sum(), ages["without"].sum()) == (len(followed), len(followed) - 3)


def test_somebody_who_is_on_record_no_longer_is_left_out(out: GivenOut) -> None:
    key = out.list.key()
    held = records("2026-06-01", [])
    gone = next(p for p in key.loc[key["is_index_child"], "person_id"] if p in followed_of(held))
    frames = {
        name: frame[frame.get("person_id", pd.Series("", frame.index)).ne(gone)]
        for name, frame in held.frames.items()
    }
    with_all, _ = alarms(out, held)
    table, _ = alarms(out, Records.from_frames(frames))
    counts = [each.loc[each["trait"].eq("zone"), "people"].item() for each in (with_all, table)]
    assert counts[0] - counts[1] == 1


def test_ways_in_are_counted_by_family_and_by_who_asked(out: GivenOut) -> None:
    events = pd.DataFrame(
        [
            ("p000", "individual", "2024-10-01"),
            ("p010", "school", "2024-10-02"),
            ("p011", "education", "2024-10-09"),  # the same home, and the same way in
            ("p020", "police", "2024-11-02"),
            ("p030", "school", "2024-03-01"),  # before the list
        ],
        columns=["person_id", "code", "event_date"],
    ).assign(kind="early_help_contact", agency="early_help")
    held = records("2025-01-01", [], event=events)
    answers = pd.DataFrame({"response": ["agreed", "agreed", "declined"]})
    given = list(given_lists(out.ledger.entries()).values())
    routes, until = made_of._routes(held, given, answers)
    assert routes == {
        "These lists": 2, "Another agency": 1, "Schools and early years": 1, "The family itself": 1,
    }  # fmt: skip
    assert until == date(2025, 1, 1)
    early = records("2024-09-01", [], event=events)
    assert made_of._routes(early, given, answers) == ({}, None), (
        "no contact of after the list can be on record yet"
    )


def test_room_for_first_steps_adds_up_and_is_not_known_where_one_list_does_not_say(
    out: GivenOut, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    day = date(2024, 9, 12)
    given = [Given(f"L{n}", f"R{n}", RUN, "Z1", "pilot", day, day) for n in (1, 2)]
    for each, room in zip(given, (4, None), strict=True):
        folder = tmp_path / each.release_id
        folder.mkdir()
        needs = [
            {"name": "Worker", "families": 7, "capacity": 3},
            {"name": "Club", "families": 6, "capacity": room},
        ]
        (folder / "list.json").write_text(json.dumps({"offers_needed": needs}), encoding="utf-8")
    monkeypatch.setattr(made_of, "_pack", lambda _, each: tmp_path / each.release_id)
    assert made_of._needs(out.workspace, given) == {"Worker": (14, 6), "Club": (12, None)}
