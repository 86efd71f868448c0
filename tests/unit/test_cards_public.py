"""What is published of a card: nobody is given away, every number is the evidence's, and nothing is missing."""

import json
import re
from copy import deepcopy
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prevention_model.cards import CardFacts, card_document, changed_since, publish
from prevention_model.cards.counted import counted
from prevention_model.cards.schema import schema
from prevention_model.disclosure import Published, ReleaseLog, is_small, recoverable
from prevention_model.errors import WrongUsage
from prevention_model.pages.document import to_html
from prevention_model.settings.shipped import shipped
from tests.fixtures import made_up_card as made
from tests.fixtures.json_schema import faults

# Facts that may be empty, and say so on the card.
MAY_BE_EMPTY = {
    "groups", "sign_offs", "waivers", "left_out", "certificate", "assumptions", "comparison", "age_bands", "order",
    "mitigation", "mitigation_page", "human_review", "unfilled",
}  # fmt: skip


def paths(value: Any, place: tuple = ()) -> list[tuple]:
    """The place of every fact, those within others included."""
    found = []
    if isinstance(value, dict):
        for key, held in value.items():
            found += [(*place, key), *paths(held, (*place, key))]
    elif isinstance(value, list):
        for at, held in enumerate(value):
            found += paths(held, (*place, at))
    return found


def without(content: dict[str, Any], place: tuple) -> dict[str, Any]:
    made_copy = deepcopy(content)
    inner: Any = made_copy
    for key in place[:-1]:
        inner = inner[key]
    del inner[place[-1]]
    return made_copy


FREE = {
    ("capacity",), ("versions",), ("hashes",), ("change", "children"), ("papers", "dpia"), ("papers", "review_by"),
    ("periods", "figures"), ("change", "spread"),
}  # fmt: skip
"""Names that are data, not facts of the card's own: zones, libraries, words for a change, sources, figures."""


def is_named(place: tuple) -> bool:
    """Whether a place is a fact that the card asks for by name."""
    keys = tuple(key for key in place if isinstance(key, str))
    return keys[:-1] not in FREE and not keys[0].startswith(("watching",)) and len(keys) <= 3


FACTS = [place for place in paths(made.facts()) if is_named(place)]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FACTS))
def test_any_one_fact_left_out_refuses_the_card_and_is_named(place: tuple) -> None:
    with pytest.raises(WrongUsage) as refused:
        CardFacts.check(without(made.facts(), place))
    named = re.sub(r"\.(\d+)", r"[\1]", ".".join(map(str, place)))
    assert named in str(refused.value)


@pytest.mark.parametrize("name", sorted(set(made.facts()) - MAY_BE_EMPTY))
def test_an_empty_fact_is_a_missing_one(name: str) -> None:
    given_facts = made.facts()
    empty = type(given_facts[name])() if isinstance(given_facts[name], (str, list, dict)) else None
    with pytest.raises(WrongUsage, match=name):
        CardFacts.check({**given_facts, name: empty})


def facts_of(seed: int) -> CardFacts:
    """Facts whose groups are of any size, and add up."""
    import numpy as np

    random = np.random.default_rng(seed)
    children, dates = int(random.integers(60, 9000)), 2
    happened = random.random(children) < random.choice([0.01, 0.05, 0.3])
    listed = random.random(children) < random.choice([0.02, 0.1])
    rows = []
    for dimension, groups in (("sex", 3), ("ethnicity", 7), ("zone", 4)):
        member = random.choice(groups, children, p=random.dirichlet(np.full(groups, 0.5)))
        for group in range(groups):
            mine = member == group
            counts = {
                "people": int(mine.sum()),
                "with_outcome": int((mine & happened).sum()),
                "missed": int((mine & happened & ~listed).sum()),
                "found": int((mine & happened & listed).sum()),
            }
            different = {f"different_{name}": (n + 1) // dates for name, n in counts.items()}
            share = counts["missed"] / counts["with_outcome"] if counts["with_outcome"] else None
            ends = dict.fromkeys(("share", "low", "high"), share)
            rows.append({"dimension": dimension, "group": f"g{group}", **counts, **different, **ends})
    counts = {
        "children": children,
        "with_outcome": int(happened.sum()),
        "listed": int(listed.sum()),
        "listed_with_outcome": int((happened & listed).sum()),
    }
    cut_short = int(random.integers(0, 40))
    families = int(random.integers(0, 60))
    frequencies = counts | {f"different_{name}": (n + 1) // dates for name, n in counts.items()}
    frequencies |= {"dates": dates, "cut_short": cut_short, "families": families}
    frequencies |= {"families_with_outcome": int(random.integers(0, families + 1))}
    splits = made.facts()["splits"]
    splits[-1] |= {"children": children + cut_short, "with_outcome": counts["with_outcome"]}
    whole = {"value": 0.4, "low": 0.3, "high": 0.5}
    return CardFacts.check(
        made.facts(
            groups=rows,
            frequencies=frequencies,
            splits=splits,
            missed={**whole, "missed": counts["with_outcome"] - counts["listed_with_outcome"]}
            | {"with_outcome": counts["with_outcome"]},
        )
    )


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32 - 1))
def test_no_small_count_can_be_worked_out_from_all_tables_of_a_card(seed: int) -> None:
    facts = facts_of(seed)
    public = publish(facts)
    tables = [each.table for each in counted(facts)]
    assert all(count is None or not is_small(count) for count in public.cells.values())
    assert not recoverable(public.cells, tables)
    for row, true in zip(public.groups, facts.groups, strict=True):
        assert row["missed"] in (None, true["missed"])
        assert row["share"] is None or not is_small(int(true["missed"]))


