"""Made-up files and maps for the tests of records and linkage; nobody in them exists."""

from datetime import date
from pathlib import Path
from typing import Any

from prevention_model.records.extract import Extract
from prevention_model.records.mapped_csv import read_mapped_csv
from prevention_model.records.maps import SourceMap

RECEIVED = date(2024, 9, 1)
NOTICE = {
    "table": "event",
    "kind": "police_notice",
    "code": {"column": "type", "map": {"DA": "domestic_abuse", "CC": "child_concern"}},
    "event_date": {"column": "occurred"},
    "known_date": {"column": "received"},
}


def spell(**more: Any) -> dict[str, Any]:
    """A piece that makes a spell from the columns start, end, known and known_end."""
    dates = {name: {"column": column} for name, column in SPELL_COLUMNS.items()}
    return {"table": "spell", "kind": "early_help", **dates, **more}


SPELL_COLUMNS = {"start_date": "start", "end_date": "end", "known_start": "known", "known_end": "known_end"}


def a_map(*produces: dict[str, Any], **more: Any) -> SourceMap:
    """A map of the source `notices`; every column that a piece names may be absent unless it is `ref`."""
    content: dict[str, Any] = {
        "source": "notices",
        "agency": "police",
        "description": "Made-up notices",
        "date_format": ["%d/%m/%Y", "%Y-%m-%d"],
        "identifiers": {"la_person_id": "ref"},
        "produces": list(produces) or [NOTICE],
        **more,
    }
    content.setdefault("columns", {"required": ["ref"], "optional": sorted(columns_in(content) - {"ref"})})
    return SourceMap.check(content, where="notices.yaml")


def columns_in(content: Any) -> set[str]:
    """Every column that some content of a map names."""
    if isinstance(content, dict):
        named = {str(value) for key, value in content.items() if key == "column"}
        named |= {
            str(value)
            for key in ("identifiers", "other_identifiers", "vault")
            for value in content.get(key, {}).values()
        }
        named |= set(content.get("unique", []))
        return named.union(*(columns_in(value) for value in content.values()))
    if isinstance(content, list | tuple):
        return set().union(*(columns_in(value) for value in content))
    return set()


def read(folder: Path, text: str | bytes, source_map: SourceMap | None = None) -> Extract:
    """What the reader makes of a file with this content."""
    path = folder / "notices.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_mapped_csv(path, source_map or a_map(), RECEIVED)


def aside(extract: Extract) -> list[tuple[int, str, str]]:
    """The rows set aside: row, column, reason."""
    lines = extract.quarantined
    return list(zip(lines["row"], lines["column"], lines["reason"], strict=True))


def odd(extract: Extract) -> list[tuple[str, str, object, object]]:
    """The issues: column, issue, rows, first row."""
    return [(str(i["column"]), str(i["issue"]), i["rows"], i["first_row"]) for i in extract.issues]
