"""The page on candidates and rivals: which model, why, by how much, and how steady that is over time."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from prevention_model.cards.periods import periods_picture
from prevention_model.disclosure import is_small, printed
from prevention_model.pages.document import (
    Block,
    Bullets,
    Cell,
    Document,
    Figures,
    Inset,
    Paragraph,
    Picture,
    Section,
    Table,
    Tag,
    to_html,
)
from prevention_model.pages.line_charts import Line, lines_chart
from prevention_model.pages.words import number, plain_date

COMPARISON_FILE = "comparison.html"
_METRIC = "average_precision"
_DRAWN_RIVALS = 3
_CHOSEN = Tag("Chosen", "blue")


def write_comparison(folder: Path, run: Mapping[str, Any], said: Mapping[str, Any]) -> Path:
    """Write comparison.html and return its path.

    `run` says run_id, author, created, experiment and outcome_plain; `said` are figures of the first that ranks,
    with their `choice` and `periods`, the test last.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / COMPARISON_FILE
    path.write_text(to_html(comparison_document(run, said)), encoding="utf-8", newline="\n")
    return path


def comparison_document(run: Mapping[str, Any], said: Mapping[str, Any]) -> Document:
    """The page as a document, figures of small counts hidden."""
    choice, periods = said["choice"], [_shown(held) for held in said["periods"]]
    return Document(
        kind="Comparison of models",
        title=f"Which model, and why: {run['outcome_plain']}",
        lead=choice["words"],
        tags=(
            Tag("Chosen by earlier periods", "green")
            if choice["chosen_by_periods"]
            else Tag("Not chosen by earlier periods", "yellow"),
        ),
        sections=(
            Section("In short", _in_short(choice, periods)),
            Section("By how much", _by_how_much(choice, periods)),
            Section("How steady", _how_steady(choice, periods)),
            Section("What was tried", (_settings(choice),)),
            Section("The periods", _periods(periods)),
        ),
        foot=f"Run {run['run_id']} of {_name(run['experiment'])}, made on "
        f"{plain_date(date.fromisoformat(run['created']))} by {run['author']}. Figures of a period in which it came to "
        'five children or fewer, or to all but so few, are shown as "c". Nothing here is about a person.',
    )


def _shown(held: Mapping[str, Any]) -> dict[str, Any]:
    """A period as it may be shown: without figures where they would give a small count away."""
    rows, onsets = int(held["rows"]["test"]), int(held["onsets"]["test"])
    hidden = is_small(onsets) or is_small(rows - onsets)
    return {**held, "candidates": {} if hidden else held["candidates"], "hidden": hidden}