def test_a_second_release_hides_what_moved_by_few_since_the_first() -> None:
    first = publish(CardFacts.check(made.facts()))
    log = ReleaseLog().with_release(Published("R-1", date(2024, 9, 2), first.cells))
    same = publish(CardFacts.check(made.facts()), log)
    assert same.cells == first.cells
    moved = made.facts()
    moved["change"] = {
        **moved["change"],
        "children": {**moved["change"]["children"], "rising": 122, "steady": 960},
    }
    later = publish(CardFacts.check(moved), log)
    assert first.change["children"]["rising"] == 120
    assert later.change["children"]["rising"] is None
    assert any("earlier release" in each["why"] for each in later.hidden)


def test_the_cards_of_two_outcomes_together_tell_of_no_few() -> None:
    first = publish(CardFacts.check(made.facts()))
    groups = [dict(row) for row in made.facts()["groups"]]
    girls, boys = groups[0], groups[1]
    girls["people"], boys["people"] = (
        girls["people"] - 3,
        boys["people"] + 3,
    )  # three were not at risk of the other
    other = {**made.facts()["outcome"], "name": "suspension"}
    second = CardFacts.check(made.facts(outcome=other, groups=groups))
    assert publish(second).groups[0]["people"] == 6097
    shown = publish(second, None, [first])
    assert shown.groups[0]["people"] is None and shown.groups[1]["people"] is None
    assert any("another outcome" in each["why"] for each in shown.hidden)


