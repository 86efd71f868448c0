"""Point-in-time features, levels and rises of need, audits and family lists for early help in England.

The public face is a table of contents: each name is loaded when it is first used, so that importing
the package is quick.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

__version__ = "0.1.0"

_FACE = {
    "AgeMonths": "query",
    "Cohort": "cohort",
    "Count": "query",
    "Derived": "features",
    "Difference": "features",
    "Evidence": "audit",
    "Feature": "features",
    "FeatureSet": "features",
    "FollowUp": "query",
    "Lookback": "query",
    "Onset": "outcomes",
    "Outcome": "outcomes",
    "Policy": "settings.policy",
    "Ratio": "features",
    "Records": "records",
    "RiskModel": "model",
    "SinceReached": "features",
    "Sum": "query",
    "Trajectory": "features",
    "audit": "audit",
    "build_features": "features",
    "build_outcomes": "outcomes",
    "catalogue": "features",
    "features_on_spark": "features.on_spark",
    "open_records": "records.workspace",
    "read_meds": "records.meds",
    "read_return": "records.return_reader",
    "write_features": "features",
    "write_features_in_parts": "features.in_parts",
    "write_meds": "records.meds",
}

__all__ = sorted(_FACE)


def __getattr__(name: str) -> Any:
    if name not in _FACE:
        raise AttributeError(f"prevention_model has no public name {name!r}; it has: {', '.join(__all__)}")
    return getattr(import_module(f"prevention_model.{_FACE[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


class _Package(ModuleType):
    """Keeps a public name its own: loading the room `audit` must not turn `pm.audit` into a module."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _FACE and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
