"""Average precision of several scores on the same resampled families, so that differences are paired."""

import numpy as np
import numpy.typing as npt

from prevention_model.metrics.arrays import Floats, outcome_and_score
from prevention_model.metrics.bootstrap import Resampled, family_codes, weight_blocks


def average_precision_differences(
    families: npt.ArrayLike,
    outcome: npt.ArrayLike,
    score: npt.ArrayLike,
    rivals: npt.ArrayLike,
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Resampled:
    """Average precision of `score` (n,) less that of each column of `rivals` (n x r), resampled by family.

    Equal scores count as one step, as scikit-learn counts them. Raises ValueError.

    >>> found = average_precision_differences(["a", "b", "c", "d"], [1, 0, 1, 0], [4, 1, 3, 2],
    ...                                       np.array([[1.0], [1], [1], [1]]), resamples=200)
    >>> found.estimate.tolist()
    [0.5]
    """
    table = np.asarray(rivals, dtype=np.float64)
    codes = family_codes(families)
    steps = [_Steps(outcome, column, codes) for column in (np.asarray(score), *table.T)]
    once = np.ones((1, int(codes.max()) + 1))
    estimate = np.array([step.average_precision(once)[0] for step in steps])
    drawn = [
        np.column_stack([step.average_precision(block) for step in steps])
        for block in weight_blocks(once.shape[1], resamples, seed)
    ]
    draws = np.concatenate(drawn)
    return Resampled.of(estimate[0] - estimate[1:], draws[:, :1] - draws[:, 1:], confidence)


class _Steps:
    """Rows in descending order of one score, and where each run of equal scores ends."""

    def __init__(self, outcome: npt.ArrayLike, score: npt.ArrayLike, codes: npt.NDArray[np.intp]) -> None:
        happened, scores = outcome_and_score(outcome, score)
        order = np.argsort(-scores, kind="stable")
        falls = np.flatnonzero(np.diff(scores[order]))
        self.ends = np.append(falls, len(scores) - 1)
        self.families = codes[order]
        self.case_places = np.flatnonzero(happened[order])
        # The step, among `ends`, that each case belongs to.
        self.case_steps = np.searchsorted(self.ends, self.case_places)
        self.last_of_step = np.searchsorted(self.case_steps, self.case_steps, side="right") - 1

    def average_precision(self, weights: Floats) -> Floats:
        """Weighted by family (B x families): sum over steps of precision times the share of cases gained."""
        found = np.empty(len(weights))
        for row, weight in enumerate(weights):
            per_row = weight[self.families]
            listed = np.cumsum(per_row)[self.ends[self.case_steps]]
            cases = per_row[self.case_places]
            so_far = np.cumsum(cases)
            with np.errstate(divide="ignore", invalid="ignore"):
                precision = np.where(listed > 0, so_far[self.last_of_step] / listed, 0.0)
                found[row] = np.sum(precision * cases) / so_far[-1] if len(so_far) else np.nan
        return found
