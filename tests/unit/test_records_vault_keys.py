"""The keys of the vault: read from one place, kept out of the workspace, shown to nobody."""

import json
import os
import stat
from pathlib import Path

import pytest

from prevention_model.errors import Damaged, WrongUsage
from prevention_model.records.vault_keys import VARIABLE, KeyPlace, VaultKeys, new_key_file

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "vault.key"


def place(file: Path, **environment: str) -> KeyPlace:
    return KeyPlace.of(file, file.parents[1] / "workspace", environment)


def test_a_key_file_is_read_back(file: Path) -> None:
    keys = VaultKeys.new()
    new_key_file(file, keys)
    assert place(file).read(needed=True) == keys
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["vault.key"]


def test_the_environment_goes_before_the_file(file: Path) -> None:
    new_key_file(file, VaultKeys.new())
    keys = VaultKeys.new()
    assert place(file, **{VARIABLE: keys.text()}).read(needed=True) == keys


def test_no_key_is_shown(file: Path) -> None:
    keys = VaultKeys.new().renewed()
    shown = repr(keys) + str(keys) + repr(place(file, **{VARIABLE: keys.text()}))
    assert keys.former is not None
    assert not any(key.hex() in shown for key in (keys.sealing, keys.pseudonym, keys.former))


def test_without_keys_the_first_load_is_told_how_to_make_them(file: Path) -> None:
    with pytest.raises(WrongUsage) as refused:
        place(file).read(needed=False)
    assert str(refused.value) == (
        "The identity vault has no keys yet: names and addresses are kept under a key, and pseudonyms are made "
        f"with another. Where: {file}. What to do: Make both with `prevention-model key vault {file}`, keep a copy "
        "where the workspace's backups are not, and load again; docs/how-to/vault-keys.md says more."
    )
    assert not file.parent.exists()


def test_a_key_file_that_is_gone_is_noticed(file: Path) -> None:
    with pytest.raises(Damaged) as damaged:
        place(file).read(needed=True)
    assert str(damaged.value) == (
        "The key file of the identity vault is gone, and the vault cannot be read without it. "
        f"Where: {file}. What to do: Take it from its backup; docs/how-to/vault-keys.md says what is left to do "
        "without."
    )


def test_a_key_file_in_the_workspace_is_refused(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    (workspace / "vault").mkdir(parents=True)
    (tmp_path / "aside").symlink_to(workspace / "vault")
    for file in (workspace / "vault.key", tmp_path / "aside" / "vault.key"):
        with pytest.raises(WrongUsage) as refused:
            KeyPlace.of(file, workspace, {})
        assert str(refused.value) == (
            "The key file of the identity vault lies in the workspace, so whoever copies the one has the other. "
            f"Where: {file}. What to do: Name a file elsewhere as `keys` in authority.yaml, and move the key there."
        )


def test_keys_are_not_made_in_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "workspace.json").write_text("{}")
    with pytest.raises(WrongUsage) as refused:
        new_key_file(tmp_path / "vault" / "vault.key", VaultKeys.new())
    assert str(refused.value) == (
        "Keys are not kept in a workspace: whoever copies the one has the other. "
        f"Where: {tmp_path / 'vault' / 'vault.key'}. What to do: Name a file elsewhere."
    )


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_key_file_that_others_may_read_is_refused(file: Path, mode: int) -> None:
    new_key_file(file, VaultKeys.new())
    file.chmod(mode)
    with pytest.raises(WrongUsage) as refused:
        place(file).read(needed=True)
    assert str(refused.value) == (
        f"Other people on this computer may read the keys of the identity vault. Where: {file}. What to do: If "
        "nobody copied them, make the file yours alone with `chmod 600`; otherwise do that and then "
        "`prevention-model key rotate`."
    )


def test_a_key_is_never_overwritten(file: Path) -> None:
    keys = VaultKeys.new()
    new_key_file(file, keys)
    with pytest.raises(WrongUsage) as refused:
        new_key_file(file, VaultKeys.new())
    assert str(refused.value) == (
        f"There is a file of that name already, and a key is never overwritten. Where: {file}. "
        "What to do: Name another file."
    )
    assert place(file).read(needed=True) == keys


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "é",
        '{"format": 1}',
        json.dumps({"format": 2, "sealing": "00" * 32, "pseudonym": "11" * 32}),
        json.dumps({"format": 1, "sealing": "00" * 31, "pseudonym": "11" * 32}),
        json.dumps({"format": 1, "sealing": "00" * 32, "pseudonym": "00" * 32}),
        json.dumps({"format": 1, "sealing": "zz", "pseudonym": "11" * 32}),
        json.dumps({"format": 1, "sealing": 5, "pseudonym": "11" * 32}),
        json.dumps({"format": 1, "sealing": "00" * 32, "pseudonym": "11" * 32, "more": ""}),
    ],
)
def test_what_is_no_key_is_refused_and_not_repeated(file: Path, text: str) -> None:
    new_key_file(file, VaultKeys.new())
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Damaged) as damaged:
        place(file).read(needed=True)
    assert str(damaged.value) == (
        f"The keys of the identity vault are not what was written. Where: {file}. What to do: Take them from "
        "their backup; docs/how-to/vault-keys.md says what is left to do without."
    )
