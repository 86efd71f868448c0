"""The page of the mitigation menu: every price, no small number, and no word that promises too much."""

import re
from pathlib import Path

import pytest

from prevention_model.cards.mitigation import mitigation_document, write_mitigation_page
from prevention_model.cards.mitigation_words import change_words, gap_words, hidden_groups
from prevention_model.errors import WrongUsage
from prevention_model.pages.change_charts import Change, changes_chart, points
from prevention_model.pages.document import to_html, to_markdown
from tests.fixtures.made_up_mitigation import RUN, group_row, menu

NAN = float("nan")


def text(**changes: dict[str, object]) -> str:
    return to_markdown(mitigation_document(RUN, menu(**changes))).replace("\\", "")


def section(title: str, said: str) -> str:
    return said.split(f"## {title}\n")[1].split("\n## ")[0]


def test_every_measure_has_a_section_with_its_source_its_costs_and_the_law() -> None:
    said = text()
    for each in menu()["measures"]:
        own = section(each["title"], said)
        for words in ("source", "costs", "law"):
            assert each[words].split(";")[0][:40] in own.replace("\\", "")
        assert "Average precision of the ranking" in own


def test_only_the_cut_off_by_group_is_marked() -> None:
    said = text()
    short = section("In short", said)
    assert short.count("Legal sign-off before any use") == 1
    assert "| A cut-off of its own for each group | No | Yes | Legal sign-off before any use |" in short
    assert (
        said.count("Needs legal sign-off before any use. It is priced here, and no command applies it.") == 1
    )


def test_gap_and_price_stand_beside_each_other_with_intervals() -> None:
    short = section("In short", text())
    assert "| Today | +16.0 |  | 36.0% |  | 210 |" in short
    assert (
        "| Weigh groups when fitting | +11.0 | -5.0 (-8.0 to -2.0) | 33.0% | -3.0 (-5.0 to -1.0) | 165 of 210 |"
        in short
    )
    assert "| Calibrate again, blind to groups | +16.0 | no change |" in short
    assert (
        "The group missed most is Asian (ethnicity), among the highest 10% of levels at each date." in short
    )


def test_the_group_that_the_menu_is_about_comes_first_and_small_numbers_are_hidden() -> None:
    own = section("Weigh groups when fitting", text())
    rows = [
        line for line in own.splitlines() if line.startswith("| ethnicity: ") or line.startswith("| sex: ")
    ]
    assert rows[0].startswith("| ethnicity: Asian | c |")
    # One hidden alone could be worked out from the others, so the next smallest goes with it.
    assert rows[2] == "| ethnicity: Other | too few | too few | too few |"
    assert "from +16.0 to +11.0: -5.0 (-8.0 to -2.0), smaller" in rows[0]
    assert "from -2.0 to -7.0: -5.0 (-8.0 to -2.0), larger" in rows[1]


def test_one_hidden_group_takes_the_next_smallest_with_it() -> None:
    rows = [group_row("missed", "the list", "sex", group) for group in ("F", "M")]
    rows[0]["fewest"] = 3
    assert hidden_groups(rows) == {("missed", "sex", "F"), ("missed", "sex", "M")}
    rows[0]["fewest"] = 0
    assert hidden_groups(rows) == set()


def test_a_cut_at_which_nothing_moves_needs_no_table() -> None:
    own = section("Move places between zones: the same share found", text())
    assert "Among the highest 10% of levels at each date no gap changes." in own
    assert "| Z1 | 10 | 8 | 17.0% | 15.0% |" in own


def test_what_each_measure_was_made_of_is_said() -> None:
    said = text()
    assert "Weights run from 0.52 to 1.47, on 44,466 rows." in said
    assert "3 fits count in the mean, each from 19,983 of 44,466 rows." in said
    assert "Left out: idaci decile and rural." in said
    assert "| Asian | 0.70 (0.66 to 0.74) | 0.60 (0.56 to 0.64) |" in said
    assert "| White | 0.71 (0.67 to 0.75) | not known |" in said


def test_a_measure_that_could_not_be_tried_says_why_and_has_no_figures() -> None:
    said = text(reductions={"why_not": "Too few onsets."})
    assert "Not tried. Too few onsets." in section("Fit to find the same share in each group", said)
    assert "| Fit to find the same share in each group | not tried |" in said
    none = {each["name"]: {"why_not": "Nothing to go by."} for each in menu()["measures"]}
    assert "No measure could be tried." in text(**none)


def test_the_page_promises_nothing_and_holds_no_missing_number(tmp_path: Path) -> None:
    page = write_mitigation_page(tmp_path, RUN, menu()).read_text(encoding="utf-8")
    assert not re.search(r"\b(fair|unfair|fairly|debias\w*|safe|unbiased|nan)\b", page, re.IGNORECASE)
    assert page.count("<svg") == 2 and page.count("<title") >= 3
    assert page == to_html(mitigation_document(RUN, menu()))


def test_groups_too_small_leave_no_group_to_show() -> None:
    few = [row | {"enough": False} for row in menu()["measures"][0]["groups"]]
    said = text(**{each["name"]: {"groups": few} for each in menu()["measures"]})
    assert (
        "| Today | too few |" in said
        and "The group missed most" not in said.split("Gap and price, beside")[0][-400:]
    )


def test_what_is_not_known_is_said_and_not_drawn() -> None:
    row = group_row("missed", "the list", "sex", "F") | {"gap_with": NAN, "change": NAN}
    assert gap_words(row) == "not known"
    assert change_words({"change": NAN, "lower": NAN, "upper": NAN}, points) == "not known (not known)"
    chart = changes_chart([Change("a", None), Change("b", 0.1)], title="t", quantity="q", description="d")
    assert chart.rows == (("a", "c", "c"), ("b", "+10.0", "not known"))
    assert 'role="img"' in chart.svg


def test_a_chart_of_nothing_and_a_change_beyond_all_are_refused() -> None:
    with pytest.raises(WrongUsage, match="nothing to draw"):
        changes_chart([], title="t", quantity="q", description="d")
    with pytest.raises(WrongUsage, match="not between -1 and 1"):
        Change("a", 1.2)


def test_several_outcomes_that_rank_are_said_to_be_told_apart() -> None:
    said = to_markdown(mitigation_document(RUN, menu() | {"several_rank": True}))
    assert "the lists here are by this one alone" in said
