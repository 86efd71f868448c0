"""A list as it was given: to whom, when, until when, what has become of it since, and who stands on it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from prevention_model.ledger import Entry


@dataclass(frozen=True)
class Given:
    """One list of one release. `closed` says how the release ended (withdrawn, suspended) and on which day."""

    list_id: str
    release_id: str
    run_id: str
    zone: str
    stage: str
    made_on: date
    until: date
    closed: tuple[str, date] | None = None
    followed_by: str = ""


@dataclass(frozen=True)
class Rows:
    """Who stands on a list: by row, the reference of the family and its household."""

    family_ref: Mapping[str, str]
    household: Mapping[str, str]
    secret: str = field(repr=False)

    @classmethod
    def of(cls, key: pd.DataFrame, list_id: str) -> "Rows":
        """From the record of who is on the lists of a release (columns as `lists.rows.KEY`).

        >>> key = pd.DataFrame({"list_id": ["L"], "row_id": ["L/F-A"], "family_ref": ["F-A"], "household_id": ["h"],
        ...     "person_id": ["p"]})
        >>> Rows.of(key, "L").household
        {'L/F-A': 'h'}
        """
        rows = key[key["list_id"].eq(list_id)]
        first = rows.drop_duplicates("row_id")
        people = "|".join(sorted(map(str, rows["person_id"])))
        return cls(
            dict(zip(first["row_id"], first["family_ref"], strict=True)),
            dict(zip(first["row_id"], first["household_id"], strict=True)),
            # A short note could be guessed from its hash alone. Who was on the list is not in the ledger as a whole.
            hashlib.sha256(f"{list_id}|{people}".encode()).hexdigest(),
        )


def given_lists(entries: Sequence[Entry]) -> dict[str, Given]:
    """Every list that the ledger says was given, by its number.

    >>> given_lists([])
    {}
    """
    released = {entry.body["release_id"]: entry for entry in entries if entry.kind == "released"}
    closed: dict[str, tuple[str, date]] = {}
    for entry in entries:
        if entry.kind in ("suspended", "withdrawn"):
            first = closed.get(entry.subject, (entry.kind, entry.day))[1]
            closed[entry.subject] = (entry.kind, min(first, entry.day))
    made: dict[str, Given] = {}
    newest: dict[tuple[str, str], str] = {}
    place: dict[str, tuple[str, str]] = {}
    for entry in entries:
        if entry.kind != "list_given":
            continue
        said, release = entry.body, released[entry.body["release_id"]]
        made[said["list_id"]] = Given(
            list_id=said["list_id"],
            release_id=said["release_id"],
            run_id=entry.subject,
            zone=said["zone"],
            stage=release.body["stage"],
            made_on=date.fromisoformat(release.body["date"]),
            until=date.fromisoformat(said["until"]),
            closed=closed.get(entry.subject),
        )
        place[said["list_id"]] = (said["zone"], release.body["experiment"])
        newest[place[said["list_id"]]] = said["list_id"]
    return {
        name: each if newest[place[name]] == name else replace(each, followed_by=newest[place[name]])
        for name, each in made.items()
    }
