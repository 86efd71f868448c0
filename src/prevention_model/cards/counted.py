"""Every count that a card prints, as tables that know what adds up to what, and how many people are behind a cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from prevention_model.cards.facts import CardFacts
from prevention_model.disclosure import Cell, Counts

_YES_NO = ("yes", "no")


@dataclass(frozen=True, eq=False)
class Counted:
    """A table, and for its cells how many different people they count, where it counts people at several dates."""

    table: Counts
    people: Mapping[Cell, int] = field(default_factory=dict)


def counted(facts: CardFacts) -> list[Counted]:
    """The tables behind all counts of a card. Those of the children who judged are cuts of one population."""
    scene = _Scene(facts)
    return [
        *_tested(scene),
        *_groups(scene),
        *_calibration(scene),
        *_watching(scene),
        *_splits_and_periods(scene),
        *_left_out(facts),
        *_change(facts),
        *_age_bands(facts),
        *_order(scene),
    ]


def population_of(facts: CardFacts) -> str:
    """The children at dates that judged, by words that are the same in the next run of the same dates."""
    test = facts.splits[-1]
    return f"{facts.outcome['name']}: children at dates from {test['from']} to {test['to']}"


@dataclass(frozen=True)
class _Scene:
    facts: CardFacts

    @property
    def repeats(self) -> int:
        return int(self.facts.frequencies["dates"])

    @property
    def population(self) -> str:
        return population_of(self.facts)

    def of_tested(
        self,
        name: str,
        dims: Mapping[str, tuple[str, ...]],
        inner: Sequence[Sequence[int]],
        tells: str,
        **given: str,
    ) -> Counts:
        """A table of children who judged and were followed to the end."""
        return Counts(
            name,
            self.population,
            dims,
            np.array(inner, dtype=np.int64),
            given={"followed": "to the end", **given},
            repeats=self.repeats,
            tells=(tells,),
        )


def _tested(scene: _Scene) -> list[Counted]:
    held = scene.facts.frequencies
    children, happened, listed, both = (
        int(held[name]) for name in ("children", "with_outcome", "listed", "listed_with_outcome")
    )
    followed = Counts(
        "followed",
        scene.population,
        {"followed": ("to the end", "cut short")},
        np.array([children, int(held["cut_short"])]),
        repeats=scene.repeats,
    )
    inner = [[both, happened - both], [listed - both, children - happened - listed + both]]
    tested = scene.of_tested("tested", {"happened": _YES_NO, "listed": _YES_NO}, inner, "happened")
    few = {
        tested.cell(): held["different_children"],
        tested.cell(happened="yes"): held["different_with_outcome"],
        tested.cell(listed="yes"): held["different_listed"],
        tested.cell(happened="yes", listed="yes"): held["different_listed_with_outcome"],
    }
    found = int(held["families_with_outcome"])
    families = Counts(
        "families",
        f"{scene.population}, families on lists",
        {"happened": _YES_NO},
        np.array([found, int(held["families"]) - found]),
        repeats=scene.repeats,
        tells=("happened",),
    )
    return [Counted(followed), Counted(tested, few), Counted(families)]


def _groups(scene: _Scene) -> list[Counted]:
    made = []
    for dimension in dict.fromkeys(str(row["dimension"]) for row in scene.facts.groups):
        rows = [row for row in scene.facts.groups if row["dimension"] == dimension]
        groups = tuple(str(row["group"]) for row in rows)
        name = f"groups by {dimension}"
        of_all = scene.of_tested(
            name,
            {dimension: groups, "happened": _YES_NO},
            [[row["with_outcome"], row["people"] - row["with_outcome"]] for row in rows],
            "happened",
        )
        missed = scene.of_tested(
            f"{name}, missed",
            {dimension: groups, "listed": _YES_NO},
            [[row["found"], row["missed"]] for row in rows],
            "listed",
            happened="yes",
        )
        few: dict[Cell, int] = {}
        of_cases: dict[Cell, int] = {}
        for group, row in zip(groups, rows, strict=True):
            few[of_all.cell(**{dimension: group})] = row["different_people"]
            few[of_all.cell(**{dimension: group, "happened": "yes"})] = row["different_with_outcome"]
            of_cases[missed.cell(**{dimension: group, "listed": "yes"})] = row["different_found"]
            of_cases[missed.cell(**{dimension: group, "listed": "no"})] = row["different_missed"]
        made += [Counted(of_all, few), Counted(missed, of_cases)]
    return made


def _parts(
    scene: _Scene,
    name: str,
    dimension: str,
    rows: Sequence[Mapping[str, Any]],
    keys: tuple[str, str, str, str, str],
) -> Counted:
    """Parts of the children who judged, each with those to whom it happened; apart, where parts leave some out."""
    part, people, happened, different, different_happened = keys
    inner = [[int(row[happened]), int(row[people]) - int(row[happened])] for row in rows]
    parts = tuple(str(row[part]) for row in rows)
    whole = sum(map(sum, inner)) == int(scene.facts.frequencies["children"])
    table = Counts(
        name,
        scene.population if whole else f"{scene.population}, where {name} is known",
        {dimension: parts, "happened": _YES_NO},
        np.array(inner, dtype=np.int64),
        given={"followed": "to the end"} if whole else {},
        repeats=scene.repeats,
        tells=("happened",),
    )
    few = {}
    for label, row in zip(parts, rows, strict=True):
        few[table.cell(**{dimension: label})] = int(row[different])
        few[table.cell(**{dimension: label, "happened": "yes"})] = int(row[different_happened])
    return Counted(table, few)


def _calibration(scene: _Scene) -> list[Counted]:
    rows = [{**row, "tenth": place + 1} for place, row in enumerate(scene.facts.calibration["bins"])]
    keys = ("tenth", "people", "happened", "different_people", "different_happened")
    return [_parts(scene, "calibration", "tenth", rows, keys)] if rows else []


def _watching(scene: _Scene) -> list[Counted]:
    keys = ("part", "rows", "cases", "people", "people_with")
    made = []
    for name, table in (("matched", "bands"), ("helped", "parts")):
        held = scene.facts.watching[name]
        if not held["why_not"] and held[table]:
            made.append(_parts(scene, name, name, held[table], keys))
    return made


def _splits_and_periods(scene: _Scene) -> list[Counted]:
    facts, outcome = scene.facts, scene.facts.outcome["name"]
    held = facts.frequencies
    judged = int(held["children"]) + int(held["cut_short"]), int(held["with_outcome"])
    counts = [
        ("splits", place, f"{row['from']} to {row['to']}", int(row["children"]), int(row["with_outcome"]))
        for place, row in enumerate(facts.splits)
    ]
    counts += [
        ("periods", place, f"{row['judges'][0]} to {row['judges'][1]}", int(row["rows"]), int(row["onsets"]))
        for place, row in enumerate(facts.periods)
    ]
    return [
        Counted(
            Counts(
                f"{table} {place}",
                f"{outcome}: children at dates, {table}, from {days}",
                {"happened": _YES_NO},
                np.array([happened, children - happened]),
                tells=("happened",),
            )
        )
        for table, place, days, children, happened in counts
        if (children, happened) != judged
    ]


def _left_out(facts: CardFacts) -> list[Counted]:
    if not facts.left_out:
        return []
    why = {"why": tuple(str(row["reason"]) for row in facts.left_out)}
    where = f"left out of {facts.model_id} for {facts.index_date}"
    made = {
        name: Counts(
            f"left out, {name}", f"{name} {where}", why, np.array([int(row[name]) for row in facts.left_out])
        )
        for name in ("pairs", "children")
    }
    few = {made["pairs"].cell(why=str(row["reason"])): int(row["children"]) for row in facts.left_out}
    return [Counted(made["pairs"], few), Counted(made["children"])]


def _change(facts: CardFacts) -> list[Counted]:
    held = facts.change["children"]
    if not held:
        return []
    population = f"{facts.outcome['name']}: children who can be ranked on {facts.index_date}"
    return [Counted(Counts("change", population, {"change": tuple(held)}, np.array(list(held.values()))))]


def _age_bands(facts: CardFacts) -> list[Counted]:
    if not facts.age_bands:
        return []
    inner = [[int(row["onsets"]), int(row["rows"]) - int(row["onsets"])] for row in facts.age_bands]
    table = Counts(
        "age bands",
        f"{facts.outcome['name']}: children at dates by which age bands were judged for {facts.index_date}",
        {"ages": tuple(str(row["ages"]) for row in facts.age_bands), "happened": _YES_NO},
        np.array(inner),
        tells=("happened",),
    )
    return [Counted(table)]


def _order(scene: _Scene) -> list[Counted]:
    made = []
    for row in scene.facts.order.get("found", ()):
        by, found, of = str(row["by"] or "handed out"), int(row["found"]), int(row["of"])
        table = Counts(
            f"order, {by}, {row['outcome']}",
            f"{scene.population}: onsets of {row['outcome']}, list {by}",
            {"found": _YES_NO},
            np.array([found, of - found]),
            tells=("found",),
        )
        made.append(Counted(table))
    return made
