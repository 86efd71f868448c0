"""Who the rows name, each distinct way of naming somebody once: the facts that linkage compares.

Half a million rows name far fewer people, mostly in the same words. A *fact* is one distinct combination of
source, identifiers, names, date of birth and address, and how many rows give it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from prevention_model.linkage.names import given, plain_column
from prevention_model.linkage.record_numbers import record_numbers, with_own_numbers
from prevention_model.records.extract import Extract

SPACES = {
    "la_person_id": "la_person_id",
    "former_la_person_id": "la_person_id",
    "upn": "upn",
    "former_upn": "upn",
    "nhs_number": "nhs_number",
    "uln": "uln",
    "pnc_id": "pnc_id",
    "local_id": "local_id",
}
"""Identifier types, the most trusted first, and the space of numbers that each belongs to."""

ID_TYPES = tuple(dict.fromkeys(SPACES.values()))
_NAMES = ("forename", "middle_names", "surname", "former_surname")
_PLACES = ("uprn", "postcode", "address")
FIELDS = (*_NAMES, "birth_date", "sex", *_PLACES)
# Dates that systems write where they know none.
_NO_BIRTHDAY = "1901-01-01"
_BATCH = 100_000


@dataclass(frozen=True)
class Mentions:
    """Every mention of a load: `facts`, and for each extract and prefix the fact of each mention (or -1).

    `facts` has the columns source, the identifier types, FIELDS (blank where not given; names and
    addresses in plain letters), `alone` and `times`. Its order depends on content only. A fact that says too
    little to be found again is *alone*: it is one row, named by its file and row number. `numbering` are the
    sources of which the local_id is a record's and not a person's.
    """

    facts: pd.DataFrame
    places: dict[tuple[int, str], np.ndarray]
    numbering: frozenset[str] = frozenset()

    @classmethod
    def of(cls, extracts: Sequence[Extract]) -> "Mentions":
        """Gather the facts of all extracts."""
        numbered = record_numbers(extracts)
        found = (
            ((number, prefix), _named(extract, prefix, numbered.get(extract.source)))
            for number, extract in enumerate(extracts)
            for prefix in ("", "other:")
        )
        some = [_facts_of(batch) for batch in _batches((of, rows) for of, rows in found if len(rows.columns))]
        if not some:
            return cls(pd.DataFrame(columns=[*_KEY, "times"]).astype({"times": "int64"}), {})
        facts = _plain(pd.concat([first for first, _ in some], ignore_index=True))
        numbers, merged = _merged(facts)
        places, start = {}, 0
        for first, codes in some:
            own = np.append(numbers[start : start + len(first)], -1)
            places.update({of: own[some_codes] for of, some_codes in codes.items()})
            start += len(first)
        return cls(merged, places, frozenset(numbered))


_KEY = ["source", *SPACES, *FIELDS, "alone"]


Of = tuple[int, str]
"""Whose rows: the number of the extract, and the prefix of the person in it."""


def _batches(found: Iterable[tuple[Of, pd.DataFrame]]) -> Iterator[dict[Of, pd.DataFrame]]:
    """The rows of as many extracts as have _BATCH rows together: many small tables then cost what one of them does,
    and no more is held than a large one needs anyway."""
    batch: dict[Of, pd.DataFrame] = {}
    held = 0
    for of, rows in found:
        if batch and held + len(rows) > _BATCH:
            yield batch
            batch, held = {}, 0
        batch[of] = rows
        held += len(rows)
    if batch:
        yield batch


def _facts_of(batch: dict[Of, pd.DataFrame]) -> tuple[pd.DataFrame, dict[Of, np.ndarray]]:
    """The distinct facts of a batch, and the number of each row's fact in them (-1 where a row names nobody)."""
    first, codes = _distinct(pd.concat(batch.values(), ignore_index=True))
    ends = np.cumsum([len(rows) for rows in batch.values()])
    return first, dict(zip(batch, np.split(codes, ends[:-1]), strict=True))


