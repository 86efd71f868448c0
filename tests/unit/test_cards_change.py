"""The card says how far a change is believed, how many children have none and why, and which ages are scored."""

import pytest

from prevention_model.cards.card import card_document
from prevention_model.cards.change import age_band_blocks, change_blocks
from prevention_model.pages.document import Paragraph, Table, to_markdown
from tests.fixtures.made_up_card import facts as card_facts
from tests.fixtures.made_up_card import public

HELD = card_facts()["change"]
BANDS = card_facts()["age_bands"]


def table(blocks: tuple) -> Table:
    return next(block for block in blocks if isinstance(block, Table))


def test_children_without_an_earlier_level_are_counted_with_the_reason() -> None:
    rows = dict(table(change_blocks(HELD)).rows)
    assert rows["Not known: no earlier level of the child's own"] == "240"
    assert rows["Not known: nothing tells how reliable a change is"] == "0"
    assert (rows["Rising"], rows["Steady"], rows["Falling"]) == ("120", "900", "80")


def test_small_counts_are_hidden_with_one_that_would_give_them_away() -> None:
    change = public(change=HELD | {"children": HELD["children"] | {"falling": 3}}).change
    rows = dict(table(change_blocks(change)).rows)
    hidden = [name for name, shown in rows.items() if shown == "c"]
    assert "Falling" in hidden and len(hidden) == 2


@pytest.mark.parametrize("share", [None, float("nan")])
def test_where_nothing_was_learnt_no_rise_is_claimed(share: float | None) -> None:
    lead = change_blocks(HELD | {"share": share, "shares": []})[0]
    assert isinstance(lead, Paragraph)
    assert "so no rise is claimed" in lead.text


def test_each_band_has_its_verdict_and_a_small_one_no_figures() -> None:
    rows = table(age_band_blocks(BANDS)).rows
    assert rows[0] == (
        "0 to 4", "60", "additive count", "-0.030 (-0.050 to -0.010)", "0.70 (0.66)",
        "A simple rule is better: not scored",
    )  # fmt: skip
    shown = table(age_band_blocks(public(age_bands=BANDS).age_bands)).rows
    assert shown[2][1:5] == ("c", "c", "c", "c")
    assert [row[-1] for row in shown] == [row[-1] for row in rows]
    assert age_band_blocks([]) == ()


def test_the_card_has_both() -> None:
    text = to_markdown(card_document(public()))
    assert "What a change means" in text and "Age bands" in text
