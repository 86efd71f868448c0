"""Charts, each an inline SVG with a text alternative and the table behind it.

The same input gives the same bytes. Nothing is said by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from prevention_model.errors import WrongUsage
from prevention_model.pages.document import Chart
from prevention_model.pages.svg import inline_svg, settings
from prevention_model.pages.words import interval, number, percent, plain_date

_BLUE, _GREY, _DARK = "#1d70b8", "#b1b4b6", "#0b0c0c"
_DAY = timedelta(days=1)
_USES = (
    ("teach", "#8eb8dc", ""),
    ("calibrate", "#d2e2f1", ".."),
    ("neither: not yet on file", "#ffffff", "//"),
    ("judge", _BLUE, ""),
)
"""What index dates are for, as drawn: fill and hatching, so that nothing is said by colour alone."""


@dataclass(frozen=True)
class Point:
    """One estimate with its interval. `value` None is one that is hidden or could not be worked out."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if self.value is None:
            return
        if not 0 <= self.value <= 1:
            raise WrongUsage(f"The point `{self.label}` is not a share between 0 and 1.")

    @property
    def cells(self) -> tuple[str, str, str]:
        """Label, value and interval as text."""
        known = interval(self.low, self.high, 1) if self.value is not None else "c"
        return self.label, percent(self.value, 1), known


@dataclass(frozen=True)
class Bin:
    """Children of about the same predicted chance: what was expected of them and what came."""

    expected: float
    observed: float
    low: float
    high: float
    people: int


@dataclass(frozen=True)
class Lane:
    """One period of a chart of periods. Each pair of index dates includes both; between what teaches or calibrates
    and what judges lie the dates that are left to nobody."""

    label: str
    fit: tuple[date, date]
    calibrate: tuple[date, date] | None
    judge: tuple[date, date]

    @property
    def wait(self) -> tuple[date, date]:
        """From the day after the last date that teaches to the day before the first that judges."""
        return (self.calibrate or self.fit)[1] + _DAY, self.judge[0] - _DAY

    @property
    def cells(self) -> tuple[str, ...]:
        """Label and spans as text."""
        return self.label, *(_span(span) for span in (self.fit, self.calibrate, self.wait, self.judge))


def calibration_chart(bins: Sequence[Bin], *, name: str = "calibration") -> Chart:
    """Observed against expected with intervals, and the line on which both are the same.

    >>> chart = calibration_chart([Bin(0.1, 0.12, 0.08, 0.16, 400), Bin(0.3, 0.28, 0.2, 0.36, 200)])
    >>> chart.rows[0]
    ('10.0%', '12.0%', '8.0% to 16.0%', '400')
    """
    _some(bins)
    with settings():
        figure = Figure(figsize=(6.4, 4.6), layout="constrained")
        axes = figure.add_subplot()
        top = min(1.0, 1.08 * max(max(b.expected, b.high) for b in bins))
        axes.plot([0, top], [0, top], linestyle="--", color="#505a5f", linewidth=1.3)
        words = "on the dashed line: happened as expected"
        axes.text(top, 0.04 * top, words, ha="right", fontsize=9, color="#505a5f")
        below = [max(0.0, b.observed - b.low) for b in bins]
        above = [max(0.0, b.high - b.observed) for b in bins]
        axes.errorbar(
            [b.expected for b in bins],
            [b.observed for b in bins],
            yerr=[below, above],
            fmt="o",
            color=_BLUE,
            ecolor=_BLUE,
            markersize=7,
            linewidth=1.8,
            capsize=4,
        )
        axes.set(xlim=(0, top), ylim=(0, top), xlabel="Expected by the model", ylabel="Happened")
        _per_cent(axes, both=True)
        title = "Expected and what happened"
        description = (
            "Each dot is a group of children with about the same expected chance. On the dashed line the "
            "model expected exactly what happened. Lines show 95% intervals."
        )
        svg = inline_svg(figure, name=name, title=title, description=description)
    rows = tuple(
        (percent(b.expected, 1), percent(b.observed, 1), interval(b.low, b.high, 1), number(b.people))
        for b in bins
    )
    return Chart(svg, title, description, ("Expected", "Happened", "95% interval", "Children"), rows)


def gap_chart(
    points: Sequence[Point], *, title: str, quantity: str, overall: float | None = None, name: str = "gap"
) -> Chart:
    """A dot and an interval for each group, with a line at the value for everybody.

    >>> gap_chart([Point("Girls", 0.4, 0.3, 0.5), Point("Boys", None)], title="", quantity="Missed").rows
    (('Girls', '40.0%', '30.0% to 50.0%'), ('Boys', 'c', 'c'))
    """
    _some(points)
    with settings():
        figure = Figure(figsize=(6.8, 1.1 + 0.42 * len(points)), layout="constrained")
        axes = figure.add_subplot()
        for row, point in enumerate(points):
            _dot(axes, row, point)
        if overall is not None:
            axes.axvline(overall, linestyle="--", color="#505a5f", linewidth=1.3)
            axes.annotate(
                f"everybody {percent(overall)}",
                (overall, -0.75),
                (5, 0),
                textcoords="offset points",
                fontsize=9,
                color="#505a5f",
                va="center",
                annotation_clip=False,
            )
        axes.set_yticks(range(len(points)), [p.label for p in points])
        axes.set(xlim=(0, 1), ylim=(len(points) - 0.5, -0.75 - 0.35), xlabel=quantity)
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0)
        _per_cent(axes)
        description = (
            "A dot for each group with its 95% interval; the dashed line is everybody. "
            "Groups marked c are too small to show."
        )
        svg = inline_svg(figure, name=name, title=title, description=description)
    return Chart(svg, title, description, ("Group", quantity, "95% interval"), tuple(p.cells for p in points))


