"""The page of commands and their options, made from the command line itself."""

from collections.abc import Callable
from inspect import Parameter, getdoc, signature
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

from typer import Typer
from typer.models import ArgumentInfo, OptionInfo

from manual.markdown import page as joined
from manual.markdown import table
from prevention_model.cli import app

HEAD = """# Commands

Every command, its arguments and its options, as `prevention-model COMMAND --help` shows them. Every command ends with
one of the [exit codes](../how-to/errors.md); `prevention-model --debug COMMAND ...` shows where in the code an error
arose. Where `--authority` can be given, a command looks for `authority.yaml` in the present folder.

This page is made by `python -m manual`; a test compares the two."""


KINDS: dict[object, str] = {Path: "a path", int: "a whole number", str: "text", bool: "nothing"}


def page() -> str:
    """The whole page, as Markdown."""
    return joined(HEAD, *(described(name, function) for name, function in commands(app)))


def commands(group: Typer, before: str = "prevention-model") -> list[tuple[str, Callable[..., None]]]:
    """Every command with its full name and its function; those of groups come last, as in the help.

    >>> [name for name, _ in commands(app)][:2]
    ['prevention-model demo', 'prevention-model county']
    """
    own = [
        (f"{before} {each.name or each.callback.__name__}", each.callback)
        for each in group.registered_commands
        if each.callback
    ]
    groups = [(each.typer_instance, f"{before} {each.name}") for each in group.registered_groups]
    return own + [found for inner, name in groups if inner for found in commands(inner, name)]


def described(name: str, function: Callable[..., None]) -> str:
    """One command: what it does, how it is typed, and its arguments and options."""
    hints = get_type_hints(function, include_extras=True)
    given = [(each, *get_args(hints[each.name])[:2]) for each in signature(function).parameters.values()]
    usage = " ".join([name, *(word(*each) for each in given if isinstance(each[2], ArgumentInfo))])
    rows = [row(*each) for each in sorted(given, key=lambda each: isinstance(each[2], OptionInfo))]
    listed = table(("argument or option", "takes", "when left out", "meaning"), rows)
    about = " ".join((getdoc(function) or "").split())
    return f"## {name}\n\n{about}\n\n```text\n{usage} [OPTIONS]\n```\n\n{listed}"


def row(each: Parameter, kind: Any, info: Any) -> tuple[str, ...]:
    """One argument or option: how it is written, what it takes, what holds without it, and what it is."""
    return f"`{word(each, kind, info)}`", takes(kind, info), without(each, kind), info.help or ""


def word(each: Parameter, kind: Any, info: Any) -> str:
    """How it is written."""
    if isinstance(info, OptionInfo):
        return ", ".join(info.param_decls or [f"--{each.name.replace('_', '-')}"])
    return (info.metavar or each.name.upper()) + ("..." if kind in (list[Path], list[str]) else "")


def takes(kind: Any, info: Any) -> str:
    """What it takes, with its bounds."""
    simple = next((inner for inner in get_args(kind) if inner is not NoneType), kind)
    many = "several, each " if "list" in str(kind) else ""
    inner = (get_args(simple) or (simple,))[0]
    bounds = [f"at least {info.min}"] * (info.min is not None) + [f"at most {info.max}"] * (
        info.max is not None
    )
    return ", ".join([many + KINDS[inner], *bounds])


def without(each: Parameter, kind: Any) -> str:
    """What holds when it is left out."""
    if each.default is Parameter.empty:
        return "refused"
    if kind is bool:
        return "no"
    return "nothing" if each.default in (None, "") else f"`{each.default}`"
