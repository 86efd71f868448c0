"""Who is left out at which step, counted so that the steps sum up.

Worked example: of Ann (two index dates) and Ben (two), Ben is an adult and Ann not yet born at the first date. The
first step leaves out Ben's two pairs, and so one person; the second one pair of Ann's, and nobody, for her other
pair remains.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from prevention_model.errors import WrongUsage

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Step = tuple[str, Callable[[Ints], Bools]]
"""A reason, and which of the pairs at some places it leaves out."""

_PAIRS = ("before", "left_out", "remaining")
_PEOPLE = ("people_before", "people_left_out", "people_remaining")


def taken(steps: Sequence[Step], pairs: int) -> Ints:
    """The number of the step that leaves each pair out, the number of steps for none.

    Each step is asked only about the pairs that the earlier ones left.
    """
    out_at = np.full(pairs, len(steps), dtype=np.int64)
    for number, (_, leaves_out) in enumerate(steps):
        left = np.flatnonzero(out_at == len(steps))
        out_at[left[leaves_out(left)]] = number
    return out_at


def counted(reasons: Sequence[str], out_at: Ints, person: Ints) -> pd.DataFrame:
    """One row a step, in order: pairs and distinct people before it, left out by it, and remaining.

    A person is left out by the step that takes their last pair; whoever remains at any index date remains.

    >>> out_at, person = np.array([1, 2, 0, 0]), np.array([0, 0, 1, 1])
    >>> counted(["adult", "not born"], out_at, person).set_index("reason").values.tolist()
    [[4, 2, 2, 2, 1, 1], [2, 1, 1, 1, 0, 1]]
    """
    furthest = np.full(int(person.max(initial=-1)) + 1, -1)
    np.maximum.at(furthest, person, out_at)
    parts = [
        _before_and_after(at[at >= 0], len(reasons), names)
        for at, names in ((out_at, _PAIRS), (furthest, _PEOPLE))
    ]
    return pd.concat([_said(reasons), *parts], axis=1)


def counted_by_date(
    reasons: Sequence[str], out_at: Ints, date: Ints, dates: NDArray[np.datetime64]
) -> pd.DataFrame:
    """The same for the pairs of each index date, which are as many people: `date` is the place of each pair's."""
    made = [
        pd.concat([_said(reasons), _before_and_after(out_at[date == place], len(reasons), _PAIRS)], axis=1)
        for place in range(len(dates))
    ]
    whole = pd.concat([nobody_by_date(), *made], ignore_index=True) if made else nobody_by_date()
    whole["index_date"] = np.repeat(dates.astype("datetime64[s]"), len(reasons))
    return whole


def nobody() -> pd.DataFrame:
    """`counted` of no step."""
    return counted([], np.array([], dtype=np.int64), np.array([], dtype=np.int64))


def nobody_by_date() -> pd.DataFrame:
    """`counted_by_date` of no step."""
    first = pd.DataFrame(
        {"index_date": np.array([], dtype="datetime64[s]"), "reason": pd.Series([], dtype="str")}
    )
    return first.assign(**{name: np.array([], dtype=np.int64) for name in _PAIRS})


def check_sums(left_out: pd.DataFrame, remaining: int) -> None:
    """Raises WrongUsage unless each step begins with what the one before left, and the last leaves the members."""
    for before, out, after in (_PAIRS, _PEOPLE):
        held = left_out[before] == left_out[out] + left_out[after]
        follows = left_out[before].to_numpy()[1:] == left_out[after].to_numpy()[:-1]
        if not (held.all() and follows.all()):
            raise WrongUsage("The steps of the cohort do not sum up.", where="left_out")
    if len(left_out) and left_out["remaining"].iloc[-1] != remaining:
        raise WrongUsage(
            f"The last step of the cohort leaves {left_out['remaining'].iloc[-1]} pairs, and there are {remaining}.",
            where="left_out",
            todo="Ask for the index dates that are wanted: Cohort(...).members(records, only=dates).",
        )


def _before_and_after(out_at: Ints, steps: int, names: tuple[str, str, str]) -> pd.DataFrame:
    out = np.bincount(out_at, minlength=steps + 1)[:steps]
    after = len(out_at) - np.cumsum(out)
    return pd.DataFrame(dict(zip(names, (after + out, out, after), strict=True)), dtype="int64")


def _said(reasons: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame({"reason": pd.Series(list(reasons), dtype="str")})
