"""A recording delay is not shorter than what the sources of an outcome show."""

import pandas as pd
import pytest

from prevention_model.errors import WrongUsage
from prevention_model.pipeline.arrival import check_recording_delay
from prevention_model.records import Records
from tests.unit.test_plan_days import plan


def received(**until: str) -> Records:
    """What statutory escalation needs, by source: scored on 1 October 2023, with a recording delay of 3 months."""
    kinds = ("cin_episode", "cp_plan", "care_period")
    rows = [(source, kind, "2019-01-01", to) for source, to in until.items() for kind in kinds]
    return Records.from_frames({"coverage": pd.DataFrame(rows, columns=["source", "kind", "from", "to"])})


def test_a_source_that_is_further_behind_than_the_delay_is_refused() -> None:
    with pytest.raises(WrongUsage) as error:
        check_recording_delay(received(cin_census="2023-06-30"), plan_of_one())
    assert str(error.value) == (
        "The outcome statutory_escalation reaches the files later than the experiment says: cin_census, which "
        "delivers care_period, was last received up to 2023-06-29, 93 days before the scoring on 2023-10-01, and "
        "recording_delay is 3 months. The model would be taught by outcomes that nobody could have known. Where: "
        'split, recording_delay. What to do: Write recording_delay: "93 days" or more and start the test later, load '
        "a newer delivery, or score on an earlier date."
    )


def plan_of_one():  # type: ignore[no-untyped-def]
    made = plan()
    return plan(outcomes=tuple(each for each in made.outcomes if each.name == "statutory_escalation"))


@pytest.mark.parametrize(
    "records",
    [
        received(cin_census="2023-07-01"),  # exactly three months behind
        received(cin_census="2023-10-01"),
        received(
            cin_census="2022-01-01", annex_a="2023-10-01"
        ),  # the same kind from a source that is up to date
        Records.from_frames({}),  # nothing is known of what was received
    ],
)
def test_a_source_within_the_delay_or_unknown_passes(records: Records) -> None:
    check_recording_delay(records, plan_of_one())
