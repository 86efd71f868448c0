"""Net benefit (Vickers and Elkin 2006): what a list is worth once its false alarms are paid for."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from prevention_model.metrics.arrays import outcome_and_level


def net_benefit(outcome: npt.ArrayLike, level: npt.ArrayLike, threshold: float) -> float:
    """True finds per child, less false alarms per child weighed by the odds of the threshold.

    At a threshold of 0.2 one child found is held to be worth four families asked in vain.

    >>> round(net_benefit([1, 0, 1, 0], [0.9, 0.6, 0.1, 0.1], threshold=0.2), 4)
    0.1875
    """
    happened, levels = outcome_and_level(outcome, level)
    if not 0 < threshold < 1:
        raise ValueError(f"threshold is {threshold}; give a probability above 0 and below 1")
    chosen = levels >= threshold
    found, in_vain = np.mean(chosen * happened), np.mean(chosen * (1 - happened))
    return float(found - in_vain * threshold / (1 - threshold))


def net_benefit_curve(
    outcome: npt.ArrayLike, level: npt.ArrayLike, thresholds: npt.ArrayLike
) -> pd.DataFrame:
    """Net benefit at each threshold: of the `model`, and of asking `everyone`. Asking nobody is 0.

    >>> net_benefit_curve([1, 0], [0.9, 0.1], [0.5])["everyone"].tolist()
    [0.0]
    """
    happened, levels = outcome_and_level(outcome, level)
    rows = [
        {
            "threshold": float(threshold),
            "model": net_benefit(happened, levels, float(threshold)),
            "everyone": net_benefit(happened, np.ones_like(levels), float(threshold)),
        }
        for threshold in np.asarray(thresholds, dtype=np.float64)
    ]
    return pd.DataFrame(rows, columns=["threshold", "model", "everyone"])
