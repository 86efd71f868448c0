"""From records and members to outcomes: 1, 0, or missing where nobody can say.

Worked example: index date 1 January 2023, follow-up of 12 months. A care period that starts on 10 June makes
the outcome 1. Moving away on 1 May with nothing before it makes it missing (censored), not 0: what happened
after May is unknown. Moving away on 1 July changes nothing, because the care period came first.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from prevention_model.errors import WrongUsage
from prevention_model.outcomes.at_risk import at_risk
from prevention_model.outcomes.censoring import first_of_age, first_unobserved
from prevention_model.outcomes.onset import ShareReaches
from prevention_model.outcomes.onset_days import onset_days
from prevention_model.outcomes.outcome import Outcome
from prevention_model.query import KEPT, HasFrame, Kernel, Retention, days_of, index_of, pairs_of
from prevention_model.records import Records

STATUSES = ("onset", "none", "censored", "not_at_risk")


def outcome_status(records: Records, members: HasFrame | pd.DataFrame, outcome: Outcome) -> pd.Series:
    """ "onset", "none", "censored" or "not_at_risk" for each member (person_id, index_date), in their order.

    Not at risk: by what was known at the index date the child was not free of it (of a Return: had none to return
    from), is not among those meant, or is too young to reach `from_age` in the follow-up. Onset: it began in the
    follow-up, before anything cut the follow-up short. Censored: the follow-up was cut short (death, leaving the area,
    the upper age, losing sight, end of receipt) before an onset, or it began before the follow-up did, in the gap or
    below `from_age`; for a share, also when nothing was measured. None: the whole follow-up was observed, and it did
    not begin.

    >>> from prevention_model.outcomes.onset import Onset
    >>> from prevention_model.query import FollowUp
    >>> spells = pd.DataFrame({"person_id": ["a"], "kind": "care_period", "start_date": ["2023-06-10"]})
    >>> records = Records.from_frames({"spell": spells})
    >>> members = pd.DataFrame({"person_id": ["a", "b"], "index_date": ["2023-01-01", "2023-01-01"]})
    >>> care = Outcome("care", Onset("spell", kind="care_period"), FollowUp("12 months"))
    >>> outcome_status(records, members, care).tolist()
    ['onset', 'none']
    """
    return outcome_statuses(records, members, [outcome])[outcome.name]


def outcome_statuses(
    records: Records,
    members: HasFrame | pd.DataFrame,
    outcomes: Sequence[Outcome],
    retention: Retention = KEPT,
) -> pd.DataFrame:
    """`outcome_status` of several outcomes, one column each.

    Who is at risk is decided by what lies within the `retention` of its kind. An onset comes after the index date,
    where none is past. Raises WrongUsage when there is no outcome or a name stands there twice.
    """
    names = [outcome.name for outcome in outcomes]
    if not names or len(set(names)) < len(names):
        raise WrongUsage(
            "The outcomes are missing, or a name stands there twice.", todo="Give each outcome its own name."
        )
    pairs = pairs_of(members)
    kernel = Kernel(records.frames, pairs, retention=retention)
    built = {
        outcome.name: pd.Categorical(_status(records, pairs, kernel, outcome), categories=STATUSES)
        for outcome in outcomes
    }
    return pd.DataFrame(built, index=index_of(pairs), columns=names)


def build_outcomes(
    records: Records,
    members: HasFrame | pd.DataFrame,
    outcomes: Sequence[Outcome],
    *,
    retention: Retention = KEPT,
) -> pd.DataFrame:
    """One row a member and one column an outcome: 1, 0, or missing where censored or not at risk.

    Rows past the `retention` of their kind do not say who is at risk. Raises WrongUsage when there is no outcome or
    a name stands there twice.

    >>> from prevention_model.outcomes.catalogue import STATUTORY_ESCALATION
    >>> spells = pd.DataFrame({"person_id": ["a"], "kind": "cin_episode", "start_date": ["2024-03-01"]})
    >>> members = pd.DataFrame({"person_id": ["a", "b"], "index_date": ["2024-01-01", "2024-01-01"]})
    >>> built = build_outcomes(Records.from_frames({"spell": spells}), members, [STATUTORY_ESCALATION])
    >>> built["statutory_escalation"].tolist()
    [1.0, 0.0]
    """
    numbers = {"onset": 1.0, "none": 0.0}
    return outcome_statuses(records, members, outcomes, retention).apply(
        lambda status: status.map(numbers).astype("float64")
    )


def share_followed(
    records: Records, members: HasFrame | pd.DataFrame, outcome: Outcome, status: np.ndarray
) -> np.ndarray:
    """How much of its follow-up each member was watched: until the onset, until it was cut short, or 1 for all of it.

    `status` (n,) is that of `outcome_status` for the same members. A share is known at the end alone, so its onsets
    come just before 1. Censored before the follow-up began, or not at risk, is 0. For weights at a horizon of 1
    (`metrics.at_horizon`), which stand for those whose follow-up was cut.

    >>> from prevention_model.outcomes.catalogue import STATUTORY_ESCALATION
    >>> spells = pd.DataFrame({"person_id": ["a"], "kind": "cin_episode", "start_date": ["2023-07-02"]})
    >>> members = pd.DataFrame({"person_id": ["a", "b"], "index_date": ["2023-01-01", "2023-01-01"]})
    >>> records = Records.from_frames({"spell": spells})
    >>> status = outcome_status(records, members, STATUTORY_ESCALATION).to_numpy()
    >>> share_followed(records, members, STATUTORY_ESCALATION, status).round(2).tolist()
    [0.5, 1.0]
    """
    pairs = pairs_of(members)
    start, end, until = _window(records, pairs, outcome)
    day = np.minimum(until, end)
    if not isinstance(outcome.onset, ShareReaches):
        person, days = onset_days(records, outcome.onset)
        whose = pairs["person_id"]
        day = np.minimum(day, _next_day(person, days, whose, start))
        # Watched no further than the onset that came too soon to count.
        too_soon = _next_day(person, days, whose, days_of(pairs["index_date"])) < start
        day = np.where(too_soon & (status == "censored"), start, day)
    watched = np.clip((day - start) / np.maximum(end - start, 1), 0.0, 1.0)
    # An onset at the end outlasts whoever was lost at the end, such as a child of whom nothing was measured.
    onset = np.nextafter(1.0, 0.0)
    watched = np.where(status == "onset", np.minimum(watched, onset), watched)
    watched = np.where(status == "censored", np.minimum(watched, np.nextafter(onset, 0.0)), watched)
    watched[status == "none"], watched[status == "not_at_risk"] = 1.0, 0.0
    return np.asarray(watched, dtype=np.float64)


def _window(
    records: Records, pairs: pd.DataFrame, outcome: Outcome
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First day of follow-up, first day after it, and the first day on which nobody could see any more."""
    start, end = outcome.follow_up.window_days(days_of(pairs["index_date"]))
    start = np.maximum(start, first_of_age(records, pairs, outcome))
    return start, end, first_unobserved(records, pairs, outcome, np.minimum(start, end))


