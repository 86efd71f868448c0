"""Nothing that happened, or became known, on or after an index date changes an answer for that date."""

from datetime import timedelta

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prevention_model.query import (
    SCOPES,
    Count,
    DaysInSpell,
    Lookback,
    Question,
    SpellsEnded,
    SpellsStarted,
    Sum,
    answer,
)
from tests.generative.engine_worlds import INDEX_DATES, PEOPLE, every_question, frames, records_of
from tests.generative.test_engine_agreement import PART, STEP, same_bits

QUESTIONS = every_question()
HAPPENED = {
    "event": "event_date",
    "measurement": "event_date",
    "attribute": "event_date",
    "spell": "start_date",
    "place": "from",
    "household": "from",
    "relationship": "from",
}
KNOWN = {"spell": "known_start"}
ENGINE = st.sampled_from(("kernel", "numpy", "reference"))


def everyone_at(day: object) -> pd.DataFrame:
    return pd.DataFrame(
        {"person_id": PEOPLE, "index_date": pd.to_datetime([day] * len(PEOPLE)).astype("datetime64[s]")}
    )


def answers(made: dict[str, pd.DataFrame], day: object, part: int, engine: str) -> np.ndarray:
    return answer(records_of(made).frames, everyone_at(day), QUESTIONS[part::STEP], engine=engine)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames(), frames(), st.sampled_from(INDEX_DATES), PART, ENGINE)
def test_rows_from_the_index_date_on_change_nothing(made, more, day, part, engine) -> None:  # type: ignore[no-untyped-def]
    before = answers(made, day, part, engine)
    after = dict(made)
    for table, happened in HAPPENED.items():
        late = more[table]
        known = KNOWN.get(table, "known_date")
        dates = late[[happened, known]].apply(pd.to_datetime).max(axis=1)
        after[table] = pd.concat([made[table], late[dates >= pd.Timestamp(day)]])
    assert same_bits(before, answers(after, day, part, engine)).all()


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames(), st.sampled_from(INDEX_DATES), st.integers(0, 40), st.integers(0, 40), PART, ENGINE)
def test_an_end_not_yet_seen_changes_nothing(made, day, later, learned, part, engine) -> None:  # type: ignore[no-untyped-def]
    """Whether it is still to come, or came but is not known, an open spell looks the same."""
    opened = {**made, "spell": made["spell"].assign(end_date=None, known_end=None)}
    before = answers(opened, day, part, engine)
    ends = opened["spell"].assign(end_date=day + timedelta(days=later), known_end=day + timedelta(days=later))
    unknown = opened["spell"].assign(
        end_date=day - timedelta(days=later), known_end=day + timedelta(days=learned)
    )
    for spell in (ends, unknown):
        assert same_bits(before, answers({**opened, "spell": spell}, day, part, engine)).all()


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames(), st.sampled_from(INDEX_DATES), PART, ENGINE, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(made, day, part, engine, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = {}
    for table, frame in made.items():
        order = list(range(len(frame)))
        random.shuffle(order)
        shuffled[table] = frame.iloc[order]
    assert same_bits(answers(made, day, part, engine), answers(shuffled, day, part, engine)).all()


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames(), frames(), st.sampled_from(INDEX_DATES), PART, ENGINE)
def test_another_family_changes_nothing(made, more, day, part, engine) -> None:  # type: ignore[no-untyped-def]
    both = dict(made)
    for table, frame in more.items():
        if table == "coverage":
            continue
        other = frame.assign(person_id="other " + frame["person_id"].astype("str"))
        for name in ("household_id", "other_id", "lsoa"):  # another household, other relatives, another area
            if name in other:
                other = other.assign(**{name: "other " + other[name].astype("str")})
        both[table] = pd.concat([made[table], other])
    assert same_bits(answers(made, day, part, engine), answers(both, day, part, engine)).all()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames(), PART)
def test_pairs_are_answered_alone_as_they_are_together(made, part) -> None:  # type: ignore[no-untyped-def]
    pairs = pd.concat([everyone_at(day) for day in INDEX_DATES], ignore_index=True).sample(
        frac=1, random_state=part
    )
    records, questions = records_of(made), QUESTIONS[part::STEP]
    together = answer(records.frames, pairs, questions)
    for row in (0, len(pairs) // 2, len(pairs) - 1):
        alone = answer(records.frames, pairs.iloc[[row]].reset_index(drop=True), questions)
        assert same_bits(alone[0], together[row]).all()


TOTALS = (
    Count("event", ("p", "q")), Count("attribute", "p"), Sum("measurement", ("p", "q")),
    SpellsStarted("p"), SpellsEnded("p"), DaysInSpell(("p", "q")), DaysInSpell("home", table="place"),
)  # fmt: skip
TILES = {
    "84 days": [Lookback("7 days", before=f"{7 * back} days") for back in range(12)],
    "12 months": [Lookback("1 month", before=f"{back} months") for back in range(12)],
    "12 calendar months": [Lookback("1 calendar month", before=f"{back} months") for back in range(12)],
}
"""Windows that lie side by side; months of any day only where each month has that day."""


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames(most=30), st.sampled_from(INDEX_DATES), st.integers(1, 28), st.sampled_from(TOTALS), ENGINE)
def test_a_year_is_the_sum_of_its_months(made, day, of_month, ask, engine) -> None:  # type: ignore[no-untyped-def]
    everyone, records = everyone_at(day.replace(day=of_month)), records_of(made)
    for whole, tiles in TILES.items():
        for scope in SCOPES:
            questions = [Question(ask, lookback, scope) for lookback in (Lookback(whole), *tiles)]
            year, *parts = answer(records.frames, everyone, questions, engine=engine, covered=False).T
            # Values have four decimal places, so their sums are exact only up to the last of them.
            assert np.allclose(year, np.sum(parts, axis=0), rtol=0, atol=1e-6, equal_nan=True), (whole, scope)
