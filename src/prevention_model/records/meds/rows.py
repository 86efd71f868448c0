"""The rows of an export: what the canonical tables say, one thing about one person at one time each."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.meds.layout import BETWEEN, BIRTH, CORE, DEATH, OWN

When = Literal["known", "event"]
_NUMBER = r"^-?[0-9]{1,30}(\.[0-9]{1,30})?$"
_TYPES = {name: kind for name, kind in (CORE | OWN).items() if name != "subject_id"}


def meds_rows(frames: Mapping[str, pd.DataFrame], when: When) -> pa.Table:
    """Columns time, code, numeric_value and those of `OWN`, in the order of tables and rows.

    `time` is the day on which the authority could have known it ("known", but never before it happened), or the
    day on which it happened ("event"). A spell is two rows, its start and its end, so that a row about the
    start knows nothing of the end.
    """
    person, event, spell = frames["person"], frames["event"], frames["spell"]
    parts = [*_people(person), _points(event, "event"), *_spells(spell)]
    parts += [_points(frames["measurement"], "measurement"), _attributes(frames["attribute"])]
    made = pa.concat_tables(parts)
    day = made["event_date"].cast(CORE["time"])
    known = pc.max_element_wise(day, made["known_date"].cast(CORE["time"]), made["time"])
    return made.set_column(0, "time", known if when == "known" else day)


def _people(person: pd.DataFrame) -> list[pa.Table]:
    """Everybody is on record, whether or not anything else is known of them; then what is."""
    size = len(person)
    there = pa.repeat("person", size)
    parts = [_part(person, "person", code=there, kind=there)]
    adult = pc.cast(_array(person["is_adult"], pa.bool_()), pa.string())  # "true" and "false"
    said = {"sex": _text(person["sex"]), "ethnicity": _text(person["ethnicity"]), "is_adult": adult}
    for kind, words in said.items():
        kinds = pa.repeat(kind, size)
        made = _part(person, "person", code=_joined(kinds, words), kind=kinds, kind_code=words)
        parts.append(made.filter(pc.is_valid(made["kind_code"])))
    for code, kind in ((BIRTH, "birth_date"), (DEATH, "death_date")):
        codes, kinds = pa.repeat(code, size), pa.repeat(kind, size)
        made = _part(person, "person", code=codes, kind=kinds, event_date=person[kind])
        parts.append(made.filter(pc.is_valid(made["event_date"])))
    return parts


def _points(frame: pd.DataFrame, table: str) -> pa.Table:
    code = _joined(_text(frame["kind"]), _text(frame["code"]))
    said = {"kind_code": frame["code"], "numeric_value": frame["value"], "value": frame["value"]}
    return _part(
        frame, table, code=code, event_date=frame["event_date"], known_date=frame["known_date"], **said
    )


def _attributes(frame: pd.DataFrame) -> pa.Table:
    """A value that is a number is one; any other is a code."""
    value = _text(frame["value"])
    is_number = pc.match_substring_regex(value, _NUMBER)
    figures = pc.if_else(is_number, value, None).cast(pa.float64())
    words = pc.if_else(is_number, None, value)
    name = _text(frame["name"])
    return _part(
        frame, "attribute", code=_joined(name, words), kind=name, kind_code=value,
        numeric_value=figures, event_date=frame["event_date"], known_date=frame["known_date"],
    )  # fmt: skip


def _spells(frame: pd.DataFrame) -> list[pa.Table]:
    kind, code, outcome = _text(frame["kind"]), _text(frame["code"]), _text(frame["outcome"])
    start = _part(
        frame, "spell", code=_joined(_joined(kind, "start", "_"), code), kind_code=code,
        event_date=frame["start_date"], known_date=frame["known_start"],
    )  # fmt: skip
    end = _part(
        frame, "spell_end", code=_joined(_joined(kind, "end", "_"), outcome), kind_code=outcome,
        event_date=frame["end_date"], known_date=frame["known_end"],
        time=frame[["start_date", "known_start"]].max(axis=1),  # nobody knows of an end before the start
    )  # fmt: skip
    return [start, end.filter(pc.is_valid(end["event_date"]))]


def _joined(kind: pa.Array, code: pa.Array | str, between: str = BETWEEN) -> pa.Array:
    return pc.binary_join_element_wise(kind, code, between, null_handling="skip")


def _part(frame: pd.DataFrame, table: str, **said: object) -> pa.Table:
    """Rows of one table, each with its place there; what is not given is missing. `time` is the earliest allowed."""
    known: dict[str, object] = {
        **{name: frame[name] for name in OWN if name in frame and name != "value"},
        "table": pa.repeat(table, len(frame)),
        "position": np.arange(len(frame), dtype=np.int64),
        **said,
    }
    arrays = {
        name: _array(known[name], of) if name in known else pa.nulls(len(frame), of)
        for name, of in _TYPES.items()
    }
    return pa.table(arrays)


def _text(column: pd.Series) -> pa.Array:
    return _array(column, pa.string())


def _array(values: object, kind: pa.DataType) -> pa.Array:
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values.cast(kind)
    if isinstance(values, pd.Series) and isinstance(values.dtype, np.dtype) and values.dtype.kind == "M":
        return pa.array(values.to_numpy(), pa.timestamp("s")).cast(kind)
    if kind == pa.float32():
        # Beyond what 32 bits hold a figure is infinite, as the standard has it.
        return pa.array(values, pa.float64(), from_pandas=True).cast(kind, safe=False)
    return pa.array(values, kind, from_pandas=True)
