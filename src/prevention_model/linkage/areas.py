"""Areas: which zone a small area belongs to, and what is known of the area as context."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from prevention_model.errors import RecordsRefused, listed
from prevention_model.records.csv_file import read_csv_file
from prevention_model.records.text_table import TextTable

_CONTEXT = ("idaci_decile", "rural")
UNALLOCATED = "unallocated"
"""The zone of a home whose area is in no zone: counted, never dropped (M02)."""


@dataclass(frozen=True)
class Areas:
    """The lookup file `areas.csv`: lsoa, zone, and context columns (idaci_decile, rural) where held."""

    table: pd.DataFrame

    @classmethod
    def read(cls, path: Path, zones: list[str]) -> "Areas":
        """Read the lookup. Raises RecordsRefused: columns missing, an area twice, a zone that nobody named."""
        file = read_csv_file(path)
        lacking = [name for name in ("lsoa", "zone") if not file.has(name)]
        if lacking:
            raise RecordsRefused(
                f"Mandatory columns are missing: {listed(lacking)}.",
                where=f"file {path.name}",
                todo="Give it a row for each small area with lsoa and zone.",
            )
        table = pd.DataFrame({name: file.column(name).values() for name in ("lsoa", "zone", *_CONTEXT)})
        faults = _faults(table, file, zones)
        if faults:
            raise RecordsRefused(
                f"The area lookup cannot be used: {listed(faults)}.",
                where=f"file {path.name}",
                todo="Correct the lookup, or the zones in authority.yaml.",
            )
        return cls(table)

    def with_zones(self, place: pd.DataFrame) -> pd.DataFrame:
        """`place` with the zone of each area; `unallocated` where a home or placement is in none.

        >>> areas = Areas(pd.DataFrame({"lsoa": ["E1"], "zone": ["north"], "idaci_decile": "2", "rural": "true"}))
        >>> places = pd.DataFrame({"kind": ["home", "home", "school"], "lsoa": ["E1", "E9", None]})
        >>> areas.with_zones(places)["zone"].to_list()
        ['north', 'unallocated', nan]
        """
        if "lsoa" not in place:
            place = place.assign(lsoa=pd.Series(None, index=place.index, dtype="str"))
        zones = place["lsoa"].map(self.table.set_index("lsoa")["zone"]).astype("str")
        return place.assign(zone=zones.mask(zones.isna() & (place["kind"] != "school"), UNALLOCATED))

    def attributes(self, place: pd.DataFrame) -> pd.DataFrame:
        """What is known of the area of each home, as attributes of the people who live there."""
        homes = place[(place["kind"] == "home") & place["from"].notna()]
        parts = []
        for name in _CONTEXT:
            values = homes["lsoa"].map(self.table.set_index("lsoa")[name]).astype("str")
            part = pd.DataFrame({"person_id": homes["person_id"], "value": values})
            part = part.assign(event_date=homes["from"], known_date=homes["known_date"])
            part = part.assign(delivery=homes["delivery"], name=name, agency="place", source="areas")
            parts.append(part[part["value"].notna()])
        return pd.concat(parts, ignore_index=True)

    def coverage(self, sources: pd.DataFrame) -> pd.DataFrame:
        """The lookup holds whenever any source was received."""
        span = {"from": sources["from"].min(), "to": sources["to"].max()}
        return pd.DataFrame({"source": "areas", "kind": list(_CONTEXT), **span})


def _faults(table: pd.DataFrame, file: TextTable, zones: list[str]) -> list[str]:
    """What is wrong with the lookup."""
    faults = []
    strange = (table["zone"].notna() & ~table["zone"].isin(zones)).to_numpy()
    blank = (table["lsoa"].isna() | table["zone"].isna()).to_numpy()
    twice = (table["lsoa"].notna() & table["lsoa"].duplicated()).to_numpy()
    for where, what in (
        (strange, "name a zone that is not in authority.yaml"),
        (blank, "lack an area or a zone"),
        (twice, "name an area that stands in a row before"),
    ):
        if where.any():
            faults.append(f"{where.sum()} rows {what} (the first is row {file.rows[where][0]})")
    if len(file.malformed):
        faults.append(f"{len(file.malformed)} rows have a wrong number of cells (row {file.malformed[0]})")
    return faults
