"""A value of a workbook, a database or a Parquet file as the text that a CSV of the same table would hold."""

import json
import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np


def text_of(value: object) -> str:
    """The text of one value; empty for nothing.

    Days are ISO, without a time at midnight; figures are plain, without a needless ".0"; true and false are
    words; lists and mappings are JSON.

    >>> from datetime import datetime
    >>> [text_of(value) for value in (7.0, 0.1, True, None, datetime(2024, 1, 2), datetime(2024, 1, 2, 9, 30))]
    ['7', '0.1', 'true', '', '2024-01-02', '2024-01-02T09:30:00']
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return clock(value)
    if isinstance(value, float):
        return plain(value)
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, list | dict | tuple | set):
        return json.dumps(value, ensure_ascii=False, default=text_of)
    return str(value)


def plain(value: float) -> str:
    """A figure without an exponent, as a spreadsheet shows it; empty where it is none.

    >>> plain(1e20), plain(-0.00001), plain(float("nan"))
    ('100000000000000000000', '-0.00001', '')
    """
    if not math.isfinite(value):
        return ""
    return str(np.format_float_positional(value, trim="-"))


def clock(length: timedelta) -> str:
    """Hours, minutes and seconds; hours go on past a day.

    >>> clock(timedelta(days=1, minutes=5))
    '24:05:00'
    """
    seconds = round(abs(length.total_seconds()))
    sign = "-" if length < timedelta(0) else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _moment(value: datetime) -> str:
    if value.tzinfo is None and value.time() == time(0):
        return value.date().isoformat()
    return value.isoformat()


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
