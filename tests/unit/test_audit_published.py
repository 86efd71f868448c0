"""Error rates by group that others published come out of the audit to the fourth decimal.

J. Larson, S. Mattu, L. Kirchner and J. Angwin, "How We Analyzed the COMPAS Recidivism Algorithm", ProPublica, 2016: a
score of 5 or more against a new offence within two years, for all defendants and for two groups of them. The counts of
everybody else are what is left of all.
"""

import numpy as np
import pandas as pd
import pytest

from prevention_model.audit import OutcomeEvidence
from prevention_model.audit.checks import pm006_children_missed_more_often_in_a_group as missed
from prevention_model.audit.checks import pm012_false_alarms_by_group as alarms
from prevention_model.audit.fairlearn_rates import point_rates
from prevention_model.settings.policy import Policy
from tests.fixtures.evidence_cases import clean_evidence

# By group: to whom it did not happen, not chosen and chosen; to whom it did, not chosen and chosen.
COUNTS = {
    "African-American": (990, 805, 532, 1369),
    "Caucasian": (1139, 349, 461, 505),
    "Everybody else": (552, 128, 223, 161),
}
FALSE_POSITIVE = {"African-American": 0.4485, "Caucasian": 0.2345}
FALSE_NEGATIVE = {"African-American": 0.2799, "Caucasian": 0.4772}
PRECISION = {"African-American": 0.6297, "Caucasian": 0.5913}


def defendants() -> pd.DataFrame:
    rows = [
        {"group": group, "outcome": happened, "listed": chosen, "n": counts[2 * happened + chosen]}
        for group, counts in COUNTS.items()
        for happened in (0, 1)
        for chosen in (0, 1)
    ]
    table = pd.DataFrame(rows)
    return table.loc[table.index.repeat(table["n"])].reset_index(drop=True)


@pytest.fixture(scope="module")
def published() -> OutcomeEvidence:
    table = defendants()
    names = [f"d{number}" for number in range(len(table))]
    predictions = pd.DataFrame(
        {
            "person_id": names,
            "family_id": names,
            "zone": "Broward",
            "index_date": "2014-01-01",
            "level": np.where(table["listed"] == 1, 0.6, 0.3),
            "outcome": table["outcome"],
            "listed": table["listed"].astype(bool),
        }
    )
    return OutcomeEvidence("reoffending", predictions, pd.DataFrame({"race": table["group"]}))


POLICY = Policy.default().about(["race"]).model_copy(update={"resamples": 200})


def at_the_list(numbers: object) -> dict[str, dict[str, float]]:
    return {row["group"]: row for row in numbers if row["cut"] == "the list"}  # type: ignore[attr-defined]


def test_everybody_together(published: OutcomeEvidence) -> None:
    rows = published.predictions
    rates = point_rates(rows["outcome"], rows["listed"], np.full(len(rows), "all")).loc["all"]
    assert len(rows) == 7214
    assert (round(rates["false_alarms"], 4), round(rates["missed"], 4)) == (0.3235, 0.3740)


def test_missed_false_alarms_and_precision_by_group(published: OutcomeEvidence) -> None:
    evidence = clean_evidence(families=60)
    lost = missed.CHECK(evidence, published, POLICY)
    vain = alarms.CHECK(evidence, published, POLICY)
    by_group, beside = at_the_list(lost.numbers), at_the_list(vain.numbers)
    for group in FALSE_POSITIVE:
        assert round(by_group[group]["value"], 4) == FALSE_NEGATIVE[group]
        assert round(beside[group]["false_alarm_rate"], 4) == FALSE_POSITIVE[group]
        assert round(1 - beside[group]["value"], 4) == PRECISION[group]
    assert lost.status == "failed" and "race Caucasian" in lost.message
