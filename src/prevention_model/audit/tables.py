"""The shape of the evidence: which columns each table has, and a digest of what is in it."""

import hashlib
import json
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from prevention_model.errors import WrongUsage

Kind = str  # text | number | flag | date | whole

COLUMNS: Mapping[str, Mapping[str, Kind]] = {
    "predictions": {
        "person_id": "text",
        "family_id": "text",
        "zone": "text",
        "index_date": "date",
        "level": "number",
        "outcome": "number",
        "listed": "flag",
    },
    "single_feature": {"feature": "text", "auc": "number"},
    "refits": {
        "refit": "whole",
        "person_id": "text",
        "level": "number",
        "reasons": "text",
        "listed": "flag",
    },
    "stated": {
        "person_id": "text",
        "kind": "text",
        "theme": "text",
        "feature": "text",
        "text": "text",
        "reader_may_see": "flag",
    },
    "deletions": {"kind": "text", "before": "number", "after": "number", "other": "number"},
    "counterfactuals": {"change": "text", "before": "number", "after": "number"},
    "cuts": {"zone": "text", "index_date": "date", "places": "whole", "by_tie": "whole"},
    "drift": {"feature": "text", "shift": "number", "weight": "number"},
    "proxies": {"trait": "text", "group": "text", "feature": "text", "auc": "number"},
    "features": {
        "name": "text",
        "theme": "text",
        "agency": "text",
        "polarity": "text",
        "purpose": "text",
        "sentence": "text",
        "lookback": "text",
    },
}
OPTIONAL: Mapping[str, Mapping[str, Kind]] = {
    "predictions": {
        "listed_alone": "flag",
        "contacts": "number",
        "covered": "number",
        "link_certainty": "number",
    },
    "single_feature": {"flagged": "number", "precision": "number"},
    "refits": {"family_id": "text", "drawn": "text"},
    "proxies": {"lower": "number", "upper": "number"},
}
MAY_BE_MISSING = {
    ("predictions", "outcome"),
    ("predictions", "contacts"),
    ("single_feature", "auc"),
    ("single_feature", "precision"),
    ("deletions", "other"),
    ("proxies", "auc"),
    ("proxies", "lower"),
    ("proxies", "upper"),
}
MAY_BE_BLANK = {
    ("features", "purpose"),
    ("features", "sentence"),
    ("features", "agency"),
    ("refits", "reasons"),
}
RIVAL = "rival:"
LISTED_BY = "listed_by:"


def shaped(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A copy of `frame` with the declared columns in the declared types, and a plain row index.

    Raises WrongUsage when a column is missing or unknown, or holds what it cannot hold.
    """
    wanted = dict(COLUMNS[table])
    wanted |= {name: kind for name, kind in OPTIONAL.get(table, {}).items() if name in frame.columns}
    if table == "predictions":
        wanted |= {str(name): "number" for name in frame.columns if str(name).startswith(RIVAL)}
        wanted |= {str(name): "flag" for name in frame.columns if str(name).startswith(LISTED_BY)}
    missing = [name for name in wanted if name not in frame.columns]
    unknown = [str(name) for name in frame.columns if name not in wanted]
    if missing or unknown:
        said = [f"missing: {', '.join(missing)}"] * bool(missing) + [f"unknown: {', '.join(unknown)}"] * bool(
            unknown
        )
        raise WrongUsage(
            f"The evidence table has the wrong columns ({'; '.join(said)}).",
            where=table,
            todo=f"It needs {', '.join(COLUMNS[table])}.",
        )
    columns = {name: _typed(table, name, kind, frame[name]) for name, kind in wanted.items()}
    return pd.DataFrame(columns).reset_index(drop=True)


def empty(table: str) -> pd.DataFrame:
    """The table without rows.

    >>> len(empty("refits")), "reasons" in empty("refits")
    (0, True)
    """
    types = {"text": "str", "number": "float64", "flag": "bool", "date": "datetime64[s]", "whole": "int64"}
    return pd.DataFrame({name: pd.Series(dtype=types[kind]) for name, kind in COLUMNS[table].items()})


def text_frame(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A copy of `frame` with every column as text. Raises WrongUsage when a value is missing."""
    columns = {str(name): _typed(table, str(name), "text", frame[name]) for name in frame.columns}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(frame)))


def _typed(table: str, name: str, kind: Kind, values: pd.Series) -> npt.NDArray | pd.Series:
    values = values.reset_index(drop=True)
    if (table, name) in MAY_BE_BLANK:
        values = values.fillna("")
    elif (table, name) not in MAY_BE_MISSING and values.isna().any():
        raise WrongUsage(
            f"{int(values.isna().sum())} values are missing.",
            where=f"{table}, {name}",
            todo='Use "Not recorded" for groups; leave rows without a value out of everything else.',
        )
    try:
        match kind:
            case "text":
                return values.astype("str")
            case "number":
                return values.to_numpy(dtype=np.float64, na_value=np.nan)
            case "whole":
                return values.to_numpy(dtype=np.int64)
            case "date":
                return pd.to_datetime(values).astype("datetime64[s]")
    except (TypeError, ValueError):
        raise WrongUsage(f"It does not hold a {kind} in every row.", where=f"{table}, {name}") from None
    if not values.isin([True, False]).all():
        raise WrongUsage("It does not hold true or false in every row.", where=f"{table}, {name}")
    return values.to_numpy(dtype=np.bool_)


def frame_digest(frame: pd.DataFrame) -> str:
    """SHA-256 over column names, types and values, whatever file format they were kept in.

    >>> a = pd.DataFrame({"x": [1.0, 2.0]})
    >>> frame_digest(a) == frame_digest(a.copy()), frame_digest(a) == frame_digest(a.iloc[::-1])
    (True, False)
    """
    total = hashlib.sha256()
    for name in frame.columns:
        total.update(json.dumps([str(name), len(frame)]).encode())
        total.update(_column_bytes(frame[name]))
    return total.hexdigest()


def _column_bytes(values: pd.Series) -> bytes:
    if pd.api.types.is_datetime64_any_dtype(values):
        return b"date" + values.to_numpy().astype("datetime64[s]").astype("<i8").tobytes()
    if pd.api.types.is_bool_dtype(values):
        return b"flag" + values.to_numpy(dtype=np.uint8).tobytes()
    if pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy(dtype="<f8") + 0.0  # one zero, not two
        numbers = np.where(np.isnan(numbers), np.nan, numbers)  # one way of missing
        return b"number" + numbers.tobytes()
    codes, words = pd.factorize(values)  # by first appearance: the same values give the same codes
    return b"text" + codes.astype("<i8").tobytes() + json.dumps([str(word) for word in words]).encode()
