"""The yield page: counts that are right, limits that are said, and no small number that can be read or worked out."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.feedback.protected import ALL, Share, protected
from prevention_model.feedback.yield_page import Found, as_json, page
from prevention_model.feedback.yields import PART_OF, Limits, Yield, yields
from prevention_model.pages.document import to_html, to_markdown
from prevention_model.settings.policy import Policy

TODAY = date(2025, 6, 1)
LIMITS = Limits(0.05, 0.6, 0.5, 20)


def listed(made_on: list[date]) -> pd.DataFrame:
    rows = [(f"L/{n}", day, day + timedelta(days=35)) for n, day in enumerate(made_on)]
    return pd.DataFrame(rows, columns=["row_id", "made_on", "until"])


def answer(number: int, decision: str = "offer_early_help", **more: Any) -> dict[str, Any]:
    return {"row_id": f"L/{number}", "decision": decision, **more}


def test_every_count_is_what_it_says() -> None:
    old, new = TODAY - timedelta(days=100), TODAY - timedelta(days=10)
    rows = listed([old] * 6 + [new] * 2)
    answers = pd.DataFrame(
        [
            answer(
                0, contacted="2025-02-27", response="agreed", known_before="no", outcome_at_90d="needs_met"
            ),
            answer(
                1,
                contacted="2025-03-03",
                response="agreed",
                known_before="yes",
                outcome_at_90d="help_goes_on",
            ),
            answer(2, "declined_by_family", contacted="2025-03-13", response="declined", known_before="no"),
            answer(3, "not_appropriate", known_before="yes"),
            answer(4, "wrong_family_or_data", outcome_at_90d="no_change"),
            answer(6, "watch_review_by"),
        ]
    )
    made = yields(rows, answers, TODAY)
    assert made == Yield(
        listed=8, decided=6, set_aside=2, followed=3, contacted=3, agreed=2, declined=1, known=2, new=2, old=6,
        helped=2, ended=6, answered=5, days_to_contact=10.0,
    )  # fmt: skip


def test_nothing_came_back_yet() -> None:
    made = yields(listed([TODAY]), pd.DataFrame(columns=["row_id", "decision"]), TODAY)
    assert made == Yield(listed=1)
    assert yields(listed([]), pd.DataFrame(columns=["row_id", "decision"]), TODAY) == Yield()


@given(
    st.integers(0, 60).flatmap(
        lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, n), st.integers(0, n))
    )
)
def test_a_list_is_judged_between_the_limits_only(counts: tuple[int, int, int, int]) -> None:
    listed_, decided, set_aside, ended = counts
    set_aside, answered = min(set_aside, decided), min(decided, ended)
    said = LIMITS.said_of(
        Yield(listed=listed_, decided=decided, set_aside=set_aside, ended=ended, answered=answered)
    )
    unanswered = ended >= 20 and answered < 0.5 * ended
    if said == "judged":
        assert decided >= 20 and 0.05 <= set_aside / decided <= 0.6 and not unanswered
    if said == "followed":
        assert decided >= 20 and set_aside / decided < 0.05 and not unanswered
    if said == "too few":
        assert decided < 20 and not unanswered


counts_of_a_zone = st.integers(0, 60).flatmap(
    lambda listed_: st.builds(
        lambda decided, contacted, agreed, rest: Yield(
            listed=listed_, decided=min(decided, listed_), contacted=min(contacted, listed_),
            agreed=min(agreed, contacted, listed_), declined=min(rest, max(0, min(contacted, listed_) - agreed)),
        ),
        st.integers(0, listed_), st.integers(0, listed_), st.integers(0, listed_), st.integers(0, listed_),
    )
)  # fmt: skip


@given(st.lists(counts_of_a_zone, min_size=1, max_size=7))
def test_no_count_of_one_to_five_is_shown_or_is_what_is_left_over(zones: list[Yield]) -> None:
    shown = protected({f"Z{n}": each for n, each in enumerate(zones)}, LIMITS)
    for name, whole in PART_OF.items():
        cells = [each.counts[name] for zone, each in shown.items() if zone != ALL]
        total = shown[ALL].counts[name]
        for cell, each in zip(cells, zones, strict=True):
            if cell is not None:
                assert cell == getattr(each, name)
                assert not 1 <= cell <= 5 and not 1 <= getattr(each, whole) - cell <= 5
        hidden = [getattr(each, name) for cell, each in zip(cells, zones, strict=True) if cell is None]
        # What is hidden follows from the total as a sum alone: of two at least, and of more than five families.
        assert not hidden or total is None or (len(hidden) > 1 and sum(hidden) > 5)
    for each in shown.values():
        for name in PART_OF:
            share = each.share(name)
            assert share.value is None or (each.counts[name] is not None and each.counts[PART_OF[name]])


@given(st.integers(0, 200), st.integers(1, 200))
def test_an_interval_holds_its_share(count: int, whole: int) -> None:
    share = Share.of(min(count, whole), whole)
    if share.value is not None:
        assert share.low is not None and share.high is not None
        assert 0 <= share.low <= share.value <= share.high <= 1


def found(**changes: Any) -> Found:
    zone = Yield(
        listed=120, decided=100, set_aside=20, followed=60, contacted=70, agreed=40, declined=18, known=50, new=45,
        old=60, helped=24, ended=90, answered=80, days_to_contact=9,
    )  # fmt: skip
    groups = pd.DataFrame(
        [
            ("sex", "Girls", 40, 24),
            ("sex", "Boys", 50, 30),
            ("ethnicity", "Rare", 3, 2),
            ("ethnicity", "Most", 87, 52),
        ],
        columns=["trait", "group", "people", "without"],
    )
    whole = Found(
        authority="Made-up Council",
        made_on=TODAY,
        since=None,
        lists=8,
        zones={"Z1": zone, "Z2": replace(zone, agreed=3, days_to_contact=4)},
        reserve=Yield(listed=16, decided=10, contacted=8, agreed=2, old=10, helped=1),
        limits=LIMITS,
        groups=groups,
        known_from=date(2025, 9, 1),
        routes={"These lists": 43, "The family itself": 2, "Schools and early years": 60},
        routes_until=date(2025, 5, 1),
        needs={"Family worker": (30, 12), "Drop-in": (4, None), "No offer fits what may be shown": (9, None)},
    )
    return replace(whole, **changes)


def test_the_page_and_its_json_hold_the_same_and_no_small_number() -> None:
    made = page(found())
    text, said = to_markdown(made), json.loads(as_json(found()))
    assert said["zones"]["Z2"]["agreed"] is None and said["zones"]["Z1"]["agreed"] is None
    assert said["zones"]["Z1"]["contacted"] == 70 and "| Z1 | 120 | 100 | 70 | c | 18 |" in text
    rare = next(each for each in said["false_alarms"] if each["group"] == "Rare")
    assert rare["known"] is None and rare["share"] is None
    assert all(
        value is None for name, value in said["reserve"].items() if name.endswith("agreed") for value in value
    )
    assert said["routes"]["The family itself"] is None
    assert said["needs"]["Drop-in"] is None
    assert "Family worker | 30 | 12 | 18" in text
    assert to_html(made).count("<svg") == 1


def test_what_nobody_knows_yet_is_said() -> None:
    nothing = found(groups=pd.DataFrame(columns=["trait", "group", "people", "without"]), routes={}, needs={})
    text = to_markdown(page(nothing))
    assert "Not yet known: the time in which the outcome is looked for is over for no list." in text
    assert "from 1 September 2025 on" in text
    assert "Not yet known: no source says who asked early help" in text
    empty = found(zones={"Z1": Yield()}, reserve=Yield(), lists=0)
    assert "Families on lists, by zone" in to_markdown(page(empty))


@pytest.mark.parametrize(
    ("set_aside", "answered", "words"),
    [
        (0, 80, "followed, not judged?"),
        (90, 80, "not used?"),
        (20, 10, "not used?"),
        (20, 80, "Judged: some followed"),
    ],
)
def test_a_list_that_is_followed_unread_or_not_used_is_called_so(
    set_aside: int, answered: int, words: str
) -> None:
    zone = replace(found().zones["Z1"], set_aside=set_aside, answered=answered)
    assert words in to_markdown(page(found(zones={"Z1": zone})))


def test_the_shipped_limits_say_something_of_a_list_of_a_month() -> None:
    policy = Policy.default()
    limits = Limits(
        policy.override_share_min,
        policy.override_share_max,
        policy.decided_share_min,
        policy.override_min_decisions,
    )
    assert limits.said_of(Yield(listed=20, decided=20, set_aside=0, ended=20, answered=20)) == "followed"
    assert limits.said_of(Yield(listed=20, decided=20, set_aside=7, ended=20, answered=20)) == "judged"