def _named(extract: Extract, prefix: str, numbered: tuple[str, pd.Series] | None) -> pd.DataFrame:
    """What the rows of an extract say of the person, or (`other:`) of the other one; no columns if nothing."""
    mentions = extract.mentions
    wanted = {f"{prefix}{name}": name for name in SPACES}
    wanted |= {
        f"{prefix}vault:{name}": name
        for name in (*_NAMES, "birth_date", *_PLACES)
        if f"{prefix}vault:{name}" in mentions
    }
    held = [name for name in wanted if name in mentions]
    if not held or not len(mentions):
        return pd.DataFrame()
    rows = mentions[held].rename(columns=wanted)
    if not prefix and (sexes := _sexes(extract)) is not None:
        rows = rows.assign(sex=sexes)
    if not prefix and numbered is not None and "local_id" in rows:
        rows = with_own_numbers(rows, *numbered)
    return rows.assign(source=extract.source, file=extract.file, number=mentions["row"])


def _sexes(extract: Extract) -> pd.Series | None:
    """The sex that a person row gives for each mention, by place in the file; None where no piece has it."""
    parts = [part for part in extract.frames.get("person", []) if "sex" in part]
    if not parts:
        return None
    told = pd.concat([part.set_index("mention")["sex"] for part in parts]).dropna()
    return told[~told.index.duplicated()].reindex(extract.mentions.index)


def _distinct(rows: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """The distinct facts of some rows, and the number of each row's fact (-1 where a row names nobody)."""
    rows = rows.assign(alone=_alone(rows))
    key = np.zeros(len(rows), dtype=np.int64)
    columns = [name for name in _KEY if name in rows]
    nothing = np.ones(len(rows), dtype=bool)
    for name in columns:
        codes, values = pd.factorize(rows[name])
        if name in SPACES or name in _NAMES:
            nothing &= codes < 0
        key = pd.factorize(key * (len(values) + 1) + codes + 1)[0].astype(np.int64)
    key[nothing] = -1
    codes = pd.factorize(key)[0].astype(np.int64)
    if nothing.any():
        codes = np.where(nothing, -1, codes - (codes > codes[np.argmax(nothing)]))
    kept = np.flatnonzero(codes >= 0)
    first = kept[~pd.Series(codes[kept]).duplicated().to_numpy()]
    times = np.bincount(codes[kept], minlength=len(first))
    return rows[columns].iloc[first].assign(times=times), codes


def _alone(rows: pd.DataFrame) -> pd.Series:
    """File and row of each row that gives no number and not enough beside a name to find the person again."""

    def given(*names: str) -> pd.Series:
        held = [rows[name].notna() for name in names if name in rows]
        return pd.concat(held, axis=1).any(axis=1) if held else pd.Series(False, index=rows.index)

    enough = given(*SPACES) | (given("surname") & given("forename") & given("birth_date", *_PLACES))
    place = rows["file"].astype("str") + " " + rows["number"].astype("str")
    return place.mask(enough).astype("str")


def _plain(facts: pd.DataFrame) -> pd.DataFrame:
    """The facts with every column, blank where nothing is said, names and addresses in plain letters."""
    made = {}
    for name in _KEY:
        if name not in facts or facts[name].isna().all():
            made[name] = pd.Series("", index=facts.index, dtype="str")
        elif name in (*_NAMES, "address"):
            made[name] = plain_column(facts[name])
            if name == "forename":
                made[name] = made[name].map({text: given(text) for text in made[name].unique()})
        elif name == "birth_date":
            made[name] = _days(facts[name])
        elif name == "postcode":
            made[name] = plain_column(facts[name]).str.replace(" ", "")
        else:
            made[name] = facts[name].astype("str").fillna("")
    made["local_id"] = (made["source"] + ":" + made["local_id"]).where(made["local_id"] != "", "")
    return pd.DataFrame(made).assign(times=facts["times"])


def _days(dates: pd.Series) -> pd.Series:
    days = pd.to_datetime(dates).dt.strftime("%Y-%m-%d").astype("str")
    return days.where(days > _NO_BIRTHDAY, "").fillna("")


def _merged(facts: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """The number of each fact among the distinct ones, and these, in the order of their content."""
    grouped = facts.groupby(_KEY, sort=True, dropna=False)
    numbers = grouped.ngroup().to_numpy()
    return numbers, grouped["times"].sum().reset_index()
