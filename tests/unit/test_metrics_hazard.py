"""Hazards in discrete time: a published life table, and the true hazards score best."""

import numpy as np
import pytest

from prevention_model.errors import WrongUsage
from prevention_model.metrics import (
    at_horizon,
    brier,
    hazard_log_likelihood,
    kaplan_meier,
    level_from_hazards,
    log_odds,
    person_periods,
)

# Singer and Willett, Applied Longitudinal Data Analysis (2003), table 10.1: counts of teachers at risk, leaving,
# and censored, in each of twelve years, with the hazard and the survivor function as printed.
AT_RISK = [3941, 3485, 3101, 2742, 2447, 2229, 2045, 1642, 1256, 948, 648, 391]
LEFT = [456, 384, 359, 295, 218, 184, 123, 79, 53, 35, 16, 5]
CENSORED = [0, 0, 0, 0, 0, 0, 280, 307, 255, 265, 241, 386]
HAZARD = [0.1157, 0.1102, 0.1158, 0.1076, 0.0891, 0.0825, 0.0601, 0.0481, 0.0422, 0.0369, 0.0247, 0.0128]
SURVIVOR = [0.8843, 0.7869, 0.6958, 0.6209, 0.5656, 0.5189, 0.4877, 0.4642, 0.4446, 0.4282, 0.4177, 0.4123]
YEARS = np.concatenate([np.repeat(np.arange(1, 13), LEFT), np.repeat(np.arange(1, 13), CENSORED)])
ENDED = np.repeat([1, 0], [sum(LEFT), sum(CENSORED)])


def test_person_periods_are_those_of_the_published_life_table() -> None:
    rows = person_periods(YEARS, ENDED)
    assert np.bincount(rows.period)[1:].tolist() == AT_RISK
    assert np.bincount(rows.period, rows.outcome)[1:].tolist() == LEFT


def test_the_survivor_function_is_the_published_one() -> None:
    curve = kaplan_meier(YEARS, ENDED)
    assert curve.left.round(4).tolist() == SURVIVOR
    hazards = np.array(LEFT) / np.array(AT_RISK)
    assert hazards.round(4).tolist() == HAZARD
    assert (1 - level_from_hazards([hazards])[0]) == pytest.approx(curve.left)


@pytest.mark.parametrize("year", range(12))
def test_the_published_hazards_are_the_most_likely_ones(year: int) -> None:
    rows = person_periods(YEARS, ENDED)
    hazards = np.array(LEFT) / np.array(AT_RISK)
    best = hazard_log_likelihood(rows.outcome, hazards[rows.period - 1])
    for factor in (0.97, 1.03):
        other = hazards.copy()
        other[year] *= factor
        assert hazard_log_likelihood(rows.outcome, other[rows.period - 1]).total < best.total
    # The closed form: events times the log of the hazard, and the rest times that of its complement.
    events, risk = np.array(LEFT), np.array(AT_RISK)
    expected = np.sum(events * np.log(hazards) + (risk - events) * np.log(1 - hazards))
    assert best.total == pytest.approx(expected) and best.deviance == pytest.approx(-2 * expected)
    assert best.weight == sum(AT_RISK) and best.mean == pytest.approx(expected / sum(AT_RISK))


def followed(n: int, periods: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True hazards (n x periods); how many periods each was watched; whether it happened in the last."""
    random = np.random.default_rng(seed)
    raw = random.normal(-3, 1, n)[:, None] + np.linspace(0, 0.8, periods)
    hazards = 1 / (1 + np.exp(-raw))
    happens = random.random((n, periods)) < hazards
    event = np.where(happens.any(axis=1), happens.argmax(axis=1) + 1, periods + 1)
    leaves = random.integers(0, 2 * periods, n)
    watched = np.minimum.reduce([event, leaves, np.full(n, periods)])
    return hazards, watched, ((event == watched) & (event <= leaves)).astype(float)


def shifted(by: float):
    return lambda h: 1 / (1 + np.exp(-(log_odds(h) + by)))


def stretched(by: float):
    return lambda h: 1 / (1 + np.exp(-(by * (log_odds(h) + 3) - 3)))


DISTORTED = {
    "too high": shifted(0.3),
    "too low": shifted(-0.3),
    "too bold": stretched(1.4),
    "too timid": stretched(0.6),
    "the same for all": lambda h: np.broadcast_to(h.mean(axis=0), h.shape),
    "those of another child": lambda h: h[::-1],
    "flat in time": lambda h: np.broadcast_to(h.mean(axis=1, keepdims=True), h.shape),
}


@pytest.mark.parametrize("fault", DISTORTED)
def test_the_true_hazards_are_the_most_likely_under_censoring(fault: str) -> None:
    hazards, watched, ended = followed(40_000, 6, 1)
    rows = person_periods(watched, ended)
    wrong = DISTORTED[fault](hazards)
    place = (rows.row, rows.period - 1)
    assert (
        hazard_log_likelihood(rows.outcome, hazards[place]).total
        > hazard_log_likelihood(rows.outcome, wrong[place]).total
    )


@pytest.mark.parametrize("fault", sorted(set(DISTORTED) - {"flat in time"}))
def test_the_true_levels_have_the_best_weighted_brier_score(fault: str) -> None:
    # Levels at the horizon do not show in which period it happens, so "flat in time" is hardly a fault there.
    hazards, watched, ended = followed(40_000, 6, 2)
    # Whoever is seen through `watched` periods left after them: the event of period k happens within it.
    seen = at_horizon(np.where(ended == 1, watched - 0.5, watched), ended, horizon=6)
    right, wrong = (level_from_hazards(each)[:, -1] for each in (hazards, DISTORTED[fault](hazards)))
    assert brier(seen.outcome, right, seen.weights) < brier(seen.outcome, wrong, seen.weights)


def test_what_was_ruled_out_and_came_about_is_endlessly_unlikely() -> None:
    assert hazard_log_likelihood([1, 0], [0.0, 0.5]).total == -np.inf
    assert hazard_log_likelihood([1, 0], [1.0, 0.0]).total == 0


def test_a_child_watched_through_no_period_has_no_row() -> None:
    rows = person_periods([0, 2], [0, 0])
    assert rows.row.tolist() == [1, 1] and rows.outcome.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("periods", "happened", "said"),
    [
        ([1, 2], [1], "two flat arrays of one length"),
        ([1.5], [0], "whole numbers from 0"),
        ([-1], [0], "whole numbers from 0"),
        ([np.nan], [0], "whole numbers from 0"),
        ([1], [2], "happened must be 0 or 1"),
        ([0], [1], "watched through no period"),
    ],
)
def test_periods_that_cannot_be_are_refused(periods, happened, said: str) -> None:
    with pytest.raises(WrongUsage, match=said):
        person_periods(periods, happened)


@pytest.mark.parametrize(
    ("hazards", "said"), [([0.1], "one row a child"), ([[1.1]], "0 to 1"), ([[np.nan]], "0 to 1")]
)
def test_hazards_that_cannot_be_are_refused(hazards, said: str) -> None:
    with pytest.raises(WrongUsage, match=said):
        level_from_hazards(hazards)


def test_a_likelihood_of_no_rows_is_refused() -> None:
    with pytest.raises(WrongUsage, match="outcome has no rows"):
        hazard_log_likelihood([], [])
