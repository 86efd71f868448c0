"""The fast engine agrees with the reference, bit for bit, on generated records."""

import itertools
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from prevention_model.errors import WrongUsage
from prevention_model.query import (
    AGGREGATES,
    ENGINES,
    SCOPES,
    AgeMonths,
    Change,
    Lookback,
    People,
    Question,
    Retention,
    Share,
    answer,
    is_covered,
)
from prevention_model.query.choice import POINT_TABLES, SPELL_TABLES
from tests.generative.engine_worlds import (
    CHANGES,
    COVERAGE,
    INDEX_DATES,
    LOOKBACKS,
    PAIRS,
    RETENTIONS,
    every_question,
    frames,
    records_of,
)

QUESTIONS = every_question()
WIDE = [question for question in QUESTIONS if question.lookback in (Lookback("all"), *CHANGES)]
"""Each aggregate in each scope over the widest windows it takes."""
STEP = 48
PART = st.integers(0, STEP - 1)
"""Some of the questions at a time: dealt out so that each has many kinds of aggregate in it."""


def same_bits(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Equal bit for bit, except that every missing value is like every other."""
    both_missing = np.isnan(left) & np.isnan(right)
    return both_missing | (
        np.ascontiguousarray(left).view(np.int64) == np.ascontiguousarray(right).view(np.int64)
    )


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "reference"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames(), PAIRS, PART, st.booleans(), RETENTIONS)
def test_every_engine_is_the_reference_bit_for_bit(
    engine: str,
    made: dict[str, pd.DataFrame],
    pairs: pd.DataFrame,
    part: int,
    covered: bool,
    retention: Retention,
) -> None:
    records, questions = records_of(made), QUESTIONS[part::STEP]
    ways = {"covered": covered, "retention": retention}
    slow = answer(records.frames, pairs, questions, engine="reference", **ways)
    fast = answer(records.frames, pairs, questions, engine=engine, **ways)
    different = np.argwhere(~same_bits(slow, fast))
    assert not len(different), [
        (pairs.iloc[i].to_dict(), questions[j], slow[i, j], fast[i, j]) for i, j in different[:3]
    ]


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames(), PAIRS, PART)
def test_where_nobody_is_asked_about_there_is_no_answer_and_no_error(
    made: dict[str, pd.DataFrame], pairs: pd.DataFrame, part: int
) -> None:
    for engine in ENGINES:
        answers = answer(records_of(made).frames, pairs.head(0), QUESTIONS[part::STEP], engine=engine)
        assert answers.shape == (0, len(QUESTIONS[part::STEP]))


def test_the_comparison_is_not_about_nothing() -> None:
    """Worlds are crowded enough that each aggregate has an answer other than 0 and missing, in each scope."""
    silent = {(question.aggregate, question.scope) for question in QUESTIONS}

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(frames(most=60), PAIRS)
    @seed(1)
    def look(made: dict[str, pd.DataFrame], pairs: pd.DataFrame) -> None:
        asked = [question for question in WIDE if (question.aggregate, question.scope) in silent]
        if not asked:
            return
        answers = answer(records_of(made).frames, pairs, asked, covered=False)
        telling = ((answers != 0) & ~np.isnan(answers)).any(axis=0)
        silent.difference_update((asked[j].aggregate, asked[j].scope) for j in np.flatnonzero(telling))

    look()
    assert not silent


def test_generated_coverage_decides_about_codes_both_ways() -> None:
    """Some coverage holds a code but not its kind, and some the kind but not the code, for each way to ask."""
    asks: dict[tuple[type, Lookback], list[Question]] = {}
    for question in QUESTIONS:
        needs = question.aggregate.needs()
        if question.scope == "own" and needs and all(need.code is not None for need in needs):
            asks.setdefault((type(question.aggregate), question.lookback), []).append(question)
    assert {kind for kind, _ in asks} == set(AGGREGATES) - {AgeMonths, People, Share}
    undecided = {(ask, by_code) for ask in asks for by_code in (True, False)}

    @settings(max_examples=2_000, deadline=None, database=None, phases=[Phase.generate])
    @given(COVERAGE, st.sampled_from(INDEX_DATES))
    @seed(1)
    def look(made: pd.DataFrame, day: date) -> None:
        coverage = records_of({"coverage": made.assign(source="s")}).frames["coverage"]
        of_kinds = coverage[coverage["code"].isna()]
        if of_kinds.empty or not undecided:
            return
        for ask in {ask for ask, _ in undecided}:
            for question in asks[ask]:
                by_code = is_covered(coverage, question, day)
                if by_code != is_covered(of_kinds, question, day):
                    undecided.discard((ask, by_code))

    look()
    assert not undecided


def test_every_aggregate_table_scope_and_lookback_is_generated() -> None:
    """If someone adds an aggregate, a table or a scope, the generated questions must ask for it."""
    asked = set()
    for question in QUESTIONS:
        ask = question.aggregate.of if isinstance(question.aggregate, Change) else question.aggregate
        ask = ask.numerator if isinstance(ask, Share) else ask
        asked.add((type(question.aggregate), getattr(ask, "table", None), question.scope))
    for kind, table, scope in itertools.product(AGGREGATES, (None, *POINT_TABLES, *SPELL_TABLES), SCOPES):
        assert _can_be_asked(kind, table, scope) == ((kind, table, scope) in asked), (kind, table, scope)
    assert {question.lookback for question in QUESTIONS} == {*LOOKBACKS, *CHANGES}


def _can_be_asked(kind: type, table: str | None, scope: str) -> bool:
    if kind is Change:
        return table in POINT_TABLES
    if kind is Share:
        return any(_share_can_be_asked(part, table) for part in ("Sum", "Count"))
    for way in ({}, {"kind": "p"}, {"table": table}, {"table": table, "kind": "p"}):
        for lookback in LOOKBACKS:
            try:
                asked = Question(kind(**way), lookback, scope)
            except (WrongUsage, TypeError):
                continue
            if getattr(asked.aggregate, "table", None) == table:
                return True
    return False


def _share_can_be_asked(part: str, table: str | None) -> bool:
    maker = {made.__name__: made for made in AGGREGATES}[part]
    try:
        Share(maker(table, "p"), maker(table, "p"))
        return True
    except WrongUsage:
        return False
