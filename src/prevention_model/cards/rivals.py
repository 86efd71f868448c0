"""What a model is compared with on lists as long: simple rules that can be worked out by hand, and plainer models."""

from collections.abc import Mapping, Sequence
from typing import Any

from prevention_model.cards.public import PublicFacts
from prevention_model.cards.telling import OF, known, of_twenty
from prevention_model.pages.words import about_of, joined

PLAINER_MODELS = ("logistic", "last level")
"""Rivals that nobody can work out by hand: a regularised logistic regression, and the level at the last list."""

Row = Mapping[str, Any]


def best_of(rows: Sequence[Row]) -> Row | None:
    """The rival that finds most; none where nothing is known of any."""
    shown = [row for row in rows if known(row["value"])]
    return max(shown, key=lambda row: float(row["value"]), default=None)


def simple_rules(facts: PublicFacts) -> list[Row]:
    """The rivals that can be worked out by hand."""
    return [row for row in facts.rivals[1:] if row["name"] not in PLAINER_MODELS]


def better_words(facts: PublicFacts) -> str:
    """Whether the model is better than the best simple rule and than the best plainer model, on lists as long: clear
    only where intervals are apart."""
    model, rule = facts.rivals[0], best_of(simple_rules(facts))
    plainer = best_of([row for row in facts.rivals[1:] if row["name"] in PLAINER_MODELS])
    if not known(model["value"]) or (rule is None and plainer is None):
        return "Not known: no comparison could be made."
    said = "No simple rule could be compared." if rule is None else _against_rule(facts, model, rule)
    if plainer is None:
        return said
    found = f"{about_of(float(plainer['value']), OF)} by {plainer['name']}"
    if _apart(model, plainer):
        return f"{said} It is better than a plainer model too, beyond chance: {found}."
    if _apart(plainer, model):
        return f"{said} A plainer model is better, beyond chance: {found}."
    return f"{said} Not shown to be better than a plainer model: {found}."


def _against_rule(facts: PublicFacts, model: Row, rule: Row) -> str:
    found = (
        f"{of_twenty(model)} against {about_of(float(rule['value']), OF)} by {rule['name']}, on lists as long"
    )
    if _apart(model, rule):
        return f"Yes, beyond chance: {found}."
    if _apart(rule, model):
        return f"No. The rule is better, beyond chance: {found}."
    worse = [str(row["name"]) for row in simple_rules(facts) if _apart(model, row)]
    than = f" It is better, beyond chance, than {joined(worse)}." if worse else ""
    return f"Not shown: {found}, a difference that chance can make.{than}"


def _apart(more: Row, less: Row) -> bool:
    return known(more["low"], less["high"]) and float(more["low"]) > float(less["high"])
