"""The letters to those who received a list: what each says, and that the same entry gives the same letters."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from prevention_model.ledger import Entry
from prevention_model.pipeline.notices import in_words, write_notices
from prevention_model.release import Recipient, record, suspend, withdraw
from tests.release.gate_scene import MANIFEST, TODAY, Scene, scene

FRONT = SimpleNamespace(name="Front door", telephone="01632 960 999")
CONTACTS = {("Z1", "Zone Z1"): "z1@zones.example"}
AUTHORITY: Any = SimpleNamespace(
    name="Mereshire", front_door=FRONT, contact_of=lambda zone, recipient: CONTACTS.get((zone, recipient), "")
)
LETTER = """\
# A list that you received is withdrawn

Mereshire has withdrawn the release that list L-1 belongs to.
"""


@pytest.fixture
def released(tmp_path: Path) -> Scene:
    made = scene(tmp_path)
    made.sign_both()
    given = [
        Recipient(code, f"L-{code[1]}", f"Zone {code}", "Zone coordinator", "1" * 64) for code in ("Z1", "Z2")
    ]
    record(made.ledger, made.check(), MANIFEST, given)
    return made


def letters(made: Scene, closed: Entry, folder: Path) -> dict[str, str]:
    workspace: Any = SimpleNamespace(folder=folder)
    paths = write_notices(workspace, made.ledger, closed, AUTHORITY)
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_each_recipient_gets_a_letter_of_their_own(released: Scene, tmp_path: Path) -> None:
    closed = withdraw(released.ledger, "run-1-shadow", "Two zones were exchanged", "Wilma Watch", TODAY)
    found = letters(released, closed, tmp_path)
    assert list(found) == ["notices/run-1-shadow/Z1-withdrawn.md", "notices/run-1-shadow/Z2-withdrawn.md"]
    first, second = found.values()
    assert first.startswith(LETTER)
    for said in (
        "Zone Z1, z1@zones.example", "L-1", "2026-03-02", "Wilma Watch", "Two zones were exchanged",
        "destroy every copy", "Write back", "Front door, telephone 01632 960 999",
    ):  # fmt: skip
        assert said in first, said
    assert "Zone Z2" in second and "L-1" not in second
    assert letters(released, closed, tmp_path) == found


def test_a_suspended_list_is_kept_and_not_used(released: Scene, tmp_path: Path) -> None:
    closed = suspend(released.ledger, "run-1-shadow", "Being looked into", "Wilma Watch", TODAY)
    assert all(
        "destroy" not in text and "Stop using" in text
        for text in letters(released, closed, tmp_path).values()
    )
    again = withdraw(released.ledger, "run-1-shadow", "Found wrong", "Wilma Watch", TODAY)
    told = letters(released, again, tmp_path)
    assert all(name.endswith("-withdrawn.md") and "Found wrong" in text for name, text in told.items())
    assert len(list(tmp_path.glob("notices/*/*.md"))) == 4


def test_what_to_do_with_letters_is_said() -> None:
    assert in_words([]) == ["Nobody received a list of it."]
    assert in_words([Path("a.md"), Path("b.md")]) == [
        "Send these to the recipients (2), today:",
        "  a.md",
        "  b.md",
    ]
