"""The vault keeps identities sealed, apart and for its owner, and its pseudonyms are stable."""

import os
import stat
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.errors import Damaged, WrongUsage
from prevention_model.records.sealed import NotSealed, seal, unseal
from prevention_model.records.vault import Vault, vault_exists
from prevention_model.records.vault_keys import VaultKeys

PEOPLE = pd.DataFrame({"person_id": ["p1"], "surname": ["Smith"]}).astype("str")
KEYS = VaultKeys.new()
OTHER_KEY = (
    "The identity vault is sealed with another key than the one at hand. Where: vault. What to do: If the key "
    "was just being replaced, run the command again; otherwise take the key that belongs to this vault from its "
    "backup. docs/how-to/vault-keys.md says what is left to do without."
)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault", KEYS)


def again(vault: Vault, keys: VaultKeys = KEYS) -> Vault:
    return Vault(vault.folder, keys)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_may_look_into_the_vault(vault: Vault) -> None:
    vault.write(PEOPLE)
    vault.remember(PEOPLE)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in vault.folder.iterdir()}
    names = ["identities.sealed", "identifiers.sealed", "key_number", ".lock"]
    assert modes == dict.fromkeys(names, 0o600)
    assert stat.S_IMODE(vault.folder.stat().st_mode) == 0o700


def test_what_lies_on_the_disk_says_nothing_of_anybody(vault: Vault) -> None:
    many = pd.DataFrame({"person_id": ["p1"] * 1000, "surname": ["Featherstonehaugh"] * 1000}).astype("str")
    vault.write(many)
    content = b"".join(path.read_bytes() for path in vault.folder.iterdir())
    for told in (b"Featherstone", b"surname", b"PAR1", KEYS.sealing, KEYS.pseudonym):
        assert told not in content
    pd.testing.assert_frame_equal(again(vault).read(), many)


def test_the_same_table_is_never_sealed_alike(vault: Vault) -> None:
    sealed = []
    for _ in range(3):
        vault.write(PEOPLE)
        sealed.append((vault.folder / "identities.sealed").read_bytes())
    assert len(set(sealed)) == len({one[12:24] for one in sealed}) == 3


@given(st.binary(max_size=200), st.data())
def test_whatever_is_changed_in_a_sealed_table_is_noticed(content: bytes, data: st.DataObject) -> None:
    key, number = b"k" * 32, "ab" * 8
    sealed = seal("people", content, number, key)
    assert unseal("people", sealed, {number: key}) == content
    place = data.draw(st.integers(0, len(sealed) - 1))
    flipped = bytearray(sealed)
    flipped[place] ^= data.draw(st.integers(1, 255))
    # Even a wrong number of the key, where that number happens to be known.
    every = dict.fromkeys((number, flipped[4:12].hex()), key)
    for changed in (bytes(flipped), sealed[:place], sealed + b"x"):
        with pytest.raises(NotSealed):
            unseal("people", changed, {**every, changed[4:12].hex(): key})
    with pytest.raises(NotSealed):
        unseal("identities", sealed, {number: key})


def test_a_table_put_in_the_place_of_another_is_damaged(vault: Vault) -> None:
    vault.write(PEOPLE)
    vault.remember(PEOPLE)
    (vault.folder / "identities.sealed").replace(vault.folder / "identifiers.sealed")
    with pytest.raises(Damaged) as damaged:
        vault.remembered()
    assert str(damaged.value) == (
        "The identity vault cannot be read. Where: vault/identifiers.sealed. "
        "What to do: Restore the vault from its backup, or load the authority's files again."
    )


def test_another_key_opens_nothing(vault: Vault) -> None:
    vault.write(PEOPLE)
    with pytest.raises(Damaged) as damaged:
        again(vault, VaultKeys.new())
    assert str(damaged.value) == OTHER_KEY