def _in_short(choice: Mapping[str, Any], periods: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    chosen = choice["chosen"]
    figures = [(_name(chosen), "is the model that was audited, and the only one that may be released")]
    if choice["chosen_by_periods"]:
        worst = max(choice["regret"][chosen].values())
        figures.append((number(worst, 3), "at worst below the best of a period, in average precision"))
    test = periods[-1]["candidates"]
    if own := _value(test, chosen):
        rival = _best_rival(choice, periods[-1])
        against = (
            f"against {number(_value(test, rival) or 0.0, 3)} by {_name(rival)}" if rival else "no rival"
        )
        base = test[chosen]["whole"]["base_rate"]
        words = f"average precision in the test, {against}; {number(base, 3)} would come by chance"
        figures.append((number(own, 3), words))
    judged = [held for held in periods if chosen in held["candidates"] and _best_rival(choice, held)]
    ahead = sum(
        (_value(held["candidates"], chosen) or 0.0)
        > (_value(held["candidates"], _best_rival(choice, held)) or 0.0)
        for held in judged
    )
    if judged:
        figures.append((f"{ahead} of {len(judged)}", "periods in which it was ahead of every rival"))
    blocks: list[Block] = [Figures(tuple(figures))]
    if not choice["chosen_by_periods"]:
        blocks.append(Inset(choice["words"], strong=len(choice["tried"]) > 1))
    elif ahead < len(judged):
        blocks.append(
            Inset(
                "In some period a rival was as good or better. The audit says whether that is more than chance."
            )
        )
    return tuple(blocks)


def _by_how_much(choice: Mapping[str, Any], periods: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    names = _ways(choice, periods)
    columns = ("Way", *(_short(held) for held in periods))
    rows: list[tuple[Cell, ...]] = [
        (_label(choice, name), *(_cell(held, name) for held in periods)) for name in names
    ]
    rows.append(("by chance", *(_chance(held) for held in periods)))
    blocks: list[Block] = [
        Paragraph(
            "Average precision: of the children at the top of a ranking, the share to whom it came, averaged over how "
            "far down one looks. Rivals are simple rules and a logistic regression. The same children are ranked by "
            "all. Only the model that was chosen is judged in periods that came too late to choose, and in the test."
        ),
        Table("Average precision by period", columns, tuple(rows), tuple(range(1, len(columns)))),
    ]
    if choice["chosen_by_periods"]:
        blocks += [
            Paragraph(
                "Regret is how much worse one was than the best of the same period. A hard year is hard for all, so "
                "only this is compared over years. The candidate whose worst regret is least is chosen; of those "
                f"within {choice['as_good']} of it, the simplest. Rivals set the mark, and are not chosen."
            ),
            _regret(choice, _hidden(periods)),
        ]
    blocks.append(Paragraph("Whether a lead over a rival is more than chance says the audit (PM003)."))
    return tuple(blocks)


def _regret(choice: Mapping[str, Any], hidden: set[str]) -> Table:
    held = choice["regret"]
    days = list(next(iter(held.values())))
    names = [*(name for name in choice["tried"] if name in held), *sorted(set(held) - set(choice["tried"]))]
    rows = tuple(
        (
            _label(choice, name),
            *("c" if day in hidden else number(float(held[name][day]), 3) for day in days),
            "c" if hidden & set(days) else number(max(held[name].values()), 3),
        )
        for name in names
    )
    columns = ("Way", *(f"From {_month(day)}" for day in days), "Worst")
    return Table(
        "Regret in the periods that chose, in average precision", columns, rows, tuple(range(1, len(columns)))
    )


def _how_steady(choice: Mapping[str, Any], periods: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    drawn = [*_models(choice), *_best_rivals(choice, periods)]
    lines = [_line(choice, periods, name, _METRIC) for name in drawn]
    months = [_month(held["judges"][0]) + ("\nthe test" if held["audits"] else "") for held in periods]
    if any(value is not None for line in lines for value in line.values):
        chart = lines_chart(
            lines,
            months,
            title="Average precision by period",
            quantity="Average precision",
            description="A line for each candidate, thick and blue for the one that was chosen, and dotted for the "
            f"rivals that were best on average, {_DRAWN_RIVALS} at most. All rise and fall with how often it happens.",
            name="precision",
        )
        blocks.append(Picture(chart, table=False))
    slopes = [_line(choice, periods, name, "calibration_slope") for name in _judged_models(choice, periods)]
    if any(value is not None for line in slopes for value in line.values):
        chart = lines_chart(
            slopes,
            months,
            title="Calibration slope by period",
            quantity="Calibration slope",
            description="At the dashed line, 1, levels differ between children exactly as much as what happened does; "
            "below it the model is too sure of itself, above it not sure enough.",
            exact=1.0,
            name="slope",
        )
        blocks.append(Picture(chart))
    blocks += _next_period(choice, _hidden(periods))
    return tuple(blocks) or (Paragraph("No period has figures that may be shown."),)


def _next_period(choice: Mapping[str, Any], hidden: set[str]) -> list[Block]:
    rows = choice.get("next_period", ())
    if not rows:
        return [
            Paragraph(
                "What the choice itself is worth shows in a period that had no part in it. There was no second period "
                "that could choose, so the test is the only one."
            )
        ]
    return [
        Paragraph(
            "What the choice itself is worth shows in a period that had no part in it: what the periods before it "
            "would have chosen, and how far behind the best that was."
        ),
        Table(
            "Chosen before, judged after",
            ("Period", "Chosen by those before it", "Its average precision", "The best", "Regret"),
            tuple(
                (
                    f"From {_month(row['period'])}",
                    _name(row["chosen"]),
                    *(
                        "c" if row["period"] in hidden else number(float(row[key]), 3)
                        for key in ("value", "best", "regret")
                    ),
                )
                for row in rows
            ),
            (2, 3, 4),
        ),
    ]


def _settings(choice: Mapping[str, Any]) -> Table:
    held = choice["settings"]
    keys = [key for key in next(iter(held.values())) if key != "seed"]
    rows = tuple(
        (_label(choice, name), *(_value_text(held[name][key]) for key in keys)) for name in _models(choice)
    )
    columns = ("Candidate", *(_name(key).capitalize() for key in keys))
    return Table("Candidates, the simplest first", columns, rows, tuple(range(1, len(columns))))


def _periods(periods: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    rows = tuple(
        (
            _short(held),
            "audits" if held["audits"] else "chooses" if held["selects"] else "too late to choose",
            printed(None if is_small(held["rows"]["test"]) else held["rows"]["test"]),
            printed(None if held["hidden"] else held["onsets"]["test"]),
            _month_day(held["known"]),
        )
        for held in periods
    )
    columns = ("Period", "What it does", "Children, at each date", "To whom it happened", "On file")
    blocks: list[Block] = [
        Paragraph(
            "Each period has models of its own, made from what was on file when it begins to judge, and judged on "
            "families that taught nothing. It may choose only if what followed was on file before the test began."
        ),
        periods_picture(periods),
        Table("Periods, earliest first", columns, rows, (2, 3)),
        Paragraph("Dates that neither teach nor judge:"),
        Bullets(tuple(held["embargo"] for held in periods)),
    ]
    unjudged = [held for held in periods if held["why_not"]]
    return (*blocks, *(Paragraph(f"{_short(held)}: {held['why_not']}") for held in unjudged))


def _models(choice: Mapping[str, Any]) -> list[str]:
    """All that was tried, the simplest first, and the experiment's own model where that was used instead."""
    return list(dict.fromkeys([*choice["tried"], choice["chosen"]]))


def _hidden(periods: Sequence[Mapping[str, Any]]) -> set[str]:
    return {held["judges"][0] for held in periods if held["hidden"]}


def _ways(choice: Mapping[str, Any], periods: Sequence[Mapping[str, Any]]) -> list[str]:
    """Candidates, the simplest first, the one that was fitted, and rivals by their names."""
    seen = dict.fromkeys(name for held in periods for name in held["candidates"])
    models = _models(choice)
    return [*(name for name in models if name in seen), *sorted(set(seen) - set(models))]


def _rivals(choice: Mapping[str, Any], held: Mapping[str, Any]) -> list[str]:
    return [name for name in held["candidates"] if name not in _models(choice)]


def _best_rival(choice: Mapping[str, Any], held: Mapping[str, Any]) -> str:
    """The best in one period, or nothing."""
    return max(_rivals(choice, held), key=lambda name: _value(held["candidates"], name) or 0.0, default="")


def _best_rivals(choice: Mapping[str, Any], periods: Sequence[Mapping[str, Any]]) -> list[str]:
    """The best on average over the periods in which they were judged."""
    found: dict[str, list[float]] = {}
    for held in periods:
        for name in _rivals(choice, held):
            if (value := _value(held["candidates"], name)) is not None:
                found.setdefault(name, []).append(value)
    return sorted(found, key=lambda name: (-sum(found[name]) / len(found[name]), name))[:_DRAWN_RIVALS]


def _judged_models(choice: Mapping[str, Any], periods: Sequence[Mapping[str, Any]]) -> list[str]:
    return [name for name in _models(choice) if any(name in held["candidates"] for held in periods)]


def _line(choice: Mapping[str, Any], periods: Sequence[Mapping[str, Any]], name: str, metric: str) -> Line:
    kind = "chosen" if name == choice["chosen"] else "candidate" if name in choice["tried"] else "rival"
    values = tuple(_value(held["candidates"], name, metric) for held in periods)
    return Line(_name(name) + (", chosen" if kind == "chosen" else ""), values, kind)


def _value(candidates: Mapping[str, Any], name: str, metric: str = _METRIC) -> float | None:
    value = candidates.get(name, {"whole": {}})["whole"].get(metric)
    return None if value is None or value != value else float(value)


def _cell(held: Mapping[str, Any], name: str) -> str:
    if held["hidden"]:
        return "c"
    value = _value(held["candidates"], name)
    return "not judged" if value is None else number(value, 3)


def _chance(held: Mapping[str, Any]) -> str:
    """What a ranking by lot would come to: the share to whom it happens."""
    rates = [found["whole"]["base_rate"] for found in held["candidates"].values()]
    return number(float(rates[0]), 3) if rates else "c" if held["hidden"] else "not judged"


def _label(choice: Mapping[str, Any], name: str) -> str:
    if name == choice["chosen"]:
        return f"{_name(name)} (chosen)"
    return _name(name) if name in choice["tried"] else f"{_name(name)} (rival)"


def _short(held: Mapping[str, Any]) -> str:
    return ("The test, from " if held["audits"] else "From ") + _month(held["judges"][0])


def _value_text(value: Any) -> str:
    return number(value) if isinstance(value, (bool, int, float)) else str(value)


def _month(day: str) -> str:
    return f"{date.fromisoformat(day):%B %Y}"


def _month_day(day: str) -> str:
    return plain_date(date.fromisoformat(day))


def _name(name: object) -> str:
    return str(name).replace("_", " ")
