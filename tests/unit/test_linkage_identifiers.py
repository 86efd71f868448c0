"""Whose identifiers are whose: mistyped, shared, twice over, and the same from delivery to delivery."""

from pathlib import Path

import pandas as pd
import pytest

from prevention_model.linkage.identifiers import ID_TYPES, resolve
from prevention_model.linkage.pseudonyms import pseudonyms_for
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VaultKeys

Row = tuple[str | None, str | None, str | None]


def rows(*given: Row) -> pd.DataFrame:
    return pd.DataFrame(given, columns=list(ID_TYPES)).astype("str")


def groups(*given: Row, told: pd.DataFrame | None = None) -> set[frozenset[str]]:
    nodes, _ = resolve(rows(*given), told)
    return {frozenset(part) for _, part in nodes.groupby("key")["value"]}


def people(text: str) -> set[frozenset[str]]:
    return {frozenset(part.split()) for part in text.split("|")}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([("L1", "U1", None), ("L1", None, "N1")], "L1 U1 N1"),
        ([("L1", "U1", None), (None, "U1", "N1"), (None, None, "N1")], "L1 U1 N1"),
        ([(None, "U1", "N1"), (None, None, "N2")], "U1 N1 | N2"),
        # A person may have several numbers of one kind, after a change of school or an adoption.
        ([("L1", "U1", None), ("L1", "U2", None)], "L1 U1 U2"),
        # The worked example of the file.
        (
            [("L1", "U1", None), ("L1", "U1", "N1"), ("L2", "U1", None), (None, "U9", None)],
            "L1 U1 N1 | L2 | U9",
        ),
        # One mistyped number among many good ones joins nobody.
        ([("L1", "U1", None)] * 3 + [("L2", "U2", None)] * 3 + [("L1", "U2", None)], "L1 U1 | L2 U2"),
        ([("L1", "U1", "N1")] * 3 + [("L2", "U2", "N2")] * 3 + [("L2", "U2", "N1")], "L1 U1 N1 | L2 U2 N2"),
        ([(None, "U1", "N1")] * 2 + [(None, "U2", "N1")], "U1 N1 | U2"),
        # Where the authority number decides, a school's health number does not.
        ([("L1", "U1", None), ("L2", None, "N1"), (None, "U1", "N1")], "L1 U1 | L2 N1"),
        # A tie goes to the smaller text, whatever the order of the rows.
        ([("L2", "U1", None), ("L1", "U1", None)], "L1 U1 | L2"),
    ],
)
def test_who_is_one_person(given: list[Row], expected: str) -> None:
    assert groups(*given) == people(expected)
    assert groups(*reversed(given)) == people(expected)


@pytest.mark.parametrize(
    ("one", "two", "joined"),
    [
        (("2015-05-17", "Katherine"), ("2015-05-17", "Katharine"), True),
        (("2015-05-17", "Ann"), ("2015-05-17", "ANN"), True),
        (("2015-05-17", "Ann"), ("2015-05-18", "Ann"), False),
        (("2015-05-17", "Ann"), ("2015-05-17", "Ben"), False),
        (("2015-05-17", None), ("2015-05-17", "Ann"), False),
        ((None, "Ann"), (None, "Ann"), False),
    ],
)
def test_two_authority_numbers_of_one_person(
    one: tuple[str | None, str | None], two: tuple[str | None, str | None], joined: bool
) -> None:
    told = pd.DataFrame([("L1", *one), ("L2", *two)], columns=["la_person_id", "birth_date", "forename"])
    told["birth_date"] = pd.to_datetime(told["birth_date"])
    given: list[Row] = [("L1", "U1", None), ("L2", "U1", None), (None, "U1", "N1")]
    assert groups(*given, told=told) == people("L1 L2 U1 N1" if joined else "L1 U1 N1 | L2")


def test_a_number_that_half_the_school_shares_joins_nobody() -> None:
    names = [f"L{n}" for n in range(20)]
    told = pd.DataFrame({"la_person_id": names, "birth_date": pd.Timestamp("2015-05-17"), "forename": "Ann"})
    found = groups(*[(name, None, "N1") for name in names], told=told)
    assert len(found) == 20


def test_the_counts() -> None:
    _, counts = resolve(rows(("L1", "U1", None), ("L2", "U1", None), (None, None, "N1")))
    assert counts == {"people": 3, "conflicts": 1, "joined": 0}


def test_nobody_at_all() -> None:
    nodes, counts = resolve(rows())
    assert (len(nodes), counts) == (0, {"people": 0, "conflicts": 0, "joined": 0})


def load(vault: Vault, *given: Row) -> dict[str, str]:
    """One load: the pseudonym of each identifier, which the vault then remembers."""
    nodes, _ = resolve(rows(*given))
    nodes = nodes.assign(person_id=nodes["key"].map(pseudonyms_for(nodes, vault)))
    vault.remember(nodes[["id_type", "value", "person_id"]])
    return dict(zip(nodes["value"], nodes["person_id"], strict=True))


def test_a_person_keeps_the_pseudonym_when_a_better_identifier_turns_up(tmp_path: Path) -> None:
    vault = Vault(tmp_path, VaultKeys.new())
    before = load(vault, (None, "U1", None), (None, None, "N2"))
    after = load(vault, ("L1", "U1", None), ("L2", "U2", "N2"), ("L3", None, None))
    assert after["L1"] == after["U1"] == before["U1"]
    assert after["L2"] == after["N2"] == before["N2"]
    assert load(vault, ("L1", "U1", None), ("L2", "U2", "N2"), ("L3", None, None)) == after


def test_two_people_who_were_one_get_two_pseudonyms(tmp_path: Path) -> None:
    vault = Vault(tmp_path, VaultKeys.new())
    before = load(vault, ("L1", "U1", None))
    after = load(vault, ("L1", None, None), (None, "U1", None))
    assert after["L1"] == before["L1"] != after["U1"]
    assert load(vault, ("L1", None, None), (None, "U1", None)) == after


def test_one_person_who_was_two_keeps_one_of_the_pseudonyms(tmp_path: Path) -> None:
    vault = Vault(tmp_path, VaultKeys.new())
    before = load(vault, ("L1", None, None), (None, "U1", None))
    after = load(vault, ("L1", "U1", None))
    assert after["U1"] == after["L1"] == before["L1"]


def test_a_split_never_gives_two_people_one_pseudonym(tmp_path: Path) -> None:
    vault = Vault(tmp_path, VaultKeys.new())
    load(vault, (None, "U1", None))
    load(vault, ("L1", "U1", None))
    after = load(vault, ("L1", None, None), (None, "U1", None))
    assert after["L1"] != after["U1"]
