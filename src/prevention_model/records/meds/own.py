"""Records out of an exact export: the same rows in the same order, from our own columns."""

import pandas as pd

from prevention_model.errors import RecordsRefused
from prevention_model.records.meds.layout import HELD, OWN

_TABLES = (*HELD, "spell_end")
_PERSON = ("birth_date", "death_date", "sex", "ethnicity", "is_adult")


def own_frames(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The canonical tables that the export holds. Raises RecordsRefused where its columns contradict each other."""
    rows = rows[[f"own:{name}" for name in OWN]].rename(columns=lambda name: name.removeprefix("own:"))
    spoilt = int((~rows["table"].isin(_TABLES) | rows["position"].isna() | rows["person_id"].isna()).sum())
    parts = {name: rows[rows["table"] == name].sort_values("position", kind="stable") for name in _TABLES}
    spoilt += int(
        parts["spell"]["position"].duplicated().sum() + parts["spell_end"]["position"].duplicated().sum()
    )
    spoilt += int((~parts["spell_end"]["position"].isin(parts["spell"]["position"])).sum())
    if spoilt:
        raise RecordsRefused(
            f"The columns of an exact export contradict each other in {spoilt} rows.",
            where="columns table, position and person_id",
            todo="Write the export again, or leave out our own columns to read it as anybody's MEDS data.",
        )
    event = parts["event"].rename(columns={"kind_code": "code"})
    measurement = parts["measurement"].rename(columns={"kind_code": "code"})
    attribute = (
        parts["attribute"].drop(columns="value").rename(columns={"kind": "name", "kind_code": "value"})
    )
    return {
        "person": _person(parts["person"]),
        "event": event,
        "spell": _spell(parts["spell"], parts["spell_end"]),
        "measurement": measurement,
        "attribute": attribute,
    }


def _person(rows: pd.DataFrame) -> pd.DataFrame:
    made = rows[rows["kind"] == "person"].set_index("position")
    said = {name: rows[rows["kind"] == name].set_index("position") for name in _PERSON}
    for name, facts in said.items():
        facts = facts[~facts.index.duplicated()]
        made[name] = facts["event_date" if name.endswith("_date") else "kind_code"].reindex(made.index)
    made["is_adult"] = made["is_adult"].map({"true": True, "false": False}).astype("boolean")
    return made.reset_index(drop=True)


def _spell(start: pd.DataFrame, end: pd.DataFrame) -> pd.DataFrame:
    start = start.rename(
        columns={"kind_code": "code", "event_date": "start_date", "known_date": "known_start"}
    )
    ends = end.set_index("position").reindex(start["position"])
    return start.assign(
        outcome=ends["kind_code"].to_numpy(),
        end_date=ends["event_date"].to_numpy(),
        known_end=ends["known_date"].to_numpy(),
    )
