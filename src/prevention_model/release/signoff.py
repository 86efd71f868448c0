"""Sign-off: its rules, waivers, and exactly what a signature is made over."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from prevention_model.errors import WrongUsage, listed
from prevention_model.ledger import canonical
from prevention_model.release.facts import RunFacts
from prevention_model.settings.authority import Signatory
from prevention_model.settings.policy import Policy

PURPOSE = "prevention_model sign-off, version 1"
"""Stands in every signed text, so that no other signature of the same key can be passed off as one."""


@dataclass(frozen=True)
class SignOff:
    """Who must sign, and for how long what they sign holds. Raises WrongUsage.

    `roles`: one signature each, by different people. `certificate_days` from the audit, `list_days` from
    the release; a waiver ends at most `waiver_days_max` after it is signed. `never_waived`: check codes.

    >>> SignOff(roles=("Head of service",))
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: The rules of sign-off are wrong: at least two roles must sign.
    """

    roles: tuple[str, ...] = ("information_governance", "childrens_services")
    certificate_days: int = 365
    list_days: int = 35
    waiver_days_max: int = 90
    never_waived: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        faults = []
        if len(self.roles) < 2:
            faults.append("at least two roles must sign")
        if any(not role.strip() for role in self.roles):
            faults.append("a role has a name")
        faults += [
            f"{name} is at least 1"
            for name in ("certificate_days", "list_days", "waiver_days_max")
            if getattr(self, name) < 1
        ]
        if faults:
            raise WrongUsage(f"The rules of sign-off are wrong: {listed(faults)}.")

    @classmethod
    def of(cls, policy: Policy) -> "SignOff":
        """The rules of sign-off that a policy states.

        >>> len(SignOff.of(Policy.default()).roles)
        2
        """
        return cls(
            roles=policy.sign_off_roles,
            certificate_days=policy.certificate_days,
            list_days=policy.list_days,
            waiver_days_max=policy.waiver_max_days,
            never_waived=policy.never_waived,
        )


@dataclass(frozen=True)
class Waiver:
    """A failed check that may be passed over until, and on, the day `until`, for a written reason.

    >>> Waiver("PM006", "Too few children in two zones.", date(2026, 3, 31)).plain()["until"]
    '2026-03-31'
    """

    check: str
    reason: str
    until: date

    def plain(self) -> dict[str, str]:
        """As plain JSON."""
        return {"check": self.check, "reason": self.reason, "until": self.until.isoformat()}


def waiver_of(content: dict[str, str]) -> Waiver:
    """A waiver from what `Waiver.plain` gave."""
    return Waiver(content["check"], content["reason"], date.fromisoformat(content["until"]))


def payload(
    run: RunFacts, signatory: Signatory, waivers: Sequence[Waiver], today: date, after: str
) -> dict[str, Any]:
    """What is signed. `after` is the hash of the last ledger entry: a signature vouches for the past."""
    return {
        "purpose": PURPOSE,
        "run": run.plain(),
        "waivers": sorted((each.plain() for each in waivers), key=canonical),
        "name": signatory.name,
        "role": signatory.role,
        "public_key": signatory.public_key,
        "date": today.isoformat(),
        "after": after,
    }


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, whatever the case, the spaces and the way accents are stored.

    >>> same_person("Ann  Analyst", "ann analyst "), same_person("Ann Analyst", "A. Analyst")
    (True, False)
    """
    return _plain_name(one) == _plain_name(other)


def _plain_name(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def signatory_faults(signatories: Sequence[Signatory]) -> list[str]:
    """Signatories among whom a signature would not tell one person from another."""
    faults = []
    for number, each in enumerate(signatories):
        for other in signatories[:number]:
            if same_person(each.name, other.name):
                faults.append(f"{each.name} is named twice among the signatories")
            if each.public_key == other.public_key:
                faults.append(f"{other.name} and {each.name} have one key between them")
    return faults
