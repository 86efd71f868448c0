"""What a source map declares: which column of an agency's CSV is what, in canonical words."""

import math
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from prevention_model.records.declarations import FALSE, TRUE, Cell, Condition, DateCell, Name
from prevention_model.records.text_table import NONE, fold
from prevention_model.settings.base import Settings

IdType = Literal[
    "la_person_id",
    "former_la_person_id",
    "upn",
    "former_upn",
    "uln",
    "nhs_number",
    "pnc_id",
    "local_id",
]
"""What names a person. `local_id` is the agency's own number, and means nothing outside its source."""

VaultField = Literal[
    "forename",
    "middle_names",
    "surname",
    "former_surname",
    "birth_date",
    "address",
    "postcode",
    "uprn",
]
Produced = Literal[
    "event", "spell", "measurement", "attribute", "person", "household", "place", "relationship"
]

DATES: dict[str, tuple[tuple[str, bool], ...]] = {
    "event": (("event_date", True), ("known_date", True)),
    "measurement": (("event_date", True), ("known_date", True)),
    "attribute": (("event_date", True), ("known_date", True)),
    "spell": (("start_date", True), ("end_date", False), ("known_start", True), ("known_end", False)),
    "person": (("birth_date", False), ("death_date", False)),
    "household": (("from", False), ("to", False), ("known_date", True)),
    "place": (("from", False), ("to", False), ("known_date", True)),
    "relationship": (("from", False), ("to", False), ("known_date", True)),
}
"""The date fields of each table, in order, and whether a row can live without a value."""

FIGURES = ("value", "confidence")
"""Fields that hold numbers, but for the value of an attribute, which is text."""

_VALUES: dict[str, tuple[str, ...]] = {
    "event": ("code", "value"),
    "measurement": ("code", "value", "period"),
    "attribute": ("value",),
    "spell": ("code", "outcome", "parent"),
    "person": ("sex", "ethnicity", "is_adult"),
    "household": ("household_key", "confidence"),
    "place": ("lsoa", "school"),
    "relationship": ("role", "confidence"),
}
_NEEDED: dict[str, tuple[str, ...]] = {
    "event": ("kind",),
    "measurement": ("kind", "value"),
    "attribute": ("name", "value"),
    "spell": ("kind",),
    "household": ("household_key",),
    "place": ("kind",),
    "relationship": ("role",),
}


