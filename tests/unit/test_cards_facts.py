"""A card says everything, in words that hold, and gives nobody away."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.cards import CardFacts, card_document, publish, write_audit_page, write_card
from prevention_model.cards.audit_page import protected_rows
from prevention_model.errors import WrongUsage
from prevention_model.pages.document import to_html, to_markdown
from tests.fixtures import made_up_card as made


def _markdown(**changes: Any) -> str:
    return to_markdown(card_document(made.public(**changes)))


def test_a_card_is_written_as_a_page_and_as_markdown_with_the_same_bytes_each_time(tmp_path: Path) -> None:
    facts = made.public()
    one, two = write_card(tmp_path / "one", facts), write_card(tmp_path / "two", facts)
    assert [path.name for path in one] == ["card.html", "card.md", "card.json"]
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


@pytest.mark.parametrize("name", list(CardFacts.__dataclass_fields__))
def test_a_missing_fact_is_an_error_that_names_it(name: str) -> None:
    facts = {key: value for key, value in made.facts().items() if key != name}
    with pytest.raises(WrongUsage, match=rf"1 fact is missing: {name}\."):
        CardFacts.check(facts)


@pytest.mark.parametrize(
    "name", ["purpose", "never_for", "limits", "complaint_route", "checks", "rivals", "sources"]
)
def test_an_empty_fact_counts_as_missing(name: str) -> None:
    with pytest.raises(WrongUsage, match=name):
        CardFacts.check(made.facts(**{name: type(made.facts()[name])()}))


def test_missing_parts_of_a_fact_are_named_all_at_once() -> None:
    rivals = [{"name": "This model", "value": 0.3, "low": 0.2}]
    with pytest.raises(WrongUsage, match=r"rivals\[0\]\.high; calibration\.slope"):
        CardFacts.check(made.facts(rivals=rivals, calibration={"slope_low": 1, "slope_high": 1, "bins": []}))
    with pytest.raises(WrongUsage, match=r"calibration\.bins\[0\]\.people"):
        bins = [{"expected": 0.1, "observed": 0.1, "low": 0.1, "high": 0.1}]
        CardFacts.check(made.facts(calibration={**made.facts()["calibration"], "bins": bins}))


def test_facts_kept_as_json_give_the_same_card() -> None:
    facts = CardFacts.check(
        made.facts(calibration={**made.facts()["calibration"], "slope_low": float("nan")})
    )
    again = CardFacts.from_json(facts.to_json())
    assert to_html(card_document(publish(again))) == to_html(card_document(publish(facts)))
    assert "NaN" not in facts.to_json()


def test_unknown_facts_and_statuses_are_refused() -> None:
    with pytest.raises(WrongUsage, match="does not know these facts: accuracy"):
        CardFacts.check(made.facts(accuracy=0.9))
    with pytest.raises(WrongUsage, match="status that it does not know: fine"):
        CardFacts.check(made.facts(checks=[{"name": "x", "status": "fine", "text": "y", "blocks": False}]))


def test_how_good_it_is_is_said_in_families_and_with_who_is_missed() -> None:
    text = _markdown()
    assert "Of 20 families listed, about 7 come to" in text
    assert "between 6 and 9 of 20" in text
    assert "Of 20 children to whom it happens, about 12 are on no list" in text
    assert "412 children; 249 of them were on no list" in text
    assert "accuracy" not in text.lower()


def test_small_groups_are_hidden_in_tables_charts_and_both_formats() -> None:
    document = card_document(made.public())
    page, text = to_html(document), to_markdown(document)
    rows = {line.split(" | ")[0]: line for line in text.splitlines() if line.startswith("| ")}
    assert rows["| Traveller"].endswith("| c | c | c |")
    ethnic = ("White", "Asian", "Black", "Not recorded")
    assert any("| c |" in rows[f"| {name}"] for name in ethnic), "so that the other cannot be worked out"
    for shown in (page, text):
        assert "67%" not in shown
        assert "66.7%" not in shown
    assert re.search("Nothing can be said of .*Traveller", text)


def test_who_is_missed_more_often_beyond_chance_is_said_by_name() -> None:
    text = _markdown()
    assert "By zone: missed more often than everybody, beyond chance: South Vale" in text
    assert "By sex: no group that can be shown is missed more often" in text


def test_many_dates_of_few_children_are_hidden_too() -> None:
    rows = [
        {**row, "different_missed": 3 if row["group"] == "Girls" else row["different_missed"]}
        for row in made.facts()["groups"]
    ]
    shown = next(line for line in _markdown(groups=rows).splitlines() if line.startswith("| Girls |"))
    assert "118" not in shown and shown.endswith("| c | c | c |")
    assert "| Girls | 6,100 | 190 | 118 | 62% | 55% to 69% |" in _markdown()


def test_what_could_not_be_measured_is_said_and_breaks_nothing() -> None:
    nan = float("nan")
    none = {"value": nan, "low": nan, "high": nan}
    held = made.facts()
    nobody = dict.fromkeys(held["frequencies"], 0) | {
        "children": 12400,
        "different_children": 6300,
        "dates": 2,
    }
    text = _markdown(
        precision=none,
        missed={**none, "missed": 0, "with_outcome": 0},
        frequencies=nobody,
        groups=[],
        watching={**held["watching"], "matched": {"why_not": "x"}, "helped": {"why_not": "x"}},
        rivals=[{"name": "This model", **none}],
        calibration={"slope": nan, "slope_low": nan, "slope_high": nan, "bins": []},
    )
    assert "No family was listed in the test" in text
    assert "It happened to no child in the test" in text
    assert "nan" not in text


def test_a_share_that_is_hidden_is_not_called_one_of_nobody() -> None:
    few = {**made.facts()["frequencies"], "families": 40, "families_with_outcome": 4}
    text = _markdown(frequencies=few)
    assert "cannot be shown: they are too few" in text and "No family was listed" not in text


def test_dates_may_come_as_text() -> None:
    source = {
        "name": "attendance",
        "from": "2019-09-01",
        "to": "not stated",
        "as_at": "2024-08-20",
        "lawful_basis": "x",
        "dpia": "D-1",
        "retention": "6 years",
    }
    assert "| attendance | 1 September 2019 | not stated | 20 August 2024 | x | D-1 |" in _markdown(
        sources=[source]
    )


def test_no_comparison_of_groups_is_not_called_no_difference() -> None:
    assert "Do not read this as no difference" in _markdown(groups=[])


def test_small_counts_of_who_was_left_out_are_hidden() -> None:
    text = _markdown()
    # 2 children are hidden, and with them 90, from which and the total they could be told.
    assert "| no address in the area | c | c |" in text
    assert "| moved in less than a year ago | c | c |" in text
    assert "| already has a social worker | 1,904 | 611 |" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"verdict": "awaiting sign-off"}, "two people other than the author decide"),
        ({"verdict": "refused"}, "this model may not be used"),
        ({"verdict": "signed"}, "without a certificate: no list can be written"),
        (
            {"verdict": "released", "certificate": {"id": "C-1", "expires": date(2025, 9, 1)}},
            "ends on 1 September 2025",
        ),
    ],
)
def test_where_it_stands_is_said_on_the_first_page(changes: dict[str, Any], said: str) -> None:
    assert said in _markdown(**changes).split("## What it is for")[0]


def test_every_status_of_a_check_is_shown_in_words() -> None:
    text = _markdown()
    for words in ("Passed", "Failed", "Too few to assess", "Not applicable"):
        assert f"| {words} |" in text
    assert "has not been passed" in text


def test_sign_offs_and_waivers_are_shown_with_who_why_and_until_when() -> None:
    text = _markdown(
        sign_offs=[{"name": "B. Board", "role": "Director", "on": date(2024, 9, 5)}],
        waivers=[
            {"check": "PM006", "reason": "Two zones only", "by": "B. Board", "until": date(2024, 12, 1)}
        ],
    )
    assert "| B. Board | Director | 5 September 2024 |" in text
    assert "| PM006 | Two zones only | B. Board | 1 December 2024 |" in text
    assert "No check was waived" in _markdown()


def test_every_part_that_a_board_needs_is_there() -> None:
    headings = re.findall(r"^## (.*)$", _markdown(), re.M)
    assert headings == [
        "In short", "What it is for, and never for", "What it can and cannot tell", "Who is missed more often",
        "How it compares with simple rules", "What a change means", "How it was made", "Are its numbers true?",
        "What is it worth?", "Would it say the same again?", "Reasons and strengths", "Who is being watched",
        "What could be done about gaps", "How people decide", "Questions and complaints",
        "What is watched after release", "What changed since the last version", "Limits", "Checks",
        "Who answers for it", "What it looks at", "What is not printed", "Versions and hashes",
    ]  # fmt: skip


def test_words_that_promise_or_label_are_not_on_the_card() -> None:
    assert not re.search(r"\bfair|\bsafe\b|debias|high.risk|\baccurate", _markdown(), re.I)


def test_a_rival_that_could_not_be_worked_out_is_shown_as_such() -> None:
    rivals = [
        *made.facts()["rivals"],
        {"name": "List made by people", "value": None, "low": None, "high": None},
    ]
    assert "| List made by people | c | c |" in _markdown(rivals=rivals)


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(["<script>x</script>", "=1+1", "a|b", "[x](y)", "**b**", "\n# h", "{{ x }}"]))
def test_hostile_text_in_a_fact_stays_text(text: str) -> None:
    document = card_document(made.public(title=text, limits=[text], complaint_route=text))
    page, markdown = to_html(document), to_markdown(document)
    assert page.count("<script") == 0
    assert "<script" not in markdown
    assert len(re.findall(r"^# ", markdown, re.M)) == 1
    assert "**b**" not in markdown


def test_the_audit_page_shows_every_result_and_hides_small_groups(tmp_path: Path) -> None:
    page = write_audit_page(tmp_path, made.report()).read_text()
    for words in ("PM003", "PM006", "PM007", "Could not be run", "Refused", "a" * 64, "c" * 64):
        assert words in page
    row = re.search(r"Traveller</td>(.*?)</tr>", page, re.S)
    assert row is not None
    assert ">44<" in row[1]
    assert "0.75" not in row[1]
    assert ">4<" not in row[1]
    black = re.search(r"Black</td>(.*?)</tr>", page, re.S)
    assert black is not None
    assert ">41<" not in black[1], "it would give the 4 away"


@pytest.mark.parametrize(
    ("figures", "hidden"),
    [
        ({"value": 1.2, "selection_rate": 0.1, "rate": 0.05}, False),
        ({"value": 1.2, "selection_rate": 0.001}, True),  # 2 of 2,000 were chosen
        ({"value": 1.2, "rate": 0.999}, True),  # it did not happen to 2 of them
        ({"value": 0.3, "chosen": 0.05, "chosen_people": 100, "false_alarm_rate": 0.2}, False),
        ({"value": 0.3, "chosen_people": 4}, True),
        ({"value": 0.3, "false_alarm_rate": 0.002}, True),  # 4 of 1,900
        ({"value": None, "selection_rate": float("nan")}, False),
        ({"value": 0.02}, True),  # 2 of 100
    ],
)
def test_no_share_gives_away_a_small_number(figures: dict[str, object], hidden: bool) -> None:
    row = {"grouping": "sex", "group": "girls", "people": 2000, "events": 100, **figures}
    (shown,) = protected_rows([row])
    assert (shown["people"], shown["events"]) == (2000, 100)
    assert all((shown[name] == "c") is hidden for name in figures)


def test_rows_about_no_group_stay_as_they_are() -> None:
    rows = [{"rival": "area", "difference": 0.1}]
    assert protected_rows(rows) == rows


def test_an_audit_page_without_its_parts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match=r"digest; report\.policy_hash"):
        write_audit_page(tmp_path, {"run_id": "R", "report": {}})


def test_every_period_is_drawn_and_its_figures_shown_but_for_small_counts() -> None:
    text = _markdown()
    assert (
        "| Period 1 | 1 January 2019 to 30 June 2019 | 30 June 2019 | 1 July 2019 to 30 September 2020 |"
        in text
    )
    assert "| The test | 1 January 2020 to 30 June 2022 | none |" in text
    assert "| 1 October 2020 | 11,800 | 381 | 0.74 | 0.21 | 3.2% | about 5 of 20 | 0.94 |" in text
    assert "| 1 April 2021 | 12,100 | c | c | c | c | c | c |" in text
    assert "0.99" not in text
    assert "From 1 October 2021: Outcome care: too few onsets to use for test: 0 of at least 5." in text


def test_where_only_the_test_was_judged_there_is_a_picture_and_no_table_of_periods() -> None:
    text = _markdown(periods=made.facts()["periods"][-1:])
    assert "Which index dates teach" in text
    assert "Periods, earliest first" not in text


ORDER = {
    "policy": "Our policy",
    "equal": False,
    "plain": {"care": "care", "suspension": "suspension"},
    "weights": {"care": 2.0, "suspension": 0.5},
    "found": [
        {"by": by, "outcome": outcome, "found": found, "of": of}
        for by, outcome, found, of in (
            ("", "care", 31, 120),
            ("", "suspension", 204, 1200),
            ("care", "care", 40, 120),
            ("care", "suspension", 3, 1200),
            ("suspension", "care", 117, 120),
            ("suspension", "suspension", 300, 1200),
        )
    ],
}


def test_where_several_outcomes_rank_the_card_says_the_weights_whose_they_are_and_what_each_list_finds() -> (
    None
):
    text = _markdown(order=ORDER)
    assert 'written in the policy "Our policy"' in text
    assert "weight 2" in text and "weight 0.5" in text
    assert "| The list that is handed out | 31 of 120 | 204 of 1,200 |" in text
    assert "| By care alone | 40 of 120 | c |" in text, "3 is small"
    assert "| By suspension alone | c | 300 of 1,200 |" in text, "and so is what it did not find"
    assert "says that all count the same" in _markdown(order=ORDER | {"equal": True})
    assert "How the list is ordered" not in _markdown()
