"""Sealed copies: other programs open them, nothing else does, and a changed byte is noticed."""

import os
import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.errors import Damaged, WrongUsage
from prevention_model.lists.sealed_age import age_for, files_of_age
from prevention_model.lists.sealed_zip import files_of_zip, zip_with_password

PASSWORD = "four words, = and -P 7"
FILES = {"L-1/list.html": b"<p>Ada</p>" * 999, "L-1/manifest.json": b"{}", "L-1/empty.csv": b""}
SEVEN = shutil.which("7z") or shutil.which("7zz") or shutil.which("7za")
AGE = shutil.which("age")


@pytest.fixture(scope="module")
def key() -> pyrage.x25519.Identity:
    return pyrage.x25519.Identity.generate()


def test_what_goes_in_comes_out_and_nothing_of_it_can_be_read_in_between(key: pyrage.x25519.Identity) -> None:
    zipped, aged = zip_with_password(FILES, PASSWORD), age_for(FILES, str(key.to_public()))
    assert files_of_zip(zipped, PASSWORD) == files_of_age(aged, str(key)) == FILES
    for sealed in (zipped, aged):
        assert b"Ada" not in sealed and PASSWORD.encode() not in sealed
    assert b"list.html" in zipped and b"list.html" not in aged
    assert zip_with_password(FILES, PASSWORD) != zipped, "another salt each time"


@settings(deadline=None)
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_a_changed_byte_of_an_age_file_never_opens(place: float, change: int) -> None:
    key = pyrage.x25519.Identity.generate()
    sealed = bytearray(age_for(FILES, str(key.to_public())))
    sealed[int(place * len(sealed))] ^= change
    with pytest.raises((Damaged, WrongUsage)):
        files_of_age(bytes(sealed), str(key))


def test_a_cut_file_is_damaged(key: pyrage.x25519.Identity) -> None:
    for cut in (1, 30, 500):
        with pytest.raises(Damaged, match="not as it was written"):
            files_of_zip(zip_with_password(FILES, PASSWORD)[:-cut], PASSWORD)
        with pytest.raises(Damaged, match="not as it was written"):
            files_of_age(age_for(FILES, str(key.to_public()))[:-cut], str(key))


def test_another_key_or_password_opens_nothing(key: pyrage.x25519.Identity) -> None:
    other = pyrage.x25519.Identity.generate()
    with pytest.raises(WrongUsage, match="The key does not open it"):
        files_of_age(age_for(FILES, str(key.to_public())), str(other))
    with pytest.raises(WrongUsage, match="This is not an age key"):
        files_of_age(age_for(FILES, str(key.to_public())), str(key.to_public()))
    for wrong in ("", PASSWORD + " ", "pässword"):
        with pytest.raises(WrongUsage, match="The password does not open it"):
            files_of_zip(zip_with_password(FILES, PASSWORD), wrong)


def test_a_bomb_is_not_blown_up() -> None:
    with pytest.raises(Damaged):
        files_of_zip(zip_with_password({"a": b"0" * 10_000}, PASSWORD), PASSWORD, largest=9_999)


@pytest.mark.skipif(SEVEN is None, reason="there is no 7-Zip on this machine (apt-get install p7zip-full)")
def test_seven_zip_opens_it_with_the_password_and_not_without(tmp_path: Path) -> None:
    (tmp_path / "sealed.zip").write_bytes(zip_with_password(FILES, PASSWORD))

    def opened(password: str) -> int:
        words = [str(SEVEN), "x", "-y", f"-p{password}", "-oout", "sealed.zip"]
        return subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).returncode

    assert opened("another password at all") != 0
    shutil.rmtree(tmp_path / "out", ignore_errors=True)
    assert opened(PASSWORD) == 0
    found = {
        path.relative_to(tmp_path / "out").as_posix(): path.read_bytes()
        for path in (tmp_path / "out").rglob("*.*")
    }
    assert found == FILES
    listed = subprocess.run(
        [str(SEVEN), "l", "-slt", "sealed.zip"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert listed.stdout.count("Encrypted = +") == len(FILES) and "AES-256" in listed.stdout


@pytest.mark.skipif(SEVEN is None, reason="there is no 7-Zip on this machine (apt-get install p7zip-full)")
def test_a_zip_that_seven_zip_sealed_is_opened(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_bytes(b"sent back")
    words = [str(SEVEN), "a", "-tzip", "-mem=AES256", f"-p{PASSWORD}", "back.zip", "note.txt"]
    subprocess.run(words, cwd=tmp_path, capture_output=True, check=True)
    assert files_of_zip((tmp_path / "back.zip").read_bytes(), PASSWORD) == {"note.txt": b"sent back"}


@pytest.mark.skipif(AGE is None, reason="there is no age on this machine (apt-get install age)")
def test_age_itself_opens_it_with_the_key_and_not_without(
    tmp_path: Path, key: pyrage.x25519.Identity
) -> None:
    (tmp_path / "sealed.age").write_bytes(age_for(FILES, str(key.to_public())))

    def opened(holder: pyrage.x25519.Identity) -> int:
        number = os.open(tmp_path / "key.txt", os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(number, "w") as file:
            file.write(f"# made up\n{holder}\n")
        words = [str(AGE), "-d", "-i", "key.txt", "-o", "out.zip", "sealed.age"]
        return subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).returncode

    assert opened(pyrage.x25519.Identity.generate()) != 0
    assert opened(key) == 0
    shutil.unpack_archive(tmp_path / "out.zip", tmp_path / "out")
    assert (tmp_path / "out" / "L-1" / "list.html").read_bytes() == FILES["L-1/list.html"]
