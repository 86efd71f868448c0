"""The page of the canonical tables, made from data_schemas/."""

from typing import Any

import yaml

from manual.markdown import page as joined
from manual.markdown import table
from prevention_model.records.schema import TABLES
from prevention_model.settings.shipped import shipped

HEAD = """# Tables

The canonical tables: what every agency's files become, and all that features and outcomes read. Each is a
[Table Schema](https://specs.frictionlessdata.io/table-schema/) in `data_schemas/`. In the workspace they are Parquet
files under pseudonyms; from Python they are the frames of `pm.open_records("workspace")`, or are given to
`pm.Records.from_frames`.

Every row has two times: when something was so, and when the authority could first have *known* it
([time](../explanation/time.md)). Names, addresses, dates of birth and identifiers are in none of these tables: they
lie in the [vault](../explanation/architecture.md#where-each-kind-of-data-lies).

This page is made by `python -m manual`; a test compares the two."""


def page() -> str:
    """The whole page, as Markdown."""
    return joined(HEAD, *map(described, TABLES))


def described(name: str) -> str:
    """One table: what a row is, who may see it, and its columns."""
    schema = yaml.safe_load((shipped("data_schemas") / f"{name}.yaml").read_text(encoding="utf-8"))
    facts = f"Agency: {schema['agency']}. Kept: {schema['retention']}. Seen by: {', '.join(schema['share_with'])}."
    columns = table(("column", "type", "must be there", "meaning"), map(column, schema["fields"]))
    return f"## {name}\n\n{schema['description']} {facts.replace('_', ' ')}\n\n{columns}"


def column(field: dict[str, Any]) -> tuple[str, ...]:
    """One column, with what its values are held to."""
    limits = {key: value for key, value in field.get("constraints", {}).items() if key != "required"}
    kind = field["type"] + "".join(f"; {key} {limit(value)}" for key, value in limits.items())
    needed = "yes" if field.get("constraints", {}).get("required") else "no"
    return f"`{field['name']}`", kind, needed, field["description"]


def limit(value: object) -> str:
    """A constraint's value in words."""
    return ", ".join(f"`{each}`" for each in value) if isinstance(value, list) else f"`{value}`"
