"""The vault keeps identities apart and for its owner, and its pseudonyms are stable."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from prevention_model.errors import Damaged
from prevention_model.records.vault import Vault

RACE = """
import pathlib, sys
from prevention_model.records.vault import Vault
vault = Vault(pathlib.Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
print(vault.pseudonyms("person", ["upn:U1"])[0])
"""
PEOPLE = pd.DataFrame({"person_id": ["p1"], "surname": ["Smith"]}).astype("str")


def test_two_processes_that_make_the_key_at_once_agree(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RACE, str(tmp_path / "vault")]
    pipe = subprocess.PIPE
    running = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(3)]
    for process in running:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    made = {process.communicate()[0] for process in running}
    assert len(made) == 1 and made != {""}
    assert [path.name for path in (tmp_path / "vault").iterdir()] == ["pseudonym.key"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_may_look_into_the_vault(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault")
    vault.pseudonyms("person", ["a"])
    vault.write(PEOPLE)
    vault.remember(PEOPLE)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in vault.folder.iterdir()}
    assert modes == dict.fromkeys(["pseudonym.key", "identities.parquet", "identifiers.parquet"], 0o600)
    assert stat.S_IMODE(vault.folder.stat().st_mode) == 0o700


def test_pseudonyms_are_stable_and_tell_kinds_apart(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault")
    one, two = vault.pseudonyms("person", ["a", "b"])
    (home,) = vault.pseudonyms("household", ["a"])
    assert [one, two] == Vault(tmp_path / "vault").pseudonyms("person", ["a", "b"])
    assert len({one, two, home}) == 3
    assert (one[0], home[0], len(one)) == ("p", "h", 17)
    assert Vault(tmp_path / "other").pseudonyms("person", ["a"]) != [one]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault")
    assert vault.remembered().columns.to_list() == ["id_type", "value", "person_id"]
    vault.write(PEOPLE)
    pd.testing.assert_frame_equal(vault.read(), PEOPLE)


def test_an_empty_vault_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(Damaged) as damaged:
        Vault(tmp_path / "vault").read()
    assert str(damaged.value) == (
        "The identity vault cannot be read. Where: vault/identities.parquet. "
        "What to do: Restore the vault from its backup, or load the authority's files again."
    )


def test_a_lost_key_is_noticed(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault")
    vault.pseudonyms("person", ["a"])
    vault.write(PEOPLE)
    (vault.folder / "pseudonym.key").unlink()
    with pytest.raises(Damaged) as damaged:
        vault.pseudonyms("person", ["a"])
    assert str(damaged.value) == (
        "The key of the pseudonyms is gone. Where: vault/pseudonym.key. "
        "What to do: Restore the vault from its backup."
    )


def test_a_key_cut_short_is_noticed(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault")
    (vault.folder / "pseudonym.key").write_bytes(b"short")
    with pytest.raises(Damaged, match="The key of the pseudonyms is not what was written"):
        vault.pseudonyms("person", ["a"])


def test_a_table_is_kept_under_its_name(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault")
    assert vault.stored("merges") is None
    vault.store("merges", PEOPLE)
    vault.store("splits", PEOPLE.head(0))
    found = Vault(tmp_path / "vault").stored("merges")
    assert found is not None
    pd.testing.assert_frame_equal(found, PEOPLE)


@pytest.mark.parametrize("name", ["", "../out", "Merges", "a b", ".hidden"])
def test_a_table_cannot_be_named_out_of_the_vault(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a table of the vault"):
        Vault(tmp_path / "vault").store(name, PEOPLE)
