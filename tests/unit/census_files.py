"""Made-up returns about pupils for tests: tables of a school census or of SEN2 as CSV files; nobody exists."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from prevention_model.records.extract import Extract
from prevention_model.records.standards.reading import read_standard
from prevention_model.records.standards.school_census.reader import STANDARD as SCHOOL_CENSUS
from prevention_model.records.standards.standard import Standard

RECEIVED = date(2025, 9, 1)
Row = Mapping[str, object]
ANN = {
    "upn": "A123456789012",
    "surname": "Mallory",
    "forename": "Ann",
    "dob": "2012-Jan-21 00:00:00",
    "sex": "F",
}
BEN = {
    "upn": "B123456789012",
    "surname": "Mallory",
    "forename": "Ben",
    "dob": "2012-Jan-21 00:00:00",
    "sex": "M",
}


def pupil(key: str = "p1", who: Row = ANN, **more: object) -> dict[str, object]:
    """A row of pupils on roll."""
    return {
        "pupilonrolltableid": key, "NativeId": "SCH1", "schoolcensustableid": "s1", **who,
        "entrydate": "2023-Sep-04 00:00:00", **more,
    }  # fmt: skip


def leaver(key: str = "q1", who: Row = ANN, **more: object) -> dict[str, object]:
    """A row of pupils no longer on roll."""
    row = pupil(key, who, leavingdate="2024-Jul-19 00:00:00", **more)
    return {"pupilnolongeronrolltableid": row.pop("pupilonrolltableid"), **row}


def header(**more: object) -> dict[str, object]:
    """The head of a school's return."""
    return {
        "schoolcensustableid": "s1",
        "NativeId": "SCH1",
        "lea": "999",
        "estab": "4001",
        "urn": "900001.0",
        **more,
    }


def child(key: str = "p1", off: bool = False, **more: object) -> dict[str, object]:
    """A row of a table that hangs on the pupils'."""
    return {"pupilnolongeronrolltableid" if off else "pupilonrolltableid": key, **more}


def write(folder: Path, tables: Mapping[str, Sequence[Row]]) -> Path:
    """A CSV file for each table, with a column for every name in its rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text(as_csv(rows), encoding="utf-8", newline="")
    return folder


def as_csv(rows: Sequence[Row]) -> str:
    """Rows as CSV."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read(folder: Path, standard: Standard = SCHOOL_CENSUS, received: date = RECEIVED) -> list[Extract]:
    """Every file under the folder, read; each row accepted or quarantined, and told once."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    extracts = read_standard(standard, paths, received)
    for extract in extracts:
        balanced(extract)
    return extracts


def balanced(extract: Extract) -> None:
    """Rows in are rows accepted and rows quarantined, and every canonical row stands on an accepted one."""
    accepted, set_aside = list(extract.mentions["row"]), list(extract.quarantined["row"])
    assert extract.rows_in == len(accepted) + len(set_aside)
    assert len({*accepted, *set_aside}) == extract.rows_in
    places = set(extract.mentions.index)
    for frames in extract.frames.values():
        for frame in frames:
            assert set(frame["mention"]) <= places


def rows_of(extracts: Sequence[Extract], table: str, kind: str) -> pd.DataFrame:
    """Canonical rows of a kind (of an attribute, of a name), with who they are about, in order of start."""
    made = []
    for extract in extracts:
        names = extract.mentions
        who = names["upn"].astype("object").fillna(names["local_id"]) if "upn" in names else names["row"]
        for frame in extract.frames.get(table, ()):
            column = "name" if table == "attribute" else "kind"
            chosen = frame if column not in frame else frame[frame[column] == kind]
            made.append(chosen.assign(who=chosen["mention"].map(who), file=extract.file))
    rows = pd.concat([one for one in made if len(one)] or made[:1], ignore_index=True)
    start = next(name for name in ("start_date", "event_date", "from", "birth_date") if name in rows)
    return rows.sort_values(["who", start], kind="stable", ignore_index=True)


def days(rows: pd.DataFrame, *names: str) -> list[tuple[str, ...]]:
    """Some columns of rows as texts; dates as days, what is missing as blank."""
    shown = rows.reindex(columns=list(names)).copy()
    for name in names:
        if str(shown[name].dtype).startswith("datetime"):
            shown[name] = shown[name].dt.strftime("%Y-%m-%d")
    return [tuple("" if pd.isna(cell) else str(cell) for cell in row) for row in shown.to_numpy(dtype=object)]


def set_aside(extracts: Sequence[Extract]) -> list[tuple[str, int, str, str]]:
    """File, row, reason and column of each row that was quarantined."""
    lines = pd.concat([extract.quarantined for extract in extracts], ignore_index=True)
    return list(lines[["file", "row", "reason", "column"]].itertuples(index=False, name=None))


def issues(extracts: Sequence[Extract]) -> list[tuple[str, str, int, int]]:
    """Issue, column, how many rows, the first of them."""
    return [
        (str(issue["issue"]), str(issue["column"]), int(str(issue["rows"])), int(str(issue["first_row"])))
        for extract in extracts
        for issue in extract.issues
    ]
