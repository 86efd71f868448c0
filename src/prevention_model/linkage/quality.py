"""How well linkage did, where the truth is known: precision and recall of pairs of mentions, and for whom.

A pair of mentions of one person that linkage put together is found; one that it kept apart is missed; a pair
of two people put together is wrong. Precision is found / (found + wrong), recall found / (found + missed).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class PairQuality:
    """Counts of pairs of mentions, and what follows from them; None where there is nothing to divide by.

    >>> quality = PairQuality(found=99, wrong=1, missed=0)
    >>> quality.precision, quality.recall
    (0.99, 1.0)
    """

    found: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float | None:
        """The share of the pairs put together that are one person's."""
        together = self.found + self.wrong
        return self.found / together if together else None

    @property
    def recall(self) -> float | None:
        """The share of the pairs of one person that were put together."""
        true = self.found + self.missed
        return self.found / true if true else None


def pair_quality(truth: pd.Series, found: pd.Series) -> PairQuality:
    """Compare who each mention is about (`truth`) with who linkage says (`found`), mention by mention.

    >>> pair_quality(pd.Series(["a", "a", "b"]), pd.Series([1, 1, 1]))
    PairQuality(found=1, wrong=2, missed=0)
    """
    frame = pd.DataFrame({"truth": truth.to_numpy(), "found": found.to_numpy()})
    both = _pairs(frame.groupby(["truth", "found"]).size())
    together, true = _pairs(frame.groupby("found").size()), _pairs(frame.groupby("truth").size())
    return PairQuality(both, together - both, true - both)


def quality_by_group(truth: pd.Series, found: pd.Series, groups: pd.Series) -> dict[str, PairQuality]:
    """The same for each group of people. `groups` gives the group of each mention's true person.

    A wrong pair counts in the group of each of its two people, once where both are of one group.

    >>> made = quality_by_group(pd.Series(["a", "b", "c"]), pd.Series([1, 1, 2]), pd.Series(["x", "y", "y"]))
    >>> made["x"].wrong, made["y"].wrong
    (1, 1)
    """
    frame = pd.DataFrame({"truth": truth.to_numpy(), "found": found.to_numpy(), "group": groups.to_numpy()})
    made = {}
    for name, rows in frame.groupby("group"):
        others = frame[frame["found"].isin(rows["found"].unique()) & (frame["group"] != name)]
        own = pair_quality(rows["truth"], rows["found"])
        mine, theirs = rows.groupby("found").size(), others.groupby("found").size()
        across = int((mine.reindex(theirs.index, fill_value=0) * theirs).sum())
        made[str(name)] = PairQuality(own.found, own.wrong + across, own.missed)
    return made


def _pairs(sizes: pd.Series) -> int:
    counts = sizes.to_numpy(dtype=np.int64)
    return int((counts * (counts - 1) // 2).sum())
