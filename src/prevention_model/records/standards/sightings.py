"""What several returns say of the same thing: their rows side by side, and back into the extracts.

A person goes by the UPN through all returns. Whoever has none in one of them, or one with a sign missing, goes by the
UPN that the same name and date of birth have in another, if there is only one. `local_id` has to end with the day of
the census.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.extract import Extract
from prevention_model.records.schema import SCHEMAS
from prevention_model.records.text_table import as_series

_UPN = r"[A-Z]\d{11}[A-Z\d]"
_NONE, _SPACE = (pa.scalar(text, pa.large_string()) for text in ("", " "))
_DAY = len("2024-10-03")
_CHANGES = 3
"""How often a pupil's number is followed from one to the next."""
_NAMES = ("vault:surname", "vault:forename", "vault:birth_date")
_COLUMNS = {table: {column.name for column in schema.columns} for table, schema in SCHEMAS.items()}


def without_part(extract: Extract, table: str, chosen: Callable[[pd.DataFrame], bool]) -> Extract:
    """The extract without the frames of a table that are chosen."""
    if table not in extract.frames:
        return extract
    kept = [frame for frame in extract.frames[table] if not chosen(frame)]
    return replace(extract, frames={**extract.frames, table: kept})


def of_kind(kind: str) -> Callable[[pd.DataFrame], bool]:
    """Whether a frame holds rows of a kind; a frame without rows holds none.

    >>> of_kind("fsm")(pd.DataFrame({"kind": ["fsm"]})), of_kind("fsm")(pd.DataFrame({"kind": []}))
    (True, False)
    """
    return lambda frame: len(frame) > 0 and "kind" in frame and str(frame["kind"].iloc[0]) == kind


def any_of(kinds: Sequence[str]) -> Callable[[pd.DataFrame], bool]:
    """Whether a frame holds rows of any of these kinds.

    >>> any_of(["fsm", "ehcp"])(pd.DataFrame({"kind": ["fsm"]}))
    True
    """
    return lambda frame: any(of_kind(kind)(frame) for kind in kinds)


def once(rows: pd.DataFrame, run: str, known: str, at: str) -> pd.DataFrame:
    """Of the rows of each run those that the last census has, known since the first that had any.

    `known` is when a row became known, `at` when it happened or began.

    >>> days = pd.to_datetime(["2024-01-18", "2024-05-16"])
    >>> rows = pd.DataFrame({"run": 1, "census": [0, 1], "known_date": days, "event_date": days[0]})
    >>> once(rows, "run", "known_date", "event_date")[["census", "known_date"]].astype("str").values.tolist()
    [['1', '2024-01-18']]
    """
    groups = rows.groupby(run, sort=False)
    first = np.maximum(groups[known].transform("min").to_numpy(), rows[at].to_numpy())
    kept = rows.assign(**{known: first})
    if "known_end" in rows:
        same = rows.groupby([run, "end_date"], sort=False)["known_end"].transform("min")
        kept["known_end"] = same.where(rows["end_date"].notna())
    return kept[rows["census"] == groups["census"].transform("max")]


