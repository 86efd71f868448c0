"""When each kind of row was being received: the coverage of a delivery, from the periods of its returns."""

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd

from prevention_model.records.extract import Extract, Period
from prevention_model.records.standards.standard import Standard

COLUMNS = ["source", "kind", "code", "from", "to"]
TABLES = ("event", "spell", "measurement", "attribute")


def coverage_of(
    extracts: Sequence[Extract], standard: Standard, source: str, stated: Period | None = None
) -> pd.DataFrame:
    """The coverage table of one source: source, kind, code, from, to.

    A kind was received in the periods of the returns that hold a module making it, with the columns for it,
    or for the whole `stated` time where the authority says so. A code that came later than its kind has rows of its
    own, from the day on which it began: before that its absence means nothing.
    """
    if stated is not None:
        spans = {kind: [(stated.start, stated.end)] for kind in standard.kinds()}
    else:
        spans = _spans(extracts, standard)
    rows: list[tuple[str, str, str | None, date, date]]
    rows = [(source, kind, None, start, end) for kind, some in spans.items() for start, end in some]
    for later in standard.settings.breaks:
        for start, end in spans.get(later.kind, ()):
            # An empty span is kept: it says that the code was never received.
            rows.append((source, later.kind, later.code, min(max(start, later.since), end), end))
    made = pd.DataFrame(rows, columns=COLUMNS)
    return made.astype({"source": "str", "kind": "str", "code": "str"}).assign(
        **{name: pd.to_datetime(made[name]) for name in ("from", "to")}
    )


def _spans(extracts: Sequence[Extract], standard: Standard) -> dict[str, list[tuple[date, date]]]:
    made_by = standard.made_by()
    spans: dict[str, list[tuple[date, date]]] = {}
    for kind, modules in made_by.items():
        periods = {
            extract.period
            for extract in extracts
            if extract.module in modules and extract.period is not None and _told(extract, kind, standard)
        }
        if periods:
            spans[kind] = joined((period.start, period.end) for period in periods)
    return spans


def _told(extract: Extract, kind: str, standard: Standard) -> bool:
    """Whether the table had the columns that the kind is read from; what is derived rests on the whole table."""
    return kind in standard.settings.derived or any(kind == known for known, _ in extract.known)


def joined(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Spans in order, joined where they touch or overlap.

    >>> joined([(date(2024, 4, 1), date(2025, 4, 1)), (date(2023, 4, 1), date(2024, 4, 1))])
    [(datetime.date(2023, 4, 1), datetime.date(2025, 4, 1))]
    """
    made: list[tuple[date, date]] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return made