class _Tables(HTMLParser):
    """Every table of a page: its caption, and the text of its cells, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._caption, self._text, self._rows = "", "", []  # type: ignore[var-annotated]

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._text = "" if tag in ("caption", "td", "th") else self._text
        if tag == "tr":
            self._rows.append([])

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "caption":
            self._caption, self._rows = " ".join(self._text.split()), []
        if tag in ("td", "th"):
            self._rows[-1].append(" ".join(self._text.split()))
        if tag == "table":
            self.tables[self._caption] = self._rows


def test_numbers_parsed_back_from_the_page_and_the_json_are_those_of_the_facts() -> None:
    facts = CardFacts.check(made.facts())
    public = publish(facts)
    page = _Tables()
    page.feed(to_html(card_document(public)))
    card = json.loads(public.to_json())
    checked = 0
    for row in facts.groups:
        if row["dimension"] != "zone":
            continue
        shown = next(r for r in page.tables["Share missed, by zone"] if r[:1] == [row["group"]])
        there = next(r for r in card["groups"] if r["group"] == row["group"])
        for place, name in ((1, "people"), (2, "with_outcome"), (3, "missed")):
            assert int(shown[place].replace(",", "")) == row[name] == there[name]
            checked += 1
        assert abs(float(shown[4].rstrip("%")) / 100 - row["share"]) <= 0.005
        assert there["share"] == row["share"]
    assert checked == 6
    found = re.search(
        r"Calibration slope: ([\d.]+) \(95% interval ([\d.]+) to ([\d.]+)\)", to_html(card_document(public))
    )
    assert found is not None
    assert [float(each) for each in found.groups()] == [0.97, 0.88, 1.06]
    assert card["calibration"]["slope"] == facts.calibration["slope"]
    for name in ("precision", "rivals", "stability", "explained", "monitoring", "papers"):
        assert card[name] == json.loads(json.dumps(getattr(facts, name), default=str))


SCHEMA = json.loads((shipped("data_schemas") / "model_card.schema.json").read_text(encoding="utf-8"))


def _faults(card: Any) -> list[str]:
    return faults(card, SCHEMA)


def test_the_schema_that_ships_is_the_one_that_the_code_says() -> None:
    assert schema() == SCHEMA


def test_the_json_follows_its_schema_and_names_what_is_hidden() -> None:
    card = json.loads(made.public().to_json())
    assert _faults(card) == []
    assert card["hidden"] and all(set(each) == {"table", "cell", "why"} for each in card["hidden"])
    del card["missed"]["value"]
    assert _faults(card)
    assert _faults(json.loads(made.public().to_json()) | {"accuracy": 1})


def test_no_count_of_different_children_is_in_the_json() -> None:
    card = json.loads(made.public().to_json())
    assert all(row["different_people"] is None for row in card["groups"])
    assert all(point["chosen"] is None for point in card["decision_curve"]["points"])


def test_a_headline_whose_counts_are_hidden_is_told_in_twentieths_or_not_at_all() -> None:
    held = made.facts()["frequencies"]
    few = made.public(frequencies={**held, "families": 120, "families_with_outcome": 4})
    assert few.precision["value"] == 0.35 and few.precision["low"] == 0.25
    fewer = made.public(frequencies={**held, "families": 40, "families_with_outcome": 4})
    assert fewer.precision["value"] is None


def test_the_change_log_says_what_moved_and_by_how_much() -> None:
    before = CardFacts.check(made.facts(run_id="RUN-0041", created=date(2024, 6, 3)))
    checks = [{**each, "status": "passed"} for each in made.facts()["checks"]]
    features = made.facts()["features"][:2]
    now = CardFacts.check(
        made.facts(precision={"value": 0.41, "low": 0.3, "high": 0.5}, checks=checks, features=features)
    )
    changed = changed_since(before, now)
    rows = {row["what"]: row for row in changed["rows"]}
    assert changed["since"] == "RUN-0041"
    assert rows["Families listed, for whom it came to it"]["moved"] == "up by about 1.0 of 20"
    assert (rows["Checks failed"]["before"], rows["Checks failed"]["now"]) == ("1", "0")
    assert "gone: attendance_back_up" in rows["Features"]["moved"]
    assert "What it is for" not in rows
    page = to_html(card_document(publish(CardFacts.check(made.facts(changed=changed)))))
    assert "up by about 1.0 of 20" in page and "RUN-0041" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Missed more often than everybody, beyond chance: zone South Vale"),
        ({}, "Yes, beyond chance: About 7 of 20 against about 4 of 20 by Count of indicators"),
        ({}, "Nobody yet. No list can be written."),
        ({"rivals": [{"name": "This model", "value": 0.36, "low": 0.29, "high": 0.43},
                     {"name": "Count", "value": 0.33, "low": 0.28, "high": 0.39}]}, "Not shown: About 7 of 20"),
        ({"rivals": [{"name": "This model", "value": 0.2, "low": 0.15, "high": 0.25},
                     {"name": "Count", "value": 0.36, "low": 0.3, "high": 0.42}]}, "No. The rule is better"),
        ({"verdict": "refused"}, "Nobody: it was refused"),
        ({"verdict": "released", "certificate": {"id": "C-1", "expires": "2025-09-01"},
          "sign_offs": [{"name": "B. Board", "role": "Director", "on": "2024-09-05"}]},
         "B. Board (Director, 5 September 2024). Until 1 September 2025."),
        ({"unfilled": ["publication.region"]}, "has not filled 1 field"),
    ],
)  # fmt: skip
def test_the_three_questions_of_a_board_are_answered_before_anything_else(
    changes: dict[str, Any], said: str
) -> None:
    document = card_document(made.public(**changes))
    first = document.sections[0]
    assert said in json.dumps([vars(block) for block in first.blocks], default=str, ensure_ascii=False)
