"""Rules as plain content, as they stand in YAML: `{ratio: {of: late_3m, to: sessions_3m}}`."""

from dataclasses import fields
from typing import Any, cast

from prevention_model.errors import WrongUsage
from prevention_model.features.feature import Feature
from prevention_model.features.rules import RULES, Rule, sources

_BY_NAME = {
    "".join("_" + letter.lower() if letter.isupper() else letter for letter in made.__name__)[1:]: made
    for made in RULES
}
_NAMES = {made: name for name, made in _BY_NAME.items()}


def rule_from_declaration(content: object) -> Rule:
    """A rule from `{name: {argument: value}}`; a feature by its name, or as its own declaration. Raises WrongUsage.

    >>> rule_from_declaration({"since_reached": {"of": "absence_3m", "at_least": 0.1}})
    SinceReached(of='absence_3m', at_least=0.1, every='3 months', times=4)
    """
    if not isinstance(content, dict) or len(content) != 1 or next(iter(content)) not in _BY_NAME:
        raise WrongUsage(
            "A rule is not declared as one known name with its arguments.",
            todo=f"Write {{ratio: {{of: ..., to: ...}}}}; the names are {', '.join(_BY_NAME)}.",
        )
    name, arguments = next(iter(content.items()))
    made = _BY_NAME[name]
    takes = [item.name for item in fields(made)]
    if not isinstance(arguments, dict) or not set(arguments) <= set(takes):
        raise WrongUsage(
            f"The rule {name} was given arguments it does not take.", todo=f"It takes: {', '.join(takes)}."
        )
    given = {
        key: Feature.from_declaration(value) if isinstance(value, dict) else value
        for key, value in arguments.items()
    }
    try:
        return cast(Rule, made(**given))
    except TypeError:
        raise WrongUsage(
            f"The rule {name} lacks an argument.", todo=f"It takes: {', '.join(takes)}."
        ) from None


def rule_declaration(rule: Rule) -> dict[str, Any]:
    """Plain content of a rule: its name and its arguments, features declared in place.

    >>> from prevention_model.features.rules import Ratio
    >>> rule_declaration(Ratio("late_3m", to="sessions_3m"))
    {'ratio': {'of': 'late_3m', 'to': 'sessions_3m'}}
    """
    arguments = {item.name: getattr(rule, item.name) for item in fields(rule)}
    arguments |= {
        key: each.to_declaration() for key, each in sources(rule).items() if isinstance(each, Feature)
    }
    return {_NAMES[type(rule)]: arguments}
