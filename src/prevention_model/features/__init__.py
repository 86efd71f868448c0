"""Looking back: declared features, their catalogue and the table built from them."""

from prevention_model.features.build import NOT_COVERED, build_features
from prevention_model.features.catalogue import catalogue
from prevention_model.features.declared import POLARITIES, Declared, Polarity
from prevention_model.features.derived import Derived
from prevention_model.features.feature import Feature
from prevention_model.features.feature_set import FeatureSet, feature_from_declaration
from prevention_model.features.matrix import write_features
from prevention_model.features.protected import PROTECTED
from prevention_model.features.query_plan import Places, QueryPlan
from prevention_model.features.rules import RULES, Difference, Ratio, Rule, SinceReached, Trajectory

__all__ = [
    "Declared", "Feature", "Polarity", "POLARITIES", "PROTECTED", "catalogue",
    "Derived", "Ratio", "Difference", "Trajectory", "SinceReached", "Rule", "RULES",
    "build_features", "write_features", "NOT_COVERED", "QueryPlan", "Places",
    "FeatureSet", "feature_from_declaration",
]  # fmt: skip
