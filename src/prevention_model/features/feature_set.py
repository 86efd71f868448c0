"""Several features together: from YAML, each name once, and one hash for the set.

- name: late_for_lessons_6m
  aggregate: {count: {table: event, kind: late_for_lesson}}
  lookback: 6 months
  sentence: "Late for lessons {times} in the last {window}"
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from prevention_model.errors import WrongUsage
from prevention_model.features.feature import Feature
from prevention_model.settings.base import read_yaml


def check_names(features: Sequence[Feature]) -> tuple[Feature, ...]:
    """The features as a tuple. Raises WrongUsage when there is none or a name stands there twice."""
    names = [feature.name for feature in features]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise WrongUsage(
            f"Two features are called {', '.join(twice)}.", todo="Give each feature its own name."
        )
    if not names:
        raise WrongUsage("There are no features.", todo="Use catalogue(), or declare at least one Feature.")
    return tuple(features)


def feature_from_declaration(content: object) -> Feature:
    """`Feature.from_declaration` as a function. Raises WrongUsage."""
    return Feature.from_declaration(content)


def read_features(path: str | Path) -> tuple[Feature, ...]:
    """Features from a YAML list of declarations. Raises WrongUsage, naming the file."""
    content = read_yaml(path)
    if not isinstance(content, list):
        raise WrongUsage(
            "The file of features is not a list.", where=Path(path).name, todo="Start each with `- name:`."
        )
    try:
        return check_names([Feature.from_declaration(item) for item in content])
    except WrongUsage as error:
        raise WrongUsage(error.what, where=Path(path).name, todo=error.todo) from None


def feature_set_hash(features: Iterable[Feature]) -> str:
    """SHA-256 over the declarations in order of their names: the same set, however listed, has one hash."""
    content = sorted((feature.to_declaration() for feature in features), key=lambda item: str(item["name"]))
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
