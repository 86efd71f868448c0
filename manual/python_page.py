"""The page of the public names, made from their docstrings and signatures."""

import doctest
import inspect
import re
from pathlib import Path
from types import FunctionType
from typing import Any

import prevention_model as pm
from manual.markdown import page as joined
from manual.markdown import table

ROOT = Path(__file__).resolve().parents[1]
HEAD = """# Python

`import prevention_model as pm` offers these names, and nothing else is promised to stay. Importing it takes
milliseconds: a name is loaded when it is first used. Each says what it is for, its shapes and units, and which errors
it raises ([kinds of errors](../how-to/errors.md)); every example runs as a test.

This page is made by `python -m manual`; a test compares the two."""


def page() -> str:
    """The whole page, as Markdown."""
    things = {name: getattr(pm, name) for name in pm.__all__}
    rows = [(f"[`{name}`](#{name.lower()})", first_line(thing)) for name, thing in things.items()]
    return joined(HEAD, table(("name", "what it is"), rows), *(described(*each) for each in things.items()))


def first_line(thing: Any) -> str:
    """The first sentence or two of a docstring: its first paragraph."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def described(name: str, thing: Any) -> str:
    """One public name: where it is, how it is called, what it says of itself, and its methods."""
    where = Path(inspect.getsourcefile(thing) or "").relative_to(ROOT).as_posix()
    parts = [
        f"## {name}",
        f"```text\n{called(name, thing)}\n```",
        written(thing),
        f"Source: `{where}`.",
    ]
    if inspect.isclass(thing):
        parts += [part for member, what in members(thing) for part in method(f"{name}.{member}", what)]
    return "\n\n".join(parts)


def method(name: str, what: Any) -> list[str]:
    """A method or property with its own docstring."""
    how = [] if isinstance(what, property) else [f"```text\n{called(name, what)}\n```"]
    return [f"### {name}", *how, written(what)]


def members(kind: type) -> list[tuple[str, Any]]:
    """What a class of ours adds for callers: public, with words of its own, in the order of the source."""
    found = []
    for name, member in vars(kind).items():
        inner = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        ours = isinstance(inner, FunctionType | property)
        if ours and not name.startswith("_") and inspect.getdoc(inner):
            found.append((name, inner))
    return found


def called(name: str, thing: Any) -> str:
    """How it is called, an argument a line where one line would be long."""
    signature = inspect.signature(thing)
    own = [each for each in signature.parameters.values() if each.name not in ("self", "cls")]
    shown = [plain(str(each)) for each in own]
    given = signature.return_annotation
    gives = "" if inspect.isclass(thing) or given is signature.empty else f" -> {plain(annotation(given))}"
    one_line = f"{name}({', '.join(with_star(own, shown))}){gives}"
    if len(one_line) <= 100:
        return one_line
    return "\n".join([f"{name}(", *(f"    {each}," for each in with_star(own, shown)), f"){gives}"])


def with_star(own: list[inspect.Parameter], shown: list[str]) -> list[str]:
    """Arguments with the star after which they are given by name."""
    for place, each in enumerate(own):
        if each.kind is each.VAR_POSITIONAL:
            break
        if each.kind is each.KEYWORD_ONLY:
            return [*shown[:place], "*", *shown[place:]]
    return shown


def annotation(given: Any) -> str:
    """A type, in the words of the source."""
    return given if isinstance(given, str) else inspect.formatannotation(given)


def plain(text: str) -> str:
    """A signature without the modules of its types, and without addresses in memory."""
    text = re.sub(r"\b(?:\w+\.)+(?=[A-Z]\w*)", "", text).replace("'", '"')
    return re.sub(r" at 0x[0-9a-f]+", "", text)


def written(thing: Any) -> str:
    """A docstring as Markdown: its examples become blocks of Python."""
    text = inspect.getdoc(thing) or ""
    parts = doctest.DocTestParser().parse(text)
    shown: list[str] = []
    for part in parts:
        if isinstance(part, doctest.Example):
            source = "".join(
                f"{'>>>' if number == 0 else '...'} {line}\n"
                for number, line in enumerate(part.source.splitlines())
            )
            example = f"{source}{part.want}"
            if shown and shown[-1].startswith("```pycon"):
                shown[-1] = shown[-1].removesuffix("```") + f"{example}```"
            else:
                shown.append(f"```pycon\n{example}```")
        elif part.strip():
            shown.append(part.strip())
    return "\n\n".join(shown)
