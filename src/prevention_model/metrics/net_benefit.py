"""Net benefit (Vickers and Elkin 2006): what a list is worth once its false alarms are paid for."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from prevention_model.errors import WrongUsage
from prevention_model.metrics.arrays import shares_of, weighed_levels


def net_benefit(
    outcome: npt.ArrayLike,
    level: npt.ArrayLike,
    threshold: float,
    weights: npt.ArrayLike | None = None,
) -> float:
    """True finds per child, less false alarms per child weighed by the odds of the threshold.

    At a threshold of 0.2 one child found is held to be worth four families asked in vain. Raises WrongUsage.

    >>> round(net_benefit([1, 0, 1, 0], [0.9, 0.6, 0.1, 0.1], threshold=0.2), 4)
    0.1875
    """
    happened, levels, given = weighed_levels(outcome, level, weights)
    if not 0 < threshold < 1:
        raise WrongUsage(f"threshold is {threshold}; give a probability above 0 and below 1")
    chosen = levels >= threshold
    share = shares_of(given)
    found, in_vain = share @ (chosen * happened), share @ (chosen * (1 - happened))
    return float(found - in_vain * threshold / (1 - threshold))


def net_benefit_curve(
    outcome: npt.ArrayLike,
    level: npt.ArrayLike,
    thresholds: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """Net benefit at each threshold: of the `model`, and of asking `everyone`. Asking nobody is 0.

    >>> net_benefit_curve([1, 0], [0.9, 0.1], [0.5])["everyone"].tolist()
    [0.0]
    """
    happened, levels, given = weighed_levels(outcome, level, weights)
    rows = [
        {
            "threshold": float(threshold),
            "model": net_benefit(happened, levels, float(threshold), given),
            "everyone": net_benefit(happened, np.ones_like(levels), float(threshold), given),
        }
        for threshold in np.asarray(thresholds, dtype=np.float64)
    ]
    return pd.DataFrame(rows, columns=["threshold", "model", "everyone"])
