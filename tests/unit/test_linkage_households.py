"""Who lives together: each rule of households with a case."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from prevention_model.linkage import Linked
from prevention_model.linkage.areas import Areas
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VaultKeys
from tests.unit.linkage_cases import Row, extract, linked, whose

AREAS = Areas(
    pd.DataFrame(
        {"lsoa": ["E1", "E2"], "zone": ["north", "south"], "idaci_decile": ["3", "8"], "rural": "true"}
    ),
    pd.Series({"qz11aa": "E1", "qz22bb": "E2"}),
)
HERE, THERE = {"uprn": "1001", "postcode": "QZ1 1AA"}, {"uprn": "2002", "postcode": "QZ2 2BB"}


class Case:
    """A small authority: people by their authority number, homes, family numbers, relationships, spells."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self.rows: dict[str, list[Row]] = {}
        self.frames: dict[str, dict[str, list[Row]]] = {}

    def say(self, source: str, table: str, ref: str, row: Row, **named: Any) -> "Case":
        rows = self.rows.setdefault(source, [])
        rows.append({"la_person_id": ref, **named})
        self.frames.setdefault(source, {}).setdefault(table, []).append({"mention": len(rows) - 1, **row})
        return self

    def home(self, ref: str, where: Row, since: str, source: str = "school", to: str | None = None) -> "Case":
        row = {"kind": "home", "from": since, "to": to, "known_date": since}
        return self.say(source, "place", ref, row, **where)

    def family(self, ref: str, number: str, since: str, source: str = "early_help", **where: Any) -> "Case":
        row = {"household_key": number, "from": since, "to": None, "known_date": since}
        return self.say(source, "household", ref, row, **where)

    def mother(self, ref: str, of: str, since: str = "2015-01-01") -> "Case":
        row = {"role": "mother", "from": since, "known_date": since}
        return self.say("care", "relationship", of, row, **{"other:la_person_id": ref})

    def spell(
        self, ref: str, kind: str, start: str, end: str | None, code: str = "foster", outcome: str = ""
    ) -> "Case":
        row = {
            "kind": kind,
            "code": code,
            "outcome": outcome,
            "agency": "care",
            "start_date": start,
            "end_date": end,
        }
        return self.say("care", "spell", ref, {**row, "known_start": start, "known_end": end})

    def link(self) -> Linked:
        extracts = [extract(source, *rows, **self.frames[source]) for source, rows in self.rows.items()]
        return linked(extracts, self.vault, areas=AREAS)

    def homes(self, on: str) -> set[frozenset[str]]:
        """The households of one day, as sets of authority numbers."""
        table = self.link().records.frames["household"]
        day = pd.Timestamp(on)
        here = (
            (table["from"] <= day) & (table["to"].isna() | (table["to"] > day)) & (table["known_date"] < day)
        )
        now = table[here].sort_values(["from", "known_date"]).drop_duplicates("person_id", keep="last")
        refs = sorted({row["la_person_id"] for rows in self.rows.values() for row in rows})
        refs += sorted(
            {
                row["other:la_person_id"]
                for r in self.rows.values()
                for row in r
                if "other:la_person_id" in row
            }
        )
        name = {whose(self.vault, "la_person_id", ref): ref for ref in refs}
        return {frozenset(name[p] for p in rows["person_id"]) for _, rows in now.groupby("household_id")}


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(Vault(tmp_path / "vault", VaultKeys.new()))


def sets(text: str) -> set[frozenset[str]]:
    return {frozenset(part.split()) for part in text.split("|")} if text else set()


def test_people_at_one_property_live_together(case: Case) -> None:
    case.home("ann", HERE, "2020-01-16").home("mum", HERE, "2018-05-01", "housing").home(
        "zoe", THERE, "2020-01-16"
    )
    assert case.homes("2021-01-01") == sets("ann mum | zoe")
    table = case.link().records.frames["household"]
    assert table["confidence"].to_list() == [0.8, 0.8, 0.8]


def test_an_address_written_out_is_the_property_that_another_row_numbers(case: Case) -> None:
    written = {"address": "1 High Street", "postcode": "QZ1 1AA"}
    case.home("ann", {**written, **HERE}, "2020-01-16").home(
        "mum", written | {"address": "1, High St"}, "2020-02-01"
    )
    case.home("zoe", {**written, "address": "2 High Street"}, "2020-01-16")
    assert case.homes("2021-01-01") == sets("ann mum | zoe")


