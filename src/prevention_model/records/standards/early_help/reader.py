"""The reader of early help's extract: trackers have a column for each need, which become lists of needs."""

import re
from pathlib import Path

import numpy as np
import pyarrow as pa

from prevention_model.records.cells import truth_in
from prevention_model.records.standards.module import CODES
from prevention_model.records.standards.standard import Part, Return, Standard

_NEED = re.compile(
    r"(?:need|headline outcome|outcome|sf outcome|sf)\b[ :.-]*(?P<what>.+?)"
    r"(?P<when>(?: at)? (?:start|open|opening|close|closure|end))?"
)
_LISTS = {"start": "needs", "close": "needs_at_close"}


def flag_column(name: str) -> tuple[str, str] | None:
    """Which need a column is about, and whether at the start or at the close; None for any other column.

    >>> flag_column("need_1_education"), flag_column("Outcome 9 at close"), flag_column("need")
    (('education', 'start'), ('housing', 'close'), None)
    """
    found = _NEED.fullmatch(name.replace("_", " ").casefold().strip())
    if found is None:
        return None
    what = found["what"].strip(" :.-")
    bare = re.sub(r"^0?(\d+)[ :.-]+", "", what)
    code = CODES["headline_need"].get(bare) or CODES["headline_need"].get(what.lstrip("0"))
    late = found["when"] is not None and found["when"].split()[-1] in ("close", "closure", "end")
    return (code, "close" if late else "start") if code else None


def prepare(delivered: Return) -> Return:
    """The tables, with the needs that have a column each gathered into one list at the start and one at the close."""
    return delivered.changed(_gathered)


def _gathered(part: Part) -> Part:
    told = {name: flag_column(name) for name in part.table.names if name not in part.module.declared}
    made = part
    for when, column in _LISTS.items():
        flags = [(name, one[0]) for name, one in told.items() if one is not None and one[1] == when]
        if flags and column in part.module.declared:
            own = part.table.column(column)
            listed = own.values().fillna("").to_numpy(dtype=object)
            for name, need in flags:
                listed = listed + np.where(_says_yes(part, name), f"\x1f{need}", "")
            made = made.with_columns({column: pa.array(listed, pa.string())})
    return made


def _says_yes(part: Part, name: str) -> np.ndarray:
    held = part.table.column(name)
    yes, _ = truth_in(held.texts)
    # A cross in a box is a yes.
    crossed = np.array([text.casefold() == "x" for text in held.texts], dtype=bool)
    return held.spread(yes | crossed, False)


STANDARD = Standard.shipped(Path(__file__).parent, prepare=prepare)
