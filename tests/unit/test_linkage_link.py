"""From extracts to records: one person, one household, and nobody's name."""

from pathlib import Path

import pandas as pd
import pytest

from prevention_model.linkage import Linked, link
from prevention_model.linkage.areas import Areas
from prevention_model.linkage.people import person_table
from prevention_model.records.extract import Extract
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VaultKeys
from tests.unit.records_files import NOTICE, a_map, read

COVERAGE = pd.DataFrame(
    {
        "source": ["notices"],
        "kind": ["police_notice"],
        "from": pd.to_datetime(["2020-01-01"]),
        "to": pd.to_datetime(["2024-09-01"]),
    }
)
AREAS = Areas(
    pd.DataFrame(
        {"lsoa": ["E1", "E2"], "zone": ["north", "south"], "idaci_decile": ["3", None], "rural": "true"}
    )
)
INDEX = a_map(
    {
        "table": "person",
        "birth_date": {"column": "dob"},
        "sex": {"column": "sex"},
        "is_adult": {"column": "adult"},
    },
    {
        "table": "household",
        "household_key": {"column": "home"},
        "from": {"column": "since"},
        "known_date": {"column": "since"},
    },
    {
        "table": "place",
        "kind": "home",
        "lsoa": {"column": "lsoa"},
        "from": {"column": "since"},
        "known_date": {"column": "since"},
    },
    source="index",
    agency="social_care",
    identifiers={"la_person_id": "ref", "upn": "upn", "nhs_number": "nhs"},
    vault={name: name for name in ("forename", "surname", "address", "postcode")} | {"birth_date": "dob"},
)
INDEX_ROWS = """ref,upn,nhs,dob,sex,adult,home,since,lsoa,forename,surname,address,postcode
C1,U1,999 000 0018,17/05/2015,F,N,H1,01/02/2020,E1,Ann,Smith,1 High St,QZ1 1AA
C2,,,02/03/1985,F,Y,h 1,01/02/2020,E1,Bea,Smith,1 High St,QZ1 1AA
"""
NOTICES = a_map(
    NOTICE,
    {
        "table": "relationship",
        "role": {"column": "role"},
        "known_date": {"column": "received"},
    },
    identifiers={"nhs_number": "nhs"},
    columns={
        "required": ["nhs", "occurred", "received", "type"],
        "optional": ["role", "other", "address", "postcode"],
    },
    other_identifiers={"la_person_id": "other"},
    vault={"address": "address", "postcode": "postcode"},
)
NOTICE_ROWS = """nhs,occurred,received,type,role,other,address,postcode
9990000018,01/02/2024,05/02/2024,DA,mother,C2,2 Low Rd,
9990000018,01/03/2024,05/03/2024,CC,father,C9,,
9990000018,01/03/2024,05/03/2024,CC,sibling,C1,,
"""


def extracts(folder: Path) -> list[Extract]:
    return [read(folder, INDEX_ROWS, INDEX), read(folder, NOTICE_ROWS, NOTICES)]


def linked(given: list[Extract], vault: Vault) -> Linked:
    deliveries = {"index": "2024-08-01", "notices": "2024-09-01"}
    return link(given, vault, coverage=COVERAGE, areas=AREAS, deliveries=deliveries)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault", VaultKeys.new())


@pytest.fixture
def found(tmp_path: Path, vault: Vault) -> Linked:
    return linked(extracts(tmp_path), vault)


def who(vault: Vault, ref: str) -> str:
    table = vault.read().set_index("la_person_id")["person_id"]
    return str(table[ref])


def test_one_child_under_several_numbers_is_one(found: Linked, vault: Vault) -> None:
    events = found.records.frames["event"]
    assert events["person_id"].to_list() == [who(vault, "C1")] * 3
    assert events["code"].to_list() == ["domestic_abuse", "child_concern", "child_concern"]
    assert events[["source", "delivery", "row"]].to_numpy().tolist() == [
        ["notices", "2024-09-01", row] for row in (2, 3, 4)
    ]


def test_everybody_has_one_row_also_who_is_named_nowhere_else(found: Linked, vault: Vault) -> None:
    person = found.records.frames["person"].set_index("person_id")
    assert person.index.to_list() == [who(vault, ref) for ref in ("C1", "C2", "C9")]
    assert person["birth_date"].dt.strftime("%Y-%m-%d").fillna("").to_list() == [
        "2015-05-01",
        "1985-03-01",
        "",
    ]
    assert person["is_adult"].to_list() == [False, True, True]


def test_relationships_name_the_other_person(found: Linked, vault: Vault) -> None:
    table = found.records.frames["relationship"]
    assert table[["role", "other_id"]].to_numpy().tolist() == [
        ["mother", who(vault, "C2")],
        ["father", who(vault, "C9")],
    ]
    counts = "mistyped conflicts refused undecided merged split unnamed repeated birth_conflicts"
    nothing = dict.fromkeys(counts.split(), 0)
    assert found.quality == {"people": 3, "mentions": 5, "self_relationships": 1, **nothing}


