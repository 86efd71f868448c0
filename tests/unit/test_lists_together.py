"""A list by two outcomes: what each row says of each, which reasons stand on it, and who is counted for neither."""

import io
from dataclasses import replace
from functools import cache
from typing import Any

import openpyxl
import pandas as pd
import pytest

from prevention_model.lists import ZoneList
from prevention_model.lists.assemble import zone_list
from prevention_model.lists.flat import header_lines
from prevention_model.lists.rows import FamilyRow
from prevention_model.lists.write_csv import list_csv
from prevention_model.lists.write_html import page
from prevention_model.lists.write_xlsx import workbook
from tests.fixtures import made_up_zone as made

FIRST, SECOND = "statutory_escalation", "suspension"
OUTCOMES = {FIRST: "statutory social care", SECOND: "suspension"}
WEIGHTS = {FIRST: 2.0, SECOND: 1.0}


def _scores() -> pd.DataFrame:
    """Home 0 is high by the first outcome alone, home 13 by the second alone, and home 5 is already there by it."""
    first = made.scores()
    # the other way round, and low
    second = first.assign(outcome=SECOND, level=(0.6 - first["level"]) / 10, direction="steady")
    second.loc[second["household_id"] == "h13", ["level", "direction"]] = [0.9, "rising"]
    there = second["household_id"] == "h05"
    second.loc[there, ["eligible", "left_out"]] = [False, "already or recently: suspension"]
    return pd.concat([first, second], ignore_index=True)


def _reasons(scores: pd.DataFrame) -> pd.DataFrame:
    first = made.reasons(made.scores())
    second = first[first["kind"] == "reason"].assign(outcome=SECOND)
    second["text"] = "Sent out of lessons more often, " + second["position"].astype(str)
    shared = first[(first["kind"] == "reason") & (first["position"] == 1)].assign(outcome=SECOND, position=1)
    return pd.concat([first, second.assign(position=second["position"] + 1), shared], ignore_index=True)


def _list(
    scores: pd.DataFrame | None = None, weights: dict[str, float] = WEIGHTS, **figures: Any
) -> ZoneList:
    scores = _scores() if scores is None else scores
    records = made.records(made.scores())
    released = replace(
        made.MadeRelease(scores, _reasons(scores)), outcomes=OUTCOMES, weights=weights, policy="Our policy"
    )
    said = made.figures(expected_true_in_list={FIRST: "About 3 of 9", SECOND: "About 5 of 9"}, **figures)
    return zone_list(released, records, made.identities(records), made.authority(), "Z1", said, made.TODAY)


def _by_first(**figures: Any) -> ZoneList:
    """A list by the first outcome alone."""
    scores = made.scores()
    released, records = made.MadeRelease(scores, made.reasons(scores)), made.records(scores)
    said = made.figures(**figures)
    return zone_list(released, records, made.identities(records), made.authority(), "Z1", said, made.TODAY)


@cache
def _usual() -> ZoneList:
    return _list()


def _family(home: str, held: ZoneList | None = None) -> FamilyRow:
    return next(family for family in (held or _usual()).families if family.household_id == home)


@pytest.mark.parametrize(
    ("home", "first", "second"),
    [
        (
            "h00",
            "as high as position A of a list by this alone, rising",
            "below the end of a list by this alone, steady",
        ),
        (
            "h13",
            "below the end of a list by this alone, falling",
            "as high as position A of a list by this alone, rising",
        ),
    ],
)
def test_a_row_says_how_the_child_stands_by_each_alone(home: str, first: str, second: str) -> None:
    assert [part.line for part in _family(home).by_outcome] == [
        f"Statutory social care: {first}; weight 2",
        f"Suspension: {second}; weight 1",
    ]


def test_who_is_already_there_is_not_counted_and_the_row_says_so_without_saying_which() -> None:
    _, second = _family("h05").by_outcome
    assert second.line == (
        "Suspension: not counted, as the child is already there, or of an age at which it is not scored; weight 1"
    )