def _status(records: Records, pairs: pd.DataFrame, kernel: Kernel, outcome: Outcome) -> np.ndarray:
    start, end, until = _window(records, pairs, outcome)
    find = _share_status if isinstance(outcome.onset, ShareReaches) else _onset_status
    status = find(records, pairs, outcome, start, end, until)
    status[~at_risk(kernel, outcome) | (start >= end)] = "not_at_risk"
    return status


def _onset_status(
    records: Records,
    pairs: pd.DataFrame,
    outcome: Outcome,
    start: np.ndarray,
    end: np.ndarray,
    until: np.ndarray,
) -> np.ndarray:
    assert not isinstance(outcome.onset, ShareReaches)
    person, days = onset_days(records, outcome.onset)
    index_days = days_of(pairs["index_date"])
    first = _next_day(person, days, pairs["person_id"], start)
    # Not "not at risk": that is settled at the index date, and on a list nobody knows yet whom it will befall.
    too_soon = _next_day(person, days, pairs["person_id"], index_days) < start
    status = np.where(until < end, "censored", "none").astype(object)
    status[(first < end) & (first < until)] = "onset"
    status[too_soon] = "censored"
    return status


def _share_status(
    records: Records,
    pairs: pd.DataFrame,
    outcome: Outcome,
    start: np.ndarray,
    end: np.ndarray,
    until: np.ndarray,
) -> np.ndarray:
    onset = outcome.onset
    assert isinstance(onset, ShareReaches)
    upper = _sums(records, onset.table, onset.kinds, pairs, start, end)
    lower = _sums(records, onset.table, (onset.denominator,), pairs, start, end)
    # Whole ten-thousandths on both sides, so that exactly 10% reaches 10%.
    reached = (lower > 0) & (upper.astype(np.float64) / np.maximum(lower, 1) >= onset.at_least)
    status = np.where(reached, "onset", "none").astype(object)
    status[(until < end) | (lower <= 0)] = "censored"
    return status


def _ordered(
    person: pd.Series, days: np.ndarray, asked: pd.Series
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sorted keys of (person, day), their order, and the number of each asked person (-1 for none)."""
    codes, people = pd.factorize(person)
    keys = _key(codes.astype(np.int64), days)
    order = np.argsort(keys, kind="stable")
    return keys[order], order, pd.Index(people).get_indexer(pd.Index(asked)).astype(np.int64)


def _key(person: np.ndarray, days: np.ndarray) -> np.ndarray:
    return person * (1 << 22) + np.clip(days + 800_000, 0, (1 << 22) - 1)


def _next_day(person: pd.Series, days: np.ndarray, asked: pd.Series, start: np.ndarray) -> np.ndarray:
    """The first day not before `start` of each asked person; a large number when there is none."""
    keys, order, number = _ordered(person, days, asked)
    none = np.iinfo(np.int64).max
    at = np.searchsorted(keys, _key(number, start), side="left")
    same = np.append(keys, -1)[at] >> 22 == number
    return np.where(same & (number >= 0), np.append(days[order], none)[np.minimum(at, len(keys))], none)


def _sums(
    records: Records,
    table: str,
    kinds: tuple[str, ...],
    pairs: pd.DataFrame,
    start: np.ndarray,
    end: np.ndarray,
) -> np.ndarray:
    """The sum of the values in `[start, end)`, in ten-thousandths."""
    frame = records.frames[table]
    frame = frame[frame["kind"].isin(kinds) & frame["value"].notna() & frame["event_date"].notna()]
    keys, order, number = _ordered(frame["person_id"], days_of(frame["event_date"]), pairs["person_id"])
    held = np.rint(frame["value"].to_numpy(dtype=np.float64)[order] * 10_000).astype(np.int64)
    running = np.append(0, np.cumsum(held))
    low, high = (np.searchsorted(keys, _key(number, days), side="left") for days in (start, end))
    return np.where(number >= 0, running[high] - running[low], 0)
