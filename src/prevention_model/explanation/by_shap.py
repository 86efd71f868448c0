"""The only file that imports shap: contributions of trees worked out by it, to hold ours against."""

import lightgbm as lgb
import numpy as np
import shap

NAME = f"shap {shap.__version__}"


def shap_contributions(booster: lgb.Booster, X: np.ndarray) -> tuple[np.ndarray, float]:
    """Contributions to the raw score (n x features) and their base, path-dependent as ours are."""
    explainer = shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent")
    # For a model of LightGBM shap would only pass on LightGBM's own answer, and agree with it by necessity.
    explainer.model.model_type = "internal"
    found = np.asarray(explainer.shap_values(X, check_additivity=False), dtype=np.float64)
    base = np.ravel(np.asarray(explainer.expected_value, dtype=np.float64))
    return found, float(base[-1])
