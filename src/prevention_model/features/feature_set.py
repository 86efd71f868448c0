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

import pandas as pd
import yaml

from prevention_model.errors import WrongUsage
from prevention_model.features.declared import Declared
from prevention_model.features.derived import Derived
from prevention_model.features.feature import Feature
from prevention_model.features.in_words import as_text, in_words
from prevention_model.features.rules import sources
from prevention_model.query import KEPT, Retention
from prevention_model.settings.base import read_yaml


class FeatureSet(tuple[Declared, ...]):
    """Features that go together, in their order: a tuple in which derived features hold those that they named.

    Prints as a table; `hash` and YAML cover every word. Raises WrongUsage when there is none, when two share a name
    (those that a derived one is made from included), or when a derived one names what is not in the set.

    >>> from prevention_model.features.rules import Ratio
    >>> from prevention_model.query import Count, Lookback
    >>> late = Feature("late_6m", Count("event", kind="late"), Lookback("6 months"))
    >>> FeatureSet([late])
    <FeatureSet of 1, 976f>
    >>> FeatureSet([late, Derived("late_part", Ratio("late_6m", to="lat_6m"))])
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: The derived feature 'late_part' names 'lat_6m', and no feature of the set \
is called so. What to do: Did you mean late_6m? Otherwise add it to the set, or give the feature itself in place of \
its name.
    """

    def __new__(cls, features: Iterable[Declared]) -> "FeatureSet":
        """Check the features, and put into derived ones what they name."""
        given = tuple(features)
        if not given:
            raise WrongUsage(
                "There are no features.", todo="Use catalogue(), or declare at least one Feature."
            )
        for each in given:
            if not isinstance(each, Declared):
                raise WrongUsage(
                    f"A feature set holds features, and was given a {type(each).__name__}.",
                    todo="Give each as a Feature or a Derived.",
                )
        _refuse_twice([each.name for each in given])
        known = {each.name: each for each in given}
        made = tuple(each.resolved(known) if isinstance(each, Derived) else each for each in given)
        behind = {feature for each in made if isinstance(each, Derived) for feature in each.made_from}
        _refuse_twice([each.name for each in {*made, *behind}])
        return super().__new__(cls, made)

    @property
    def hash(self) -> str:
        """SHA-256 over the declarations in order of their names: the same set, however listed, has one hash.

        Whether a derived feature was given what it is made from, or its name, makes no difference.
        """
        content = sorted((each.to_declaration() for each in self), key=lambda item: str(item["name"]))
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=True).encode()).hexdigest()

    def table(self, retention: Retention = KEPT) -> pd.DataFrame:
        """One row a feature: what it says and how it is made, what it looks at, who sees it and why."""
        return in_words(self, retention)

    def __str__(self) -> str:
        return as_text(self.table())

    def __repr__(self) -> str:
        return f"<FeatureSet of {len(self)}, {self.hash[:4]}>"

    def _repr_html_(self) -> str:
        return str(self.table().to_html(index=False))  # what a notebook shows

    @classmethod
    def read(cls, path: str | Path) -> "FeatureSet":
        """Features from a YAML list of declarations. Raises WrongUsage, naming the file."""
        content = read_yaml(path)
        if not isinstance(content, list):
            raise WrongUsage(
                "The file of features is not a list.",
                where=Path(path).name,
                todo="Start each with `- name:`.",
            )
        try:
            return cls(feature_from_declaration(item) for item in content)
        except WrongUsage as error:
            raise WrongUsage(error.what, where=Path(path).name, todo=error.todo) from None

    def write(self, path: str | Path) -> Path:
        """Write a YAML file that `read` turns back into the same set, and return its path.

        A derived feature names what it is made from where that is in the set too, and declares it in place where
        not. Nothing stands at `path` until all of it does.

        >>> import tempfile
        >>> from prevention_model.features.rules import Trajectory
        >>> from prevention_model.query import Count, Lookback
        >>> late = Feature("late_3m", Count("event", kind="late"), Lookback("3 months"))
        >>> features = FeatureSet([late, Derived("late_trajectory", Trajectory("late_3m"))])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     FeatureSet.read(features.write(f"{folder}/late.yaml")) == features
        True
        """
        path, names = Path(path), {each.name for each in self}
        content = [_written(each, names) for each in self]
        unfinished = path.with_name(path.name + ".unfinished")
        try:
            unfinished.write_text(
                yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110), encoding="utf-8"
            )
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        return path


def feature_from_declaration(content: object) -> Declared:
    """A `Feature` from plain content, or a `Derived` where the content has a rule. Raises WrongUsage."""
    is_derived = isinstance(content, dict) and "rule" in content
    return Derived.from_declaration(content) if is_derived else Feature.from_declaration(content)


def _refuse_twice(names: Sequence[str]) -> None:
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise WrongUsage(
            f"Two features are called {', '.join(twice)}.", todo="Give each feature its own name."
        )


def _written(each: Declared, in_set: set[str]) -> dict[str, Any]:
    """A declaration as it reads best: without what is left blank, and with names in place of features of the set."""
    content = {key: value for key, value in each.to_declaration().items() if value not in ("", [])}
    if isinstance(each, Derived):
        (arguments,) = content["rule"].values()
        for argument, source in sources(each.rule).items():
            name = source if isinstance(source, str) else source.name
            arguments[argument] = name if name in in_set else arguments[argument]
    return content
