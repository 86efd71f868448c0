"""Time and memory over size, one line a peer, on logarithmic axes: what doubles with the rows is straight."""

import argparse
import json
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.ticker import LogLocator


def draw(figures: pd.DataFrame, out: Path) -> None:
    """Two panels: seconds of the processor, and peak memory in GB. The ending of `out` says PNG or SVG."""
    drawn, panels = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    for panel, (column, unit, title) in zip(
        panels, (("processor", 1, "processor time, s"), ("memory", 1e9, "peak memory, GB")), strict=True
    ):
        for peer, rows in figures.groupby("peer", sort=False):
            panel.plot(rows["children"], rows[column] / unit, marker="o", label=peer)
        panel.set(xscale="log", yscale="log", xlabel="children", title=title)
        panel.set_xticks(sorted(set(figures["children"])))
        panel.xaxis.set_major_formatter("{x:,.0f}")
        panel.xaxis.set_minor_formatter("")
        panel.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        panel.yaxis.set_major_formatter("{x:g}")
        panel.yaxis.set_minor_formatter("")
        panel.grid(alpha=0.3)
    panels[0].legend(frameon=False)
    drawn.savefig(out)
    plt.close(drawn)


def main() -> None:
    """Draw the figures that `scale` kept."""
    parser = argparse.ArgumentParser(description=draw.__doc__)
    parser.add_argument("figures", type=Path)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args()
    draw(pd.DataFrame(json.loads(asked.figures.read_text(encoding="utf-8"))), asked.out)


if __name__ == "__main__":
    main()
