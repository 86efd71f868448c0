"""Point values of rates by group, from fairlearn's `MetricFrame`: the only file of the audit that imports it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate, selection_rate
from sklearn.metrics import precision_score

from prevention_model.audit.gaps import FEW
from prevention_model.audit.grouping import Grouping, Known


def point_rates(
    happened: npt.ArrayLike,
    chosen: npt.ArrayLike,
    group: npt.ArrayLike,
    wanted: Sequence[str] = ("chosen", "missed", "false_alarms", "in_vain"),
) -> pd.DataFrame:
    """By group (index, sorted): `chosen` (share chosen), `missed` (of those to whom it happened, the share
    not chosen), `false_alarms` (of those to whom it did not, the share chosen), `in_vain` (of those chosen,
    the share to whom it did not happen). NaN where a share has nothing below its line.

    >>> point_rates([1, 0, 1, 0], [True, True, False, False], ["a", "a", "b", "b"])["missed"].to_dict()
    {'a': 0.0, 'b': 1.0}
    """
    codes, labels = pd.factorize(np.asarray(group, dtype=object), sort=True)
    return _point_rates(np.asarray(happened), np.asarray(chosen), codes, [str(x) for x in labels], wanted)


def _point_rates(
    happened: npt.NDArray,
    chosen: npt.NDArray,
    codes: npt.NDArray[np.intp],
    labels: Sequence[str],
    wanted: Sequence[str],
) -> pd.DataFrame:
    # Equal rows are counted once and weighted: the same values as row by row, a hundred times as fast.
    counts = np.bincount(
        codes * 4 + happened.astype(np.intp) * 2 + chosen.astype(np.intp), minlength=4 * len(labels)
    )
    at = np.flatnonzero(counts)
    cells = pd.DataFrame(
        {
            "group": np.asarray(labels, dtype=object)[at // 4],
            "happened": at // 2 % 2,
            "chosen": at % 2,
            "n": counts[at],
        }
    )
    metrics = {name: _METRICS[name] for name in wanted}
    frame = MetricFrame(
        metrics=metrics,
        y_true=cells["happened"].to_numpy(),
        y_pred=cells["chosen"].to_numpy(),
        sensitive_features=cells["group"],
        sample_params={name: {"sample_weight": cells["n"].to_numpy()} for name in metrics},
    ).by_group
    # fairlearn says 0 where there was nobody to miss; that is not known, not good.
    seen = cells.groupby("group")["happened"].agg(["min", "max"])
    undefined = {"missed": seen["max"] == 0, "false_alarms": seen["min"] == 1}
    for name in set(undefined) & set(wanted):
        frame.loc[undefined[name], name] = np.nan
    return frame.astype("float64")


def rates_by_label(
    happened: npt.NDArray, chosen: npt.NDArray, grouping: Grouping, name: str
) -> npt.NDArray[np.float64]:
    """One rate of `point_rates` for each label of a grouping, in their order."""
    found = _point_rates(happened, chosen, grouping.codes, grouping.labels, (name,))[name]
    return found.reindex(list(grouping.labels)).to_numpy()


def with_point_values(
    rows: Sequence[dict[str, Any]],
    known: Known,
    cuts: Mapping[str, npt.NDArray[np.bool_]],
    found: Sequence[Grouping],
    name: str,
) -> None:
    """Put fairlearn's value of the rate `name` into each row of `rate_gaps` whose group was assessed.

    Groups too few to assess keep the plain share: fairlearn takes milliseconds for each group.
    """
    assessed: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if row["judged"] != FEW:
            assessed.setdefault((row["cut"], row["grouping"]), []).append(row)
    by_name = {grouping.name: grouping for grouping in found}
    for (cut, grouping), these in assessed.items():
        codes, labels = by_name[grouping].codes, by_name[grouping].labels
        keep = np.isin(np.asarray(labels), [row["group"] for row in these])[codes]
        values = _point_rates(known.happened[keep], cuts[cut][keep], codes[keep], labels, (name,))[name]
        for row in these:
            row["value"] = float(values[row["group"]])


def _in_vain(truth: npt.NDArray, picked: npt.NDArray, sample_weight: npt.NDArray) -> float:
    precision = precision_score(truth, picked, sample_weight=sample_weight, zero_division=np.nan)
    return 1.0 - float(precision)


_METRICS: Mapping[str, Callable] = {
    "chosen": selection_rate,
    "missed": false_negative_rate,
    "false_alarms": false_positive_rate,
    "in_vain": _in_vain,
}
