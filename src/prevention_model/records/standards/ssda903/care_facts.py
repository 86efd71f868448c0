"""Facts that a return dates by its own year only, put at the period of care in which they became known."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from prevention_model.records.extract import Extract

Change = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]
ENDED_WITH_CARE = "still open when care had ended: taken as ended with it"
_IN_CARE = ("placed_adoption", "missing", "social_worker", "dolo")
"""Modules that speak of a child only while they are in care."""

ADOPTED = ("adopted_unopposed", "adopted_consent_dispensed")


def with_care_facts(extracts: Sequence[Extract], periods: pd.DataFrame) -> list[Extract]:
    """The extracts, with what was known since a child came into care dated so.

    `periods` are the periods of care: child, start_date, end_date, outcome. A child without one keeps the dates
    of the return.
    """
    return [_changed(extract, periods) for extract in extracts]


def _changed(extract: Extract, periods: pd.DataFrame) -> Extract:
    made = extract
    for module, table, change in (
        ("uasc", "spell", _from_entry),
        ("header", "attribute", _mother),
        ("prev_perm", "attribute", _before_care),
        *((module, "spell", _over_with_care) for module in _IN_CARE),
    ):
        if extract.module == module and table in extract.frames and len(extract.mentions):
            children = extract.mentions["la_person_id"]
            frames = [
                change(frame.assign(child=children.reindex(frame["mention"]).to_numpy()), periods).drop(
                    columns="child"
                )
                for frame in extract.frames[table]
            ]
            ended = [
                new["mention"][(old["end_date"].isna() & new["end_date"].notna()).to_numpy()]
                for old, new in zip(extract.frames[table], frames, strict=True)
                if table == "spell"
            ]
            made = replace(
                made, frames={**made.frames, table: frames}, issues=(*made.issues, *_noted(made, ended))
            )
    return made


def _noted(extract: Extract, ended: Sequence[pd.Series]) -> list[dict[str, object]]:
    if not ended:
        return []
    rows = extract.mentions["row"].reindex(pd.concat(ended))
    odd = {"file": extract.file, "column": "", "issue": ENDED_WITH_CARE}
    return [{**odd, "rows": len(rows), "first_row": int(rows.min())}] if len(rows) else []


def _first_care(periods: pd.DataFrame, frame: pd.DataFrame) -> pd.Series:
    """The first day of the first period of care of each row's child."""
    first = periods.groupby("child")["start_date"].min()
    return pd.Series(first.reindex(frame["child"]).to_numpy(), index=frame.index)


def _from_entry(frame: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """A child who came alone was known to have come alone from the first day in care."""
    held = _care_at(frame, frame[["known_start", "end_date"]].min(axis=1), periods)
    return frame.assign(
        start_date=held["start_date"].fillna(frame["start_date"]),
        known_start=held["start_date"].fillna(frame["known_start"]),
    )


def _mother(frame: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Known to the authority from the birth, or from the first day in care where that is later."""
    first = _first_care(periods, frame)
    since = first.where(first > frame["event_date"], frame["event_date"]).where(first.notna())
    told = frame["name"].eq("mother") & since.notna() & (since < frame["known_date"])
    return frame.assign(known_date=frame["known_date"].where(~told, since))


def _before_care(frame: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """What came before is asked when care begins."""
    asked = _first_care(periods, frame)
    undated = frame["event_date"] == frame["known_date"]
    earlier = asked < frame["known_date"]
    return frame.assign(
        event_date=frame["event_date"].where(~(undated & earlier), asked),
        known_date=frame["known_date"].where(
            ~earlier, asked.where(undated | (asked > frame["event_date"]), frame["event_date"])
        ),
    )


def _over_with_care(frame: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """What nobody ended is over when care is; a plan for adoption by the order, where there was one."""
    held = _care_at(frame, frame["start_date"], periods)
    ends = frame["end_date"].isna() & (held["end_date"] >= frame["start_date"])
    made = frame.assign(
        end_date=frame["end_date"].where(~ends, held["end_date"]),
        known_end=frame["known_end"].where(~ends, held["end_date"]),
    )
    if "outcome" in frame:
        adopted = ends & held["outcome"].isin(ADOPTED)
        made["outcome"] = frame["outcome"].where(~adopted, held["outcome"])
    return made


def _care_at(frame: pd.DataFrame, days: pd.Series, periods: pd.DataFrame) -> pd.DataFrame:
    """For each row the last period of care of its child that had begun by the row's day."""
    begun = periods[["child", "start_date", "end_date", "outcome"]].sort_values("start_date")
    rows = pd.DataFrame({"child": frame["child"], "day": days}).reset_index().sort_values("day")
    held = pd.merge_asof(rows, begun, by="child", left_on="day", right_on="start_date").set_index("index")
    return held.reindex(frame.index)