def test_a_table_from_a_vault_under_another_key_is_damaged(vault: Vault, tmp_path: Path) -> None:
    stranger = Vault(tmp_path / "other", VaultKeys.new())
    for each in (vault, stranger):
        each.write(PEOPLE)
    (stranger.folder / "identities.sealed").replace(vault.folder / "identities.sealed")
    with pytest.raises(Damaged) as damaged:
        vault.read()
    assert str(damaged.value) == OTHER_KEY.replace("Where: vault.", "Where: vault/identities.sealed.")


def test_a_table_that_is_not_sealed_is_refused(vault: Vault) -> None:
    PEOPLE.to_parquet(vault.folder / "identities.parquet")
    with pytest.raises(Damaged) as damaged:
        again(vault)
    assert str(damaged.value) == (
        "A table of the identity vault is not sealed. Where: vault. What to do: Find out who put it there, "
        "destroy it, and load the authority's files again."
    )


def test_pseudonyms_are_stable_and_tell_kinds_apart(vault: Vault) -> None:
    one, two = vault.pseudonyms("person", ["a", "b"])
    (home,) = vault.pseudonyms("household", ["a"])
    assert [one, two] == again(vault).pseudonyms("person", ["a", "b"])
    assert len({one, two, home}) == 3
    assert (one[0], home[0], len(one)) == ("p", "h", 17)
    assert again(vault, VaultKeys.new()).pseudonyms("person", ["a"]) != [one]


def test_pseudonyms_do_not_depend_on_the_sealing_key(vault: Vault) -> None:
    assert again(vault, KEYS.renewed()).pseudonyms("person", ["a"]) == vault.pseudonyms("person", ["a"])


def test_what_is_written_is_read_back(vault: Vault) -> None:
    assert vault.remembered().columns.to_list() == ["id_type", "value", "person_id"]
    assert not vault_exists(vault.folder)
    vault.write(PEOPLE)
    pd.testing.assert_frame_equal(again(vault).read(), PEOPLE)
    assert vault_exists(vault.folder)


def test_an_empty_vault_is_damaged(vault: Vault) -> None:
    with pytest.raises(Damaged) as damaged:
        vault.read()
    assert str(damaged.value) == (
        "The identity vault cannot be read. Where: vault/identities.sealed. "
        "What to do: Restore the vault from its backup, or load the authority's files again."
    )


def test_a_table_is_kept_under_its_name(vault: Vault) -> None:
    assert vault.stored("merges") is None
    vault.store("merges", PEOPLE)
    vault.store("splits", PEOPLE.head(0))
    found = again(vault).stored("merges")
    assert found is not None
    pd.testing.assert_frame_equal(found, PEOPLE)
    assert vault.tables() == ("merges", "splits")


@pytest.mark.parametrize("name", ["", "../out", "Merges", "a b", ".hidden"])
def test_a_table_cannot_be_named_out_of_the_vault(vault: Vault, name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a table of the vault"):
        vault.store(name, PEOPLE)


def test_whom_the_vault_forgets_stands_in_no_table(vault: Vault) -> None:
    vault.write(pd.DataFrame({"person_id": ["p1", "p2", "p3"]}))
    vault.store("pairs", pd.DataFrame({"person_id": ["p1", "p2", "p3"], "other_id": ["p2", "p3", "p1"]}))
    vault.store("model", pd.DataFrame({"weight": [0.5]}))
    vault.forget({"p1"})
    held = again(vault)
    assert held.read()["person_id"].to_list() == ["p2", "p3"]
    pairs, model = held.stored("pairs"), held.stored("model")
    assert pairs is not None and pairs.to_numpy().tolist() == [["p2", "p3"]]
    assert model is not None and len(model) == 1


def test_a_command_that_holds_a_replaced_key_writes_nothing(vault: Vault) -> None:
    vault.write(PEOPLE)
    renewed = KEYS.renewed()
    again(vault, renewed).reseal()
    with pytest.raises(WrongUsage) as refused:
        vault.write(PEOPLE.head(0))
    assert str(refused.value) == (
        "The key of the identity vault was replaced while this command was running. Where: vault. "
        "What to do: Run the command again."
    )
    pd.testing.assert_frame_equal(again(vault, renewed.settled()).read(), PEOPLE)
