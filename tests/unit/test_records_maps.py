"""Maps check themselves: a fault in one is named before any file is read."""

from typing import Any

import pytest

from prevention_model.errors import WrongUsage
from tests.unit.records_files import NOTICE, a_map, spell

TODO = (
    " Where: notices.yaml. What to do: Correct the named settings and run again; "
    "docs/how-to/configure.md lists them all."
)


def without(piece: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in piece.items() if name not in names}


@pytest.mark.parametrize(
    ("piece", "fault"),
    [
        (without(NOTICE, "kind"), "produces.0: a row of table event also needs: kind"),
        (
            without(NOTICE, "event_date", "known_date"),
            "produces.0: a row of table event also needs: event_date, known_date",
        ),
        (without(spell(), "known_end"), "produces.0: a row of table spell also needs: known_end"),
        ({**NOTICE, "colour": "red"}, "produces.0.colour: unknown setting"),
        ({**NOTICE, "known_date": {}}, "produces.0.known_date: give either a column or a rule"),
        (
            {**NOTICE, "known_date": {"rule": "days_after"}},
            "produces.0.known_date: `days` goes with days_after, working_days_after, days_after_month, and must be "
            "at least 1",
        ),
        (
            {**NOTICE, "event_date": {"rule": "same_day"}},
            "produces.0: event_date: the rule same_day says when something was known, not when it was",
        ),
        (
            {**NOTICE, "when": {"column": "type"}},
            "produces.0.when.0: give one of `in`, `not_in` with at least one value, or `filled`",
        ),
        (
            {**NOTICE, "when": {"column": "type", "in": ["DA"], "filled": True}},
            "produces.0.when.0: give one of `in`, `not_in` with at least one value, or `filled`",
        ),
        ({**NOTICE, "value": "three"}, "produces.0: value: a constant here must be a number"),
        (
            {"table": "person", "is_adult": "perhaps"},
            "produces.0: is_adult: a constant here must be true or false",
        ),
        (
            {"table": "relationship", "role": "mother", "known_date": {"rule": "extract"}},
            "the file: a relationship needs other_identifiers: who the other person is",
        ),
    ],
)
def test_a_piece_that_cannot_be_is_refused(piece: dict[str, Any], fault: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        a_map(piece)
    assert str(refused.value) == f"A setting is wrong: {fault}.{TODO}"


def test_a_column_that_is_used_must_be_declared() -> None:
    with pytest.raises(WrongUsage) as refused:
        a_map(columns={"required": ["REF ", "Occurred"], "optional": ["type"]})
    assert str(refused.value) == (
        "A setting is wrong: the file: columns used but declared neither required nor optional: received."
        + TODO
    )


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(WrongUsage, match=r"2 settings are wrong: .*agency.*; .*colour: unknown setting"):
        a_map({**NOTICE, "colour": "red"}, agency="")


def test_a_map_without_identifiers_needs_full_names() -> None:
    with pytest.raises(
        WrongUsage, match="a row must name somebody: give identifiers, or forename and surname"
    ):
        a_map(identifiers={})


def test_a_map_must_produce_something() -> None:
    with pytest.raises(WrongUsage, match="A setting is wrong: produces: a map must produce something"):
        a_map(produces=[])


def test_the_kinds_of_a_source() -> None:
    attribute = {
        **without(NOTICE, "kind", "code"),
        "table": "attribute",
        "name": "young_carer",
        "value": "true",
    }
    home = {"table": "place", "kind": "home", "known_date": {"rule": "extract"}}
    assert a_map(NOTICE, spell(), attribute, home).kinds() == ["early_help", "police_notice", "young_carer"]


def test_one_date_format_may_stand_alone() -> None:
    assert a_map(date_format="%Y").date_format == ("%Y",)
