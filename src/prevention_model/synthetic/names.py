"""Made-up names, built from syllables so that a search for one finds only a leak."""

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


def forenames(rng: np.random.Generator, female: np.ndarray) -> pa.Array:
    """A forename for each person. Accents are all in Windows-1252, as older systems need."""
    pool = pa.concat_arrays([FEMALE, MALE])
    drawn = rng.integers(0, len(FEMALE), len(female)) + np.where(female, 0, len(FEMALE))
    return pool.take(pa.array(np.minimum(drawn, len(pool) - 1)))


def misspelt(rng: np.random.Generator, text: pa.Array, share: float) -> pa.Array:
    """The same names with a share of them one letter short, as they are taken down over a radio.

    >>> misspelt(np.random.default_rng(1), pa.array(["Tavenna"]), 1.0).to_pylist()[0] == "Tavenna"
    False
    """
    values = text.to_pylist()
    for place in np.flatnonzero(rng.random(len(values)) < share):
        name = values[place]
        cut = 1 + int(rng.integers(max(len(name) - 1, 1)))
        values[place] = name[:cut] + name[cut + 1 :] if cut < len(name) - 1 else name[:-1]
    return pa.array(values, pa.string())
