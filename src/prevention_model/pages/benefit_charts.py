"""Net benefit by threshold, as an inline SVG with a text alternative and the table behind it.

The same input gives the same bytes. Every line has a mark and a stroke of its own, so nothing is said by colour alone.
"""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from prevention_model.errors import WrongUsage
from prevention_model.pages.document import Chart
from prevention_model.pages.line_charts import Line
from prevention_model.pages.svg import inline_svg, settings

_BLUE, _DARK, _GREY = "#1d70b8", "#0b0c0c", "#505a5f"
_Look = tuple[str, str, str, float]
"""Mark, stroke, colour and width. The widest lies on top."""
_LOOKS: dict[str, _Look] = {
    "chosen": ("o", "-", _BLUE, 2.6),
    "candidate": ("s", "-", _DARK, 1.6),
    "rival": ("s", ":", _DARK, 1.6),
}
_PLAIN: tuple[_Look, _Look] = (("^", "--", _GREY, 1.6), ("", "-", _GREY, 1.2))
"""Of talking to everybody, and to nobody."""
_BELOW = 0.35
"""How much of the height is kept for what is worse than talking to nobody. Far below it nothing is to be seen."""
_CHILDREN = 1000


def benefit_chart(
    thresholds: Sequence[float],
    lines: Sequence[Line],
    everybody: Sequence[float | None],
    *,
    name: str = "benefit",
) -> Chart:
    """A line for the model and for each rival, by how many families one may talk to in vain for one found.

    `thresholds` lie between 0 and 1 and grow; `lines` and `everybody` hold the net benefit per child at each of them,
    None where it is hidden. Nobody is 0 throughout. Raises WrongUsage where there is nothing to draw.

    >>> chart = benefit_chart([0.1, 0.2], [Line("This model", (0.011, 0.005), "chosen")], [-0.07, -0.2])
    >>> chart.columns
    ('Threshold', 'In vain for one found', 'This model', 'Everybody', 'Nobody')
    >>> chart.rows[1]
    ('20%', '4', '5.0', '-200.0', '0.0')
    """
    _check(thresholds, lines, everybody)
    title = "What it is worth, once talking in vain is paid for"
    description = (
        "Children found, less families talked to in vain, who count for less the lower the threshold is: at 20% one "
        "child found is held to be worth four families talked to in vain. A line above all others at a threshold is "
        "the best way there; below the line of nobody it is better to talk to nobody. What lies far below that is not "
        "drawn, and is in the table."
    )
    nobody = (0.0,) * len(thresholds)
    values = {line.label: line.values for line in lines} | {"Everybody": tuple(everybody), "Nobody": nobody}
    looks = [*(_LOOKS[line.kind] for line in lines), *_PLAIN]
    with settings():
        figure = _drawn(thresholds, values, looks)
        svg = inline_svg(figure, name=name, title=title, description=description)
    rows = tuple(
        (f"{100 * at:g}%", f"{(1 - at) / at:.0f}", *(_cell(held[place]) for held in values.values()))
        for place, at in enumerate(thresholds)
    )
    return Chart(svg, title, description, ("Threshold", "In vain for one found", *values), rows)


def _drawn(
    thresholds: Sequence[float], values: Mapping[str, Sequence[float | None]], looks: Sequence[_Look]
) -> Figure:
    figure = Figure(figsize=(6.8, 4.3), layout="constrained")
    axes = figure.add_subplot()
    for (label, held), (mark, stroke, colour, width) in zip(values.items(), looks, strict=True):
        there = [
            (at, _CHILDREN * each) for at, each in zip(thresholds, held, strict=True) if each is not None
        ]
        axes.plot(
            [at for at, _ in there],
            [each for _, each in there],
            label=label,
            marker=mark,
            linestyle=stroke,
            color=colour,
            markersize=6,
            markevery=max(1, len(there) // 8),
            linewidth=width,
            zorder=width,
        )
    top = _CHILDREN * max(each for held in values.values() for each in held if each is not None) or 1.0
    axes.set(
        xlim=(0, 1.03 * thresholds[-1]),
        ylim=(-_BELOW * top, 1.08 * top),
        xlabel="Threshold: from which level on a family is talked to",
        ylabel=f"Net benefit, of {_CHILDREN:,} children",
    )
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    figure.legend(loc="outside upper left", ncols=2, frameon=False, fontsize=9)
    return figure


def _cell(value: float | None) -> str:
    said = "c" if value is None else f"{_CHILDREN * value:.1f}"
    return "0.0" if said == "-0.0" else said


def _check(thresholds: Sequence[float], lines: Sequence[Line], everybody: Sequence[float | None]) -> None:
    if not thresholds or not any(value is not None for line in lines for value in line.values):
        raise WrongUsage("There is nothing to draw.", todo="Leave the chart out where there are no values.")
    if any(not 0 < at < 1 for at in thresholds) or list(thresholds) != sorted(set(thresholds)):
        raise WrongUsage("The thresholds of a net benefit chart lie between 0 and 1, and grow.")
    if any(len(values) != len(thresholds) for values in (*(line.values for line in lines), everybody)):
        raise WrongUsage(f"A line of the net benefit chart has not {len(thresholds)} values.")
