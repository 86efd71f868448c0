"""What is wrong with an answer, and where: a sheet, a column and a row number, and never what the cell says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Something that keeps a row from being entered (or, as a note, that a reader should know). `row` counts as the
    spreadsheet does; 0 is the sheet as a whole.

    >>> Problem("Decisions", "Decided on", 4, "this is no day").line
    'Sheet Decisions, row 4, column Decided on: this is no day'
    """

    sheet: str
    column: str
    row: int
    what: str

    @property
    def line(self) -> str:
        """The problem on one line."""
        where = [f"Sheet {self.sheet}"] if self.sheet else []
        where += [f"row {self.row}"] if self.row else []
        where += [f"column {self.column}"] if self.column else []
        said = ", ".join(where)
        return f"{said[:1].upper()}{said[1:]}: {self.what}" if said else self.what
