"""matplotlib's SVG made fit to stand inside a page: no style attributes, no outside names, unique ids."""

import io
import re
import warnings
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

_FONTS = "Arial, Helvetica, sans-serif"
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "svg.hashsalt": "prevention-model",
    # DejaVu comes with matplotlib, so every machine lays the text out alike; the page shows Arial.
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.edgecolor": "#505a5f",
    "axes.labelcolor": "#0b0c0c",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#e3e5e6",
    "text.color": "#0b0c0c",
    "xtick.color": "#0b0c0c",
    "ytick.color": "#0b0c0c",
}


def settings() -> Any:
    """The drawing settings, for use as `with settings():` around the making of a figure."""
    return mpl.rc_context(_SETTINGS)


def inline_svg(figure: Figure, *, name: str, title: str, description: str) -> str:
    """The figure as an `<svg>` element with a title and a description; the same figure gives the same text.

    `name` makes its ids its own, so several charts can stand in one page.
    """
    held = io.StringIO()
    FigureCanvasSVG(figure)
    with settings(), warnings.catch_warnings():
        # letters that DejaVu lacks are laid out as boxes, and shown by the reader's own fonts
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure.savefig(
            held, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    text = held.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<style.*?</style>|<metadata>.*?</metadata>|<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r'\sstyle="([^"]*)"', _as_attributes, text)
    text = re.sub(r'\bid="', f'id="{name}-', text).replace("url(#", f"url(#{name}-")
    text = text.replace('xlink:href="#', f'href="#{name}-')
    head, body = text.split(">", 1)
    box = re.search(r'viewBox="[^"]*"', head)
    assert box is not None
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box[0]} class="chart" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" stroke-linejoin="round">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    )
    return re.sub(r"\n\s*", "\n", opening + body).strip()


def _as_attributes(match: re.Match[str]) -> str:
    """`style="fill: red"` as `fill="red"`: the page's policy allows no style attributes."""
    pairs = (item.split(":", 1) for item in match[1].split(";") if item.strip())
    made = {key.strip(): value.strip() for key, value in pairs}
    if "font-family" in made:
        made["font-family"] = _FONTS
    return "".join(f' {key}="{value}"' for key, value in made.items())
