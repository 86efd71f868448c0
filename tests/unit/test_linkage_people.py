"""Who is one person, and who is not: by number, by name and birthday, by address."""

import itertools
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prevention_model.linkage.matching import match
from prevention_model.records.extract import Extract
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VaultKeys
from tests.unit.linkage_cases import Row, extract, groups

ANN = {"forename": "Annabel", "surname": "Thornwood", "birth_date": "2015-05-17", "postcode": "QZ1 1AA"}
SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault", VaultKeys.new())


def together(text: str) -> set[frozenset[str]]:
    """`a 1, b 1 | a 2`, as sets."""
    return {frozenset(row.strip() for row in part.split(",")) for part in text.split("|")}


def of(**given: Any) -> Row:
    """Annabel, but for what is given."""
    return {**ANN, **given}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"la_person_id": "L1", "upn": "U1"}, {"la_person_id": "L1", "nhs_number": "N1"}], "a 1, a 2"),
        ([{"upn": "U1", "nhs_number": "N1"}, {"nhs_number": "N1"}, {"nhs_number": "N2"}], "a 1, a 2 | a 3"),
        # A person may have several numbers of one kind, after a change of school.
        ([{"la_person_id": "L1", "upn": "U1"}, {"la_person_id": "L1", "upn": "U2"}, {"upn": "U2"}], "a 1, a 2, a 3"),
        ([{"la_person_id": "L1", "upn": "U2", "former_upn": "U1"}, {"upn": "U1"}], "a 1, a 2"),
        ([{"la_person_id": "L2", "former_la_person_id": "L1"}, {"la_person_id": "L1"}], "a 1, a 2"),
        # Where the authority's number decides, a school's health number does not.
        (
            [{"la_person_id": "L1", "upn": "U1"}, {"la_person_id": "L2", "nhs_number": "N1"},
             {"upn": "U1", "nhs_number": "N1"}],
            "a 1, a 3 | a 2",
        ),
        # One mistyped number among good ones joins nobody.
        (
            [{"la_person_id": "L1", "upn": "U1"}] * 3
            + [{"la_person_id": "L2", "upn": "U2"}] * 3
            + [{"la_person_id": "L1", "upn": "U2"}],
            "a 1, a 2, a 3, a 7 | a 4, a 5, a 6",
        ),
        # A tie goes to the smaller text.
        ([{"la_person_id": "L2", "upn": "U1"}, {"la_person_id": "L1", "upn": "U1"}, {"upn": "U1"}], "a 2, a 3 | a 1"),
    ],
)  # fmt: skip
def test_numbers_alone(vault: Vault, rows: list[Row], expected: str) -> None:
    assert groups([extract("a", *rows)], vault) == together(expected)


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        (of(la_person_id="L1", upn="U1"), of(la_person_id="L2", upn="U1", forename="Anabel"), True),
        (of(la_person_id="L1", upn="U1"), of(la_person_id="L2", upn="U1", birth_date="2015-05-18"), False),
        (of(la_person_id="L1", upn="U1"), of(la_person_id="L2", upn="U1", forename="Benedict"), False),
    ],
)
def test_two_authority_numbers_of_one_person(vault: Vault, one: Row, two: Row, same: bool) -> None:
    assert (len(groups([extract("a", one, two)], vault)) == 1) is same


def test_a_number_that_is_somebody_elses_moves_nobody(vault: Vault) -> None:
    ben = {"forename": "Benedict", "surname": "Radley", "birth_date": "2012-11-02", "postcode": "QZ9 9ZZ"}
    school = extract("school", of(upn="U1"), of(upn="U1"), {**ben, "upn": "U1"}, {**ben, "upn": "U2"})
    found = groups([school], vault)
    assert found == together("school 1, school 2 | school 3, school 4")
    assert match([school], vault).counts["mistyped"] == 1


@pytest.mark.parametrize(
    "police",
    [
        of(),
        of(forename="ANNABEL", surname="thornwood"),
        of(forename="Anabel"),
        of(surname="Thornwod"),
        of(birth_date="2015-05-16"),
        of(surname="Marley"),
        of(surname="Thornwood-Marley"),
        of(forename="A"),
        of(postcode="QZ7 7AA"),
        of(birth_date=None),
    ],
)
def test_one_child_at_two_agencies_that_share_no_number(vault: Vault, police: Row) -> None:
    assert len(groups([extract("school", of(upn="U1")), extract("police", police)], vault)) == 1


@pytest.mark.parametrize(("written", "meant"), [("2015-03-09", "2015-09-03"), ("2015-03-09", "2015-03-19")])
def test_a_birthday_with_a_slip_in_it(vault: Vault, written: str, meant: str) -> None:
    found = groups(
        [extract("a", of(upn="U1", birth_date=written)), extract("b", of(birth_date=meant))], vault
    )
    assert len(found) == 1


@pytest.mark.parametrize(
    ("short", "full"), [("Katie", "Katherine"), ("Mohammed", "Muhammad"), ("Zoë", "Zoe"), ("O'Neil", "ONeil")]
)
def test_short_forms_and_other_spellings(vault: Vault, short: str, full: str) -> None:
    found = groups([extract("a", of(upn="U1", forename=short)), extract("b", of(forename=full))], vault)
    assert len(found) == 1


@pytest.mark.parametrize(
    "other",
    [
        of(forename="Benedict"),
        of(birth_date="1985-09-02"),
        of(birth_date=None, postcode="QZ7 7AA"),
        of(surname="Marley", postcode="QZ7 7AA"),
        of(forename=None),
    ],
)
def test_somebody_else(vault: Vault, other: Row) -> None:
    assert len(groups([extract("school", of(upn="U1")), extract("police", other)], vault)) == 2


