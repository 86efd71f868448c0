"""The page of all standards, made from their declarations: `python -m prevention_model.records.standards.describe`."""

import sys
from collections.abc import Iterable, Sequence

from prevention_model.records.maps import Produce
from prevention_model.records.standards.catalogue import STANDARDS
from prevention_model.records.standards.module import Module
from prevention_model.records.standards.standard import Standard

HEAD = """# Standards that are read

For every standard its tables: by which columns a table is known, which columns it must and may have, and what a row
becomes. Columns are matched by name, whatever their order and case, and by the other names that they go by; further
columns do not matter. [How to add a source](../how-to/add-a-source.md) says what to do with a file that follows none.

This page is made by `python -m prevention_model.records.standards.describe`; a test compares the two.
"""
_DATED = ("event", "spell", "measurement", "attribute")


def page() -> str:
    """The whole page, as Markdown.

    >>> "## Ofsted Annex A (`annex_a`)" in page()
    True
    """
    return "\n".join([HEAD, *(section(STANDARDS[name]) for name in sorted(STANDARDS))])


def section(standard: Standard) -> str:
    """A standard: what it is, whose, in which form, and its tables."""
    settings = standard.settings
    forms = ["CSV, a workbook or Parquet with a sheet or file for each table"]
    forms += [f"XML with the root `{settings.xml.root}`"] if settings.xml else []
    lines = [
        f"## {settings.title} (`{standard.name}`)",
        "",
        f"{settings.description} Agency: `{settings.agency}`. Read as {'; or '.join(forms)}.",
        "",
    ]
    for later in settings.breaks:
        lines.append(f"- `{later.code}` of `{later.kind}` exists since {later.since.isoformat()}.")
    lines += [f"- `{kind}` is made from {_listed(rests)}." for kind, rests in settings.derived.items()]
    lines += [""] if settings.breaks or settings.derived else []
    return "\n".join([*lines, table(standard.modules), ""])


def table(modules: Sequence[Module]) -> str:
    """A row for each table of a standard."""
    rows = ["| table | known by | must have | may have | becomes |", "|---|---|---|---|---|"]
    for module in modules:
        required = module.columns.required
        cells = (
            f"`{module.module}`: {module.title}",
            known_by(module),
            _listed(required),
            _listed(name for name in module.declared if name not in required),
            becomes(module.produces),
        )
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


def known_by(module: Module) -> str:
    """By which columns, or which XML element, a table is known to be this module."""
    said = [_listed(module.detect)] if module.detect else []
    said += [f"one of {_listed(module.any_of)}"] if module.any_of else []
    said += [f"element `{module.element}`"] if module.element else []
    return "; ".join(said)


def becomes(pieces: Sequence[Produce]) -> str:
    """What rows of a table become, each kind once with the rule by which it became known."""
    made: dict[str, str] = {}
    for piece in pieces:
        rule = piece.known.in_words() if piece.known and piece.table in _DATED else ""
        made.setdefault(f"{piece.table} `{piece.named}`" if piece.table in _DATED else piece.table, rule)
    said = [f"{what} (known: {rule})" if rule else what for what, rule in made.items()]
    return "; ".join(said) or "nothing: it says what other tables mean"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names if not name.startswith("_"))


if __name__ == "__main__":
    sys.stdout.write(page())
