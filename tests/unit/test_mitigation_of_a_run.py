"""The mitigation menu of a whole run in memory: what the run knows is enough for it, and it leaves the run as it is."""

from dataclasses import replace
from typing import get_args

import pytest

from prevention_model.dataset import audit_groups
from prevention_model.errors import WrongUsage
from prevention_model.mitigation import MENU
from prevention_model.pipeline.mitigation import mitigation_menu
from prevention_model.pipeline.progress import Silent
from prevention_model.pipeline.run import make
from prevention_model.settings.experiment import Experiment, MeasureName, MitigationSettings
from tests.unit.test_pipeline_chosen import plan, records


@pytest.mark.slow
def test_a_run_has_all_that_the_menu_needs_and_is_left_as_it_was() -> None:
    asked = plan()
    wanted = MitigationSettings(group="sex", resamples=100)
    asked = replace(asked, experiment=asked.experiment.model_copy(update={"mitigation": wanted}))
    made = make(records(), asked, Silent())
    before = made.evidence.digest()
    groups = audit_groups(records(), made.data.members, asked.experiment.groups)
    said = mitigation_menu(made.data, made.studies, made.evidence, groups, asked)
    assert said is not None and said["outcome_plain"] == "suspended"
    found = {each["name"]: each for each in said["measures"]}
    whole = made.figures.outcomes["suspended"]["model"]
    for each in found.values():
        if not each["why_not"]:
            today = {row["figure"]: row["today"] for row in each["whole"]}
            assert today["auc"] == pytest.approx(whole["auc"])
            assert today["average_precision"] == pytest.approx(whole["average_precision"])
            assert today["precision"] == pytest.approx(
                made.figures.outcomes["suspended"]["list"]["precision"]
            )
    # Sex is told by nothing here, and no period is kept for calibration.
    assert found["without_proxies"]["why_not"] and found["recalibration"]["why_not"]
    assert not found["reweighing"]["why_not"] and not found["capacity_by_onsets"]["why_not"]
    assert made.evidence.digest() == before


def test_an_experiment_may_ask_about_a_group_of_its_own_only() -> None:
    said = plan().experiment.model_dump(mode="json") | {"mitigation": {"group": "faith"}}
    with pytest.raises(WrongUsage, match="mitigation is about faith, which is not among the groups"):
        Experiment.check(said, where="made_up.yaml")
    with pytest.raises(WrongUsage, match="mitigation"):
        Experiment.check(said | {"mitigation": {"group": "sex", "measures": ["magic"]}}, where="made_up.yaml")
    assert plan().experiment.mitigation is None


def test_every_measure_that_an_experiment_may_name_is_on_the_menu() -> None:
    assert get_args(MeasureName) == tuple(measure.name for measure in MENU)
