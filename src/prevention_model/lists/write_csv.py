"""A list as CSV: one row a family, and one row a child. No cell can act as a formula."""

import csv
import io

from prevention_model.lists.flat import ACTION_NAMES, CHILD, FAMILY, child_cells, family_cells
from prevention_model.lists.rows import ZoneList
from prevention_model.lists.text import guarded


def families_csv(made: ZoneList) -> bytes:
    """The families, with the action block empty at the right, as UTF-8 with a mark that Excel knows."""
    rows = [{**family_cells(f), **dict.fromkeys(ACTION_NAMES, "")} for f in made.families]
    return _csv([name for name, _, _ in FAMILY] + list(ACTION_NAMES), rows)


def children_csv(made: ZoneList) -> bytes:
    """The children, each with the reference of the family."""
    rows = [{"family_ref": f.family_ref, **child_cells(c)} for f in made.families for c in f.children]
    return _csv(["family_ref"] + [name for name, _, _ in CHILD], rows)


def _csv(columns: list[str], rows: list[dict[str, str]]) -> bytes:
    held = io.StringIO(newline="")
    writer = csv.DictWriter(held, columns, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: guarded(text) for name, text in row.items()} for row in rows)
    return held.getvalue().encode("utf-8-sig")
