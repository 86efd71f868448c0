"""Periods: the same model made and judged again and again, each time on index dates that it could not have known.

Worked example. Fit from 1 July 2020, horizon 12 months, recording delay 3 months, history 6 months, a period every
6 months, and a test that starts on 1 July 2023. The first period is taught by the index dates from 1 July 2020 to
1 January 2021: the last of their outcomes is on file on 1 April 2022, where it begins to judge. It judges until 30
September 2022. The second judges from 1 October 2022 to 31 March 2023, taught by index dates up to 1 July 2021. A
third would judge until 30 September 2023, beyond the start of the test, and is not made. The test is the last
period: it audits and releases. Index dates from April to June 2023 judge nothing.

Periods are laid out from the start on. So whoever adds a later date changes no period before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from prevention_model.dataset.dataset import Dataset
from prevention_model.dataset.splits import Span, Split, families_apart, on_file, spans_of, temporal_split
from prevention_model.errors import WrongUsage
from prevention_model.query import FollowUp, Length
from prevention_model.settings.experiment import PeriodsSettings, SplitSettings

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PeriodDates:
    """The index dates of one period, by what they are for. Raises WrongUsage where they are out of order.

    >>> days = [date(2021, month, 1) for month in (1, 4, 7)]
    >>> PeriodDates((days[0], days[1]), None, (days[2], days[2])).last_taught
    datetime.date(2021, 4, 1)
    """

    fit: Span
    calibrate: Span | None
    test: Span

    def __post_init__(self) -> None:
        spans = [span for span in (self.fit, self.calibrate, self.test) if span]
        ends = [day for span in spans for day in span]
        # Fit and calibration may share a date, which then teaches; nothing that taught may judge.
        if ends != sorted(ends) or self.last_taught >= self.test[0]:
            raise WrongUsage(f"The dates of the period that judges from {self.test[0]} are out of order.")

    @property
    def last_taught(self) -> date:
        """The last index date that teaches or calibrates."""
        return (self.calibrate or self.fit)[1]

    @property
    def spans(self) -> tuple[Span, ...]:
        """All index dates that the period needs."""
        return tuple(span for span in (self.fit, self.calibrate, self.test) if span)


@dataclass(frozen=True)
class Period:
    """One period with its rows. `known`: the day on which the last outcome that judges is on file. `selects`: that
    is before the test begins, so that a choice made by them has seen nothing of the test. `embargo` says which index
    dates are left to nobody, and why."""

    dates: PeriodDates
    rows: Split
    known: date
    selects: bool
    embargo: str


def period_dates(settings: SplitSettings, follow_up: FollowUp) -> tuple[PeriodDates, ...]:
    """The index dates of the periods before the test, earliest first; none where the split asks for none.

    Raises WrongUsage where a length is not one, or not even one period fits.
    """
    if settings.periods is None:
        return ()
    found = tuple(_laid_out(settings, settings.periods, follow_up))
    if not found:
        first = on_file(_first_taught_up_to(settings, settings.periods), settings, follow_up)
        raise WrongUsage(
            f"No period fits before the test: the first could judge from {first} on, for {settings.periods.every}, "
            f"and the test starts on {settings.test_start}.",
            where="split, periods",
            todo="Ask for a shorter history or shorter periods, start the fit earlier, or leave periods out.",
        )
    return found


def periods_of(data: Dataset, settings: SplitSettings, follow_up: FollowUp) -> tuple[Period, ...]:
    """The periods before the test and, last, the test itself. Families and children are never on both sides of one.

    Which families judge is drawn for each period from those seen by its end. Raises WrongUsage where a period has no
    row to fit on or to judge with, and as `temporal_split` and `period_dates` do.
    """
    earlier = [
        _period(data, settings, follow_up, dates, _rows(data, settings, dates))
        for dates in period_dates(settings, follow_up)
    ]
    test = temporal_split(data, settings, follow_up)
    return (*earlier, _period(data, settings, follow_up, audit_dates(settings), test))


def _period(
    data: Dataset, settings: SplitSettings, follow_up: FollowUp, dates: PeriodDates, rows: Split
) -> Period:
    known = on_file(data.days[rows.test].max().item(), settings, follow_up)
    return Period(dates, rows, known, known <= settings.test_start, embargo_of(dates, settings, follow_up))


def audit_dates(settings: SplitSettings) -> PeriodDates:
    """The split itself as the last period, which audits and releases."""
    return PeriodDates(*spans_of(settings))


def _laid_out(
    settings: SplitSettings, periods: PeriodsSettings, follow_up: FollowUp
) -> Iterator[PeriodDates]:
    every, history = Length.parse(periods.every), Length.parse(periods.history)
    first = on_file(_first_taught_up_to(settings, periods), settings, follow_up)
    number = 0
    while True:
        start = Length(every.number * number, every.unit).after(first)
        end = Length(every.number * (number + 1), every.unit).after(first) - _DAY
        if end >= settings.test_start:
            return
        last = _last_on_file(start, settings, follow_up)
        begin = settings.fit_start if periods.style == "expanding" else history.before(last)
        fit, calibrate = _divided((max(begin, settings.fit_start), last), periods)
        yield PeriodDates(fit, calibrate, (start, end))
        number += 1


def _divided(taught: Span, periods: PeriodsSettings) -> tuple[Span, Span | None]:
    """What teaches and, at the end of it, what calibrates."""
    if periods.calibrate is None:
        return taught, None
    begin = Length.parse(periods.calibrate).before(taught[1])
    if begin <= taught[0]:
        raise WrongUsage(
            f"Calibration takes {periods.calibrate} of a history of {periods.history}, and leaves nothing to fit on.",
            where="split, periods",
            todo="Calibrate on less than the history, or leave calibrate out.",
        )
    return (taught[0], begin - _DAY), (begin, taught[1])


def _first_taught_up_to(settings: SplitSettings, periods: PeriodsSettings) -> date:
    """The last index date that teaches the first period."""
    return Length.parse(periods.history).after(settings.fit_start)


def _last_on_file(day: date, settings: SplitSettings, follow_up: FollowUp) -> date:
    """The last index date whose outcome is on file by `day`; months differ in length, so it is looked for."""
    found = _about_before(day, settings, follow_up)
    while on_file(found, settings, follow_up) > day:
        found -= _DAY
    while on_file(found + _DAY, settings, follow_up) <= day:
        found += _DAY
    return found


def _about_before(day: date, settings: SplitSettings, follow_up: FollowUp) -> date:
    """About the index date whose outcome is on file on `day`: within a few days."""
    for length in (settings.recording_delay, follow_up.horizon, follow_up.gap):
        day = Length.parse(length, zero=True).before(day)
    return day


def _rows(data: Dataset, settings: SplitSettings, dates: PeriodDates) -> Split:
    """A draw from the families seen so far is the same whatever is added later."""
    so_far = np.flatnonzero(data.days <= np.datetime64(dates.test[1]))
    rows = families_apart(data, settings.test_families, dates.fit, dates.calibrate, dates.test, so_far)
    lacking = [name for name, found in (("fit on", rows.fit), ("judge with", rows.test)) if not len(found)]
    if lacking:
        raise WrongUsage(
            f"No row of the cohort is left to {lacking[0]} in the period that judges from {dates.test[0]}.",
            where="split, periods",
            todo="Check the dates of periods and cohort, and test_families.",
        )
    return rows


def embargo_of(dates: PeriodDates, settings: SplitSettings, follow_up: FollowUp) -> str:
    """Which index dates of a period are left to nobody, and why, in words."""
    start, last = dates.test[0], _last_on_file(dates.test[0], settings, follow_up)
    said = (
        f"Index dates from {dates.last_taught + _DAY} to {start - _DAY} neither teach nor judge. On {start}, when "
        f"judging begins, what happens within {follow_up.horizon}{_gap(follow_up)} of an index date after {last} is "
        f"not yet on file; that takes {settings.recording_delay} more."
    )
    spare = f" Those up to {last} could have taught, and the experiment leaves them out."
    return said + (spare if last > dates.last_taught else "")


def _gap(follow_up: FollowUp) -> str:
    return "" if Length.parse(follow_up.gap, zero=True).number == 0 else f" after a gap of {follow_up.gap}"
