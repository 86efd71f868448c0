"""Combinations of traits: small ones are pooled with their neighbours, nobody is lost, and each is large enough."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.audit.grouping import Known
from prevention_model.audit.pooling import OTHERS, pooled

TRAITS = ("sex", "origin", "needs")


def known(rows: list[tuple[str, str, str]], happened: list[bool]) -> Known:
    number = np.arange(len(rows))
    flags = np.zeros(len(rows), dtype=bool)
    return Known(
        people=number,
        families=number,
        happened=np.array(happened, dtype=float),
        level=np.full(len(rows), 0.1),
        listed=flags,
        wide=flags,
        groups=pd.DataFrame(rows, columns=list(TRAITS)),
    )


def test_a_small_combination_joins_those_that_differ_in_the_last_trait_only() -> None:
    rows = (
        [("F", "A", "none")] * 40
        + [("F", "A", "some")] * 5
        + [("F", "A", "many")] * 6
        + [("M", "A", "none")] * 3
    )
    found = pooled(known(rows, [True] * len(rows)), TRAITS, least_people=10, least_cases=1)
    assert dict(zip(found.labels, found.people.tolist(), strict=True)) == {
        "F x A x none": 40,
        "F x A x *": 11,
        OTHERS: 3,
    }


def test_cases_count_as_well_as_people() -> None:
    rows = [("F", "A", "none")] * 40 + [("F", "B", "none")] * 40
    happened = [True] * 40 + [False] * 40
    found = pooled(known(rows, happened), TRAITS, least_people=10, least_cases=5)
    assert found.labels == ("F x A x none", OTHERS)


@given(
    st.lists(st.tuples(*(st.sampled_from("ab") for _ in TRAITS), st.booleans()), min_size=1, max_size=120),
    st.integers(1, 20),
    st.integers(0, 5),
)
def test_nobody_is_lost_and_whatever_is_named_is_large_enough(
    rows: list[tuple[str, str, str, bool]], people: int, cases: int
) -> None:
    held = known([row[:3] for row in rows], [row[3] for row in rows])
    found = pooled(held, TRAITS, people, cases)
    assert found.people.sum() == len(rows) == len(found.codes)
    named = np.array([label != OTHERS for label in found.labels])
    assert (found.people[named] >= people).all() and (found.cases[named] >= cases).all()
    for label, code in zip(found.labels, range(len(found.labels)), strict=True):
        if label != OTHERS:
            parts = label.split(" x ")
            members = held.groups[found.codes == code]
            for trait, part in zip(TRAITS, parts, strict=True):
                assert part == "*" or (members[trait] == part).all()
