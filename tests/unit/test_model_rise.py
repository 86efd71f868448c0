"""Rise: chance in the records is no rise, and the stated credibility holds where the truth is known."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import expit

from prevention_model.model import Rise, rise_of
from prevention_model.model.rise import Reliability, drift_of, rising_since

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


def learnt(levels: np.ndarray, gap: int = 8, over: int = 2, first: int = 0) -> Reliability:
    """From quarters at least `gap` apart, of families of one child."""
    return Reliability.learn(
        levels[first : QUARTERS - 4],
        91.0 * np.arange(first, QUARTERS - 4),
        np.arange(levels.shape[1]),
        (levels[QUARTERS - 5 - over], levels[QUARTERS - 5]),
        over=91.0 * over,
        least=91.0 * gap,
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
    near, apart = learnt(levels, gap=1), learnt(levels)
    assert near.share > 1.5 * apart.share
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
        level[before],
        level[now],
        *sure_refits(level[before], level[now]),
        # The first counts look back on less than a whole window.
        learnt(level, over=WINDOW, first=WINDOW),
        0.8,
    )
    rose = needed[now] > needed[before]
    flagged = found.direction == "rising"
    assert flagged.sum() > 500
    assert rose[flagged].mean() > 0.7
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


def test_without_dates_far_apart_nothing_is_claimed() -> None:
    _, levels = lives(7)
    children = np.arange(CHILDREN)
    days = 91.0 * np.arange(4)
    pair = (levels[0], levels[3])
    # One lag says nothing of how fast likeness is lost; three days are no other lag.
    for apart, count in ((300.0, 4), (270.0, 3), (0.0, 1)):
        few = Reliability.learn(levels[:count], days[:count], children, pair, 273.0, apart)
        assert np.isnan(few.share)
    nearly = Reliability.learn(levels[:3], np.array([0.0, 3, 400]), children, pair, 273.0, 300.0)
    assert np.isnan(nearly.share)
    found = rise_of(levels[0], levels[3], *sure_refits(levels[0], levels[3]), nearly, 0.8)
    assert set(found.direction) == {"not known"}


def test_of_few_children_nothing_is_claimed() -> None:
    _, levels = lives(8)
    days = 91.0 * np.arange(QUARTERS)

    def of(children: int) -> float:
        few = levels[:, :children]
        return Reliability.learn(
            few, days, np.arange(children), (few[0], few[8]), over=728.0, least=728.0
        ).share

    assert np.isnan(of(49))
    assert not np.isnan(of(5000))


def test_few_families_leave_the_share_unsure_and_the_credibility_lower() -> None:
    _, levels = lives(9)
    many, few = learnt(levels, over=4), learnt(levels[:, :2000], over=4)
    assert np.ptp(few.shares) > 2 * np.ptp(many.shares)
    change = np.array([0.1]), np.array([0.4])
    certain = Reliability(0.5, 0.5)
    unsure = Reliability(0.5, 0.5, (0.1, 0.5, 0.9))
    by_certain, by_unsure = (rise_of(*change, *sure_refits(*change), each, 0.8) for each in (certain, unsure))
    assert 0.5 < by_unsure.credibility[0] < by_certain.credibility[0]
    assert by_unsure.rise[0] == by_certain.rise[0]


def test_a_whole_family_counts_as_one() -> None:
    """Brothers and sisters with the same level tell no more than one of them."""
    _, levels = lives(10)
    some = levels[:, :3000]
    alone = Reliability.learn(
        some[:20], 91.0 * np.arange(20), np.arange(3000), (some[15], some[19]), 364, 728
    )
    copies = np.repeat(some, 4, axis=1)
    families = np.repeat(np.arange(3000), 4)
    together = Reliability.learn(
        copies[:20], 91.0 * np.arange(20), families, (copies[15], copies[19]), 364, 728
    )
    assert together.share == pytest.approx(alone.share, abs=1e-6)
    np.testing.assert_allclose(together.shares, alone.shares, atol=1e-6)


@given(st.floats(-1, 1))
def test_what_everybody_has_is_no_rise(shared: float) -> None:
    """The same made-up children, all of whose levels move by the same: directions and credibilities stay."""
    draw = np.random.default_rng(11)
    before, own = draw.normal(-3, 0.5, 501), draw.normal(0, 0.4, 501)
    believed = Reliability(0.5, 0.5)

    def told(drifted: float) -> Rise:
        then, now = expit(before), expit(before + own + drifted)
        return rise_of(then, now, *sure_refits(then, now), believed, 0.8, drift_of(then, now))

    assert drift_of(expit(before), expit(before + own + shared)) == pytest.approx(np.median(own) + shared)
    np.testing.assert_allclose(told(shared).credibility, told(0.0).credibility, atol=1e-9)
    assert np.median(told(shared).rise) == pytest.approx(0)


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
