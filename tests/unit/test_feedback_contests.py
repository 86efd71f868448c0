"""Contests: a number and a clock for each, one outcome, and a letter to whoever received a row that was corrected."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from prevention_model.errors import WrongUsage
from prevention_model.feedback.contests import CONTEST_DAYS, standing
from prevention_model.ledger import lacking
from prevention_model.pipeline.contests import close, contest_lines, open_by_row
from prevention_model.pipeline.feedback import take_in
from tests.fixtures import made_up_zone as made
from tests.fixtures.returned_list import DAY, OFFER, GivenOut, fill, give_out


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> GivenOut:
    return give_out(tmp_path_factory.mktemp("kept") / "workspace")


@pytest.fixture
def given(kept: GivenOut, tmp_path: Path) -> GivenOut:
    return kept.copy(tmp_path)


def opened(given: GivenOut, place: int = 0, on: date = DAY, about: str = "data") -> str:
    entry = open_by_row(given.workspace, given.rows[place], about, "record_wrong", "Complaints officer", on)
    return str(entry.body["contest"])


def test_a_contest_is_about_the_household_of_its_row_and_has_thirty_days(given: GivenOut) -> None:
    number = opened(given)
    (entry,) = given.ledger.entries("contest_opened")
    assert entry.subject == given.household(given.rows[0]) and lacking("contest_opened", entry.body) == []
    assert entry.body["due"] == (DAY + timedelta(days=CONTEST_DAYS)).isoformat() == "2024-10-15"
    assert entry.body["contest"] == number and number.startswith("C-")


def test_the_clock_says_days_left_and_overdue_and_those_first(given: GivenOut) -> None:
    late, soon = opened(given, 1, DAY), opened(given, 0, DAY + timedelta(days=9))
    lines = contest_lines(given.ledger.entries(), DAY + timedelta(days=31))
    assert [line.split()[0] for line in lines] == [late, soon]
    assert lines[0].endswith("open, OVERDUE by 1 day") and lines[1].endswith("open, 8 days left")
    assert contest_lines(given.ledger.entries(), DAY + timedelta(days=30))[0].endswith("open, 0 days left")


@pytest.mark.parametrize(
    ("row", "about", "reason", "by", "on", "words"),
    [
        ("nonsense", "data", "record_wrong", "Pat", DAY, "No list has such a row"),
        ("REL-2024-09-Z1/F-AAAAAAAA", "data", "record_wrong", "Pat", DAY, "No list has such a row"),
        ("", "price", "record_wrong", "Pat", DAY, "--about is none of the words"),
        ("", "data", "because", "Pat", DAY, "--reason-code is none of the words"),
        ("", "data", "record_wrong", " ", DAY, "not said who takes the contest"),
        ("", "data", "record_wrong", "Pat", date(2999, 1, 1), "a day that has not come"),
        ("", "data", "record_wrong", "Pat", made.TODAY - timedelta(days=1), "made before the list was"),
    ],
)
def test_what_cannot_be_contested_is_refused_and_nothing_is_entered(
    given: GivenOut, row: str, about: str, reason: str, by: str, on: date, words: str
) -> None:
    head = given.ledger.head()
    with pytest.raises(WrongUsage, match=words):
        open_by_row(given.workspace, row or given.rows[0], about, reason, by, on)
    assert given.ledger.head() == head


@pytest.mark.parametrize("outcome", ["upheld", "not_upheld"])
def test_closing_stops_the_clock_once(given: GivenOut, outcome: str) -> None:
    number = opened(given)
    said = close(given.workspace, made.authority(), number, outcome, "Head of service")
    assert len(said) == 1 and said[0].endswith("Tell whoever made it.")
    head = given.ledger.head()
    close(given.workspace, made.authority(), number, outcome, "Head of service")
    assert given.ledger.head() == head
    assert contest_lines(given.ledger.entries(), DAY) == []
    assert len(contest_lines(given.ledger.entries(), DAY, everything=True)) == 1
    with pytest.raises(WrongUsage, match="closed already"):
        close(given.workspace, made.authority(), number, "corrected", "Head of service")


def test_a_correction_is_told_to_whoever_received_the_row_and_says_what_comes_next(given: GivenOut) -> None:
    number = opened(given, 2)
    for _ in range(2):
        said = "\n".join(close(given.workspace, made.authority(), number, "corrected", "Head of service"))
    (notice,) = given.ledger.entries("notice")
    assert lacking("notice", notice.body) == []
    assert (notice.subject, notice.body["recipient"]) == ("RUN-0042", "Pat Coordinator")
    assert (notice.body["because"], notice.body["row_id"]) == ("row corrected", given.rows[2])
    for words in ("rights correction", "prevention-model run", f"Z1-{number}.md"):
        assert words in said
    letter = (given.workspace.folder / "notices" / "REL-2024-09" / f"Z1-{number}.md").read_text(
        encoding="utf-8"
    )
    assert "Pat Coordinator, pat@example.invalid" in letter.replace("\\", "")
    assert given.rows[2] in letter.replace("\\", "") and "01632 960000" in letter
    names = {
        name for family in given.list.families for child in family.children for name in child.name.split()
    }
    assert not [name for name in names - {"Pat"} if name in letter]


def test_two_contests_of_one_row_have_numbers_of_their_own(given: GivenOut) -> None:
    assert len({opened(given), opened(given), opened(given, about="family")}) == 3


def test_no_such_contest(given: GivenOut) -> None:
    with pytest.raises(WrongUsage, match="no such contest"):
        close(given.workspace, made.authority(), "C-00000000", "upheld", "Pat")


def test_a_contest_on_the_list_is_opened_once_from_the_day_on_which_it_was_said(
    given: GivenOut, tmp_path: Path
) -> None:
    answer = {**OFFER, "contest": "That it is this family", "contacted_at": DAY + timedelta(days=4)}
    path = tmp_path / "back.xlsx"
    for note in ("one", "two"):
        path.write_bytes(fill(given.workbook, {0: {**answer, "decision_note": note}}))
        taken = take_in(given.workspace, path)
    (contest,) = standing(given.ledger.entries())
    assert (contest.about, contest.row_id, contest.by) == ("family", given.rows[0], "Zone coordinator")
    assert (contest.opened, contest.due) == (DAY + timedelta(days=4), DAY + timedelta(days=34))
    assert taken.recorded.entered == 1 and not taken.recorded.contests
