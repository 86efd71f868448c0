"""The page of the mitigation menu: what each measure does to every gap, and to precision, calibration and lists."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from prevention_model.cards.measure import measure_blocks
from prevention_model.cards.mitigation_words import (
    LIST,
    by_figure,
    change_words,
    cut_words,
    end_of,
    hidden_groups,
    kept_words,
    named_group,
    plain_name,
    share_words,
)
from prevention_model.pages.change_charts import Change, changes_chart, points
from prevention_model.pages.document import (
    Block,
    Cell,
    Document,
    Paragraph,
    Picture,
    Section,
    Table,
    Tag,
    to_html,
)
from prevention_model.pages.words import percent, plain_date

MITIGATION_FILE = "mitigation.html"
_MISSED = "missed"
_SIGN_OFF = Tag("Legal sign-off before any use", "red")
_NO = Tag("No", "green")


def write_mitigation_page(folder: Path, run: Mapping[str, Any], menu: Mapping[str, Any]) -> Path:
    """Write mitigation.html and return its path. `run` says run_id, author, created and experiment; `menu` are the
    figures of the run's mitigation menu."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / MITIGATION_FILE
    path.write_text(to_html(mitigation_document(run, menu)), encoding="utf-8", newline="\n")
    return path


def mitigation_document(run: Mapping[str, Any], menu: Mapping[str, Any]) -> Document:
    """The page as a document, figures of small counts hidden."""
    group = plain_name(menu["group"])
    return Document(
        kind="Mitigation menu",
        title=f"What may be done about gaps by {group}, and its price: {menu['outcome_plain']}",
        lead="Each measure was tried on the children who judged in the audit, beside the model and the list of today. "
        "A measure may narrow one gap and widen another, and may find fewer in all. Which price is worth paying is for "
        "a board to say. Nothing here was applied to any list.",
        tags=(Tag("Priced, not applied", "grey"),),
        sections=(
            Section("In short", _in_short(menu)),
            Section("Gap and price, beside each other", _beside_each_other(menu)),
            *(Section(each["title"], measure_blocks(each, menu)) for each in menu["measures"]),
            Section("How to read it", _how_to_read(menu)),
        ),
        foot=f"Run {run['run_id']} of {plain_name(run['experiment'])}, made on "
        f"{plain_date(date.fromisoformat(run['created']))} by {run['author']}. Figures that would count five children "
        'or fewer are shown as "c". Nothing here is about a person.',
    )


def _in_short(menu: Mapping[str, Any]) -> tuple[Block, ...]:
    needs = Table(
        "What each measure needs",
        ("Measure", "Reads the trait to fit", "Reads the trait of who is scored", "Legal sign-off"),
        tuple(
            (
                each["title"],
                "Yes" if each["trait_to_fit"] else "No",
                Tag("Yes", "red") if each["trait_at_scoring"] else _NO,
                _SIGN_OFF if each["sign_off"] else "No",
            )
            for each in menu["measures"]
        ),
    )
    tried = _tried(menu)
    blocks: list[Block] = [needs]
    if tried:
        blocks.append(_prices(menu))
    if tried and (worst := _worst(tried[0], menu)):
        blocks.append(
            Paragraph(
                f"The group missed most is {named_group(worst)}, among {cut_words(worst['cut'])}. A gap is the share "
                "missed in the group less that among all others, in points of per cent."
            )
        )
    return tuple(blocks)


def _prices(menu: Mapping[str, Any]) -> Table:
    """Today, and then each measure with its changes."""
    first = _tried(menu)[0]
    worst, precision = _worst(first, menu), by_figure(first)["precision"]
    families = first["families"]["today"]
    gap = points(worst["gap_today"]) if worst else "too few"
    rows: list[tuple[Cell, ...]] = [
        ("Today", gap, "", share_words(precision["today"]), "", f"{families:,}"),
    ]
    for each in menu["measures"]:
        if each["why_not"]:
            rows.append((each["title"], "not tried", "", "", "", ""))
            continue
        worst, precision = _worst(each, menu), by_figure(each)["precision"]
        rows.append(
            (
                each["title"],
                points(worst["gap_with"]) if worst else "too few",
                change_words(worst, points) if worst else "",
                share_words(precision["with"]),
                change_words(precision, points),
                kept_words(each["families"]),
            )
        )
    columns = (
        "Measure",
        "Gap of the group missed most",
        "Change (95% interval)",
        "Precision of the list",
        "Change (95% interval)",
        "Families of today's list that stay",
    )
    return Table("Gap and price", columns, tuple(rows), (1, 2, 3, 4, 5))


def _beside_each_other(menu: Mapping[str, Any]) -> tuple[Block, ...]:
    tried = _tried(menu)
    if not tried:
        return (Paragraph("No measure could be tried."),)
    worst = [(each, _worst(each, menu)) for each in tried]
    gaps = [
        Change(each["title"], row["change"], end_of(row["lower"]), end_of(row["upper"]))
        if row and row["change"] == row["change"]
        else Change(each["title"], None)
        for each, row in worst
    ]
    prices = [_change(each["title"], by_figure(each)["precision"]) for each in tried]
    charts = (
        (
            gaps,
            "Change of the gap of the group missed most",
            "Left of the dashed line the gap is smaller than today, right of it larger.",
            "gap_change",
        ),
        (
            prices,
            "Change of the precision of the list",
            "Left of the dashed line fewer of the families listed are ones to whom it happens, right of it more.",
            "precision_change",
        ),
    )
    return tuple(
        block
        for changes, title, words, name in charts
        for block in (
            Paragraph(f"{title}. {words}"),
            Picture(
                changes_chart(
                    changes,
                    title=title,
                    quantity="Change, in points of per cent",
                    description="A dot for each measure, with its 95% interval, and a dashed line at no change.",
                    name=name,
                )
            ),
        )
    )


def _how_to_read(menu: Mapping[str, Any]) -> tuple[Block, ...]:
    together = (
        "Several outcomes rank together; the lists here are by this one alone."
        if menu["several_rank"]
        else ""
    )
    return (
        Paragraph(
            f"{menu['rows']:,} rows of children at a date judged, {percent(menu['families_that_judge'])} of all "
            f"families, and it happened {menu['onsets']:,} times. Places are cut to that share.{together}"
        ),
        Paragraph(
            f"Intervals are from {menu['resamples']} draws of whole families, the same draws today and with the "
            "measure, so that what both share falls out. Each holds for itself: of a hundred changes that are none, "
            'about five look like one. "Smaller" and "larger" stand where an interval leaves no change out.'
        ),
        Paragraph(
            "A gap can close because a group is found more often, or because the others are found less. Which it was "
            "shows in the share listed of all to whom it happened."
        ),
    )


def _tried(menu: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in menu["measures"] if not each["why_not"]]


def _worst(each: Mapping[str, Any], menu: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The group of the trait that is missed most today beside all others, by the wider cut: the same for each."""
    rows = [
        row
        for row in each["groups"]
        if row["grouping"] == menu["group"] and row["rate"] == _MISSED and row["cut"] != LIST
    ]
    hidden = hidden_groups(rows)
    shown = [
        row for row in rows if row["enough"] and (row["rate"], row["grouping"], row["group"]) not in hidden
    ]
    return max(shown, key=lambda row: row["gap_today"], default=None)


def _change(label: str, row: Mapping[str, Any]) -> Change:
    known = row["change"] == row["change"]
    return (
        Change(label, row["change"], end_of(row["lower"]), end_of(row["upper"]))
        if known
        else Change(label, None)
    )
