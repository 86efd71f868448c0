"""A band in which a simple rule does better than the model, or a coin as well, is not scored."""

import numpy as np
import pandas as pd
import pytest

from prevention_model.model.age_bands import AgeBand, band_of, judge_age_bands, verdict_of

NAN = float("nan")


@pytest.mark.parametrize(
    ("onsets", "low", "high", "auc_low", "verdict", "scored"),
    [
        (50, 0.01, 0.03, 0.6, "better", True),
        (50, 0.0, 0.03, 0.6, "not shown to be better", True),
        (50, -0.01, 0.03, 0.6, "not shown to be better", True),
        (50, -0.03, 0.0, 0.6, "not shown to be better", True),
        (50, -0.03, -0.01, 0.6, "worse", False),
        (50, NAN, NAN, 0.6, "not shown to be better", True),
        (50, 0.01, 0.03, 0.5, "no better than a coin", False),
        (50, 0.01, 0.03, NAN, "no better than a coin", False),
        (50, -0.03, -0.01, 0.4, "no better than a coin", False),
        (49, -0.03, -0.01, 0.4, "too few to tell", True),
        (0, NAN, NAN, NAN, "too few to tell", True),
    ],
)
def test_the_rule(onsets: int, low: float, high: float, auc_low: float, verdict: str, scored: bool) -> None:
    band = AgeBand(0, 5, 1000, onsets, "count", 0.02, low, high, 0.7, auc_low)
    assert verdict_of(onsets, low, high, auc_low) == band.verdict == verdict
    assert band.scored is scored


def test_a_band_is_judged_by_its_own_children() -> None:
    draw = np.random.default_rng(1)
    age = draw.integers(0, 17, 12_000).astype(float)
    truth = draw.normal(size=len(age))
    outcome = (draw.random(len(age)) < 1 / (1 + np.exp(3 - 1.5 * truth))).astype(float)
    outcome[:50] = NAN
    noise = draw.normal(size=len(age))
    young = age < 5
    # The model knows something of the older ones only, the rule a little of all.
    level = np.where(young, noise, truth)
    rivals = pd.DataFrame(
        {"count": truth + 2 * draw.normal(size=len(age)), "area": draw.normal(size=len(age))}
    )
    bands = judge_age_bands(age, (0, 5, 16), np.arange(len(age)) // 2, outcome, level, rivals, 200)
    assert [band.verdict for band in bands] == ["no better than a coin", "better", "better"]
    assert [band.rival for band in bands] == ["count"] * 3
    assert bands[0].high < 0 < bands[1].low
    assert sum(band.rows for band in bands) == len(age) - 50
    assert bands[0].why_not == (
        "Not scored at ages 0 to 4: the model is not shown there to do better than a coin"
    )
    assert bands[2].ages == "ages 16 and over"


def test_a_model_that_a_rule_beats_is_worse_there() -> None:
    draw = np.random.default_rng(2)
    truth = draw.normal(size=6000)
    outcome = (draw.random(6000) < 1 / (1 + np.exp(3 - 1.5 * truth))).astype(float)
    level, ages = truth + 1.5 * draw.normal(size=6000), np.full(6000, 3.0)
    rivals = pd.DataFrame({"count": truth})
    (band,) = judge_age_bands(ages, (0,), np.arange(6000), outcome, level, rivals, 200, "earlier periods")
    assert (band.verdict, band.scored, band.decided_on) == ("worse", False, "earlier periods")
    assert band.auc > band.auc_low > 0.5 and band.high < 0
    assert band.why_not == ("Not scored at ages 0 and over: a simple rule does better there than the model")
    (alone,) = judge_age_bands(ages, (0,), np.arange(6000), outcome, level, rivals[[]], 200)
    assert (alone.verdict, alone.rival) == ("not shown to be better", "")


def test_without_onsets_or_rivals_nothing_is_claimed() -> None:
    age, outcome = np.array([1.0, 2, 7]), np.array([0.0, 0, NAN])
    bands = judge_age_bands(age, (0, 5), np.arange(3), outcome, np.zeros(3), pd.DataFrame(index=range(3)))
    assert [band.verdict for band in bands] == ["too few to tell"] * 2
    assert band_of(np.array([-1.0, NAN]), (0, 5)).tolist() == [-1, -1]
