"""From a released list and back, as a person types it: answers, the next list, challenges, the yield page."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from prevention_model.ledger import Ledger
from tests.fixtures.returned_list import OFFER, fill
from tests.fixtures.small_authority import SIGNATORIES, SmallAuthority

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("county")]

Copied = Callable[[SmallAuthority], SmallAuthority]
Piloted = tuple[SmallAuthority, str]


@pytest.fixture(scope="module")
def piloted(audited: Piloted, copied: Copied) -> Piloted:
    """A copy that was released at shadow and at pilot; with its run."""
    made, run = copied(audited[0]), audited[1]
    for name in SIGNATORIES:
        done = made.run("sign", run, "--key", made.key(name), "--authority", made.authority)
        assert done.returncode == 0, done.stderr
    for stage in ("shadow", "pilot"):
        done = made.run("release", run, "--stage", stage, "--authority", made.authority)
        assert done.returncode == 0, done.stderr
    return made, run


@pytest.fixture
def mine(piloted: Piloted, copied: Copied) -> Piloted:
    return copied(piloted[0]), piloted[1]


def pack(made: SmallAuthority, run: str, stage: str = "pilot", zone: str = "Z1") -> Path:
    return made.workspace / "releases" / f"{run}-{stage}" / zone


def homes(made: SmallAuthority, run: str, stage: str, zone: str = "Z1") -> set[str]:
    key = pd.read_parquet(made.workspace / "releases" / f"{run}-{stage}" / "key.parquet")
    return set(key.loc[key["zone"].eq(zone), "household_id"])


def sent_back(made: SmallAuthority, run: str, stage: str = "pilot", **more: object) -> Path:
    """Every row of the list of zone Z1 but the last, answered today."""
    workbook = pack(made, run, stage) / "list.xlsx"
    rows = openpyxl.load_workbook(workbook)["Decisions"].max_row - 1
    today = Ledger(made.workspace / "ledger.sqlite").today()
    path = made.folder / f"{stage}.xlsx"
    answer = {**OFFER, "decided_at": today, **more}
    path.write_bytes(fill(workbook, dict.fromkeys(range(rows - 1), answer)))
    return path


def test_what_was_decided_is_entered_and_the_next_list_leaves_those_families_out(mine: Piloted) -> None:
    made, run = mine
    done = made.run("feedback", sent_back(made, run), "--authority", made.authority)
    assert done.returncode == 0, done.stderr
    entered = int(re.search(r"(\d+) answers entered", done.stdout)[1])  # type: ignore[index]
    decided = Ledger(made.workspace / "ledger.sqlite").entries("decided")
    assert len(decided) == entered == len(homes(made, run, "pilot")) - 1
    again = made.run("feedback", made.folder / "pilot.xlsx", "--authority", made.authority)
    assert "0 answers entered" in again.stdout and again.returncode == 0

    done = made.run("release", run, "--stage", "live", "--authority", made.authority)
    assert done.returncode == 0, done.stderr
    assert not homes(made, run, "live") & {entry.subject for entry in decided}
    assert len(homes(made, run, "live")) == len(homes(made, run, "pilot"))
    # A zone that sent nothing back has the families that it had, but for those drawn at random.
    assert (
        len(homes(made, run, "live", "Z2") & homes(made, run, "pilot", "Z2"))
        >= len(homes(made, run, "pilot", "Z2")) - 4
    )

    # What comes back later is for the next list: releasing again gives the very lists that were recorded.
    folder = made.workspace / "releases" / f"{run}-live"
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done = made.run("feedback", sent_back(made, run, "live"), "--authority", made.authority)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(folder)
    done = made.run("release", run, "--stage", "live", "--authority", made.authority)
    assert done.returncode == 0, done.stderr
    assert before == {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_shadow_list_that_comes_back_holds_nobody_back(mine: Piloted) -> None:
    made, run = mine
    done = made.run("feedback", sent_back(made, run, "shadow"), "--authority", made.authority)
    assert done.returncode == 0 and "It is a shadow list" in done.stdout
    done = made.run("release", run, "--stage", "live", "--authority", made.authority)
    assert done.returncode == 0, done.stderr
    ruled = [
        set(rows.loc[rows["zone"].eq("Z1") & rows["position_band"].ne("reserve"), "household_id"])
        for rows in (
            pd.read_parquet(made.workspace / "releases" / f"{run}-{stage}" / "key.parquet")
            for stage in ("shadow", "live")
        )
    ]
    assert ruled[0] == ruled[1]


def test_a_row_that_is_kept_out_and_a_file_that_is_refused_end_with_exit_code_3(mine: Piloted) -> None:
    made, run = mine
    junk = made.folder / "junk.xlsx"
    junk.write_bytes(b"PK\x03\x04" + bytes(40))
    done = made.run("feedback", junk, sent_back(made, run, decided_by=""), "--authority", made.authority)
    assert done.returncode == 3 and "Traceback" not in done.stderr
    assert (
        "junk.xlsx: not read." in done.stdout
        and "column Decided by: it is not said who decided" in done.stdout
    )
    assert "1 file could not be taken in, and 1 had rows that were not entered" in done.stderr
    done = made.run("feedback", made.folder / "pilot.xlsx", "--zone", "Z2", "--authority", made.authority)
    assert done.returncode == 3 and "the list of zone Z1, and not of zone Z2" in done.stdout


def test_a_challenge_from_the_list_to_the_letter(mine: Piloted) -> None:
    made, run = mine
    row = pd.read_parquet(pack(made, run).parent / "key.parquet")["row_id"].iloc[0]
    words = ("--about", "data", "--reason-code", "record_wrong", "--by", "Complaints officer")
    done = made.run("contest", "open", row, *words, "--authority", made.authority)
    assert done.returncode == 0, done.stderr
    number = re.search(r"C-[0-9A-F]{8}", done.stdout)[0]  # type: ignore[index]
    assert f"{number} of row {row}" in made.run("status", "--authority", made.authority).stdout
    listed = made.run("contest", "list", "--authority", made.authority).stdout
    assert "open, 30 days left" in listed
    words = ("--outcome", "corrected", "--by", "Head of service")
    done = made.run("contest", "close", number, *words, "--authority", made.authority)
    assert done.returncode == 0 and "rights correction" in done.stdout
    letters = list((made.workspace / "notices").rglob(f"*-{number}.md"))
    assert len(letters) == 1 and row in letters[0].read_text(encoding="utf-8").replace("\\", "")
    assert number not in made.run("status", "--authority", made.authority).stdout
    assert made.run("contest", "close", "C-0", *words, "--authority", made.authority).returncode == 2


def test_a_list_that_was_withdrawn_still_tells_what_was_decided_before(mine: Piloted) -> None:
    made, run = mine
    path = sent_back(made, run)
    words = ("--reason", "A fault in the records", "--by", "Head of service")
    done = made.run("withdraw", f"{run}-pilot", *words, "--authority", made.authority)
    assert done.returncode == 0, done.stderr
    done = made.run("feedback", path, "--authority", made.authority)
    assert done.returncode == 0 and "What was decided up to that day is entered" in done.stdout
    assert Ledger(made.workspace / "ledger.sqlite").entries("decided")


def test_the_yield_page_is_one_page_and_one_json_with_nobody_in_it(mine: Piloted) -> None:
    made, run = mine
    today = Ledger(made.workspace / "ledger.sqlite").today()
    answers = {"contacted_at": today, "family_response": "Agreed to early help"}
    done = made.run("feedback", sent_back(made, run, **answers), "--authority", made.authority)
    assert done.returncode == 0, done.stdout + done.stderr
    done = made.run("yield", "--out", made.folder / "out", "--authority", made.authority)
    assert done.returncode == 0, done.stderr
    said = json.loads((made.folder / "out" / "yield.json").read_text(encoding="utf-8"))
    rows = len(homes(made, run, "pilot"))
    assert said["lists"] == 7, "shadow lists are not counted"
    assert (said["zones"]["Z1"]["listed"], said["zones"]["Z1"]["new"]) == (rows, None), (
        "one family is left over"
    )
    assert said["false_alarms"] == []
    page = (made.folder / "out" / "yield.html").read_text(encoding="utf-8")
    assert "Not yet known: the time in which the outcome is looked for is over for no list." in page
    key = pd.read_parquet(pack(made, run).parent / "key.parquet")
    for name in ("household_id", "person_id", "family_ref"):
        assert not [each for each in key[name] if each in page or each in json.dumps(said)]
    assert (
        made.run(
            "yield", "--out", made.folder / "out", "--since", "soon", "--authority", made.authority
        ).returncode
        == 2
    )
