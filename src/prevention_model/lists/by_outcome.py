"""What each outcome that ranks adds to a child's place on a zone's list, and the reasons that go with it."""

from collections.abc import Collection, Mapping

import pandas as pd

from prevention_model.lists.facts import ByOutcome
from prevention_model.lists.ranking import combined, counted, rank_families
from prevention_model.lists.text import plain

_TOLD = 3


class EachOutcome:
    """How the children of one zone's list stand by each outcome alone.

    `scores`: one row per child and outcome. `outcomes` says each in plain words. `capacity` has the zone.
    """

    def __init__(
        self,
        scores: pd.DataFrame,
        outcomes: Mapping[str, str],
        weights: Mapping[str, float],
        capacity: Mapping[str, int],
        held_back: Collection[str],
    ) -> None:
        self._outcomes, self._weights = outcomes, weights
        rows = scores[["person_id", "outcome", "level", "direction", "eligible"]]
        held = rows.assign(adds=counted(scores, weights)).to_dict("records")
        self._rows = {(row["person_id"], row["outcome"]): row for row in held}
        self._least = {name: _least_levels(scores, name, capacity, held_back) for name in outcomes}

    def of(self, person: str) -> tuple[ByOutcome, ...]:
        """How one child stands by each, in the order of the outcomes; nothing where one ranks, as the place says it."""
        if len(self._outcomes) == 1:
            return ()
        found = []
        for name, words in self._outcomes.items():
            row, position = self._rows[person, name], None
            if row["eligible"] and pd.notna(row["level"]):
                least = self._least[name]
                position = next((band for band, level in least.items() if row["level"] >= level), "")
            found.append(ByOutcome(plain(words), position, str(row["direction"]), self._weights[name]))
        return tuple(found)

    def told(self, reasons: pd.DataFrame, person: str) -> pd.DataFrame:
        """At most three reasons and three strengths of one child, those of the outcome that adds most first.

        `bears_on` has that outcome in words where several rank. What several outcomes say is told once.
        """
        adds = {name: self._rows[person, name]["adds"] for name in self._outcomes}
        counts = [name for name in adds if pd.notna(adds[name])]
        order = {name: number for number, name in enumerate(sorted(counts, key=lambda name: -adds[name]))}
        own = reasons[reasons["person_id"].eq(person) & reasons["outcome"].isin(order)]
        own = own.assign(
            order=own["outcome"].map(order),
            bears_on=own["outcome"].map(lambda name: plain(self._outcomes[name]) if len(adds) > 1 else ""),
        ).sort_values(["order", "position"])
        said_before = own.duplicated(["kind", "text"]) & (own["order"] > 0)
        return own[~said_before].groupby("kind").head(_TOLD)


def _least_levels(
    scores: pd.DataFrame, outcome: str, capacity: Mapping[str, int], held_back: Collection[str]
) -> dict[str, float]:
    """The lowest level in each third of a list by this outcome alone, the first third first."""
    alone = combined(scores[scores["outcome"].eq(outcome)], {outcome: 1.0})
    families = rank_families(alone, capacity, reserve=0, held_back=held_back)
    least = families[families["listed"]].groupby("band")["level"].min()
    return {str(band): float(level) for band, level in least.sort_index().items()}
