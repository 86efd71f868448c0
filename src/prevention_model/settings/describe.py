"""The page of all settings, made from the settings: `python -m prevention_model.settings.describe`.

What a setting means stands in `meanings.yaml`, once for each; a setting without a meaning, and a meaning
without its setting, are errors.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from pydantic.fields import FieldInfo

from prevention_model.errors import WrongUsage, listed
from prevention_model.settings.authority import Authority
from prevention_model.settings.base import Settings
from prevention_model.settings.experiment import Experiment
from prevention_model.settings.policy import DEFAULT_POLICY, Policy
from prevention_model.settings.publication import Form

MEANINGS = Path(__file__).with_name("meanings.yaml")

WORDS: dict[object, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    date: "date (YYYY-MM-DD)",
    Any: "anything",
}
# By the names that pydantic's own types for bounds have.
BOUNDS: dict[str, tuple[str, str]] = {
    "Ge": ("ge", "at least {}"),
    "Gt": ("gt", "above {}"),
    "Le": ("le", "at most {}"),
    "Lt": ("lt", "below {}"),
    "MinLen": ("min_length", "{} or more"),
    "MaxLen": ("max_length", "at most {}"),
}
FILES: tuple[tuple[str, type[Settings], str], ...] = (
    (
        "authority.yaml",
        Authority,
        "Who the authority is and what it receives. Paths are relative to the file.",
    ),
    ("The experiment", Experiment, "Declared before it runs, one file for each experiment."),
    (
        "policy.yaml",
        Policy,
        "What the audit must find before anything is released. Nothing in it has a default: the values shown "
        "are those of the policy that ships with the library, where each stands with its reason.",
    ),
)
HEAD = """# Settings

Every setting of every file, its type, what it is when it is left out, and what it means. Unknown settings are
refused, and all faults of a file are reported together.

This page is made by `python -m prevention_model.settings.describe`; a test compares the two.
"""


def page() -> str:
    """The whole page, as Markdown. Raises WrongUsage when a setting has no meaning, or a meaning no setting.

    >>> "## policy.yaml" in page()
    True
    """
    meanings: dict[str, dict[str, str]] = yaml.safe_load(MEANINGS.read_text(encoding="utf-8"))
    check(meanings, [model for _, top, _ in FILES for model in within(top)])
    shipped = Policy.read(DEFAULT_POLICY).model_dump(mode="json")
    parts = [HEAD]
    for title, top, about in FILES:
        parts.append(f"## {title}\n\n{about}\n")
        for model in within(top):
            if model is not top:
                parts.append(f"### {model.__name__}\n")
            parts.append(table(model, meanings[model.__name__], shipped if model is Policy else {}))
    return "\n".join(parts)


def check(meanings: dict[str, dict[str, str]], models: list[type[Settings]]) -> None:
    """Compare the meanings with the settings, both ways."""
    wanted = {f"{model.__name__}.{name}" for model in models for name in model.model_fields}
    given = {f"{model}.{name}" for model, fields in meanings.items() for name in fields}
    faults = [f"{name} has no meaning" for name in sorted(wanted - given)]
    faults += [f"{name} is no setting" for name in sorted(given - wanted)]
    if faults:
        raise WrongUsage(
            f"The meanings do not match the settings: {listed(faults)}.",
            where=MEANINGS.name,
            todo="Write one line for each setting, and remove those that are gone.",
        )


def within(model: type[Settings]) -> list[type[Settings]]:
    """A file's model and those inside it, each once, in the order in which they are met.

    >>> [inner.__name__ for inner in within(Authority)][:3]
    ['Authority', 'FrontDoor', 'Source']
    """
    found = [model]
    for each in found:
        inner = [part for field in each.model_fields.values() for part in parts_of(field.annotation)]
        found += [part for part in dict.fromkeys(inner) if part not in found]
    return found


def parts_of(annotation: Any) -> Iterator[type[Settings]]:
    """The settings classes named anywhere in a type."""
    if isinstance(annotation, type) and not get_args(annotation) and issubclass(annotation, Settings):
        yield annotation
    for argument in get_args(annotation):
        yield from parts_of(argument)


def table(model: type[Settings], meanings: dict[str, str], shipped: dict[str, Any]) -> str:
    """One row for each setting of a model."""
    rows = ["| setting | type | when left out | meaning |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        left_out = (
            default(field) if name not in shipped else f"refused; shipped policy: {value(shipped[name])}"
        )
        if issubclass(model, Form) and name not in model.may_be_empty and left_out == "none":
            left_out = "none; needed to publish"
        cells = (f"`{name}`", type_of(field), left_out, meanings[name])
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows) + "\n"


def type_of(field: FieldInfo) -> str:
    """The type of a setting in words, with its bounds."""
    return words(field.annotation) + bounds(field.metadata)


def words(annotation: Any) -> str:
    """A type in plain words.

    >>> words(tuple[str, ...]), words(int | None), words(Literal["a", "b"]), words(tuple[int, int])
    ('list of text', 'whole number', '`a` or `b`', 'list of 2: whole number, whole number')
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return words(arguments[0]) + bounds(arguments[1:])
    if origin is Literal:
        return " or ".join(f"`{choice}`" for choice in arguments)
    if origin in (Union, UnionType):
        return " or ".join(words(choice) for choice in arguments if choice is not NoneType)
    if origin is tuple and arguments[-1] is Ellipsis:
        return f"list of {words(arguments[0])}"
    if origin is tuple:
        return f"list of {len(arguments)}: {', '.join(words(part) for part in arguments)}"
    if origin is dict:
        return f"{words(arguments[0])} to {words(arguments[1])}"
    if annotation in WORDS:
        return WORDS[annotation]
    return f"[{annotation.__name__}](#{annotation.__name__.lower()})"


def bounds(metadata: Any) -> str:
    """Bounds and patterns as they follow the name of a type. "Not empty" goes without saying."""
    said: list[str] = []
    for item in (inner for part in metadata for inner in getattr(part, "metadata", [part])):
        if type(item).__name__ in BOUNDS:
            attribute, text = BOUNDS[type(item).__name__]
            said.append(text.format(getattr(item, attribute)))
        elif getattr(item, "pattern", None):
            said.append(f"like `{item.pattern}`")
    said = [text for text in said if text != "1 or more"]
    return f" ({', '.join(said)})" if said else ""


def default(field: FieldInfo) -> str:
    """What a setting is when the file does not give it."""
    if field.is_required():
        return "refused"
    if field.default is None or field.default in ((), {}):
        return "none"
    return "as below" if isinstance(field.default, Settings) else value(field.default)


def value(content: Any) -> str:
    """A value as it stands in a file; a long one is left to the file."""
    text = json.dumps(content, ensure_ascii=False).replace('"', "")
    return f"`{text}`" if len(text) <= 80 else "see the file"


if __name__ == "__main__":
    sys.stdout.write(page())
