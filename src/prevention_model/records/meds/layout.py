"""Where MEDS data lie and which columns they have: the Medical Event Data Standard, version 0.4.

A row is one thing about one subject: `subject_id`, `time` (empty for what has no date), `code` and
`numeric_value`. Further columns are allowed. All rows of a subject stand together in one file under `data/`,
in the order of time. `metadata/` describes the data set and holds every code that it uses.

Source: github.com/Medical-Event-Data-Standard/meds, release 0.4.1.
"""

import pyarrow as pa

VERSION = "0.4.1"
BIRTH, DEATH = "MEDS_BIRTH", "MEDS_DEATH"
BETWEEN = "//"
"""What stands between the parts of a code: `contact//police`."""

DATA, METADATA = "data", "metadata"
DATASET = f"{METADATA}/dataset.json"
CODES = f"{METADATA}/codes.parquet"
SPLITS = f"{METADATA}/subject_splits.parquet"
COVERAGE = f"{METADATA}/coverage.parquet"
"""Ours: when each kind was being received, without which no row would mean nothing at all."""
ABOUT = f"{METADATA}/prevention_model.json"
"""Ours: which date `time` is, what was assumed, and what was left out."""

CORE = {
    "subject_id": pa.int64(),
    "time": pa.timestamp("us"),
    "code": pa.string(),
    "numeric_value": pa.float32(),
}
"""The columns of the standard that are written."""

OWN = {
    "person_id": pa.string(),
    "table": pa.string(),
    "position": pa.int64(),
    "kind": pa.string(),
    "kind_code": pa.string(),
    "value": pa.float64(),
    "event_date": pa.date32(),
    "known_date": pa.date32(),
    "unit": pa.string(),
    "period": pa.string(),
    "parent": pa.string(),
    "agency": pa.string(),
    "source": pa.string(),
    "delivery": pa.string(),
    "row": pa.int64(),
}
"""The further columns of an exact export: what `read_meds` needs to make the same records again."""

HELD = ("person", "event", "spell", "measurement", "attribute")
"""The canonical tables that the standard can hold."""
LEFT_OUT = ("relationship", "household", "place")
"""Those that it cannot: they are about two people, or about where somebody is."""
