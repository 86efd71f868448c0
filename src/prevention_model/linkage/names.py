"""Names and birthdays as two records of one person may differ in them, and when they may not.

Worked example. `Katie O'Brien` and `KATHERINE OBRIEN` may be one person: the forename is a short form of the
other. `Ella` and `Emma` may not: both are names that many people have, so neither is a slip of the other.
"""

import functools
import re
import unicodedata
from difflib import SequenceMatcher
from importlib.resources import files

import pandas as pd
import yaml

_ALIKE = 0.75
_LONG_ENOUGH = 4
_NO_NAME = frozenset("baby unborn unknown infant child tbc notknown not unnamed anon anonymous na".split())


@functools.cache
def short_forms() -> dict[str, str]:
    """The forename that each short form or other spelling stands for, from `short_forms.yaml`.

    >>> short_forms()["katie"] == short_forms()["katherine"]
    True
    """
    text = files("prevention_model.linkage").joinpath("short_forms.yaml").read_text(encoding="utf-8")
    groups = [line.split() for line in yaml.safe_load(text)]
    return {name: group[0] for group in groups for name in group}


@functools.lru_cache(maxsize=200_000)
def plain(text: str) -> str:
    """A name in small letters, without accents, marks or doubled spaces.

    >>> plain("  Zoë  O'Brien-Smith "), plain("MARY JANE")
    ('zoe obrien smith', 'mary jane')
    """
    folded = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w\s]", "", re.sub(r"[-–_/,]", " ", letters)).split())


def given(forename: str) -> str:
    """A plain forename; blank where it is what systems write for a child without a name.

    >>> given("ann"), given("baby girl"), given("unborn")
    ('ann', '', '')
    """
    return "" if forename.split(" ")[0] in _NO_NAME else forename


def stands_for(forename: str) -> str:
    """The full form of a forename, or the forename itself.

    >>> stands_for("bill"), stands_for("zebedee")
    ('william', 'zebedee')
    """
    return short_forms().get(forename, forename)


@functools.lru_cache(maxsize=1_000_000)
def near(one: str, two: str) -> bool:
    """Whether two plain forenames may be one: a short form, an initial, or a slip of the pen.

    >>> near("katie", "katherine"), near("tavenna", "tavena"), near("ann", "ben"), near("j", "john")
    (True, True, False, True)
    """
    if one == two or stands_for(one) == stands_for(two):
        return True
    if min(len(one), len(two)) == 1:
        return one[:1] == two[:1]
    if one_slip(one, two):
        return True
    if min(len(one), len(two)) < _LONG_ENOUGH:
        return False
    first, second = sorted((one, two))
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE


def one_slip(one: str, two: str) -> bool:
    """Whether a letter more, less or other, or two that changed places, is all that differs.

    >>> one_slip("ava", "aav"), one_slip("mia", "mila"), one_slip("ann", "ben")
    (True, True, False)
    """
    short, long = sorted((one, two), key=len)
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    ones, twos = short[start:], long[start:]
    if len(ones) < len(twos):
        return ones == twos[1:]
    return len(ones) == len(twos) and (
        ones[1:] == twos[1:] or (ones[:2] == twos[1::-1] and ones[2:] == twos[2:])
    )


def near_days(one: str, two: str) -> bool:
    """Whether two dates (YYYY-MM-DD) may be one: day and month swapped, or one of three parts wrong.

    >>> near_days("2015-03-09", "2015-09-03"), near_days("2015-03-09", "2015-03-19")
    (True, True)
    >>> near_days("2015-03-09", "1985-07-09")
    False
    """
    a, b = one.split("-"), two.split("-")
    swapped = a[0] == b[0] and a[1] == b[2] and a[2] == b[1]
    return swapped or sum(x == y for x, y in zip(a, b, strict=True)) >= 2


def plain_column(texts: pd.Series) -> pd.Series:
    """`plain` for each text of a column, each distinct one once; blank where nothing is left.

    >>> plain_column(pd.Series(["Ann", None, "--"])).to_list()
    ['ann', '', '']
    """
    numbers, distinct = pd.factorize(texts)
    made = pd.Series([*map(plain, map(str, distinct)), ""], dtype="str")
    return pd.Series(made.iloc[numbers].to_numpy(), index=texts.index, dtype="str")
