"""Aggregates and lookbacks as plain content, as they stand in YAML: `{count: {table: event, kind: contact}}`."""

from dataclasses import fields
from typing import Any, cast

from prevention_model.errors import WrongUsage
from prevention_model.query import AGGREGATES, Aggregate, Lookback

_BY_NAME = {
    "".join("_" + letter.lower() if letter.isupper() else letter for letter in made.__name__)[1:]: made
    for made in AGGREGATES
}
_PARTS = ("numerator", "denominator", "of")
"""Arguments that are aggregates themselves."""
_NAMES = {made: name for name, made in _BY_NAME.items()}


def aggregate_from_declaration(content: object) -> Aggregate:
    """An aggregate from `{name: {argument: value}}`. Raises WrongUsage.

    >>> aggregate_from_declaration({"open_spell": {"kind": "early_help"}})
    OpenSpell(kind=('early_help',), code=None, table='spell')
    """
    if not isinstance(content, dict) or len(content) != 1 or next(iter(content)) not in _BY_NAME:
        raise WrongUsage(
            "An aggregate is not declared as one known name with its arguments.",
            todo=f"Write {{count: {{table: event, kind: ...}}}}; the names are {', '.join(_BY_NAME)}.",
        )
    name, arguments = next(iter(content.items()))
    made = _BY_NAME[name]
    takes = [item.name for item in fields(made)]
    if not isinstance(arguments, dict) or not set(arguments) <= set(takes):
        raise WrongUsage(
            f"The aggregate {name} was given arguments it does not take.",
            todo=f"It takes: {', '.join(takes)}.",
        )
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in arguments.items()}
    given = {
        key: aggregate_from_declaration(value) if key in _PARTS else value for key, value in given.items()
    }
    try:
        return cast(Aggregate, made(**given))
    except TypeError:
        raise WrongUsage(
            f"The aggregate {name} lacks an argument.", todo=f"It takes: {', '.join(takes)}."
        ) from None


def aggregate_declaration(aggregate: Aggregate) -> dict[str, Any]:
    """Plain content of an aggregate: its name and the arguments that are set."""
    arguments: dict[str, Any] = {}
    for item in fields(aggregate):
        value = getattr(aggregate, item.name)
        if type(value) in _NAMES:
            arguments[item.name] = aggregate_declaration(value)
        elif value is not None:
            arguments[item.name] = list(value) if isinstance(value, tuple) else value
    return {_NAMES[type(aggregate)]: arguments}


def lookback_from_declaration(content: object) -> Lookback:
    """A lookback from its length, or from `{length: ..., before: ...}`. Raises WrongUsage.

    >>> lookback_from_declaration({"length": "12 months", "before": "12 months"})
    Lookback(length='12 months', before='12 months')
    """
    if not isinstance(content, dict):
        return Lookback(content)  # type: ignore[arg-type]  # it refuses whatever is no length
    if "length" not in content or not set(content) <= {"length", "before"}:
        raise WrongUsage(
            "A lookback is not declared as a length.",
            todo="Write lookback: 12 months, or {length: ..., before: ...}.",
        )
    return Lookback(**content)


def lookback_declaration(lookback: Lookback) -> str | dict[str, str]:
    """Plain content that `lookback_from_declaration` turns back into the same lookback."""
    if lookback == Lookback(lookback.length):
        return lookback.length
    return {"length": lookback.length, "before": lookback.before}
