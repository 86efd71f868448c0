"""The board pack: what a member of a board has to find on it, on two pages whatever the findings."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from prevention_model.cards import PublicFacts
from prevention_model.cards.board_pack import BOARD_FILES, board_pack, write_board_pack
from prevention_model.cards.facts import STATUSES
from prevention_model.pages.document import to_html, to_markdown
from prevention_model.pages.pdf import to_pdf
from tests.fixtures import made_up_card

MOVED = ("what", "before", "now", "moved")
LONG = "A text at great length on why this has to be so and not otherwise, with many words. " * 6
SINCE = {
    "since": "RUN-0031",
    "on": "2024-03-01",
    "rows": [
        {"what": "Checks failed", "before": "0", "now": "1", "moved": "up by 1"},
        {"what": "Calibration slope", "before": "0.97", "now": "0.97", "moved": "nothing that shows"},
        {"what": "The model", "before": LONG, "now": LONG[::-1], "moved": "changed"},
    ],
}


def facts(**changes: Any) -> PublicFacts:
    return made_up_card.public(**changes)


def crowded() -> PublicFacts:
    """More of everything than there is room for."""
    states = ["failed"] * 9 + ["too_few"] * 9 + ["could_not_run"] * 4 + ["waived"] * 6 + ["passed"] * 9
    checks = [
        {"name": f"PM0{n:02} {LONG[:60]}", "status": state, "text": LONG, "blocks": True}
        for n, state in enumerate(states)
    ]
    return facts(
        title=LONG[:140],
        purpose=LONG,
        outcome_plain=LONG,
        verdict="signed",
        checks=checks,
        waivers=[
            {"check": checks[0]["name"], "reason": LONG, "by": LONG[:70], "until": "2025-01-01"}
            for _ in range(7)
        ],
        sign_offs=[
            {"name": LONG[:60], "role": LONG[:60], "on": "2024-09-09"} for _ in range(5)
        ],
        certificate={"id": "CERT-2024-0001-SHADOW", "expires": "2025-01-01"},
        unfilled=[f"publication.{LONG[:40]}{n}" for n in range(30)],
        changed={
            "since": "RUN-0031",
            "on": "2024-03-01",
            "rows": [
                {"what": f"{LONG[:70]}{n}", "before": LONG, "now": LONG, "moved": "changed" if n > 19 else LONG}
                for n in range(30)
            ],
        },
    )  # fmt: skip


def text_of(**changes: Any) -> str:
    return to_markdown(board_pack(facts(**changes)))


def section(text: str, title: str) -> str:
    return text.split(f"## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("awaiting sign-off", "May lists be made by this model, at the stage pilot"),
        ("refused", "The audit refused it"),
        ("signed", "Is it released, at the stage pilot"),
        ("released", "Does it go on, to another stage, or is it taken back?"),
        ("withdrawn", "It is withdrawn, and may not be used"),
    ],
)
def test_the_decision_asked_is_that_of_the_verdict(verdict: str, said: str) -> None:
    assert said in section(text_of(verdict=verdict), "The decision asked")


def test_what_was_never_released_is_asked_about_at_the_first_stage() -> None:
    said = section(text_of(stage="not released"), "The decision asked")
    assert "at the stage shadow: lists are made and nobody acts on them?" in said
    assert "not released" not in said


def test_an_interval_that_says_no_more_than_the_number_is_left_out() -> None:
    close = {**made_up_card.facts()["missed"], "value": 0.95, "low": 0.94, "high": 0.96}
    said = section(text_of(missed=close), "Five numbers")
    assert "**About 19 of 20** children to whom it happened, who were on no list\n" in said


def test_five_numbers_are_those_of_the_card() -> None:
    said = section(text_of(), "Five numbers")
    assert len(re.findall(r"^- \*\*", said, re.MULTILINE)) == 5
    for words in (
        "**About 7 of 20** families listed",
        "**About 4 of 20** by the best simple rule, Count of indicators (between 3 and 6 of 20)",
        "**About 12 of 20** children to whom it happened, who were on no list",
        "**About 65 of 100** missed among zone South Vale, the most of all groups that can be shown; of everybody "
        "about 60 of 100",
        "**40 families** on all lists together, in 2 zones",
    ):
        assert words in said


def test_no_group_missed_more_is_not_called_no_difference() -> None:
    level = [{**row, "share": 0.6, "low": 0.5, "high": 0.7} for row in made_up_card.facts()["groups"]]
    said = section(text_of(groups=level), "Five numbers")
    assert "**None shown** no group that can be shown is missed more often than everybody" in said
    assert "do not read this as no difference" in section(text_of(groups=[]), "Five numbers")


def test_checks_are_counted_and_those_that_did_not_pass_are_named() -> None:
    said = section(text_of(), "Checks")
    assert "| Passed | 1 |  |" in said
    assert "| Failed | 1 | Children missed more often in a group |" in said
    assert "| Too few to assess | 1 | Levels do not match by group |" in said
    assert "| Not applicable | 1 |  |" in said


def test_waivers_asked_for_and_given_are_apart() -> None:
    asked = section(text_of(verdict="refused"), "Waivers")
    assert "1 check in the way of a release needs a waiver" in asked
    assert "No check was waived" in asked
    waiver = {"check": "PM006", "reason": "A pilot.", "by": "D. Rector", "until": "2024-12-01"}
    given = section(
        text_of(checks=[{"name": "PM006", "status": "waived", "text": "", "blocks": True}], waivers=[waiver]),
        "Waivers",
    )
    assert "in the way" not in given
    assert "| PM006 | A pilot. | D. Rector | 1 December 2024 |" in given


def test_who_signed_and_until_when() -> None:
    nobody = section(text_of(), "Who signed, and until when")
    assert "By nobody yet" in nobody and "No certificate: no list can be written" in nobody
    signed = section(
        text_of(
            verdict="signed",
            sign_offs=[{"name": "D. Rector", "role": "director", "on": "2024-09-09"}],
            certificate={"id": "CERT-1", "expires": "2025-09-01"},
        ),
        "Who signed, and until when",
    )
    assert "D. Rector, director, on 9 September 2024" in signed
    assert "until 1 September 2025" in signed


def test_what_changed_shows_what_moved_and_only_that() -> None:
    said = section(text_of(changed=SINCE), "What changed since the last version")
    assert "run RUN-0031 of 1 March 2024" in said
    assert "| Checks failed | 0 | 1 | up by 1 |" in said
    assert "Calibration slope" not in said
    assert "Changed too, see the card: The model." in said
    assert "This is the first version" in section(text_of(), "What changed since the last version")


def test_questions_stand_with_their_figures() -> None:
    said = section(text_of(), "Questions to ask")
    assert "What will be done about zone South Vale" in said
    assert "Missed: about 65 of 100 (between 62 and 71 of 100); of everybody about 60 of 100" in said


def test_what_is_cut_for_want_of_room_is_counted() -> None:
    text = to_markdown(board_pack(crowded()))
    assert "(5 more on the card)" in section(text, "Waivers")
    assert "(3 more on the card)" in section(text, "Who signed, and until when")
    assert "(15 more on the card)" in section(text, "What changed since the last version")
    assert "; and 3 more" in section(text, "Checks")
    assert LONG.strip() not in text


def test_html_and_markdown_are_written_with_the_same_words(tmp_path: Path) -> None:
    paths = write_board_pack(tmp_path / "pack", facts())
    assert [path.name for path in paths] == list(BOARD_FILES)
    page, text = (path.read_text(encoding="utf-8") for path in paths)
    words = re.sub(r"<[^>]+>", " ", page.split("<main")[1])
    for part in ("About 7 of 20", "By nobody yet", "What will be done about zone South Vale"):
        assert part in words and part in text


WIDE = "Wellington-on-Sea WWWWW accommodation of mmmmmm committee in neighbourhoods PM023 1,234 responsibility a "
FEW = st.integers(0, 12)


# without shrinking, which would draw hundreds of PDFs
@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@example([12] * 6, 12, 12, 30, 600)
@example([12] * 6, 12, 12, 30, 90)
@given(st.lists(FEW, min_size=6, max_size=6), FEW, FEW, st.integers(0, 30), st.integers(5, 600))
def test_any_amount_of_findings_has_room_on_two_pages(
    states: list[int], waivers: int, signed: int, moved: int, letters: int
) -> None:
    text = (WIDE * 7)[:letters].strip()
    names = [name for name, count in zip(STATUSES, states, strict=True) for _ in range(count)]
    made = facts(
        title=text,
        purpose=text,
        outcome_plain=text,
        checks=[{"name": text, "status": name, "text": text, "blocks": True} for name in [*names, "passed"]],
        waivers=[{"check": text, "reason": text, "by": text, "until": "2025-01-01"}] * waivers,
        sign_offs=[{"name": text, "role": text, "on": "2024-09-30"}] * signed,
        unfilled=[text] * moved,
        changed={"since": "R", "on": "2024-09-30", "rows": [dict.fromkeys(MOVED, text)] * moved},
    )
    with pikepdf.open(BytesIO(_drawn(made))) as held:
        assert len(held.pages) == 2


def _drawn(pack: PublicFacts) -> bytes:
    return to_pdf(to_html(board_pack(pack)))


@pytest.mark.parametrize("made", ["usual", "crowded", "quiet"])
def test_it_is_two_pages_of_paper_whatever_is_found(made: str) -> None:
    quiet = {
        "groups": [],
        "checks": [{"name": "PM001", "status": "passed", "text": "", "blocks": False}],
        "age_bands": [],
    }
    pack = {"usual": facts(), "crowded": crowded(), "quiet": facts(**quiet)}[made]
    with pikepdf.open(BytesIO(_drawn(pack))) as held:
        assert len(held.pages) == 2
        assert [round(float(side)) for side in held.pages[0].MediaBox[2:]] == [595, 842]
