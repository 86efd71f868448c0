"""Facts that a return dates by its own year only, put at the period of care in which they became known."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from prevention_model.records.extract import Extract

Change = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]
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
        ("placed_adoption", "spell", _adopted),
    ):
        if extract.module == module and table in extract.frames and len(extract.mentions):
            children = extract.mentions["la_person_id"]
            frames = [
                change(frame.assign(child=children.reindex(frame["mention"]).to_numpy()), periods).drop(
                    columns="child"
                )
                for frame in extract.frames[table]
            ]
            made = replace(made, frames={**made.frames, table: frames})
    return made


def _first_care(periods: pd.DataFrame, frame: pd.DataFrame) -> pd.Series:
    """The first day of the first period of care of each row's child."""
    first = periods.groupby("child")["start_date"].min()
    return pd.Series(first.reindex(frame["child"]).to_numpy(), index=frame.index)


def _from_entry(frame: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """A child who came alone was known to have come alone from the first day in care."""
    begun = periods[["child", "start_date"]].rename(columns={"start_date": "begun"}).sort_values("begun")
    by = frame[["known_start", "end_date"]].min(axis=1)
    rows = frame[["child"]].assign(by=by).reset_index().sort_values("by")
    held = pd.merge_asof(rows, begun, by="child", left_on="by", right_on="begun").set_index("index")
    start = held["begun"].reindex(frame.index)
    return frame.assign(
        start_date=start.fillna(frame["start_date"]), known_start=start.fillna(frame["known_start"])
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


def _adopted(frame: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """A decision that adoption followed on is over on the day of the order."""
    orders = (
        periods[periods["outcome"].isin(ADOPTED)].drop_duplicates("child", keep="last").set_index("child")
    )
    day = pd.Series(orders["end_date"].reindex(frame["child"]).to_numpy(), index=frame.index)
    why = pd.Series(orders["outcome"].reindex(frame["child"]).to_numpy(), index=frame.index)
    ends = frame["end_date"].isna() & (day >= frame["start_date"])
    return frame.assign(
        end_date=frame["end_date"].where(~ends, day),
        known_end=frame["known_end"].where(~ends, day),
        outcome=frame["outcome"].where(~ends, why),
    )
