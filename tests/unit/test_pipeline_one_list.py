"""How many of one list the outcome came to, against the interval on its header: truth known, many times over."""

import numpy as np
import pytest

from prevention_model.pipeline.figures import of_one_list


@pytest.mark.parametrize("truth", [0.1, 0.4, 0.7])
def test_one_list_in_twenty_falls_outside_and_the_interval_of_the_mean_would_miss_many(truth: float) -> None:
    random = np.random.default_rng(7)
    within, in_the_mean = [], []
    for _ in range(1500):
        share = random.binomial(210, truth) / 210
        half = 1.96 * np.sqrt(share * (1 - share) / 210)
        list_ = random.binomial(20, truth) / 20
        low, high = of_one_list(share, share - half, share + half)
        within.append(low <= list_ <= high)
        in_the_mean.append(share - half <= list_ <= share + half)
    assert np.mean(within) >= 0.94
    assert np.mean(in_the_mean) < 0.75
