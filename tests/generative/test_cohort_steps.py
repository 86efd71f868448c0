"""Whatever the records say, the steps of a cohort sum up, and depend on nobody else and on nothing known later."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.cohort import STATUTORY, Cohort, Members
from prevention_model.records import Records

COHORT = Cohort(every="1 month", start="2024-01-31", end="2024-04-30", ages=(1, 3), not_open_to=STATUTORY)
LAST = COHORT.index_dates()[-1]
DAYS = st.one_of(
    st.sampled_from(COHORT.index_dates()).flatmap(
        lambda day: st.integers(-2, 1).map(lambda n: day + timedelta(days=n))
    ),
    st.integers(-200, 90).map(lambda n: date(2024, 1, 31) + timedelta(days=n)),
)
LATER = st.integers(0, 400).map(lambda n: LAST + timedelta(days=n))
MAYBE = st.none() | DAYS
FAMILY = ("ann", "ben", "cat")

Frames = dict[str, pd.DataFrame]


def rows(columns: list[str], *parts: st.SearchStrategy, least: int = 0) -> st.SearchStrategy[pd.DataFrame]:
    return st.lists(st.tuples(*parts), min_size=least, max_size=6).map(
        lambda found: pd.DataFrame(found, columns=columns)
    )


def world(
    people: tuple[str, ...], day: st.SearchStrategy, end: st.SearchStrategy
) -> st.SearchStrategy[Frames]:
    """Facts about some people: each known on a day that is not before it was so."""
    who = st.sampled_from(people)
    return st.fixed_dictionaries(
        {
            # A home is asked for as soon as there is one on record, so there always is.
            "place": rows(
                ["person_id", "kind", "zone", "from", "to", "known_date"],
                who, st.sampled_from(("home", "school")), st.sampled_from(("north", None)), day, end, day, least=1,
            ),
            "household": rows(
                ["person_id", "household_id", "from", "to", "known_date"],
                who, st.just("h " + people[0]), day, end, day,
            ),
            "spell": rows(
                ["person_id", "kind", "start_date", "end_date", "known_start", "known_end"],
                who, st.sampled_from((*STATUTORY, "early_help")), day, end, day, end,
            ),
            "attribute": rows(
                ["person_id", "name", "value", "event_date", "known_date"],
                who, st.sampled_from(("objection", "other")), st.sampled_from(("true", "false")), day, day,
            ),
        }
    )  # fmt: skip


BORN = st.none() | st.integers(200, 1500).map(lambda n: date(2024, 1, 31) - timedelta(days=n))
PERSON = st.tuples(BORN, MAYBE, st.sampled_from((True, False, None)))


def persons(names: tuple[str, ...]) -> st.SearchStrategy[pd.DataFrame]:
    return st.tuples(*(PERSON for _ in names)).map(
        lambda told: pd.DataFrame(
            [(name, *one) for name, one in zip(names, told, strict=True)],
            columns=["person_id", "birth_date", "death_date", "is_adult"],
        )
    )


HOME = pd.DataFrame({"person_id": ["nobody"], "kind": "home", "from": ["2020-01-01"]})


def members(*worlds: Frames) -> Members:
    names = dict.fromkeys(name for frames in worlds for name in frames)
    frames = {name: pd.concat([each[name] for each in worlds if name in each]) for name in names}
    return COHORT.members(Records.from_frames(frames))


def apart(made: Members) -> pd.DataFrame:
    return made.frame[made.frame["person_id"].isin(FAMILY)].reset_index(drop=True)


@settings(deadline=None, max_examples=30)
@given(persons(FAMILY), world(FAMILY, DAYS, MAYBE))
def test_the_steps_sum_up(people: pd.DataFrame, facts: Frames) -> None:
    made = members({"person": people, "place": HOME}, facts)
    whole, dates = made.left_out, COHORT.index_dates()
    assert whole["before"].iloc[0] == len(people) * len(dates)
    assert whole["before"].iloc[0] - whole["left_out"].sum() == whole["remaining"].iloc[-1] == len(made)
    assert whole["people_before"].iloc[0] == len(people)
    assert whole["people_remaining"].iloc[-1] == made.frame["person_id"].nunique()
    assert (whole["people_left_out"] == whole["people_before"] - whole["people_remaining"]).all()
    by_date = made.left_out_by_date
    for name in ("before", "left_out", "remaining"):
        np.testing.assert_array_equal(
            by_date.groupby("reason", sort=False)[name].sum().to_numpy(), whole[name].to_numpy()
        )
    last = by_date.groupby("index_date")["remaining"].last()
    held = made.frame["index_date"].value_counts().reindex(last.index, fill_value=0)
    assert last.tolist() == held.tolist()


@settings(deadline=None, max_examples=30)
@given(persons(FAMILY), world(FAMILY, DAYS, MAYBE), persons(("x", "y")), world(("x", "y"), DAYS, MAYBE))
def test_another_family_changes_nothing(
    people: pd.DataFrame, facts: Frames, others: pd.DataFrame, theirs: Frames
) -> None:
    alone = members({"person": people, "place": HOME}, facts)
    beside = members({"person": people, "place": HOME}, facts, {"person": others}, theirs)
    pd.testing.assert_frame_equal(apart(alone), apart(beside))


@settings(deadline=None, max_examples=30)
@given(persons(FAMILY), world(FAMILY, DAYS, MAYBE), world(FAMILY, LATER, st.none() | LATER))
def test_what_is_known_later_changes_nothing(people: pd.DataFrame, facts: Frames, later: Frames) -> None:
    then = members({"person": people, "place": HOME}, facts)
    now = members({"person": people, "place": HOME}, facts, later)
    pd.testing.assert_frame_equal(then.frame, now.frame)
    pd.testing.assert_frame_equal(then.left_out, now.left_out)
