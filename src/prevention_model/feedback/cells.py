"""One cell of the action block, read as what its column holds: a code, a day, a number, or text as it stands."""

import re
from datetime import date, datetime, timedelta

from prevention_model.lists.actions import ActionField
from prevention_model.records.text_table import fold

LONGEST_NAME = 80
MOST_MINUTES = 600

_FORMS = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d.%m.%y", "%d %B %Y", "%d %b %Y")
_FIRST_SERIAL = date(1899, 12, 30)


class Unread(ValueError):
    """A cell that does not hold what its column holds; the message says what is wrong and never what it says."""


def code_in(field: ActionField, text: str) -> str:
    """The code of a word of a drop-down; the code itself counts as well. Empty for a blank cell. Raises Unread.

    >>> from prevention_model.lists.actions import YES_NO
    >>> code_in(ActionField("x", "X", YES_NO, kind="code"), " YES ")
    'yes'
    """
    if not text:
        return ""
    known = {fold(word): code for code, word in field.words.items()} | {code: code for code in field.words}
    if fold(text) not in known:
        raise Unread("this is none of the words of the drop-down")
    return known[fold(text)]


def day_in(text: str) -> date | None:
    """A day as a spreadsheet keeps it, or as people write it in Britain. None for a blank cell. Raises Unread.

    >>> day_in("2024-09-15"), day_in("15/9/2024"), day_in("15 September 2024"), day_in("45550")
    (datetime.date(2024, 9, 15), datetime.date(2024, 9, 15), datetime.date(2024, 9, 15), datetime.date(2024, 9, 15))
    """
    text = " ".join(text.split())
    if not text:
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\d(T[\d:.]+)?", text, re.ASCII):
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            raise Unread("there is no such day") from None
    if re.fullmatch(r"[2-6]\d{4}", text, re.ASCII):
        return _FIRST_SERIAL + timedelta(days=int(text))  # a day whose format was lost in copying
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise Unread("this is no day; write it as 31/03/2025")


def minutes_in(text: str) -> int | None:
    """Whole minutes. None for a blank cell. Raises Unread.

    >>> minutes_in("12"), minutes_in("")
    (12, None)
    """
    if not text:
        return None
    if not re.fullmatch(r"\d{1,4}(\.0+)?", text, re.ASCII) or float(text) > MOST_MINUTES:
        raise Unread(f"this is no whole number of minutes from 0 to {MOST_MINUTES}")
    return int(float(text))


def view_in(text: str) -> str:
    """Whether a view was written down: a day as ISO text, "yes", "no", or nothing. Raises Unread.

    >>> view_in("Yes"), view_in("15/09/2024"), view_in("")
    ('yes', '2024-09-15', '')
    """
    if fold(text) in ("yes", "no", ""):
        return fold(text)
    day = day_in(text)
    return day.isoformat() if day else ""


def name_in(text: str) -> str:
    """Who: a name or a role on one line. Raises Unread.

    >>> name_in(" Pat  Coordinator")
    'Pat Coordinator'
    """
    made = " ".join(text.split())
    if len(made) > LONGEST_NAME or not made.isprintable():
        raise Unread(f"this is no name or role of at most {LONGEST_NAME} letters")
    return made
