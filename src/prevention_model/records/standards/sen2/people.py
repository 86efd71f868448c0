"""Whose a row of SEN2 is: in XML by the elements around it, in CSV by keys from table to table."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from prevention_model.records.cells import identifiers_in
from prevention_model.records.standards.standard import Part, Return
from prevention_model.records.standards.texts import NOBODY, at, either, stacked, texts_by, together
from prevention_model.records.text_table import TextColumn, fold

_ABOVE = {
    "requests": ("person",),
    "assessment": ("requests", "person"),
    "named_plan": ("assessment", "requests", "person"),
    "plan_detail": ("named_plan", "assessment", "requests", "person"),
    "active_plans": ("requests", "person"),
    "placement_detail": ("active_plans", "requests", "person"),
    "sen_need": ("active_plans", "requests", "person"),
}
"""The tables that a row may name by key, the nearest first; each table stands below those that it names."""

_KEY = {"person": "persontableid", "requests": "requeststableid", "assessment": "assessmenttableid",
        "named_plan": "namedplantableid", "active_plans": "activeplanstableid"}  # fmt: skip
_TAKEN = ("_upn", "_uln", "_person", "_person in return")
_DOWN = ("receiveddate", "startdate")
"""Columns that rows take from the rows above them, besides the person."""


@dataclass(frozen=True)
class Rows:
    """All rows of one module: their keys, and the columns that others take from them."""

    key: TextColumn
    columns: dict[str, TextColumn]

    @classmethod
    def of(cls, parts: list[Part], key: str) -> "Rows":
        """The rows of some parts, one under another."""
        names = (*_TAKEN, *_DOWN)
        columns = {name: stacked([part.table.column(name) for part in parts]) for name in names}
        return cls(stacked([part.table.column(key) for part in parts]), columns)

    def found(self, key: TextColumn) -> np.ndarray:
        """For each key, the first row that has it; NOBODY where none has."""
        texts = pd.Series(self.key.texts[self.key.codes[~self.key.blank]], dtype="object").str.casefold()
        places = pd.Series(np.flatnonzero(~self.key.blank), index=texts.to_numpy())
        places = places[~places.index.duplicated()]
        wanted = pd.Series(key.texts, dtype="object").str.casefold()
        rows = places.reindex(wanted.to_numpy()).fillna(NOBODY).to_numpy(dtype=np.int64)
        return key.spread(rows, NOBODY)


def with_people(delivered: Return, last: date) -> Return:
    """The return with each row's person: UPN, ULN, what tells people apart in `unique`, a number in the return."""
    said = [_identified(part) for part in delivered.parts]
    numbers = _numbers(said)
    parts = [_numbered(part, numbers, last) for part in said]
    held: dict[str, Rows] = {}
    for module in ("person", *_ABOVE):
        above = [(name, held[name]) for name in _ABOVE.get(module, ())]
        if above:
            parts = [_from_above(part, above) if _is(part, module) else part for part in parts]
        if module in _KEY:
            held[module] = Rows.of([part for part in parts if _is(part, module)], _KEY[module])
    return replace(delivered, parts=tuple(parts))


def _is(part: Part, module: str) -> bool:
    return part.module.module == module


def _identified(part: Part) -> Part:
    """A part with what its own columns say of the person: UPN, else ULN, else names and date of birth."""
    table = part.table
    columns = {name: _cleaned(table.column(name)) for name in ("UPN", "UniqueLearnerNumber")}
    upn, uln = columns["UPN"], columns["UniqueLearnerNumber"]
    folded = [
        TextColumn(c.codes, _small(c.texts))
        for c in map(table.column, ("Surname", "Forename", "PersonBirthDate"))
    ]
    whole = np.logical_and.reduce([~column.blank for column in folded])
    named = together(folded)
    named = TextColumn(np.where(whole, named.codes, NOBODY), named.texts)
    key = table.column("PersonTableId") if _is(part, "person") else TextColumn.all_blank(len(table.rows))
    person = either(either(either(upn, uln), named), key)
    return part.with_columns({"_upn": _arrow(upn), "_uln": _arrow(uln), "_person": _arrow(person)})


def _numbers(parts: list[Part]) -> dict[str, int]:
    """A number for each person that the return names, in the order of its tables."""
    texts = [part.table.column("_person") for part in sorted(parts, key=lambda part: not _is(part, "person"))]
    named = [column.texts[np.unique(column.codes[~column.blank])] for column in texts]
    return {text: number for number, text in enumerate(dict.fromkeys(np.concatenate([*named, []])))}


def _numbered(part: Part, numbers: dict[str, int], last: date) -> Part:
    person = part.table.column("_person")
    texts = [f"{numbers.get(text)}, {last.isoformat()}" for text in person.texts]
    day = texts_by(np.zeros(len(part.table.rows), dtype=np.int32), [last.isoformat()])
    return part.with_columns({"_person in return": texts_by(person.codes, texts), "_return": day})


def _from_above(part: Part, above: list[tuple[str, Rows]]) -> Part:
    """A part whose rows take from the rows above them what they do not say themselves."""
    columns = {fold(name): part.table.column(name) for name in (*_TAKEN, *_DOWN)}
    for name, rows in above:
        key = part.table.column(_KEY[name])
        if key.blank.all():
            continue
        places = rows.found(key)
        for column, own in columns.items():
            columns[column] = either(own, at(rows.columns[column], places))
    lost = columns["_person"].blank
    made = part.with_columns({name: _arrow(column) for name, column in columns.items()})
    keys = [_KEY[name] for name, _ in above if part.table.has(_KEY[name])]
    return made.without(lost, "no_parent", ", ".join(keys))


def _cleaned(column: TextColumn) -> TextColumn:
    texts, nobody = identifiers_in(column.texts)
    codes = np.append(np.where(nobody, NOBODY, np.arange(len(texts))), NOBODY)[column.codes]
    return TextColumn(codes.astype(np.int32), texts)


def _small(texts: np.ndarray) -> np.ndarray:
    return pd.Series(texts, dtype="object").str.casefold().to_numpy(dtype=object)


def _arrow(column: TextColumn) -> pa.DictionaryArray:
    return texts_by(column.codes, column.texts)
