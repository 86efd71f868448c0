"""Shares as horizontal bars, as an inline SVG with a text alternative and the table behind it.

The same input gives the same bytes. Every bar has its value beside it.
"""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from prevention_model.errors import WrongUsage
from prevention_model.pages.charts import Point
from prevention_model.pages.document import Chart
from prevention_model.pages.svg import inline_svg, settings
from prevention_model.pages.words import percent

_BLUE, _GREY = "#1d70b8", "#505a5f"


def bars_chart(
    points: Sequence[Point],
    *,
    title: str,
    quantity: str,
    description: str,
    of: str = "Theme",
    name: str = "bars",
) -> Chart:
    """A bar for each share, in the order given. `of` heads the column of labels; a hidden share is "c".

    >>> words = {"title": "", "quantity": "Share", "description": ""}
    >>> bars_chart([Point("school", 0.42), Point("home", None)], **words).rows
    (('school', '42%'), ('home', 'c'))
    """
    if not points:
        raise WrongUsage("There is nothing to draw.", todo="Leave the chart out where there are no shares.")
    with settings():
        figure = Figure(figsize=(6.8, 0.8 + 0.42 * len(points)), layout="constrained")
        axes = figure.add_subplot()
        top = max([point.value for point in points if point.value is not None], default=0.0)
        for row, point in enumerate(points):
            value = point.value or 0.0
            axes.barh(row, value, height=0.58, color=_BLUE)
            axes.annotate(
                percent(point.value),
                (value, row),
                (5, 0),
                textcoords="offset points",
                va="center",
                color=_GREY if point.value is None else "#0b0c0c",
            )
        axes.set_yticks(range(len(points)), [point.label for point in points])
        axes.set(xlim=(0, 1.12 * top or 1.0), ylim=(len(points) - 0.5, -0.5), xlabel=quantity)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0)
        svg = inline_svg(figure, name=name, title=title, description=description)
    rows = tuple((point.label, percent(point.value)) for point in points)
    return Chart(svg, title, description, (of, quantity), rows)
