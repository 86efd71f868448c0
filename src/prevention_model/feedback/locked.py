"""Cells of a workbook that were not to be written in, and were: what stands there is not read, and that is said."""

from collections.abc import Mapping

from prevention_model.feedback.problems import Problem
from prevention_model.feedback.returned import Returned
from prevention_model.records.text_table import fold

# the sheets that hold what was released, and the heading by which a row of each is known again
_KEYS = {"Families": "Family", "Children": "Child"}

_SAID = (
    "it is not what the list said, and is not read; if the list is wrong, say so in the sheet of decisions"
)


def changed_cells(returned: Returned, made: Returned) -> list[Problem]:
    """Cells of a workbook that came back which do not say what they did when it was made, by sheet, row and column.

    Rows that were moved or deleted are no change. Spaces and line ends, which programs write in their own ways, are
    none either.
    """
    found: list[Problem] = []
    for sheet, key in _KEYS.items():
        before = {_flat(texts.get(fold(key), "")): texts for _, texts in made.sheets.get(sheet, ())}
        for number, texts in returned.sheets.get(sheet, ()):
            was = before.get(_flat(texts.get(fold(key), "")))
            if was is None:
                found.append(
                    Problem(sheet, key, number, "no row of the list has this number; it is not read")
                )
            else:
                found += [Problem(sheet, label, number, _SAID) for label in _different(texts, was)]
    children = {row.row_id: row.children for row in made.rows}
    for row in returned.rows:
        if row.row_id in children and _flat(row.children) != _flat(children[row.row_id]):
            found.append(Problem(row.sheet, "Children", row.number, _SAID))
    return found


def _different(texts: Mapping[str, str], was: Mapping[str, str]) -> list[str]:
    """The headings under which two rows differ; a column that was deleted says nothing."""
    labels = [name for name in was if name in texts and _flat(texts[name]) != _flat(was[name])]
    return [name[:1].upper() + name[1:] for name in labels]


def _flat(text: str) -> str:
    return " ".join(text.split())
