"""Who stands around a child at an index date, as then known, one by one: for what cannot be asked as a number."""

import numpy as np
import pandas as pd

from prevention_model.query.circles import circle
from prevention_model.query.columns import Frames, texts
from prevention_model.query.kernel import everybody
from prevention_model.query.pairs import days_of
from prevention_model.query.question import Scope
from prevention_model.query.rows import Rows
from prevention_model.query.steps import IN_NUMPY
from prevention_model.query.tables import Tables


def around_as_seen(frames: Frames, pairs: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Each pair (person_id, index_date) with each member_id around it, whom a question of the scope is about.

    For a scope other than "own"; a pair with nobody around it has no row.

    >>> from prevention_model.records import Records
    >>> mother = pd.DataFrame({"person_id": ["a", "b"], "other_id": "m", "role": "mother", "from": "2020-01-01"})
    >>> records = Records.from_frames({"relationship": mother})
    >>> asked = pd.DataFrame({"person_id": ["a"], "index_date": pd.to_datetime(["2024-01-01"])})
    >>> [around_as_seen(records.frames, asked, scope).member_id.tolist() for scope in ("siblings", "parents")]
    [['b'], ['m']]
    """
    asked = texts(pairs, "person_id")
    tables = Tables(frames, everybody(frames, asked.texts), IN_NUMPY)
    rows, order = Rows.of(
        tables.person_codes(asked), days_of(pairs["index_date"]), len(tables.people), IN_NUMPY
    )
    around = circle(scope, tables, rows)
    pair, row = around.others()
    made = pairs[["person_id", "index_date"]].iloc[order[pair]].reset_index(drop=True)
    people = tables.people.to_numpy(dtype=object)[around.rows.person[row]]
    return made.assign(member_id=pd.Series(np.asarray(people, dtype=object), dtype="str"))
