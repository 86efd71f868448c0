"""A band in which a simple rule does as well as the model is not scored; one with few onsets is, as the whole is."""

import numpy as np
import pandas as pd
import pytest

from prevention_model.model.age_bands import AgeBand, band_of, judge_age_bands, verdict_of

NAN = float("nan")


@pytest.mark.parametrize(
    ("onsets", "difference", "low", "verdict", "scored"),
    [
        (50, 0.02, 0.01, "better", True),
        (50, 0.02, 0.0, "perhaps better", True),
        (50, 0.02, -0.01, "perhaps better", True),
        (50, 0.0, -0.01, "not better", False),
        (50, -0.02, -0.03, "not better", False),
        (50, NAN, NAN, "not better", False),
        (49, -0.02, -0.03, "too few to tell", True),
        (0, NAN, NAN, "too few to tell", True),
    ],
)
def test_the_rule(onsets: int, difference: float, low: float, verdict: str, scored: bool) -> None:
    band = AgeBand(0, 5, 1000, onsets, "count", difference, low, 0.1)
    assert verdict_of(onsets, difference, low) == band.verdict == verdict
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
    assert [band.verdict for band in bands] == ["not better", "better", "better"]
    assert [band.rival for band in bands] == ["count"] * 3
    assert bands[0].high < 0 < bands[1].low
    assert sum(band.rows for band in bands) == len(age) - 50
    assert bands[0].why_not == "Not scored at ages 0 to 4: the model does no better there than a simple rule"
    assert bands[2].ages == "ages 16 and over"


def test_without_onsets_or_rivals_nothing_is_claimed() -> None:
    age, outcome = np.array([1.0, 2, 7]), np.array([0.0, 0, NAN])
    bands = judge_age_bands(age, (0, 5), np.arange(3), outcome, np.zeros(3), pd.DataFrame(index=range(3)))
    assert [band.verdict for band in bands] == ["too few to tell"] * 2
    assert band_of(np.array([-1.0, NAN]), (0, 5)).tolist() == [-1, -1]
