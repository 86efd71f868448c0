"""Lines over periods, as an inline SVG with a text alternative and the table behind it.

The same input gives the same bytes. Every line has a mark of its own, so nothing is said by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from prevention_model.errors import WrongUsage
from prevention_model.pages.document import Chart
from prevention_model.pages.svg import inline_svg, settings
from prevention_model.pages.words import number

_BLUE, _DARK, _GREY = "#1d70b8", "#0b0c0c", "#505a5f"
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*", "<", ">")


@dataclass(frozen=True)
class Line:
    """One value for each period, None where there is none. `kind`: the chosen one, another candidate, or a rival."""

    label: str
    values: tuple[float | None, ...]
    kind: str = "rival"

    def __post_init__(self) -> None:
        if self.kind not in ("chosen", "candidate", "rival"):
            raise WrongUsage(f"The line `{self.label}` is of no known kind: {self.kind}.")

    @property
    def cells(self) -> tuple[str, ...]:
        """Label and values as text."""
        return self.label, *("none" if each is None else number(each, 3) for each in self.values)


def lines_chart(
    lines: Sequence[Line],
    periods: Sequence[str],
    *,
    title: str,
    quantity: str,
    description: str,
    exact: float | None = None,
    name: str = "lines",
) -> Chart:
    """A line for each way, through its value in each of the `periods`; a dashed one at the value that is `exact`.

    Raises WrongUsage where there is nothing to draw, or a line has not one value for each period.

    >>> words = {"title": "", "quantity": "", "description": ""}
    >>> lines_chart([Line("small", (0.2, None), "chosen")], ["2022", "2023"], **words).rows
    (('small', '0.200', 'none'),)
    """
    if not any(value is not None for line in lines for value in line.values):
        raise WrongUsage("There is nothing to draw.", todo="Leave the chart out where there are no values.")
    if short := [line.label for line in lines if len(line.values) != len(periods)]:
        raise WrongUsage(f"The line `{short[0]}` has not {len(periods)} values.")
    with settings():
        figure = Figure(figsize=(6.8, 3.1 + 0.24 * ((len(lines) + 1) // 2)), layout="constrained")
        axes = figure.add_subplot()
        if exact is not None:
            axes.axhline(exact, linestyle="--", color=_GREY, linewidth=1.3)
        for place, line in enumerate(lines):
            there = [at for at, value in enumerate(line.values) if value is not None]
            axes.plot(
                there,
                [value for value in line.values if value is not None],
                label=line.label,
                marker=_MARKS[place % len(_MARKS)],
                markersize=8 if line.kind == "chosen" else 6,
                color={"chosen": _BLUE, "candidate": _DARK}.get(line.kind, _GREY),
                linestyle={"chosen": "-", "candidate": "-"}.get(line.kind, ":"),
                linewidth=2.6 if line.kind == "chosen" else 1.5,
                zorder=3 if line.kind == "chosen" else 2,
            )
        axes.set_xticks(range(len(periods)), list(periods))
        axes.set(xlim=(-0.3, len(periods) - 0.7), ylabel=quantity, xlabel="Judged from")
        axes.margins(y=0.15)
        axes.grid(axis="x", visible=False)
        figure.legend(loc="outside upper left", ncols=2, frameon=False, fontsize=9)
        svg = inline_svg(figure, name=name, title=title, description=description)
    return Chart(svg, title, description, ("Way", *periods), tuple(line.cells for line in lines))
