"""Keys lost, replaced, or replaced halfway: what can still be read, what is refused, and what a person is told."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from prevention_model.errors import Damaged, WrongUsage
from prevention_model.ledger import Ledger
from prevention_model.pipeline.commands_vault import erasure, key_rotate, objection
from prevention_model.pipeline.load import Loaded, load
from prevention_model.pipeline.progress import Silent
from prevention_model.records import vault as vault_file
from prevention_model.records import vault_keys
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VARIABLE, VaultKeys, new_key_file
from prevention_model.records.workspace import Workspace
from tests.fixtures.commands import environment
from tests.fixtures.tiny_authority import make_tiny_authority

OFFICER = "Data protection officer"


class Tiny:
    """The tiny authority, its key file, and what the vault says."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.authority = folder, folder / "authority.yaml"
        self.key, self.workspace = folder / "keys" / "vault.key", Workspace(folder / "workspace")

    def keys(self) -> VaultKeys:
        return VaultKeys.parse(self.key.read_text(), where="the test")

    def surnames(self, keys: VaultKeys | None = None) -> set[str]:
        return set(Vault(self.workspace.vault, keys or self.keys()).read()["surname"])

    def load(self, *, vault_lost: bool = False) -> Loaded:
        return load(self.authority, Silent(), vault_lost=vault_lost)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loaded") / "tiny"
    load(make_tiny_authority(folder), Silent())
    return folder


