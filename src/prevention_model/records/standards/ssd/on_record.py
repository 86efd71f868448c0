"""Since when the case system has known each person: an address on it may be older than that, the knowledge is not.

Somebody referred in 2023 stands in the extract with the address at which they have lived since 2015. Whoever took
the row for known since 2015 would see in 2021 that the person was going to be referred.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from prevention_model.records.cells import NOT_A_DATE, dates_in
from prevention_model.records.standards.dated import date_columns
from prevention_model.records.standards.standard import Part, Return

_ABOUT_PEOPLE = ("ssd_person", "ssd_address", "ssd_mother", "ssd_family", "ssd_linked_identifiers", "ssd_send",
                 "ssd_disability", "ssd_immigration_status", "ssd_legal_status")  # fmt: skip
"""Tables that say who somebody is, dated by their lives and not by what the authority did."""


def with_first_known(delivered: Return, formats: tuple[str, ...]) -> Return:
    """Into addresses and mothers the day on which they can first have been known: the person's first contact,
    referral or episode (a mother's is her child's), or the start of the stay where that is later.

    Blank for people of whom the dataset holds nothing that happened: nobody can say since when they were known.
    """
    first = _first_days(delivered, formats)

    def known(part: Part) -> Part:
        if part.module.module == "ssd_address":
            return _known(part, "person_id", "address_start_date", first, formats)
        if part.module.module == "ssd_mother":
            return _known(part, "childs_person_id", "childs_dob", first, formats)
        return part

    return delivered.changed(known)


def _first_days(delivered: Return, formats: tuple[str, ...]) -> pd.Series:
    """By person, the first day on which something is on record."""
    rows = []
    for part in delivered.parts:
        if part.module.module in _ABOUT_PEOPLE or not part.table.has("person_id"):
            continue
        person = part.table.column("person_id").values()
        rows += [
            pd.DataFrame({"person": person, "day": _days(part, name, formats)})
            for name in date_columns(part.module)
            if part.table.has(name)
        ]
    if not rows:
        return pd.Series([], index=pd.Index([], dtype="str"), dtype="datetime64[s]")
    first = pd.concat(rows).dropna().groupby("person", sort=False)["day"].min()
    mothers = [
        pd.DataFrame({"person": part.table.column("person_id").values(),
                      "day": first.reindex(part.table.column("childs_person_id").values()).to_numpy()})
        for part in delivered.of("ssd_mother")
    ]  # fmt: skip
    told = pd.concat([first.rename_axis("person").reset_index(name="day"), *mothers]).dropna()
    return told.groupby("person", sort=False)["day"].min()


def _known(part: Part, person: str, since: str, first: pd.Series, formats: tuple[str, ...]) -> Part:
    day = first.reindex(part.table.column(person).values()).to_numpy().astype("datetime64[D]")
    start = _days(part, since, formats).astype("datetime64[D]")
    later = np.where(start > day, start, day)
    texts = np.datetime_as_string(later).astype(object)
    return part.with_columns({"_known": pa.array(texts, pa.string(), mask=np.isnat(later))})


def _days(part: Part, name: str, formats: tuple[str, ...]) -> np.ndarray:
    held = part.table.column(name)
    days: np.ndarray = held.spread(dates_in(held.texts, formats), NOT_A_DATE)
    return days.astype("datetime64[s]")
