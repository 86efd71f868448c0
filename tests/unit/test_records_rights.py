"""Whose a right is: found again by any mark, by a name only where there is nothing better, and by nobody else's."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.records.corrections import Change, corrected
from prevention_model.records.honoured import honour
from prevention_model.records.records import Records
from prevention_model.records.rights import CORRECTION, ERASURE, OBJECTION, Right, Rights
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VaultKeys

Told = list[tuple[str, str, str]]
BORN = pd.Timestamp("2015-05-17")


def know(vault: Vault, told: Told, names: dict[str, tuple[str, str]]) -> None:
    """The vault after a load: identifiers, and forename and surname by person."""
    vault.remember(pd.DataFrame(told, columns=["id_type", "value", "person_id"], dtype="str"))
    rows = [(person, *name, BORN) for person, name in names.items()]
    vault.write(pd.DataFrame(rows, columns=["person_id", "forename", "surname", "birth_date"]))


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(tmp_path / "vault", VaultKeys.new())
    know(made, [("upn", "U1", "p1"), ("upn", "U2", "p2")], {"p1": ("Ann", "Lee"), "p2": ("Ben", "Lee")})
    return made


def right(kind: str = OBJECTION, person: str = "p1", number: str = "right-1") -> Right:
    return Right(number, kind, person, "Officer", "2025-01-02")


def holders(vault: Vault) -> set[str]:
    ((_, people),) = Rights(vault).standing()
    return people


AFTERWARDS = {
    "as before": ([("upn", "U1", "p1")], {"p1": ("Ann", "Lee")}, {"p1"}),
    "another pseudonym": ([("upn", "U1", "p9")], {"p9": ("Ann", "Lee")}, {"p9"}),
    "another identifier, same pseudonym": ([("la_person_id", "L1", "p1")], {"p1": ("Anna", "Ray")}, {"p1"}),
    "no number any more": ([("named", "ann lee", "p9")], {"p9": ("ANN", "lee")}, {"p9"}),
    "a namesake with a number": ([("upn", "U7", "p9")], {"p9": ("Ann", "Lee")}, set()),
    "somebody else": ([("upn", "U2", "p2")], {"p2": ("Ben", "Lee")}, set()),
    "the same digits of another type": ([("nhs_number", "U1", "p9")], {"p9": ("Cat", "Lee")}, set()),
    "two people now": (
        [("upn", "U1", "p9"), ("upn", "U2", "p1")],
        {"p9": ("Ann", "Lee"), "p1": ("Ben", "Lee")},
        {"p1", "p9"},
    ),
}


@pytest.mark.parametrize("name", AFTERWARDS)
def test_whose_a_right_is_after_another_load(vault: Vault, name: str) -> None:
    told, names, expected = AFTERWARDS[name]
    Rights(vault).add(right())
    know(vault, told, names)
    assert holders(vault) == expected


def test_a_right_that_fits_two_people_is_said_to_be_unclear(vault: Vault) -> None:
    Rights(vault).add(right())
    told, names, _ = AFTERWARDS["two people now"]
    know(vault, told, names)
    made = honour(Records.from_frames({}), vault, delivered=True)
    assert made.text()[1:] == ["right-1 now fits several people: look whose it is."]


def test_marks_are_kept_and_no_name(vault: Vault) -> None:
    Rights(vault).add(right(ERASURE))
    Rights(vault).forget(Rights(vault).standing(ERASURE))
    assert Rights(vault).vault.read()["person_id"].to_list() == ["p2"]
    marks = vault.stored("right_marks")
    assert marks is not None and marks["mark"].str.fullmatch("[0-9a-f]{64}").all()
    # Pseudonym, UPN, and name with birthday.
    assert len(marks) == 3


def test_what_is_learnt_of_the_erased_finds_them_the_next_time(vault: Vault) -> None:
    Rights(vault).add(right(ERASURE))
    know(vault, [("upn", "U1", "p9"), ("nhs_number", "N1", "p9")], {"p9": ("Ann", "Lee")})
    assert holders(vault) == {"p9"}
    Rights(vault).forget(Rights(vault).standing(ERASURE))
    know(vault, [("nhs_number", "N1", "p5")], {"p5": ("Annie", "Ray")})
    assert holders(vault) == {"p5"}


def test_other_peoples_rights_outlive_an_erasure(vault: Vault) -> None:
    rights = Rights(vault)
    rights.add(right(number="right-1"))
    rights.add(right(number="right-2", person="p2"))
    change = Change("person", "sex", "F", "M")
    rights.add(replace(right(CORRECTION, number="right-3"), change=change))
    rights.add(right(ERASURE, number="right-4"))
    assert [each.number for each, _ in rights.standing()] == ["right-2", "right-4"]
    assert [each.change for each in rights.all()] == [Change()] * 4


def test_marks_cannot_be_made_without_the_vault(vault: Vault, tmp_path: Path) -> None:
    """Two vaults mark the same identifier differently: a mark cannot be guessed from an identifier."""
    other = Vault(tmp_path / "other", VaultKeys.new())
    know(other, [("upn", "U1", "p1")], {"p1": ("Ann", "Lee")})
    held = []
    for each in (vault, other):
        Rights(each).add(right())
        marks = each.stored("right_marks")
        assert marks is not None
        held.append(set(marks["mark"]))
    assert held[0].isdisjoint(held[1])


CELLS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "y", "z", None])), max_size=8)


@given(CELLS, st.sets(st.sampled_from("abc")))
def test_a_correction_changes_what_it_says_and_nothing_else(
    cells: list[tuple[str, str | None]], people: set[str]
) -> None:
    frame = pd.DataFrame(cells, columns=["person_id", "ethnicity"], dtype="str")
    made, changed, agrees = corrected(frame, Change("person", "ethnicity", "x", "y"), people)
    expected = ["y" if person in people and said == "x" else said for person, said in cells]
    assert [None if pd.isna(said) else said for said in made["ethnicity"]] == expected
    assert changed == sum(person in people and said == "x" for person, said in cells)
    assert agrees == sum(person in people and said == "y" for person, said in cells)
    assert [None if pd.isna(said) else said for said in frame["ethnicity"]] == [said for _, said in cells]