@pytest.fixture
def tiny(loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    monkeypatch.delenv(VARIABLE, raising=False)
    return Tiny(Path(shutil.copytree(loaded, tmp_path / "tiny")))


SURNAMES = {"Winterbourne", "Quillfeather"}


def test_nothing_is_read_or_made_before_there_are_keys(tmp_path: Path) -> None:
    tiny = Tiny(make_tiny_authority(tmp_path / "tiny").parent)
    tiny.key.unlink()
    with pytest.raises(WrongUsage, match="The identity vault has no keys yet"):
        tiny.load()
    assert not tiny.workspace.folder.exists()
    assert not list(tiny.folder.rglob("*.key"))


def test_keys_in_the_workspace_are_refused(tiny: Tiny) -> None:
    text = tiny.authority.read_text()
    tiny.authority.write_text(text + "keys: workspace/vault.key\n")
    with pytest.raises(WrongUsage, match="lies in the workspace, so whoever copies the one has the other"):
        tiny.load()


def test_the_environment_may_hold_the_keys(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, tiny.key.read_text())
    tiny.key.unlink()
    before = tiny.workspace.records().fingerprint()
    assert tiny.load().fingerprint == before


def test_without_the_key_the_vault_is_unreadable_and_the_files_bring_everything_back(tiny: Tiny) -> None:
    """The sealing key is lost, the pseudonym key is not: nobody's pseudonym changes."""
    before, kept = tiny.workspace.records().fingerprint(), tiny.keys()
    tiny.key.unlink()
    with pytest.raises(Damaged, match="The key file of the identity vault is gone"):
        tiny.load()
    new_key_file(tiny.key, VaultKeys(VaultKeys.new().sealing, kept.pseudonym))
    with pytest.raises(Damaged, match="sealed with another key than the one at hand"):
        tiny.load()
    shutil.move(tiny.workspace.vault, tiny.folder / "lost")
    assert tiny.load().fingerprint == before
    assert tiny.surnames() == SURNAMES


def test_another_pseudonym_key_is_refused_unless_told(tiny: Tiny) -> None:
    before = tiny.workspace.records().fingerprint()
    tiny.key.unlink()
    new_key_file(tiny.key, VaultKeys.new())
    shutil.move(tiny.workspace.vault, tiny.folder / "lost")
    with pytest.raises(Damaged) as damaged:
        tiny.load()
    assert str(damaged.value) == (
        "The key of the pseudonyms is not the one that pseudonyms were made with, so people would get others. "
        "Where: the keys of the identity vault. What to do: Take the key from its backup. Where there is none, load "
        "with --vault-lost: runs, lists and feedback from before then lead to nobody."
    )
    assert tiny.workspace.records().fingerprint() == before
    after = tiny.load(vault_lost=True).fingerprint
    assert after != before
    assert tiny.load().fingerprint == after, "told once, it is the key from then on"


def test_rights_that_went_with_the_vault_are_not_forgotten(tiny: Tiny) -> None:
    objection(tiny.authority, "", "la_person_id", "C1", OFFICER, False)
    erasure(tiny.authority, "", "la_person_id", "C4", OFFICER)
    shutil.rmtree(tiny.workspace.vault)
    with pytest.raises(Damaged) as damaged:
        tiny.load()
    assert str(damaged.value) == (
        "2 rights of people that the ledger records are not in the identity vault, so they would stand no longer. "
        "Where: ledger entries 3; 4. What to do: Restore the vault from its backup. Where there is none, load with "
        "--vault-lost, and record each again."
    )
    ledger = Ledger(tiny.workspace.ledger)
    person = {kind: ledger.entries(kind)[0].subject for kind in ("objection", "erasure")}
    assert tiny.load(vault_lost=True).rights == [
        f"Record again: objection of ledger entry 3 ({person['objection']}).",
        f"Record again: erasure of ledger entry 4 ({person['erasure']}).",
    ]
    assert tiny.load().rights == []
    # The pseudonym key was not lost, so the ledger's pseudonym still finds the person.
    erasure(tiny.authority, person["erasure"], "", "", OFFICER)
    assert tiny.surnames() == {"Winterbourne"}


def test_a_new_key_opens_the_vault_and_the_former_one_no_longer(tiny: Tiny) -> None:
    before, former = tiny.workspace.records().fingerprint(), tiny.keys()
    (said,) = key_rotate(tiny.authority, None, OFFICER)
    assert said == (
        f"The vault is sealed with a new key, which is in {tiny.key}. Copy it to where its backup is kept. Backups "
        "of the vault from before need the former key: keep that copy for as long as those."
    )
    after = tiny.keys()
    assert (after.former, after.pseudonym) == (None, former.pseudonym) and after.sealing != former.sealing
    assert tiny.surnames() == SURNAMES
    with pytest.raises(Damaged):
        tiny.surnames(former)
    assert tiny.load().fingerprint == before
    (entry,) = Ledger(tiny.workspace.ledger).entries("vault_key_rotated")
    assert entry.body == {"key": vault_keys.key_number(after.sealing), "by": OFFICER}


def test_a_rotation_cut_off_at_every_write_leaves_a_vault_that_opens(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every write that a rotation makes fails once, first before it was done and then just after."""
    writes: list[Path] = []
    whole = vault_file.write_whole

    def counted(path: Path, content: bytes) -> None:
        writes.append(path)
        whole(path, content)

    def failing(at: int, after: bool) -> Callable[[Path, bytes], None]:
        made = 0

        def write(path: Path, content: bytes) -> None:
            nonlocal made
            made += 1
            if made == at and not after:
                raise KeyboardInterrupt
            whole(path, content)
            if made == at:
                raise KeyboardInterrupt

        return write

    def rotate(write: Callable[[Path, bytes], None]) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(vault_file, "write_whole", write)
            patched.setattr(vault_keys, "write_whole", write)
            key_rotate(tiny.authority, None, OFFICER)

    rotate(counted)
    tables = len(Vault(tiny.workspace.vault, tiny.keys()).tables())
    assert len(writes) == tables + 3, "the key file twice, the note of the key, and each table"
    for at in range(1, len(writes) + 1):
        for after in (False, True):
            with pytest.raises(KeyboardInterrupt):
                rotate(failing(at, after))
            assert tiny.surnames() == SURNAMES
            assert tiny.load().linkage["people"] == 5, "a load between is as good"
            rotate(whole)
            assert tiny.keys().former is None and tiny.surnames() == SURNAMES


KILLED = """
import os, signal, sys
from pathlib import Path
from prevention_model.pipeline.commands_vault import key_rotate
from prevention_model.records import vault
whole = vault.write_whole
def killed(path, content):
    whole(path, content)
    if path.name == "identities.sealed":
        os.kill(os.getpid(), signal.SIGKILL)
vault.write_whole = killed
key_rotate(Path(sys.argv[1]), None, "Data protection officer")
"""


def test_a_rotation_that_was_killed_is_finished_by_the_next(tiny: Tiny) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, tiny.authority], check=False, env=environment())
    assert done.returncode < 0
    half = tiny.keys()
    assert half.former is not None and tiny.surnames() == SURNAMES
    key_rotate(tiny.authority, None, OFFICER)
    assert tiny.keys() == half.settled() and tiny.surnames() == SURNAMES


def test_keys_in_the_environment_are_replaced_by_a_person(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    former, out = tiny.keys(), tiny.folder / "new.key"
    tiny.key.unlink()
    monkeypatch.setenv(VARIABLE, former.text())
    with pytest.raises(WrongUsage) as refused:
        key_rotate(tiny.authority, None, OFFICER)
    assert str(refused.value) == (
        "The keys are in the environment, which this command cannot change. "
        f"Where: {VARIABLE}. What to do: Add --out FILE: the keys to put there are written to that file."
    )
    key_rotate(tiny.authority, out, OFFICER)
    assert tiny.surnames(former) == SURNAMES, "nothing was changed yet"
    monkeypatch.setenv(VARIABLE, out.read_text())
    key_rotate(tiny.authority, None, OFFICER)
    held = json.loads(out.read_text())
    del held["former"]
    monkeypatch.setenv(VARIABLE, json.dumps(held))
    assert tiny.surnames(VaultKeys.parse(json.dumps(held), where="")) == SURNAMES
    assert tiny.load().linkage["people"] == 5