def test_what_holds_each_person_together_is_on_record(found: Linked, vault: Vault) -> None:
    told = found.certainty.set_index("person_id")
    assert told.loc[who(vault, "C1")].to_dict() == {
        "mentions": 5,
        "sources": 2,
        "profiles": 3,
        "match_probability": 1.0,
    }
    assert told.loc[who(vault, "C9"), "mentions"] == 1


def test_one_household_however_its_number_is_written(found: Linked) -> None:
    homes = found.records.frames["household"]
    assert homes["household_id"].nunique() == 1 and homes["household_id"].str.startswith("h").all()


def test_homes_get_their_zone_and_what_is_known_of_their_area(found: Linked) -> None:
    assert found.records.frames["place"]["zone"].to_list() == ["north", "north"]
    told = found.records.frames["attribute"]
    assert set(zip(told["name"], told["value"], strict=True)) == {("idaci_decile", "3"), ("rural", "true")}
    assert set(found.records.frames["coverage"]["kind"]) == {"police_notice", "idaci_decile", "rural"}


def test_a_whole_delivery_leaves_nothing_to_assume(found: Linked) -> None:
    assert found.records.assumptions == ()


def test_nobody_is_named_outside_the_vault(found: Linked) -> None:
    told = "".join(frame.to_csv() for frame in found.records.frames.values())
    for name in ("Smith", "Ann", "High St", "QZ1", "2015-05-17", "C1", "U1", "9990000018", "H1"):
        assert name not in told


def test_the_vault_knows_who_they_are_and_where_they_live_now(found: Linked, vault: Vault) -> None:
    table = vault.read().set_index("la_person_id")
    child = table.loc["C1"]
    assert child[["upn", "nhs_number", "forename", "surname"]].to_list() == [
        "U1",
        "9990000018",
        "Ann",
        "Smith",
    ]
    assert str(child["birth_date"].date()) == "2015-05-17"
    # The latest address counts whole: the postcode of the older one does not belong to it.
    assert child["address"] == "2 Low Rd" and pd.isna(child["postcode"])
    assert table.loc["C2", "postcode"] == "QZ1 1AA"


def test_nothing_but_the_pseudonyms_depends_on_the_key(tmp_path: Path, found: Linked) -> None:
    other = linked(extracts(tmp_path), Vault(tmp_path / "another", VaultKeys.new()))
    hidden = ["person_id", "other_id", "household_id"]
    for name, frame in found.records.frames.items():
        again = other.records.frames[name]
        held = [column for column in hidden if column in frame]
        assert not held or frame.empty or set(frame[held[0]]).isdisjoint(again[held[0]])
        pd.testing.assert_frame_equal(frame.drop(columns=held), again.drop(columns=held))
        for column in held:
            assert pd.factorize(frame[column])[0].tolist() == pd.factorize(again[column])[0].tolist()


def test_the_same_delivery_again_gives_the_same_records(tmp_path: Path, vault: Vault, found: Linked) -> None:
    assert linked(extracts(tmp_path), vault).records.fingerprint() == found.records.fingerprint()


@pytest.mark.parametrize(
    ("rows", "adult", "sex", "conflicts"),
    [
        (["C1,17/05/2015,,N", "C1,17/05/2015,F,"], False, "F", 0),
        (["C1,17/05/2007,F,N", "C1,17/05/2007,M,Y"], False, "F", 0),
        (["C1,17/05/1985,F,", "C1,01/05/1985,,Y"], True, "F", 0),
        (["C1,17/05/1985,F,", "C1,17/06/1985,,"], True, "F", 1),
    ],
)
def test_what_many_rows_say_of_one_person(
    tmp_path: Path, vault: Vault, rows: list[str], adult: bool, sex: str, conflicts: int
) -> None:
    given = [read(tmp_path, "ref,dob,sex,adult\n" + "\n".join(rows), INDEX)]
    made = linked(given, vault)
    (person,) = made.records.frames["person"].to_dict("records")
    assert (person["is_adult"], person["sex"]) == (adult, sex)
    assert made.quality["birth_conflicts"] == conflicts


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        (["NOBT", "BCRB"], "BCRB"),
        (["unmapped", "NOBT", "MWBC", "WBRI"], "MWBC"),
        (["REFU", "BCRB"], "REFU"),
        (["WBRI", "NOBT"], "WBRI"),
        (["NOBT", "unmapped"], "NOBT"),
        ([None, None], None),
    ],
)
def test_an_ethnicity_not_yet_obtained_gives_way_to_one_that_was(
    said: list[str | None], counts: str | None
) -> None:
    rows = pd.DataFrame(
        {"person_id": "p1", "ethnicity": pd.Series(said, dtype="str"), "sex": ["F"] * len(said)}
    )
    made, _ = person_table(rows, None, pd.Series(["p1", "p2"]))
    assert made["ethnicity"].astype(object).where(made["ethnicity"].notna(), None).tolist() == [counts, None]
    assert made["sex"].tolist()[0] == "F"


def test_a_delivery_in_which_nobody_is_named(tmp_path: Path, vault: Vault) -> None:
    made = linked([read(tmp_path, "ref,dob\n", INDEX)], vault)
    assert [len(made.records.frames[name]) for name in ("person", "household", "event")] == [0, 0, 0]
    assert len(vault.read()) == 0
