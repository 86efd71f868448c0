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
    judging = _family_share(data.members["family_id"]) < settings.test_families
    test = np.flatnonzero(_between(data.days, settings.test_start, settings.test_end) & judging)
    if not len(test):
        raise WrongUsage(
            "No row of the cohort lies in the test period.", todo="Check split and cohort dates."
        )
    members = data.members
    apart = ~members["person_id"].isin(set(members["person_id"].iloc[test])).to_numpy()
    apart &= ~members["family_id"].isin(set(members["family_id"].iloc[test])).to_numpy()
    in_fit = _between(data.days, settings.fit_start, settings.fit_end)
    in_calibrate = np.zeros(len(data.days), dtype=bool)
    if settings.calibrate_start and settings.calibrate_end:
        in_calibrate = _between(data.days, settings.calibrate_start, settings.calibrate_end)
    if not (in_fit & apart).any():
        raise WrongUsage(
            "No row of the cohort is left to fit on.", todo="Check split dates and test_families."
        )
    return Split(
        fit=np.flatnonzero(in_fit & apart),
        calibrate=np.flatnonzero(in_calibrate & apart & ~in_fit),
        test=test,
        kept_out=int(((in_fit | in_calibrate) & ~apart).sum()),
    )


def gap_ends(settings: SplitSettings, follow_up: FollowUp) -> date:
    """The first index date that may judge: when the last outcome that taught had reached the files."""
    _, ended = follow_up.window(settings.last_taught)
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


def _between(days: np.ndarray, first: date, last: date) -> np.ndarray:
    chosen: np.ndarray = (days >= np.datetime64(first)) & (days <= np.datetime64(last))
    return chosen


def _family_share(families: pd.Series) -> np.ndarray:
    """A number in 0..1 for each family, drawn in the order in which families appear in the data."""
    codes, names = pd.factorize(families)
    shares: np.ndarray = np.random.default_rng(0).random(len(names))[codes]
    return shares
