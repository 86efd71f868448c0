"""What is wrong with real files (standards, section 19), in known amounts. `amount` 0 gives clean files."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.synthetic.extract import NO, YES, Extract

IMPOSSIBLE_DATES = ("02/01/20251", "31/02/2022", "1066-10-14", "00/00/0000", "=TODAY()")
UNKNOWN_CODES = ("XXX", "ZZ9", "01?", "see notes")


def flags(rng: np.random.Generator, true: np.ndarray, amount: float) -> pa.Array:
    """Yes and no as texts: one form each in clean files, any of seven in dirty ones.

    >>> flags(np.random.default_rng(1), np.array([True, False]), 0.0).to_pylist()
    ['1', '0']
    """
    form = rng.integers(0, len(YES), len(true)) if amount > 0 else np.zeros(len(true), dtype=np.int64)
    return pa.array([*YES, *NO]).take(pa.array(form + np.where(true, 0, len(YES))))


def soiled(
    extract: Extract, rng: np.random.Generator, amount: float
) -> tuple[pa.Table, np.ndarray, np.ndarray]:
    """The extract as a table with its faults, and the person and the file number of each row."""
    table, who, faults = pa.table(extract.columns), extract.who, extract.faults
    part = np.zeros(len(who), dtype=np.int32) if extract.part is None else extract.part
    if amount <= 0 or not table.num_rows:
        return table, who, part
    for name in faults.dates:
        table = _replaced(table, name, rng, faults.date_share * amount, IMPOSSIBLE_DATES)
    for name in faults.codes:
        table = _replaced(table, name, rng, faults.code_share * amount, UNKNOWN_CODES)
    for name in faults.ids:
        table = _replaced(table, name, rng, faults.id_share * amount, (None,))
    for name in faults.spaces:
        # Half of them non-breaking, as pasted from a page.
        mask = _some(rng, table.num_rows, 0.02 * amount)
        ending = pa.array(["", "  ", "\u00a0"]).take(
            pa.array(np.where(mask, rng.integers(1, 3, len(mask)), 0))
        )
        table = _with(table, name, pc.binary_join_element_wise(table[name].combine_chunks(), ending, ""))
    again = np.flatnonzero(_some(rng, table.num_rows, faults.duplicate_share * amount))
    if extract.unique and len(again):
        table = pa.concat_tables([table, table.take(pa.array(again))]).combine_chunks()
        part, who = np.concatenate([part, part[again]]), np.concatenate([who, who[again]])
    if faults.supplier_columns:
        years = pa.array(["2019", "2022", "2024"]).take(pa.array(rng.integers(0, 3, table.num_rows)))
        table = table.append_column("LA", pa.array(["999"] * table.num_rows)).append_column("YEAR", years)
    return table, who, part


def turned(table: pa.Table, by: int) -> pa.Table:
    """The same table with its columns in another order."""
    names = table.column_names
    return table.select(names[by % len(names) :] + names[: by % len(names)])


def _some(rng: np.random.Generator, size: int, share: float) -> np.ndarray:
    return rng.random(size) < share


def spoilt(
    rng: np.random.Generator, texts: pa.Array, share: float, values: tuple[str | None, ...]
) -> pa.Array:
    """The same texts, a share of them replaced by one of `values`. A blank stays blank.

    >>> spoilt(np.random.default_rng(1), pa.array(["RC7", None]), 1.0, ("XXX",)).to_pylist()
    ['XXX', None]
    """
    # Only something written can be written wrongly.
    mask = _some(rng, len(texts), share) & texts.is_valid().to_numpy(zero_copy_only=False)
    drawn = [values[i] for i in rng.integers(0, len(values), int(mask.sum()))]
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(drawn, pa.string()))


def _replaced(
    table: pa.Table, name: str, rng: np.random.Generator, share: float, values: tuple[str | None, ...]
) -> pa.Table:
    return _with(table, name, spoilt(rng, table[name].combine_chunks(), share, values))


def _with(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)
