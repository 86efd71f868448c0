"""Which age bands are scored is decided before the test where anything was seen before it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from prevention_model.pipeline.study import Seen, study
from prevention_model.settings.experiment import GroupSettings
from tests.unit.test_pipeline_periods import OWN, SUSPENDED, made_up, plan


@pytest.mark.parametrize(
    ("turned", "verdict", "scored"), [(1, "better", True), (-1, "no better than a coin", False)]
)
def test_earlier_periods_decide_and_not_the_test(turned: int, verdict: str, scored: bool) -> None:
    _, data, _ = made_up()
    aged = replace(data, members=data.members.assign(age_years=8.0))
    made = plan()
    groups = (GroupSettings(name="age_band", member="age_years", bands=(0, 5)),)
    made = replace(made, experiment=made.experiment.model_copy(update={"groups": groups}))
    alone = study(aged, SUSPENDED, made)
    young, older = alone.age_bands
    assert (young.verdict, older.decided_on) == ("too few to tell", "the test")
    chance = pd.DataFrame({"area": np.zeros(len(alone.test))})
    seen = Seen(alone.test, {OWN: turned * alone.level}, chance)
    told = study(aged, SUSPENDED, made, earlier=(seen, seen)).age_bands[1]
    assert (told.verdict, told.scored, told.decided_on) == (verdict, scored, "periods before the test")
    assert told.onsets == 2 * older.onsets
