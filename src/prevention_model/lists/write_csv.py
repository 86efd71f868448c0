"""A list as CSV: one row a family, one row a child, one row a fact of the header. No cell can act as a formula."""

import csv
import io

from prevention_model.lists.flat import (
    ACTION_NAMES,
    CHILD,
    FAMILY,
    OF_LIST,
    child_cells,
    family_cells,
    header_cells,
    of_list,
)
from prevention_model.lists.rows import ZoneList
from prevention_model.lists.text import guarded


def list_csv(made: ZoneList) -> bytes:
    """The families, with the action block empty at the right, as UTF-8 with a mark that Excel knows.

    Each row says of which list it is and until when, because rows are cut out of files.
    """
    head = of_list(made.header)
    rows = [{**family_cells(f), **head, **dict.fromkeys(ACTION_NAMES, "")} for f in made.families]
    return _csv([name for name, _, _ in FAMILY] + list(OF_LIST) + list(ACTION_NAMES), rows)


def children_csv(made: ZoneList) -> bytes:
    """The children, each with the reference of the family."""
    rows = [{"family_ref": f.family_ref, **child_cells(c)} for f in made.families for c in f.children]
    return _csv(["family_ref"] + [name for name, _, _ in CHILD], rows)


def header_csv(made: ZoneList) -> bytes:
    """The header, a row a field, and what stands beside the families: who is not ranked, and what offers are asked."""
    return _csv(["field", "value"], [{"field": n, "value": text} for n, text in header_cells(made)])


def _csv(columns: list[str], rows: list[dict[str, str]]) -> bytes:
    held = io.StringIO(newline="")
    writer = csv.DictWriter(held, columns, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: guarded(text) for name, text in row.items()} for row in rows)
    return held.getvalue().encode("utf-8-sig")
