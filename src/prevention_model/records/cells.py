"""What the texts of a column mean: dates, figures, yes and no, codes, identifiers. One answer a distinct text."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.maps import FALSE, TRUE, Cell

NOT_A_DATE = np.datetime64("NaT", "D")
UNMAPPED = "unmapped"
"""The code of a value that is in no list, where the map does not make the code mandatory."""

_FIGURE = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)?(\.\d+)?", re.ASCII)
# One digit or X all through, a word that says so, signs only, or nothing but spaces.
_STANDS_FOR_NOBODY = (
    "^("
    + "|".join(f"{sign}{{5,}}" for sign in "0123456789X")
    + "|UNKNOWN|NOTKNOWN|TBC|TBA|PENDING|[-.?*_]*)$"
)


def dates_in(texts: np.ndarray, formats: tuple[str, ...]) -> np.ndarray:
    """The day that each text names, by the first format that fits; NaT where none does.

    >>> dates_in(np.array(["01/02/2024", "2024-02-03", "soon"], dtype=object), ("%d/%m/%Y", "%Y-%m-%d"))
    array(['2024-02-01', '2024-02-03',        'NaT'], dtype='datetime64[D]')
    """
    found = np.full(len(texts), NOT_A_DATE, dtype="datetime64[D]")
    for form in formats:
        open_ = np.isnat(found)
        if not open_.any():
            break
        parsed = pd.to_datetime(pd.Series(texts[open_], dtype="str"), format=form, errors="coerce", utc=True)
        found[open_] = parsed.dt.tz_localize(None).to_numpy(dtype="datetime64[D]")
    return found


def figures_in(texts: np.ndarray) -> np.ndarray:
    """The number that each text is, NaN where it is none. A comma is read only between thousands.

    >>> figures_in(np.array(["£1,250.50", "-3", "1,5", "inf"], dtype=object))
    array([1250.5,   -3. ,    nan,    nan])
    """
    found = np.full(len(texts), np.nan)
    for place, text in enumerate(texts):
        bare = re.sub(r"[£\s]", "", text)
        if bare and bare != "-" and len(bare) < 40 and _FIGURE.fullmatch(bare):
            found[place] = float(bare.replace(",", ""))
    return found


def truth_in(texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which texts say yes, and which say neither yes nor no.

    >>> truth_in(np.array(["Y", "b) No", "maybe"], dtype=object))
    (array([ True, False, False]), array([False, False,  True]))
    """
    folded = [text.casefold() for text in texts]
    yes = np.array([text in TRUE for text in folded], dtype=bool)
    return yes, np.array([text not in TRUE and text not in FALSE for text in folded], dtype=bool)


def codes_in(texts: np.ndarray, cell: Cell) -> tuple[np.ndarray, np.ndarray]:
    """The canonical code of each text, and which texts are in no list. Case does not matter.

    >>> codes, unknown = codes_in(np.array(["da", "ZZ"], dtype=object), Cell(column="c", map={"DA": "abuse"}))
    >>> codes.tolist(), unknown.tolist()
    (['abuse', 'unmapped'], [False, True])
    """
    if cell.map is None:
        return texts, np.zeros(len(texts), dtype=bool)
    folded = {key.strip().casefold(): value for key, value in cell.map.items()}
    unknown = np.array([text.casefold() not in folded for text in texts], dtype=bool)
    return np.array([folded.get(text.casefold(), UNMAPPED) for text in texts], dtype=object), unknown


def identifiers_in(texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Identifiers as they are compared (upper case, no spaces), and which of them stand for nobody.

    >>> names, nobody = identifiers_in(np.array(["999 000 0018", "e999", "0000000000"], dtype=object))
    >>> names.tolist(), nobody.tolist()
    (['9990000018', 'E999', '0000000000'], [False, False, True])
    """
    names = pc.utf8_upper(pc.replace_substring_regex(pa.array(texts, pa.string()), r"[\s\p{Z}]+", ""))
    nobody = pc.match_substring_regex(names, _STANDS_FOR_NOBODY)
    return names.to_numpy(zero_copy_only=False), nobody.to_numpy(zero_copy_only=False)
