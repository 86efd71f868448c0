"""What of a card's facts may be published: every count of the card looked at together, and against earlier releases."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from prevention_model.cards.counted import Counted, counted, population_of
from prevention_model.cards.facts import CardFacts, plain
from prevention_model.disclosure import (
    DFE,
    Cell,
    Pack,
    ReleaseLog,
    is_small,
    protect_pack,
    protect_share,
    rounded,
    without_small,
)

CARD_SHAPE = "1"
"""Goes up when the JSON of a card changes its shape."""
_COARSE = 0.05
"""Headline shares whose counts are hidden are rounded to twentieths: the words "of 20" need no more."""
_COARSE_BASE = 100
"""A twentieth of fewer than these would still tell a count to within the protection range."""
_OF_AN_OUTCOME = frozenset({"happened", "listed", "tenth"})
"""Ways of dividing children that are of one outcome, so that the same name is not the same children for another."""
_NOT_FOR_PRINT = ("different_", "found")


@dataclass(frozen=True, kw_only=True)
class PublicFacts(CardFacts):
    """The facts of a card after disclosure control: what must not be printed is None.

    `hidden` names each cell that is not printed, with its reason; `cells` is what is printed of every cell, for the log
    of releases. Only `publish` makes one.
    """

    hidden: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    cells: Mapping[Cell, int | None] = field(default_factory=dict, repr=False)

    def to_json(self) -> str:
        """The card as JSON (schema in data_schemas/model_card.schema.json): null is what is hidden or not known, and
        `hidden` tells which is which."""
        held = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "cells"}
        return json.dumps(plain({"card": CARD_SHAPE, **held}), indent=1, ensure_ascii=False) + "\n"


def publish(
    facts: CardFacts, log: ReleaseLog | None = None, beside: Sequence[PublicFacts] = ()
) -> PublicFacts:
    """The facts as they may be published, after all that `log` says was published before, and `beside` the cards of
    other outcomes.

    Counts of 1 to 5 are hidden, and every other number by which one of these could be worked out: from any table of the
    card, or from an earlier release. A share is shown where both of its counts are. Counts of records are rounded.
    """
    tables = counted(facts)
    pack = protect_pack(
        [each.table for each in tables],
        log.printed() if log else None,
        people={cell: n for each in tables for cell, n in each.people.items()},
        beside={cell: n for other in beside for cell, n in _as_of(facts, other).items()},
    )
    shown = _Shown(pack)
    named = {each.table.name: each for each in tables}
    changes: dict[str, Any] = {
        "frequencies": _frequencies(facts, shown, named),
        "missed": _missed(facts, shown, named),
        "precision": _precision(facts, shown, named),
        "groups": _groups(facts, shown, named),
        "splits": _happened(facts.splits, "splits", ("children", "with_outcome"), shown, named),
        "periods": _periods(facts, shown, named),
        "left_out": _left_out(facts, shown, named),
        "calibration": {**facts.calibration, "bins": _bins(facts, shown, named)},
        "watching": _watching(facts, shown, named),
        "change": {**facts.change, "children": _one_way(facts.change["children"], "change", shown, named)},
        "age_bands": _age_bands(facts, shown, named),
        "order": _order(facts, shown, named),
        "decision_curve": _decision_curve(facts),
        "checks": [{**check, "text": without_small(str(check["text"]))} for check in facts.checks],
        "linkage": {name: rounded(count) for name, count in facts.linkage.items()},
    }
    changes["rivals"] = _coarse_rows(facts.rivals, ("value", "low", "high"), facts, changes["precision"])
    changes["mitigation"] = _coarse_rows(
        facts.mitigation, ("precision_today", "precision_with"), facts, changes["precision"]
    )
    changes["sizes"] = _sizes(facts, changes["splits"])
    held = {each.name: getattr(facts, each.name) for each in fields(CardFacts)}
    # A cell of several tables is named once, where it stands first.
    first = {cell: each.table.name for each in reversed(tables) for cell in each.table.cells()}
    hidden = [
        {"table": first[cell], "cell": _in_words(cell), "why": pack.hidden[cell]}
        for cell in pack.printed()
        if cell in pack.hidden
    ]
    return PublicFacts(**{**held, **changes}, hidden=tuple(hidden), cells=pack.printed())


def _as_of(facts: CardFacts, other: PublicFacts) -> dict[Cell, int | None]:
    """What another outcome's card prints of the children who judged, as if of those of this card: who judges two
    outcomes is nearly the same children, and the difference would tell of the few others."""
    here, there = population_of(facts), population_of(other)
    return {
        Cell(here, cell.categories): count
        for cell, count in other.cells.items()
        if cell.population == there and not _OF_AN_OUTCOME & {name for name, _ in cell.categories}
    }


@dataclass(frozen=True)
class _Shown:
    pack: Pack

    def __call__(self, table: Counted, **categories: str) -> int | None:
        cell = table.table.cell(**categories)
        return self.pack.shown(cell, table.table.cells()[cell])

    def hides(self, table: Counted, **categories: str) -> bool:
        return table.table.cell(**categories) in self.pack.hidden


Named = Mapping[str, Counted]
Row = dict[str, Any]


def _frequencies(facts: CardFacts, shown: _Shown, named: Named) -> Row:
    table = named["tested"]
    families = named["families"]
    return {
        "dates": facts.frequencies["dates"],
        "cut_short": shown(named["followed"], followed="cut short"),
        "children": shown(table),
        "with_outcome": shown(table, happened="yes"),
        "listed": shown(table, listed="yes"),
        "listed_with_outcome": shown(table, happened="yes", listed="yes"),
        **{name: None for name in facts.frequencies if name.startswith("different_")},
        "families": shown(families),
        "families_with_outcome": shown(families, happened="yes"),
    }


def _missed(facts: CardFacts, shown: _Shown, named: Named) -> Row:
    missed = shown(named["tested"], happened="yes", listed="no")
    happened = shown(named["tested"], happened="yes")
    made = {**facts.missed, "missed": missed, "with_outcome": happened}
    if missed is None or happened is None:
        made |= _coarse(facts.missed, ("value", "low", "high"), int(facts.missed["with_outcome"]))
    return made


def _precision(facts: CardFacts, shown: _Shown, named: Named) -> Row:
    families = named["families"]
    if shown.hides(families, happened="yes") or shown.hides(families):
        return {**facts.precision, **_coarse(facts.precision, ("value", "low", "high"), _families(facts))}
    return dict(facts.precision)


def _families(facts: CardFacts) -> int:
    return int(facts.frequencies["families"])


def _coarse(held: Mapping[str, Any], names: Sequence[str], base: int) -> Row:
    """Shares rounded to twentieths, the ends of an interval outwards; None where even that tells too much."""
    ways: dict[str, Callable[[float], float]] = {"low": np.floor, "high": np.ceil}
    return {
        name: None
        if base < _COARSE_BASE or held[name] is None or held[name] != held[name]
        else round(float(ways.get(name, np.round)(held[name] / _COARSE)) * _COARSE, 2)
        for name in names
    }


def _coarse_rows(
    rows: Sequence[Mapping[str, Any]], names: Sequence[str], facts: CardFacts, precision: Mapping[str, Any]
) -> list[Row]:
    """Rows of shares of the families listed: coarse where that of the model is, or where one of them counts few."""
    families, hidden = _families(facts), precision["value"] != facts.precision["value"]
    return [
        {**row, **_coarse(row, names, families)}
        if hidden or any(_counts_few(row[name], families) for name in names[:2])
        else dict(row)
        for row in rows
    ]


def _counts_few(share: float | None, of: int) -> bool:
    if share is None or share != share:
        return False
    part = round(share * of)
    return is_small(part) or is_small(of - part)


def _groups(facts: CardFacts, shown: _Shown, named: Named) -> list[Row]:
    rows = []
    for row in facts.groups:
        dimension, group = str(row["dimension"]), str(row["group"])
        of_all, of_cases = named[f"groups by {dimension}"], named[f"groups by {dimension}, missed"]
        made = {
            "people": shown(of_all, **{dimension: group}),
            "with_outcome": shown(of_all, **{dimension: group, "happened": "yes"}),
            "missed": shown(of_cases, **{dimension: group, "listed": "no"}),
        }
        enough = min(int(row["people"]), int(row["different_people"])) >= DFE.smallest_group
        if (
            not enough
            or made["missed"] is None
            or made["with_outcome"] is None
            or protect_share(int(row["missed"]), int(row["with_outcome"])) is None
        ):
            made |= {"share": None, "low": None, "high": None}
        rows.append({**row, **made, **{name: None for name in row if name.startswith(_NOT_FOR_PRINT)}})
    return rows


def _happened(
    rows: Sequence[Mapping[str, Any]], table: str, names: tuple[str, str], shown: _Shown, named: Named
) -> list[Row]:
    """Rows that count children and those to whom it happened, each from a table of its own."""
    made = []
    for place, row in enumerate(rows):
        if (held := named.get(f"{table} {place}")) is not None:
            counts = shown(held), shown(held, happened="yes")
        else:
            # The rows that judged: their table says how many were followed to the end.
            counts = shown(named["followed"]), shown(named["tested"], happened="yes")
        made.append({**row, **dict(zip(names, counts, strict=True))})
    return made


def _periods(facts: CardFacts, shown: _Shown, named: Named) -> list[Row]:
    made = _happened(facts.periods, "periods", ("rows", "onsets"), shown, named)
    # Figures of so few would give the count away.
    return [{**row, "figures": {} if row["onsets"] is None else row["figures"]} for row in made]


def _left_out(facts: CardFacts, shown: _Shown, named: Named) -> list[Row]:
    """Where either count is hidden both are: each says something about the other."""
    rows = []
    for row in facts.left_out:
        counts = {
            name: shown(named[f"left out, {name}"], why=str(row["reason"])) for name in ("pairs", "children")
        }
        rows.append({**row, **(dict.fromkeys(counts) if None in counts.values() else counts)})
    return rows


def _bins(facts: CardFacts, shown: _Shown, named: Named) -> list[Row]:
    rows = []
    for place, row in enumerate(facts.calibration["bins"]):
        table, tenth = named["calibration"], {"tenth": str(place + 1)}
        people, happened = shown(table, **tenth), shown(table, **tenth, happened="yes")
        made = {
            **row,
            "people": people,
            "happened": happened,
            "different_people": None,
            "different_happened": None,
        }
        if people is None or happened is None or people < DFE.smallest_group:
            made |= dict.fromkeys(("expected", "observed", "low", "high"))
        rows.append(made)
    return rows


def _watching(facts: CardFacts, shown: _Shown, named: Named) -> Row:
    held = dict(facts.watching)
    for name, table in (("matched", "bands"), ("helped", "parts")):
        if not held[name]["why_not"]:
            held[name] = {**held[name], table: _parts(held[name][table], name, shown, named)}
    if not held["matched"]["why_not"] and is_small(int(held["matched"]["unmatched"])):
        held["matched"]["unmatched"] = None
    held["agreement"] = [_agreement(row) for row in held["agreement"]]
    return held


def _parts(rows: Sequence[Mapping[str, Any]], name: str, shown: _Shown, named: Named) -> list[Row]:
    made = []
    for row in rows:
        part = {name: str(row["part"])}
        people, cases = shown(named[name], **part), shown(named[name], **part, happened="yes")
        kept = {**row, "rows": people, "cases": cases, "people": None, "people_with": None}
        few = min(int(row["rows"]), int(row["people"])) < DFE.smallest_group
        if (
            few
            or people is None
            or cases is None
            or protect_share(int(row["cases"]), int(row["rows"])) is None
        ):
            kept |= dict.fromkeys(("expected", "observed", "auc", "gap", "lower", "upper"))
        made.append(kept)
    return made


def _agreement(row: Mapping[str, Any]) -> Row:
    """A share of a tenth of few children would count them."""
    tops = (row["rate_in_top"], row["own_top"])
    told = any(_known(top) and is_small(round(top * row["rows"] / 10)) for top in tops)
    if is_small(int(row["onsets"])) or told:
        return {**row, "onsets": None, **dict.fromkeys(("rate_in_top", "own_top", "base_rate"))}
    return dict(row)


def _known(value: float | None) -> bool:
    return value is not None and value == value


def _one_way(counts: Mapping[str, int], table: str, shown: _Shown, named: Named) -> dict[str, int | None]:
    return {name: shown(named[table], **{table: name}) for name in counts}


def _age_bands(facts: CardFacts, shown: _Shown, named: Named) -> list[Row]:
    rows = []
    for row in facts.age_bands:
        ages = {"ages": str(row["ages"])}
        happened, people = (
            shown(named["age bands"], **ages, happened="yes"),
            shown(named["age bands"], **ages),
        )
        made = {**row, "rows": people, "onsets": happened}
        if happened is None or people is None:
            made |= dict.fromkeys(("difference", "low", "high", "auc", "auc_low"))
        rows.append(made)
    return rows


def _order(facts: CardFacts, shown: _Shown, named: Named) -> Row:
    if not facts.order:
        return {}
    rows = []
    for row in facts.order["found"]:
        table = named[f"order, {row['by'] or 'handed out'}, {row['outcome']}"]
        counts = {"found": shown(table, found="yes"), "of": shown(table)}
        rows.append({**row, **(dict.fromkeys(counts) if None in counts.values() else counts)})
    return {**facts.order, "found": rows}


def _decision_curve(facts: CardFacts) -> Row:
    """Without the counts; a point that few children make is hidden."""
    points = []
    for point in facts.decision_curve["points"]:
        chosen, counts = int(point["chosen"]), (int(point["found"]), int(point["found_by_rival"]))
        few = any(is_small(n) or is_small(chosen - n) for n in (chosen, *counts))
        made = {**point, **dict.fromkeys(("chosen", "found", "found_by_rival"))}
        points.append({**made, **(dict.fromkeys(("model", "rival")) if few or not chosen else {})})
    return {**facts.decision_curve, "points": points}


def _sizes(facts: CardFacts, splits: Sequence[Mapping[str, Any]]) -> Row:
    taught = splits[0]["children"], splits[0]["with_outcome"]
    made = {**facts.sizes, "rows_taught": taught[0], "onsets_taught": taught[1]}
    return made | ({"onsets_per_feature": None} if taught[1] is None else {})


def _in_words(cell: Cell) -> str:
    return ", ".join(f"{name}: {category}" for name, category in cell.categories) or "all"
