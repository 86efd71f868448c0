"""Periods of care from episodes, and the placements and legal statuses within them.

Worked through: a child starts to be looked after on 3 May (S, V2, foster), an interim care order follows on
1 June (L, C1, the same foster placement), a move on 9 July (P, C1, children's home), and on 2 August they go home.
Three episodes; one period of care from 3 May to 2 August, two placements (to 9 July and to 2 August), two legal
statuses (to 1 June and to 2 August).
"""

import numpy as np
import pandas as pd

SHORT_BREAKS = ("short_breaks_episodes", "short_breaks_agreement")
_SAME_PLACE, _STARTED, _GOES_ON = "legal_status", "started", "continues"
_OPEN = np.datetime64("9999-12-31", "s")

SPELL = ["mention", "kind", "code", "outcome", "parent", "start_date", "end_date", "known_start", "known_end"]


def in_periods(rows: pd.DataFrame) -> pd.DataFrame:
    """The episodes by child and day, each with the number of its `period`, and whether it `touches` the one before.

    A period of care is a run of episodes each of which begins where the one before ends. It begins anew with the
    reason `started`, and after an end for another reason than that care continues. Where care is said to continue
    and the next episode is said not to start it, a gap between their days (an episode set aside, say) does not
    end it. Short breaks are runs of their own.
    """
    rows = rows.sort_values(["child", "start"], kind="stable").reset_index(names="label")
    rows["short"] = rows["legal"].isin(SHORT_BREAKS)
    latest = _latest_before(rows)
    first = latest < 0
    before = rows.iloc[np.where(first, 0, latest)].reset_index(drop=True)
    ends = before["end"].fillna(_OPEN)
    rows["touches"] = (rows["start"] == ends) & ~first
    apart = rows["start"] > ends
    next_row = latest == np.arange(len(rows)) - 1
    over = before["ended"].notna() & before["ended"].ne(_GOES_ON) & before["ended"].ne("unmapped")
    anew = rows["reason"].eq(_STARTED) | over | (apart & ~(before["ended"].eq(_GOES_ON) & next_row))
    new = first | (anew & (rows["start"] >= ends))
    order = np.lexsort((np.arange(len(rows)), rows["short"], pd.factorize(rows["child"])[0]))
    numbers = np.empty(len(rows), dtype=np.int64)
    numbers[order] = np.cumsum(new.to_numpy()[order])
    return rows.assign(period=numbers, first=new)


def _latest_before(rows: pd.DataFrame) -> np.ndarray:
    """For each row the place of that row before it, of the same child and kind, which ends last; -1 for none."""
    ends = rows["end"].fillna(_OPEN).to_numpy().astype("datetime64[D]").astype(np.int64)
    keys = pd.Series(ends * len(rows) + np.arange(len(rows)))
    groups = [rows["child"], rows["short"]]
    highest = keys.groupby(groups).cummax().groupby(groups).shift(1)
    places: np.ndarray = (highest.fillna(-1).to_numpy(dtype=np.float64).astype(np.int64)) % len(rows)
    return np.where(highest.isna(), -1, places)


def spells(rows: pd.DataFrame) -> pd.DataFrame:
    """The canonical spells that the episodes of `in_periods` make, with the row (`label`) that each rests on.

    >>> days = pd.to_datetime(["2023-05-03", "2023-06-01", "2023-07-09", "2023-08-02"])
    >>> whole = pd.DataFrame({"mention": [0, 1, 2], "child": "C1", "start": days[:3], "end": days[1:],
    ...     "known_start": days[:3], "known_end": days[1:],
    ...     "reason": ["started", "legal_status", "placement_and_carer"],
    ...     "ended": ["continues", "continues", "returned_home_planned"], "place_ended": None,
    ...     "legal": ["section_20", "interim_care_order", "interim_care_order"],
    ...     "place": ["foster", "foster", "childrens_home"]})
    >>> made = spells(in_periods(whole))
    >>> for spell in made[made["kind"] != "care_episode"].itertuples():
    ...     print(spell.kind, spell.code, f"{spell.start_date:%d.%m.} - {spell.end_date:%d.%m.}", spell.outcome)
    care_period section_20 03.05. - 02.08. returned_home_planned
    placement foster 03.05. - 09.07. None
    placement childrens_home 09.07. - 02.08. None
    legal_status section_20 03.05. - 01.06. None
    legal_status interim_care_order 01.06. - 02.08. None
    """
    care = rows[~rows["short"]]
    first = care.groupby("period")["start"].transform("min")
    parent = "care " + first.dt.strftime("%Y-%m-%d")
    care = care.assign(parent=parent)
    place, legal = _runs_of(care, _moved(care)), _runs_of(care, _legal_changed(care))
    return pd.concat(
        [
            _periods(care, "care_period"),
            _periods(rows[rows["short"]], "short_break"),
            _as_spells(care, "care_episode", care["reason"], care["ended"]),
            _as_spells(place, "placement", place["place"], place["place_ended"]),
            _as_spells(legal, "legal_status", legal["legal"], None),
        ],
        ignore_index=True,
    )


def _periods(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """One row a period: from its first day to its last, as what it began, and why it ended."""
    ends = rows["end"].fillna(_OPEN)
    last = rows.assign(ends=ends).sort_values(["period", "ends"], kind="stable").groupby("period").tail(1)
    made = rows.drop_duplicates("period").set_index("period")
    last = last.set_index("period").reindex(made.index)
    ended = last["ended"].where(last["ended"].ne(_GOES_ON))
    made = made.assign(end=last["end"], known_end=last["known_end"], parent=None)
    return _as_spells(made, kind, made["legal"], ended)


def _runs_of(care: pd.DataFrame, new: pd.Series) -> pd.DataFrame:
    """Runs of episodes as one row each: the first, with the end of the last and why its placement ended."""
    made = care[new.to_numpy()].reset_index(drop=True)
    last = care[new.shift(-1, fill_value=True).to_numpy()].reset_index(drop=True)
    return made.assign(end=last["end"], known_end=last["known_end"], place_ended=last["place_ended"])


def _moved(care: pd.DataFrame) -> pd.Series:
    """Where a placement begins: at every episode but one that only changes the legal status."""
    same = care["place"].eq(care["place"].shift(1)) | (care["place"].isna() & care["place"].shift(1).isna())
    unsaid = care["reason"].isna() | care["reason"].eq("unmapped")
    return _begins(care) | ~((care["reason"].eq(_SAME_PLACE) | unsaid) & same)


def _legal_changed(care: pd.DataFrame) -> pd.Series:
    return _begins(care) | care["legal"].ne(care["legal"].shift(1))


def _begins(care: pd.DataFrame) -> pd.Series:
    return care["period"].ne(care["period"].shift(1)) | ~care["touches"]


def _as_spells(rows: pd.DataFrame, kind: str, code: pd.Series, outcome: pd.Series | None) -> pd.DataFrame:
    ended = rows["end"].notna()
    return pd.DataFrame(
        {
            "label": rows["label"].to_numpy(),
            "mention": rows["mention"].to_numpy(),
            "kind": kind,
            "code": code.to_numpy(),
            # A reason without an end would tell what nobody knows yet.
            "outcome": None if outcome is None else outcome.where(ended).to_numpy(),
            "parent": rows["parent"].to_numpy(),
            "start_date": rows["start"].to_numpy(),
            "end_date": rows["end"].to_numpy(),
            "known_start": rows["known_start"].to_numpy(),
            "known_end": rows["known_end"].where(ended).to_numpy(),
        }
    )
