"""A list as a workbook: read first, families, children, decisions, not ranked. The same list, the same bytes.

Every cell is written as text, so nothing in it is a formula or a link. Only the action block can be
written in; protection is without a password, against slips and not against intent.
"""

import io
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from prevention_model.lists.actions import ACTIONS, DECISIONS, REASONS, ActionField
from prevention_model.lists.flat import CHILD, FAMILY, child_cells, family_cells, header_lines, unranked_lines
from prevention_model.lists.rows import ZoneList
from prevention_model.pages.words import plain_date

DECISIONS_SHEET, THIS_LIST_SHEET = "Decisions", "This list"
FAMILY_LABEL, CHILDREN_LABEL, ROW_LABEL = "Family", "Children", "Row number"
FORMAT = "prevention-model list 1"
"""By what a workbook is known again when it comes back."""

MOST_MINUTES = 600

_HOW_TO_ANSWER = (
    "Write in the yellow cells of the sheet Decisions, save this workbook as .xlsx and send it back to whoever "
    "sent it. To sort, take off the protection of the sheet first: it has no password. Rows may be moved or "
    "deleted, as each is known by its number. Send it again after a contact, and after 90 days."
)
_WORDS = "Words"
_OPEN = {"date": "open_day", "number": "open"}
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# shown on the printed sheet, with widths; the CSV holds every column
_FAMILY_WIDTHS = {
    "family_ref": 13,
    "current_involvement": 30,
    "last_decision": 24,
    "about_the_children": 24,
    "family_agreement": 21,
    "child_view": 14,
    "family_view": 14,
    "children": 22,
    "address": 24,
    "position_band": 10,
    "change_direction": 10,
    "by_outcome": 30,
    "rising_reasons": 40,
    "strengths": 34,
    "least_intrusive_first_step": 24,
    "data_quality_flags": 24,
}
_CHILD_WIDTHS = {
    "child_ref": 15,
    "name": 24,
    "age_years": 7,
    "milestone_due": 34,
    "individual_change": 20,
    "is_index_child": 16,
}
_WIDE = {
    "decision": 26,
    "decision_reason_code": 30,
    "decision_note": 40,
    "family_response": 22,
    "contest": 20,
    "outcome_at_90d": 24,
}


