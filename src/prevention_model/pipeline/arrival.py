"""Whether outcomes reach the files as soon as the experiment says, by what was received when it scores."""

import numpy as np
import pandas as pd

from prevention_model.cohort import coverage_lag
from prevention_model.errors import WrongUsage
from prevention_model.outcomes import Outcome
from prevention_model.pipeline.plan import Plan
from prevention_model.query import Length
from prevention_model.records.records import Records


def check_recording_delay(records: Records, plan: Plan) -> None:
    """Raises WrongUsage where all that delivers an outcome was, on the day of scoring, further behind than
    `recording_delay`: an index date that is said to be on file by then would not be, neither then nor in the past.

    A kind that several sources deliver is as late as the one that is least behind.
    """
    split, day = plan.experiment.split, plan.experiment.score_on
    allowed = Length.parse(split.recording_delay, zero=True).before(day)
    for outcome in plan.outcomes:
        for kind in dict.fromkeys(need.kind for need in outcome.onset.needs()):
            source, last = _received(records.frames["coverage"], kind, day)
            if last is not None and last + pd.Timedelta(days=1) < pd.Timestamp(allowed):
                raise _late(outcome, kind, source, last, plan)


def _received(coverage: pd.DataFrame, kind: str, day: object) -> tuple[str, pd.Timestamp | None]:
    """The source of the kind that is least behind and its last day; no day where one is up to date or none known."""
    own = coverage[(coverage["kind"].isna() | (coverage["kind"] == kind)).to_numpy() & _any_code(coverage)]
    behind = coverage_lag(own, np.array([day], dtype="datetime64[s]"))
    if not len(behind) or len(behind) < own["source"].nunique():
        return "", None
    place = int(behind["last_day"].to_numpy().argmax())
    return str(behind["source"].iloc[place]), pd.Timestamp(behind["last_day"].iloc[place])


def _any_code(coverage: pd.DataFrame) -> np.ndarray:
    """Rows about a kind, and not about one code of it that may have been given up since."""
    whole: np.ndarray = coverage["code"].isna().to_numpy()
    return whole


def _late(outcome: Outcome, kind: str, source: str, last: pd.Timestamp, plan: Plan) -> WrongUsage:
    split, day = plan.experiment.split, plan.experiment.score_on
    days = (pd.Timestamp(day) - last).days - 1
    return WrongUsage(
        f"The outcome {outcome.name} reaches the files later than the experiment says: {source}, which delivers "
        f"{kind}, was last received up to {last.date()}, {days} days before the scoring on {day}, and recording_delay "
        f"is {split.recording_delay}. The model would be taught by outcomes that nobody could have known.",
        where="split, recording_delay",
        todo=f'Write recording_delay: "{days} days" or more and start the test later, load a newer delivery, or score '
        "on an earlier date.",
    )
