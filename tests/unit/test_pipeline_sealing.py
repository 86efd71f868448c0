"""A sealed copy of a list: only of one that holds, entered in the ledger, whole or not at all; and opened again."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.errors import Damaged, Expired, PreventionError, ReleaseRefused, WrongUsage
from prevention_model.ledger import Entry
from prevention_model.lists import check_zone_pack
from prevention_model.lists import manifest as manifests
from prevention_model.lists.sealed_zip import zip_with_password
from prevention_model.pipeline.sealing import password_from, seal, secret_from, unseal
from prevention_model.release import Recipient, hash_of, record, suspend
from tests.release.gate_scene import MANIFEST, TODAY, Scene, scene

PASSWORD = "four made-up words here"
FILES = {"list.html": b"<p>Ada</p>" * 50, "families.csv": b"a,b\n"}
LIST = "run-1-shadow-Z1"


class Released:
    """A released run whose one list is of two files, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scene: Scene = scene(folder)
        self.scene.sign_both()
        self.pack = folder / "releases" / "run-1-shadow" / "Z1"
        self.pack.mkdir(parents=True)
        content = manifests.written(manifests.manifest(FILES, {"list_id": LIST}))
        for name, text in {**FILES, manifests.NAME: content}.items():
            (self.pack / name).write_bytes(text)
        given = Recipient("Z1", LIST, "Zone one", "Zone coordinator", hash_of(self.pack / manifests.NAME))
        record(self.scene.ledger, self.scene.check(), MANIFEST, [given])
        self.workspace: Any = SimpleNamespace(release=lambda release_id: folder / "releases" / release_id)

    def seal(self, name: str = "sealed.zip", list_id: str = LIST, by: str = "Ann Analyst") -> Entry:
        return seal(
            self.workspace, self.scene.ledger, list_id, self.folder / name, "zip, password", _zipped, by
        )

    def sealed(self) -> list[str]:
        return [str(entry.body["copy"]) for entry in self.scene.ledger.entries("list_sealed")]


def _zipped(files: Mapping[str, bytes]) -> bytes:
    return zip_with_password(files, PASSWORD)


def _password(_: str) -> str:
    return PASSWORD


@pytest.fixture
def made(tmp_path: Path) -> Released:
    return Released(tmp_path)


def test_a_copy_is_opened_again_as_it_was_released_and_the_ledger_has_its_hash(made: Released) -> None:
    entry = made.seal()
    assert (made.folder / "sealed.zip").stat().st_mode & 0o777 == 0o600
    assert made.sealed() == [hash_of(made.folder / "sealed.zip")]
    assert entry.body | {"copy": ""} == {
        "list_id": LIST, "how": "zip, password", "copy": "", "by": "Ann Analyst", "day": TODAY.isoformat(),
    }  # fmt: skip
    assert unseal(made.folder / "sealed.zip", made.folder / "opened", _password) == LIST
    assert check_zone_pack(made.folder / "opened") == check_zone_pack(made.pack)
    assert (made.folder / "opened").stat().st_mode & 0o777 == 0o700


def test_nothing_is_overwritten_and_nothing_is_left_of_what_failed(made: Released) -> None:
    (made.folder / "there.zip").write_bytes(b"mine")
    (made.folder / "opened").mkdir()
    before = sorted(path.name for path in made.folder.iterdir())
    with pytest.raises(WrongUsage, match="nothing is overwritten"):
        made.seal("there.zip")
    with pytest.raises(WrongUsage, match="no such folder"):
        made.seal("nowhere/sealed.zip")
    with pytest.raises(WrongUsage, match="no such list"):
        made.seal(list_id="run-1-shadow-Z9")
    with pytest.raises(WrongUsage, match="by name"):
        made.seal(by="  ")
    with pytest.raises(WrongUsage, match="nothing is overwritten"):
        unseal(made.folder / "there.zip", made.folder / "opened", _password)
    with pytest.raises(WrongUsage, match="not a sealed copy"):
        unseal(made.folder / "there.zip", made.folder / "new", _password)
    assert sorted(path.name for path in made.folder.iterdir()) == before
    assert made.sealed() == [] and (made.folder / "there.zip").read_bytes() == b"mine"


