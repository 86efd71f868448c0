"""Levels now and before, by the model and its refits; how reliable a change is; since when a child has been rising."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import expit

from prevention_model.dataset import Dataset, Split
from prevention_model.model import Refits, Reliability, Rise, RiskModel, rise_of
from prevention_model.model.rise import drift_of, rising_since
from prevention_model.pipeline.plan import Plan, reliability_days

_PIECE = 100_000


@dataclass(frozen=True, eq=False)
class Levels:
    """The levels of a data set's rows by one model, each worked out once, when it is first asked for."""

    model: RiskModel
    data: Dataset
    _held: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_held", np.full(len(self.data.members), np.nan))

    def of(self, rows: np.ndarray) -> np.ndarray:
        """The level of each row."""
        level: np.ndarray = expit(self.margins(rows))
        return level

    def margins(self, rows: np.ndarray) -> np.ndarray:
        """The log-odds of each row."""
        unknown = rows[np.isnan(self._held[rows])]
        if len(unknown):
            self._held[unknown] = _margin(self.model, self.data, unknown)
        return self._held[rows]


def level_at_last_list(levels: Levels, plan: Plan, rows: np.ndarray) -> np.ndarray | None:
    """The level of the same children at the list before that of each row; missing where they have no row there.

    None where nobody has one.
    """
    days = {day: plan.list_before(day) for day in np.unique(levels.data.days[rows])}
    there = levels.data.earlier(rows, days)
    level = np.full(len(rows), np.nan)
    level[there >= 0] = levels.of(there[there >= 0])
    return None if np.isnan(level).all() else level


@dataclass(frozen=True)
class Paired:
    """Levels of the same rows by several models (models x rows, the model itself first): now, and at the child's
    earlier row. Those of refits are scaled to the spread of whole fits. `drift` (rows) is the change by the model that
    everybody has at the row's index date."""

    before: np.ndarray
    now: np.ndarray
    drift: np.ndarray

    @classmethod
    def of(cls, levels: Levels, refits: Refits, plan: Plan, rows: np.ndarray) -> "Paired":
        """Against the same child's row `rise.over` earlier; missing where there is none."""
        data = levels.data
        days, place = np.unique(data.days[rows], return_inverse=True)
        earlier = data.earlier(rows, {day: plan.before(day) for day in days})
        has = earlier >= 0
        before = np.full((1 + len(refits.models), len(rows)), np.nan)
        now = _levels(levels, refits, rows)
        if has.any():
            before[:, has] = _levels(levels, refits, earlier[has])
        drift = np.array([_drift(levels, plan, day) for day in days])
        return cls(before, now, drift[place])

    def only(self, rows: np.ndarray) -> "Paired":
        """The same of some of the rows, by their places."""
        return Paired(self.before[:, rows], self.now[:, rows], self.drift[rows])

    def rise(self, place: int, reliability: Reliability, credible: float) -> Rise:
        """The rise by the model at `place`; the refits say how unsure it is."""
        return rise_of(
            self.before[place],
            self.now[place],
            self.before[1:],
            self.now[1:],
            reliability,
            credible,
            self.drift,
        )


def reliability_of(levels: Levels, outcome: str, plan: Plan, split: Split) -> Reliability:
    """How reliable changes are, from levels before the test of families that taught nothing; no outcome is used."""
    data = levels.data
    days = reliability_days(plan, np.unique(data.days))
    if not days:
        return Reliability.unknown()
    taught = set(data.members["family_id"].iloc[split.taught()])
    rows = data.at([*days, plan.before(days[-1])])
    rows = rows[data.at_risk(outcome, rows)]
    rows = rows[~data.members["family_id"].iloc[rows].isin(taught).to_numpy()]
    members = data.members.iloc[rows]
    table = pd.DataFrame(
        {
            "person": members["person_id"].to_numpy(),
            "day": data.days[rows],
            "level": levels.of(rows),
        }
    ).pivot(index="person", columns="day", values="level")
    # A child that changed families counts with its last one.
    family = pd.Series(members["family_id"].to_numpy(), members["person_id"].to_numpy())
    family = family[~family.index.duplicated(keep="last")]
    change = [table[day].to_numpy() for day in (plan.before(days[-1]), days[-1]) if day in table]
    if len(change) < 2 or not set(days) <= set(table.columns.to_numpy(dtype="datetime64[D]")):
        return Reliability.unknown()
    since = np.array([(day - days[0]) / np.timedelta64(1, "D") for day in days])
    over = float((days[-1] - plan.before(days[-1])) / np.timedelta64(1, "D"))
    return Reliability.learn(
        table[days].to_numpy().T,
        since,
        family.reindex(table.index).to_numpy(),
        (change[0], change[1]),
        over,
        least=float(plan.apart(days[-1]) / np.timedelta64(1, "D")),
    )


def since_when(
    levels: Levels,
    refits: Refits,
    reliability: Reliability,
    plan: Plan,
    rows: np.ndarray,
    rising: np.ndarray,
) -> np.ndarray:
    """For the rows (of one index date) that are rising: the first index date of the run of rising; else missing."""
    data = levels.data
    since = np.full(len(rows), np.datetime64("NaT"), dtype="datetime64[D]")
    if not rising.any():
        return since
    today, chosen = data.days[rows[0]], rows[rising]
    days = plan.followed_back(np.unique(data.days))
    run = np.zeros((len(days) + 1, len(chosen)), dtype=bool)
    run[-1] = True
    for place, day in enumerate(days):
        then = data.earlier(chosen, {today: day})
        there = then >= 0
        if there.any():
            paired = Paired.of(levels, refits, plan, then[there])
            found = paired.rise(0, reliability, plan.experiment.rise.credible)
            run[place, there] = found.direction == "rising"
    since[rising] = rising_since(run, np.append(days, today).astype("datetime64[D]"))
    return since


def _levels(levels: Levels, refits: Refits, rows: np.ndarray) -> np.ndarray:
    own = levels.margins(rows)
    others = [refits.scaled(own, _margin(each, levels.data, rows)) for each in refits.models]
    found: np.ndarray = expit(np.array([own, *others]))
    return found


def _drift(levels: Levels, plan: Plan, day: np.datetime64) -> float:
    """The change at an index date that everybody has, over all children that there are at it."""
    rows = levels.data.at([day])
    earlier = levels.data.earlier(rows, {day: plan.before(day)})
    has = earlier >= 0
    if not has.any():
        return 0.0
    return drift_of(levels.of(earlier[has]), levels.of(rows[has]))


def _margin(model: RiskModel, data: Dataset, rows: np.ndarray) -> np.ndarray:
    """In pieces, so that memory stays small."""
    pieces: Sequence[np.ndarray] = np.array_split(rows, max(1, len(rows) // _PIECE + 1))
    found: np.ndarray = np.concatenate([model.margin(data.features.iloc[p]) for p in pieces if len(p)])
    return found
