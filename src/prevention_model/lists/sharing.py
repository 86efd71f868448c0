"""What a recipient may see of what other agencies hold: the least that the work needs (R-20).

A coordinator may know *that* a service works with a family, because speaking to it comes first. What an
agency recorded is shown only where that agency agreed to it.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from prevention_model.errors import ReleaseRefused
from prevention_model.lists.facts import Reason
from prevention_model.lists.text import plain

HIDDEN = "Information held by another agency"

AGENCIES: dict[str, str] = {
    "schools": "Schools",
    "social_care": "Children's social care",
    "early_help": "Early help",
    "police": "Police",
    "housing": "Housing",
    "health": "Health",
    "youth_justice": "Youth justice",
    "parents_services": "Services for parents",
    "participation": "Participation and youth work",
    "place": "Area",
}
"""Agencies in words."""

SOURCES: dict[str, str] = {
    "ssd": "safeguarding records",
    "ssda903": "return on children in care",
    "cin_census": "children in need census",
    "sen2": "SEN return",
    "annex_a": "lists for inspection",
    "nccis": "records of learning after 16",
    # The name of the extract would say what a person was seen for.
    "mental_health": "health records",
    "mhsds": "health records",
}
"""Sources in words, where their name is not one; others are called by their name."""

YES, ASKED, NO = "yes", "asked", "no"

ROLES = ("zone_coordinator", "early_help", "schools", "governance_board", "family")

# yes: shown, unless a feature's `share_with` leaves the reader out. asked: shown only where a feature's `share_with`
# names the reader. no: never on a list. A school is told nothing that rests on scores; a board gets counts in
# which nobody can be told apart; a family is told its own by a worker, in the words of `explanation.registers`.
MATRIX: dict[str, tuple[str, ...]] = {
    # agency           coordinator  early help  school  board  family, as in ROLES
    "schools":          (YES,       YES,        NO,     NO,    NO),
    "early_help":       (YES,       YES,        NO,     NO,    NO),
    "participation":    (YES,       YES,        NO,     NO,    NO),
    "place":            (YES,       YES,        NO,     NO,    NO),
    "social_care":      (ASKED,     ASKED,      NO,     NO,    NO),
    "police":           (ASKED,     ASKED,      NO,     NO,    NO),
    "housing":          (ASKED,     ASKED,      NO,     NO,    NO),
    "health":           (ASKED,     ASKED,      NO,     NO,    NO),
    "youth_justice":    (ASKED,     ASKED,      NO,     NO,    NO),
    "parents_services": (ASKED,     ASKED,      NO,     NO,    NO),
}  # fmt: skip
"""Who may be shown on a list what comes from which agency. An agency that is not here is only shown where asked."""

NO_LIST = frozenset({"schools", "governance_board", "family"})
"""Who receives no list at all."""

_NAMES = {"coordinator": "zone_coordinator", "zone coordinator": "zone_coordinator"}
"""Other names by which a feature's `share_with` may call a reader."""


@dataclass(frozen=True)
class Reader:
    """Who reads a list: as what, of which agencies (None: all), and whom to ask about the rest.

    `withheld` are sources that agreed to be shown to others than this reader. Raises ReleaseRefused for who receives
    no list.

    >>> Reader("schools")
    Traceback (most recent call last):
    ...
    prevention_model.errors.ReleaseRefused: A list is not for schools. What to do: Give them no list: a zone \
    coordinator or an early help worker speaks with them about a family that agreed to it.
    """

    role: str = "zone_coordinator"
    may_see: frozenset[str] | None = None
    withheld: frozenset[str] = frozenset()
    ask: str = "the front door"

    def __post_init__(self) -> None:
        if self.role in NO_LIST or self.role not in ROLES:
            raise ReleaseRefused(
                f"A list is not for {self.role.replace('_', ' ')}.",
                todo="Give them no list: a zone coordinator or an early help worker speaks with them about a family "
                "that agreed to it.",
            )

    @property
    def elsewhere(self) -> str:
        """What stands in place of what this reader may not see. Neither agency nor event is named: that somebody told
        the police, say, can be the very thing that must not be known.

        >>> Reader(ask="Kim Officer").elsewhere
        'Information held by another agency: ask Kim Officer'
        """
        return f"{HIDDEN}: ask {self.ask}"

    def sees(self, agency: str, source: str, agreed: frozenset[str] | None) -> bool:
        """Whether they see what `agency` recorded in `source`; `agreed` is with whom it may be shared, None if unsaid.

        >>> Reader().sees("schools", "attendance", None), Reader().sees("police", "notices", None)
        (True, False)
        """
        if source in self.withheld or (self.may_see is not None and agency not in self.may_see):
            return False
        rule = MATRIX[agency][ROLES.index(self.role)] if agency in MATRIX else ASKED
        return rule != NO and (self.role in agreed if agreed is not None else rule == YES)


