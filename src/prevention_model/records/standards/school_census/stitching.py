"""What lasts from census to census, of which each census tells a part.

Worked example. A pupil has support in the censuses of January and May 2024 and none in October: one spell of support
from 18 January to 3 October 2024, its start known on the first day and its end on the last. An address that is
another one in October was left by 3 October. A census that does not ask, or that a school did not send, says nothing.

A row that several censuses hold stays where the last one has it, known since the first.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from prevention_model.records.extract import Extract
from prevention_model.records.standards.homes import stitched_homes
from prevention_model.records.standards.school_census.dating import lasting
from prevention_model.records.standards.school_census.roll import OFF, ON
from prevention_model.records.standards.sightings import Sightings, after, any_of, of_kind, once, ranked

SPELLS = {
    "fsm": ("fsmperiods",),
    "ap_placement": ("approvisiondetail", "schoolarrangedapdetail"),
    "study_programme": ("programmeaims",),
    "learning_aim": ("learningaims",),
    "work_placement": ("workplaceentity",),
}
"""Spells that say themselves when they begin, and the modules that tell of them."""
MODULES = (ON, OFF, "addresses", "exclusions", *(module for modules in SPELLS.values() for module in modules))
"""Modules of which several censuses tell of the same."""
EXCLUSIONS = ("suspension", "permanent_exclusion", "lunchtime_exclusion", "exclusion_of_unknown_category",
              "exclusion_reason")  # fmt: skip
NOT_RETURNED, LEFT = "not_returned", "left_roll"
"""How a spell ended that a later census no longer has, although it asked for it; and with the time on roll."""
_NEVER = np.datetime64("NaT", "s")


def stitched(extracts: Sequence[Extract]) -> list[Extract]:
    """The extracts with each enrolment, school, home, period of free meals, placement and exclusion once."""
    seen = Sightings(tuple(extracts), MODULES)
    if not len(seen.days):
        return list(extracts)
    seen, roll = _enrolments(seen)
    for kind, modules in SPELLS.items():
        seen = _spells(seen, kind, modules, roll)
    seen = _exclusions(stitched_homes(seen, "addresses"))
    return list(_support(seen, roll).extracts)


def _closed(
    rows: pd.DataFrame, on: np.ndarray, outcome: str, known: np.ndarray | None = None
) -> pd.DataFrame:
    """Open spells ended on a day (NaT: not), known then or from another day on."""
    over = rows["end_date"].isna().to_numpy() & ~np.isnat(on)
    ends = np.maximum(on, rows["start_date"].to_numpy(dtype="datetime64[s]"))
    told = np.maximum(ends, ends if known is None else known)
    said = rows["outcome"] if "outcome" in rows else pd.Series(None, index=rows.index, dtype="str")
    return rows.assign(
        end_date=np.where(over, ends, rows["end_date"].to_numpy(dtype="datetime64[s]")),
        known_end=np.where(over, told, rows["known_end"].to_numpy(dtype="datetime64[s]")),
        outcome=said.mask(over, outcome).astype("str"),
    )


def _ended(rows: pd.DataFrame) -> pd.DataFrame:
    """Spells with ends, where the module has none."""
    lacking = [name for name in ("end_date", "known_end") if name not in rows]
    return rows.assign(**{name: np.full(len(rows), _NEVER) for name in lacking})


def _enrolments(seen: Sightings) -> tuple[Sightings, pd.DataFrame]:
    """Each enrolment and its school once; and every pupil's row with its school, and when its enrolment ended."""
    modules = (ON, OFF)
    rows = seen.rows("spell", of_kind("enrolment"), modules)
    roll = seen.mentions(modules)[["extract", "module", "mention", "pupil", "census"]]
    roll = roll.assign(on=roll["module"] == ON)
    places = seen.rows("place", of_kind("school"), modules)
    if not len(rows):
        return seen, roll.assign(end=_NEVER, known=_NEVER)
    rows = _ended(rows)
    if len(places):
        rows = rows.merge(places[["extract", "mention", "school"]], how="left", on=["extract", "mention"])
    else:
        rows = rows.assign(school=pd.Series(None, index=rows.index, dtype="str"))
    known_school = lasting(rows["school"])
    # Without a number that lasts, an enrolment is found again by its first day alone.
    token = rows["school"].where(known_school, None)
    days = pd.factorize(rows["start_date"])[0] + 1
    numbers = pd.factorize(token)[0]
    rows = rows.assign(token=np.where(numbers < 0, -days, numbers), lasting=known_school)
    rows = rows.sort_values(["pupil", "token", "census", "start_date"], kind="stable", ignore_index=True)
    rows["run"] = _runs(rows, seen)
    kept = once(rows, "run", "known_start", "start_date").drop_duplicates("run", keep="last")
    on = rows[rows["module"] == ON]
    again = after(
        kept["token"].to_numpy(), kept["census"].to_numpy(), on["token"].to_numpy(), on["census"].to_numpy()
    )
    elsewhere = after(
        kept["pupil"].to_numpy(), kept["census"].to_numpy(), on["pupil"].to_numpy(), on["census"].to_numpy()
    )
    kept = _closed(kept, seen.days_of(np.where(kept["lasting"], again, elsewhere)), NOT_RETURNED)
    seen = seen.put_back("spell", of_kind("enrolment"), kept)
    ends = kept.set_index("run")[["end_date", "known_end"]]
    told = rows[["extract", "mention", "run"]].merge(ends, left_on="run", right_index=True)
    roll = roll.merge(told, how="left", on=["extract", "mention"])
    return _schools(seen, places, kept), roll.rename(columns={"end_date": "end", "known_end": "known"})


