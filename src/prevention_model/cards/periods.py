"""How the model did in each period: the same way of making it, judged again on index dates it could not have known."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from prevention_model.disclosure import printed
from prevention_model.pages.charts import Lane, periods_chart
from prevention_model.pages.document import Block, Paragraph, Picture, Table
from prevention_model.pages.words import about_of, number, percent, plain_date

_COLUMNS = (
    "Judges from",
    "Children, at each date",
    "To whom it happened",
    "AUC",
    "Average precision",
    "Share to whom it happens",
    "Of children listed",
    "Calibration slope",
)


def periods_picture(periods: Sequence[Mapping[str, Any]]) -> Picture:
    """The index dates of every period as a picture, the test last."""
    lanes = [
        Lane(
            _label(held, place),
            _dates(held["fit"]),
            _dates_or_none(held["calibrate"]),
            _dates(held["judges"]),
        )
        for place, held in enumerate(periods)
    ]
    return Picture(periods_chart(lanes))


def period_blocks(periods: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    """What the model came to in each period; nothing where only the test was judged."""
    if len(periods) < 2:
        return ()
    lead = Paragraph(
        "The model was made afresh for each period from what was on file when the period began, and judged on families "
        "that did not teach it. Children whose follow-up was cut short are stood for by those watched to the end. The "
        "last period is the test; its model is the one that this card is about. Lists here go by the level alone."
    )
    rows = tuple(_row(held) for held in periods)
    unjudged = [held for held in periods if held["why_not"]]
    why = tuple(Paragraph(f"From {_day(held['judges'][0])}: {held['why_not']}") for held in unjudged)
    return (lead, Table("Periods, earliest first", _COLUMNS, rows, tuple(range(1, len(_COLUMNS)))), *why)


def _row(held: Mapping[str, Any]) -> tuple[str, ...]:
    children, happened, figures = held["rows"], held["onsets"], held["figures"]
    if happened is None:
        return (_day(held["judges"][0]), printed(children), *["c"] * 6)
    return (
        _day(held["judges"][0]),
        printed(children),
        printed(happened),
        _figure(figures, "auc"),
        _figure(figures, "average_precision"),
        _share(figures, "base_rate"),
        _listed(figures),
        _figure(figures, "calibration_slope"),
    )


def _figure(figures: Mapping[str, Any], name: str) -> str:
    value = figures.get(name)
    return "not known" if value is None or value != value else number(float(value))


def _share(figures: Mapping[str, Any], name: str) -> str:
    value = figures.get(name)
    return "not known" if value is None or value != value else percent(float(value), 1)


def _listed(figures: Mapping[str, Any]) -> str:
    """In words of twenty, as everywhere on a card: a per cent of a short list would count the children on it."""
    value = figures.get("precision_at_capacity")
    return "not known" if value is None or value != value else about_of(float(value), 20)


def _label(held: Mapping[str, Any], place: int) -> str:
    return "The test" if held["audits"] else f"Period {place + 1}"


def _day(text: str) -> str:
    return plain_date(date.fromisoformat(text))


def _dates(span: Sequence[str]) -> tuple[date, date]:
    return date.fromisoformat(span[0]), date.fromisoformat(span[1])


def _dates_or_none(span: Sequence[str] | None) -> tuple[date, date] | None:
    return None if span is None else _dates(span)
