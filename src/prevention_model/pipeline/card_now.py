"""The facts of a card as they stand on a day: the figures of the run, and what was signed, waived, released since."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from prevention_model.cards import CardFacts, changed_since
from prevention_model.ledger import Entry
from prevention_model.release import ReleasedScores, RunFacts, Signature, SignOff, Waiver, standing, state_of
from prevention_model.settings.authority import Authority

_VERDICTS = {"drafted": "awaiting sign-off", "audited": "awaiting sign-off"}
"""States that a card calls otherwise."""
_WAIVED = {"failed": "waived", "could_not_run": "waived"}
"""What a check that is waived is shown as; one with too few people stays that, and stands in the way no more."""


def as_released(
    facts: CardFacts, released: ReleasedScores, authority: Authority, before: CardFacts | None
) -> CardFacts:
    """As the gate let it through. `before` are the facts of the version before, if there was one."""
    made = _said(facts, released.signatures, released.waivers, authority, before)
    certificate = {"id": released.certificate.id, "expires": released.certificate.expires.isoformat()}
    return replace(made, stage=released.stage, verdict="released", unfilled=(), certificate=certificate)


def as_it_stands(
    facts: CardFacts,
    run: RunFacts,
    entries: Sequence[Entry],
    policy: SignOff,
    authority: Authority,
    before: CardFacts | None,
    today: date,
) -> CardFacts:
    """As the ledger's `entries` about the run tell it: also while people still decide."""
    gathered = standing(run, entries, authority.signatories)
    waivers = [each for each in map(gathered.waiver, run.failed_checks) if each is not None]
    state = state_of(entries, today)
    if state == "signed" and gathered.missing(policy, today):
        state = run.verdict if run.verdict == "refused" and not waivers else "audited"
    releases = [entry for entry in entries if entry.kind == "released"]
    sources = [str(row["name"]) for row in facts.sources]
    declared = [each.name for each in authority.sources if each.name in sources]
    return replace(
        _said(facts, gathered.counted, waivers, authority, before),
        verdict=_VERDICTS.get(state, state),
        stage=str(releases[-1].body["stage"]) if releases else "not released",
        unfilled=(*authority.publication.unfilled(declared), *authority.publication.overdue(today)),
        certificate={name: releases[0].body["certificate"][name] for name in ("id", "expires")}
        if releases
        else None,
    )


def _said(
    facts: CardFacts,
    signatures: Sequence[Signature],
    waivers: Sequence[Waiver],
    authority: Authority,
    before: CardFacts | None,
) -> CardFacts:
    """With who signed, what they waived, and what the authority says by now; a waived check is shown as one."""
    waived: list[dict[str, Any]] = [
        {**waiver.plain(), "by": each.name}
        for waiver in waivers
        for each in signatures
        if waiver in each.waivers
    ]
    codes = {str(each["check"]) for each in waived}
    return replace(
        facts,
        sign_offs=[
            {"name": each.name, "role": each.role, "on": each.signed.isoformat()} for each in signatures
        ],
        waivers=waived,
        checks=[
            {**check, "status": _WAIVED.get(check["status"], check["status"]), "blocks": False}
            if str(check["name"]).split()[0] in codes
            else check
            for check in facts.checks
        ],
        human_review=str(authority.publication.deployment.human_review or ""),
        complaint_route=authority.complaint_route,
        changed=changed_since(before, facts) if before else facts.changed,
    )
