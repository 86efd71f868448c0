"""What a standard declares: its tables, by which columns they are known, and what their columns mean."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from prevention_model.records.declarations import Name
from prevention_model.records.maps import Columns, IdType, Produce, SourceMap, VaultField
from prevention_model.records.text_table import fold
from prevention_model.settings.base import Settings, read_yaml


@lru_cache(maxsize=4096)
def squash(name: str) -> str:
    """A column's name without case, spaces and punctuation.

    >>> squash("Child Unique_ID ")
    'childuniqueid'
    """
    return re.sub(r"[\W_]+", "", name.casefold())


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    # There are thousands of them, far more than `re` itself remembers.
    return re.compile(pattern, re.IGNORECASE)


Spelling = tuple[str, str, tuple[str, ...]]
"""A column, its folded name, and what else it may be called: squashed names, and expressions after a slash."""


@lru_cache(maxsize=1024)
def _naming(spellings: tuple[Spelling, ...], found: tuple[str, ...]) -> dict[str, str]:
    # Remembered, since every table is held against every module, and deliveries repeat their headers.
    squashed: dict[str, str] = {}
    for name in found:
        squashed.setdefault(squash(name), name)
    told: dict[str, str] = {}
    for column, folded, others in spellings:
        names = _candidates(folded, others, found, squashed)
        match = next((name for name in names if name not in told), None)
        if match is not None:
            told[match] = column
    return told


def _candidates(
    folded: str, others: tuple[str, ...], found: tuple[str, ...], squashed: dict[str, str]
) -> Iterator[str]:
    if folded in found:
        yield folded
    for name in others:
        if name.startswith("/"):
            whole = _expression(name[1:]).fullmatch
            yield from (there for there in found if whole(there))
        elif name in squashed:
            yield squashed[name]


class Module(Settings):
    """One table of a standard. It reads like a source map; what it has more says how a table is recognised.

    A table is this module if it has all columns of `detect`, and one of `any_of` where that is given; a module
    with neither is known by its XML `element` alone. `names` gives other names that a column goes
    by; one that begins with a slash is a regular expression for the whole name, case and outer spaces aside.
    `prefix` may stand before any column's name. `element` is the row element in the standard's XML. `files` are
    regular expressions for a file's or sheet's name: they decide between modules with the same columns.
    """

    module: Name
    title: Name
    detect: tuple[Name, ...] = ()
    any_of: tuple[Name, ...] = ()
    files: tuple[Name, ...] = ()
    element: Name | None = None
    prefix: str = ""
    names: dict[Name, tuple[Name, ...]] = {}
    columns: Columns
    identifiers: dict[IdType, Name] = {}
    other_identifiers: dict[IdType, Name] = {}
    vault: dict[VaultField, Name] = {}
    unique: tuple[Name, ...] = ()
    or_unique: tuple[Name, ...] = ()
    produces: tuple[Produce, ...] = ()

    @field_validator("files")
    @classmethod
    def _expressions(cls, files: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in files:
            re.compile(pattern)
        return files

    @model_validator(mode="after")
    def _recognisable(self) -> "Module":
        if not self.detect and self.element is None:
            raise ValueError("give `detect` or `element`: how is a table known to be this module?")
        strange = [name for name in (*self.detect, *self.any_of) if name not in self.declared]
        if strange:
            raise ValueError(f"columns to recognise it by that are not declared: {', '.join(strange)}")
        return self

    def is_in(self, columns: Collection[str]) -> bool:
        """Whether a table with these of the module's columns is this module."""
        there = set(columns)
        one_of = not self.any_of or not there.isdisjoint(self.any_of)
        return bool(self.detect) and there.issuperset(self.detect) and one_of

    @cached_property
    def declared(self) -> tuple[str, ...]:
        """Every column that the module knows, the mandatory first."""
        return tuple(dict.fromkeys((*self.columns.required, *self.columns.optional)))

    def naming(self, found: Sequence[str]) -> dict[str, str]:
        """For the (folded) names that a table has: which of the module's columns each is.

        The exact name counts most, then its spelling without punctuation, then the other names in their order.
        """
        return dict(_naming(self._spellings, tuple(found)))

    @cached_property
    def _spellings(self) -> tuple[Spelling, ...]:
        return tuple(
            (column, fold(column), tuple(self._spelt((column, *self.names.get(column, ())))))
            for column in self.declared
        )

    def _spelt(self, names: Iterable[str]) -> Iterator[str]:
        for name in names:
            yield from (name,) if name.startswith("/") else (squash(name), squash(self.prefix + name))

    def is_named(self, name: str) -> bool:
        """Whether a file's or sheet's name says that it is this module.

        >>> content = {"module": "reviews", "title": "Reviews", "detect": ["CHILD"], "files": ["review"],
        ...            "columns": {"required": ["CHILD"]}, "identifiers": {"la_person_id": "CHILD"}}
        >>> Module.check(content, where="reviews.yaml").is_named("2024_Reviews.csv")
        True
        """
        return any(_expression(pattern).search(name) for pattern in self.files)