def test_a_relative_makes_it_surer(case: Case) -> None:
    case.home("ann", HERE, "2020-01-16").home("mum", HERE, "2020-01-16").mother("mum", of="ann")
    assert set(case.link().records.frames["household"]["confidence"]) == {0.95}


def test_a_census_that_says_the_same_three_times_a_year_is_one_stay(case: Case) -> None:
    for day in ("2020-01-16", "2020-05-21", "2020-10-01"):
        case.home("ann", HERE, day)
    case.home("ann", THERE, "2021-01-21").home("ann", HERE, "2021-05-20")
    made = case.link().records.frames
    days = [str(day.date()) for day in made["place"]["from"]]
    assert days == ["2020-01-16", "2021-01-21", "2021-05-20"]
    assert len(made["household"]) == 3


def test_two_sources_that_know_one_stay_are_one_row_as_first_known(case: Case) -> None:
    case.say(
        "housing",
        "place",
        "ann",
        {"kind": "home", "from": "2019-12-03", "to": None, "known_date": "2020-02-20"},
        **HERE,
    )
    case.home("ann", HERE, "2020-01-16")
    (place,) = case.link().records.frames["place"].to_dict("records")
    assert (str(place["known_date"].date()), place["source"]) == ("2020-01-16", "school")


def test_a_move_is_followed_and_the_next_family_is_another_household(case: Case) -> None:
    case.home("ann", HERE, "2018-01-16").home("ann", THERE, "2020-01-16").home("zoe", HERE, "2020-05-21")
    assert case.homes("2019-01-01") == sets("ann")
    assert case.homes("2021-01-01") == sets("ann | zoe")
    table = case.link().records.frames["household"]
    assert table["household_id"].nunique() == 3


def test_a_child_of_separated_parents_is_where_it_last_moved_to(case: Case) -> None:
    case.home("mum", HERE, "2018-01-01").home("dad", THERE, "2019-01-01").home("ann", HERE, "2018-01-01")
    case.home("ann", THERE, "2020-01-16", "health")
    for ref in ("mum", "ann", "dad"):
        case.family(ref, "F1", "2018-02-01")
    assert case.homes("2019-06-01") == sets("mum ann | dad")
    assert case.homes("2021-01-01") == sets("mum | ann dad")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"postcode": "QZ1 1AA"}, {"postcode": "QZ1 1AA"}),
        ({"postcode": "QZ1 1AA", "surname": "Smith"}, {"postcode": "QZ1 1AA", "surname": "Smith"}),
        ({"uprn": "1001", "surname": "Smith"}, {"uprn": "2002", "surname": "Smith"}),
        (HERE, {"postcode": "QZ1 1AA"}),
    ],
)
def test_a_postcode_or_a_surname_makes_no_household(case: Case, one: Row, two: Row) -> None:
    case.home("ann", one, "2020-01-16").home("zoe", two, "2020-01-16")
    assert all(len(home) == 1 for home in case.homes("2021-01-01"))


def test_a_relative_in_the_same_postcode_lives_there_too(case: Case) -> None:
    case.home("ann", HERE, "2020-01-16").home("mum", {"postcode": "QZ1 1AA"}, "2020-01-16", "health")
    assert case.mother("mum", of="ann").homes("2021-01-01") == sets("ann mum")


def test_relatives_of_whom_only_a_postcode_is_known_live_together(case: Case) -> None:
    for ref in ("ann", "ben", "mum", "zoe"):
        case.home(ref, {"postcode": "QZ1 1AA"}, "2020-01-16", "health")
    case.mother("mum", of="ann").mother("mum", of="ben")
    assert case.homes("2021-01-01") == sets("ann ben mum")
    assert set(case.link().records.frames["household"]["confidence"]) == {0.7}


def test_a_family_number_adds_who_has_no_address(case: Case) -> None:
    case.home("ann", HERE, "2020-01-16").home("mum", HERE, "2020-01-16")
    for ref in ("ann", "mum", "dad"):
        case.family(ref, "F1", "2020-03-01")
    assert case.homes("2021-01-01") == sets("ann mum dad")
    confidence = case.link().records.frames["household"].groupby("source")["confidence"].max()
    assert confidence.to_dict() == {"school": 0.95, "early_help": 0.8}


