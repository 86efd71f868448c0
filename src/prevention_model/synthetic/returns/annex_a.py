"""Ofsted's Annex A: one workbook with a sheet a list, as things stood on the last day."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import Workbook

from prevention_model.synthetic.calendar import END
from prevention_model.synthetic.care import Care
from prevention_model.synthetic.casework import Casework
from prevention_model.synthetic.mentions import FIRST_ROW, Mentions
from prevention_model.synthetic.returns.annex_lists import List, annex_lists
from prevention_model.synthetic.returns.delivery import Return
from prevention_model.synthetic.world import World

_BASIS = "Legal obligation, Article 6(1)(c); Education and Inspections Act 2006 section 140"
_STAMP = (2025, 4, 1, 0, 0, 0)
_NAME = f"Annex_A_{date.fromordinal(END.toordinal() - 1).isoformat()}.xlsx"


def annex_a(world: World, work: Casework, care: Care) -> Return:
    """The workbook of the last day."""

    def write(out: Path, mentions: Mentions) -> int:
        path = out / "files" / "annex_a" / _NAME
        path.parent.mkdir(parents=True, exist_ok=True)
        lists = annex_lists(world, work, care)
        path.write_bytes(_workbook(lists))
        for number, each in enumerate(lists, start=1):
            file = f"{path.relative_to(out).as_posix()}: sheet List {number}"
            mentions.note("annex_a", file, np.arange(len(each.person)) + FIRST_ROW, each.person)
        return sum(len(each.person) for each in lists)

    return Return(
        "annex_a", "files/annex_a/*.xlsx", _BASIS, write, since=date.fromordinal(END.toordinal() - 1)
    )


def _workbook(lists: Sequence[List]) -> bytes:
    """The lists as a workbook. Two made from the same lists are the same to the byte."""
    book = Workbook(write_only=True)
    for number, each in enumerate(lists, start=1):
        sheet = book.create_sheet(f"List {number}")
        sheet.append(list(each.columns))
        for row in zip(*(_cells(values) for values in each.columns.values()), strict=True):
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return _settled(made.getvalue())


def _cells(values: Any) -> list[Any]:
    """Python values for the cells of a column: days as dates, texts, numbers; None is an empty cell."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iu":
        return [int(value) for value in values]
    if isinstance(values, np.ndarray):
        days = values.astype("datetime64[s]").astype(object)
        return [value if isinstance(value, datetime) else None for value in days]
    return list(values.to_pylist())


def _settled(content: bytes) -> bytes:
    """The same workbook without the hour at which it was made."""
    stamp = datetime(*_STAMP[:3]).isoformat() + "Z"
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for name in made.namelist():
            part = made.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>" + stamp.encode(), part)
            kept.writestr(zipfile.ZipInfo(name, _STAMP), part, zipfile.ZIP_DEFLATED)
    return sink.getvalue()
