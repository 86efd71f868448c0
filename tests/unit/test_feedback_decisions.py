"""The last decision about a family, and who is not listed again yet: by the ledger, and by whom the family is now."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.feedback import held_back, last_decisions
from prevention_model.feedback.decisions import in_words
from prevention_model.ledger import GENESIS, Entry
from prevention_model.lists.actions import DECISIONS
from prevention_model.pipeline.relisting import present
from tests.fixtures import made_up_zone as made
from tests.fixtures.returned_list import GivenOut, give_out, made_up_list

DAY = date(2025, 3, 3)


def entries(*said: tuple[str, str, dict[str, Any]]) -> list[Entry]:
    """Entries of a ledger: kind, subject and body of each."""
    return [
        Entry.make(number, "2025-03-05T09:00:00.000000Z", kind, subject, body, GENESIS)
        for number, (kind, subject, body) in enumerate(said, start=1)
    ]


def decided(
    home: str, decision: str, day: date, row: str = "", **more: Any
) -> tuple[str, str, dict[str, Any]]:
    row = row or f"L/{home}"
    body = {
        "row_id": row,
        "list_id": row.partition("/")[0],
        "decision": decision,
        "day": day.isoformat(),
        "by": "Pat",
    }
    return "decided", home, {**body, **more}


def test_the_later_day_holds_whatever_the_order_in_which_answers_came() -> None:
    later = decided("h", "not_appropriate", DAY + timedelta(days=1), "M/h")
    for order in (
        [later, decided("h", "offer_early_help", DAY)],
        [decided("h", "offer_early_help", DAY), later],
    ):
        (last,) = last_decisions(entries(*order)).to_dict("records")
        assert (last["decision"], last["list_id"], last["day"]) == (
            "not_appropriate",
            "M",
            DAY + timedelta(days=1),
        )


def test_a_contest_that_is_open_is_said_and_one_that_was_corrected_lets_the_family_back() -> None:
    contest = {
        "contest": "C-1", "row_id": "L/h", "list_id": "L", "about": "data", "reason_code": "record_wrong",
        "by": "Pat", "day": "2025-03-04", "due": "2025-04-03",
    }  # fmt: skip
    opened = ("contest_opened", "h", contest)
    closed = (
        "contest_closed",
        "h",
        {"contest": "C-1", "outcome": "corrected", "by": "Pat", "day": "2025-03-10"},
    )
    answer = decided("h", "wrong_family_or_data", DAY)
    (last,) = last_decisions(entries(answer, opened)).to_dict("records")
    assert last["contested"] and not last["corrected"]
    assert "The family has challenged it, and that is open" in in_words(last, False)
    after = last_decisions(entries(answer, opened, closed))
    assert after["corrected"].tolist() == [True] and after["contested"].tolist() == [False]
    assert held_back(last_decisions(entries(answer)), {}, DAY, 90, 1.5) == ({"h"}, set())
    assert held_back(after, {}, DAY, 90, 1.5) == (set(), set())


@given(
    st.sampled_from(sorted(DECISIONS)),
    st.integers(0, 200),
    st.none() | st.floats(0.1, 5),
    st.none() | st.integers(0, 60),
)
def test_a_family_is_held_back_for_a_time_and_no_longer_unless_it_has_changed(
    decision: str, days: int, growth: float | None, look_again: int | None
) -> None:
    again = {} if look_again is None else {"contact_by": (DAY + timedelta(days=look_again)).isoformat()}
    last = last_decisions(entries(decided("h", decision, DAY, **again)))
    grown = {} if growth is None else {"h": growth}
    held, returned = held_back(last, grown, DAY + timedelta(days=days), 90, 1.5)
    until = min(90, look_again) if decision == "watch_review_by" and look_again is not None else 90
    assert held | returned == ({"h"} if days < until else set())
    assert returned == ({"h"} if days < until and (growth or 0) >= 1.5 else set())
    assert not held & returned


def test_two_answers_of_one_day_are_called_disputed_on_the_next_list() -> None:
    same = [decided("h", "offer_early_help", DAY), decided("h", "not_appropriate", DAY)]
    (last,) = last_decisions(entries(*same)).to_dict("records")
    assert in_words(last, True) == (
        "Returned, as much has changed since. Not appropriate, 3 March 2025 (list L). Two answers of that day differ: "
        "ask who decided"
    )


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> GivenOut:
    return give_out(tmp_path_factory.mktemp("out") / "workspace")


def answered(out: GivenOut, row: str, stage: str = "") -> list[Entry]:
    head = out.list.header
    body = {
        "list_id": head.list_id, "release_id": head.release_id, "zone": "Z1", "row_id": row,
        "decision": "offer_early_help", "by": "Pat", "day": "2024-09-15", "file": "f",
    }  # fmt: skip
    given_out = out.ledger.entries()
    if stage:
        given_out = [
            Entry.make(e.seq, e.at, e.kind, e.subject, {**e.body, "stage": stage}, GENESIS)
            if e.kind == "released"
            else e
            for e in given_out
        ]
    last = Entry.make(99, "2024-09-20T09:00:00.000000Z", "decided", out.household(row), body, GENESIS)
    return [*given_out, last]


def scored(**homes: str) -> pd.DataFrame:
    return pd.DataFrame({"person_id": list(homes), "household_id": list(homes.values()), "level": 0.2})


def test_a_family_that_moved_is_followed_by_its_child_and_who_lives_there_now_is_not_held_back(
    out: GivenOut,
) -> None:
    key = out.list.key()
    row = out.rows[0]
    (child,) = key.loc[key["row_id"].eq(row) & key["is_index_child"], "person_id"]
    now = present(
        out.workspace, answered(out, row), scored(**{child: "new home", "stranger": out.household(row)})
    )
    assert now[["household_id", "person_id"]].values.tolist() == [["new home", child]]


def test_without_the_child_it_was_about_a_family_is_followed_by_another_of_its_row(out: GivenOut) -> None:
    key = out.list.key()
    row = next(r for r, rows in key.groupby("row_id") if len(rows) > 1)
    other = key.loc[key["row_id"].eq(row) & ~key["is_index_child"], "person_id"].iloc[0]
    now = present(out.workspace, answered(out, row), scored(**{other: "same home"}))
    assert now["household_id"].tolist() == ["same home"]
    assert present(out.workspace, answered(out, row), scored(nobody="x")).empty


def test_what_was_written_on_a_shadow_list_holds_nobody_back(out: GivenOut) -> None:
    homes = dict(zip(out.list.key()["person_id"], out.list.key()["household_id"], strict=True))
    assert len(present(out.workspace, answered(out, out.rows[0]), scored(**homes))) == 1
    assert present(out.workspace, answered(out, out.rows[0], "shadow"), scored(**homes)).empty


def test_a_list_without_the_families_held_back_has_the_next_ones_in_their_places(tmp_path: Path) -> None:
    before = made_up_list()
    scores = made.scores()
    records = made.records(scores)
    released = made.MadeRelease(scores, made.reasons(scores))
    from prevention_model.lists.assemble import zone_list

    gone = before.families[0].household_id
    figures = made.figures(
        held_back={gone}, last_decisions={before.families[1].household_id: "Offer early help, then"}
    )
    after = zone_list(
        released, records, made.identities(records), made.authority(), "Z1", figures, made.TODAY
    )
    homes = {family.household_id for family in after.families}
    assert gone not in homes and len(homes) == len(before.families)
    texts = [str(family.last_decision) for family in after.families]
    assert texts.count("Offer early help, then") == 1
