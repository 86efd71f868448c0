"""Who stands around a child, one by one, is whom the reference means."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from prevention_model.query import SCOPES, Scope
from prevention_model.query.around import around_as_seen
from prevention_model.query.history import History
from prevention_model.query.reference import people_of
from tests.generative.engine_worlds import PAIRS, frames, records_of


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope != "own"])
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames(), PAIRS)
def test_they_are_the_people_of_the_reference(
    scope: Scope, made: dict[str, pd.DataFrame], pairs: pd.DataFrame
) -> None:
    records = records_of(made).frames
    history = History.of(records)
    meant = {
        (person, day, member)
        for person, day in pairs.itertuples(index=False, name=None)
        for member in people_of(history, scope, person, date(day.year, day.month, day.day)) or ()
    }
    found = list(around_as_seen(records, pairs, scope).itertuples(index=False, name=None))
    assert len(found) == len(set(found))
    assert set(found) == meant


def test_where_nobody_is_asked_about_nobody_stands_around() -> None:
    asked = pd.DataFrame({"person_id": pd.Series([], dtype="str"), "index_date": pd.to_datetime([])})
    for scope in SCOPES[1:]:
        assert around_as_seen(records_of({}).frames, asked, scope).empty
