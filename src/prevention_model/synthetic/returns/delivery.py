"""What an authority holds of one standard: its files, and who each row of them is about."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from prevention_model.synthetic.identities import some
from prevention_model.synthetic.mentions import FIRST_ROW, Mentions
from prevention_model.synthetic.world import World
from prevention_model.synthetic.writing import write_csv


@dataclass(frozen=True)
class Sheet:
    """One CSV file of a return: its path under the folder of the source, texts by column, and the person of each row.

    A row that is about a school and nobody in it has no person: then `person` is None.
    """

    path: str
    columns: dict[str, pa.Array]
    person: np.ndarray | None = None
    byte_order_mark: bool = False
    quoted: bool = False


@dataclass(frozen=True)
class Return:
    """A standard that the authority returns: where its files lie, on what basis, and how to write them.

    `write` puts the files under a folder, notes who is who, and returns the rows written. `since` is the first day
    that the files cover, for standards whose files do not say it.
    """

    name: str
    files: str
    lawful_basis: str
    write: Callable[[Path, Mentions], int]
    since: date | None = None


def write_sheets(source: str, sheets: Iterator[Sheet], out: Path, mentions: Mentions) -> int:
    """Write the CSV files of a return one after the other; returns the rows written."""
    rows = 0
    for sheet in sheets:
        path = out / "files" / source / sheet.path
        path.parent.mkdir(parents=True, exist_ok=True)
        table = pa.table(sheet.columns)
        write_csv(path, table, byte_order_mark=sheet.byte_order_mark, quoted=sheet.quoted)
        if sheet.person is not None:
            mentions.note(
                source, path.relative_to(out).as_posix(), np.arange(len(table)) + FIRST_ROW, sheet.person
            )
        rows += len(table)
    return rows


def child_numbers(world: World, who: np.ndarray, older: np.ndarray) -> pa.Array:
    """Social care's number for the child of each row: the older system's where `older` and there is one."""
    ids = world.identities
    both = pa.concat_arrays([ids.la_number, ids.older_number])
    had = ids.older_number.is_valid().to_numpy(zero_copy_only=False)[who]
    return both.take(pa.array((who + np.where(older & had, len(ids.la_number), 0)).astype(np.int32)))


def pupil_numbers(world: World, who: np.ndarray, on: np.ndarray, share: float) -> pa.Array:
    """The UPN of each row on its day, for the `share` of pupils whose number this service holds."""
    ids = world.identities
    earlier = (on < ids.upn_changed[who]) & ids.upn_before.is_valid().to_numpy(zero_copy_only=False)[who]
    both = pa.concat_arrays([ids.upn, ids.upn_before])
    texts = both.take(pa.array((who + np.where(earlier, len(ids.upn), 0)).astype(np.int32)))
    return some(texts, (who.astype(np.int64) * 69_621 % 9_973) < share * 9_973)
