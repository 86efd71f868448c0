"""Names that look like names and are no words of any page, so that a search for one finds only a leak."""

import numpy as np
import pyarrow as pa

_FORE = [
    "Tav", "Osw", "Quel", "Zim", "Bryl", "Dav", "Ferr", "Ith", "Jor", "Kest", "Lyr", "Morv", "Nev",
    "Oll", "Perr", "Rov", "Syl", "Thess", "Ulv", "Wend", "Yar", "Zor", "Bex", "Cald",
]  # fmt: skip
_FEMALE = ["enna", "ira", "essa", "ouise", "ilde", "anthe", "ova", "elle", "imra"]
_MALE = ["rin", "ock", "amund", "ester", "ivar", "olan", "uth", "emar", "ision"]
_SUR = [
    "Quill", "Thrap", "Brax", "Vorn", "Mulb", "Pend", "Wizz", "Drov", "Sorr", "Kelv", "Glim",
    "Harv", "Crump", "Blen", "Snod", "Trev", "Yaff", "Ogl", "Fump", "Grist", "Jebb", "Lunt", "Nork",
    "Plov", "Rusk", "Stib", "Twill", "Umber", "Wrax", "Zeb",
]  # fmt: skip
_FAMILY = [
    "marsh", "wick", "bury", "combe", "ington", "sett", "fleet", "holt", "mere", "thwaite", "garth",
    "low", "stead", "quist", "berrow", "nock", "wyke", "dale", "ham", "stoke", "vane",
]  # fmt: skip
_STREET = [
    "Larkspindle", "Copperwren", "Tidewhistle", "Mallowgate", "Fennimore", "Saltbarrow",
    "Bramblehythe", "Quarrybell", "Otterstile",
]  # fmt: skip

FEMALE = pa.array([f"{a}{b}" for a in _FORE for b in _FEMALE] + ["Zoëlle", "Renéa", "Maïlys"])
MALE = pa.array([f"{a}{b}" for a in _FORE for b in _MALE] + ["Théoric", "Josuë", "Andréan"])
SURNAMES = pa.array([f"{a}{b}" for a in _SUR for b in _FAMILY] + ["Nuñbarrow", "Strømwick"])
STREETS = pa.array([f"{a} {b}" for a in _STREET for b in ("Road", "Close", "Lane", "Rise", "Way")])
POOL = pa.concat_arrays([FEMALE, MALE])
"""Every forename: those of girls, then those of boys."""


def popular(rng: np.random.Generator, among: int, size: int) -> np.ndarray:
    """Places of names in a list: some names are common and most are not.

    >>> drawn = popular(np.random.default_rng(1), 100, 5_000)
    >>> bool(np.bincount(drawn, minlength=100).max() > 3 * 50)
    True
    """
    weight = 1.0 / (np.arange(among) + 8.0)
    shares = rng.permutation(weight / weight.sum())
    found: np.ndarray = np.searchsorted(np.cumsum(shares), rng.random(size)).clip(max=among - 1)
    return found.astype(np.int32)


def forename_places(rng: np.random.Generator, female: np.ndarray) -> np.ndarray:
    """The place in `POOL` of a forename for each person. Accents are all in Windows-1252, as older systems need."""
    girls, boys = popular(rng, len(FEMALE), len(female)), popular(rng, len(MALE), len(female))
    return np.where(female, girls, boys + len(FEMALE)).astype(np.int32)


def misspelt(rng: np.random.Generator, text: pa.Array, chosen: np.ndarray) -> pa.Array:
    """The same names, some of them with one slip of a kind that clerks and radios make.

    >>> misspelt(np.random.default_rng(1), pa.array(["Tavenna"]), np.array([True])).to_pylist()[0] == "Tavenna"
    False
    """
    values = text.to_pylist()
    for place in np.flatnonzero(chosen):
        if values[place]:
            values[place] = _slip(rng, values[place])
    return pa.array(values, pa.string())


def _slip(rng: np.random.Generator, name: str) -> str:
    """A letter lost, doubled or changed, or two letters the wrong way round; never the first letter."""
    at, kind = 1 + int(rng.integers(max(len(name) - 2, 1))), int(rng.integers(4))
    if kind == 1:
        return name[:at] + name[at] + name[at:]
    if kind == 2 and at + 1 < len(name) and name[at] != name[at + 1]:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    if kind == 3:
        return name[:at] + ("e" if name[at] != "e" else "a") + name[at + 1 :]
    return name[:at] + name[at + 1 :]
