"""Keys that came before, found slice by slice, are those that are found at once."""

import numpy as np
import pandas as pd
import pytest

from prevention_model.records.row_keys import RowKeys, repeated


def keys_of(rows: int, kinds: int) -> np.ndarray:
    """Some keys, of which the more are alike the fewer kinds there are."""
    return np.random.default_rng(rows + kinds).integers(0, kinds, rows).astype(np.uint64) << np.uint64(60)


@pytest.mark.parametrize("size", [1, 3, 10, 400])
@pytest.mark.parametrize("kinds", [2, 16, 1 << 40])
def test_slices_find_what_the_whole_finds(size: int, kinds: int) -> None:
    keys = keys_of(200, kinds)
    known, found = RowKeys(), []
    for start in range(0, len(keys), size):
        some = keys[start : start + size]
        again = known.repeated(some)
        known.add(some[~again])
        found.append(again)
    assert np.concatenate(found).tolist() == pd.Series(keys).duplicated().to_list() == repeated(keys).tolist()


def test_no_keys_repeat_nothing() -> None:
    known, none = RowKeys(), np.array([], dtype=np.uint64)
    known.add(none)
    assert known.repeated(none).tolist() == [] == repeated(none).tolist()
    assert known.repeated(np.array([1], dtype=np.uint64)).tolist() == [False]