def agency_name(code: object) -> str:
    """An agency in words.

    >>> agency_name("schools"), agency_name("fire_service")
    ('Schools', 'Fire service')
    """
    text = plain(code)
    return AGENCIES.get(text, text.replace("_", " ").capitalize())


def source_name(code: object, agency: object = "") -> str:
    """A source in words; of one that is called as its agency, that they are its records.

    >>> source_name("ssd"), source_name("school_census"), source_name("housing", "housing")
    ('safeguarding records', 'school census', 'records')
    """
    text = plain(code)
    if text and text == plain(agency):
        return "records"
    return SOURCES.get(text, text.replace("_", " "))


def shown_reasons(rows: pd.DataFrame, reader: Reader, adopted: date | None = None) -> tuple[Reason, ...]:
    """The reasons (or strengths) of one child as told; those that the reader may not see keep only their place.

    Of a child `adopted` on a day, nothing is told that could lead back to the family before.
    """
    made = []
    for row in rows.to_dict("records"):
        if not _seen(row, reader) or (adopted is not None and _leads_back(row, adopted)):
            made.append(Reason(reader.elsewhere, "", "", "", None, hidden=True))
            continue
        as_at = row.get("as_at")
        made.append(
            Reason(
                plain(row["text"]),
                plain(row["theme"]),
                agency_name(row["agency"]),
                source_name(row["source"], row["agency"]),
                None if as_at is None or pd.isna(as_at) else as_day(as_at),
                bears_on=row["bears_on"],
                feature=plain(row.get("feature")),
            )
        )
    return tuple(made)


def may_be_shown(rows: pd.DataFrame) -> np.ndarray:
    """For each reason (agency, share_with) whether a coordinator may see it."""
    reader = Reader()
    return np.array([_seen(row, reader) for row in rows.to_dict("records")], dtype=bool)


def _seen(row: Mapping[Hashable, Any], reader: Reader) -> bool:
    agreed = row.get("share_with")
    if agreed is None or agreed is pd.NA or (isinstance(agreed, float) and agreed != agreed):
        return reader.sees(plain(row["agency"]), plain(row.get("source")), None)
    names = agreed.replace(";", ",").split(",") if isinstance(agreed, str) else list(agreed)
    said = [str(name).strip().lower() for name in names]
    roles = frozenset(_NAMES.get(name, name) for name in said)
    return reader.sees(plain(row["agency"]), plain(row.get("source")), roles)


def _leads_back(row: Mapping[Hashable, Any], adopted: date) -> bool:
    """Whether a reason may speak of the time or the people before an adoption: by its day, or by who recorded it."""
    as_at = row.get("as_at")
    before = as_at is None or pd.isna(as_at) or as_day(as_at) < adopted
    return before or plain(row["agency"]) in ("social_care", "police", "parents_services")


def as_day(value: Any) -> date:
    """A date from whatever a table holds it as.

    >>> as_day("2024-03-01")
    datetime.date(2024, 3, 1)
    """
    made: date = pd.Timestamp(value).date()
    return made
