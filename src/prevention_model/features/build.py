"""From records and members to a table of features, one column at a time."""

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from itertools import chain
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from prevention_model.errors import WrongUsage
from prevention_model.features.declared import Declared
from prevention_model.features.derive import Floats
from prevention_model.features.query_plan import Bools, QueryPlan
from prevention_model.query import (
    ENGINES,
    IN_NUMPY,
    KEPT,
    HasFrame,
    Kernel,
    Question,
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
    features: Sequence[Declared],
    engine: Literal["kernel", "numpy", "reference", "spark"] = "kernel",
    *,
    coverage_flags: bool = False,
    dtype: Literal["float64", "float32"] = "float64",
    retention: Retention = KEPT,
) -> pd.DataFrame:
    """One row a member (person_id, index_date), in their order, and one column a feature.

    0 means that nothing happened. Missing means that the source was not being received in the whole window,
    or, for latest values, shares and means, that there was nothing to read it from. With `coverage_flags` a
    column `not_covered:<name>` for each feature is 1 for the former and 0 otherwise; for a derived one it is 1
    where anything that it is made from was not received at any date that it looks at. "float32" halves the
    memory. Rows past the `retention` of their kind are not looked at. For more rows than memory holds see
    `write_features`, then `write_features_in_parts`, and on a cluster `features_on_spark`: the engine "spark" is
    the latter, for records in memory. Raises WrongUsage.

    >>> from prevention_model.features.feature import Feature
    >>> from prevention_model.query import Count, Lookback
    >>> records = Records.from_frames(
    ...     {"event": pd.DataFrame({"person_id": ["a"], "kind": "contact", "event_date": ["2024-03-01"]})}
    ... )
    >>> members = pd.DataFrame({"person_id": ["a", "a"], "index_date": ["2024-03-01", "2024-03-02"]})
    >>> contacts = Feature("contacts", Count("event", kind="contact"), Lookback("30 days"))
    >>> build_features(records, members, [contacts])["contacts"].tolist()
    [0.0, 1.0]
    """
    plan = QueryPlan.of(features, retention=retention)
    if engine not in (engines := (*ENGINES, "spark")):
        raise WrongUsage(f"There is no engine {engine!r}.", todo=f"Use one of: {', '.join(engines)}.")
    if dtype not in ("float64", "float32"):
        raise WrongUsage(f"Features cannot be held as {dtype!r}.", todo='Use "float64" or "float32".')
    asked = pairs_of(members)
    pairs, places = plan.with_earlier(asked)
    answers, covered = _answers(records, pairs, plan, engine)
    names = [each.name for each in plan.features]
    made: Iterator[NDArray] = (
        _on_spark(records, asked, plan) if engine == "spark" else plan.columns(answers, places)
    )
    if coverage_flags:
        names += [NOT_COVERED + each.name for each in plan.features]
        made = chain(made, plan.not_covered(covered, places))
    columns = np.empty((len(names), len(asked)), dtype=dtype)
    for j, column in enumerate(made):
        columns[j] = column
    return pd.DataFrame(columns.T, index=index_of(asked), columns=names, copy=False)


def _on_spark(records: Records, asked: pd.DataFrame, plan: QueryPlan) -> Iterator[Floats]:
    """The columns as Spark makes them, which answers and derives part by part."""
    try:
        driver = import_module("prevention_model.features.on_spark")
    except ImportError:
        raise WrongUsage(
            "Spark is not installed.", todo='Type pip install "prevention-model[spark]"; it needs Java 17.'
        ) from None
    made: pd.DataFrame = driver.build_on_spark(records, asked, plan)
    return (made[each.name].to_numpy(dtype=np.float64) for each in plan.features)


def _answers(
    records: Records, pairs: pd.DataFrame, plan: QueryPlan, engine: str
) -> tuple[Callable[[Question], Floats], Callable[[Question], Bools]]:
    """What gives an engine's answers to a question, and what tells where all that it needs was received."""
    if engine != "reference":  # of "spark" only the coverage is asked for here
        steps = IN_NUMPY if engine == "numpy" else None
        kernel = Kernel(records.frames, pairs, retention=plan.retention, steps=steps)
        return kernel.column, kernel.covered
    made = answer(records.frames, pairs, plan.questions, engine="reference", retention=plan.retention)
    at = {question: j for j, question in enumerate(plan.questions)}
    coverage = records.frames["coverage"]
    days = [moment.date() for moment in pairs["index_date"]]
    return lambda question: made[:, at[question]], lambda question: np.array(
        [is_covered(coverage, question, day) for day in days], dtype=np.bool_
    )
