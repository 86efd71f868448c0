"""Who stands on which row: a child with two homes, children whom others lead for, adults' services, re-listing."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.lists import FamilyRow, ZoneList
from prevention_model.lists.assemble import zone_list
from prevention_model.lists.complex_needs import complex_needs
from prevention_model.lists.facts import SMALL, NotHeld
from prevention_model.lists.pack import write_zone_pack
from prevention_model.records import Records
from tests.fixtures import made_up_zone as made


def _list(records: Records | None = None, today: Any = made.TODAY, **figures: Any) -> ZoneList:
    scores = made.scores()
    records = records or made.records(scores)
    released = made.MadeRelease(scores, made.reasons(scores))
    people = made.identities(records).drop_duplicates("person_id")
    authority = figures.pop("authority", made.authority())
    return zone_list(released, records, people, authority, "Z1", made.figures(**figures), today)


def _family(held: ZoneList, home: str) -> FamilyRow:
    return next(family for family in held.families if family.household_id == home)


def _also_in(person: str, home: str) -> Records:
    """A person who lives in another household as well."""
    scores = made.scores()
    household = made.records(scores).frames["household"]
    more = pd.DataFrame(
        [{"household_id": home, "person_id": person, "from": "2023-01-01", "confidence": 0.97}]
    )
    columns = ["household_id", "person_id", "from", "confidence"]
    return made.records(
        scores, household=pd.concat([household[columns], more.assign(**{"from": pd.Timestamp("2023-01-01")})])
    )


TWO_HOMES = "A child here also lives in another household: check with the family who is at home when"
PART_TIME = "Another child lives here part of the time, and is counted with their other household"


@pytest.mark.parametrize(("child", "own", "other"), [("p000", "h00", "h02"), ("p040", "h04", "h00")])
def test_a_child_with_two_homes_stands_once_with_the_household_that_it_is_scored_in(
    child: str, own: str, other: str
) -> None:
    held = _list(_also_in(child, other))
    standing = [(f.household_id, c.person_id) for f in held.families for c in f.children]
    assert [home for home, person in standing if person == child] == [own]
    assert TWO_HOMES in _family(held, own).data_quality_flags
    assert PART_TIME in _family(held, other).data_quality_flags
    assert len({person for _, person in standing}) == len(standing)


def test_a_parent_with_two_homes_is_shown_in_both_and_flags_nothing() -> None:
    held = _list(_also_in("a-h00", "h02"))
    for home in ("h00", "h02"):
        flags = _family(held, home).data_quality_flags
        assert TWO_HOMES not in flags and PART_TIME not in flags
    assert len(_family(held, "h02").adults) == 2


def test_another_home_is_not_told_of_a_protected_record() -> None:
    records = _also_in("p000", "h02")
    attribute = pd.DataFrame([("p000", "protected_record", "true", "housing", pd.Timestamp("2024-01-01"))])
    attribute.columns = ["person_id", "name", "value", "agency", "event_date"]
    frames = {
        **records.frames,
        "attribute": made.records(made.scores(), attribute=attribute).frames["attribute"],
    }
    held = _list(Records.from_frames(frames))
    assert TWO_HOMES not in _family(held, "h00").data_quality_flags


@given(st.lists(st.tuples(st.integers(0, 13), st.integers(0, 13)), max_size=4))
@settings(max_examples=8, deadline=None)
def test_however_children_live_nobody_stands_twice(pairs: list[tuple[int, int]]) -> None:
    scores = made.scores()
    household = made.records(scores).frames["household"]
    more = pd.DataFrame(
        [
            {
                "household_id": f"h{home:02d}",
                "person_id": f"p{child:02d}0",
                "from": pd.Timestamp("2023-01-01"),
            }
            for child, home in pairs
        ],
        columns=["household_id", "person_id", "from"],
    )
    held = _list(made.records(scores, household=pd.concat([household, more.assign(confidence=0.9)])))
    people = [child.person_id for family in held.families for child in family.children]
    assert len(people) == len(set(people))
    for family in held.families:
        assert [c.is_index_child for c in family.children].count(True) == 1


PROMPT = "And what about the children?"


@pytest.mark.parametrize(
    ("event", "asked"),
    [
        ({"person_id": "a-h00", "kind": "adult_mental_health_contact", "event_date": "2024-02-01"}, True),
        ({"person_id": "a-h00", "kind": "police_notice", "code": "domestic_abuse", "event_date": "2024-08-01"}, True),
        ({"person_id": "a-h00", "kind": "arrears_action", "code": "eviction", "event_date": "2023-09-01"}, False),
        ({"person_id": "a-h00", "kind": "adult_engaged", "event_date": "2024-02-01"}, False),
        ({"person_id": "p000", "kind": "police_notice", "event_date": "2024-02-01"}, False),
        ({"person_id": "a-h00", "kind": "police_notice", "event_date": "2024-08-01",
          "known_date": "2024-09-03"}, False),
    ],
    ids=["health", "police", "over a year ago", "a strength", "about the child", "known after the index date"],
)  # fmt: skip
def test_an_event_of_an_adult_asks_about_the_children_and_says_no_more(
    event: dict[str, Any], asked: bool
) -> None:
    scores = made.scores()
    family = _family(_list(made.records(scores, event=pd.DataFrame([{"agency": "x", **event}]))), "h00")
    assert bool(family.about_the_children) is asked
    for text in family.about_the_children:
        assert text.startswith(PROMPT)
        assert not any(word in text.lower() for word in ("police", "health", "abuse", "housing", "arrears"))


def test_a_service_that_treats_a_parent_asks_about_the_children() -> None:
    assert _family(_list(), "h06").about_the_children
    assert not _family(_list(), "h00").about_the_children


def test_the_last_decision_is_on_the_row_of_a_family_that_returns() -> None:
    held = _list(last_decisions={"h00": "Look again by a date, 3 March 2024 (list L)", "h99": "Elsewhere"})
    back = _family(held, "h00")
    assert (back.returned, back.last_decision) == (True, "Look again by a date, 3 March 2024 (list L)")
    assert {(f.returned, f.last_decision) for f in held.families if f is not back} == {
        (False, "None on record")
    }


def test_a_school_has_its_name_and_another_zones_pyramid_is_said() -> None:
    pyramid = {"name": "Hill", "zone": "Z2", "schools": {"Oak Lane School": "Oak Lane Primary School"}}
    held = _list(authority=made.authority(pyramids=[pyramid]))
    family = _family(held, "h00")
    assert family.children[0].setting == "Oak Lane Primary School"
    assert family.school_pyramid == "Hill"
    assert (
        "A child here goes to a school of another zone's pyramid; the list is by home"
        in family.data_quality_flags
    )


def _care(children: int, away: int, told: list[tuple[str, str]] = ()) -> tuple[Records, list[str]]:  # type: ignore[assignment]
    """So many children in care, so many of them placed away because of harm, and what agencies say of others."""
    people = [f"c{n}" for n in range(children + 20)]
    spell = [(p, "care_period", "section_20", "2024-01-01") for p in people[:children]]
    spell += [(p, "placement", "foster", "2024-01-01") for p in people[:away]]
    spell += [(p, "placement", "with_parents", "2024-01-01") for p in people[away:children]]
    attribute = [(p, "care_need", "abuse_or_neglect", "2024-01-01") for p in people[:away]]
    attribute += [(p, "complex_needs", group, "2024-01-01") for p, group in told]
    frames = {
        "person": pd.DataFrame({"person_id": people, "birth_date": "2012-01-01"}),
        "spell": pd.DataFrame(spell, columns=["person_id", "kind", "code", "start_date"]),
        "attribute": pd.DataFrame(attribute, columns=["person_id", "name", "value", "event_date"]),
    }
    return Records.from_frames(frames), people


@pytest.mark.parametrize(
    ("care", "away", "said"),
    [(20, 10, ("20", "10")), (20, 16, ("20", SMALL)), (20, 3, ("20", SMALL)), (4, 0, (SMALL, SMALL)),
     (0, 0, ("0", "0"))],
)  # fmt: skip
def test_those_in_care_and_placed_away_are_counted_and_small_numbers_cannot_be_worked_out(
    care: int, away: int, said: tuple[str, str]
) -> None:
    records, people = _care(max(care, 1), away)
    if not care:
        people = people[1:]
    groups = complex_needs(records, people, made.INDEX)
    assert tuple(group.children for group in groups[:2]) == said
    assert all(group.leads for group in groups)


def test_groups_that_nobody_delivers_are_not_held_and_are_counted_where_somebody_does() -> None:
    records, people = _care(6, 0)
    assert [group.children for group in complex_needs(records, people, made.INDEX)[2:]] == [
        NotHeld("no source delivers it")
    ] * 2
    told = [(person, "high_cost_health") for person in people[:7]]
    records, people = _care(6, 0, told)
    assert [str(group.children) for group in complex_needs(records, people, made.INDEX)[2:]] == ["7", "0"]


def test_without_any_record_of_care_nothing_is_said_of_it() -> None:
    groups = _list().complex_needs
    assert [group.children for group in groups] == [NotHeld("no source delivers it")] * 4


def test_nobody_is_listed_for_having_complex_needs(tmp_path: Path) -> None:
    scores = made.scores()
    spell = pd.DataFrame(
        [{"person_id": "p000", "kind": "care_period", "agency": "social_care", "start_date": "2024-01-01"}]
    )
    held = _list(made.records(scores, spell=spell))
    assert "h00" not in {family.household_id for family in held.families}
    write_zone_pack(tmp_path / "z", held)
    content = json.loads((tmp_path / "z" / "list.json").read_text())
    assert content["complex_needs"][0]["children"] == SMALL