def test_a_family_high_by_one_outcome_alone_is_listed_and_called_rising_by_it() -> None:
    by_first = _by_first(reserve=0)
    assert "h13" not in {family.household_id for family in by_first.families}
    assert _family("h13").change_direction == "rising"
    assert _family("h13").position_band in "AB"


def test_an_outcome_of_no_weight_is_shown_and_moves_nobody() -> None:
    held = _list(weights={FIRST: 2.0, SECOND: 0.0}, reserve=0)
    by_first = _by_first(reserve=0)
    places = [{f.household_id: (f.rank, f.position_band) for f in each.families} for each in (held, by_first)]
    assert places[0] == places[1]
    assert _family("h00", held).by_outcome[1].line.endswith("weight 0")
    assert {reason.bears_on for family in held.families for reason in family.reasons} <= {OUTCOMES[FIRST], ""}


def test_reasons_come_from_the_outcome_that_adds_most_and_say_of_which_they_speak() -> None:
    assert [r.bears_on for r in _family("h00").reasons if not r.hidden] == ["statutory social care"] * 2
    turned = _family("h13").reasons
    assert [r.bears_on for r in turned if not r.hidden][:1] == ["suspension"]
    assert turned[0].line.endswith("(bears on suspension, Schools, attendance, 20 August 2024)")
    assert len({r.text for r in turned if not r.hidden}) == len([r for r in turned if not r.hidden])


def test_where_one_outcome_ranks_a_reason_says_nothing_of_it() -> None:
    held = _by_first()
    assert not any(family.by_outcome for family in held.families)
    assert {reason.bears_on for family in held.families for reason in family.reasons} == {""}
    assert "By each outcome alone" not in page(held)


def test_a_child_is_counted_once_among_the_not_ranked_with_all_that_was_said() -> None:
    scores = _scores()
    none = scores["person_id"] == "p040"
    scores.loc[none, "eligible"] = False
    scores.loc[none & (scores["outcome"] == FIRST), "left_out"] = "already or recently: statutory social care"
    scores.loc[none & (scores["outcome"] == SECOND), "left_out"] = "already or recently: suspension"
    said = {(n.reason, n.children) for n in _list(scores).not_ranked}
    assert ("Already or recently: statutory social care; already or recently: suspension", 1) in said
    assert ("In statutory services", 1) in said


def test_an_objection_takes_a_family_off_whatever_the_outcomes_and_is_counted_once() -> None:
    scores = _scores()
    rows = pd.DataFrame([("a-h05", "objection", "true", "2024-09-11", "early_help")])
    rows.columns = ["person_id", "name", "value", "event_date", "agency"]
    records = made.records(made.scores(), attribute=rows)
    released = replace(
        made.MadeRelease(scores, _reasons(scores)), outcomes=OUTCOMES, weights=WEIGHTS, policy="Our policy"
    )
    said = made.figures(expected_true_in_list={FIRST: "About 3 of 9", SECOND: "About 5 of 9"})
    held = zone_list(released, records, made.identities(records), made.authority(), "Z1", said, made.TODAY)
    children = scores.loc[scores["household_id"] == "h05", "person_id"].nunique()
    assert held.objections == children
    assert ("An objection is on record", children) in {(n.reason, n.children) for n in held.not_ranked}


def test_every_file_shows_parts_rule_and_what_is_expected_of_each() -> None:
    held = _usual()
    line = "Suspension: as high as position A of a list by this alone, rising; weight 1"
    html, csv = page(held), list_csv(held).decode("utf-8-sig")
    assert line in html and line in csv
    assert "statutory social care (weight 2) and suspension (weight 1)" in html and "Our policy" in html
    assert "About 3 of 9" in html and "About 5 of 9" in html
    trust = dict(header_lines(held.header))["How far to trust it"]
    assert trust == (
        "About 3 of 9: statutory social care, within 12 months; About 5 of 9: suspension, within 12 months"
    )
    sheets = openpyxl.load_workbook(io.BytesIO(workbook(held)))
    assert any(line in str(cell) for row in sheets["Families"].iter_rows(values_only=True) for cell in row)
