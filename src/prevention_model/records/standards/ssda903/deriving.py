"""Columns that the modules of a 903 return derive from their own, each with a word in the report."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.standards.ssda903.years import days_of
from prevention_model.records.standards.standard import Part

Formats = tuple[str, ...]

BAD_END = (
    "an end that is no possible day: the episode ends where the next begins, or with the year if care ended"
)
NO_END = "a reason for an end, but no end: not used"
PARTIAL = "only part of the date is known: the last day that it can be"
_PARTIAL = re.compile(r"zz[/.-](zz|0[1-9]|1[0-2])[/.-](zzzz|(?:19|20)\d\d)", re.IGNORECASE)
EARLIEST = np.datetime64("1900-01-01", "D")


def iso(days: np.ndarray) -> pa.Array:
    """Days as text, null where there is none.

    >>> iso(np.array(["2024-03-01", "NaT"], dtype="datetime64[D]")).to_pylist()
    ['2024-03-01', None]
    """
    return pa.array(np.datetime_as_string(days).astype(object), pa.string(), mask=np.isnat(days))


def noted(part: Part, where: np.ndarray, issue: str, column: str) -> Part:
    """The part with a word in its report on these rows."""
    if not where.any():
        return part
    rows = part.table.rows[where]
    notes = (*part.table.notes, (issue, column, len(rows), int(rows.min())))
    return replace(part, table=replace(part.table, notes=notes))


def _header(part: Part, formats: Formats) -> Part:
    upn = part.table.column("UPN")
    reasons = upn.spread(np.array([t.upper().startswith("UN") for t in upn.texts], dtype=bool), False)
    texts = pa.array(upn.values().astype("object"), pa.string(), from_pandas=True)
    birth = days_of(part, "MC_DOB", formats).astype("datetime64[M]")
    # The last day of the month: the day itself belongs to a child who is nobody's business here.
    month_end = (birth + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    return part.with_columns(
        {
            "UPN": pc.if_else(pa.array(reasons), pa.scalar(None, pa.string()), texts),
            "_UPN_UNKNOWN": pc.if_else(pa.array(reasons), texts, pa.scalar(None, pa.string())),
            "_BECAME_MOTHER": iso(month_end),
        }
    )


def _episodes(part: Part, formats: Formats) -> Part:
    """Ends that can be used; and of rows with one key, first the one that has an end: it is the later version."""
    start, end = days_of(part, "DECOM", formats), days_of(part, "DEC", formats)
    reason = part.table.column("REC")
    written = ~part.table.column("DEC").blank
    bad = written & (np.isnat(end) | (end < start) | (end < EARLIEST))
    goes_on = reason.spread(np.array([t[:2].upper() == "X1" for t in reason.texts], dtype=bool), True)
    year_end = np.datetime64(part.period.last, "D") if part.period else np.datetime64("NaT", "D")
    instead = _next_start(part, start)
    over = np.isnat(instead) & ~goes_on & (start <= year_end)
    end = np.where(bad, np.where(over, year_end, instead), end)
    open_ = np.isnat(end)
    made = noted(part, bad, BAD_END, "DEC")
    made = noted(made, open_ & ~reason.blank & ~bad, NO_END, "REC")
    ends = {"DEC": iso(end)}
    for column in ("REC", "REASON_PLACE_CHANGE"):
        texts = pa.array(part.table.column(column).values().astype("object"), pa.string(), from_pandas=True)
        ends[column] = pc.if_else(pa.array(open_), pa.scalar(None, pa.string()), texts)
    table = made.with_columns(ends).table
    ordered = table.taken(np.argsort(open_, kind="stable"))
    return replace(made, table=replace(ordered, malformed=table.malformed, notes=table.notes))


def _next_start(part: Part, start: np.ndarray) -> np.ndarray:
    """The first day of the same child's next episode in this table."""
    frame = pd.DataFrame({"child": part.table.column("CHILD").codes, "start": start.astype("datetime64[s]")})
    days = frame.drop_duplicates().sort_values(["child", "start"])
    days["next"] = days.groupby("child")["start"].shift(-1)
    return frame.merge(days, how="left", on=["child", "start"])["next"].to_numpy().astype("datetime64[D]")


def _uasc(part: Part, formats: Formats) -> Part:
    """A first day for want of a better one: that of the year, or the last where that comes before it."""
    first = np.datetime64(part.period.start if part.period else "NaT", "D")
    ends = days_of(part, "DUC", formats)
    return part.with_columns({"_RETURN_START": iso(np.where(ends < first, ends, first))})


def _oc3(part: Part, formats: Formats) -> Part:
    """Asked around the birthday that falls in the year; of those who turn 22 and more, with the return."""
    if part.period is None:
        return part
    born = days_of(part, "DOB", formats)
    years, months = born.astype("datetime64[Y]"), born.astype("datetime64[M]")
    year = np.datetime64(str(part.period.start.year), "Y")
    into_year, into_month = months - years.astype("datetime64[M]"), born - months.astype("datetime64[D]")
    this, next_ = (
        (y.astype("datetime64[M]") + into_year).astype("datetime64[D]") + into_month for y in (year, year + 1)
    )
    birthday = np.where(this < np.datetime64(part.period.start, "D"), next_, this)
    age = birthday.astype("datetime64[Y]").astype(np.int64) - years.astype(np.int64)
    last = np.datetime64(part.period.last, "D")
    asked = np.where(age >= 22, last, np.fmin(birthday, last))
    return part.with_columns({"_ASKED_ON": iso(np.where(np.isnat(born), np.datetime64("NaT", "D"), asked))})


def _prev_perm(part: Part, _: Formats) -> Part:
    held = part.table.column("DATE_PERM")
    whole = [last_day(text) for text in held.texts]
    partial = np.array([day != text for day, text in zip(whole, held.texts, strict=True)], dtype=bool)
    texts = held.spread(np.array(whole, dtype=object), "")
    made = noted(part, held.spread(partial, False), PARTIAL, "DATE_PERM")
    return made.with_columns({"DATE_PERM": pa.array(texts, pa.string())})


def last_day(text: str) -> str:
    """The last day that a date can be of which only the month or the year is known; other texts as they are.

    >>> last_day("zz/02/2020"), last_day("ZZ/zz/2021"), last_day("zz/zz/zzzz"), last_day("01/02/2020")
    ('2020-02-29', '2021-12-31', '', '01/02/2020')
    """
    found = _PARTIAL.fullmatch(text)
    if found is None:
        return text
    month, year = found.groups()
    if not year.isdigit():
        return ""
    after = np.datetime64(f"{year}-{month if month.isdigit() else '12'}", "M") + 1
    return str(after.astype("datetime64[D]") - np.timedelta64(1, "D"))


DERIVED: Mapping[str, Callable[[Part, Formats], Part]] = {
    "header": _header,
    "episodes": _episodes,
    "uasc": _uasc,
    "oc3": _oc3,
    "prev_perm": _prev_perm,
}
"""By module, what it derives."""
