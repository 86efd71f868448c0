"""Which features to leave out, because a trait can be told from them."""

import pandas as pd

from prevention_model.model.proxies import ALL_FEATURES

CARRIES = 0.6
"""From this area under the curve on, whichever way it points, a single feature counts as carrying the trait: with the
lower end of its interval too, because the most of many areas is high by chance where a group is small."""
_MOST = 1 / 3


def features_that_carry(table: pd.DataFrame) -> tuple[str, ...]:
    """Features of a `proxy_table` that tell some group of the trait: those with an area of 0.6 or more at the lower end
    of the interval. The strongest come first; a third of all features at most.

    >>> table = pd.DataFrame({"trait": "side", "group": "east", "lower": [0.85, 0.75, 0.45, 0.61], "upper": 1.0,
    ...     "feature": ["all features", "bus_pass", "age", "home"], "auc": [0.9, 0.8, 0.5, 0.7]})
    >>> features_that_carry(table)
    ('bus_pass',)
    """
    alone = table[table["feature"] != ALL_FEATURES]
    strongest = alone.groupby("feature", sort=True)[["auc", "lower"]].max()
    carrying = strongest[strongest["lower"] >= CARRIES].sort_values("auc", ascending=False, kind="stable")
    return tuple(str(name) for name in carrying.index[: max(1, int(len(strongest) * _MOST))])


def told_together(table: pd.DataFrame) -> dict[str, list[float]]:
    """How well all features together tell each group: area, lower and upper end; groups too small are left out.

    >>> table = pd.DataFrame({"trait": "side", "group": "east", "feature": ["all features"], "auc": [0.9],
    ...     "lower": [0.85], "upper": [0.95]})
    >>> told_together(table)
    {'east': [0.9, 0.85, 0.95]}
    """
    rows = table[(table["feature"] == ALL_FEATURES) & table["auc"].notna()]
    return {
        str(row["group"]): [float(row[end]) for end in ("auc", "lower", "upper")]
        for row in rows.to_dict("records")
    }
