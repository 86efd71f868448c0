"""Splits by time and by family: what teaches, what calibrates, what judges.

Worked example. Horizon 12 months, recording delay 3 months. Index dates up to 1 July 2022 teach and
calibrate: their outcomes run to 30 June 2023 and have reached the files by 1 October 2023. So the first
index date that may judge is 1 October 2023. Half of the families judge; nobody of them, and nobody who
ever stands in a judging row, teaches.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from prevention_model.dataset.dataset import Dataset
from prevention_model.errors import WrongUsage
from prevention_model.query import FollowUp, Length
from prevention_model.settings.experiment import SplitSettings

Span = tuple[date, date]
"""Two index dates and all between them; both count."""


@dataclass(frozen=True)
class Split:
    """Positions of rows of a data set. `calibrate` may be empty. `kept_out` counts rows left to nobody."""

    fit: np.ndarray
    calibrate: np.ndarray
    test: np.ndarray
    kept_out: int

    def taught(self) -> np.ndarray:
        """Rows that the model or its calibration has seen."""
        return np.concatenate([self.fit, self.calibrate])


def temporal_split(data: Dataset, settings: SplitSettings, follow_up: FollowUp) -> Split:
    """Rows to teach, calibrate and judge with, families apart. Raises WrongUsage when the gap is too short."""
    _check_gap(settings, follow_up)
    split = families_apart(data, settings.test_families, *spans_of(settings))
    if not len(split.test):
        raise WrongUsage(
            "No row of the cohort lies in the test period.", todo="Check split and cohort dates."
        )
    if not len(split.fit):
        raise WrongUsage(
            "No row of the cohort is left to fit on.", todo="Check split dates and test_families."
        )
    return split


def families_apart(
    data: Dataset,
    test_families: float,
    fit: Span,
    calibrate: Span | None,
    test: Span,
    drawn_from: np.ndarray | None = None,
) -> Split:
    """Rows of index dates in these spans, so that no child and no family that judges ever teaches or calibrates.

    The share `test_families` of families is drawn from the rows `drawn_from`, or from all. A side may be empty.
    """
    members = data.members
    rows = np.arange(len(members)) if drawn_from is None else drawn_from
    judging = np.zeros(len(members), dtype=bool)
    judging[rows] = _family_share(members["family_id"].iloc[rows]) < test_families
    judged = np.flatnonzero(_between(data.days, test) & judging)
    apart = ~members["person_id"].isin(set(members["person_id"].iloc[judged])).to_numpy()
    apart &= ~members["family_id"].isin(set(members["family_id"].iloc[judged])).to_numpy()
    in_fit = _between(data.days, fit)
    in_calibrate = np.zeros(len(members), dtype=bool) if calibrate is None else _between(data.days, calibrate)
    return Split(
        fit=np.flatnonzero(in_fit & apart),
        calibrate=np.flatnonzero(in_calibrate & apart & ~in_fit),
        test=judged,
        kept_out=int(((in_fit | in_calibrate) & ~apart).sum()),
    )


def spans_of(settings: SplitSettings) -> tuple[Span, Span | None, Span]:
    """What teaches, what calibrates if anything does, and what judges."""
    calibrate = None
    if settings.calibrate_start and settings.calibrate_end:
        calibrate = (settings.calibrate_start, settings.calibrate_end)
    return (settings.fit_start, settings.fit_end), calibrate, (settings.test_start, settings.test_end)


def gap_ends(settings: SplitSettings, follow_up: FollowUp) -> date:
    """The first index date that may judge: when the last outcome that taught had reached the files."""
    return on_file(settings.last_taught, settings, follow_up)


def on_file(index_date: date, settings: SplitSettings, follow_up: FollowUp) -> date:
    """When the outcome of an index date is known: its follow-up is over, and the recording delay after that."""
    _, ended = follow_up.window(index_date)
    return Length.parse(settings.recording_delay, zero=True).after(ended)


def _check_gap(settings: SplitSettings, follow_up: FollowUp) -> None:
    earliest = gap_ends(settings, follow_up)
    if settings.test_start < earliest:
        raise WrongUsage(
            f"The test period starts on {settings.test_start}, before the outcomes that taught the model were "
            f"known: index date {settings.last_taught}, follow-up of {follow_up.horizon} and a recording delay "
            f"of {settings.recording_delay} end on {earliest}.",
            where="split",
            todo=f"Start the test on {earliest} or later, or end fit and calibration earlier.",
        )


def _between(days: np.ndarray, span: Span) -> np.ndarray:
    chosen: np.ndarray = (days >= np.datetime64(span[0])) & (days <= np.datetime64(span[1]))
    return chosen


def _family_share(families: pd.Series) -> np.ndarray:
    """A number in 0..1 for each family, drawn in the order in which families appear in the data."""
    codes, names = pd.factorize(families)
    shares: np.ndarray = np.random.default_rng(0).random(len(names))[codes]
    return shares
