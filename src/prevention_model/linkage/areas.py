"""Areas: which zone a small area belongs to, and what is known of the area as context.

Authorities hold postcodes, not small areas (LSOAs). Where a home comes without its area, a second lookup, from
postcode to area, finds it.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from prevention_model.errors import RecordsRefused, listed
from prevention_model.records.csv_file import read_csv_file
from prevention_model.records.text_table import TextTable

_CONTEXT = ("idaci_decile", "rural")
UNALLOCATED = "unallocated"
"""The zone of a home whose area is in no zone: counted, never dropped (M02)."""


def _no_postcodes() -> pd.Series:
    return pd.Series([], index=pd.Index([], dtype="str"), dtype="str")


@dataclass(frozen=True)
class Areas:
    """The lookup file `areas.csv`: lsoa, zone, context columns (idaci_decile, rural) and from and to where held.

    `from` and `to` date a row, where zones have changed: the first day, and the first day no longer. `postcodes`
    gives the area of each postcode, in small letters without spaces.
    """

    table: pd.DataFrame
    postcodes: pd.Series = field(default_factory=_no_postcodes)

    @classmethod
    def read(cls, path: Path, zones: list[str], postcodes: Path | None = None) -> "Areas":
        """Read the lookups. Raises RecordsRefused: columns missing, an area or a postcode twice, an unknown zone."""
        file = _with_columns(path, "lsoa", "zone")
        table = pd.DataFrame({name: file.column(name).values() for name in ("lsoa", "zone", *_CONTEXT)})
        if file.has("from") or file.has("to"):
            dates = {name: file.column(name).values() for name in ("from", "to") if file.has(name)}
            table = table.assign(**{n: pd.to_datetime(v, errors="coerce") for n, v in dates.items()})
            unread = np.logical_or.reduce([table[n].isna() & v.notna() for n, v in dates.items()])
        else:
            unread = np.zeros(len(table), dtype=bool)
        faults = _faults(table, file, zones, unread)
        if faults:
            raise RecordsRefused(
                f"The area lookup cannot be used: {listed(faults)}.",
                where=f"file {path.name}",
                todo="Correct the lookup, or the zones in authority.yaml.",
            )
        return cls(table) if postcodes is None else cls(table, _read_postcodes(postcodes))

    def with_zones(self, place: pd.DataFrame) -> pd.DataFrame:
        """`place` with the area of each postcode, and the zone of each area when the stay ended, or now.

        `unallocated` where a home or placement is in no zone.

        >>> areas = Areas(pd.DataFrame({"lsoa": ["E1"], "zone": ["north"], "idaci_decile": "2", "rural": "true"}))
        >>> places = pd.DataFrame({"kind": ["home", "home", "school"], "lsoa": ["E1", "E9", None]})
        >>> areas.with_zones(places)["zone"].to_list()
        ['north', 'unallocated', nan]
        """
        if "lsoa" not in place:
            place = place.assign(lsoa=pd.Series(None, index=place.index, dtype="str"))
        if "postcode" in place:
            # Where no postcode is known at all, `map` gives no texts but empty figures.
            found = place["postcode"].map(self.postcodes).astype("str")
            place = place.assign(lsoa=place["lsoa"].astype("str").fillna(found))
        zones = self._zones(place).astype("str")
        return place.assign(zone=zones.mask(zones.isna() & (place["kind"] != "school"), UNALLOCATED))

    def _zones(self, place: pd.DataFrame) -> pd.Series:
        """The zone of each row's area on its last day; rows of the lookup without dates hold always."""
        if "from" not in self.table and "to" not in self.table:
            return place["lsoa"].map(self.table.set_index("lsoa")["zone"])
        gone = place["to"] if "to" in place else pd.Series(pd.NaT, index=place.index)
        rows = place[["lsoa"]].assign(last=gone.fillna(_LATER), row=np.arange(len(place)))
        both = rows.merge(self.table, on="lsoa")
        always = pd.Series(True, index=both.index)
        begun = both["from"].fillna(_EARLIER) < both["last"] if "from" in both else always
        ended = both["to"].fillna(_LATER) >= both["last"] if "to" in both else always
        both = both[begun & ended]
        last = both.sort_values("from") if "from" in both else both
        found = last.drop_duplicates("row", keep="last").set_index("row")["zone"]
        return pd.Series(found.reindex(range(len(place))).to_numpy(), index=place.index)

    def attributes(self, place: pd.DataFrame) -> pd.DataFrame:
        """What is known of the area of each home, as attributes of the people who live there."""
        homes = place[(place["kind"] == "home") & place["from"].notna()]
        table = self.table.drop_duplicates("lsoa", keep="last").set_index("lsoa")
        parts = []
        for name in _CONTEXT:
            values = homes["lsoa"].map(table[name]).astype("str")
            part = pd.DataFrame({"person_id": homes["person_id"], "value": values})
            part = part.assign(event_date=homes["from"], known_date=homes["known_date"])
            part = part.assign(delivery=homes["delivery"], name=name, agency="place", source="areas")
            parts.append(part[part["value"].notna()])
        return pd.concat(parts, ignore_index=True)

    def coverage(self, sources: pd.DataFrame) -> pd.DataFrame:
        """The lookup holds whenever any source was received."""
        span = {"from": sources["from"].min(), "to": sources["to"].max()}
        return pd.DataFrame({"source": "areas", "kind": list(_CONTEXT), **span})


