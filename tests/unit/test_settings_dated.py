"""What holds for a time: which entry holds is decided by the day, and none may overlap another or leave days out."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.errors import WrongUsage
from prevention_model.settings.authority import Authority
from tests.fixtures import made_up_zone as made

ZONE = {
    "code": "Z1",
    "name": "North Vale",
    "capacity": 9,
    "recipient": "Pat",
    "contact": "pat@example.invalid",
}
APRIL, JUNE = date(2024, 4, 1), date(2024, 6, 1)


def _refused(**change: Any) -> str:
    with pytest.raises(WrongUsage) as error:
        made.authority(**change)
    return str(error.value)


def test_another_entry_changes_capacity_and_recipient_from_its_first_day_on() -> None:
    later = {**ZONE, "capacity": 12, "recipient": "Sam", "start": APRIL}
    held = made.authority(zones=[{**ZONE, "end": APRIL}, later], offers=[])
    before, after = held.on(APRIL - timedelta(days=1)), held.on(APRIL)
    assert [(zone.capacity, zone.recipient) for zone in before.zones] == [(9, "Pat")]
    assert [(zone.capacity, zone.recipient) for zone in after.zones] == [(12, "Sam")]


@given(st.lists(st.integers(1, 400), min_size=1, max_size=5), st.integers(-10, 2500))
def test_of_entries_that_follow_each_other_exactly_one_holds_on_any_day(lengths: list[int], day: int) -> None:
    edges = [date(2020, 1, 1) + timedelta(days=sum(lengths[:n])) for n in range(len(lengths) + 1)]
    starts: list[date | None] = [None, *edges[1:-1]]
    ends: list[date | None] = [*edges[1:-1], None]
    zones = [
        {**ZONE, "capacity": n + 1, "start": start, "end": end}
        for n, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]
    held = made.authority(zones=zones, offers=[])
    assert len(held.on(date(2020, 1, 1) + timedelta(days=day)).zones) == 1


@pytest.mark.parametrize(
    ("zones", "said"),
    [
        ([ZONE, ZONE], "zones: named twice: Z1"),
        ([ZONE, {**ZONE, "start": APRIL}], "zones: named twice: Z1 from 2024-04-01 on"),
        ([{**ZONE, "end": JUNE}, {**ZONE, "start": APRIL}], "zones: named twice: Z1 from 2024-04-01 on"),
        (
            [{**ZONE, "end": APRIL}, {**ZONE, "start": JUNE}],
            "zones: no entry for Z1 from 2024-04-01 to 2024-06-01",
        ),
        ([{**ZONE, "start": JUNE, "end": APRIL}], "zones.0: an entry must end after it starts"),
    ],
)
def test_entries_that_overlap_or_leave_days_out_are_named(zones: list[dict[str, Any]], said: str) -> None:
    assert said in _refused(zones=zones, offers=[])


def test_a_day_on_which_no_zone_holds_is_refused_and_named() -> None:
    held = made.authority(zones=[{**ZONE, "start": JUNE}], offers=[])
    with pytest.raises(WrongUsage, match="No zone holds on 2024-04-01"):
        held.on(APRIL)


def test_offers_come_and_go() -> None:
    offers = [
        {"name": "Walking group", "level": 1, "themes": ["health"], "end": APRIL},
        {"name": "Bicycle workshop", "level": 1, "themes": ["health"], "start": APRIL},
    ]
    held = made.authority(offers=offers)
    assert [offer.name for offer in held.on(date(2024, 3, 31)).offers] == ["Walking group"]
    assert [offer.name for offer in held.on(APRIL).offers] == ["Bicycle workshop"]
    assert "offers: named twice: Walking group" in _refused(offers=[offers[0], offers[0]])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ages": [11, 5]}, "ages must name the youngest first"),
        ({"ages": [5, 40]}, "offers.0.ages.1: Input should be less than or equal to 25"),
        ({"evidence": "proven"}, "offers.0.evidence: Input should be 'not yet rated'"),
        ({"achieve": ["rich"]}, "offers.0.achieve.0: Input should be 'ambitious'"),
        ({"capacity": -1}, "offers.0.capacity: Input should be greater than or equal to 0"),
        ({"zones": ["Z9"]}, "offers and pyramids name zones that are not there: Z9"),
    ],
)
def test_an_offer_that_cannot_be_is_refused(change: dict[str, Any], said: str) -> None:
    offer = {"name": "Walking group", "level": 1, "themes": ["health"]}
    assert said in _refused(offers=[{**offer, **change}])


def test_a_school_is_in_one_pyramid_at_a_time() -> None:
    one = {"name": "Hill", "zone": "Z1", "schools": {990001: "Hill School"}}
    other = {"name": "Dale", "zone": "Z2", "schools": {"990001": "Hill School"}}
    assert "pyramids: named twice: school 990001" in _refused(pyramids=[one, other])
    moved = made.authority(pyramids=[{**one, "end": APRIL}, {**other, "start": APRIL}])
    assert [pyramid.name for pyramid in moved.on(APRIL).pyramids] == ["Dale"]


def test_schools_and_boards_cannot_be_made_readers_of_a_list() -> None:
    for reader in ("schools", "governance_board", "family"):
        said = _refused(zones=[{**ZONE, "reads_as": reader}], offers=[])
        assert "zones.0.reads_as: Input should be 'zone_coordinator' or 'early_help'" in said


def test_an_authority_without_dates_is_the_same_on_every_day() -> None:
    held = made.authority()
    assert held.on(date(1990, 1, 1)) == held.on(date(2090, 1, 1)) == held
    assert isinstance(held, Authority)


def test_a_letter_goes_to_who_received_the_list_even_where_somebody_else_receives_it_now() -> None:
    now = {**ZONE, "recipient": "Sam", "contact": "sam@example.invalid", "start": APRIL}
    held = made.authority(zones=[{**ZONE, "end": APRIL}, now], offers=[])
    assert held.contact_of("Z1", "Pat") == "pat@example.invalid"
    assert held.contact_of("Z1", "Sam") == "sam@example.invalid"
    assert held.contact_of("Z1", "Somebody who left") == "sam@example.invalid"
    assert held.contact_of("Z9", "Pat") == ""
