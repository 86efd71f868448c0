"""Follow-up that is cut: weights by which the rows seen to the end stand for those that were not.

Leaving censored rows out makes an outcome look more frequent than it is, because a case is known from the day
it happens and a child without the outcome only at the end. So each known row is weighed by one over the
probability that it was still watched when its outcome became known (inverse probability of censoring: Graf and
others 1999; Uno and others 2007), by the Kaplan-Meier curve of the censoring (Kaplan and Meier 1958). Every
metric of this room takes such weights.

This holds where leaving has nothing to do with the outcome, within each value of `within` if that is given.
Nothing in the data can show that it does.

Time is counted from the first day of follow-up. A horizon of 365 takes in times 0 to 364.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from prevention_model.errors import WrongUsage
from prevention_model.metrics.arrays import Flags, Floats, weights_of
from prevention_model.metrics.score_interval import kish_size

# A row that stands for more than twenty decides a metric by itself.
MOST = 20.0


@dataclass(frozen=True, eq=False)
class StepCurve:
    """The share that is left after each of some times, 1 before the first of them. `times` ascending (k,),
    `left` (k,) never rising.

    >>> curve = StepCurve(np.array([2.0, 5.0]), np.array([0.75, 0.25]))
    >>> curve.after([1, 2, 9]).tolist(), curve.before([2, 5]).tolist()
    ([1.0, 0.75, 0.25], [1.0, 0.75])
    """

    times: Floats
    left: Floats

    def after(self, time: npt.ArrayLike) -> Floats:
        """The share left when what happens at `time` has happened."""
        return self._at(time, "right")

    def before(self, time: npt.ArrayLike) -> Floats:
        """The share left just before `time`."""
        return self._at(time, "left")

    def _at(self, time: npt.ArrayLike, side: Literal["left", "right"]) -> Floats:
        place = np.searchsorted(self.times, np.asarray(time, dtype=np.float64), side=side)
        return np.concatenate(([1.0], self.left))[place]


def kaplan_meier(
    time: npt.ArrayLike, happened: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> StepCurve:
    """The share to whom it has not happened, after each time at which it did.

    time (n,): until when a row was watched, in any unit; happened (n,): 1 where it happened then, 0 where the
    row was censored then. A row censored at the very time of an event was still watched. Raises WrongUsage.

    >>> curve = kaplan_meier([1, 2, 2, 3], [1, 1, 0, 0])
    >>> curve.times.tolist(), curve.left.round(3).tolist()
    ([1.0, 2.0], [0.75, 0.5])
    """
    times, ended, given = _followed(time, happened, weights)
    at, events, _, watched = _by_time(times, ended, given)
    return _curve(at, events, watched)


def censoring_curve(
    time: npt.ArrayLike, happened: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> StepCurve:
    """The share still watched, after each time at which a row was censored: as `kaplan_meier`, for leaving.

    A row to which it happened at the very time of a censoring could no longer be censored. Raises WrongUsage.

    >>> curve = censoring_curve([1, 2, 2, 3], [1, 1, 0, 0])
    >>> curve.times.tolist(), curve.left.tolist()
    ([2.0, 3.0], [0.5, 0.0])
    """
    times, ended, given = _followed(time, happened, weights)
    at, events, censored, watched = _by_time(times, ended, given)
    return _curve(at, censored, watched - events)


@dataclass(frozen=True, eq=False)
class AtHorizon:
    """What is known at a horizon, and how much each row stands for. Give `outcome` and `weights` to a metric.

    `outcome` (n,): 1, 0, or missing where censored. `weights` (n,): 0 where censored. `heaviest`: the largest
    of one over the probability of being watched, before any was cut; `truncated`: how many were cut to the
    most that was allowed, which leaves some of the bias in; `effective_size`: how many equally weighed rows
    tell as much (Kish 1965).
    """

    outcome: Floats
    weights: Floats
    heaviest: float
    truncated: int
    effective_size: float

    def __str__(self) -> str:
        known = int((self.weights > 0).sum())
        cut = f"; {self.truncated} weights were cut, so some bias is left" if self.truncated else ""
        return (
            f"{known} of {len(self.weights)} rows known, worth {self.effective_size:.0f} of equal weight; "
            f"the heaviest stands for {self.heaviest:.1f}{cut}"
        )


def at_horizon(
    time: npt.ArrayLike,
    happened: npt.ArrayLike,
    horizon: float,
    within: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    truncate_at: float | None = None,
) -> AtHorizon:
    """Outcomes within a horizon with weights for censoring.

    time (n,): from the first day of follow-up until it happened or the row was last watched; happened (n,): 1
    or 0 for which of the two. It happened within the horizon if it did before `horizon`; it did not if the row
    was watched until `horizon` or longer; else the row is censored. within (n,): labels of groups that leave
    at different rates, such as years of age, each with a curve of its own. weights (n,): sample weights, such
    as those of a resample; they enter the curve and multiply the result. To resample, multiply weights that
    were found once: intervals come out a little wide, and no resample lacks a group that reaches the horizon.

    Raises WrongUsage where a weight would be above 20, unless `truncate_at` says at how much to cut it; and
    where all of a group have left before the horizon, because then no row can stand for them.

    >>> seen = at_horizon([3, 10, 4, 10], [1, 0, 0, 0], horizon=10)
    >>> seen.outcome.tolist(), seen.weights.round(2).tolist()
    ([1.0, 0.0, nan, 0.0], [1.0, 1.5, 0.0, 1.5])
    >>> str(seen)
    '3 of 4 rows known, worth 3 of equal weight; the heaviest stands for 1.5'
    """
    times, ended, given = _followed(time, happened, weights)
    most = MOST if truncate_at is None else truncate_at
    if not (np.isfinite(horizon) and horizon > 0 and most >= 1):
        raise WrongUsage(f"horizon is {horizon} and truncate_at {truncate_at}; give above 0, and 1 or more")
    case, free = (ended == 1) & (times < horizon), times >= horizon
    known = case | free
    standing = np.zeros(len(times))
    for members in _groups(within, len(times)):
        standing[members] = _one_over_watched(times, ended, given, members, horizon)
    standing = np.where(known & (given > 0), standing, 0.0)
    heaviest = float(standing.max(initial=0.0))
    above = standing > most
    if truncate_at is None and above.any():
        raise WrongUsage(
            f"{int(above.sum())} rows would stand for more than {MOST:.0f} each, up to {heaviest:.0f}.",
            todo="Take a shorter horizon or wider groups, or cut the weights with truncate_at and say so.",
        )
    final = given * np.minimum(standing, most)
    outcome = np.where(known, case.astype(np.float64), np.nan)
    return AtHorizon(outcome, final, heaviest, int(above.sum()), kish_size(final))


def _one_over_watched(times: Floats, ended: Floats, given: Floats, members: Flags, horizon: float) -> Floats:
    """For the rows of one group: one over the share still watched when the outcome of the row is known."""
    own, own_ended, own_given = times[members], ended[members], given[members]
    if not own_given.any():
        return np.zeros(len(own))
    curve = censoring_curve(own, own_ended, own_given)
    if curve.before(horizon) == 0:
        raise WrongUsage(
            f"All of a group of {len(own)} rows had left or had the outcome before the horizon of {horizon}; "
            "no row can stand for those who left last.",
            todo="Take a shorter horizon or wider groups.",
        )
    return 1 / curve.before(np.minimum(own, horizon))


def _groups(within: npt.ArrayLike | None, rows: int) -> list[Flags]:
    if within is None:
        return [np.ones(rows, dtype=np.bool_)]
    labels = np.asarray(within)
    if labels.shape != (rows,):
        raise WrongUsage(f"within has shape {labels.shape}; give one label for each of {rows} rows")
    found, place = np.unique(labels, return_inverse=True)
    return [place == each for each in range(len(found))]


def _followed(
    time: npt.ArrayLike, happened: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    times, ended = np.asarray(time, dtype=np.float64), np.asarray(happened, dtype=np.float64)
    if times.ndim != 1 or times.shape != ended.shape or not len(times):
        raise WrongUsage(
            f"time has shape {times.shape} and happened {ended.shape}; give two flat arrays of one length"
        )
    if not (np.isfinite(times) & (times >= 0)).all():
        raise WrongUsage("time holds missing, endless or negative values; count from the start of follow-up")
    if not np.isin(ended, (0.0, 1.0)).all():
        raise WrongUsage("happened holds something other than 0 and 1; give 0 for a row that was censored")
    return times, ended, weights_of(weights, len(times))


def _by_time(times: Floats, ended: Floats, given: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """At each time: the weight of events, of censorings, and of all who were watched until then."""
    at, place = np.unique(times, return_inverse=True)
    events: Floats = np.bincount(place, given * ended, len(at)).astype(np.float64)
    censored: Floats = np.bincount(place, given * (1 - ended), len(at)).astype(np.float64)
    return at, events, censored, np.cumsum((events + censored)[::-1])[::-1]


def _curve(at: Floats, leaving: Floats, watched: Floats) -> StepCurve:
    """The product of the shares that stay, over the times at which somebody leaves."""
    steps = leaving > 0
    # Where all leave, sums of weights that differ in their last digit would leave a share of nothing.
    stays = 1 - np.minimum(leaving[steps] / watched[steps], 1.0)
    left: Floats = np.cumprod(np.where(stays < 1e-12, 0.0, stays)).astype(np.float64)
    return StepCurve(at[steps], left)
