"""Traits that are never features: they belong to the audit, which looks for gaps between groups (R-08)."""

import re

from prevention_model.errors import WrongUsage

PROTECTED = (
    "sex", "gender", "ethnicity", "ethnic", "race", "nationality", "language", "religion", "faith", "belief",
    "disability", "disabled", "orientation", "pregnancy", "marital",
)  # fmt: skip


def refuse_protected(name: str, read: tuple[str, ...]) -> None:
    """Raise WrongUsage when a feature's name, or a kind or code it reads, names a protected trait.

    >>> refuse_protected("sessions_missed", ("possible_sessions",))
    """
    for text in (name, *read):
        found = sorted(set(re.split(r"[^a-z]+", text.lower())) & set(PROTECTED))
        if found:
            raise WrongUsage(
                f"The feature {name!r} uses the protected trait {found[0]!r}.",
                todo="Leave it out: protected traits are for the audit, which compares groups, and never features.",
            )
