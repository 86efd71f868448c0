"""The page of the outcomes, made from their declarations: `python -m prevention_model.outcomes.describe`."""

import sys

from prevention_model.outcomes.catalogue import catalogue
from prevention_model.outcomes.frameworks import in_words
from prevention_model.outcomes.onset import ALL, Onset, Return
from prevention_model.outcomes.outcome import Outcome

HEAD = """# Outcomes of the catalogue

What may begin after an index date, in whom, and how far its being on record depends on who is watched. Who is at risk
is settled by what was known at the index date. Follow-up that is cut short is *censored*: missing, never "did not
happen". It is cut short by death, moving away, the upper age and the end of receipt, and for learning and work by an
activity that is not known. What the words mean in cases is in `tests/spec/outcomes.md`, and how time is kept in
[time](../explanation/time.md).

All of them are to be avoided. An experiment names those that it predicts in `outcomes`, and one or several that order
its lists in `ranking`.
[All settings](../how-to/configure.md).

To which outcome of Supporting Families, to which of ACHIEVE and to which of Dorset's ten obsessions each belongs is a
start, for an authority to agree with families and partners. Of the ten obsessions three were published; *a slot left
open* marks candidates for the other seven. *None* says that it belongs to none: being safe, for one, is not among the
seven words of ACHIEVE.

A first entry is the first in all that is on record: where records reach back less than a life, or are kept for less, an
earlier one is not seen. A family is whoever lives together on the day on which the duty began, as known by its end.
A return counts each time: earlier returns take nobody out, and several referrals on one day are one.

This page is made by `python -m prevention_model.outcomes.describe`; a test compares the two.
"""
WHO = ("outcome", "says", "at risk", "follow-up", "read from", "owner")
WHERE = ("outcome", "Supporting Families", "ACHIEVE", "obsession")
WATCHED = ("outcome", "depends on being watched", "why")


def page() -> str:
    """The whole page, as Markdown.

    >>> "## Who can have it" in page()
    True
    """
    outcomes = catalogue()
    parts = [
        "## Who can have it", table(WHO, [who(outcome) for outcome in outcomes]),
        "## Where it belongs", table(WHERE, [where(outcome) for outcome in outcomes]),
        "## Who is watched", table(WATCHED, [watched(outcome) for outcome in outcomes]),
    ]  # fmt: skip
    return "\n\n".join([HEAD.rstrip("\n"), *parts]) + "\n"


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def who(outcome: Outcome) -> tuple[str, ...]:
    """Whom it can befall and where it is read."""
    codes = getattr(outcome.onset, "codes", None) or ()
    read = f"{outcome.onset.table} {_named(outcome.onset.kinds)}"
    return (
        f"`{outcome.name}`", outcome.plain, at_risk(outcome), outcome.follow_up.horizon,
        f"{read}: {_named(codes)}" if codes else read, in_words("owner", outcome.owner),
    )  # fmt: skip


def where(outcome: Outcome) -> tuple[str, ...]:
    """The frameworks to which it belongs."""
    fields = ("supporting_families", "achieve", "obsession")
    return (f"`{outcome.name}`", *(in_words(field, getattr(outcome, field)) for field in fields))


def watched(outcome: Outcome) -> tuple[str, ...]:
    """How far its label depends on who is watched."""
    return f"`{outcome.name}`", in_words("watched", outcome.watched), outcome.exposure


def at_risk(outcome: Outcome) -> str:
    """Who is at risk, in words.

    >>> [at_risk(outcome) for outcome in catalogue() if outcome.name in ("re_referral", "youth_justice_first_entry")]
    ['had one in the last 12 months; under 18', 'never had it on record; 10 to 17']
    """
    ages = (
        f"{outcome.from_age} to {outcome.until_age - 1}" if outcome.from_age else f"under {outcome.until_age}"
    )
    among = [f"only with {_named(need.kind)}" for asked in outcome.among for need in asked.aggregate.needs()]
    return "; ".join([_free(outcome), ages, *among])


def _free(outcome: Outcome) -> str:
    onset = outcome.onset
    if isinstance(onset, Return):
        return f"had one in the last {onset.within}"
    if not isinstance(onset, Onset):
        return f"below {onset.at_least:.0%} in the last {onset.free_for}"
    if onset.free_for == ALL:
        return "never had it on record"
    free = f"free of it for {onset.free_for}"
    return f"{free}, as are those who live with them" if onset.scope == "household" else free


def _named(names: tuple[str, ...] | str) -> str:
    return ", ".join(f"`{name}`" for name in ((names,) if isinstance(names, str) else names))


if __name__ == "__main__":
    sys.stdout.write(page())
