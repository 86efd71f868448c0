"""Corrections: in a field of a table, for one person, what is wrong and what is right."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, get_args

import pandas as pd

from prevention_model.errors import WrongUsage, listed
from prevention_model.records.maps import VaultField
from prevention_model.records.schema import SCHEMAS, TABLES

IN_VAULT: tuple[str, ...] = get_args(VaultField)
"""Fields of a person that lie in the vault."""

_ABOUT = {
    "attribute": "name",
    "event": "kind",
    "measurement": "kind",
    "place": "kind",
    "relationship": "role",
    "spell": "kind",
}
_ON = {"attribute": "event_date", "event": "event_date", "measurement": "event_date", "spell": "start_date"}
_WHOSE = {"person_id", "other_id", "household_id", "source", "delivery", "row"}


@dataclass(frozen=True)
class Change:
    """What a correction says: in `table`, where `field` says `old`, it is `new`; all as text.

    `about` narrows it to rows of that kind (attribute name, role), `on` to rows of that day ("2024-03-01").

    >>> Change("attribute", "value", "true", "false", about="young_carer").field
    'value'
    """

    table: str = ""
    field: str = ""
    old: str = ""
    new: str = ""
    about: str = ""
    on: str = ""

    def check(self) -> None:
        """Raise WrongUsage unless there is such a field, and it can hold both values. Repeats no value.

        >>> Change("person", "birth_date", "soon", "2015-05-17").check()
        Traceback (most recent call last):
        ...
        prevention_model.errors.WrongUsage: A value of the correction is not what the field holds (date). \
Where: person.birth_date. What to do: Write a date as 2015-05-17, and a yes or no as true or false.
        """
        where = f"{self.table}.{self.field}"
        known = fields_of(self.table)
        if self.field not in known:
            raise WrongUsage(
                "There is no such field to correct.",
                where=where,
                todo=f"Name one of: {listed(known or [name for name in TABLES if name != 'coverage'])}.",
            )
        if (self.about and self.table not in _ABOUT) or (self.on and self.table not in _ON):
            raise WrongUsage(
                f"A correction of the table {self.table} cannot be narrowed so.",
                where=where,
                todo="Leave out --about or --on.",
            )
        if self.table in _ABOUT and not self.about:
            raise WrongUsage(
                "The correction would reach rows of every kind.",
                where=where,
                todo="Add --about with the kind of row.",
            )
        try:
            values = [_typed(text, self.type) for text in (self.old, self.new)]
        except ValueError:
            raise WrongUsage(
                f"A value of the correction is not what the field holds ({self.type}).",
                where=where,
                todo="Write a date as 2015-05-17, and a yes or no as true or false.",
            ) from None
        if values[0] == values[1]:
            raise WrongUsage(
                "The correction changes nothing.", where=where, todo="Give what is wrong and what is right."
            )
        if self.on:
            _day(self.on, where)

    @property
    def type(self) -> str:
        """The type of the field, as in Table Schema."""
        columns = SCHEMAS[self.table].columns
        return next((each.type for each in columns if each.name == self.field), "string")


NOTHING = Change()
"""What a right that corrects nothing says."""


def fields_of(table: str) -> list[str]:
    """The fields of a table that can be corrected; none for a table that is about nobody.

    >>> "forename" in fields_of("person"), fields_of("coverage")
    (True, [])
    """
    if table not in SCHEMAS or table == "coverage":
        return []
    held = [column.name for column in SCHEMAS[table].columns if column.name not in _WHOSE]
    return sorted({*held, *(IN_VAULT if table == "person" else ())})


def corrected(frame: pd.DataFrame, change: Change, people: Collection[str]) -> tuple[pd.DataFrame, int, int]:
    """The table with the change made for these people, how many cells it changed, how many said it before.

    >>> told = pd.DataFrame({"person_id": ["a", "b"], "sex": ["F", "F"]})
    >>> made, changed, agrees = corrected(told, Change("person", "sex", "F", "M"), {"a"})
    >>> made["sex"].to_list(), changed, agrees
    (['M', 'F'], 1, 0)
    """
    if change.field not in frame or change.old == change.new:
        return frame, 0, 0
    theirs = frame["person_id"].isin(list(people))
    if change.about:
        theirs &= frame[_ABOUT[change.table]].eq(change.about)
    if change.on:
        theirs &= frame[_ON[change.table]].eq(pd.Timestamp(change.on))
    held = frame[change.field]
    said = pd.to_datetime(held) if change.type == "date" else held
    wrong = theirs & said.eq(_typed(change.old, change.type)).fillna(False).astype(bool)
    right = theirs & said.eq(_typed(change.new, change.type)).fillna(False).astype(bool)
    if wrong.any():
        frame = frame.copy()
        frame.loc[wrong, change.field] = _typed(change.new, change.type)
    return frame, int(wrong.sum()), int(right.sum())


def in_months(change: Change) -> Change:
    """A correction of a date of birth as the person table holds it: by month.

    >>> in_months(Change("person", "birth_date", "2015-05-17", "2015-07-17")).new
    '2015-07-01'
    """
    if change.field != "birth_date":
        return change
    return replace(change, old=f"{change.old[:7]}-01", new=f"{change.new[:7]}-01")


def _typed(text: str, kind: str) -> Any:
    """A value as the column holds it. Raises ValueError."""
    if not text:
        raise ValueError
    if kind == "date":
        return pd.to_datetime(text, format="%Y-%m-%d")
    if kind == "boolean":
        if text not in ("true", "false"):
            raise ValueError
        return text == "true"
    if kind in ("number", "integer"):
        return float(text) if kind == "number" else int(text)
    return text


def _day(text: str, where: str) -> None:
    try:
        pd.to_datetime(text, format="%Y-%m-%d")
    except ValueError:
        raise WrongUsage("--on is not a date.", where=where, todo="Write it as 2024-03-01.") from None