def after(who: np.ndarray, census: np.ndarray, seen_who: np.ndarray, seen_census: np.ndarray) -> np.ndarray:
    """For each (who, census) the first later census in which it was seen; -1 for none.

    >>> after(np.array([0, 1]), np.array([0, 0]), np.array([0, 0, 1]), np.array([0, 2, 0])).tolist()
    [2, -1]
    """
    size = int(max(census.max(initial=0), seen_census.max(initial=0))) + 1
    held = np.sort(seen_who.astype(np.int64) * size + seen_census)
    wanted = who.astype(np.int64) * size + census
    found = np.append(held, -1)[np.searchsorted(held, wanted, side="right")]
    return np.where((found >= 0) & (found // size == who), found % size, -1)


def ranked(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """The rows in order, with a `run` for each time that successive censuses which tell of the pupil say the same."""
    told = rows[["pupil", "census"]].drop_duplicates().sort_values(["pupil", "census"])
    told["rank"] = told.groupby("pupil").cumcount()
    rows = rows.merge(told, on=["pupil", "census"])
    rows = rows.sort_values([*keys, "rank"], kind="stable", ignore_index=True)
    before = rows[[*keys, "rank"]].shift(1)
    new = (rows["rank"] - before["rank"]) > 1
    for key in keys:
        new |= rows[key] != before[key]
    return rows.assign(run=np.cumsum(new.to_numpy())).drop(columns="rank")


@dataclass(frozen=True)
class Sightings:
    """The extracts of all censuses, and for each mention in `modules` the pupil (a number) and the census."""

    extracts: tuple[Extract, ...]
    modules: tuple[str, ...]

    @cached_property
    def days(self) -> np.ndarray:
        """Every census day, in order."""
        days = (
            pd.concat([who["day"] for who in self._who])
            if self._who
            else pd.Series([], dtype="datetime64[s]")
        )
        return np.sort(days.unique().astype("datetime64[s]"))

    @cached_property
    def _who(self) -> list[pd.DataFrame]:
        """By extract, the pupil's identity as text and the census day of each mention, by place."""
        told = [_named(one.mentions) for one in self.extracts if "vault:surname" in one.mentions]
        pupils = (
            pd.concat(told, ignore_index=True) if told else pd.DataFrame(columns=["local", "upn", "name"])
        )
        former = self._former()
        key = _numbered(pupils, _followed(pupils["upn"], former)).set_axis(pupils["local"])
        key = key[key.index.notna() & ~key.index.duplicated()].dropna()
        return [
            _identified(one, key, former) if one.module in self.modules else _nobody()
            for one in self.extracts
        ]

    def _former(self) -> pd.Series:
        """For UPNs that pupils no longer have, the one that followed."""
        pairs = [one.mentions[["former_upn", "upn"]] for one in self.extracts if "former_upn" in one.mentions]
        told = pd.concat(pairs).dropna() if pairs else pd.DataFrame({"former_upn": [], "upn": []})
        told = told[told["former_upn"] != told["upn"]].drop_duplicates("former_upn", keep="last")
        return told.set_index("former_upn")["upn"]

    @cached_property
    def _numbers(self) -> list[np.ndarray]:
        codes = pd.factorize(pd.concat([who["pupil"] for who in self._who], ignore_index=True))[0]
        ends = np.cumsum([len(who) for who in self._who])
        return np.split(codes, ends[:-1]) if len(ends) else []

    @cached_property
    def _census(self) -> list[np.ndarray]:
        return [np.searchsorted(self.days, who["day"].to_numpy()) for who in self._who]

    def days_of(self, census: np.ndarray) -> np.ndarray:
        """The day of each census by its place; NaT for -1."""
        return np.append(self.days, np.datetime64("NaT", "s")).astype("datetime64[s]")[census]

    def mentions(self, modules: Sequence[str]) -> pd.DataFrame:
        """Every mention of some modules: extract (its place), module, mention, pupil, census (the place of its day)."""
        made = [
            pd.DataFrame(
                {
                    "extract": number,
                    "module": extract.module,
                    "mention": extract.mentions.index,
                    "pupil": self._numbers[number],
                    "census": self._census[number],
                }
            )
            for number, extract in enumerate(self.extracts)
            if extract.module in modules
        ]
        columns = ["extract", "module", "mention", "pupil", "census"]
        return pd.concat(made, ignore_index=True) if made else pd.DataFrame({name: [] for name in columns})

    def rows(
        self,
        table: str,
        chosen: Callable[[pd.DataFrame], bool],
        modules: Sequence[str],
        beside: Sequence[str] = (),
    ) -> pd.DataFrame:
        """The rows of some frames, with extract, module, pupil and census, and what mentions hold `beside` them."""
        parts = []
        for number, extract in enumerate(self.extracts):
            if extract.module not in modules:
                continue
            for frame in extract.frames.get(table, ()):
                if chosen(frame):
                    parts.append(self._placed(frame, number, beside))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def _placed(self, frame: pd.DataFrame, number: int, beside: Sequence[str]) -> pd.DataFrame:
        extract = self.extracts[number]
        at = extract.mentions.index.get_indexer(pd.Index(frame["mention"]))
        held = {name: extract.mentions[name].to_numpy()[at] for name in beside if name in extract.mentions}
        return frame.assign(
            extract=number,
            module=extract.module,
            pupil=self._numbers[number][at],
            census=self._census[number][at],
            **held,
        )

    def put_back(self, table: str, chosen: Callable[[pd.DataFrame], bool], rows: pd.DataFrame) -> "Sightings":
        """The same sightings with these rows instead of the frames that are chosen."""
        columns = [name for name in rows if name == "mention" or name in _COLUMNS[table]]
        groups = dict(list(rows.groupby("extract"))) if len(rows) else {}
        made = []
        for number, extract in enumerate(self.extracts):
            changed = without_part(extract, table, chosen)
            if number in groups:
                frame = groups[number][columns].reset_index(drop=True)
                changed = replace(
                    changed, frames={**changed.frames, table: [*changed.frames.get(table, ()), frame]}
                )
            made.append(changed)
        # Who is who does not change with what is said of them.
        found = Sightings(tuple(made), self.modules)
        for name in ("_who", "_numbers", "_census", "days"):
            found.__dict__[name] = getattr(self, name)
        return found


def _named(mentions: pd.DataFrame) -> pd.DataFrame:
    """Of rows that give names: the key in the term, the UPN, and surname, forename and date of birth as one text."""
    nothing = pd.Series(None, index=mentions.index, dtype="str")
    given = [_each(mentions.get(column, nothing), _small) for column in _NAMES]
    name = as_series(pc.binary_join_element_wise(_NONE, *given, _SPACE)).set_axis(mentions.index)
    return pd.DataFrame(
        {"local": mentions["local_id"].astype("str"), "upn": mentions["upn"].astype("str"), "name": name}
    )


def _small(texts: pd.Series) -> pd.Series:
    return texts.astype("str").str.casefold()


def _each(column: pd.Series, meaning: Callable[[pd.Series], pd.Series]) -> pa.LargeStringArray:
    """What a function makes of each value, asked once for those that many rows have."""
    codes, kinds = pd.factorize(column)
    made = pa.array(meaning(pd.Series(kinds)), pa.large_string(), from_pandas=True)
    return made.take(pa.array(codes, mask=codes < 0))


def _numbered(pupils: pd.DataFrame, upn: pd.Series) -> pd.Series:
    """What each pupil goes by. Who has no number in one term, or a sign of it missing, goes by the number that the
    name has in another, if it goes with one only."""
    good = upn.str.fullmatch(_UPN).fillna(False).astype(bool)
    if good.all():
        return upn
    # Few are without one: only their names are looked for.
    name = pupils["name"][~good]
    told = pd.DataFrame({"name": pupils["name"], "upn": upn})[good & pupils["name"].isin(name.dropna())]
    told = told.dropna().drop_duplicates()
    by_name = told[~told["name"].duplicated(keep=False)].set_index("name")["upn"]
    found = name.map(by_name).astype("str").fillna(upn[~good]).fillna("named " + name)
    return upn.mask(~good, found)


def _followed(upn: pd.Series, former: pd.Series) -> pd.Series:
    """Numbers that were given up as those that followed; a number may have changed more than once."""
    for _ in range(_CHANGES if len(former) else 0):
        upn = upn.map(former).astype("str").fillna(upn)
    return upn


def _nobody() -> pd.DataFrame:
    return pd.DataFrame({"pupil": pd.Series([], dtype="str"), "day": np.array([], dtype="datetime64[s]")})


def _identified(extract: Extract, key: pd.Series, former: pd.Series) -> pd.DataFrame:
    mentions = extract.mentions
    local = mentions["local_id"].astype("str")
    upn = _followed(mentions["upn"].astype("str"), former)
    found = local.map(key).astype("str") if len(key) else pd.Series(None, index=local.index, dtype="str")
    found = found.fillna(upn).fillna(local)
    nameless = found.isna()
    if nameless.any():
        alone = extract.file + " " + mentions["row"][nameless].astype("str")
        found = found.fillna(alone)
    codes, written = pd.factorize(local.str[-_DAY:])
    told = pd.to_datetime(pd.Series(written), format="%Y-%m-%d", errors="coerce")
    days = np.append(told.to_numpy(dtype="datetime64[s]"), np.datetime64("NaT", "s"))[codes]
    usual = np.datetime64(extract.period.last if extract.period else "NaT", "s")
    return pd.DataFrame(
        {
            "pupil": found.to_numpy(),
            "day": np.where(np.isnat(days), usual, days),
        }
    )
