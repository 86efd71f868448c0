"""The delivery report as a page: whole in itself, and readable by whoever has to write to the agency."""

from collections.abc import Hashable, Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from prevention_model.pages.document import (
    Bullets,
    Chart,
    Document,
    Figures,
    Paragraph,
    Picture,
    Section,
    Table,
    to_html,
)
from prevention_model.pages.svg import inline_svg, settings
from prevention_model.records.delivery import DeliveryReport
from prevention_model.records.piece import UNKNOWN

_LEAD = (
    "Every row of every file was either accepted or set aside, with the reason and its row number. Nothing on this "
    "page is about a person: it names files, columns and rows."
)

_UNMAPPED = (
    "A code that is in no list is kept as `unmapped`. What the cells hold is not on this page, since it is what people "
    "wrote: the delivery's `unmapped` table shows it to whoever may see the files."
)


def delivery_page(report: DeliveryReport, title: str = "Delivery report") -> str:
    """The report as one HTML page.

    >>> "Nothing was set aside." in delivery_page(DeliveryReport.of([]))
    True
    """
    total = report.files[["rows_in", "accepted", "set_aside", "replaced"]].sum().astype(int)
    figures = Figures(
        (
            (f"{len(report.files):,}", "tables"),
            (f"{total['rows_in']:,}", "rows in"),
            (f"{total['accepted']:,}", "accepted"),
            (f"{total['set_aside'] - total['replaced']:,}", "set aside"),
            (f"{total['replaced']:,}", "replaced by a later return"),
        )
    )
    sections = (
        Section("At a glance", (figures, _sources(report))),
        *_received(report),
        Section("Set aside", _set_aside(report)),
        *_replaced(report),
        Section("Kept, but worth asking about", _issues(report)),
        Section("Fields that nobody filled", _unfilled(report)),
        Section("When things became known", _known(report)),
        Section("File by file", (_files(report),)),
    )
    return to_html(Document("Delivery report", title, _LEAD, sections))


def _sources(report: DeliveryReport) -> Table:
    rows = tuple(
        (
            str(row["source"]),
            *(f"{row[name]:,}" for name in ("files", "rows_in", "accepted", "set_aside", "replaced")),
            _fresh(row["latest_event"], row["received"]),
        )
        for row in report.by_source().to_dict("records")
    )
    names = ("Source", "Tables", "Rows in", "Accepted", "Set aside", "Of these replaced", "How fresh")
    return Table("Each source, and how fresh it is", names, rows, numeric=(1, 2, 3, 4, 5))


def _fresh(latest: str, received: str) -> str:
    if not latest:
        return "nothing in it is dated"
    if not received:
        return f"latest event on {latest}"
    days = (pd.Timestamp(received) - pd.Timestamp(latest)).days
    return f"latest event on {latest}, {days:,} day{'' if days == 1 else 's'} before it was received"


def _received(report: DeliveryReport) -> tuple[Section, ...]:
    shares = report.calendar()
    if shares.empty:
        return ()
    words = Paragraph(
        "Outside the marked quarters the absence of a row means nothing: the source was not being received."
    )
    return (Section("When each source was received", (words, Picture(_calendar(shares)))),)


def _calendar(shares: pd.DataFrame) -> Chart:
    years = list(dict.fromkeys(str(name)[:4] for name in shares.columns))
    with settings():
        figure = Figure(figsize=(7.2, 0.8 + 0.3 * len(shares)), layout="constrained")
        axes = figure.add_subplot()
        for down, (_, row) in enumerate(shares.iterrows()):
            for across, share in enumerate(row):
                corner = (across + 0.08, down + 0.15)
                axes.add_patch(Rectangle(corner, 0.84, 0.7, facecolor="none", edgecolor="#b1b4b6"))
                if share > 0:
                    axes.add_patch(Rectangle(corner, 0.84 * share, 0.7, facecolor="#1d70b8"))
        axes.set(xlim=(0, shares.shape[1]), ylim=(len(shares), 0))
        axes.set_yticks([place + 0.5 for place in range(len(shares))], [str(name) for name in shares.index])
        axes.set_xticks([4 * place + 2 for place in range(len(years))], years)
        axes.tick_params(length=0)
        axes.grid(visible=False)
        title = "Quarters received, source by source"
        description = (
            "A box for each quarter, filled by the share of its days in which the source was received."
        )
        svg = inline_svg(figure, name="calendar", title=title, description=description)
    rows = tuple((str(source), *(_year(row, year) for year in years)) for source, row in shares.iterrows())
    return Chart(svg, title, description, ("Source", *years), rows)


