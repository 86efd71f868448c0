"""Calibration of a raw score: a logistic regression on rows that the trees did not learn from."""

import numpy as np
from scipy.special import logit
from sklearn.linear_model import LogisticRegression


def platt(margin: np.ndarray, target: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of the logistic regression of the label on the raw score: J. Platt 1999.

    >>> platt(np.zeros(4), np.array([0.0, 0, 0, 1]), np.ones(4)) == (1.0, float(logit(0.25)))
    True
    """
    if np.ptp(margin) < 1e-9:
        rate = np.clip(np.average(target, weights=weight), 1e-6, 1 - 1e-6)
        return 1.0, float(logit(rate) - margin[0])
    # Almost no penalty: one predictor needs none, and a bound keeps separable rows finite.
    fitted = LogisticRegression(C=1e4).fit(margin[:, None], target, sample_weight=weight)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
