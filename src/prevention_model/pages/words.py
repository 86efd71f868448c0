"""Numbers and dates as a reader says them: natural frequencies, whole per cents, full dates."""

from datetime import date

import pandas as pd


def plain_date(day: date | pd.Timestamp | str | None) -> str:
    """A date, or one as YYYY-MM-DD, in full; or "no date recorded". Text that is no date stays as it is.

    >>> plain_date(date(2024, 3, 1)), plain_date("2024-03-01"), plain_date("not stated"), plain_date(None)
    ('1 March 2024', '1 March 2024', 'not stated', 'no date recorded')
    """
    if isinstance(day, str):
        try:
            return plain_date(date.fromisoformat(day))
        except ValueError:
            return day
    if day is None or pd.isna(day):
        return "no date recorded"
    return f"{day.day} {day:%B %Y}"


def about_of(share: float, of: int = 20) -> str:
    """A share as a natural frequency. Nobody is told that something never or always happens (R-11).

    >>> about_of(0.36), about_of(0.01), about_of(0.995)
    ('about 7 of 20', 'fewer than 1 of 20', 'more than 19 of 20')
    """
    whole = round(share * of)
    if whole == 0:
        return f"fewer than 1 of {of}"
    if whole >= of:
        return f"more than {of - 1} of {of}"
    return f"about {whole} of {of}"


def about_range(low: float, high: float, of: int = 20) -> str:
    """An interval for a natural frequency.

    >>> about_range(0.26, 0.44), about_range(0.34, 0.36)
    ('between 5 and 9 of 20', 'about 7 of 20')
    """
    first, last = round(low * of), round(high * of)
    return about_of((low + high) / 2, of) if first == last else f"between {first} and {last} of {of}"


def percent(share: float | None, places: int = 0) -> str:
    """A share as a per cent, "c" where it is hidden.

    >>> percent(0.372), percent(0.372, 1), percent(None)
    ('37%', '37.2%', 'c')
    """
    return "c" if share is None or pd.isna(share) else f"{100 * share:.{places}f}%"


def interval(low: float | None, high: float | None, places: int = 0) -> str:
    """An interval of shares in per cent.

    >>> interval(0.31, 0.44), interval(None, None)
    ('31% to 44%', 'c')
    """
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return "c"
    return f"{percent(low, places)} to {percent(high, places)}"


def number(value: int | float, places: int = 2) -> str:
    """A whole number with commas, any other with a fixed number of decimals.

    >>> number(12345), number(1.0349)
    ('12,345', '1.03')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.{places}f}"


def joined(items: list[str] | tuple[str, ...], word: str = "and") -> str:
    """Items as in a sentence.

    >>> joined(["9", "12", "14"]), joined(["9"]), joined([])
    ('9, 12 and 14', '9', '')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun.

    >>> plural(1, "child", "children"), plural(2, "family", "families"), plural(0, "row")
    ('1 child', '2 families', '0 rows')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