_EARLIER, _LATER = pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")


def _with_columns(path: Path, *names: str) -> TextTable:
    file = read_csv_file(path)
    lacking = [name for name in names if not file.has(name)]
    if lacking:
        raise RecordsRefused(
            f"Mandatory columns are missing: {listed(lacking)}.",
            where=f"file {path.name}",
            todo=f"Give it a row for each {names[0]}, with {' and '.join(names)}.",
        )
    return file


def _read_postcodes(path: Path) -> pd.Series:
    file = _with_columns(path, "postcode", "lsoa")
    codes, areas = file.column("postcode").values(), file.column("lsoa").values()
    table = pd.DataFrame(
        {"postcode": codes.str.replace(r"\s", "", regex=True).str.lower(), "lsoa": areas}
    ).dropna()
    table = table.drop_duplicates()
    twice = table["postcode"].duplicated().to_numpy()
    if twice.any():
        raise RecordsRefused(
            f"{twice.sum()} postcodes stand in it with two areas (the first is row "
            f"{file.rows[table.index[twice][0]]}).",
            where=f"file {path.name}",
            todo="Give each postcode one area.",
        )
    found: pd.Series = table.set_index("postcode")["lsoa"]
    return found


def _faults(table: pd.DataFrame, file: TextTable, zones: list[str], unread: np.ndarray) -> list[str]:
    """What is wrong with the lookup."""
    faults = []
    strange = (table["zone"].notna() & ~table["zone"].isin(zones)).to_numpy()
    blank = (table["lsoa"].isna() | table["zone"].isna()).to_numpy()
    for where, what in (
        (strange, "name a zone that is not in authority.yaml"),
        (blank, "lack an area or a zone"),
        (unread, "have a date that is not written YYYY-MM-DD"),
        (_twice(table), "name an area that stands in a row before"),
    ):
        if where.any():
            faults.append(f"{where.sum()} rows {what} (the first is row {file.rows[where][0]})")
    if len(file.malformed):
        faults.append(f"{len(file.malformed)} rows have a wrong number of cells (row {file.malformed[0]})")
    return faults


def _twice(table: pd.DataFrame) -> np.ndarray:
    """Rows of an area that is already in another row at the same time."""
    start = table["from"].fillna(_EARLIER) if "from" in table else pd.Series(_EARLIER, index=table.index)
    end = table["to"].fillna(_LATER) if "to" in table else pd.Series(_LATER, index=table.index)
    rows = pd.DataFrame({"lsoa": table["lsoa"], "start": start, "end": end}).sort_values(
        ["lsoa", "start"], kind="stable"
    )
    before = rows["end"].groupby(rows["lsoa"]).cummax().groupby(rows["lsoa"]).shift()
    again = rows["lsoa"].notna() & (before > rows["start"])
    found: np.ndarray = again.reindex(table.index).to_numpy(dtype=bool)
    return found
