"""Children who leave a household for a placement, and children whose link to a family an adoption ends."""

from typing import Any

import pandas as pd

_WITH_PARENTS = ("with_parents",)
_ADOPTED = ("care_period", "care_episode")
_OPEN = pd.Timestamp("2200-01-01")


def away_from_home(spells: pd.DataFrame) -> pd.DataFrame:
    """When each child was in care and not with their parents: person_id, start, end, known_end.

    By placements where there are any of the child, else by periods of care.
    """
    care = spells[spells["kind"].isin(["placement", "care_period"])]
    placed = care[care["kind"] == "placement"]
    home = placed["code"].isin(_WITH_PARENTS)
    others = care[(care["kind"] == "care_period") & ~care["person_id"].isin(placed["person_id"])]
    made = pd.concat([placed[~home], others])[["person_id", "start_date", "end_date", "known_end"]]
    return made.rename(columns={"start_date": "start", "end_date": "end"}).sort_values(["person_id", "start"])


def without_time_away(members: pd.DataFrame, away: pd.DataFrame) -> pd.DataFrame:
    """Memberships without the time that a child was placed elsewhere; one that goes on afterwards is a new row.

    >>> day = pd.to_datetime
    >>> home = pd.DataFrame({"person_id": ["a"], "key": ["h"], "from": day(["2020-01-01"]), "to": day([None]),
    ...                      "known_date": day(["2020-01-05"])})
    >>> away = pd.DataFrame({"person_id": ["a"], "start": day(["2021-01-01"]), "end": day(["2021-06-01"]),
    ...                      "known_end": day(["2021-06-08"])})
    >>> made = without_time_away(home, away)
    >>> [[str(v)[:10] for v in row] for row in made[["from", "to", "known_date"]].to_numpy()]
    [['2020-01-01', '2021-01-01', '2020-01-05'], ['2021-06-01', 'NaT', '2021-06-08']]
    """
    touched = members["person_id"].isin(away["person_id"])
    if not touched.any():
        return members
    times: dict[str, list[dict[Any, Any]]] = {}
    for absence in away.to_dict("records"):
        times.setdefault(absence["person_id"], []).append(absence)
    made = [
        part for row in members[touched].to_dict("records") for part in _parts(row, times[row["person_id"]])
    ]
    cut = pd.DataFrame(made, columns=members.columns).astype(members.dtypes)
    parts = [part for part in (members[~touched], cut) if len(part)]
    return pd.concat(parts, ignore_index=True).sort_values(["person_id", "from"], kind="stable")


def _parts(row: dict[Any, Any], absences: list[dict[Any, Any]]) -> list[dict[Any, Any]]:
    """What is left of a membership: the rows between absences, which come in the order of their start."""
    made, end = [], _or_later(row["to"])
    for absence in absences:
        back = _or_later(absence["end"])
        if back <= row["from"] or absence["start"] >= end:
            continue
        if row["from"] < absence["start"]:
            made.append({**row, "to": absence["start"]})
        known = back if pd.isna(absence["known_end"]) else absence["known_end"]
        row = {**row, "from": back, "known_date": max(row["known_date"], known)}
    return [*made, row] if row["from"] < end else made


def _or_later(day: Any) -> Any:
    return _OPEN if pd.isna(day) else day


def adoptions(spells: pd.DataFrame) -> pd.Series:
    """The day on which each adopted child's care ended in adoption, by person_id; the last one counts."""
    ended = spells["kind"].isin(_ADOPTED) & spells["outcome"].fillna("").str.startswith("adopted")
    rows = spells[ended & spells["end_date"].notna()]
    return rows.groupby("person_id")["end_date"].max()


def before_adoption(rows: pd.DataFrame, adopted: pd.Series) -> pd.Series:
    """Which rows of a household or relationship began, or were known, before somebody in them was adopted."""
    begun = rows["from"].fillna(rows["known_date"])
    days = adopted.to_dict()
    cut = begun < pd.to_datetime(rows["person_id"].map(days))
    if "other_id" in rows:
        cut |= begun < pd.to_datetime(rows["other_id"].map(days))
    return cut
