"""Records as a MEDS data set, for the tools that read it."""

import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from prevention_model import __version__
from prevention_model.errors import WrongUsage
from prevention_model.records.meds import layout
from prevention_model.records.meds.rows import When, meds_rows
from prevention_model.records.meds.subjects import subject_numbers
from prevention_model.records.on_disk import appearing
from prevention_model.records.records import Records

PEOPLE_A_FILE = 10_000


def write_meds(
    records: Records,
    folder: str | Path,
    *,
    exact: bool = False,
    time: When = "known",
    salt: str = "",
    splits: Mapping[str, str] | None = None,
) -> None:
    """Write a new folder in the MEDS layout. People get numbers (`subject_id`) that only their pseudonyms give.

    `time="known"` dates a row by the day on which the authority could have known it, so that a model that may
    use all rows before a day sees no future; "event" by the day on which it happened. `exact=True` adds columns
    from which `read_meds` makes the same records again, the pseudonyms among them: keep such a folder inside
    the authority. `salt` makes other numbers; `splits` names the split of each person_id, such as "train".

    Not written, because the standard has no place for it: relationships, households, places, and how a spell
    ended that has no day of ending. `metadata/prevention_model.json` counts what was left out. Raises WrongUsage
    when the folder exists, or `splits` names somebody who is not in the records.

    >>> import tempfile
    >>> import pandas as pd
    >>> events = {"person_id": ["a"], "kind": ["contact"], "code": ["police"], "event_date": ["2024-03-01"]}
    >>> records = Records.from_frames({"event": pd.DataFrame(events)})
    >>> with tempfile.TemporaryDirectory() as place:
    ...     write_meds(records, Path(place) / "meds")
    ...     pq.read_table(Path(place) / "meds" / "data" / "0.parquet")["code"].to_pylist()
    ['contact//police']
    """
    if time not in ("known", "event"):
        raise WrongUsage(f"Rows cannot be dated by {time!r}.", todo='Use time="known" or time="event".')
    rows = meds_rows(records.frames, time)
    people = pc.unique(rows["person_id"])
    numbers = subject_numbers(people.to_pylist(), salt)
    number_of = dict(zip(people.to_pylist(), numbers.tolist(), strict=True))
    strangers = len(set(splits or ()) - set(number_of))
    if strangers:
        raise WrongUsage(
            f"splits= names {strangers} people who are not in the records.", todo="Leave them out."
        )
    rows = rows.append_column(
        "subject_id", pa.array(numbers[pc.index_in(rows["person_id"], people).to_numpy()])
    )
    try:
        with appearing(Path(folder)) as partial:
            _write_data(rows, partial / layout.DATA, exact)
            (partial / layout.METADATA).mkdir()
            _write_metadata(records, rows, partial, exact, time)
            if splits is not None:
                _write_splits(splits, number_of, partial / layout.SPLITS)
    except FileExistsError:
        raise WrongUsage(
            "The folder for the MEDS data set exists.", where=Path(folder).name, todo="Name a new folder."
        ) from None


def _write_data(rows: pa.Table, folder: Path, exact: bool) -> None:
    """A file for so many people. A subject's rows stand together: without a date first, then by time."""
    folder.mkdir()
    names = [*layout.CORE, *(layout.OWN if exact else ())]
    subject = rows["subject_id"].to_numpy()
    day = rows["time"].to_numpy().astype(np.int64)  # a missing one is the smallest number
    order = np.lexsort((day, subject))
    subject = subject[order]
    first = np.flatnonzero(np.append(True, subject[1:] != subject[:-1])[: len(order)])
    cuts = [*(first[::PEOPLE_A_FILE].tolist() or [0]), len(order)]
    for number, (start, stop) in enumerate(pairwise(cuts)):
        shard = rows.select(names).take(order[start:stop])
        pq.write_table(shard, folder / f"{number}.parquet", compression="zstd")


def _write_metadata(records: Records, rows: pa.Table, folder: Path, exact: bool, time: When) -> None:
    dataset: dict[str, object] = {
        "dataset_name": "records of prevention_model",
        "dataset_version": records.fingerprint(),
        "etl_name": "prevention_model",
        "etl_version": __version__,
        "meds_version": layout.VERSION,
    }
    if exact:
        identifying, modifying = ["person_id", "source", "delivery", "row"], ["unit", "period", "agency"]
        dataset |= {
            "raw_source_id_columns": identifying,
            "code_modifier_columns": modifying,
            "other_extension_columns": [x for x in layout.OWN if x not in (*identifying, *modifying)],
        }
    about = {"exact": exact, "time": time, "assumptions": records.assumptions, "left_out": _left_out(records)}
    for name, content in ((layout.DATASET, dataset), (layout.ABOUT, about)):
        (folder / name).write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")
    pq.write_table(_codes(rows), folder / layout.CODES)
    coverage = pa.Table.from_pandas(records.frames["coverage"], preserve_index=False)
    pq.write_table(coverage.replace_schema_metadata(), folder / layout.COVERAGE)


def _write_splits(splits: Mapping[str, str], number_of: Mapping[str, int], path: Path) -> None:
    subjects = pa.array([number_of[person] for person in splits], pa.int64())
    pq.write_table(pa.table({"subject_id": subjects, "split": pa.array(splits.values(), pa.string())}), path)


_SAID = {
    "person": "What is on record of the person; sex and ethnicity are for comparing groups, never for a score",
    "event": "Something happened on a day: kind//code",
    "spell": "Something that lasted began: kind_start//code",
    "spell_end": "Something that lasted ended: kind_end//outcome",
    "measurement": "Something was measured: kind//code",
    "attribute": "Something was so as at a day: name//value, or name with a number",
}


def _codes(rows: pa.Table) -> pa.Table:
    """Every code once, with what it says and the code of which it is a part."""
    used = (
        rows.group_by(["code", "table"])
        .aggregate([])
        .sort_by([("code", "ascending"), ("table", "ascending")])
    )
    said: dict[str, str] = {}
    for code, table in zip(used["code"].to_pylist(), used["table"].to_pylist(), strict=True):
        said.setdefault(code, _SAID[table])
    parts = [code.partition(layout.BETWEEN) for code in said]
    columns = {
        "code": pa.array(said, pa.string()),
        "description": pa.array(said.values(), pa.string()),
        "parent_codes": pa.array([[kind] if rest else [] for kind, _, rest in parts], pa.list_(pa.string())),
    }
    return pa.table(columns)


def _left_out(records: Records) -> dict[str, int]:
    """How many rows, or parts of rows, the export does not hold."""
    spell = records.frames["spell"]
    undated = spell["end_date"].isna() & (spell["outcome"].notna() | spell["known_end"].notna())
    counted = {name: len(records.frames[name]) for name in layout.LEFT_OUT}
    counted["ends of spells without a day"] = int(undated.sum())
    return {name: number for name, number in counted.items() if number}
