"""A term of a school census at any size: pupils, and their sessions by reason; nobody exists."""

from pathlib import Path

import numpy as np
import pandas as pd

_CODES = ("/", "\\", "I", "M", "L", "O", "U", "C", "V", "N")
_BYTES = 62
"""A row of sessions with what belongs to its pupil."""


def write_term(path: Path, size: int) -> None:
    """About so many bytes: sessions by reason at `path`, ten rows a pupil; the pupils beside it."""
    chance = np.random.default_rng(3)
    pupils = max(size // (_BYTES * len(_CODES)), 1)
    keys = pd.Series([f"{number:08x}-{number % 4096:03x}" for number in chance.permutation(pupils) + 10**8])
    school = pd.Series([f"SCH{number % 160}" for number in range(pupils)])
    number = pd.Series(range(pupils))
    pd.DataFrame(
        {
            "pupilonrolltableid": keys,
            "NativeId": school,
            "upn": "A" + number.astype("str").str.zfill(11) + "B",
            "surname": "Surname" + (number % 9973).astype("str"),
            "forename": "Forename" + (number % 997).astype("str"),
            "dob": "20" + (7 + number % 12).astype("str").str.zfill(2) + "-Jan-21 00:00:00",
            "sex": np.where(number % 2, "F", "M"),
            "entrydate": "2024-Sep-03 00:00:00",
            "senprovision": np.where(number % 6, "N", "K"),
            "termlysessionspossible": "142.0",
        }
    ).to_csv(beside(path), index=False)
    rows = pupils * len(_CODES)
    pd.DataFrame(
        {
            "pupilonrolltableid": np.repeat(keys, len(_CODES)),
            "NativeId": np.repeat(school, len(_CODES)),
            "termlysessiondetailsonrolltableid": [f"{row:08x}" for row in range(rows)],
            "termlysessiondetailsonrollorderseqcolumn": np.tile(np.arange(len(_CODES)) + 1, pupils),
            "sourceid": np.repeat([f"{pupil:08x}" for pupil in range(pupils)], len(_CODES)),
            "sessions": chance.integers(1, 20, rows).astype(float),
            "attendancereason": np.tile(_CODES, pupils),
        }
    ).to_csv(path, index=False)


def beside(path: Path) -> Path:
    """Where the pupils are."""
    return path.with_name("pupils.csv")