def workbook(made: ZoneList) -> bytes:
    """The whole workbook as bytes."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, _OPTIONS)
    day = made.header.run_date
    book.set_properties(
        {
            "title": f"Zone list {made.header.list_id}",
            "author": made.header.generated_by,
            "created": datetime(day.year, day.month, day.day),
        }
    )
    looks = _looks(book)
    _read_first(book, looks, made)
    _table(book, looks, made, "Families", [n for n, _, _ in FAMILY if n in _FAMILY_WIDTHS])
    _children(book, looks, made)
    _decisions(book, looks, made)
    _not_ranked(book, looks, made)
    _hidden(book, made)
    book.close()
    return held.getvalue()


def _looks(book: Workbook) -> dict[str, Format]:
    base: dict[str, Any] = {"font_name": "Arial", "font_size": 11, "valign": "top", "text_wrap": True}
    line = {**base, "bottom": 1, "bottom_color": "#B1B4B6"}
    writable = {**base, "border": 1, "border_color": "#B1B4B6", "bg_color": "#FFF7BF", "locked": False}
    looks = {
        "title": {"font_name": "Arial", "font_size": 20, "bold": True},
        "plain": line,
        "bold": {**line, "bold": True},
        "head": {**base, "bold": True, "font_color": "#FFFFFF", "bg_color": "#0B0C0C"},
        "open": writable,
        # In a cell of text, what begins with = or looks like a day stays what was typed.
        "open_text": {**writable, "num_format": "@"},
        "open_day": {**writable, "num_format": "dd/mm/yyyy"},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _sheet(book: Workbook, made: ZoneList, name: str, frozen: tuple[int, int] = (0, 0)) -> Worksheet:
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    # an ampersand starts a code in a footer, and two of them are one
    named = made.header.list_id[:60].replace("&", "&&")
    until = plain_date(made.header.valid_until)
    sheet.set_footer(f"&L&8{named}&C&8Do not use after {until}&R&8Page &P of &N")
    sheet.hide_gridlines(2)
    sheet.protect("", {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True})
    if frozen != (0, 0):
        sheet.freeze_panes(*frozen)
        sheet.repeat_rows(0, frozen[0] - 1)
    return sheet


def _read_first(book: Workbook, looks: dict[str, Format], made: ZoneList) -> None:
    sheet = _sheet(book, made, "Read first")
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 105)
    sheet.write_string(0, 0, f"Families to talk about: {made.header.zone_name}", looks["title"])
    row = 2
    for name, text in (*header_lines(made.header), ("How to answer", _HOW_TO_ANSWER)):
        sheet.write_string(row, 0, name, looks["bold"])
        sheet.write_string(row, 1, text, looks["plain"])
        row += 1
    for position, sentence in enumerate(made.header.rule, start=1):
        sheet.write_string(row, 0, f"How the order is made, {position}", looks["bold"])
        sheet.write_string(row, 1, sentence, looks["plain"])
        row += 1


def _table(book: Workbook, looks: dict[str, Format], made: ZoneList, name: str, columns: list[str]) -> None:
    sheet = _sheet(book, made, name, frozen=(1, 1))
    labels = {key: label for key, label, _ in FAMILY}
    for column, key in enumerate(columns):
        sheet.set_column(column, column, _FAMILY_WIDTHS[key])
        sheet.write_string(0, column, labels[key], looks["head"])
    for row, family in enumerate(made.families, start=1):
        cells = family_cells(family)
        for column, key in enumerate(columns):
            sheet.write_string(row, column, cells[key], looks["bold" if column == 0 else "plain"])
    sheet.autofilter(0, 0, max(1, len(made.families)), len(columns) - 1)


def _children(book: Workbook, looks: dict[str, Format], made: ZoneList) -> None:
    sheet = _sheet(book, made, "Children", frozen=(1, 3))
    heads = [(13, "Family"), *((_CHILD_WIDTHS.get(name, 26), label) for name, label, _ in CHILD)]
    for column, (width, label) in enumerate(heads):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, label, looks["head"])
    rows = [(f.family_ref, *child_cells(c).values()) for f in made.families for c in f.children]
    for row, cells in enumerate(rows, start=1):
        for column, text in enumerate(cells):
            sheet.write_string(row, column, text, looks["plain"])
    sheet.autofilter(0, 0, max(1, len(rows)), len(heads) - 1)


def _decisions(book: Workbook, looks: dict[str, Format], made: ZoneList) -> None:
    """The action block: the only cells that can be written in. The row's number says whose answer it is, wherever
    rows and columns are moved to."""
    sheet = _sheet(book, made, DECISIONS_SHEET, frozen=(1, 2))
    sheet.fit_to_pages(2, 0)
    sheet.repeat_columns(0, 1)
    last = max(1, len(made.families))
    for column, (label, width) in enumerate(((FAMILY_LABEL, 13), (CHILDREN_LABEL, 24))):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, label, looks["head"])
    for column, field in enumerate(ACTIONS, start=2):
        sheet.set_column(column, column, _WIDE.get(field.name, 16))
        sheet.write_string(0, column, field.label, looks["head"])
        if rule := _rule(field, made):
            sheet.data_validation(1, column, last, column, rule)
        for row in range(1, len(made.families) + 1):
            sheet.write_blank(row, column, None, looks[_OPEN.get(field.kind, "open_text")])
    number = len(ACTIONS) + 2
    sheet.set_column(number, number, 30)
    sheet.write_string(0, number, ROW_LABEL, looks["head"])
    for row, family in enumerate(made.families, start=1):
        sheet.set_row(row, 48)
        sheet.write_string(row, 0, family.family_ref, looks["bold"])
        sheet.write_string(row, 1, family_cells(family)["children"], looks["plain"])
        sheet.write_string(row, number, family.row_id, looks["plain"])


def _rule(field: ActionField, made: ZoneList) -> dict[str, Any]:
    """What a cell of this column takes; nothing where it takes any text."""
    if field.name == "decision_reason_code":
        # Those that stand beside the decision of the same row, whose column is the third.
        decided = "$C2"
        source = f"=OFFSET({_WORDS}!$B$1,MATCH({decided},{_WORDS}!$A:$A,0)-1,0,COUNTIF({_WORDS}!$A:$A,{decided}),1)"
        return _choose(source)
    if field.words:
        column = xl_col_to_name(_column_of(field))
        return _choose(f"={_WORDS}!${column}$2:${column}${len(field.words) + 1}")
    if field.kind == "date":
        return {
            "validate": "date",
            "criteria": ">=",
            "value": made.header.run_date,
            "error_title": "Please write a day",
            "error_message": f"A day such as {made.header.run_date:%d/%m/%Y}, not before the list was made.",
        }
    if field.kind == "number":
        return {
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": MOST_MINUTES,
            "error_title": "Please write a number",
            "error_message": "Whole minutes, without a word.",
        }
    return {}


def _choose(source: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": source,
        "error_title": "Choose from the list",
        "error_message": "Please choose one of the words in the list.",
    }


def _column_of(field: ActionField) -> int:
    """Where the words of a drop-down stand: those of reasons beside their decisions, then one column each."""
    named = [each.name for each in ACTIONS if each.words and each.name != "decision_reason_code"]
    return 2 + named.index(field.name)


def _hidden(book: Workbook, made: ZoneList) -> None:
    """What the drop-downs offer, and which list this is: for the reader of what comes back, on hidden sheets."""
    words = book.add_worksheet(_WORDS)
    pairs = [(DECISIONS[code], word) for code, reasons in REASONS.items() for word in reasons.values()]
    columns = [("of", "reason"), *pairs]
    for row, pair in enumerate(columns):
        for column, text in enumerate(pair):
            words.write_string(row, column, text)
    for field in ACTIONS:
        if field.words and field.name != "decision_reason_code":
            for row, text in enumerate((field.name, *field.choices)):
                words.write_string(row, _column_of(field), text)
    this = book.add_worksheet(THIS_LIST_SHEET)
    head = made.header
    for column, (name, text) in enumerate(
        (
            ("format", FORMAT),
            ("list_id", head.list_id),
            ("release_id", head.release_id),
            ("zone", head.zone_code),
        )
    ):
        this.write_string(0, column, name)
        this.write_string(1, column, text)
    for sheet in (words, this):
        sheet.hide()
        sheet.protect()


def _not_ranked(book: Workbook, looks: dict[str, Format], made: ZoneList) -> None:
    sheet = _sheet(book, made, "Not ranked", frozen=(1, 0))
    sheet.set_column(0, 0, 70)
    sheet.set_column(1, 1, 14)
    sheet.write_string(0, 0, "Why children of this zone were not ranked", looks["head"])
    sheet.write_string(0, 1, "Children", looks["head"])
    for row, (reason, count) in enumerate(unranked_lines(made), start=1):
        sheet.write_string(row, 0, reason, looks["plain"])
        sheet.write_string(row, 1, count, looks["plain"])
