"""What followed after a list was made, on records whose truth is known; and which numbers of it may be shown."""

from datetime import date
from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.outcomes.catalogue import STATUTORY_ESCALATION
from prevention_model.pipeline.followed import Followed, followed
from prevention_model.pipeline.retention import Agreed
from prevention_model.pipeline.trace_words import _shown
from prevention_model.records import Records

INDEX = "2024-01-01"


def _records(**more: Any) -> Records:
    """a: came in March; b: watched to the end; c: received until June only; d: has a social worker already."""
    people = pd.DataFrame(
        {"person_id": list("abcd"), "birth_date": "2012-01-01", "is_adult": False, "source": "cin"}
    )
    spells = pd.DataFrame(
        [("a", "2024-03-01", "2024-05-01"), ("a", "2024-08-01", None), ("d", "2023-06-01", None)],
        columns=["person_id", "start_date", "end_date"],
    ).assign(kind="cin_episode", source="cin")
    return Records.from_frames({"person": people, "spell": spells, **more})


def _lines(records: Records, people: str) -> dict[str, str]:
    members = pd.DataFrame({"person_id": list(people), "index_date": pd.Timestamp(INDEX)})
    found = followed(records, members, [STATUTORY_ESCALATION], {"cin": Agreed(None, {})})
    return {each.person_id: each.line for each in found}


def test_the_first_onset_after_the_index_date_is_told_with_its_day() -> None:
    lines = _lines(_records(), "abd")
    assert lines["a"] == "It came, on 2024-03-01"
    assert lines["b"] == "It did not come"
    assert lines["d"].startswith("Already there on that day")


def test_what_the_records_do_not_reach_yet_is_not_called_an_absence() -> None:
    coverage = pd.DataFrame({"source": ["cin"], "from": ["2020-01-01"], "to": ["2024-06-01"]})
    lines = _lines(_records(coverage=coverage), "ab")
    assert lines == {
        "a": "It came, on 2024-03-01",
        "b": "Not known, or not yet: nobody could follow to the end",
    }


def test_of_somebody_who_is_in_the_records_no_longer_nothing_is_said() -> None:
    assert _lines(_records(), "xb") == {"b": "It did not come"}
    assert _lines(_records(), "x") == {}


def test_a_day_is_shown_only_where_it_came() -> None:
    none = Followed("p", "care", "care", date(2024, 1, 1), "12 months", "none", None)
    assert none.line == "It did not come"


@given(st.lists(st.tuples(*[st.integers(0, 20)] * 3), min_size=1, max_size=7))
def test_no_small_number_of_families_can_be_read_or_worked_out(numbers: list[tuple[int, int, int]]) -> None:
    rows = _shown("care", [f"Z{n}" for n in range(len(numbers))], numbers)
    *zones, total = rows
    for row in rows:
        assert not {"1", "2", "3", "4", "5"} & set(row[3:])
    if total[3] != "c":
        for place in (3, 4, 5):
            hidden = [n for n, row in enumerate(zones) if row[place] == "c"]
            left = sum(numbers[n][place - 3] for n in hidden)
            assert not hidden or len(hidden) > 1
            assert not 0 < left < 6