def _runs(rows: pd.DataFrame, seen: Sightings) -> np.ndarray:
    """A number for each enrolment: a new one begins with another first day, after the last one's end or sighting."""
    before = rows[["pupil", "token", "census", "start_date", "end_date"]].shift(1)
    other = (rows["pupil"] != before["pupil"]) | (rows["token"] != before["token"])
    day = seen.days_of(before["census"].fillna(-1).to_numpy(dtype=np.int64))
    left = before["end_date"].to_numpy()
    start = rows["start_date"].to_numpy()
    back = (start >= left) | (np.isnat(left) & (start > day))
    differs = start != before["start_date"].to_numpy()
    return np.asarray(np.cumsum(other.to_numpy() | (back & differs)))


def _schools(seen: Sightings, places: pd.DataFrame, kept: pd.DataFrame) -> Sightings:
    """Where each pupil goes to school, as long as the enrolment lasts."""
    if not len(places):
        return seen
    spans = kept[["extract", "mention", "start_date", "end_date", "known_start"]]
    made = places.drop(columns=[name for name in ("to", "known_date") if name in places])
    made = made.merge(spans, on=["extract", "mention"], how="inner")
    made = made.assign(
        **{"from": made["start_date"], "to": made["end_date"], "known_date": made["known_start"]}
    )
    return seen.put_back("place", of_kind("school"), made)


def _spells(seen: Sightings, kind: str, modules: Sequence[str], roll: pd.DataFrame) -> Sightings:
    """Spells that say themselves when they begin; over when the pupil is still on roll and they are not returned,
    and when the pupil leaves."""
    rows = seen.rows("spell", of_kind(kind), modules)
    if not len(rows):
        return seen
    keys = ["pupil", "start_date"] + ([] if kind == "fsm" else ["code"])
    rows = _ended(rows).assign(run=rows.groupby(keys, sort=False, dropna=False).ngroup())
    kept = once(rows, "run", "known_start", "start_date")
    asked = roll[roll["on"] & roll["census"].isin(rows["census"])]
    later = after(
        kept["pupil"].to_numpy(),
        kept["census"].to_numpy(),
        asked["pupil"].to_numpy(),
        asked["census"].to_numpy(),
    )
    kept = _closed(kept, seen.days_of(later), NOT_RETURNED)
    ends = kept.merge(_leaving(roll), how="left", on=["pupil", "census"])
    left, known = (ends[name].to_numpy(dtype="datetime64[s]") for name in ("end", "known"))
    return seen.put_back("spell", of_kind(kind), _closed(kept, left, LEFT, known))


def _leaving(roll: pd.DataFrame) -> pd.DataFrame:
    """For each pupil and census: the last day on any roll, and since when it is known; NaT for who stays."""
    ended = roll.assign(open=roll["end"].isna())
    groups = ended.groupby(["pupil", "census"])
    ends = groups.agg(end=("end", "max"), known=("known", "max"), open=("open", "any")).reset_index()
    return ends[~ends["open"]].drop(columns="open")


def _exclusions(seen: Sightings) -> Sightings:
    """Each suspension and exclusion once, known since the census that first told of it."""

    chosen = any_of(EXCLUSIONS)
    rows = seen.rows("event", chosen, ("exclusions",))
    if not len(rows):
        return seen
    keys = ["pupil", "kind", "event_date", "code"]
    rows = rows.assign(run=rows.groupby(keys, sort=False, dropna=False).ngroup())
    return seen.put_back("event", chosen, once(rows, "run", "known_date", "event_date"))


def _support(seen: Sightings, roll: pd.DataFrame) -> Sightings:
    """Support for special needs, from the first census that has it to the first that has not, or to leaving."""
    told = seen.rows("attribute", lambda frame: _named(frame, "sen_provision"), (ON,))
    if not len(told):
        return seen
    helped = told["value"].isin(["sen_support", "school_action", "school_action_plus"])
    told = told.assign(helped=helped.to_numpy())
    spells = ranked(told, ["pupil", "helped"])
    spells = spells[spells["helped"]]
    # Of two schools in one census, one that helps is enough.
    first = spells.groupby("run")["event_date"].transform("min").to_numpy()
    spells = spells.assign(start_date=first, known_start=first)
    spells = spells[~spells.duplicated("run", keep="last")]
    later = after(
        spells["pupil"].to_numpy(),
        spells["census"].to_numpy(),
        told["pupil"].to_numpy(),
        told["census"].to_numpy(),
    )
    spells = spells.assign(
        kind=pd.Series("sen_support", index=spells.index, dtype="str"), end_date=_NEVER, known_end=_NEVER
    )
    spells = _closed(spells, seen.days_of(later), NOT_RETURNED).assign(outcome=pd.Series(None, dtype="str"))
    ends = spells.merge(_leaving(roll), how="left", on=["pupil", "census"])
    left, known = (ends[name].to_numpy(dtype="datetime64[s]") for name in ("end", "known"))
    made = _closed(spells, left, LEFT, known)
    return seen.put_back("spell", lambda frame: False, made)


def _named(frame: pd.DataFrame, name: str) -> bool:
    return len(frame) > 0 and "name" in frame and str(frame["name"].iloc[0]) == name
