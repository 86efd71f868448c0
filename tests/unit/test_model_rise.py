"""Rise: chance in the records is no rise, and the stated credibility holds where the truth is known."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import expit

from prevention_model.model import Rise, rise_of
from prevention_model.model.rise import Reliability, rising_since

CHILDREN = 30_000
QUARTERS = 24
WINDOW = 4
"""Quarters that a level looks back on: levels closer than this share records."""


def lives(seed: int, own: float = 0.5, noise: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """True log-odds and levels (quarters x children): need that drifts, seen through chance that lasts a year.

    The level is what a perfect calibration makes of the records: it is drawn to the mean by as much as they are noisy.
    """
    draw = np.random.default_rng(seed)
    need = np.empty((QUARTERS, CHILDREN))
    need[0] = draw.normal(0, own, CHILDREN)
    for quarter in range(1, QUARTERS):
        need[quarter] = 0.93 * need[quarter - 1] + draw.normal(0, own * np.sqrt(1 - 0.93**2), CHILDREN)
    chance = draw.normal(0, noise / np.sqrt(WINDOW), (QUARTERS + WINDOW, CHILDREN))
    seen = need + np.array([chance[q : q + WINDOW].sum(axis=0) for q in range(QUARTERS)])
    return need, expit(-3 + seen * own**2 / (own**2 + noise**2))


def learnt(levels: np.ndarray, gap: int = 8, over: int = 2) -> Reliability:
    return Reliability.learn(
        (levels[0], levels[gap], levels[2 * gap]), (levels[2 * gap - over], levels[2 * gap]), over / gap
    )


def sure_refits(*levels: np.ndarray) -> tuple[np.ndarray, ...]:
    return tuple(np.array([level, level]) for level in levels)


def told(levels: np.ndarray, reliability: Reliability, credible: float = 0.8) -> Rise:
    before, now = levels[20], levels[22]
    return rise_of(before, now, *sure_refits(before, now), reliability, credible)


@pytest.mark.parametrize(("seed", "noise"), [(1, 0.3), (2, 0.5), (3, 1.0)])
def test_of_those_with_a_credibility_about_as_many_truly_rose(seed: int, noise: float) -> None:
    need, levels = lives(seed, noise=noise)
    found = told(levels, learnt(levels))
    rose = need[22] > need[20]
    edges = np.array([0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 1.0])
    for low, high in pairwise(edges):
        there = (found.credibility >= low) & (found.credibility < high)
        if there.sum() > 500:
            assert rose[there].mean() == pytest.approx(found.credibility[there].mean(), abs=0.05)


def test_dates_that_share_records_would_claim_too_much() -> None:
    need, levels = lives(4, noise=1.0)
    rose = need[22] > need[20]
    near, apart = learnt(levels, gap=2), learnt(levels)
    assert near.share > 2 * apart.share
    claimed = told(levels, near).credibility
    flagged = claimed >= 0.8
    assert rose[flagged].mean() < claimed[flagged].mean() - 0.1


def test_when_nobody_changes_hardly_anybody_is_rising() -> None:
    draw = np.random.default_rng(5)
    levels = expit(-3 + draw.normal(0, 0.8, CHILDREN) + draw.normal(0, 0.5, (QUARTERS, CHILDREN)))
    found = told(levels, learnt(levels))
    assert (found.direction == "rising").mean() < 0.02


def test_sparse_events_are_calibrated_against_the_need_of_the_time_they_tell_of() -> None:
    """Counts of rare events, not normal at all: the level is the rate that the count leads one to expect."""
    draw = np.random.default_rng(6)
    need, _ = lives(6, own=0.8)
    events = draw.poisson(0.3 * np.exp(need))
    counts, needed = (
        np.array([part[max(q - WINDOW, 0) : q].sum(axis=0) for q in range(1, QUARTERS + 1)])
        for part in (events, need)
    )
    level = expit(np.log(counts + 1.5) - 4)
    before, now = QUARTERS - 1 - WINDOW, QUARTERS - 1
    found = rise_of(
        level[before], level[now], *sure_refits(level[before], level[now]), learnt(level, over=WINDOW), 0.8
    )
    rose = needed[now] > needed[before]
    flagged = found.direction == "rising"
    assert flagged.sum() > 500
    assert rose[flagged].mean() > 0.75
    assert rose[flagged].mean() == pytest.approx(found.credibility[flagged].mean(), abs=0.1)


def test_a_model_that_is_unsure_calls_nobody_rising() -> None:
    before, now = np.array([0.10, 0.10]), np.array([0.105, 0.60])
    unsure = (np.array([[0.01, 0.01], [0.4, 0.6]]), np.array([[0.5, 0.6], [0.02, 0.03]]))
    believed = Reliability(0.8, 0.3)
    assert rise_of(before, now, *unsure, believed, 0.8).direction.tolist() == ["steady", "steady"]
    sure = rise_of(before, now, *sure_refits(before, now), believed, 0.8)
    assert sure.direction.tolist() == ["steady", "rising"]


def test_without_an_earlier_level_nothing_is_claimed() -> None:
    before, now = np.array([np.nan, 0.1]), np.array([0.9, 0.1])
    found = rise_of(before, now, *sure_refits(before, now), Reliability(0.5, 0.5), 0.8)
    assert found.direction.tolist() == ["not known", "steady"]
    assert np.isnan(found.rise[0]) and np.isnan(found.credibility[0])
    assert found.credibility[1] == 0.5


def test_without_three_dates_nothing_is_claimed() -> None:
    few = np.full(10, 0.1)
    unknown = Reliability.learn((few, few, few), (few, few), 0.5)
    assert np.isnan(unknown.share)
    found = rise_of(few, few + 0.5, *sure_refits(few, few + 0.5), unknown, 0.8)
    assert set(found.direction) == {"not known"}


@given(arrays(np.float64, (2, 20), elements=st.floats(0, 1)), st.floats(0, 0.99), st.floats(0.01, 3))
def test_credibility_is_a_probability_that_goes_the_way_of_the_change(
    levels: np.ndarray, share: float, spread: float
) -> None:
    before, now = levels
    found = rise_of(before, now, *sure_refits(before, now), Reliability(share, spread), 0.8)
    assert ((found.credibility >= 0) & (found.credibility <= 1)).all()
    assert ((found.credibility >= 0.5) | (now <= before)).all()
    assert ((found.credibility <= 0.5) | (now >= before)).all()


@given(arrays(np.bool_, st.tuples(st.integers(1, 6), st.integers(1, 5))))
def test_rising_since_is_the_start_of_the_present_run(rising: np.ndarray) -> None:
    days = np.datetime64("2024-01-01") + 91 * np.arange(len(rising))
    since = rising_since(rising, days)
    for child, found in enumerate(since):
        run = 0
        while run < len(days) and rising[len(days) - 1 - run, child]:
            run += 1
        assert np.isnat(found) if run == 0 else found == days[len(days) - run]
