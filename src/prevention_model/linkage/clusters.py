"""Which profiles are one person: the surest pairs first, and never two people in one cluster.

Pairs are taken one after another, the surest first, as in Kruskal's tree. A pair joins two clusters only if no
member of the one contradicts a member of the other, and if they do not both hold a number of one kind: two
numbers of one kind are two people, unless name and birthday are the same. So clusters do not grow in chains
(A like B like C, but A not like C), and twins stay two.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from prevention_model.linkage.likeness import Likeness, Said

BY_NUMBER = 1.0
"""The match probability of a pair that stands under one number."""


class Clusters:
    """A partition of profiles that only grows where it may.

    `kinds` names the kind of number of each profile; two of one kind are kept apart. '' for none.
    `apart` holds pairs of profiles that somebody has said are two people.
    """

    def __init__(
        self,
        said: list[Said],
        kinds: list[str],
        likeness: Likeness,
        apart: Iterable[tuple[int, int]] = (),
    ) -> None:
        self.said, self.kinds, self.likeness = said, kinds, likeness
        self.of = list(range(len(said)))
        self.members: dict[int, list[int]] = {n: [n] for n in self.of}
        self.weakest = np.ones(len(said))
        self.apart: dict[int, set[int]] = {}
        for one, two in apart:
            self.apart.setdefault(one, set()).add(two)
            self.apart.setdefault(two, set()).add(one)

    def join(self, one: int, two: int, probability: float = BY_NUMBER, *, told: bool = False) -> bool:
        """Join the clusters of two profiles if they may be one person. `told`: somebody has said they are.

        >>> ann, ben = Said(frozenset({"ann"}), frozenset({"2015-05-17"})), Said(frozenset({"ben"}), frozenset())
        >>> found = Clusters([ann, ann, ben], ["upn", "nhs_number", ""], Likeness(frozenset()))
        >>> found.join(0, 1), found.join(1, 2), found.of
        (True, False, [0, 0, 2])
        """
        a, b = self.of[one], self.of[two]
        if a == b:
            return True
        by_number = probability == BY_NUMBER
        if any(self._apart(p, q) for p in self.members[a] for q in self.members[b]):
            return False
        if not told and not all(
            self._compatible(p, q, a, b, by_number) for p in self.members[a] for q in self.members[b]
        ):
            return False
        low, high = min(a, b), max(a, b)
        for member in self.members[high]:
            self.of[member] = low
        self.members[low] += self.members.pop(high)
        self.weakest[low] = min(self.weakest[low], self.weakest[high], probability)
        return True

    def same_kind(self, one: int, two: int) -> bool:
        """Whether the clusters of two profiles both hold a number of one kind."""
        first = {self.kinds[p] for p in self.members[self.of[one]]}
        return bool((first & {self.kinds[q] for q in self.members[self.of[two]]}) - {""})

    def _compatible(self, p: int, q: int, a: int, b: int, by_number: bool) -> bool:
        one, two = self.said[p], self.said[q]
        if self.kinds[p] and self.kinds[p] == self.kinds[q]:
            if one and two:
                return self.likeness.identical(one, two, nearly=by_number)
            # A second number of which nothing is known but whose it is.
            return by_number and (self._unknown(a) or self._unknown(b))
        return not self.likeness.contradict(one, two)

    def _unknown(self, cluster: int) -> bool:
        return len(self.members[cluster]) == 1 and not self.said[cluster]

    def _apart(self, p: int, q: int) -> bool:
        return q in self.apart.get(p, ())


def join_by_number(clusters: Clusters, borne: pd.DataFrame) -> int:
    """Join profiles whose numbers stand in one row and that agree; gives how many pairs were not joined.

    `borne` (profile, other, times). A number of which nothing else is known goes to the one number of each
    kind that it stands with most often (the smaller text where they tie), the most trusted kind first.
    """
    said = clusters.said
    pairs = borne.sort_values(["times", "other", "profile"], ascending=[False, True, True], kind="stable")
    agreeing, silent = [], []
    for profile, other, _ in pairs[["profile", "other", "times"]].itertuples(index=False, name=None):
        if said[profile] and said[other]:
            if clusters.likeness.agree(said[profile], said[other]):
                agreeing.append((other, profile))
        else:
            silent.append((other, profile))
    joined = sum(clusters.join(one, two) for one, two in agreeing)
    done: set[tuple[int, str]] = set()
    trust: dict[str, int] = {}
    for number, kind in enumerate(clusters.kinds):
        trust.setdefault(kind, number)
    for other, profile in sorted(silent, key=lambda pair: trust[clusters.kinds[pair[0]]]):
        key = (profile, clusters.kinds[other])
        # A second number of the kind only if its rows say whose it is: then they have to agree.
        if key not in done or said[other]:
            done.add(key)
            joined += clusters.join(other, profile)
    return len(pairs) - joined


def join_by_likeness(clusters: Clusters, pairs: pd.DataFrame) -> int:
    """Join clusters by the pairs of the model, the surest first; gives how many pairs were refused.

    `pairs` (cluster_l, cluster_r, weight, beside_name), in order. Two numbers of one kind are one person's only
    if name and birthday are the same and a place or another number agrees as well.
    """
    refused = 0
    columns = ["cluster_l", "cluster_r", "weight", "beside_name"]
    for one, two, weight, beside_name in pairs[columns].itertuples(index=False, name=None):
        alike = beside_name or not clusters.same_kind(one, two)
        refused += not (alike and clusters.join(one, two, probability(weight)))
    return refused


def probability(weight: float) -> float:
    """The probability behind a match weight (log2 of the odds), below that of a shared number.

    >>> round(probability(0.0), 3), probability(80.0) < BY_NUMBER
    (0.5, True)
    """
    return float(min(1 - 1 / (1 + 2.0**weight), BY_NUMBER - 1e-9))
