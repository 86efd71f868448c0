"""The canonical tables, compiled from the Table Schema files in `data_schemas/`."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

from prevention_model.errors import RecordsRefused, listed
from prevention_model.settings.base import read_yaml
from prevention_model.settings.shipped import shipped

TABLES = (
    "person",
    "relationship",
    "household",
    "place",
    "event",
    "spell",
    "measurement",
    "attribute",
    "coverage",
)

_DTYPES = {
    "string": "str",
    "date": "datetime64[s]",
    "number": "float64",
    "boolean": "boolean",
    "integer": "Int64",
}

_SAID = {
    "string": "text",
    "date": "a date (year-month-day)",
    "number": "a number",
    "boolean": "true or false",
    "integer": "a whole number",
}


@dataclass(frozen=True)
class Column:
    """One column of a canonical table. `type` is a Table Schema type: string, date, number, boolean, integer."""

    name: str
    type: str
    description: str
    required: bool

    @property
    def dtype(self) -> str:
        """The pandas dtype that holds this column.

        >>> Column("known_date", "date", "When it could first be known", True).dtype
        'datetime64[s]'
        """
        return _DTYPES[self.type]


@dataclass(frozen=True)
class Table:
    """A canonical table: its name, what a row is, and its columns in order."""

    name: str
    description: str
    columns: tuple[Column, ...]

    def empty(self) -> pd.DataFrame:
        """A frame of this table with no rows and the right types.

        >>> list(SCHEMAS["coverage"].empty().columns)
        ['source', 'kind', 'code', 'from', 'to']
        """
        return _without_rows(self.columns).copy(deep=False)

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`frame` with this table's columns, order and types; optional columns that are absent become missing.

        Columns that the table does not have are left out. Raises RecordsRefused naming every mandatory
        column that is absent or empty in a row, and every column that is not of its type.
        """
        again = frame.columns.duplicated()
        faults = [f"column {name} stands twice" for name in frame.columns[again].unique()]
        frame = frame.loc[:, ~again] if again.any() else frame
        made: dict[str, ExtensionArray] = {}
        for column in self.columns:
            if column.name not in frame.columns:
                if column.required:
                    faults.append(f"mandatory column {column.name} is absent")
                made[column.name] = _missing(column.dtype, len(frame))
                continue
            try:
                made[column.name] = _typed(frame[column.name], column).array
            except (ValueError, TypeError):
                faults.append(f"column {column.name} does not hold {_SAID[column.type]} in every row")
                continue
            if column.required and (empty := np.asarray(made[column.name].isna())).any():
                faults.append(f"mandatory column {column.name} is empty (first at row {empty.argmax()})")
        if faults:
            raise RecordsRefused(
                f"The table {self.name} cannot be used: {listed(faults)}.",
                where=f"table {self.name}",
                todo=f"Give it the columns of data_schemas/{self.name}.yaml.",
            )
        # From arrays: each series would be put in line with the index of the others first.
        return pd.DataFrame(made, index=pd.RangeIndex(len(frame)))


def _missing(dtype: str, rows: int) -> ExtensionArray:
    if dtype == "str":
        return pa.nulls(rows, pa.large_string()).to_pandas().astype("str").array
    return pd.Series(None, index=range(rows), dtype=dtype).array


@cache
def _without_rows(columns: tuple[Column, ...]) -> pd.DataFrame:
    # Most tables of small records are empty: copying one takes a tenth of the time of making it.
    return pd.DataFrame({column.name: pd.Series([], dtype=column.dtype) for column in columns})


def _typed(values: pd.Series, column: Column) -> pd.Series:
    """The values in the column's type. Raises ValueError or TypeError where one is not of it."""
    if str(values.dtype) == column.dtype:
        return values.dt.normalize() if column.type == "date" else values
    if column.type == "date":
        return _dates(values)
    if column.type == "string":
        return _texts(values)
    if column.type == "boolean":
        return values.astype("boolean")
    return values.astype("Int64") if column.type == "integer" else values.astype("float64")


def _texts(values: pd.Series) -> pd.Series:
    held = values.astype("object")
    if pd.api.types.infer_dtype(held, skipna=True) not in ("string", "empty"):
        held = held.map(lambda v: v if pd.isna(v) else str(v))
    return held.astype("str")


def _dates(values: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values) and values.notna().any():
        raise TypeError("a number is no date")
    if not pd.api.types.is_datetime64_any_dtype(values):
        # Only year-month-day: of 03/04/2024 nobody can say which month it is.
        values = pd.to_datetime(values.astype("object"), format="ISO8601")
    if getattr(values.dtype, "tz", None) is not None:
        raise TypeError("a day has no time zone")
    return values.dt.normalize().astype("datetime64[s]")


def _compile(name: str) -> Table:
    content: dict[str, Any] = read_yaml(shipped("data_schemas") / f"{name}.yaml")
    columns = tuple(
        Column(f["name"], f["type"], f["description"], bool(f.get("constraints", {}).get("required")))
        for f in content["fields"]
    )
    return Table(content["name"], content["description"], columns)


SCHEMAS: dict[str, Table] = {name: _compile(name) for name in TABLES}
"""The nine canonical tables by name."""
