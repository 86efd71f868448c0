"""Canonical frames of a delivery whose people have not been linked: each goes by the return's own identifier."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from prevention_model.records.extract import Extract
from prevention_model.records.schema import SCHEMAS, TABLES

TRUSTED = (
    "la_person_id",
    "upn",
    "nhs_number",
    "uln",
    "pnc_id",
    "former_la_person_id",
    "former_upn",
    "local_id",
)
"""Identifiers by which somebody goes, the most trusted first."""


def canonical_frames(
    extracts: Sequence[Extract], coverage: pd.DataFrame, received: date
) -> dict[str, pd.DataFrame]:
    """The canonical tables that the extracts fill, and coverage; every other table is left out."""
    frames: dict[str, list[pd.DataFrame]] = {}
    for extract in extracts:
        person, other = _named(extract, ""), _named(extract, "other:")
        for table, parts in extract.frames.items():
            for part in parts:
                made = part.drop(columns="mention").assign(
                    person_id=person.reindex(part["mention"]).to_numpy(),
                    source=extract.source,
                    delivery=received.isoformat(),
                    row=extract.mentions["row"].reindex(part["mention"]).to_numpy(),
                )
                if table == "relationship":
                    made["other_id"] = other.reindex(part["mention"]).to_numpy()
                if "household_key" in made:
                    made = made.rename(columns={"household_key": "household_id"})
                frames.setdefault(table, []).append(made)
    tables = {name: pd.concat(frames[name], ignore_index=True) for name in TABLES if name in frames}
    if "person" in tables:
        tables["person"] = tables["person"].groupby("person_id", sort=False).first().reset_index()
    if len(coverage):
        tables["coverage"] = coverage
    return {name: SCHEMAS[name].conform(table) for name, table in tables.items()}


def _named(extract: Extract, prefix: str) -> pd.Series:
    """By place, the most trusted identifier of each mention; the row itself where it has none."""
    mentions = extract.mentions
    # Names alone tell nobody apart, so a row without an identifier is somebody of its own.
    named = ("row " + mentions["row"].astype("str") + " of " + extract.file).astype("object")
    for id_type in reversed(TRUSTED):
        column = f"{prefix}{id_type}"
        if column in mentions:
            named = mentions[column].astype("object").where(mentions[column].notna(), named)
    return named.astype("str")
