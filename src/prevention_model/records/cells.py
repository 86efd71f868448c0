"""What the texts of a column mean: dates, figures, yes and no, codes, identifiers. One answer a distinct text."""

import json
import re
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.declarations import FALSE, TRUE, Cell

NOT_A_DATE = np.datetime64("NaT", "D")
UNMAPPED = "unmapped"
"""The code of a value that is in no list, where the map does not make the code mandatory."""

_SEPARATORS = re.compile(r"[\x1f,;|]")
_AROUND = " \t\n\r[](){}'\""  # what programs leave around a list and the texts in it
_LETTER, _HEAD = re.compile(r"^[a-z]{1,2}[).]\s*"), re.compile(r"[a-z0-9]*")
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
        open_ = np.flatnonzero(np.isnat(found))
        if not len(open_):
            break
        # Parsing costs far more than seeing that a text lacks the format's slashes, say.
        marks = _marks(form)
        open_ = open_[[marks.issubset(text) for text in texts[open_]]]
        if not len(open_):
            continue
        # The texts are distinct already: remembering them would only cost. So would a zone that no text has.
        zoned = "%z" in form
        parsed = pd.to_datetime(texts[open_], format=form, errors="coerce", utc=zoned, cache=False)
        days = parsed.tz_localize(None) if zoned else parsed
        found[open_] = days.to_numpy().astype("datetime64[D]")
    return found


@cache
def _marks(form: str) -> frozenset[str]:
    return frozenset(re.sub("%.", "", form))


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
    folded = [_plain(text) for text in texts]
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
    known = {_plain(key): value for key, value in cell.map.items()}
    found = [_found(text, known, cell.leading) for text in texts]
    unknown = np.array([code is None for code in found], dtype=bool)
    return np.array([UNMAPPED if code is None else code for code in found], dtype=object), unknown


def code_lists_in(texts: np.ndarray, cell: Cell) -> tuple[list[list[str]], np.ndarray]:
    """The canonical codes of cells that hold several, and which texts hold one that is in no list.

    >>> cell = Cell(column="c", map={"1A": "alcohol", "2B": "drugs"}, split=True)
    >>> code_lists_in(np.array(['["1A","2B"]', '{"1A": "Yes", "2B": "No"}', "2B; ZZ"], dtype=object), cell)
    ([['alcohol', 'drugs'], ['alcohol'], ['drugs', 'unmapped']], array([False, False,  True]))
    """
    lists, unknown = [], np.zeros(len(texts), dtype=bool)
    for place, text in enumerate(texts):
        codes, strange = codes_in(np.array(_members(text), dtype=object), cell)
        lists.append(list(dict.fromkeys(str(code) for code in codes)))
        unknown[place] = strange.any()
    return lists, unknown


def _members(text: str) -> list[str]:
    """What a cell lists: a JSON array, the keys of a JSON object that say yes, or separated texts."""
    if text[:1] in ("[", "{"):
        try:
            held = json.loads(text)
        except (ValueError, RecursionError):
            held = None
        if isinstance(held, dict):
            held = [key for key, value in held.items() if str(value).casefold() in TRUE]
        if isinstance(held, list):
            return [str(item).strip() for item in held if str(item).strip()]
    return [part for part in (piece.strip(_AROUND) for piece in _SEPARATORS.split(text)) if part]


def _found(text: str, known: dict[str, str], leading: bool) -> str | None:
    plain = _plain(text)
    if plain in known or not leading:
        return known.get(plain)
    bare = _LETTER.sub("", plain)
    return known.get(bare) or known.get(_HEAD.match(bare)[0])  # type: ignore[index]


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def identifiers_in(texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Identifiers as they are compared (upper case, no spaces), and which of them stand for nobody.

    >>> names, nobody = identifiers_in(np.array(["999 000 0018", "e999", "0000000000"], dtype=object))
    >>> names.tolist(), nobody.tolist()
    (['9990000018', 'E999', '0000000000'], [False, False, True])
    """
    names = pc.utf8_upper(pc.replace_substring_regex(pa.array(texts, pa.string()), r"[\s\p{Z}]+", ""))
    nobody = pc.match_substring_regex(names, _STANDS_FOR_NOBODY)
    return names.to_numpy(zero_copy_only=False), nobody.to_numpy(zero_copy_only=False)
