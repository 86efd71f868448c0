"""So many of 20, or of 1,000, drawn one by one: an inline SVG with a text alternative and the table behind it.

Every part has a shape of its own, so nothing is said by colour alone. The same input gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from prevention_model.errors import WrongUsage
from prevention_model.pages.document import Chart
from prevention_model.pages.svg import inline_svg, settings

_BLUE, _DARK, _GREY = "#1d70b8", "#0b0c0c", "#505a5f"
_LOOKS = {
    2: (("s", _BLUE), ("o", _GREY)),
    3: (("s", _BLUE), ("o", _BLUE), (".", _GREY)),
    4: (("s", _BLUE), ("D", _DARK), ("o", _BLUE), (".", _GREY)),
}
"""By how many parts there are: the shape and colour of each. A circle is hollow."""
_ACROSS, _FEW = {20: 10, 100: 20, 1000: 50}, 100
_DOT = 0.45
"""How much of another shape's room a dot takes: it stands for those of whom there is nothing to say."""


@dataclass(frozen=True)
class Part:
    """One part of everybody: who they are, and their share, 0 to 1."""

    label: str
    share: float

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise WrongUsage(f"The part `{self.label}` is not a share between 0 and 1.")


def icon_chart(
    parts: Sequence[Part], *, of: int, who: str, title: str, about: str = "", name: str = "icons"
) -> Chart:
    """`of` shapes, so many for each part; two to four parts that are everybody together.

    `who` names what one shape stands for ("families listed"); `about` is said after the numbers. A part of whom there
    are some, and too few for a shape, is said and not drawn. Raises WrongUsage where the parts are not everybody.

    >>> chart = icon_chart([Part("it came to", 0.36), Part("it did not", 0.64)], of=20, who="families", title="")
    >>> chart.rows
    (('it came to', '7 of 20'), ('it did not', '13 of 20'))
    >>> chart.description
    'Of 20 families: it came to, 7; it did not, 13.'
    """
    if of not in _ACROSS or len(parts) not in _LOOKS:
        raise WrongUsage(
            f"{len(parts)} parts of {of} cannot be drawn.",
            todo=f"Give {', '.join(map(str, _LOOKS))} parts, of {', '.join(map(str, _ACROSS))}.",
        )
    if abs(sum(part.share for part in parts) - 1) > 1e-6:
        raise WrongUsage("The parts of an icon chart are not everybody: their shares do not add up to 1.")
    counts = shapes_of([part.share for part in parts], of)
    said = [_said(count, of) for count in counts]
    told = "; ".join(f"{part.label}, {words}" for part, words in zip(parts, said, strict=True))
    description = f"Of {of:,} {who}: {told}.{' ' if about else ''}{about}"
    with settings():
        figure = _drawn(parts, counts, said, of)
        svg = inline_svg(figure, name=name, title=title, description=description)
    rows = tuple((part.label, f"{words} of {of:,}") for part, words in zip(parts, said, strict=True))
    return Chart(svg, title, description, (f"Of {of:,} {who}", "About how many"), rows)


def shapes_of(shares: Sequence[float], of: int) -> list[int]:
    """Whole numbers that add up to `of`: each share rounded; where that does not add up, the furthest off gives way.

    >>> shapes_of([0.36, 0.64], 20), shapes_of([1 / 3, 1 / 3, 1 / 3], 20), shapes_of([0.004, 0.996], 20)
    ([7, 13], [7, 7, 6], [0, 20])
    """
    exact = [share * of for share in shares]
    counts = [round(each) for each in exact]
    while (off := sum(counts) - of) != 0:
        step = 1 if off > 0 else -1
        far = [step * (count - each) for count, each in zip(counts, exact, strict=True)]
        # of several that are equally far off the last gives way
        counts[max(range(len(far)), key=lambda place: (far[place], place))] -= step
    return counts


def _said(count: int, of: int) -> str:
    """Nobody is told that something never or always happens, as in `words.about_of`."""
    if count == 0:
        return "fewer than 1"
    return f"more than {of - 1:,}" if count == of else f"{count:,}"


def _drawn(parts: Sequence[Part], counts: Sequence[int], said: Sequence[str], of: int) -> Figure:
    across = _ACROSS[of]
    down, few = of // across, of <= _FEW
    figure = Figure(figsize=(6.8, 0.34 * len(parts) + (0.55 if few else 0.136) * down), layout="constrained")
    axes = figure.add_subplot()
    size = (6.8 * 72 / across) * (0.38 if few else 0.55)
    first, keys = 0, []
    for part, count, words, (shape, colour) in zip(parts, counts, said, _LOOKS[len(parts)], strict=True):
        places = range(first, first + count)
        look: Any = {"marker": shape, "linestyle": "none", "color": colour, "markeredgewidth": 1.2}
        look |= {"markerfacecolor": "none" if shape == "o" else colour}
        axes.plot(
            [place % across for place in places],
            [place // across for place in places],
            markersize=size * (_DOT if shape == "." and not few else 1),
            **look,
        )
        keys.append(Line2D([], [], markersize=9, label=f"{words}: {part.label}", **look))
        first += count
    axes.set(xlim=(-0.7, across - 0.3), ylim=(down - 0.3, -0.7))
    axes.set_axis_off()
    figure.legend(handles=keys, loc="outside upper left", frameon=False, fontsize=11)
    return figure
