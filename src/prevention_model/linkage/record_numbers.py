"""Numbers that a source gives anew with every record, such as the key of a pupil's row in one census.

They tie the tables of one delivery together and are no person's number: kept as such, a pupil would be some
twenty people to compare. Where the person's own number stands beside one, it takes its place.
"""

from collections.abc import Sequence

import pandas as pd

from prevention_model.records.extract import Extract

_PERSONAL = ("la_person_id", "upn", "nhs_number", "uln", "pnc_id")
_ANEW = 1.5
"""A source that has so many of its own numbers to one person's number gives them anew with every record."""


def record_numbers(extracts: Sequence[Extract]) -> dict[str, tuple[str, pd.Series]]:
    """For each source that numbers records: the type of the person's number, and that number by local_id."""
    pairs: dict[tuple[str, str], list[pd.DataFrame]] = {}
    for extract in extracts:
        if "local_id" in extract.mentions:
            for id_type in _PERSONAL:
                if id_type in extract.mentions:
                    rows = extract.mentions[["local_id", id_type]].dropna().drop_duplicates()
                    pairs.setdefault((extract.source, id_type), []).append(
                        rows.rename(columns={id_type: "number"})
                    )
    found: dict[str, tuple[str, pd.Series]] = {}
    for (source, id_type), parts in pairs.items():
        rows = pd.concat(parts).drop_duplicates()
        if source not in found and rows["local_id"].nunique() > _ANEW * max(rows["number"].nunique(), 1):
            single = rows[~rows["local_id"].duplicated(keep=False)]
            found[source] = (id_type, single.set_index("local_id")["number"])
    return found


def with_own_numbers(rows: pd.DataFrame, id_type: str, of_record: pd.Series) -> pd.DataFrame:
    """The rows with the person's number in the place of the record's, where it is known.

    >>> rows = pd.DataFrame({"upn": [None, "U2"], "local_id": ["r1", "r2"]}, dtype="str")
    >>> with_own_numbers(rows, "upn", pd.Series({"r1": "U1"}, dtype="str")).fillna("").to_numpy().tolist()
    [['U1', ''], ['U2', 'r2']]
    """
    own = rows["local_id"].map(of_record).astype("str")
    given = rows[id_type].fillna(own) if id_type in rows else own
    return rows.assign(**{id_type: given, "local_id": rows["local_id"].mask(own.notna())})
