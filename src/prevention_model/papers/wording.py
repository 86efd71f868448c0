"""What several papers say in the same words."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from prevention_model.cards import PublicFacts
from prevention_model.cards.telling import known
from prevention_model.disclosure import printed
from prevention_model.pages.document import Tag
from prevention_model.pages.words import joined, plain_date, plural
from prevention_model.settings.publication import NotYetKnown

GOOD, BAD = ("passed",), ("failed", "could_not_run", "waived")

NO_DECISION = (
    "Nothing is decided by the tool. A list is a prompt for a conversation about help that is voluntary, and each row "
    "of it waits for a person who may set it aside."
)
LOW_IS_NO_PROOF = (
    "Being low on a list, or on none, says nothing about how well a child is cared for. Every other way to help stays "
    "open: referrals, schools, and families who ask."
)
NOT_TOLD = 'Counts of 1 to 5, and figures that would give them away, are shown as "c".'


def said(answer: str | NotYetKnown | None) -> str:
    """What an authority said, in one line; "" where it said nothing.

    >>> said(" a team\\n of two ")
    'a team of two'
    """
    return " ".join(str(answer or "").split())


def sentence(text: str) -> str:
    """A text with a full stop at its end, where it has none.

    >>> sentence("A team of two"), sentence("Why?")
    ('A team of two.', 'Why?')
    """
    return text if not text or text[-1] in ".!?" else f"{text}."


def status(facts: PublicFacts, code: str) -> str:
    """What a check came to, by its code; "not_made" where it was not made."""
    return next(
        (str(each["status"]) for each in facts.checks if str(each["name"]).startswith(code)), "not_made"
    )


_VERDICTS = {
    "awaiting sign-off": "yellow",
    "signed": "green",
    "released": "green",
    "refused": "red",
    "withdrawn": "red",
    "expired": "red",
}
_STATUS = {
    "passed": "passed",
    "failed": "failed",
    "too_few": "had too few people to assess",
    "not_applicable": "did not apply",
    "could_not_run": "could not be run",
    "waived": "failed, and was waived",
    "not_made": "was not made",
}


def check_words(facts: PublicFacts, *codes: str) -> str:
    """What checks came to, in a sentence."""
    titles = dict(str(each["name"]).partition(" ")[::2] for each in facts.checks)
    named = {code: f"{code} ({titles[code]})" if code in titles else code for code in codes}
    parts = [f"{named[code]} {_STATUS[status(facts, code)]}" for code in codes]
    return f"Check {joined(parts)}." if len(codes) == 1 else f"Checks: {'; '.join(parts)}."


def count_of(value: Any) -> str:
    """A count of the facts as printed, "c" where it is hidden.

    >>> count_of(1200.0), count_of(None)
    ('1,200', 'c')
    """
    return printed(int(value) if known(value) else None)


def standing(facts: PublicFacts) -> tuple[Tag, ...]:
    """Where the run stands, so that nobody takes a paper of a refused model for one of a model in use."""
    return (Tag(facts.verdict.capitalize(), _VERDICTS[facts.verdict]), Tag(f"Stage: {facts.stage}", "blue"))


def outcome_words(facts: PublicFacts) -> str:
    """What is looked for, with the time in which it has to happen."""
    words = facts.outcome["in_words"].rstrip(".")
    return words if facts.horizon in words else f"{words}, {facts.horizon}"


def never_words(facts: PublicFacts) -> str:
    """What the tool is never for, in one line."""
    return "; ".join(each.rstrip(".") for each in facts.never_for)


def left_out_words(facts: PublicFacts) -> str:
    """Why children were left out, in one line; "nobody" where none was."""
    return "; ".join(str(row["reason"]) for row in facts.left_out) or "nobody"


def counted(count: Any, one: str, many: str) -> str:
    """The same with its noun.

    >>> counted(None, "child", "children"), counted(1, "child", "children")
    ('c children', '1 child')
    """
    return plural(int(count), one, many) if known(count) else f"{count_of(None)} {many}"


def families_a_month(facts: PublicFacts) -> str:
    """How many families are listed, in how many zones."""
    families = plural(sum(facts.capacity.values()), "family", "families")
    return f"{families} in {plural(len(facts.capacity), 'zone')}"


def spoken(day: date | str | None) -> str:
    """A day in full."""
    return plain_date(day)


def source_names(facts: PublicFacts) -> str:
    """The sources in a sentence."""
    return joined([plain_name(each["name"]) for each in facts.sources])


def plain_name(name: object) -> str:
    """A name of a source, a theme or a grouping as people read it."""
    return str(name).replace("_", " ")


def counts_by(rows: Sequence[Any], key: str) -> dict[str, int]:
    """How many rows have each value of a key, in the order in which they are met."""
    made: dict[str, int] = {}
    for row in rows:
        name = plain_name(row[key]) or "other"
        made[name] = made.get(name, 0) + 1
    return made
