"""The Standard Safeguarding Dataset: tables that refer to one another, JSON cells, periods of care, databases."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from prevention_model.errors import RecordsRefused
from prevention_model.records.extract import Extract
from prevention_model.records.standards.catalogue import STANDARDS
from prevention_model.records.standards.reading import read_database, read_standard
from tests.fixtures.made_up_extracts import aside, of, read, rows
from tests.fixtures.made_up_ssd import SSD
from tests.fixtures.postgresql import postgresql, why_not

RECEIVED = date(2024, 9, 1)
PERIODS = [("P1", "2023-11-01", "2024-01-05", "section_20", "returned_home_planned")]


def periods(extracts: Sequence[Extract], kind: str = "care_period") -> list[tuple[str, ...]]:
    """The spells of this kind: person, first day, end, code, outcome."""
    found = []
    for extract in extracts:
        for frame in extract.frames.get("spell", []):
            some = frame[frame["kind"] == kind]
            people = extract.mentions["la_person_id"].reindex(some["mention"])
            for person, row in zip(people, some.to_dict("records"), strict=True):
                days = [str(row[name])[:10].replace("NaT", "") for name in ("start_date", "end_date")]
                found.append(
                    (person, *days, *("" if row[n] != row[n] else row[n] for n in ("code", "outcome")))
                )
    return sorted(found)


def test_every_row_is_told_of_and_orphans_are_named(tmp_path: Path) -> None:
    extracts = read("ssd", tmp_path, SSD)
    assert aside(extracts) == [
        ("ssd_assessment_factors.csv", 3, "assessment_id", "no_parent"),
        ("ssd_cla_placement.csv", 3, "cla_id", "no_parent"),
    ]
    assert {e.module for e in extracts} == {name.removesuffix(".csv") for name in SSD}


def test_tables_about_workers_are_counted_and_name_nobody(tmp_path: Path) -> None:
    extracts = {e.module: e for e in read("ssd", tmp_path, SSD)}
    workers = extracts["ssd_professionals"]
    assert (workers.rows_in, workers.accepted, len(workers.mentions), workers.frames) == (2, 2, 0, {})


def test_periods_of_care_are_those_of_a_903_return(tmp_path: Path) -> None:
    extracts = read("ssd", tmp_path, SSD)
    # A change of legal status is the same period; a short break is none.
    assert periods(extracts) == PERIODS
    assert periods(extracts, "short_break") == [
        ("P3", "2024-02-01", "2024-02-03", "short_breaks_episodes", "other")
    ]
    assert len(periods(extracts, "care_episode")) == 3
    (episodes,) = [e for e in extracts if e.module == "ssd_cla_episodes"]
    assert ("care_period", "the same day") in episodes.known


def test_without_legal_statuses_an_episode_is_care_of_a_kind_that_is_not_known(tmp_path: Path) -> None:
    files = {name: SSD[name] for name in ("ssd_cla_episodes.csv",)}
    assert [row[:3] for row in periods(read("ssd", tmp_path, files))] == [
        ("P1", "2023-11-01", "2024-01-05"), ("P3", "2024-02-01", "2024-02-03"),
    ]  # fmt: skip


def test_a_mother_who_is_a_child_is_no_adult(tmp_path: Path) -> None:
    (people,) = [e for e in read("ssd", tmp_path, SSD) if e.module == "ssd_person"]
    told = people.frames["person"][0].set_index("mention")["is_adult"]
    assert [str(value) for value in told] == ["False", "True", "False"]
    # The word for sex is blank, that for gender is there.
    assert rows([people], "person", "sex") == [("",), ("F",), ("F",), ("F",)]


def test_what_a_need_and_a_factor_is_becomes_known_when_an_assessment_is_authorised(tmp_path: Path) -> None:
    extracts = read("ssd", tmp_path, SSD)
    # The first of two authorisations, whatever the order of days as text; a referral without assessment at its end.
    assert of(extracts, "attribute", "primary_need", "value", "event_date", "known_date") == [
        ("abuse_or_neglect", "2023-10-02", "2023-10-25"), ("family_stress", "2023-10-03", "2023-10-04"),
    ]  # fmt: skip
    assert of(extracts, "event", "assessment_factor", "code", "event_date", "known_date") == [
        ("child_alcohol", "2023-11-09", "2023-11-09"), ("parent_drugs", "2023-11-09", "2023-11-09"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ('["1A", "2B"]', ["child_alcohol", "parent_drugs"]),
        ('{"1A": "Yes", "2B": "No", "20": "1"}', ["child_alcohol", "other"]),
        ("[]", []),
        ("not json", ["unmapped"]),
        ('["1A", "99Z"]', ["child_alcohol", "unmapped"]),
    ],
)
def test_factors_as_an_array_and_as_an_object(cell: str, codes: list[str], tmp_path: Path) -> None:
    quoted = '"{}"'.format(cell.replace('"', '""'))
    files = {
        "ssd_cin_assessments.csv": SSD["ssd_cin_assessments.csv"],
        "ssd_assessment_factors.csv": [SSD["ssd_assessment_factors.csv"][0], f"1,A1,{quoted}"],
    }
    extracts = read("ssd", tmp_path, files)
    assert [row[0] for row in of(extracts, "event", "assessment_factor", "code")] == codes
    assert aside(extracts) == []


def test_outcomes_of_a_contact_are_known_a_working_day_later(tmp_path: Path) -> None:
    cell = '"{""NEW_REFERRAL_FLAG"": ""Y"", ""NFA_FLAG"": ""N"", ""ADVICE_FLAG"": true}"'
    head = SSD["ssd_contacts.csv"][0]
    # The sixth of October 2023 was a Friday.
    extracts = read("ssd", tmp_path, {"ssd_contacts.csv": [head, f"1,P1,2023-10-06,6,Police,{cell}"]})
    assert of(extracts, "event", "contact_outcome", "code", "event_date", "known_date") == [
        ("advice", "2023-10-06", "2023-10-09"), ("new_referral", "2023-10-06", "2023-10-09"),
    ]  # fmt: skip


def test_identifiers_by_their_type(tmp_path: Path) -> None:
    (linked,) = [e for e in read("ssd", tmp_path, SSD) if e.module == "ssd_linked_identifiers"]
    columns = ["upn", "former_upn", "nhs_number", "uln"]
    found = linked.mentions[columns].fillna("").to_numpy().tolist()
    assert found == [
        ["A999000000012", "", "", ""], ["", "", "9990000018", ""], ["", "B999000000012", "", ""], [""] * 4,
    ]  # fmt: skip


def test_an_address_out_of_its_json(tmp_path: Path) -> None:
    head = SSD["ssd_address.csv"][0]
    cell = '"{""HOUSE"": ""1"", ""STREET"": ""Mill Lane"", ""TOWN"": ""Aford"", ""UPRN"": ""100""}"'
    extracts = read("ssd", tmp_path, {"ssd_address.csv": [
        head, f"1,P1,Home,2019-02-01,,AB12CD,{cell}", "2,P1,Home,2018-02-01,2019-02-01,AB12CE,{broken",
        "3,P1,Placement,2020-02-01,,AB12CF,[1]",
    ]})  # fmt: skip
    (address,) = extracts
    assert address.mentions[["vault:uprn", "vault:address"]].fillna("").to_numpy().tolist() == [
        ["100", "1, Mill Lane, Aford"], ["", ""], ["", ""],
    ]  # fmt: skip
    assert rows(extracts, "place", "kind", "from", "to") == [
        ("home", "2018-02-01", "2019-02-01"), ("home", "2019-02-01", ""), ("placement", "2020-02-01", ""),
    ]  # fmt: skip


def test_an_address_is_known_since_its_person_is_on_record(tmp_path: Path) -> None:
    """Somebody first helped in 2023 has lived there since 2019: in 2021 the authority did not know it."""
    extracts = read("ssd", tmp_path, SSD)
    assert rows(extracts, "place", "kind", "from", "known_date") == [
        ("home", "2019-02-01", "2023-01-01"), ("placement", "2023-11-01", "2023-11-01"),
    ]  # fmt: skip
    assert rows(extracts, "relationship", "role", "from", "known_date") == [
        ("mother", "2012-05-03", "2023-01-01")
    ]
    alone = {"ssd_address.csv": SSD["ssd_address.csv"]}
    (folder := tmp_path / "alone").mkdir()
    told = rows(read("ssd", folder, alone), "place", "kind", "known_date")
    assert {day for _, day in told} == {str(RECEIVED)}


def test_a_placeholder_says_nothing(tmp_path: Path) -> None:
    extracts = read("ssd", tmp_path, SSD)
    assert of(extracts, "attribute", "disability", "value") == [("autism",)]
    (people,) = [e for e in extracts if e.module == "ssd_person"]
    assert people.mentions["nhs_number"].isna().tolist() == [False, True, True]


def test_that_somebody_has_no_disability_is_a_statement_and_no_blank(tmp_path: Path) -> None:
    told = ["disa_table_id,disa_person_id,disa_disability_code", "1,P1,NONE", "2,P2,null"]
    extracts = read("ssd", tmp_path, {**SSD, "ssd_disability.csv": told})
    assert of(extracts, "attribute", "disability", "value") == [("none",)]


def test_the_mother_is_the_other_person(tmp_path: Path) -> None:
    (mothers,) = [e for e in read("ssd", tmp_path, SSD) if e.module == "ssd_mother"]
    assert mothers.mentions[["la_person_id", "other:la_person_id"]].to_numpy().tolist() == [["P1", "P2"]]
    assert rows([mothers], "relationship", "role", "from") == [("mother", "2012-05-03")]


def test_parquet_says_the_same(tmp_path: Path) -> None:
    for name, lines in SSD.items():
        head, *cells = [text.split(",") for text in lines]
        columns = dict(zip(head, zip(*cells, strict=True), strict=True))
        pq.write_table(pa.table(columns), tmp_path / f"{name.removesuffix('.csv')}.parquet")
    files = sorted(tmp_path.glob("*.parquet"))
    assert periods(read_standard(STANDARDS["ssd"], files, RECEIVED)) == PERIODS


def fill(url: str, tables: Mapping[str, Sequence[str]]) -> None:
    """The tables in a database, every column a text."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as told:
        for name, lines in tables.items():
            head, *cells = [text.split(",") for text in lines]
            table = sa.Table(
                name.removesuffix(".csv"), sa.MetaData(), *(sa.Column(column, sa.Text) for column in head)
            )
            table.create(told)
            for row in cells:
                told.execute(table.insert().values([text or None for text in row]))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as url:
        fill(url, {**SSD, "ssd_version_log.csv": ["version_number", "1.2"], "wages.csv": ["who", "x"]})
        yield url


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "a server can be started")
def test_straight_from_postgresql(server: str) -> None:
    extracts = read_database(STANDARDS["ssd"], server, RECEIVED)
    assert periods(extracts) == PERIODS
    # Other tables of the database are not asked for.
    assert {e.module for e in extracts} == {name.removesuffix(".csv") for name in SSD}
    assert sum(e.rows_in for e in extracts) == sum(len(lines) - 1 for lines in SSD.values())


def test_straight_from_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ssd.db'}"
    fill(url, SSD)
    extracts = read_database(STANDARDS["ssd"], url, RECEIVED, "lcs")
    assert periods(extracts) == PERIODS and {e.source for e in extracts} == {"lcs"}


def test_a_database_without_the_tables_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    fill(url, {"wages.csv": ["who", "x"]})
    with pytest.raises(RecordsRefused) as refused:
        read_database(STANDARDS["ssd"], url, RECEIVED)
    assert str(refused.value) == (
        "The database holds none of the tables of Standard Safeguarding Dataset. Where: source ssd. "
        "What to do: Check the database's name, and that the account may read the tables."
    )