def rivals_chart(points: Sequence[Point], *, name: str = "rivals") -> Chart:
    """Bars: of the families listed, how many were found, for the model (first) and the simple rules.

    >>> rivals_chart([Point("This model", 0.36, 0.3, 0.42), Point("Area only", 0.1, 0.07, 0.14)]).rows[1][1]
    '10.0%'
    """
    _some(points)
    with settings():
        figure = Figure(figsize=(6.8, 1.0 + 0.5 * len(points)), layout="constrained")
        axes = figure.add_subplot()
        top = 0.0
        for row, point in enumerate(points):
            if point.value is None:
                axes.annotate(" could not be worked out", (0, row), va="center", fontsize=10)
                continue
            high = point.high if point.high is not None else point.value
            low = point.low if point.low is not None else point.value
            spread = [[max(0.0, point.value - low)], [max(0.0, high - point.value)]]
            axes.barh(
                row,
                point.value,
                height=0.58,
                color=_BLUE if row == 0 else _GREY,
                xerr=spread,
                error_kw={"ecolor": _DARK, "elinewidth": 1.3, "capsize": 4},
            )
            axes.annotate(percent(point.value), (high, row), (5, 0), textcoords="offset points", va="center")
            top = max(top, high)
        axes.set_yticks(range(len(points)), [p.label for p in points])
        axes.set(xlim=(0, min(1.0, 1.18 * top or 1.0)), ylim=(len(points) - 0.5, -0.5))
        axes.set_xlabel("Families listed for whom it then happened")
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0)
        _per_cent(axes)
        title = "This model and the simple rules, at the same list length"
        description = (
            "A bar for each way of making the list, with 95% intervals. The first bar is this model."
        )
        svg = inline_svg(figure, name=name, title=title, description=description)
    return Chart(svg, title, description, ("Way", "Found", "95% interval"), tuple(p.cells for p in points))


def periods_chart(lanes: Sequence[Lane], *, name: str = "periods") -> Chart:
    """A row for each period: which index dates teach, calibrate, are left to nobody, and judge.

    >>> day = date(2021, 1, 1)
    >>> periods_chart([Lane("The test", (day, date(2021, 7, 1)), None, (date(2023, 1, 1), date(2023, 1, 1)))]).rows
    (('The test', '1 January 2021 to 1 July 2021', 'none', '2 July 2021 to 31 December 2022', '1 January 2023'),)
    """
    _some(lanes)
    spans = [(lane.fit, lane.calibrate, lane.wait, lane.judge) for lane in lanes]
    first = min(lane.fit[0] for lane in lanes)
    width = max(lane.judge[1] for lane in lanes).toordinal() - first.toordinal()
    with settings():
        figure = Figure(figsize=(6.8, 1.5 + 0.42 * len(lanes)), layout="constrained")
        axes = figure.add_subplot()
        for row, lane in enumerate(spans):
            for (_, colour, hatch), span in zip(_USES, lane, strict=True):
                if span is not None and span[0] <= span[1]:
                    start, length = span[0].toordinal(), (span[1] - span[0]).days
                    # A single index date would be a line too thin to see, and lies over what follows it.
                    axes.barh(
                        row,
                        max(length, width / 80),
                        left=start,
                        height=0.6,
                        color=colour,
                        hatch=hatch,
                        edgecolor=_DARK,
                        linewidth=0.6,
                        zorder=2 if hatch == "//" else 3,
                    )
        years = range(first.year, lanes[-1].judge[1].year + 2)
        axes.set_xticks([date(year, 1, 1).toordinal() for year in years], [str(year) for year in years])
        axes.set_yticks(range(len(lanes)), [lane.label for lane in lanes])
        axes.set(
            xlim=(first.toordinal() - width * 0.02, first.toordinal() + width * 1.04),
            ylim=(len(lanes) - 0.5, -0.5),
            xlabel="Index date",
        )
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0)
        keys = [
            Patch(facecolor=colour, hatch=hatch, edgecolor=_DARK, linewidth=0.6, label=use)
            for use, colour, hatch in _USES
        ]
        figure.legend(handles=keys, loc="outside upper left", ncols=4, frameon=False, fontsize=9)
        title = "Which index dates teach, and which judge"
        description = (
            "A row for each period, from the earliest index date that teaches to the last that judges. In between lie "
            "dates that do neither, because what followed them was not on file when judging began. The table below "
            "gives the dates."
        )
        svg = inline_svg(figure, name=name, title=title, description=description)
    columns = ("Period", "Teach", "Calibrate", "Neither", "Judge")
    return Chart(svg, title, description, columns, tuple(lane.cells for lane in lanes))


def _span(span: tuple[date, date] | None) -> str:
    if span is None or span[0] > span[1]:
        return "none"
    if span[0] == span[1]:
        return plain_date(span[0])
    return f"{plain_date(span[0])} to {plain_date(span[1])}"


def _dot(axes: Axes, row: int, point: Point) -> None:
    if point.value is None:
        axes.annotate("c", (0, row), (6, 0), textcoords="offset points", va="center", color="#505a5f")
        return
    low = point.low if point.low is not None else point.value
    high = point.high if point.high is not None else point.value
    spread = [[max(0.0, point.value - low)], [max(0.0, high - point.value)]]
    axes.errorbar(point.value, row, xerr=spread, fmt="o", color=_BLUE, markersize=8, linewidth=2, capsize=4)


def _per_cent(axes: Axes, *, both: bool = False) -> None:
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    if both:
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def _some(items: Sequence[object]) -> None:
    if not items:
        raise WrongUsage(
            "There is nothing to draw.", todo="Leave the chart out where there are no rows for it."
        )