def _figure(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


class Produce(Settings):
    """One canonical row made from each delivered row (or from those that meet `when`, of several all).

    A fault in a `minor` piece costs the piece and is reported; a fault in any other costs the row.
    """

    table: Produced
    kind: Name | None = None
    name: Name | None = None
    unit: Name | None = None
    minor: bool = False
    when: tuple[Condition, ...] = ()
    code: Cell | Name | None = None
    value: Cell | Name | None = None
    outcome: Cell | None = None
    parent: Cell | None = None
    period: Cell | None = None
    sex: Cell | None = None
    ethnicity: Cell | None = None
    is_adult: Cell | Name | None = None
    household_key: Cell | None = None
    lsoa: Cell | None = None
    school: Cell | None = None
    role: Cell | Name | None = None
    confidence: Cell | Name | None = None
    event_date: DateCell | None = None
    known_date: DateCell | None = None
    start_date: DateCell | None = None
    end_date: DateCell | None = None
    known_start: DateCell | None = None
    known_end: DateCell | None = None
    birth_date: DateCell | None = None
    death_date: DateCell | None = None
    from_: Annotated[DateCell | None, Field(alias="from")] = None
    to: DateCell | None = None

    @field_validator("when", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return value if isinstance(value, list | tuple) else (value,)

    @model_validator(mode="after")
    def _complete(self) -> "Produce":
        lacking = [field for field in _NEEDED.get(self.table, ()) if getattr(self, field) is None]
        lacking += [name for name, needed in DATES[self.table] if needed and self.date(name) is None]
        if self.end_date is not None and self.known_end is None:
            lacking.append("known_end")
        if lacking:
            raise ValueError(f"a row of table {self.table} also needs: {', '.join(lacking)}")
        self._check_rules()
        self._check_constants()
        return self

    def _check_rules(self) -> None:
        for name, _ in DATES[self.table]:
            cell = self.date(name)
            dated = (None, "extract", "return_end")
            if cell is not None and cell.rule not in dated and not name.startswith("known_"):
                raise ValueError(
                    f"{name}: the rule {cell.rule} says when something was known, not when it was"
                )

    def _check_constants(self) -> None:
        for name in FIGURES:
            constant = self.cells().get(name)
            if isinstance(constant, str) and self.table != "attribute" and not _figure(constant):
                raise ValueError(f"{name}: a constant here must be a number")
        split = [name for name, cell in self.cells().items() if isinstance(cell, Cell) and cell.split]
        if len(split) > 1 or (split and (split[0] not in ("code", "value") or self.table == "person")):
            raise ValueError("only one of code and value may be split")
        if isinstance(self.is_adult, str) and self.is_adult.casefold() not in TRUE | FALSE:
            raise ValueError("is_adult: a constant here must be true or false")

    @property
    def named(self) -> str:
        """What it makes: a kind of event, spell or measurement, an attribute's name, else the table."""
        return (self.name if self.table == "attribute" else self.kind) or self.table

    @property
    def known(self) -> DateCell | None:
        """The date that says when what it makes became known."""
        return self.known_start if self.table == "spell" else self.known_date

    def lives_on(self) -> list[str]:
        """The columns without which no row can make it: of its condition, its first date and what it says."""
        first = self.date(DATES[self.table][0][0])
        said = [getattr(self, field) for field in _NEEDED.get(self.table, ())]
        columns = [cell.column for cell in said if isinstance(cell, Cell)]
        columns += [first.column] if first is not None and first.column and not first.or_else else []
        # A condition that a blank cell meets is met by a column that is not there.
        return columns + [one.column for one in self.when if one.values or one.filled is True]

    def date(self, name: str) -> DateCell | None:
        """The declaration of one date field; `from` is kept as `from_` because Python keeps that word."""
        found: DateCell | None = getattr(self, "from_" if name == "from" else name)
        return found

    def cells(self) -> dict[str, Cell | str]:
        """The value fields that this declaration fills, by canonical column."""
        found = {field: getattr(self, field) for field in _VALUES[self.table]}
        return {field: cell for field, cell in found.items() if cell is not None}


class Columns(Settings):
    """Columns that must be there, and columns that may be."""

    required: Annotated[tuple[Name, ...], Field(min_length=1)]
    optional: tuple[Name, ...] = ()


class SourceMap(Settings):
    """A whole map: one YAML file for one kind of extract.

    `unique` are the columns by which a row is known again; `or_unique` are those that stand in for them in a row
    whose first column of `unique` is blank, such as a log without numbers.
    """

    source: Name
    agency: Name
    description: Name
    date_format: tuple[Name, ...]
    columns: Columns
    identifiers: dict[IdType, Name] = {}
    other_identifiers: dict[IdType, Name] = {}
    vault: dict[VaultField, Name] = {}
    unique: tuple[Name, ...] = ()
    or_unique: tuple[Name, ...] = ()
    produces: tuple[Produce, ...]

    @field_validator("date_format", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("produces")
    @classmethod
    def _something(cls, pieces: tuple[Produce, ...]) -> tuple[Produce, ...]:
        # Not by Field(min_length): that counts faulty pieces as absent, and reports both.
        if not pieces:
            raise ValueError("a map must produce something")
        return pieces

    @model_validator(mode="after")
    def _columns_declared(self) -> "SourceMap":
        declared = {fold(name) for name in (*self.columns.required, *self.columns.optional)}
        strange = sorted({name for name in self.used() if fold(name) not in declared})
        if strange:
            raise ValueError(f"columns used but declared neither required nor optional: {', '.join(strange)}")
        if not self.identifiers and not {"forename", "surname"} <= self.vault.keys():
            raise ValueError("a row must name somebody: give identifiers, or forename and surname in vault")
        if any(piece.table == "relationship" for piece in self.produces) and not self.other_identifiers:
            raise ValueError("a relationship needs other_identifiers: who the other person is")
        return self

    def used(self) -> list[str]:
        """Every column that the map reads."""
        names = [
            *self.identifiers.values(),
            *self.other_identifiers.values(),
            *self.vault.values(),
            *self.unique,
            *self.or_unique,
        ]
        for piece in self.produces:
            names += [cell.column for cell in piece.cells().values() if isinstance(cell, Cell)]
            dates = [piece.date(name) for name, _ in DATES[piece.table]]
            names += [column for cell in dates if cell is not None for column in cell.columns()]
            names += [condition.column for condition in piece.when]
        return names

    def dated(self) -> set[str]:
        """The columns that are read as dates."""
        cells = [piece.date(name) for piece in self.produces for name, _ in DATES[piece.table]]
        return {column for cell in cells if cell is not None for column in cell.columns()}

    def saying_none(self) -> list[str]:
        """The columns whose codes include NONE."""
        cells = [cell for piece in self.produces for cell in piece.cells().values() if isinstance(cell, Cell)]
        return sorted({cell.column for cell in cells if cell.map and NONE in cell.map})

    def kinds(self) -> list[str]:
        """The kinds of event, spell and measurement and the attribute names that this source delivers."""
        tables = ("event", "spell", "measurement", "attribute")
        return sorted({piece.named for piece in self.produces if piece.table in tables})
