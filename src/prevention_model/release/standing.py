"""What a run has gathered: which signatures count, what is waived, what is missing, until when it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations
from typing import Any

from prevention_model.errors import Damaged
from prevention_model.ledger import Entry, canonical
from prevention_model.release import keys
from prevention_model.release.facts import INCOMPLETE, RunFacts
from prevention_model.release.signoff import (
    PURPOSE,
    SignOff,
    Waiver,
    payload,
    same_person,
    waiver_of,
)
from prevention_model.settings.authority import Signatory

SHORTEST_REASON = 20


@dataclass(frozen=True)
class Signature:
    """A signature that counts: who, in which role, on which day, with which waivers."""

    entry: Entry
    name: str
    role: str
    signed: date
    waivers: tuple[Waiver, ...]


@dataclass(frozen=True)
class Standing:
    """The signatures of a run that count, and in words why others do not."""

    run: RunFacts
    counted: tuple[Signature, ...]
    passed_over: tuple[str, ...]

    def waiver(self, check: str) -> Waiver | None:
        """The waiver of a check that lasts longest, if it has one."""
        found = [each for signature in self.counted for each in signature.waivers if each.check == check]
        return max(found, key=lambda each: each.until, default=None)

    def last_day(self, policy: SignOff) -> date:
        """The last day of a certificate: counted from the audit, and no longer than a waiver it needs."""
        found = [self.waiver(check) for check in self.run.failed_checks]
        days = [each.until for each in found if each is not None]
        return min([self.audit_until(policy), *days])

    def audit_until(self, policy: SignOff) -> date:
        """The last day on which the audit is recent enough."""
        return self.run.created + timedelta(days=policy.certificate_days)

    def missing(self, policy: SignOff, today: date) -> list[str]:
        """Sign-offs and waivers still wanted, in words, and why others do not count; or nothing."""
        wanted = [*self._missing_waivers(policy, today), *self._missing_roles(policy)]
        return [*wanted, *self.passed_over] if wanted else []

    def unwaived(self, policy: SignOff, today: date) -> list[str]:
        """Failed checks that no waiver covers today."""
        return [check for check in self.run.failed_checks if self._unwaived(check, policy, today)]

    def _missing_waivers(self, policy: SignOff, today: date) -> list[str]:
        words = [self._unwaived(check, policy, today) for check in self.run.failed_checks]
        return [each for each in words if each]

    def _unwaived(self, check: str, policy: SignOff, today: date) -> str:
        if never_waived(check, policy):
            return f"{check} stands in the way, and nobody may waive it"
        waiver = self.waiver(check)
        if waiver is None:
            return f"{check} failed and is not waived"
        if waiver.until < today:
            return f"the waiver of {check} ended on {waiver.until}"
        return ""

    def _missing_roles(self, policy: SignOff) -> list[str]:
        if _by_different_people(self.counted, policy.roles):
            return []
        signed = {each.role for each in self.counted}
        absent = [role for role in policy.roles if role not in signed]
        if absent:
            return [f"nobody has signed as {role}" for role in absent]
        return ["each role must be signed by a different person"]


def never_waived(check: str, policy: SignOff) -> bool:
    """Whether the policy lets nobody waive a check, or there is no check to waive."""
    return check in policy.never_waived or check == INCOMPLETE


def _by_different_people(counted: Sequence[Signature], roles: Sequence[str]) -> bool:
    people: dict[str, set[str]] = {}
    for each in counted:
        people.setdefault(each.name, set()).add(each.role)
    return any(
        all(role in people[name] for role, name in zip(roles, order, strict=True))
        for order in permutations(people, len(roles))
    )


def standing(run: RunFacts, entries: Sequence[Entry], signatories: Sequence[Signatory]) -> Standing:
    """Judge every signature that the ledger holds for a run.

    Raises Damaged when one does not verify. A signature that verifies, but is by nobody known, by the
    author, in another role than today's, or over other content, does not count.
    """
    counted: list[Signature] = []
    words: list[str] = []
    for entry in entries:
        if entry.kind == "signed":
            signature = _read(entry)
            why_not = _why_not(run, signature, entry.body["payload"], signatories)
            if why_not:
                words.append(why_not)
            else:
                counted.append(signature)
    return Standing(run, tuple(counted), tuple(words))


def _read(entry: Entry) -> Signature:
    try:
        content: dict[str, Any] = entry.body["payload"]
        waivers = tuple(waiver_of(each) for each in content["waivers"])
        read = Signature(
            entry, content["name"], content["role"], date.fromisoformat(content["date"]), waivers
        )
        genuine = (
            content["purpose"] == PURPOSE
            # The signature names the entry before its own, so it cannot be moved in the ledger.
            and content["after"] == entry.previous
            and keys.verify(content["public_key"], entry.body["signature"], canonical(content).encode())
        )
    except (KeyError, TypeError, ValueError):
        genuine = False
    if not genuine:
        raise Damaged(
            "A signature in the ledger does not belong to what it signs.",
            where=f"ledger entry {entry.seq}",
            todo="Do not use this run; find out who wrote to the ledger without the gate.",
        )
    return read


def _why_not(
    run: RunFacts, signature: Signature, content: dict[str, Any], signatories: Sequence[Signatory]
) -> str:
    known = [each for each in signatories if each.public_key == content["public_key"]]
    if not known or known[0].name != signature.name:
        return f"the key that signed as {signature.name} is not that of a signatory"
    if known[0].role != signature.role:
        return f"{signature.name} signed as {signature.role} and is now {known[0].role}"
    if same_person(signature.name, run.author):
        return f"{signature.name} is the author, and nobody signs off their own run"
    made_over = payload(run, known[0], signature.waivers, signature.signed, content["after"])
    if content != made_over:
        return f"{signature.name} signed something else than this report and these scores"
    return ""


def waiver_faults(run: RunFacts, waivers: Sequence[Waiver], policy: SignOff, today: date) -> list[str]:
    """What is wrong with waivers that somebody wants to sign today, all at once."""
    faults = []
    checks = [each.check for each in waivers]
    longest = today + timedelta(days=policy.waiver_days_max)
    for waiver in waivers:
        check = waiver.check
        if check not in run.failed_checks:
            faults.append(f"{check} did not fail, so there is nothing to waive")
        elif never_waived(check, policy):
            faults.append(f"{check} stands in the way, and nobody may waive it")
        if len(waiver.reason.strip()) < SHORTEST_REASON:
            faults.append(f"the reason to waive {check} has fewer than {SHORTEST_REASON} characters")
        if waiver.until < today:
            faults.append(f"the waiver of {check} would have ended on {waiver.until}")
        elif waiver.until > longest:
            faults.append(
                f"the waiver of {check} would last past {longest}, the longest that the policy allows"
            )
    faults += [
        f"{check} is waived twice" for check in sorted({each for each in checks if checks.count(each) > 1})
    ]
    return faults
