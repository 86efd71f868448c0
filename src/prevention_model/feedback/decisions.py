"""The last decision about each household, and who is not listed again yet."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from prevention_model.feedback.contests import standing
from prevention_model.ledger import Entry
from prevention_model.lists.actions import DECISIONS
from prevention_model.pages.words import plain_date

_COLUMNS = (
    "household_id",
    "decision",
    "day",
    "list_id",
    "row_id",
    "contact_by",
    "contested",
    "corrected",
    "disputed",
)


def answers_of(entries: Sequence[Entry]) -> pd.DataFrame:
    """The answers that hold, one for each row of a list: of several, that of the latest day, and of one day the one
    entered last. Columns: household_id, day and order (of entry) beside what the ledger holds of each.

    >>> answers_of([]).empty
    True
    """
    rows = [
        {**entry.body, "household_id": entry.subject, "order": entry.seq}
        for entry in entries
        if entry.kind == "decided" and "row_id" in entry.body
    ]
    made = pd.DataFrame(rows)
    if made.empty:
        return pd.DataFrame(columns=["household_id", "row_id", "list_id", "decision", "day", "order"])
    made = made.sort_values(["day", "order"])
    differ = made.groupby(["row_id", "day"])["decision"].nunique()
    made = made.drop_duplicates("row_id", keep="last").reset_index(drop=True)
    made["disputed"] = [
        differ[row_id, day] > 1 for row_id, day in zip(made["row_id"], made["day"], strict=True)
    ]
    return made


def last_decisions(entries: Sequence[Entry]) -> pd.DataFrame:
    """One row for each household about which something was decided: household_id, decision, day, list_id, row_id,
    contact_by, contested (a contest of that row is open), corrected (one was closed with a correction), disputed (two
    decisions of the same day differ). Never the ground for teaching a model: see the room's own page.

    >>> last_decisions([]).columns.tolist()[:4]
    ['household_id', 'decision', 'day', 'list_id']
    """
    held = answers_of(entries)
    if held.empty:
        return pd.DataFrame(columns=list(_COLUMNS))
    held = held.sort_values(["day", "order"]).drop_duplicates("household_id", keep="last")
    contests = standing(entries)
    open_rows = {each.row_id for each in contests if each.closed is None}
    corrected = {each.row_id for each in contests if each.outcome == "corrected"}
    made = held.assign(
        day=held["day"].map(date.fromisoformat),
        contact_by=held.get("contact_by", pd.Series(None, held.index)).map(_day),
        contested=held["row_id"].isin(open_rows),
        corrected=held["row_id"].isin(corrected),
    )
    return made[list(_COLUMNS)].sort_values("household_id").reset_index(drop=True)


def held_back(
    last: pd.DataFrame, grown: Mapping[str, float], today: date, days: int, growth: float
) -> tuple[set[str], set[str]]:
    """The households that are not listed this time, and those that would not be but for how much they have changed.

    `last` as `last_decisions` gives it; `grown` is how many times as high the level of a household is as when it was
    listed (absent where that is not known, which counts as no change). One acted on within `days` is held back,
    unless it has `growth` times that level. "Look again by a date" holds back until that date, and no longer than
    `days`. A row whose record was corrected holds nobody back: what was decided rested on something else.

    >>> last = pd.DataFrame({"household_id": ["a", "b"], "decision": "offer_early_help", "day": date(2024, 9, 1),
    ...     "contact_by": None, "corrected": False})
    >>> held_back(last, {"a": 1.1, "b": 2.0}, date(2024, 10, 1), 90, 1.5)
    ({'a'}, {'b'})
    """
    still = {str(row["household_id"]) for row in last.to_dict("records") if _held(row, today, days)}
    returned = {home for home in still if grown.get(home, 0.0) >= growth}
    return still - returned, returned


def _day(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None


def _held(row: Mapping[Any, Any], today: date, days: int) -> bool:
    until = row["day"] + timedelta(days=days)
    if row["decision"] == "watch_review_by" and row["contact_by"] is not None:
        until = min(until, row["contact_by"])
    return not row["corrected"] and today < until


def in_words(row: Mapping[Any, Any], returned: bool) -> str:
    """The last decision about a household as a list says it.

    >>> in_words({"decision": "offer_early_help", "day": date(2025, 3, 3), "list_id": "L", "contested": False,
    ...     "disputed": False}, False)
    'Offer early help, 3 March 2025 (list L)'
    """
    said = f"{DECISIONS[row['decision']]}, {plain_date(row['day'])} (list {row['list_id']})"
    if row["disputed"]:
        said += ". Two answers of that day differ: ask who decided"
    if row["contested"]:
        said += ". The family has challenged it, and that is open"
    return f"Returned, as much has changed since. {said}" if returned else said
