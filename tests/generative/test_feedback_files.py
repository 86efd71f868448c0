"""Workbooks that came back in any shape: rows in any order, left out or doubled, give the same answers; a damaged file
is one readable paragraph, and never a traceback."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.errors import PreventionError
from prevention_model.feedback import judge, read_returned
from prevention_model.feedback.given import Given, Rows
from tests.fixtures.returned_list import DAY, OFFER, GivenOut, fill, give_out

PLACES = 9
OTHERS = (
    {**OFFER},
    {**OFFER, "decision": "Not appropriate", "decision_reason_code": "Contact could do harm"},
    {
        **OFFER,
        "decision": "Look again by a date",
        "decision_reason_code": "Too soon to tell",
        "contact_by": DAY,
    },
    {**OFFER, "decided_by": ""},
    {},
)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=40)
FORMULAE = st.tuples(st.sampled_from(["=", "+", "-", "@", "\t=", "'="]), TEXT).map("".join)


@pytest.fixture(scope="module")
def given_out(tmp_path_factory: pytest.TempPathFactory) -> GivenOut:
    return give_out(tmp_path_factory.mktemp("given") / "workspace")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("back") / "back.xlsx"


def judged(
    given_out: GivenOut, place: Path, content: bytes
) -> tuple[dict[str, str], set[str], int, tuple[str, ...]]:
    """Answers by row, rows kept out, how many are undecided, and families without a row."""
    place.write_bytes(content)
    head = given_out.list.header
    of = Given(head.list_id, head.release_id, head.run_id, "Z1", "pilot", head.run_date, head.valid_until)
    returned = read_returned(place)
    made = judge(returned, of, Rows.of(given_out.list.key(), head.list_id), given_out.ledger.today())
    faulty = {each.row for each in made.problems}
    out = {row.row_id for row in returned.rows if row.number in faulty}
    return {each.row_id: each.decision for _, each in made.answers}, out, made.undecided, made.absent


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.sampled_from(range(len(OTHERS))), min_size=PLACES, max_size=PLACES),
    st.lists(st.integers(0, PLACES - 1), min_size=1, max_size=14),
)
def test_any_order_deletion_and_doubling_of_rows_gives_the_same_answers_or_says_so(
    given_out: GivenOut, place: Path, kinds: list[int], order: list[int]
) -> None:
    answers = {row: OTHERS[kind] for row, kind in enumerate(kinds)}
    rows = given_out.rows
    straight, out, undecided, absent = judged(given_out, place, fill(given_out.workbook, answers))
    assert len(straight) + len(out) + undecided == PLACES and not absent
    moved, out_moved, undecided_moved, absent_moved = judged(
        given_out, place, fill(given_out.workbook, answers, order)
    )
    still = {rows[each] for each in order}
    assert moved == {row: decision for row, decision in straight.items() if row in still}
    assert out_moved == out & still
    assert undecided_moved == len(still - set(straight) - out)
    # Every row of the list is accounted for, once.
    assert len(moved) + len(out_moved) + undecided_moved + len(absent_moved) == PLACES


@settings(deadline=None, max_examples=60)
@given(st.one_of(TEXT, FORMULAE))
def test_any_text_is_read_back_as_it_was_typed(given_out: GivenOut, place: Path, text: str) -> None:
    place.write_bytes(fill(given_out.workbook, {0: {**OFFER, "decision_note": text}}))
    assert read_returned(place).rows[0].cells["decision_note"] == text.strip()


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The workbook after an accident: cut off, bytes changed, a part missing, or text of a part put elsewhere."""
    kind = chance.randrange(5)
    if kind == 0:
        return content[: chance.randrange(len(content))]
    if kind == 1:
        changed = bytearray(content)
        for _ in range(chance.randrange(1, 30)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        return bytes(changed)
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        names = before.namelist()
        gone = chance.choice(names)
        for name in names:
            part = before.read(name)
            if name == gone and kind == 2:
                continue
            if name == gone and kind == 3:
                start, size = chance.randrange(len(part) or 1), chance.randrange(1, 200)
                part = part[:start] + part[start + size :]
            if name == gone and kind == 4:
                at = chance.randrange(len(part) or 1)
                part = (
                    part[:at]
                    + chance.choice([b"<c>", b"</row>", b"&amp;", b"\xff", b"99999999999"])
                    + part[at:]
                )
            after.writestr(name, part)
    return held.getvalue()


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_file_is_read_or_refused_in_one_paragraph(
    given_out: GivenOut, place: Path, seed: int
) -> None:
    chance = random.Random(seed)
    whole = fill(given_out.workbook, dict.fromkeys(range(4), OFFER))
    known = set(given_out.rows)
    for _ in range(60):
        try:
            answers, *_ = judged(given_out, place, damaged(whole, chance))
        except PreventionError as error:
            assert "\n" not in str(error) and len(str(error)) < 600
            assert error.exit_code in (2, 3) and "back.xlsx" in str(error)
        else:
            assert set(answers) <= known
