"""Weights by which a group tells nothing of the outcome: F. Kamiran and T. Calders 2012, reweighing."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from prevention_model.errors import WrongUsage


def reweighing_weights(group: npt.ArrayLike, label: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """For each row P(group) P(label) / P(group and label): what the pair should weigh, were the two independent.

    `group` (n; any values) and `label` (n; 0 or 1, all known). Weights have the mean 1, so that whatever else leans on
    the size of the data (leaves, penalties) stays as it is. A model fitted with them learns nothing of how groups
    differ in rate, and its raw score is no level: calibrate it on rows without weights. Raises WrongUsage.

    >>> reweighing_weights(["a", "a", "a", "b"], [1, 0, 0, 1]).tolist()
    [1.5, 0.75, 0.75, 0.5]
    """
    codes, _ = pd.factorize(np.asarray(group, dtype=object))
    happened = np.asarray(label, dtype=np.float64)
    if codes.shape != happened.shape or not np.isin(happened, (0, 1)).all():
        raise WrongUsage("Each row needs a group, and a label that is 0 or 1.")
    cell = 2 * codes + happened.astype(np.intp)
    sizes = np.bincount(cell, minlength=2 * (int(codes.max()) + 1)).reshape(-1, 2)
    alone = sizes.sum(axis=1, keepdims=True) * sizes.sum(axis=0) / len(codes)
    # A pair that nobody is in needs no weight.
    weights: npt.NDArray[np.float64] = (alone / np.maximum(sizes, 1)).reshape(-1)[cell]
    return weights
