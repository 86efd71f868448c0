"""The made-up people: how many, how old, in whose family, under what numbers."""

import re
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.synthetic import Parameters
from prevention_model.synthetic.calendar import (
    END,
    MISSING,
    Months,
    Terms,
    birthday,
    day,
    next_census,
    reception,
    start_of,
    written,
)
from prevention_model.synthetic.identifiers import nhs_number, postcode, upn
from prevention_model.synthetic.life import present_on
from prevention_model.synthetic.names import FEMALE, MALE, SURNAMES
from prevention_model.synthetic.places import DEPRIVED_ZONE, make_places
from prevention_model.synthetic.population import Families, People, make_people
from prevention_model.synthetic.streams import Streams

PARAMETERS = Parameters()
DAYS = st.dates(date(1994, 1, 1), date(2025, 3, 31))


@pytest.fixture(scope="module")
def county() -> tuple[Families, People]:
    streams = Streams(3)
    places = make_places(streams, PARAMETERS.places)
    return make_people(streams, PARAMETERS.families, places, 6_000, day(start_of(6)))


def test_exactly_the_people_asked_for_live_there_on_the_last_day(county: tuple[Families, People]) -> None:
    _, people = county
    here = present_on(people, day(END))[: people.children]
    ages = (day(END) - people.born[: people.children]) / 365.25
    assert here.sum() == 6_000
    assert ages.min() >= 0 and ages.max() < 26


def test_ages_have_the_shape_of_the_published_one(county: tuple[Families, People]) -> None:
    _, people = county
    ages = (day(END) - people.born[: people.children]) / 365.25
    shares = np.histogram(ages, [0, 5, 10, 16, 18, 26])[0] / len(ages)
    assert np.abs(shares - PARAMETERS.families.age_shares).max() < 0.03


def test_parents_are_old_enough_and_every_child_has_one(county: tuple[Families, People]) -> None:
    families, people = county
    first = np.full(len(families), MISSING, dtype=np.int32)
    adults = np.flatnonzero(people.role == 1)
    first[people.family[adults]] = people.born[adults]
    gap = (people.born[: people.children] - first[people.family[: people.children]]) / 365.25
    assert (first != MISSING).all()
    assert gap.min() > 15


def test_brothers_and_sisters_are_born_at_least_nine_months_apart(county: tuple[Families, People]) -> None:
    _, people = county
    family, born = people.family[: people.children], people.born[: people.children]
    order = np.lexsort((born, family))
    same = np.diff(family[order]) == 0
    gaps = np.diff(born[order])[same]
    # Twins and mixed families exist; most gaps must still be possible.
    assert (gaps < 250).mean() < 0.12


def test_nobody_is_present_before_birth_or_after_death(county: tuple[Families, People]) -> None:
    _, people = county
    dead = people.died != MISSING
    assert (people.present_from[: people.children] >= people.born[: people.children]).all()
    assert (people.present_to[dead] <= people.died[dead]).all()
    assert 0 < dead.mean() < 0.02


def test_deprived_areas_are_concentrated_in_one_zone() -> None:
    places = make_places(Streams(1), PARAMETERS.places)
    deprived = places.decile <= 2
    assert len(places.zone) == 219
    assert deprived.sum() == pytest.approx(11, abs=2)
    assert (places.zone[deprived] == DEPRIVED_ZONE).mean() >= 0.8
    assert sorted(set(places.zone.tolist())) == list(range(7))


def test_a_pyramid_lies_in_one_zone() -> None:
    places = make_places(Streams(1), PARAMETERS.places)
    zones = {(int(p), int(z)) for p, z in zip(places.pyramid, places.zone, strict=True)}
    assert len(zones) == PARAMETERS.places.pyramids


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=20))
def test_upns_are_well_formed_with_a_right_check_letter(serials: list[int]) -> None:
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
    for text in upn(np.array(serials)).to_pylist():
        assert re.fullmatch(r"[A-Z]999\d{9}", text)
        total = sum((place + 2) * int(digit) for place, digit in enumerate(text[1:]))
        assert text[0] == letters[total % 23]


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=20, unique=True))
def test_nhs_numbers_pass_modulus_11_and_differ(serials: list[int]) -> None:
    texts = nhs_number(np.array(serials)).to_pylist()
    assert len(set(texts)) == len(serials)
    for text in texts:
        total = sum((10 - place) * int(digit) for place, digit in enumerate(text[:9]))
        assert text.startswith("999") and (11 - total % 11) % 11 == int(text[9])


def test_postcodes_are_in_an_area_that_does_not_exist() -> None:
    texts = postcode(np.arange(219), np.arange(219) * 7).to_pylist()
    assert all(re.fullmatch(r"QZ\d{1,2} \d[A-Z]{2}", text) for text in texts)


def test_names_can_be_written_in_windows_1252_and_need_it() -> None:
    names = FEMALE.to_pylist() + MALE.to_pylist() + SURNAMES.to_pylist()
    assert any(not name.isascii() for name in names)
    assert all(name.encode("cp1252") and "," not in name for name in names)


@given(DAYS, st.integers(0, 25))
def test_birthdays_fall_in_the_same_month(born: date, years: int) -> None:
    found = date.fromordinal(int(birthday(np.array([day(born)]), years)[0]) + date(1970, 1, 1).toordinal())
    if (born.month, born.day) == (2, 29) and found.month == 3:
        assert found.day == 1
    else:
        assert (found.year, found.month, found.day) == (born.year + years, born.month, born.day)


@given(DAYS)
def test_children_start_school_between_four_and_five(born: date) -> None:
    first = int(reception(np.array([day(born)]))[0])
    assert 4 * 365 <= first - day(born) <= 5 * 365.25 + 4


@given(st.dates(date(2000, 1, 1), date(2025, 12, 31)))
def test_a_census_follows_within_half_a_year(when: date) -> None:
    found = int(next_census(np.array([day(when)]))[0])
    assert 0 < found - day(when) < 160


def test_a_missing_day_stays_missing() -> None:
    assert next_census(np.array([MISSING])).tolist() == [MISSING]
    assert written(np.array([MISSING]), "uk").to_pylist() == [None]


@given(DAYS)
def test_dates_are_written_in_three_styles(when: date) -> None:
    one = np.array([day(when)])
    assert written(one, "iso").to_pylist() == [when.isoformat()]
    assert written(one, "uk").to_pylist() == [when.strftime("%d/%m/%Y")]
    assert written(one, "school").to_pylist()[0].endswith("00:00:00")


def test_months_run_to_the_day_of_the_extract_without_a_gap() -> None:
    months = Months.of(6)
    assert months.first[months.warm_up] == day(date(2019, 4, 1))
    assert (months.first[:-1] + months.length[:-1] == months.first[1:]).all()
    assert months.first[-1] + months.length[-1] == day(END)
    assert months.school_year[months.warm_up] == 2018


def test_a_term_is_reported_after_it_ended() -> None:
    terms = Terms.between(start_of(6), END)
    assert (terms.census > terms.last).all()
    assert (terms.last > terms.first).all()
