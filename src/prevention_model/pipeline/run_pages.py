"""The pages of a run: cards and audit pages when it is made, the cards again when it is released."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from prevention_model.audit import AuditReport, Evidence
from prevention_model.cards import (
    FACTS_FILE,
    CardFacts,
    PublicFacts,
    changed_since,
    publish,
    write_audit_page,
    write_card,
    write_comparison,
)
from prevention_model.pipeline.card import card_facts
from prevention_model.pipeline.card_places import card_places
from prevention_model.pipeline.earlier import Earlier
from prevention_model.pipeline.figures import Figures
from prevention_model.pipeline.plan import Plan
from prevention_model.release import ReleasedScores
from prevention_model.settings.authority import Authority


def write_run_pages(
    folder: Path,
    run: Mapping[str, Any],
    plan: Plan,
    evidence: Evidence,
    reports: Mapping[str, AuditReport],
    figures: Figures,
    left_out: pd.DataFrame,
    authority: Authority | None,
    menu: Mapping[str, Any] | None,
    earlier: Earlier,
) -> None:
    """Write card and audit page of each outcome of `reports`: of the first here, of each other under `beside/`.

    Where periods were judged, the page that compares candidates and rivals stands beside the card. Small numbers are
    protected against what was published `earlier`, and the card says what changed since."""
    places = card_places(folder, list(reports))
    for name, place in places.items():
        report = reports[name]
        facts = card_facts(
            run,
            plan,
            evidence,
            evidence[name],
            report,
            figures,
            left_out,
            authority,
            menu,
            earlier.cards.get(name),
        )
        write_card(place, publish(facts, earlier.log))
        (place / FACTS_FILE).write_text(facts.to_json(), encoding="utf-8")
        write_audit_page(place, {"run_id": run["run_id"], **json.loads(report.to_json())})
        if facts.comparison:
            write_comparison(place, {**run, "outcome_plain": facts.outcome_plain}, figures.outcomes[name])


def released_facts(
    run_folder: Path, released: ReleasedScores, authority: Authority, earlier: Earlier
) -> dict[str, CardFacts]:
    """The facts of the card of each outcome as it is released: the figures of the run, with stage, signatures, waivers
    and certificate, what the authority says by now, and what changed since the version before."""
    signed = [
        {"name": each.name, "role": each.role, "on": each.signed.isoformat()} for each in released.signatures
    ]
    waivers = [
        {**waiver.plain(), "by": each.name}
        for waiver in released.waivers
        for each in released.signatures
        if waiver in each.waivers
    ]
    made = {}
    for outcome, place in card_places(run_folder, released.outcomes).items():
        facts = CardFacts.read(place / FACTS_FILE)
        before = earlier.cards.get(outcome)
        made[outcome] = replace(
            facts,
            stage=released.stage,
            verdict="released",
            sign_offs=signed,
            waivers=waivers,
            certificate={"id": released.certificate.id, "expires": released.certificate.expires.isoformat()},
            human_review=str(authority.publication.deployment.human_review),
            unfilled=(),
            complaint_route=authority.complaint_route,
            changed=changed_since(before, facts) if before else facts.changed,
            comparison="",  # these pages stay with the run
            mitigation_page="",
        )
    return made


def write_released_cards(
    folder: Path, run_folder: Path, released: ReleasedScores, authority: Authority, earlier: Earlier
) -> dict[str, PublicFacts]:
    """Write the card of each outcome as it is released. Returns what is published, by outcome."""
    facts = released_facts(run_folder, released, authority, earlier)
    public = {name: publish(held, earlier.log) for name, held in facts.items()}
    for name, place in card_places(folder, released.outcomes).items():
        write_card(place, public[name])
    return public
