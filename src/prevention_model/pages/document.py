"""A document as values: written once, shown twice, as a page and as Markdown with the same content.

Blocks hold plain text only. Each writer escapes it for its own language, so text from a file can never
become markup in either.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from prevention_model.errors import WrongUsage
from prevention_model.pages.page import render

COLOURS = ("grey", "green", "red", "yellow", "blue", "purple")


@dataclass(frozen=True)
class Tag:
    """A short status with a colour; the words carry the meaning, the colour only repeats it."""

    text: str
    colour: str = "grey"

    def __post_init__(self) -> None:
        if self.colour not in COLOURS:
            raise WrongUsage(
                f"There is no tag colour {self.colour}.", todo=f"Use one of {', '.join(COLOURS)}."
            )

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Link:
    """A link to another page in the same folder, or to a place on it; to nowhere else, so that a page never leads out
    of its run.

    >>> Link("More", "https://example.org")
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: A page links to pages beside it only, and not to https://example.org.
    """

    text: str
    page: str
    type: str = field(default="link", init=False)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z_]+\.html(#[a-z0-9-]+)?", self.page):
            raise WrongUsage(f"A page links to pages beside it only, and not to {self.page}.")

    def __str__(self) -> str:
        return self.text


Cell = str | Tag | Link | tuple[Link, ...]


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of plain text."""

    text: str
    type: str = field(default="paragraph", init=False)


@dataclass(frozen=True)
class Inset:
    """A paragraph set apart; `strong` makes it a warning."""

    text: str
    strong: bool = False
    type: str = field(default="inset", init=False)


@dataclass(frozen=True)
class Bullets:
    """A list of short items."""

    items: tuple[str, ...]
    type: str = field(default="bullets", init=False)


@dataclass(frozen=True)
class Figures:
    """Up to five headline numbers, each with the words that say what it is."""

    items: tuple[tuple[str, str], ...]
    type: str = field(default="figures", init=False)


@dataclass(frozen=True)
class Facts:
    """Names and values, one a line."""

    items: tuple[tuple[str, Cell], ...]
    type: str = field(default="facts", init=False)


@dataclass(frozen=True)
class Table:
    """A table with a caption. `numeric` holds the positions of the columns that are set to the right."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[int, ...] = ()
    type: str = field(default="table", init=False)

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise WrongUsage(f"A row of the table `{self.caption}` has not {len(self.columns)} cells.")


@dataclass(frozen=True)
class Chart:
    """A chart ready for a page: `svg`, its `title` and `description`, and its data as text cells."""

    svg: str
    title: str
    description: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A chart with its data table, which stands for it in Markdown. `table` False when a fuller one follows."""

    chart: Chart
    table: bool = True
    type: str = field(default="picture", init=False)


Block = Paragraph | Inset | Bullets | Figures | Facts | Table | Picture | Link


@dataclass(frozen=True)
class Section:
    """A heading and its blocks. `new_page` where it begins a page of paper."""

    title: str
    blocks: tuple[Block, ...]
    new_page: bool = False

    @property
    def anchor(self) -> str:
        """The heading as an address within the page.

        >>> Section("Who is missed more often?", ()).anchor
        'who-is-missed-more-often'
        """
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")


@dataclass(frozen=True)
class Document:
    """A whole document: `kind` names the sort of page, `lead` is its first paragraph, `foot` its last. `tight` where
    its pages of paper are counted; `before_contents` is how many sections stand before the list of contents."""

    kind: str
    title: str
    lead: str
    sections: tuple[Section, ...]
    tags: tuple[Tag, ...] = ()
    foot: str = ""
    tight: bool = False
    before_contents: int = 0


def to_html(document: Document) -> str:
    """The document as one self-contained page."""
    return render("document.html.j2", document=document)


def to_markdown(document: Document) -> str:
    """The document as Markdown: the same content as the page, charts as their tables.

    >>> print(to_markdown(Document("Card", "A *model*", "What it is.", ())).strip())
    # A \\*model\\*
    <BLANKLINE>
    What it is.
    """
    parts = [f"# {escaped(document.title)}"]
    if document.tags:
        parts.append(" · ".join(f"**{escaped(tag.text)}**" for tag in document.tags))
    parts.append(escaped(document.lead))
    for section in document.sections:
        parts.append(f"## {escaped(section.title)}")
        for block in section.blocks:
            parts.extend(_markdown(block))
    if document.foot:
        parts.append(escaped(document.foot))
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Text for Markdown: on one line, and with nothing left that Markdown or HTML would act on.

    >>> escaped("<b>*a* [x](y)")
    '&lt;b&gt;\\\\*a\\\\* \\\\[x\\\\](y)'
    """
    flat = " ".join(str(text).split())
    flat = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    flat = re.sub(r"([\\`*_\[\]|~])", r"\\\1", flat)
    return re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", re.sub(r"^([#+=-])", r"\\\1", flat))


def _markdown(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield escaped(block.text)
        case Link():
            yield _cell(block)
        case Inset():
            yield f"> {'**Important.** ' if block.strong else ''}{escaped(block.text)}"
        case Bullets():
            yield "\n".join(f"- {escaped(item)}" for item in block.items)
        case Figures():
            yield "\n".join(f"- **{escaped(value)}** {escaped(words)}" for value, words in block.items)
        case Facts():
            yield "\n".join(f"- **{escaped(name)}**: {_cell(value)}" for name, value in block.items)
        case Table():
            yield from _markdown_table(block)
        case Picture():
            yield f"{escaped(block.chart.title)}. {escaped(block.chart.description)}"
            if block.table:
                yield from _markdown_table(Table(block.chart.title, block.chart.columns, block.chart.rows))


def _markdown_table(table: Table) -> Iterator[str]:
    yield f"**{escaped(table.caption)}**"
    rules = ["---:" if i in table.numeric else "---" for i in range(len(table.columns))]
    texts = [[escaped(name) for name in table.columns], rules]
    texts += [[_cell(cell) for cell in row] for row in table.rows]
    yield "\n".join(f"| {' | '.join(cells)} |" for cells in texts)


def _cell(cell: Cell) -> str:
    """A cell, or a link by itself."""
    if isinstance(cell, Link):
        return f"[{escaped(cell.text)}]({cell.page})"
    return "; ".join(map(_cell, cell)) if isinstance(cell, tuple) else escaped(str(cell))
