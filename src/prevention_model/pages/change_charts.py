"""Changes with their intervals around "no change", as an inline SVG with a text alternative and the table behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from prevention_model.errors import WrongUsage
from prevention_model.pages.document import Chart
from prevention_model.pages.svg import inline_svg, settings

_BLUE, _GREY = "#1d70b8", "#505a5f"


@dataclass(frozen=True)
class Change:
    """A change in a share, -1 to 1, with its interval. `value` None where it is hidden or not known."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if self.value is not None and not -1 <= self.value <= 1:
            raise WrongUsage(f"The change `{self.label}` is not between -1 and 1.")

    @property
    def cells(self) -> tuple[str, str, str]:
        """Label, change and interval in points of per cent."""
        if self.value is None:
            return self.label, "c", "c"
        ends = (
            "not known"
            if self.low is None or self.high is None
            else f"{points(self.low)} to {points(self.high)}"
        )
        return self.label, points(self.value), ends


def points(share: float) -> str:
    """A difference of shares in points of per cent, with its sign.

    >>> points(0.031), points(-0.2), points(0.0001)
    ('+3.1', '-20.0', '0.0')
    """
    said = f"{100 * share:+.1f}"
    return "0.0" if said in ("+0.0", "-0.0") else said


def changes_chart(
    changes: Sequence[Change], *, title: str, quantity: str, description: str, name: str = "changes"
) -> Chart:
    """A dot and an interval for each change, with a dashed line at no change.

    >>> words = {"title": "", "quantity": "Change", "description": ""}
    >>> changes_chart([Change("Weigh groups", -0.04, -0.06, -0.01), Change("Move places", None)], **words).rows
    (('Weigh groups', '-4.0', '-6.0 to -1.0'), ('Move places', 'c', 'c'))
    """
    if not changes:
        raise WrongUsage("There is nothing to draw.", todo="Leave the chart out where there are no changes.")
    with settings():
        figure = Figure(figsize=(6.8, 1.1 + 0.45 * len(changes)), layout="constrained")
        axes = figure.add_subplot()
        axes.axvline(0, linestyle="--", color=_GREY, linewidth=1.3)
        for row, change in enumerate(changes):
            if change.value is None:
                axes.annotate("c", (0, row), (6, 0), textcoords="offset points", va="center", color=_GREY)
                continue
            low = change.value if change.low is None else change.low
            high = change.value if change.high is None else change.high
            spread = [[max(0.0, change.value - low)], [max(0.0, high - change.value)]]
            axes.errorbar(
                change.value, row, xerr=spread, fmt="o", color=_BLUE, markersize=8, linewidth=2, capsize=4
            )
        axes.set_yticks(range(len(changes)), [change.label for change in changes])
        axes.set(ylim=(len(changes) - 0.5, -0.5), xlabel=quantity)
        axes.margins(x=0.12)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: points(share)))
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0)
        svg = inline_svg(figure, name=name, title=title, description=description)
    return Chart(
        svg,
        title,
        description,
        ("Measure", quantity, "95% interval"),
        tuple(change.cells for change in changes),
    )
