"""The comparison page says which model, why, by how much and how steady, and gives no small count away."""

import re
from pathlib import Path
from typing import Any

import pytest

from prevention_model.cards import card_document, write_comparison
from prevention_model.cards.comparison import comparison_document
from prevention_model.errors import WrongUsage
from prevention_model.pages.document import Link, to_html, to_markdown
from prevention_model.pages.line_charts import Line, lines_chart
from tests.fixtures import made_up_card
from tests.fixtures import made_up_comparison as made


def _markdown(said: dict[str, Any]) -> str:
    return to_markdown(comparison_document(made.RUN, said))


def test_the_page_is_written_with_the_same_bytes_each_time_and_asks_for_nothing(tmp_path: Path) -> None:
    one = write_comparison(tmp_path / "one", made.RUN, made.figures())
    two = write_comparison(tmp_path / "two", made.RUN, made.figures())
    assert one.name == "comparison.html"
    page = one.read_text(encoding="utf-8")
    assert page == two.read_text(encoding="utf-8")
    assert "http" not in re.sub(r"http://www\.w3\.org/2000/svg|http-equiv", "", page)
    assert len(re.findall(r'role="img"', page)) == 3
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_which_model_why_and_by_how_much() -> None:
    text = _markdown(made.figures())
    assert "Of 2 candidates small is chosen, by 2 periods on file before the test began." in text
    assert "- **small** is the model that was audited, and the only one that may be released" in text
    assert "- **0.002** at worst below the best of a period" in text
    assert (
        "- **0.144** average precision in the test, against 0.138 by logistic; 0.026 would come by chance"
        in text
    )
    assert "- **3 of 4** periods in which it was ahead of every rival" in text
    assert "In some period a rival was as good or better." in text
    assert "| small (chosen) | 0.148 | 0.151 | 0.139 | 0.144 |" in text
    assert "| large | 0.150 | 0.131 | not judged | not judged |" in text
    assert "| logistic (rival) | 0.139 | 0.142 | 0.141 | 0.138 |" in text
    assert "| by chance | 0.026 | 0.026 | 0.026 | 0.026 |" in text


def test_regret_and_what_the_choice_was_worth_in_the_next_period() -> None:
    text = _markdown(made.figures())
    assert "| small (chosen) | 0.002 | 0.000 | 0.002 |" in text
    assert "| large | 0.000 | 0.020 | 0.020 |" in text
    assert "| From July 2021 | large | 0.131 | 0.151 | 0.020 |" in text


def test_what_was_tried_and_what_each_period_was_for() -> None:
    text = _markdown(made.figures())
    assert "| small (chosen) | 300 | 3 | 0.05 | yes |" in text
    assert "| large | 500 | 31 | 0.02 | no |" in text
    assert "| From January 2021 | chooses | 11,800 | 310 | 1 April 2022 |" in text
    assert "| From January 2022 | too late to choose | 11,800 | 290 | 1 April 2023 |" in text
    assert "| The test, from July 2022 | audits | 11,800 | 290 | 1 April 2023 |" in text
    assert "Index dates up to 2021-07-01 neither teach nor judge." in text


def test_where_nothing_could_choose_that_is_said_first_and_the_own_model_is_shown() -> None:
    text = _markdown(made.not_chosen())
    assert "**Not chosen by earlier periods**" in text
    assert "**Important.** No earlier period was on file before the test began" in text
    assert "| model (chosen) | 0.148 | 0.151 | 0.139 | 0.144 |" in text
    assert "Regret in the periods that chose" not in text
    assert "There was no second period that could choose" in text


@pytest.mark.parametrize("onsets", [3, 11_797])
def test_figures_of_a_period_with_a_small_count_are_hidden(onsets: int) -> None:
    text = _markdown(made.figures(onsets))
    assert "| small (chosen) | c | 0.151 | 0.139 | 0.144 |" in text
    assert "| From January 2021 | chooses | 11,800 | c | 1 April 2022 |" in text
    assert "| small, chosen | none | 1.040 | 0.910 | 0.980 |" in text
    assert "| large | c | 0.020 | c |" in text


def test_a_period_that_could_not_be_judged_says_why() -> None:
    said = made.figures()
    said["periods"][0] |= {"candidates": {}, "why_not": "Too few onsets."}
    text = _markdown(said)
    assert "From January 2021: Too few onsets." in text
    assert "| small (chosen) | not judged | 0.151 | 0.139 | 0.144 |" in text


def test_the_card_links_to_the_page_where_there_is_one() -> None:
    with_page = card_document(made_up_card.public())
    without = card_document(made_up_card.public(comparison=""))
    assert '<a href="comparison.html">' in to_html(with_page)
    assert "[Which model, why, by how much, and how steady](comparison.html)" in to_markdown(with_page)
    assert "comparison.html" not in to_html(without)
    assert "Why this model: Of 2 candidates small is chosen" in to_markdown(without)


@pytest.mark.parametrize(
    "page", ["https://example.org", "../card.html", "javascript:alert(1)", "/etc/passwd", ""]
)
def test_a_link_leads_to_no_other_place_than_the_folder(page: str) -> None:
    with pytest.raises(WrongUsage, match="links to pages beside it only"):
        Link("More", page)


def test_lines_have_a_mark_each_and_a_gap_where_there_is_no_value() -> None:
    words = {"title": "T", "quantity": "Q", "description": "D"}
    lines = [Line("one", (0.1, None, 0.3), "chosen"), Line("two", (0.2, 0.1, None))]
    chart = lines_chart(lines, ["a", "b", "c"], **words)
    assert chart == lines_chart(lines, ["a", "b", "c"], **words)
    assert chart.columns == ("Way", "a", "b", "c")
    assert chart.rows == (("one", "0.100", "none", "0.300"), ("two", "0.200", "0.100", "none"))
    assert "style=" not in chart.svg and "<title" in chart.svg and "<desc" in chart.svg
    with pytest.raises(WrongUsage, match="has not 2 values"):
        lines_chart(lines, ["a", "b"], **words)
    with pytest.raises(WrongUsage, match="nothing to draw"):
        lines_chart([Line("one", (None,))], ["a"], **words)
    with pytest.raises(WrongUsage, match="of no known kind: best"):
        Line("one", (0.1,), "best")