def test_two_pupils_of_one_name_and_birthday_stay_two(vault: Vault) -> None:
    school = extract("school", of(upn="U1"), of(upn="U2", postcode="QZ8 8AA"))
    police = extract("police", of(), of(postcode="QZ8 8AA"))
    assert groups([school, police], vault) == together("school 1, police 1 | school 2, police 2")


def test_without_a_birthday_only_where_one_person_fits(vault: Vault) -> None:
    father, son = of(birth_date="1985-09-02", nhs_number="N1"), of(nhs_number="N2")
    police = extract("police", of(birth_date=None))
    assert groups([extract("health", father, son), police], vault) == together(
        "health 1 | health 2 | police 1"
    )
    assert match([extract("health", father, son), police], vault).counts["undecided"] == 1


def test_likeness_does_not_run_in_chains(vault: Vault) -> None:
    """Anna is like Annabel, and Annabel like Annabella; the mother of the one is not the daughter of the other."""
    rows = [of(upn="U1"), of(upn="U2", forename="Benedict"), of(nhs_number="N1", forename="Benedict")]
    found = groups([extract("a", *rows[:2]), extract("b", rows[2]), extract("c", of())], vault)
    assert found == together("a 1, c 1 | a 2, b 1")


def test_rows_that_name_nobody_and_rows_that_say_too_little(vault: Vault) -> None:
    rows = extract(
        "police", {"forename": None, "surname": None}, {"surname": "Thornwood"}, {"surname": "Thornwood"}
    )
    matched = match([rows], vault)
    assert matched.mentions.places[0, ""].tolist()[0] == -1
    assert len(set(matched.person_of)) == 2


def test_numbers_of_records_are_nobodys(vault: Vault) -> None:
    """A census numbers each pupil's row anew; its other tables give that number alone."""
    pupils = extract("census", *(of(upn="U1", local_id=f"r{n}") for n in range(4)))
    homes = extract("census", *({"local_id": f"r{n}", "postcode": "QZ1 1AA"} for n in range(4)))
    matched = match([pupils, homes], vault)
    assert len(set(matched.person_of)) == 1
    assert set(matched.nodes["id_type"]) == {"upn"}


def test_an_agencys_own_numbers_mean_nothing_elsewhere(vault: Vault) -> None:
    one = extract("police", of(local_id="1"))
    two = extract("housing", {**of(local_id="1"), "forename": "Benedict", "birth_date": "1980-01-03"})
    assert len(groups([one, two], vault)) == 2


TWINS = st.lists(
    st.sampled_from("Ella Emma Jayden Kayden Olivia Oliver Mia".split()), min_size=2, max_size=2, unique=True
)


@SLOW
@given(names=TWINS, missing=st.sets(st.integers(0, 5), max_size=3), typed=st.integers(0, 5))
def test_twins_are_never_one(names: list[str], missing: set[int], typed: int) -> None:
    """Twins share a birthday, a surname and an address, and at times somebody types the number of the other."""
    crowd = extract("register", *(
        {**of(forename=name, surname=f"Crowd{n}"), "birth_date": f"20{n:02d}-01-0{k + 1}", "nhs_number": f"X{k}{n}"}
        for k, name in enumerate(names) for n in range(10, 16)
    ))  # fmt: skip
    rows = []
    for place, (agency, twin) in enumerate(itertools.product(("upn", "nhs_number", "police"), (0, 1))):
        number = {} if agency == "police" or place in missing else {agency: f"{agency}{twin}"}
        if number and place == typed:
            number = {agency: f"{agency}{1 - twin}"}
        rows.append((agency, {**of(forename=names[twin]), **number}))
    extracts = [
        extract(a, *(row for agency, row in rows if agency == a)) for a in ("upn", "nhs_number", "police")
    ]
    with tempfile.TemporaryDirectory() as folder:
        found = groups([crowd, *extracts], Vault(Path(folder) / "vault", VaultKeys.new()))
    for person in found:
        assert len({row.split()[1] for row in person if not row.startswith("register")}) <= 1


@SLOW
@given(data=st.data())
def test_the_order_of_sources_and_rows_changes_nothing(data: st.DataObject) -> None:
    people = [
        of(), of(forename="Anabel"), of(surname="Marley"), of(forename="Benedict"), of(birth_date="2015-05-18"),
        of(birth_date=None), of(upn="U1"), of(upn="U2", nhs_number="N1"), {"upn": "U1", "nhs_number": "N1"},
        of(la_person_id="L1", upn="U1"), of(la_person_id="L2", upn="U1", forename="Anabella"),
    ]  # fmt: skip
    rows = data.draw(st.lists(st.sampled_from(people), min_size=2, max_size=9))
    cut = data.draw(st.integers(1, len(rows)))
    numbered = [("a", n, row) for n, row in enumerate(rows[:cut])] + [
        ("b", n, r) for n, r in enumerate(rows[cut:])
    ]
    shuffled = data.draw(st.permutations(numbered))
    with tempfile.TemporaryDirectory() as folder:
        one = labelled(numbered, Path(folder) / "one")
        two = labelled(shuffled, Path(folder) / "two", ("b", "a"))
    assert one == two


def labelled(
    rows: list[Any], folder: Path, sources: tuple[str, ...] = ("a", "b")
) -> set[frozenset[tuple[str, int]]]:
    """Who is one person, by source and number of each row, however the rows are ordered."""
    held = {source: [(n, row) for s, n, row in rows if s == source] for source in sources}
    extracts: list[Extract] = [extract(source, *(row for _, row in some)) for source, some in held.items()]
    found = groups(extracts, Vault(folder, VaultKeys.new()))
    return {
        frozenset((row.split()[0], held[row.split()[0]][int(row.split()[1]) - 1][0]) for row in person)
        for person in found
    }