def test_a_list_that_ended_or_was_taken_back_does_not_leave_the_house(made: Released) -> None:
    made.scene.clock.day = TODAY + timedelta(days=36)
    with pytest.raises(Expired, match="The list ended on 2026-04-06"):
        made.seal()
    made.scene.clock.day = TODAY
    suspend(made.scene.ledger, "run-1-shadow", "being looked into", "Wilma Watch", TODAY)
    with pytest.raises(ReleaseRefused, match="it is suspended"):
        made.seal()
    assert made.sealed() == [] and not list(made.folder.glob("sealed*"))


def test_a_list_that_is_taken_back_while_it_is_sealed_does_not_leave_either(made: Released) -> None:
    def slowly(files: Mapping[str, bytes]) -> bytes:
        suspend(made.scene.ledger, "run-1-shadow", "being looked into", "Wilma Watch", TODAY)
        return _zipped(files)

    target = made.folder / "sealed.zip"
    with pytest.raises(ReleaseRefused, match="it is suspended"):
        seal(made.workspace, made.scene.ledger, LIST, target, "zip, password", slowly, "Ann")
    assert made.sealed() == [] and not target.exists()


@pytest.mark.parametrize("name", ["list.html", manifests.NAME])
def test_a_changed_pack_is_not_sealed(made: Released, name: str) -> None:
    path = made.pack / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(Damaged):
        made.seal()
    assert made.sealed() == []


def test_a_disk_that_knows_no_links_gets_its_copy(made: Released, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("prevention_model.pipeline.sealing.os.link", refuse)
    made.seal()
    assert made.sealed() == [hash_of(made.folder / "sealed.zip")]
    assert not list(made.folder.glob(".partial*"))


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Released:
    made = Released(tmp_path_factory.mktemp("sealed"))
    made.seal()
    return made


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=3))
def test_changed_bytes_open_as_released_or_not_at_all(
    once: Released, changes: list[tuple[float, int]]
) -> None:
    """The zip itself does not vouch for the names and the number of its files; the manifest in it does."""
    content = bytearray((once.folder / "sealed.zip").read_bytes())
    for place, change in changes:
        content[int(place * len(content))] ^= change
    changed, opened = once.folder / "changed.zip", once.folder / "opened"
    changed.write_bytes(content)
    try:
        unseal(changed, opened, _password)
    except PreventionError:
        assert not opened.exists()
        return
    assert check_zone_pack(opened) == check_zone_pack(once.pack)
    for path in opened.iterdir():
        path.unlink()
    opened.rmdir()


@pytest.mark.parametrize(
    "name", ["../out.txt", "a/../../out.txt", "L-1/..", "/etc/out.txt", "a\\..\\out.txt"]
)
def test_a_file_cannot_be_put_outside_the_folder(tmp_path: Path, name: str) -> None:
    files = {"L-1/manifest.json": b"{}", name: b"out"}
    (tmp_path / "sealed.zip").write_bytes(_zipped(files))
    (tmp_path / "in").mkdir()
    with pytest.raises(Damaged):
        unseal(tmp_path / "sealed.zip", tmp_path / "in" / "opened", _password)
    assert not list(tmp_path.rglob("out.txt"))


def _file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "password.txt"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_a_password_is_the_first_line_of_a_file_of_ones_own(tmp_path: Path) -> None:
    path = _file(tmp_path, f"# for zone one\n\n{PASSWORD}\nanother line\n")
    assert password_from(path, twice=True) == PASSWORD == secret_from(path, "--password-file")


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_file_that_others_can_open_is_no_secret(tmp_path: Path, mode: int) -> None:
    with pytest.raises(WrongUsage, match="Other people on this computer may read the file"):
        password_from(_file(tmp_path, PASSWORD, mode), twice=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("too short, this", "too easy to guess"),
        ("ab" * 15, "too easy to guess"),
        ("pässword with more letters", "in different ways"),
        ("", "The file is empty"),
        ("\n# only this\n", "The file is empty"),
    ],
)
def test_a_weak_password_is_refused_and_not_repeated(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(WrongUsage, match=message) as caught:
        password_from(_file(tmp_path, text), twice=True)
    assert not text.strip() or text not in str(caught.value)


def test_where_nobody_can_be_asked_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: False))
    with pytest.raises(WrongUsage, match="nobody to ask for the password"):
        password_from(None, twice=True)


def test_a_new_password_is_asked_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    said = iter([PASSWORD, PASSWORD, PASSWORD, "something else"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(said))
    assert password_from(None, twice=True) == PASSWORD
    with pytest.raises(WrongUsage, match="The two passwords differ"):
        password_from(None, twice=True)
