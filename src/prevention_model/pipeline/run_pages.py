"""The pages of a run: cards and audit pages when it is made, the cards again when it is released."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from prevention_model.audit import AuditReport, Evidence
from prevention_model.cards import CardFacts, write_audit_page, write_card, write_comparison
from prevention_model.pipeline.card import card_facts
from prevention_model.pipeline.figures import Figures
from prevention_model.pipeline.plan import Plan
from prevention_model.release import ReleasedScores
from prevention_model.settings.authority import Authority

_FACTS = "card_facts.json"


def write_run_pages(
    folder: Path,
    run: Mapping[str, Any],
    plan: Plan,
    evidence: Evidence,
    reports: Mapping[str, AuditReport],
    figures: Figures,
    left_out: pd.DataFrame,
    authority: Authority | None,
) -> None:
    """Write card and audit page of each outcome of `reports`: of the first here, of each other under `beside/`.

    Where periods were judged, the page that compares candidates and rivals stands beside the card.
    """
    places = card_places(folder, list(reports))
    for name, place in places.items():
        report = reports[name]
        facts = card_facts(run, plan, evidence, evidence[name], report, figures, left_out, authority)
        write_card(place, facts)
        (place / _FACTS).write_text(facts.to_json(), encoding="utf-8")
        write_audit_page(place, {"run_id": run["run_id"], **json.loads(report.to_json())})
        if facts.comparison:
            write_comparison(place, {**run, "outcome_plain": facts.outcome_plain}, figures.outcomes[name])


def write_released_cards(folder: Path, run_folder: Path, released: ReleasedScores) -> None:
    """The card of each outcome as it was released: the same figures, with stage, signatures, waivers, certificate."""
    signed = [
        {"name": each.name, "role": each.role, "on": each.signed.isoformat()} for each in released.signatures
    ]
    waivers = [
        {**waiver.plain(), "by": each.name}
        for waiver in released.waivers
        for each in released.signatures
        if waiver in each.waivers
    ]
    certificate = {
        "id": released.certificate.id,
        "expires": released.certificate.expires.isoformat(),
    }
    kept = card_places(run_folder, released.outcomes)
    for outcome, place in card_places(folder, released.outcomes).items():
        facts = CardFacts.from_json((kept[outcome] / _FACTS).read_text(encoding="utf-8"))
        write_card(
            place,
            replace(
                facts,
                stage=released.stage,
                verdict="released",
                sign_offs=signed,
                waivers=waivers,
                certificate=certificate,
                comparison="",  # that page stays with the run
            ),
        )


def card_places(folder: Path, outcomes: Sequence[str]) -> dict[str, Path]:
    """The folder of the card of each outcome: that of the first is the run's own.

    >>> [place.as_posix() for place in card_places(Path("run"), ["care", "suspension"]).values()]
    ['run', 'run/beside/suspension']
    """
    return {name: folder / "beside" / name if place else folder for place, name in enumerate(outcomes)}