class Shape(Settings):
    """The XML form of a standard: its root element, the collection that its header names, and its row
    elements, each with the columns that it takes over from the elements around it."""

    root: Name
    collection: tuple[Name, ...] = ()
    rows: Annotated[dict[Name, tuple[Name, ...]], Field(min_length=1)]


class Break(Settings):
    """A code that did not exist before a day: before it, its absence means nothing."""

    kind: Name
    code: Name
    since: date


class StandardSettings(Settings):
    """The head of a standard, `standard.yaml`.

    `derived` names the kinds that the reader makes from several rows or returns, such as periods of care, each
    with the modules that it rests on: where those were received, no row means that nothing happened.
    `names` are other names that a column goes by in every module. With `people: true` the columns that say who
    somebody is go by those of `names.yaml` too, which agencies' own extracts share.
    """

    standard: Name
    title: Name
    agency: Name
    description: Name
    date_format: tuple[Name, ...]
    xml: Shape | None = None
    breaks: tuple[Break, ...] = ()
    derived: dict[Name, tuple[Name, ...]] = {}
    names: dict[Name, tuple[Name, ...]] = {}
    people: bool = False

    def source_map(self, module: Module, source: str) -> SourceMap | None:
        """The module as the map of a source; None for a module that only other modules refer to."""
        if not module.produces:
            return None
        return SourceMap(
            source=source,
            agency=self.agency,
            description=module.title,
            date_format=self.date_format,
            columns=module.columns,
            identifiers=module.identifiers,
            other_identifiers=module.other_identifiers,
            vault=module.vault,
            unique=module.unique,
            or_unique=module.or_unique,
            produces=module.produces,
        )


def read_modules(folder: Path) -> tuple[StandardSettings, tuple[Module, ...]]:
    """The head and the modules of a standard, from a folder of YAML files. Raises WrongUsage with every fault."""
    head = StandardSettings.read(folder / "standard.yaml")
    own = folder / "codes.yaml"
    codes = {**CODES, **(read_yaml(own) if own.exists() else {})}
    paths = sorted(path for path in folder.glob("*.yaml") if path.name not in ("standard.yaml", "codes.yaml"))
    modules = (Module.check(with_lists(read_yaml(path), codes), where=path.name) for path in paths)
    names = {**(PEOPLE if head.people else {}), **head.names}
    return head, tuple(_shared(module, names) for module in modules)


def _shared(module: Module, names: dict[str, tuple[str, ...]]) -> Module:
    """The module with the names that its columns go by throughout the standard, after its own."""
    further = {column: names[column] for column in module.declared if column in names}
    joined = {column: (*module.names.get(column, ()), *some) for column, some in further.items()}
    return module.model_copy(update={"names": {**module.names, **joined}})


def with_lists(content: Any, codes: dict[str, dict[str, str]]) -> Any:
    """Declarations in which every `map: NAME` is the list of codes of that name; `map: [A, B]` joins two.

    A name that is no list stays as it is, and is refused when the declaration is checked.

    >>> with_lists({"column": "SEX", "map": "sex"}, CODES)["map"]["1"]
    'M'
    """
    if isinstance(content, list):
        return [with_lists(item, codes) for item in content]
    if not isinstance(content, dict):
        return content
    made = {key: with_lists(value, codes) for key, value in content.items()}
    if "column" in made and isinstance(made.get("map"), str | list):
        names = [made["map"]] if isinstance(made["map"], str) else made["map"]
        if all(name in codes for name in names):
            made["map"] = {code: word for name in names for code, word in codes[name].items()}
    return made


CODES: dict[str, dict[str, str]] = read_yaml(Path(__file__).with_name("codes.yaml"))
"""Lists of codes that several standards share, by name."""

PEOPLE: dict[str, tuple[str, ...]] = {
    column: tuple(names) for column, names in read_yaml(Path(__file__).with_name("names.yaml")).items()
}
"""Names that the columns which say who somebody is go by in agencies' own extracts."""
