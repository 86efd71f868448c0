"""Areas and postcodes: from where somebody lives to their zone."""

from pathlib import Path

import pandas as pd
import pytest

from prevention_model.errors import RecordsRefused
from prevention_model.linkage.areas import Areas

ZONES = ["north", "south"]


def areas(folder: Path, content: str, postcodes: str | None = None) -> Areas:
    (folder / "areas.csv").write_text(content)
    if postcodes is not None:
        (folder / "postcodes.csv").write_text(postcodes)
    return Areas.read(
        folder / "areas.csv", ZONES, folder / "postcodes.csv" if postcodes is not None else None
    )


def test_a_home_without_an_area_gets_it_from_its_postcode(tmp_path: Path) -> None:
    found = areas(tmp_path, "lsoa,zone\nE1,north\nE2,south\n", "Postcode,LSOA\nqz1 1aa,E1\nQZ22BB,E2\n")
    places = pd.DataFrame({"kind": "home", "postcode": ["qz11aa", "qz22bb", "qz99zz", "qz11aa"]})
    made = found.with_zones(places.assign(lsoa=pd.Series([None, None, None, "E2"], dtype="str")))
    assert made["lsoa"].fillna("").to_list() == ["E1", "E2", "", "E2"]
    assert made["zone"].to_list() == ["north", "south", "unallocated", "south"]


def test_zones_that_changed(tmp_path: Path) -> None:
    found = areas(
        tmp_path, "lsoa,zone,from,to\nE1,north,,2022-04-01\nE1,south,2022-04-01,\nE2,north,2022-04-01,\n"
    )
    ends = pd.to_datetime(["2021-06-01", "2022-04-01", None, "2022-04-02", "2021-06-01"])
    places = pd.DataFrame({"kind": "home", "lsoa": ["E1", "E1", "E1", "E1", "E2"], "to": ends})
    assert found.with_zones(places)["zone"].to_list() == ["north", "north", "south", "south", "unallocated"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("lsoa\nE1\n", "Mandatory columns are missing: zone"),
        ("lsoa,zone\nE1,west\n", "1 rows name a zone that is not in authority.yaml (the first is row 2)"),
        ("lsoa,zone\nE1,north\nE1,north\n", "1 rows name an area that stands in a row before (the first is row 3)"),
        ("lsoa,zone,from,to\nE1,north,,2022-04-02\nE1,south,2022-04-01,\n",
         "1 rows name an area that stands in a row before (the first is row 3)"),
        ("lsoa,zone,from\nE1,north,soon\n", "1 rows have a date that is not written YYYY-MM-DD (the first is row 2)"),
        ("lsoa,zone\nE1,\n", "1 rows lack an area or a zone (the first is row 2)"),
        ("lsoa,zone\nE1\n", "1 rows have a wrong number of cells (row 2)"),
    ],
)  # fmt: skip
def test_an_area_lookup_that_cannot_be_used(tmp_path: Path, content: str, fault: str) -> None:
    with pytest.raises(RecordsRefused) as refused:
        areas(tmp_path, content)
    assert fault in str(refused.value) and "Where: file areas.csv." in str(refused.value)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("postcode\nQZ1 1AA\n", "Mandatory columns are missing: lsoa"),
        (
            "postcode,lsoa\nQZ1 1AA,E1\nqz11aa,E2\n",
            "1 postcodes stand in it with two areas (the first is row 3)",
        ),
    ],
)
def test_a_postcode_lookup_that_cannot_be_used(tmp_path: Path, content: str, fault: str) -> None:
    with pytest.raises(RecordsRefused) as refused:
        areas(tmp_path, "lsoa,zone\nE1,north\n", content)
    assert fault in str(refused.value) and "Where: file postcodes.csv." in str(refused.value)
    assert "QZ1" not in str(refused.value)
