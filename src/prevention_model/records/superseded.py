"""Deliveries that overlap: of rows with the same key, that of the latest delivery counts."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from prevention_model.errors import RecordsRefused, listed
from prevention_model.records.extract import Extract


def supersede(read: Sequence[tuple[Extract, pd.Series]], columns: str) -> list[Extract]:
    """Set aside, in each extract, the rows whose key a later extract holds too.

    `read` holds extracts from the earliest to the latest, each with the keys of its accepted rows by place.
    `columns` names the key in the quarantine. An episode open in one year's file is closed in the next.
    """
    kept: list[Extract] = []
    later: list[np.ndarray] = []
    for extract, keys in reversed(read):
        numbers = keys.to_numpy(dtype=np.uint64)
        gone = keys.index[pd.Series(numbers).isin(np.concatenate(later))] if later else keys.index[:0]
        kept.append(without(extract, gone, "superseded_row", columns) if len(gone) else extract)
        later.append(numbers)
    return kept[::-1]


def without(extract: Extract, places: pd.Index, reason: str, columns: str) -> Extract:
    """The extract without the mentions at these places; their rows are quarantined for the reason."""
    gone = pd.DataFrame(
        {
            "file": extract.file,
            "row": extract.mentions["row"].loc[places].to_numpy(),
            "column": columns,
            "reason": reason,
        }
    ).astype({"file": "str", "column": "str", "reason": "str"})
    rows = pd.concat([extract.quarantined, gone], ignore_index=True).sort_values("row", ignore_index=True)
    frames = {
        table: [part[~part["mention"].isin(places)].reset_index(drop=True) for part in parts]
        for table, parts in extract.frames.items()
    }
    return replace(extract, mentions=extract.mentions.drop(index=places), frames=frames, quarantined=rows)


def refused_together(faults: Sequence[RecordsRefused], source: str) -> RecordsRefused:
    """One error that names the faults of all files of a source."""
    if len(faults) == 1:
        return faults[0]
    return RecordsRefused(
        listed([f"{fault.what.rstrip('.')} ({fault.where})" for fault in faults]) + ".",
        where=f"source {source}",
        todo="Correct them all, or ask the agency for the files again.",
    )
