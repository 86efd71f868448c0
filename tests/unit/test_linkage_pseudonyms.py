"""Pseudonyms last from delivery to delivery; every merge and split is on record, and can be undone."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prevention_model.errors import WrongUsage
from prevention_model.linkage.decisions import separate, unite
from prevention_model.linkage.pseudonyms import changes
from prevention_model.records.extract import Extract
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VaultKeys
from tests.fixtures.made_up_families import made_up_families
from tests.unit.linkage_cases import extract, linked, whose

ANN = {"forename": "Annabel", "surname": "Thornwood", "birth_date": "2015-05-17", "postcode": "QZ1 1AA"}
DAY = date(2024, 10, 1)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault", VaultKeys.new())


def on_record(vault: Vault) -> list[tuple[str, ...]]:
    """Every change: day, what, who, who else."""
    return [tuple(map(str, row)) for row in changes(vault).itertuples(index=False)]


def test_a_person_keeps_the_pseudonym_when_a_better_number_turns_up(vault: Vault) -> None:
    linked([extract("school", {**ANN, "upn": "U1"})], vault)
    before = whose(vault, "upn", "U1")
    found = linked([extract("care", {**ANN, "la_person_id": "L1", "upn": "U1"})], vault)
    assert whose(vault, "la_person_id", "L1") == before
    assert found.changes.empty and found.quality["merged"] == 0


def test_somebody_without_a_number_keeps_the_pseudonym_too(vault: Vault) -> None:
    first = linked([extract("police", ANN)], vault).certainty["person_id"].to_list()
    again = (
        linked([extract("police", ANN, {**ANN, "forename": "Ben"})], vault).certainty["person_id"].to_list()
    )
    assert len(again) == 2 and set(first) < set(again)


SCHOOL, CARE = extract("school", {"upn": "U1"}), extract("care", {"la_person_id": "L1"})
BOTH = extract("care", {"la_person_id": "L1", "upn": "U1"})


def test_a_merge_is_recorded_and_a_later_split_gives_the_old_pseudonym_back(vault: Vault) -> None:
    linked([SCHOOL, CARE], vault)
    care, school = whose(vault, "la_person_id", "L1"), whose(vault, "upn", "U1")
    found = linked([SCHOOL, BOTH], vault, on="2024-10-01")
    assert whose(vault, "upn", "U1") == care != school
    assert found.quality["merged"] == 1
    assert on_record(vault) == [("2024-10-01", "merged", care, school)]
    found = linked([SCHOOL, CARE], vault, on="2024-11-01")
    assert (whose(vault, "la_person_id", "L1"), whose(vault, "upn", "U1")) == (care, school)
    assert found.quality["split"] == 1
    assert on_record(vault)[1:] == [("2024-11-01", "split", school, care)]


def test_a_number_that_goes_to_somebody_else_is_a_move(vault: Vault) -> None:
    two = extract("care", {"la_person_id": "L2"})
    linked([SCHOOL, BOTH, two], vault)
    one, other = whose(vault, "la_person_id", "L1"), whose(vault, "la_person_id", "L2")
    linked([SCHOOL, CARE, extract("care", {"la_person_id": "L2", "upn": "U1"})], vault, on="2024-10-01")
    assert (whose(vault, "la_person_id", "L1"), whose(vault, "upn", "U1")) == (one, other)
    assert on_record(vault) == [("2024-10-01", "moved", other, one)]


def test_a_split_never_gives_two_people_one_pseudonym(vault: Vault) -> None:
    linked([SCHOOL], vault)
    linked([SCHOOL, BOTH], vault)
    linked([SCHOOL, CARE], vault)
    assert whose(vault, "la_person_id", "L1") != whose(vault, "upn", "U1")


def test_a_source_that_misses_a_delivery_finds_its_people_again(vault: Vault) -> None:
    linked([SCHOOL, CARE], vault)
    school = whose(vault, "upn", "U1")
    linked([CARE], vault)
    linked([SCHOOL, CARE], vault)
    assert whose(vault, "upn", "U1") == school


def test_people_can_undo_a_merge_and_it_stays_undone(vault: Vault) -> None:
    linked([SCHOOL, CARE], vault)
    care, school = whose(vault, "la_person_id", "L1"), whose(vault, "upn", "U1")
    linked([SCHOOL, BOTH], vault)
    assert separate(vault, care, school, why="Two cousins, says the school", on=DAY) == 1
    for _ in range(2):
        linked([SCHOOL, BOTH], vault)
        assert (whose(vault, "la_person_id", "L1"), whose(vault, "upn", "U1")) == (care, school)


def test_people_can_say_that_two_are_one_and_take_it_back(vault: Vault) -> None:
    linked([SCHOOL, CARE], vault)
    care, school = whose(vault, "la_person_id", "L1"), whose(vault, "upn", "U1")
    unite(vault, care, school, why="New name after a change of gender", on=DAY)
    linked([SCHOOL, CARE], vault)
    assert whose(vault, "upn", "U1") == care
    separate(vault, care, school, why="It was another child", on=DAY)
    linked([SCHOOL, CARE], vault)
    assert whose(vault, "upn", "U1") == school


def test_what_was_never_joined_cannot_be_undone(vault: Vault) -> None:
    linked([SCHOOL, CARE], vault)
    care, school = whose(vault, "la_person_id", "L1"), whose(vault, "upn", "U1")
    with pytest.raises(WrongUsage, match="never joined"):
        separate(vault, care, school, why="", on=DAY)
    with pytest.raises(WrongUsage, match="two pseudonyms that linkage has given"):
        unite(vault, care, "p0", why="", on=DAY)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1000), agencies=st.sets(st.integers(0, 8), min_size=2, max_size=5))
def test_a_new_delivery_reshuffles_nobody(
    tmp_path_factory: pytest.TempPathFactory, seed: int, agencies: set[int]
) -> None:
    """Whoever had a pseudonym has it still, unless a merge or a split says otherwise."""
    made = made_up_families(40, seed=seed).extracts
    vault = Vault(tmp_path_factory.mktemp("stable") / "vault", VaultKeys.new())
    first: list[Extract] = [made[n] for n in sorted(agencies)]
    linked(first, vault)
    before = vault.remembered().set_index(["id_type", "value"])["person_id"]
    linked(made, vault, on="2024-12-01")
    after = vault.remembered().set_index(["id_type", "value"])["person_id"].reindex(before.index)
    changed = changes(vault)
    told = set(zip(changed["person_id"], changed["other_id"], strict=True))
    assert set(zip(after, before, strict=True)) - {(p, p) for p in before} <= told
    linked(made, vault, on="2025-01-01")
    assert len(changes(vault)) == len(changed)
