"""Checks that the aggregates share: every one of them says what to write instead."""

from collections.abc import Iterable

from prevention_model.errors import WrongUsage

Choice = str | tuple[str, ...]

POINT_TABLES = ("event", "measurement", "attribute")
SPELL_TABLES = ("spell", "place")

COMES_BACK = frozenset({"list_given", "list_viewed", "decided", "contest_opened", "contest_closed"})
"""Kinds of ledger entries about lists. What a coordinator decides follows from who was listed: a model that asked for
it, as a feature or as an outcome, would learn its own lists. So nothing may ask for it, whatever table it stands in."""


def chosen(owner: str, field: str, value: object) -> tuple[str, ...]:
    """One text or several, as a sorted tuple without repeats. Raises WrongUsage when there is none, or for a kind that
    came back from lists.

    >>> chosen("Count", "kind", ["b", "a", "b"])
    ('a', 'b')
    """
    items: Iterable[object] = (
        [value] if isinstance(value, str) else value if isinstance(value, (tuple, list)) else ()
    )
    texts = [item for item in items if isinstance(item, str) and item]
    if not texts or len(texts) != len(list(items)):
        raise WrongUsage(
            f"{owner} needs {field}= one text or a tuple of texts.",
            todo=f'Write {field}="..." with a {field} from the records.',
        )
    if field == "kind" and COMES_BACK & set(texts):
        raise WrongUsage(
            f"{owner} asks for what came back from lists, which teaches no model: a model would learn its own lists.",
            todo="Leave it out. What lists came to is shown by `prevention-model yield`.",
        )
    return tuple(sorted(set(texts)))


def point_table(owner: str, table: object, allowed: tuple[str, ...]) -> None:
    """Refuse a table whose rows the aggregate cannot use."""
    if table in allowed:
        return
    if table in SPELL_TABLES and "spell" not in allowed:
        todo = "A spell has a start and an end: use SpellsStarted, SpellsEnded, OpenSpell or DaysInSpell instead."
    elif table == "attribute":
        todo = 'Attributes hold text: use Latest("attribute", kind=..., equals="true") instead.'
    else:
        todo = f"Use one of: {', '.join(allowed)}."
    raise WrongUsage(f"{owner} cannot read the table {table!r}.", todo=todo)


def spell_table(owner: str, table: object, code: object) -> None:
    """Refuse a table without spells, and codes where the table has none."""
    if table not in SPELL_TABLES:
        raise WrongUsage(
            f"{owner} cannot read the table {table!r}.",
            todo="Use table='spell' or table='place'; for rows with one date use Count, Sum or Any.",
        )
    if table == "place" and code is not None:
        raise WrongUsage(
            f"{owner} on the table 'place' takes no code.", todo="Leave code= out: a place has only a kind."
        )
