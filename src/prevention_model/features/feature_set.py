"""Several features together: to and from YAML, each name once, and one hash for the set.

- name: late_for_lessons_6m
  aggregate: {count: {table: event, kind: late_for_lesson}}
  lookback: 6 months
  sentence: "Late for lessons {times} in the last {window}"
- name: late_for_lessons_trajectory
  rule: {trajectory: {of: late_for_lessons_6m, every: 3 months, times: 4}}
  sentence: "Being late for lessons {change} over the last {window}"
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from prevention_model.errors import WrongUsage
from prevention_model.features.declared import Declared
from prevention_model.features.derived import Derived
from prevention_model.features.feature import Feature
from prevention_model.features.rules import sources
from prevention_model.settings.base import read_yaml


def resolved(features: Iterable[Declared]) -> tuple[Declared, ...]:
    """The features as one set: derived ones hold the features that they named.

    Raises WrongUsage when there is none, when two share a name (features that a derived one is made from included),
    or when a name that a derived one gives is not in the set.

    >>> from prevention_model.features.rules import Ratio
    >>> from prevention_model.query import Count, Lookback
    >>> late = Feature("late_6m", Count("event", kind="late"), Lookback("6 months"))
    >>> resolved([late, Derived("late_part", Ratio("late_6m", to="lat_6m"))])
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: The derived feature 'late_part' names 'lat_6m', and no feature of the set \
is called so. What to do: Did you mean late_6m? Otherwise add it to the set, or give the feature itself in place of \
its name.
    """
    given = tuple(features)
    if not given:
        raise WrongUsage("There are no features.", todo="Use catalogue(), or declare at least one Feature.")
    _refuse_twice([each.name for each in given])
    known = {each.name: each for each in given}
    made = tuple(each.resolved(known) if isinstance(each, Derived) else each for each in given)
    behind = {feature for each in made if isinstance(each, Derived) for feature in each.made_from}
    _refuse_twice([each.name for each in {*made, *behind}])
    return made


def _refuse_twice(names: Sequence[str]) -> None:
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise WrongUsage(
            f"Two features are called {', '.join(twice)}.", todo="Give each feature its own name."
        )


def feature_from_declaration(content: object) -> Declared:
    """A `Feature` from plain content, or a `Derived` where the content has a rule. Raises WrongUsage."""
    is_derived = isinstance(content, dict) and "rule" in content
    return Derived.from_declaration(content) if is_derived else Feature.from_declaration(content)


def read_features(path: str | Path) -> tuple[Declared, ...]:
    """Features from a YAML list of declarations. Raises WrongUsage, naming the file."""
    content = read_yaml(path)
    if not isinstance(content, list):
        raise WrongUsage(
            "The file of features is not a list.", where=Path(path).name, todo="Start each with `- name:`."
        )
    try:
        return resolved(feature_from_declaration(item) for item in content)
    except WrongUsage as error:
        raise WrongUsage(error.what, where=Path(path).name, todo=error.todo) from None


def save_features(features: Iterable[Declared], path: str | Path) -> Path:
    """Write a YAML file that `read_features` turns back into the same features, and return its path.

    A derived feature names what it is made from where that is in the set too, and declares it in place where not.
    Nothing stands at `path` until all of it does. Raises WrongUsage for features that do not go together.

    >>> import tempfile
    >>> from prevention_model.features.rules import Trajectory
    >>> from prevention_model.query import Count, Lookback
    >>> late = Feature("late_3m", Count("event", kind="late"), Lookback("3 months"))
    >>> features = [late, Derived("late_trajectory", Trajectory(late))]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     read_features(save_features(features, f"{folder}/late.yaml")) == tuple(features)
    True
    """
    made, path = resolved(features), Path(path)
    in_set = {each.name for each in made}
    text = yaml.safe_dump(
        [_written(each, in_set) for each in made], sort_keys=False, allow_unicode=True, width=110
    )
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def _written(each: Declared, in_set: set[str]) -> dict[str, Any]:
    """A declaration as it reads best: without what is left blank, and with names in place of features of the set."""
    content = {key: value for key, value in each.to_declaration().items() if value not in ("", [])}
    if isinstance(each, Derived):
        (arguments,) = content["rule"].values()
        for argument, source in sources(each.rule).items():
            name = source if isinstance(source, str) else source.name
            arguments[argument] = name if name in in_set else arguments[argument]
    return content


def feature_set_hash(features: Iterable[Declared]) -> str:
    """SHA-256 over the declarations in order of their names: the same set, however listed, has one hash.

    Whether a derived feature names what it is made from, or holds it, makes no difference.
    """
    made = resolved(features)
    content = sorted((each.to_declaration() for each in made), key=lambda item: str(item["name"]))
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
