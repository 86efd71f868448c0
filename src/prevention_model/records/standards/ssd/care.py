"""Periods of care from the dataset's episodes, put together as those of a 903 return are."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from prevention_model.records.extract import Extract
from prevention_model.records.standards.ssda903.periods import in_periods, spells

_PERIODS = ("care_period", "short_break")
_DATES = ("start_date", "end_date", "known_start", "known_end")
_KNOWN = tuple((kind, "the same day") for kind in _PERIODS)


def with_periods(extracts: Sequence[Extract]) -> list[Extract]:
    """The extracts with periods of care and short breaks, each resting on the row of its first episode.

    What kind of care it is, the dataset says in a table of legal statuses: that on the first day counts.
    """
    made = list(extracts)
    rows = [_episodes(made[n], n) for n in _holding(made, "ssd_cla_episodes")]
    if not rows:
        return made
    whole = _with_legal_status(pd.concat(rows, ignore_index=True), made)
    told = spells(in_periods(whole))
    told = told[told["kind"].isin(_PERIODS)]
    for number in whole["extract"].unique():
        own = told[told["label"].isin(whole.index[whole["extract"] == number])]
        frames = {**made[number].frames}
        frames["spell"] = [*frames.get("spell", []), _as_frame(own, frames["spell"][0])]
        made[number] = replace(made[number], frames=frames, known=(*made[number].known, *_KNOWN))
    return made


def _holding(extracts: Sequence[Extract], module: str) -> list[int]:
    return [n for n, extract in enumerate(extracts) if extract.module == module and len(extract.mentions)]


def _spells_of(extract: Extract) -> pd.DataFrame:
    return pd.concat(extract.frames["spell"]).set_index("mention").reindex(extract.mentions.index)


def _episodes(extract: Extract, number: int) -> pd.DataFrame:
    held = _spells_of(extract)
    return pd.DataFrame(
        {
            "extract": number,
            "mention": extract.mentions.index,
            "child": extract.mentions["la_person_id"].astype("str").to_numpy(),
            "start": held["start_date"].to_numpy(),
            "end": held["end_date"].to_numpy(),
            "known_start": held["known_start"].to_numpy(),
            "known_end": held["known_end"].to_numpy(),
            "reason": held["code"].to_numpy(),
            "ended": held["outcome"].where(held["end_date"].notna()).to_numpy(),
            "place": None,
            "place_ended": None,
        }
    )


def _with_legal_status(episodes: pd.DataFrame, extracts: Sequence[Extract]) -> pd.DataFrame:
    """Each episode with the legal status that had begun by its first day and had not ended."""
    parts = [
        _spells_of(extracts[n])[["start_date", "end_date", "code"]].assign(
            child=extracts[n].mentions["la_person_id"].astype("str")
        )
        for n in _holding(extracts, "ssd_legal_status")
    ]
    if not parts:
        return episodes.assign(legal=None)
    begun = pd.concat(parts, ignore_index=True).sort_values("start_date", kind="stable")
    rows = episodes[["child", "start"]].reset_index().sort_values("start", kind="stable")
    held = pd.merge_asof(rows, begun, left_on="start", right_on="start_date", by="child").set_index("index")
    over = (held["end_date"] <= held["start"]).to_numpy(dtype=np.bool_)
    return episodes.assign(legal=held["code"].where(~over).reindex(episodes.index).to_numpy())


def _as_frame(own: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """The periods in the types of the episodes' own frame."""
    texts = dict.fromkeys(("kind", "code", "outcome", "parent"), "str")
    made = own.drop(columns="label").assign(agency=like["agency"].iloc[0])
    return made.astype({**texts, **dict.fromkeys(_DATES, "datetime64[s]"), "agency": "str"}).reset_index(
        drop=True
    )
