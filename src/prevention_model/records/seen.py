"""Records as they stood at the start of a day: what had happened and was known before it, and nothing else."""

import numpy as np
import pandas as pd

from prevention_model.records.records import Records

_POINTS = ("event", "measurement", "attribute")
_LINKS = ("household", "place", "relationship")


def as_known_at(records: Records, day: np.datetime64) -> Records:
    """The records without anything that happened or became known on `day` or later.

    A spell or stay whose end was not yet known stands open. Used to prove that features see no future.

    >>> events = pd.DataFrame({"person_id": "a", "kind": "visit",
    ...     "event_date": ["2024-01-01", "2024-01-02"], "known_date": ["2024-01-03", "2024-01-09"]})
    >>> records = Records.from_frames({"event": events})
    >>> len(as_known_at(records, np.datetime64("2024-01-05")).frames["event"])
    1
    """
    day = day.astype("datetime64[s]")
    frames = dict(records.frames)
    for name in _POINTS:
        frames[name] = _before(frames[name], day, "event_date", "known_date")
    spell = _before(frames["spell"], day, "start_date", "known_start")
    known_end = spell["known_end"].fillna(spell["end_date"])
    ended = ((spell["end_date"] < day) & (known_end < day)).to_numpy()
    frames["spell"] = spell.assign(
        end_date=spell["end_date"].where(ended),
        known_end=spell["known_end"].where(ended),
        outcome=spell["outcome"].where(ended),
    )
    for name in _LINKS:
        link = _before(frames[name], day, "from", "known_date")
        frames[name] = link.assign(to=link["to"].where((link["to"] < day).to_numpy()))
    person = frames["person"]
    died = (person["death_date"] < day).to_numpy()
    frames["person"] = person.assign(death_date=person["death_date"].where(died))
    return Records(frames, records.assumptions)


def _before(frame: pd.DataFrame, day: np.datetime64, happened: str, known: str) -> pd.DataFrame:
    """Rows that happened and were known before the day; no date of happening counts as long ago."""
    seen = ~(frame[happened] >= day) & ~(frame[known] >= day)
    return frame[seen.to_numpy()].reset_index(drop=True)
