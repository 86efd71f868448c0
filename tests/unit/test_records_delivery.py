"""The delivery report: what somebody reads who has to write to the agency."""

from pathlib import Path

import pandas as pd
import pytest

from prevention_model.records import Records
from prevention_model.records.delivery import DeliveryReport
from prevention_model.records.delivery_page import delivery_page
from prevention_model.records.mapped_csv import read_source
from prevention_model.records.workspace import Workspace
from tests.unit.records_files import NOTICE, RECEIVED, a_map, read

ROWS = """ref,occurred,received,type,name
C1,01/02/2024,05/02/2024,DA,Secretname
C2,01/02/2024,07/02/2024,QQQ8,Secretname
C3,05/02/2024,01/02/2024,QQQ8,Secretname
C4000004,secretdate,05/02/2024,DA,Secretname
C5,01/02/2024,32/01/2024,DA,Secretname
C6,secretdate,05/02/2024,DA,Secretname
C7,01/02/2024
"""
TEXT = """\
1 table from 1 source: 7 rows, 3 accepted, 4 set aside.

  source   files  rows in  accepted  set aside  latest event
  notices      1        7         3          4    2024-02-05

Set aside:
  notices.csv, row 8: The row has more or fewer cells than the header, or a quote that is not closed.
  notices.csv, column occurred, rows 5 and 7: A date is not one of the declared formats.
  notices.csv, column received, row 6: A date is not one of the declared formats.

Kept, but worth asking the agency about:
  notices.csv, column type, 2 rows, the first is row 3: unknown code, kept as `unmapped`.
  notices.csv, column received, row 4: known before it happened, taken as known on the day it happened."""


def report(folder: Path) -> DeliveryReport:
    return DeliveryReport.of([read(folder, ROWS, a_map(NOTICE, vault={"surname": "name"}))])


def test_the_whole_text(tmp_path: Path) -> None:
    assert report(tmp_path).text() == TEXT


def test_counts_by_source_add_up(tmp_path: Path) -> None:
    first = read(tmp_path, ROWS)
    second = read(tmp_path, "ref,occurred,received,type\nC1,01/03/2024,05/03/2024,DA\n")
    empty = read(tmp_path, "ref,occurred,received,type\n", a_map(source="clubs"))
    assert DeliveryReport.of([first, second, empty]).by_source().to_dict("records") == [
        {"source": "notices", "files": 2, "rows_in": 8, "accepted": 4, "set_aside": 4, "replaced": 0,
         "latest_event": "2024-03-01", "received": ""},
        {"source": "clubs", "files": 1, "rows_in": 0, "accepted": 0, "set_aside": 0, "replaced": 0,
         "latest_event": "", "received": ""},
    ]  # fmt: skip


def test_no_value_of_a_cell_leaves_the_vault(tmp_path: Path) -> None:
    extract = read(tmp_path, ROWS, a_map(NOTICE, vault={"surname": "name"}))
    workspace = Workspace.create(tmp_path / "work")
    made = pd.concat(extract.frames["event"]).assign(person_id="p1")
    workspace.store_records(Records.from_frames({"event": made}), report(tmp_path))
    files = [path for path in (tmp_path / "work").rglob("*") if path.is_file()]
    written = b"".join(path.read_bytes() for path in files)
    told = report(tmp_path).text() + str(extract.issues) + extract.quarantined.to_csv()
    # Parquet is compressed: what it holds is looked at as text.
    told += "".join(pd.read_parquet(path).to_csv() for path in files if path.suffix == ".parquet")
    for secret in ("Secretname", "secretdate", "QQQ8", "32/01/2024", "C4000004"):
        assert secret.encode() not in written and secret not in told


def test_a_reader_that_lost_a_row_is_caught(tmp_path: Path) -> None:
    made = report(tmp_path)
    with pytest.raises(AssertionError, match=r"rows were lost in \['notices.csv'\]"):
        DeliveryReport(made.files.assign(accepted=2), made.quarantined, made.issues)


def test_what_holds_for_several_files_is_said_once_and_replaced_rows_stand_apart(tmp_path: Path) -> None:
    day, bad = "01/02/2024,05/02/2024", "soon,05/02/2024"
    files = {
        "a": [f"C1,{day},DA"],
        "b": [f"C1,{day},QQ", f"C2,{bad},QQ"],
        "c": [f"C3,{bad},QQ", f"C4,{day},QQ"],
    }
    for name, rows in files.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(["ref,occurred,received,type", *rows, ""]))
    paths = sorted(tmp_path.glob("*.csv"))
    made = DeliveryReport.of(read_source(paths, a_map(unique=["ref"]), RECEIVED))
    assert made.headline() == (
        "3 tables from 1 source: 5 rows, 2 accepted, 3 set aside (1 of them replaced by later returns)."
    )
    told = made.text()
    assert "Replaced by a later return: notices 1 row." in told
    assert "  notices, column occurred, 2 rows in 2 files, the first is row 3 of b.csv: A date is not" in told
    assert (
        "  notices, column type, 2 rows in 2 files, the first is row 2 of b.csv: unknown code, kept" in told
    )
    assert "Rows that a later return replaced" in delivery_page(made)
