"""One measure of the mitigation menu on its page: what it is, what the law asks, its price, and every gap."""

from collections.abc import Mapping, Sequence
from typing import Any

from prevention_model.cards.mitigation_words import (
    SHARES,
    area_words,
    by_figure,
    change_words,
    cut_words,
    gap_words,
    hidden_groups,
    if_known,
    interval_words,
    number_words,
    plain_name,
    share_words,
    signed,
)
from prevention_model.disclosure import is_small
from prevention_model.pages.change_charts import points
from prevention_model.pages.document import Block, Cell, Facts, Inset, Paragraph, Table
from prevention_model.pages.words import joined, number, percent, plural

_FIGURES = {
    "precision": "Of the families listed, the share to whom it then happened",
    "recall": "Of those to whom it happened, the share listed",
    "average_precision": "Average precision of the ranking",
    "auc": "AUC of the ranking",
    "calibration_slope": "Calibration slope (1 is exact)",
    "observed_expected": "Happened, for one that levels expect",
}
_RATES = {
    "missed": "Missed",
    "for nothing": "Chosen for nothing",
    "chosen": "Chosen",
}
_LEVELS = "observed over expected"


def measure_blocks(each: Mapping[str, Any], menu: Mapping[str, Any]) -> tuple[Block, ...]:
    """What a measure is, needs and costs, its figures of all children, and what it does to every gap."""
    blocks: list[Block] = [Paragraph(each["what"])]
    if each["sign_off"]:
        blocks.append(
            Inset(
                "Needs legal sign-off before any use. It is priced here, and no command applies it.",
                strong=True,
            )
        )
    blocks.append(
        Facts(
            (
                ("Source", each["source"]),
                ("What it costs", each["costs"]),
                ("What the law asks", each["law"]),
                ("Reads the trait when the model is fitted", "Yes" if each["trait_to_fit"] else "No"),
                ("Reads the trait of who is scored", "Yes" if each["trait_at_scoring"] else "No"),
            )
        )
    )
    if each["why_not"]:
        return (*blocks, Inset(f"Not tried. {each['why_not']}"))
    return (*blocks, *_said(each), _whole_table(each), *_group_tables(each, menu))


def _said(each: Mapping[str, Any]) -> tuple[Block, ...]:
    """What there is to say of how a measure was made."""
    said = each["said"]
    match each["name"]:
        case "reweighing":
            weights = f"{number(said['least_weight'])} to {number(said['most_weight'])}"
            return (Paragraph(f"Weights run from {weights}, on {plural(said['rows'], 'row')}."),)
        case "reductions":
            return (_of_reductions(each),)
        case "recalibration":
            return (
                Paragraph(
                    f"The line has {plural(said['bends'], 'bend')}, learnt from {plural(said['rows'], 'row')} of the "
                    "calibration period."
                ),
            )
        case "without_proxies":
            return _of_proxies(said)
        case "capacity_by_share_found" | "capacity_by_onsets":
            return (_of_places(said),)
    return ()


def _of_reductions(each: Mapping[str, Any]) -> Paragraph:
    said, beside = each["said"], {row["figure"]: row for row in each["reference"]}
    alone = beside["average_precision"]
    return Paragraph(
        f"{plural(said['fits'], 'fit')} count in the mean, each from {said['rows']:,} of {said['of']:,} rows. As many "
        "rows and the same settings without any limit on gaps come to an average precision of "
        f"{number(alone['with'], 3)}, against {number(alone['today'], 3)} today: that part of the price is for fewer "
        "rows and coarser fits."
    )


def _of_proxies(said: Mapping[str, Any]) -> tuple[Block, ...]:
    left_out = joined([plain_name(name) for name in said["left_out"]])
    rows = tuple(
        (
            group,
            area_words(held),
            area_words(said["told_after"][group]) if group in said["told_after"] else "not known",
        )
        for group, held in said["told_before"].items()
    )
    return (
        Paragraph(f"Left out: {left_out}."),
        Table(
            "How well all features together tell a group from all others (AUC; 0.5 is a coin), with 95% intervals",
            ("Group", "All features", "Without those left out"),
            rows,
            (1, 2),
        ),
    )


def _of_places(said: Mapping[str, Any]) -> Table:
    rows = tuple(
        (
            zone,
            number(today),
            number(moved),
            percent(said["share_found"][zone][0], 1),
            percent(said["share_found"][zone][1], 1),
        )
        for zone, (today, moved) in said["places"].items()
    )
    columns = ("Zone", "Places today", "Places moved", "Expected share found today", "With places moved")
    return Table("Places of the lists that judge", columns, rows, (1, 2, 3, 4))


def _whole_table(each: Mapping[str, Any]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name, words in _FIGURES.items():
        row = by_figure(each)[name]
        show = share_words if name in SHARES else number_words
        change = points if name in SHARES else signed
        rows.append(
            (
                words,
                show(row["today"]),
                show(row["with"]),
                if_known(row["change"], change),
                interval_words(row, change),
            )
        )
    families = each["families"]
    rows.append(
        (
            "Families listed, at each date",
            number(families["today"]),
            number(families["with"]),
            f"{families['both']:,} of today's stay",
            "",
        )
    )
    columns = ("Of all children", "Today", "With it", "Change", "95% interval")
    return Table(f"Price: {each['title'][0].lower()}{each['title'][1:]}", columns, tuple(rows), (1, 2, 3, 4))


def _group_tables(each: Mapping[str, Any], menu: Mapping[str, Any]) -> tuple[Block, ...]:
    cuts = dict.fromkeys(row["cut"] for row in each["groups"] if row["rate"] in _RATES)
    blocks: list[Block] = []
    for cut in cuts:
        rows = [row for row in each["groups"] if row["cut"] == cut]
        if all(row["change"] == 0 or row["change"] != row["change"] for row in rows):
            blocks.append(Paragraph(f"Among {cut_words(cut)} no gap changes."))
            continue
        blocks.append(
            _rate_table(f"Gaps among {cut_words(cut)}, in points of per cent", rows, _RATES, menu["group"])
        )
    levels = [row for row in each["groups"] if row["rate"] == _LEVELS]
    if all(row["change"] == 0 for row in levels):
        return (*blocks, Paragraph("No level changes."))
    return (*blocks, _level_table(levels, menu["group"]))


def _rate_table(
    caption: str, rows: Sequence[Mapping[str, Any]], rates: Mapping[str, str], first: str
) -> Table:
    hidden = hidden_groups(rows)
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in _ordered(rows, first):
        place = row["grouping"], row["group"]
        cells.setdefault(place, {})[row["rate"]] = (
            "too few" if not row["enough"] else "c" if (row["rate"], *place) in hidden else gap_words(row)
        )
    return Table(
        caption,
        ("Group", *rates.values()),
        tuple(
            (f"{plain_name(grouping)}: {group}", *(found.get(rate, "") for rate in rates))
            for (grouping, group), found in cells.items()
        ),
    )


def _level_table(rows: Sequence[Mapping[str, Any]], first: str) -> Table:
    shown = tuple(
        (
            f"{plain_name(row['grouping'])}: {row['group']}",
            "too few"
            if not row["enough"] or is_small(row["fewest"])
            else f"from {number(row['value_today'])} to {number(row['value_with'])}: {change_words(row, signed)}",
        )
        for row in _ordered(rows, first)
    )
    return Table("Levels by group", ("Group", "Happened, for one that levels expect"), shown)


def _ordered(rows: Sequence[Mapping[str, Any]], first: str) -> list[Mapping[str, Any]]:
    """The group that the menu is about comes first."""
    return sorted(rows, key=lambda row: row["grouping"] != first)
