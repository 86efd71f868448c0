"""Who lives with whom at an index date, as far as was then known, and totals over the others."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from prevention_model.query.pairs import days_of
from prevention_model.query.rows import MISSING_DAY, Ints, Rows, keyed, spread
from prevention_model.query.tables import Tables, Texts, or_else

_NEVER = np.iinfo(np.int64).max // 2


@dataclass(frozen=True, eq=False)
class Stays:
    """Stays of people in something numbered (a household, a place), and the last days before they are seen."""

    person: Ints
    where: Ints
    seen: Ints
    left: Ints
    rank: Ints

    @classmethod
    def of(cls, tables: Tables, frame: pd.DataFrame, where: Ints) -> "Stays":
        """Stays from a frame with person_id, from, to, known_date. Ties of the rank: later from, known, where."""
        person = tables.person_codes(frame["person_id"])
        known = days_of(frame["known_date"])
        start = or_else(days_of(frame["from"]), known)  # an undated stay begins when it became known
        known = or_else(known, start)
        end = days_of(frame["to"])
        left = np.where(end == MISSING_DAY, _NEVER, np.maximum(end, start))
        rank = np.empty(len(person), dtype=np.int64)
        rank[np.lexsort((where, known, start))] = np.arange(len(person))
        use = (person >= 0) & (start != MISSING_DAY)
        return cls(person[use], where[use], np.maximum(start, known)[use], left[use], rank[use])

    def current(self, rows: Rows) -> Ints:
        """For each row the position of the stay last begun and not seen to have ended, -1 for none."""
        item, row = spread(rows.enter(self.person, self.seen), rows.enter(self.person, self.left))
        best = np.full(len(rows), -1, dtype=np.int64)
        np.maximum.at(best, row, self.rank[item])
        at = np.full(int(self.rank.max(initial=-1)) + 2, -1, dtype=np.int64)
        at[self.rank] = np.arange(len(self.rank))
        return np.where(best >= 0, at[best], -1)


def household_stays(tables: Tables) -> tuple[Stays, pd.Index]:
    """Household memberships, and the household ids in order."""
    frame = tables.frames["household"]
    frame = frame[frame["household_id"].notna()]
    homes = Texts.of(frame["household_id"])
    return Stays.of(tables, frame, homes.codes), homes.texts


@dataclass(frozen=True, eq=False)
class Household:
    """Everybody of the households of the asked pairs, at the same index dates.

    `rows` are the members; `group` numbers their (household, index date); `asked` is the group of each
    asked pair (-1 without a household) and `own` the pair's own position among the members.
    """

    rows: Rows
    group: Ints
    asked: Ints
    own: Ints

    @classmethod
    def of(cls, tables: Tables, pairs: Rows) -> "Household":
        """Members need not be asked about themselves: adults come in here."""
        stays, _ = household_stays(tables)
        home = np.append(stays.where, -1)[stays.current(pairs)]
        housed = home >= 0
        groups = np.unique(keyed(home[housed], pairs.day[housed]))
        day_of_group = np.zeros(len(groups), dtype=np.int64)
        asked = np.full(len(pairs), -1, dtype=np.int64)
        asked[housed] = np.searchsorted(groups, keyed(home[housed], pairs.day[housed]))
        day_of_group[asked[housed]] = pairs.day[housed]

        # Whoever ever seemed to live there at that date is a candidate; their own latest household decides.
        first = np.searchsorted(groups, keyed(stays.where, stays.seen), side="right")
        last = np.searchsorted(groups, keyed(stays.where, stays.left), side="right")
        item, group = spread(first, last)
        candidates, _ = Rows.of(*_distinct_pairs(stays.person[item], day_of_group[group]))
        lives = np.append(stays.where, -1)[stays.current(candidates)]
        at = (
            np.searchsorted(groups, keyed(lives, candidates.day))
            if len(groups)
            else np.zeros(len(lives), np.int64)
        )
        at = np.minimum(at, max(len(groups) - 1, 0))
        stay = (
            (lives >= 0) & (groups[at] == keyed(lives, candidates.day))
            if len(groups)
            else np.zeros(len(lives), bool)
        )
        rows = Rows(candidates.person[stay], candidates.day[stay], candidates.key[stay])
        own = np.searchsorted(rows.key, pairs.key)
        return cls(rows, at[stay], asked, np.where(housed, own, -1))

    def total_of_others(self, amounts: Ints) -> Ints:
        """For each asked pair the household's total less the pair's own; 0 without a household."""
        groups = int(self.group.max(initial=-1)) + 1
        totals = np.zeros(groups + 1, dtype=np.int64)
        np.add.at(totals, self.group, amounts)
        return np.where(self.asked >= 0, totals[self.asked] - np.append(amounts, 0)[self.own], 0)

    def largest_of_others(self, ranks: Ints) -> Ints:
        """For each asked pair the largest rank among the others; -1 for none. Ranks are never shared."""
        groups = int(self.group.max(initial=-1)) + 1
        largest = np.full(groups + 1, -1, dtype=np.int64)
        np.maximum.at(largest, self.group, ranks)
        rest = np.where(ranks == largest[self.group], -1, ranks)
        second = np.full(groups + 1, -1, dtype=np.int64)
        np.maximum.at(second, self.group, rest)
        own = np.append(ranks, -1)[self.own]
        best = np.where(own == largest[self.asked], second[self.asked], largest[self.asked])
        return np.where(self.asked >= 0, best, -1)


def _distinct_pairs(person: Ints, day: Ints) -> tuple[Ints, Ints]:
    _, first = np.unique(keyed(person, day), return_index=True)
    return person[first], day[first]
