"""From records and members to a table of features, one column at a time."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from prevention_model.errors import WrongUsage
from prevention_model.features.feature import Feature
from prevention_model.features.feature_set import check_names
from prevention_model.query import (
    ENGINES,
    IN_NUMPY,
    KEPT,
    HasFrame,
    Kernel,
    Retention,
    answer,
    index_of,
    is_covered,
    pairs_of,
)
from prevention_model.records import Records

NOT_COVERED = "not_covered:"


def build_features(
    records: Records,
    members: HasFrame | pd.DataFrame,
    features: Sequence[Feature],
    engine: Literal["kernel", "numpy", "reference"] = "kernel",
    *,
    coverage_flags: bool = False,
    dtype: Literal["float64", "float32"] = "float64",
    retention: Retention = KEPT,
) -> pd.DataFrame:
    """One row a member (person_id, index_date), in their order, and one column a feature.

    0 means that nothing happened. Missing means that the source was not being received in the whole window,
    or, for latest values, shares and means, that there was nothing to read it from. With `coverage_flags` a
    column `not_covered:<name>` for each feature is 1 for the former and 0 otherwise. "float32" halves the
    memory. Rows past the `retention` of their kind are not looked at. For more rows than memory holds see
    `write_features`. Raises WrongUsage.

    >>> from prevention_model.query import Count, Lookback
    >>> records = Records.from_frames(
    ...     {"event": pd.DataFrame({"person_id": ["a"], "kind": "contact", "event_date": ["2024-03-01"]})}
    ... )
    >>> members = pd.DataFrame({"person_id": ["a", "a"], "index_date": ["2024-03-01", "2024-03-02"]})
    >>> contacts = Feature("contacts", Count("event", kind="contact"), Lookback("30 days"))
    >>> build_features(records, members, [contacts])["contacts"].tolist()
    [0.0, 1.0]
    """
    features = check_names(list(features))
    if engine not in ENGINES:
        raise WrongUsage(f"There is no engine {engine!r}.", todo=f"Use one of: {', '.join(ENGINES)}.")
    if dtype not in ("float64", "float32"):
        raise WrongUsage(f"Features cannot be held as {dtype!r}.", todo='Use "float64" or "float32".')
    pairs = pairs_of(members)
    names = [feature.name for feature in features]
    if coverage_flags:
        names += [NOT_COVERED + feature.name for feature in features]
    columns = np.empty((len(names), len(pairs)), dtype=dtype)
    fill = _fill_by_reference if engine == "reference" else _fill_by_kernel
    fill(_Asked(records, pairs, features, retention, engine), columns)
    return pd.DataFrame(columns.T, index=index_of(pairs), columns=names, copy=False)


class _Asked(NamedTuple):
    """What is built, from what, and by which engine."""

    records: Records
    pairs: pd.DataFrame
    features: Sequence[Feature]
    retention: Retention
    engine: str


def _fill_by_kernel(asked: _Asked, columns: NDArray) -> None:
    steps = IN_NUMPY if asked.engine == "numpy" else None
    kernel = Kernel(asked.records.frames, asked.pairs, retention=asked.retention, steps=steps)
    for j, feature in enumerate(asked.features):
        columns[j] = kernel.column(feature.question)
        if len(columns) > len(asked.features):
            columns[len(asked.features) + j] = ~kernel.covered(feature.question)


def _fill_by_reference(asked: _Asked, columns: NDArray) -> None:
    questions = [feature.question for feature in asked.features]
    made = answer(asked.records.frames, asked.pairs, questions, engine="reference", retention=asked.retention)
    columns[: len(questions)] = made.T
    if len(columns) > len(questions):
        columns[len(questions) :] = _not_covered(asked.records, asked.pairs, asked.features)


def _not_covered(records: Records, pairs: pd.DataFrame, features: Sequence[Feature]) -> NDArray:
    """By the reference's own rule, day by day."""
    days = [moment.date() for moment in pairs["index_date"]]
    coverage = records.frames["coverage"]
    return np.array(
        [[not is_covered(coverage, feature.question, day) for day in days] for feature in features]
    )
