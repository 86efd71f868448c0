"""What all 903 returns of a delivery say together: episodes made whole, and facts that rest on a period of care."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from prevention_model.records.extract import Extract
from prevention_model.records.standards.ssda903.care_facts import with_care_facts
from prevention_model.records.standards.ssda903.corrected import Corrected, corrected
from prevention_model.records.standards.ssda903.periods import in_periods, spells
from prevention_model.records.superseded import without

_KEY = "CHILD, DECOM"
_KNOWN = (("care_period", "the same day"), ("short_break", "the same day"))


def finished(extracts: Sequence[Extract]) -> list[Extract]:
    """The extracts with periods of care, and with episodes, placements and legal status across all returns."""
    made = list(extracts)
    numbers = [n for n, extract in enumerate(made) if extract.module == "episodes" and len(extract.mentions)]
    if not numbers:
        return with_care_facts(made, _no_periods())
    rows = pd.concat([_episodes(made[n], n) for n in numbers], ignore_index=True)
    found = corrected(rows)
    whole = in_periods(found.rows)
    told = spells(whole)
    for number in numbers:
        made[number] = _put_back(made[number], number, rows, found, whole, told)
    care = told[told["kind"] == "care_period"]
    return with_care_facts(made, care.assign(child=rows["child"].reindex(care["label"]).to_numpy()))


def _no_periods() -> pd.DataFrame:
    dates = {name: pd.Series([], dtype="datetime64[s]") for name in ("start_date", "end_date")}
    return pd.DataFrame({"child": pd.Series([], dtype="str"), "outcome": pd.Series([], dtype="str"), **dates})


def _episodes(extract: Extract, number: int) -> pd.DataFrame:
    """One row an accepted episode, from the pieces that its map made."""
    pieces = pd.concat(extract.frames["spell"]).set_index("mention")
    care, place, legal = (
        pieces[pieces["kind"] == kind].reindex(extract.mentions.index)
        for kind in ("care_episode", "placement", "legal_status")
    )
    last = np.datetime64("NaT", "s") if extract.period is None else np.datetime64(extract.period.end, "s")
    return pd.DataFrame(
        {
            "extract": number,
            "mention": extract.mentions.index,
            "child": extract.mentions["la_person_id"].astype("str").to_numpy(),
            "start": care["start_date"].to_numpy(),
            "end": care["end_date"].to_numpy(),
            "known_start": care["known_start"].to_numpy(),
            "known_end": care["known_end"].to_numpy(),
            "reason": care["code"].to_numpy(),
            "ended": care["outcome"].where(care["end_date"].notna()).to_numpy(),
            "legal": legal["code"].to_numpy(),
            "place": place["code"].to_numpy(),
            "place_ended": place["outcome"].to_numpy(),
            "year_end": np.full(len(care), last),
        }
    )


def _put_back(
    extract: Extract,
    number: int,
    rows: pd.DataFrame,
    found: Corrected,
    whole: pd.DataFrame,
    told: pd.DataFrame,
) -> Extract:
    """The extract with the spells that rest on its rows, and without rows that a later return replaces."""
    gone = rows.loc[found.gone]
    gone_here = pd.Index(gone["mention"][gone["extract"] == number])
    made = without(extract, gone_here, "superseded_row", _KEY) if len(gone_here) else extract
    own = told[told["label"].isin(rows.index[rows["extract"] == number])]
    agency = pd.concat(extract.frames["spell"])["agency"].iloc[0]
    frames = {
        **made.frames,
        "spell": [_as_frame(some, agency) for _, some in own.groupby("kind", sort=False)],
    }
    begun = whole[whole["first"] & (whole["extract"] == number)]["mention"]
    frames["attribute"] = [
        frame[(frame["name"] != "care_need") | frame["mention"].isin(begun)].reset_index(drop=True)
        for frame in made.frames.get("attribute", [])
    ]
    issues = [*made.issues, *(_issue(made, number, rows, *note) for note in found.notes)]
    some = tuple(issue for issue in issues if issue["rows"])
    return replace(made, frames=frames, issues=some, known=tuple(sorted({*made.known, *_KNOWN})))


def _as_frame(own: pd.DataFrame, agency: str) -> pd.DataFrame:
    dates = ("start_date", "end_date", "known_start", "known_end")
    types = dict.fromkeys(dates, "datetime64[s]") | dict.fromkeys(
        ("kind", "code", "outcome", "parent"), "str"
    )
    return (
        own.drop(columns="label")
        .assign(agency=agency)
        .astype({**types, "agency": "str"})
        .reset_index(drop=True)
    )


def _issue(
    extract: Extract, number: int, rows: pd.DataFrame, issue: str, column: str, labels: pd.Index
) -> dict[str, object]:
    about = rows.loc[labels]
    here = about["mention"][about["extract"] == number]
    lines = extract.mentions["row"].reindex(here)
    first = int(lines.min()) if len(lines) else 0
    return {"file": extract.file, "column": column, "issue": issue, "rows": len(lines), "first_row": first}
