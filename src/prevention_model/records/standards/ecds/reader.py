"""The reader of emergency attendances: the month in a file's name says what time it covers."""

from pathlib import Path

from prevention_model.records.standards.calendar import by_date
from prevention_model.records.standards.national_flow import dated
from prevention_model.records.standards.standard import Return, Standard


def prepare(delivered: Return) -> Return:
    """The attendances, with the month that their file is of."""
    return dated(delivered, STANDARD.settings.date_format)


STANDARD = Standard.shipped(Path(__file__).parent, belongs=by_date, prepare=prepare)
