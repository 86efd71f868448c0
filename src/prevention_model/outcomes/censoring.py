"""The first day on which an outcome could no longer be observed: follow-up is cut short there, never ended."""

import numpy as np
import pandas as pd

from prevention_model.outcomes.outcome import Outcome
from prevention_model.query import Length, OpenSpell, Spans, days_of
from prevention_model.records import Records

NEVER = np.iinfo(np.int64).max // 2
_NAT = np.iinfo(np.int64).min
LIVING_PLACES = ("home", "placement")


def first_unobserved(
    records: Records, pairs: pd.DataFrame, outcome: Outcome, start: np.ndarray
) -> np.ndarray:
    """For each pair the earliest of death, leaving the area, the upper age, losing sight and the end of receipt.

    Losing sight: the first day from `start` on that lies in a spell of the outcome's `lost_sight`.
    Leaving: every home and placement of the person has ended; the day the last one ended. A person without any
    is not known to have left. Receipt: the first day from `start` (of the follow-up) on that one of the kinds,
    or of the codes where the outcome names them, was not received. Days since 1970; a large number when none applies.
    """
    people = records.frames["person"]
    death = _by_person(people["person_id"], days_of(people["death_date"]), pairs)
    limit = _by_person(
        people["person_id"], _birthday(days_of(people["birth_date"]), outcome.until_age), pairs
    )
    until = np.minimum(np.minimum(death, limit), _left_area(records, pairs))
    if outcome.lost_sight is not None:
        until = np.minimum(until, _lost_sight(records, pairs, outcome.lost_sight, start))
    if len(records.frames["coverage"]):
        for need in outcome.onset.needs():
            spans = Spans.of(records.frames["coverage"], need.kind, need.code)
            until = np.minimum(until, spans.received_until(start))
    return until


def first_of_age(records: Records, pairs: pd.DataFrame, outcome: Outcome) -> np.ndarray:
    """For each pair the birthday `from_age`; without a birth date nobody is known to reach it.

    A birth date is settled long before the index date, so whoever it leaves out is not left out by what comes.
    """
    if not outcome.from_age:
        return np.full(len(pairs), -NEVER)
    people = records.frames["person"]
    birthday = _birthday(days_of(people["birth_date"]), outcome.from_age)
    return _by_person(people["person_id"], birthday, pairs)


def _birthday(birth: np.ndarray, age: int) -> np.ndarray:
    return np.where(
        birth == _NAT, _NAT, Length(age * 12, "months").after_days(np.where(birth == _NAT, 0, birth))
    )


def _by_person(person: pd.Series, days: np.ndarray, pairs: pd.DataFrame) -> np.ndarray:
    """The earliest day on record of each pair's person; NEVER without one."""
    earliest = pd.Series(days)[days != _NAT].groupby(person[days != _NAT].array).min()
    return pairs["person_id"].map(earliest).fillna(NEVER).to_numpy(dtype=np.int64)


def _lost_sight(records: Records, pairs: pd.DataFrame, lost: OpenSpell, start: np.ndarray) -> np.ndarray:
    """The first day from `start` on inside such a spell of the pair's person; NEVER without one."""
    spell = records.frames["spell"]
    spell = spell[spell["kind"].isin(lost.kinds)]
    if lost.codes is not None:
        spell = spell[spell["code"].isin(lost.codes)]
    begin, end = days_of(spell["start_date"]), days_of(spell["end_date"])
    spells = pd.DataFrame(
        {"person_id": spell["person_id"].array, "begin": begin, "end": np.where(end == _NAT, NEVER, end)}
    )[begin != _NAT]
    asked = pd.DataFrame(
        {"person_id": pairs["person_id"].array, "pair": np.arange(len(pairs)), "start": start}
    )
    met = asked.merge(spells, on="person_id")
    met = met[met["end"] > met["start"]]
    first = np.full(len(pairs), NEVER)
    np.minimum.at(first, met["pair"].to_numpy(), met[["begin", "start"]].max(axis=1).to_numpy(dtype=np.int64))
    return first


def _left_area(records: Records, pairs: pd.DataFrame) -> np.ndarray:
    """The day on which the last home or placement ended; NEVER while one has no end."""
    place = records.frames["place"]
    place = place[place["kind"].isin(LIVING_PLACES)]
    end = days_of(place["to"])
    end = np.where(end == _NAT, NEVER, end)
    last = pd.Series(end).groupby(place["person_id"].array).max()
    return pairs["person_id"].map(last).fillna(NEVER).to_numpy(dtype=np.int64)
