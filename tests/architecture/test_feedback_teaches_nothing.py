"""What came back from lists is never a label and never a feature: no room that teaches can reach it, or ask for it."""

import pandas as pd
import pytest

from prevention_model.errors import RecordsRefused, WrongUsage
from prevention_model.feedback import last_decisions
from prevention_model.ledger import BY_NAME
from prevention_model.outcomes import Onset, Return
from prevention_model.query import Any, Count, DaysInSpell, DaysSinceLast, Latest, SpellsStarted, Sum
from prevention_model.query.choice import COMES_BACK
from prevention_model.records import Records
from tests.architecture.house import PACKAGE, PAGE, SOURCE, all_imports, module_of, read_plan, room_of

MAY_READ_THE_LEDGER = {"ledger", "release", "feedback", "pipeline"}


def test_only_rooms_that_teach_nothing_read_the_ledger_or_what_came_back() -> None:
    strangers = [
        str(each)
        for each in all_imports(SOURCE)
        if each.module.split(".")[:2] in ([PACKAGE, "ledger"], [PACKAGE, "feedback"])
        and room_of(module_of(each.file)) not in MAY_READ_THE_LEDGER
    ]
    assert not strangers, "\n".join(strangers)


def test_the_room_of_what_comes_back_stands_above_every_room_that_teaches() -> None:
    floors = read_plan(PAGE.read_text(encoding="utf-8")).floors
    teaching = ("records", "cohort", "features", "outcomes", "dataset", "model", "explanation", "mitigation")
    assert all(floors[room] < floors["feedback"] for room in teaching)


@pytest.mark.parametrize("kind", sorted(COMES_BACK))
def test_no_feature_and_no_outcome_can_ask_for_what_came_back(kind: str) -> None:
    assert kind in BY_NAME, "no kind of entry of the ledger"
    for ask in (
        lambda: Onset("event", kind=kind),
        lambda: Onset("spell", kind=("care_period", kind)),
        lambda: Return("event", kind),
        lambda: Count("event", kind=kind),
        lambda: Any("event", kind),
        lambda: Sum("measurement", kind=kind),
        lambda: Latest("attribute", kind=kind),
        lambda: DaysSinceLast("event", kind=kind),
        lambda: SpellsStarted(kind),
        lambda: DaysInSpell(kind),
    ):
        with pytest.raises(WrongUsage, match="teaches no model"):
            ask()


def test_the_last_decisions_are_no_table_of_records() -> None:
    with pytest.raises(RecordsRefused):
        Records.from_frames({"decided": last_decisions([])})
    with pytest.raises(RecordsRefused):
        Records.from_frames({"event": pd.DataFrame(last_decisions([]))})