def test_one_person_in_common_joins_no_households(case: Case) -> None:
    case.home("ann", HERE, "2020-01-16").home("mum", HERE, "2020-01-16")
    case.family("ann", "F1", "2020-03-01").family("dad", "F1", "2020-03-01").family("ben", "F1", "2020-03-01")
    assert case.homes("2021-01-01") == sets("ann mum | dad ben")


def test_a_tenancy_is_its_address(case: Case) -> None:
    case.home("ann", HERE, "2020-01-16")
    case.family("mum", "T1", "2019-03-01", "housing", **HERE).home("mum", HERE, "2019-03-01", "housing")
    case.family("dad", "T1", "2019-03-01", "housing")
    assert case.homes("2021-01-01") == sets("ann mum dad")


def test_family_numbers_of_two_sources_have_nothing_to_do_with_each_other(case: Case) -> None:
    case.family("ann", "7", "2020-03-01").family("mum", "7", "2020-03-01").family(
        "zoe", "7", "2020-03-01", "housing"
    )
    assert case.homes("2021-01-01") == sets("ann mum | zoe")


def test_a_hostel_is_no_household(case: Case) -> None:
    for number in range(13):
        case.home(f"p{number:02d}", HERE, "2020-01-16")
    assert case.homes("2021-01-01") == set()


def test_a_placed_child_leaves_and_comes_back(case: Case) -> None:
    case.home("ann", HERE, "2019-01-16").home("mum", HERE, "2019-01-16")
    case.spell("ann", "care_period", "2020-02-01", "2021-02-01").spell(
        "ann", "placement", "2020-02-01", "2020-08-01"
    )
    case.spell("ann", "placement", "2020-08-01", "2021-02-01", code="with_parents")
    assert case.homes("2020-01-01") == sets("ann mum")
    assert case.homes("2020-07-01") == sets("mum")
    assert case.homes("2020-09-01") == case.homes("2021-03-01") == sets("ann mum")


def test_adoption_ends_the_link_to_the_birth_family(case: Case) -> None:
    case.home("ann", HERE, "2018-01-16").home("mum", HERE, "2018-01-16").mother(
        "mum", of="ann", since="2016-05-01"
    )
    case.family("ann", "F1", "2018-03-01").family("mum", "F1", "2018-03-01")
    case.spell("ann", "care_period", "2019-02-01", "2021-02-01", outcome="adopted_unopposed")
    case.home("ann", THERE, "2021-05-20").home("new", THERE, "2015-01-01").mother(
        "new", of="ann", since="2021-02-01"
    )
    assert case.homes("2018-06-01") == sets("mum | new")
    assert case.homes("2021-07-01") == sets("mum | ann new")
    told = case.link().records.frames["relationship"]
    assert told["other_id"].to_list() == [whose(case.vault, "la_person_id", "new")]


def test_a_protected_address_is_shown_nowhere(case: Case) -> None:
    case.home("ann", HERE, "2020-01-16").home("mum", HERE, "2020-01-16").home("zoe", THERE, "2020-01-16")
    flag = {"name": "protected_address", "value": "true", "agency": "care", "event_date": "2020-02-01"}
    case.say("care", "attribute", "mum", {**flag, "known_date": "2020-02-01"})
    frames = case.link().records.frames
    told = case.vault.read().set_index("la_person_id")
    for ref in ("ann", "mum"):
        assert told.loc[ref, ["postcode", "uprn"]].isna().all() and told.loc[ref, "protected_address"]
    assert told.loc["zoe", "postcode"] == "QZ2 2BB" and not told.loc["zoe", "protected_address"]
    places = frames["place"].set_index("person_id")
    hidden = [whose(case.vault, "la_person_id", ref) for ref in ("ann", "mum")]
    assert places.loc[hidden, "lsoa"].isna().all() and set(places.loc[hidden, "zone"]) == {"north"}
    context = frames["attribute"][frames["attribute"]["source"] == "areas"]
    assert set(context["person_id"]) == {whose(case.vault, "la_person_id", "zoe")}


def test_no_address_and_no_family_number_is_in_the_tables(case: Case) -> None:
    frames = case.home("ann", HERE, "2020-01-16").family("ann", "F1", "2020-03-01").link().records.frames
    told = "".join(frame.to_csv() for frame in frames.values())
    assert not any(text in told for text in ("1001", "QZ1", "qz11aa", "F1"))
