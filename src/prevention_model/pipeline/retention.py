"""How long rows may be looked at: what was agreed with each agency, made into one rule by kind."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import pandas as pd

from prevention_model.query import Length, Retention
from prevention_model.records.records import Records
from prevention_model.settings.authority import Authority

NOT_STATED = "no retention stated"
_KINDS = {"event": "kind", "spell": "kind", "measurement": "kind", "attribute": "name", "place": "kind"}
_ANY_DAY = date(2001, 1, 1)


class Agreed(NamedTuple):
    """What was agreed for the rows of a source: of some kinds, and of all the others (None for nothing).

    >>> str(Agreed("6 years", {"missing_episode": "3 years"})), str(Agreed(None, {}))
    ('6 years; missing episode 3 years', 'no retention stated')
    """

    length: str | None
    by_kind: Mapping[str, str]

    def of(self, kind: str) -> str | None:
        """How long rows of this kind may be looked at."""
        return self.by_kind.get(kind, self.length)

    def __str__(self) -> str:
        kinds = [f"{kind.replace('_', ' ')} {length}" for kind, length in sorted(self.by_kind.items())]
        return "; ".join([self.length or NOT_STATED, *kinds])


def agreed_in(authority: Authority) -> dict[str, Agreed]:
    """What an authority agreed with each of its sources."""
    return {source.name: Agreed(source.retention, source.retention_by_kind) for source in authority.sources}


def retention_of(records: Records, agreed: Mapping[str, Agreed]) -> Retention:
    """One length a kind: of the sources that hold rows of it, the shortest that was agreed with any.

    A row does not say by itself which agreement it came under, so the strictest is kept for all rows of its kind.

    >>> import pandas as pd
    >>> events = pd.DataFrame({"person_id": "a", "kind": "contact", "event_date": "2024-01-01", "source": ["s", "t"]})
    >>> agreed = {"s": Agreed("6 years", {}), "t": Agreed(None, {"contact": "70 months"})}
    >>> retention_of(Records.from_frames({"event": events}), agreed).lengths
    {'contact': '70 months'}
    """
    lengths: dict[str, str] = {}
    for table, column in _KINDS.items():
        held = records.frames[table][["source", column]].drop_duplicates().dropna()
        for source, kind in sorted(held.itertuples(index=False, name=None)):
            length = agreed[source].of(kind) if source in agreed else None
            if length and (kind not in lengths or _start(length) > _start(lengths[kind])):
                lengths[kind] = length
    return Retention(lengths)


def without_old(records: Records, agreed: Mapping[str, Agreed], day: date) -> Records:
    """The records without what is past its retention on a day: what a list may still tell of a family.

    Spells that are open on that day stay, and so does every attribute: objections and agreements protect.

    >>> import pandas as pd
    >>> helped = {"person_id": "a", "kind": "early_help", "start_date": "2016-01-01", "source": "s"}
    >>> spells = pd.DataFrame([helped | {"end_date": "2017-01-01"}, helped | {"end_date": "2023-01-01"}, helped])
    >>> left = without_old(Records.from_frames({"spell": spells}), {"s": Agreed("6 years", {})}, date(2024, 1, 1))
    >>> len(left.frames["spell"])
    2
    """
    lengths, frames = retention_of(records, agreed), dict(records.frames)
    for table, ended in (("event", "event_date"), ("spell", "end_date")):
        frame = frames[table]
        starts = frame["kind"].map({kind: lengths.start(kind, day) for kind in lengths.lengths})
        frames[table] = frame[~(frame[ended] < pd.to_datetime(starts)).to_numpy()].reset_index(drop=True)
    return replace(records, frames=frames)


def in_words(agreed: Mapping[str, Agreed]) -> list[str]:
    """What a load says of retention, and of its absence above all.

    >>> in_words({"police": Agreed("6 years", {}), "schools": Agreed(None, {}), "housing": Agreed(None, {})})
    ['Retention: police 6 years.', 'No retention stated for schools, housing: their rows are looked at however old.']
    """
    stated = [f"{name} {kept}" for name, kept in agreed.items() if kept.length or kept.by_kind]
    without = [name for name, kept in agreed.items() if not kept.length]
    return [
        *([f"Retention: {', '.join(stated)}."] if stated else []),
        *(
            [f"No retention stated for {', '.join(without)}: their rows are looked at however old."]
            if without
            else []
        ),
    ]


def _start(length: str) -> date:
    """Whatever the day, the shorter length starts later: 6 years are taken to be 72 months."""
    return Length.parse(length).before(_ANY_DAY)
