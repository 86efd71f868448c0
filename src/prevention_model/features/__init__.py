"""Looking back: declared features, their catalogue and the table built from them."""

from prevention_model.features.build import NOT_COVERED, build_features
from prevention_model.features.catalogue import catalogue
from prevention_model.features.feature import POLARITIES, Feature, Polarity
from prevention_model.features.feature_set import feature_from_declaration, feature_set_hash, read_features
from prevention_model.features.matrix import write_features
from prevention_model.features.protected import PROTECTED

__all__ = [
    "Feature", "Polarity", "POLARITIES", "PROTECTED", "catalogue",
    "build_features", "write_features", "NOT_COVERED",
    "read_features", "feature_from_declaration", "feature_set_hash",
]  # fmt: skip