def _year(row: pd.Series, year: str) -> str:
    some = [share for name, share in row.items() if str(name).startswith(year)]
    if all(share >= 1 for share in some):
        return "all"
    return "none" if not any(some) else "part"


def _set_aside(report: DeliveryReport) -> tuple[Table | Paragraph, ...]:
    reasons = report.reasons()
    if reasons.empty:
        return (Paragraph("Nothing was set aside."),)
    rows = tuple(
        (str(row["where"]), str(row["column"]), str(row["meaning"]), f"{row['rows']:,}", str(row["which"]))
        for row in reasons.to_dict("records")
    )
    names = ("Table", "Column", "Why", "Rows", "Which")
    return (Table("Rows set aside, by reason", names, rows, numeric=(3,)),)


def _replaced(report: DeliveryReport) -> tuple[Section, ...]:
    """What later returns hold too, where there is any."""
    rows = tuple(
        (r["where"], f"{r['rows']:,}", f"{r['files']:,}") for r in report.replaced().to_dict("records")
    )
    if not rows:
        return ()
    words = Paragraph("Returns overlap: of rows with the same key, the latest return's counts.")
    table = Table("Rows that a later return replaced", ("Table", "Rows", "Files"), rows, numeric=(1, 2))
    return (Section("Replaced by a later return", (words, table)),)


def _issues(report: DeliveryReport) -> tuple[Table | Paragraph, ...]:
    """What was odd, the most rows first, each oddity once with all the places where it was found."""
    if report.issues.empty:
        return (Paragraph("Nothing was odd about the rows that were kept."),)
    found = report.oddities()
    groups = [
        (int(some["rows"].sum()), str(issue), some) for issue, some in found.groupby("issue", sort=False)
    ]
    groups.sort(key=lambda one: (-one[0], one[1]))
    rows = tuple(
        (issue, f"{total:,}", "; ".join(_place(row) for row in some.to_dict("records")))
        for total, issue, some in groups
    )
    table = Table("Oddities in rows that were kept", ("What", "Rows", "Where"), rows, numeric=(1,))
    return (Paragraph(_UNMAPPED), table) if UNKNOWN in set(found["issue"]) else (table,)


def _place(row: Mapping[Hashable, object]) -> str:
    column = f", column {row['column']}" if row["column"] else ""
    return f"{row['where']}{column}: {row['which']}"


def _unfilled(report: DeliveryReport) -> tuple[Bullets | Paragraph, ...]:
    if report.unfilled.empty:
        return (Paragraph("Every field that is read was filled in some row."),)
    items = tuple(
        f"{source} {holds}".strip() + f": {', '.join(rows['column'])}"
        for (source, holds), rows in report.unfilled.groupby(["source", "holds"], sort=False)
    )
    return (Bullets(items),)


def _known(report: DeliveryReport) -> tuple[Table | Paragraph, ...]:
    if report.known.empty:
        return (Paragraph("Nothing in the delivery is dated."),)
    rows = tuple(
        (str(source), str(rule), ", ".join(some["what"]))
        for (source, rule), some in report.known.groupby(["source", "rule"], sort=False)
    )
    return (Table("From when on rows count as known", ("Source", "Known from", "What"), rows),)


def _files(report: DeliveryReport) -> Table:
    rows = tuple(
        (
            str(row["file"]),
            str(row["holds"]),
            str(row["covers"]),
            *(f"{row[name]:,}" for name in ("rows_in", "accepted", "set_aside", "replaced")),
        )
        for row in report.files.to_dict("records")
    )
    names = ("File", "Holds", "Covers", "Rows in", "Accepted", "Set aside", "Of these replaced")
    return Table("Every table of the delivery", names, rows, numeric=(3, 4, 5, 6))
