"""Text from a file, made fit to be shown: it stays text, in every format that a list is written in."""

import re
import unicodedata

import pandas as pd

_LONGEST = 1000
# Controls, surrogates and unassigned characters break XML; direction overrides can disguise text.
_UNSHOWN = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]")


def plain(value: object) -> str:
    """`value` on one line without characters that cannot be shown; "" for a missing value.

    >>> plain(" Ann\\x00\\t Lee\\n"), plain(None)
    ('Ann Lee', '')
    """
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return ""
    shown = "".join(" " if unicodedata.category(c) in _UNSHOWN else c for c in str(value))
    flat = " ".join(_DIRECTION.sub("", shown).split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"


def guarded(text: str) -> str:
    """A CSV cell that no spreadsheet takes for a formula: an apostrophe before = + - @ tab and return.

    >>> guarded("=1+1"), guarded("Ann"), guarded(" @x")
    ("'=1+1", 'Ann', "' @x")
    """
    risky = text.lstrip()[:1] in ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20") or text[:1] in (
        "\t",
        "\r",
        "\n",
    )
    return f"'{text}" if risky else text
