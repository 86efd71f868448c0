"""What is done with one part of the children, wherever it is done: from the tall rows that it needs to its matrix."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.features.declared import Declared
from prevention_model.features.derive import Floats
from prevention_model.features.matrix import kind_of
from prevention_model.features.query_plan import QueryPlan
from prevention_model.query import (
    AREA,
    ASKED,
    Kernel,
    Question,
    Retention,
    answer,
    area_as_seen,
    frames_in,
    pairs_of,
)

ANSWERS = pa.schema(
    [("person_id", pa.string()), ("index_date", pa.date32()), ("answers", pa.list_(pa.float64()))]
)
"""What is known of a pair's area, an answer a question of the scope "place"."""


@dataclass(frozen=True, eq=False)
class PartWork:
    """What is asked of every part. `coverage` is the table of that name, which all parts need whole."""

    plan: QueryPlan
    coverage: pa.Table

    @cached_property
    def of_areas(self) -> tuple[Question, ...]:
        """The questions about areas, which are answered first, in parts by area."""
        return tuple(question for question in self.plan.questions if question.scope == "place")

    @cached_property
    def of_families(self) -> tuple[Question, ...]:
        """All other questions."""
        return tuple(question for question in self.plan.questions if question.scope != "place")

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns of a matrix."""
        keys = [("person_id", pa.string()), ("index_date", pa.date32())]
        return pa.schema(
            [*keys, *((each.name, pa.from_numpy_dtype(kind_of(each))) for each in self.plan.features)]
        )

    @classmethod
    def of(cls, features: Iterable[Declared], retention: Retention, coverage: pa.Table) -> "PartWork":
        """Raises WrongUsage for features that do not go together."""
        return cls(QueryPlan.of(features, retention=retention), coverage)

    def earlier(self, days: Iterable[date]) -> pa.Table:
        """The earlier dates at which areas are asked about, as index_date and looked_at."""
        backs = self.plan.earlier if self.of_areas else ()
        looked = [(day, back.before(day)) for day in days for back in backs]
        return pa.table(
            {name: pa.array([pair[side] for pair in looked], pa.date32())
             for side, name in enumerate(("index_date", "looked_at"))}
        )  # fmt: skip

    def area_answers(self, tall: pa.Table) -> pa.Table:
        """The answers about the areas of a part, of the pairs that lived there as then seen."""
        frames = frames_in(tall, self.coverage)
        pairs = _pairs(frames[ASKED])
        here = frames[AREA].column("lsoa").to_pylist()
        pairs = pairs[area_as_seen(frames, pairs).isin(here).to_numpy()].reset_index(drop=True)
        made = answer(frames, pairs, self.of_areas, retention=self.plan.retention)
        lists = pa.ListArray.from_arrays(np.arange(len(pairs) + 1) * made.shape[1], made.ravel())
        days = pa.array(pairs["index_date"].to_numpy().astype("datetime64[D]"))
        return pa.table([pa.array(pairs["person_id"], pa.string()), days, lists], schema=ANSWERS)

    def matrix(self, tall: pa.Table) -> pa.Table:
        """The features of a part, in the order of person and index date; what was answered of areas comes with it."""
        frames = frames_in(tall, self.coverage)
        asked = frames[ASKED]
        looked_at = _pairs(asked)
        wanted = looked_at.index.repeat(asked.column("wanted").to_numpy().astype(np.int64))
        members = looked_at.iloc[wanted].sort_values(["person_id", "index_date"], ignore_index=True)
        members = pairs_of(members)  # which refuses those that stand there twice
        pairs, places = self.plan.with_earlier(members)
        kernel = Kernel(frames, pairs, retention=self.plan.retention)
        of_areas = self._given(asked, pairs)
        columns = self.plan.columns(
            lambda question: of_areas[question] if question in of_areas else kernel.column(question), places
        )
        made = [
            pa.array(column.astype(kind_of(each), copy=False))
            for each, column in zip(self.plan.features, columns, strict=True)
        ]
        days = pa.array(members["index_date"].to_numpy().astype("datetime64[D]"))
        return pa.table([pa.array(members["person_id"], pa.string()), days, *made], schema=self.schema)

    def _given(self, asked: pa.Table, pairs: pd.DataFrame) -> dict[Question, Floats]:
        """The answers that came with the pairs; missing for a pair whose area nobody knew."""
        if not self.of_areas:
            return {}
        told = asked.filter(pc.is_valid(asked.column("answers")))
        values = told.column("answers").combine_chunks().flatten().to_numpy()
        values = np.vstack([values.reshape(-1, len(self.of_areas)), np.full(len(self.of_areas), np.nan)])
        at = pd.MultiIndex.from_frame(_pairs(told)).get_indexer(pd.MultiIndex.from_frame(pairs))
        return {question: values[at, j] for j, question in enumerate(self.of_areas)}


def _pairs(asked: pa.Table) -> pd.DataFrame:
    dates = asked.column("index_date").to_numpy().astype("datetime64[s]")
    return pd.DataFrame(
        {"person_id": asked.column("person_id").to_pandas().astype("str"), "index_date": dates}
    )
