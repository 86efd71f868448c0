"""The pages of a run: cards and audit pages when it is made, the cards again when it is released."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from prevention_model.audit import AuditReport, Evidence
from prevention_model.cards import (
    BOARD_FILES,
    CARD_FILES,
    FACTS_FILE,
    CardFacts,
    PublicFacts,
    publish,
    write_audit_page,
    write_board_pack,
    write_card,
    write_comparison,
)
from prevention_model.papers import write_papers
from prevention_model.pipeline.card import card_facts
from prevention_model.pipeline.card_now import as_released
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
    """Write card, board pack and audit page of each outcome of `reports`: the first here, each other under `beside/`.

    Where periods were judged, the page that compares candidates and rivals stands beside the card. Small numbers are
    protected against what was published `earlier`, and the card says what changed since."""
    places = card_places(folder, list(reports))
    written: list[PublicFacts] = []
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
        public = publish(facts, earlier.log, written)
        written.append(public)
        write_card(place, public)
        write_board_pack(place, public)
        (place / FACTS_FILE).write_text(facts.to_json(), encoding="utf-8")
        write_audit_page(place, {"run_id": run["run_id"], **json.loads(report.to_json())})
        if facts.comparison:
            write_comparison(place, {**run, "outcome_plain": facts.outcome_plain}, figures.outcomes[name])


def write_released_cards(
    folder: Path, run_folder: Path, released: ReleasedScores, authority: Authority, earlier: Earlier, on: date
) -> dict[str, PublicFacts]:
    """Write card, board pack and papers of each outcome as it is released. Returns what is published, by outcome."""
    public: dict[str, PublicFacts] = {}
    for name, place in card_places(run_folder, released.outcomes).items():
        facts = as_released(CardFacts.read(place / FACTS_FILE), released, authority, earlier.cards.get(name))
        # Pages that compare models and measures stay with the run.
        facts = replace(facts, comparison="", mitigation_page="")
        public[name] = publish(facts, earlier.log, list(public.values()))
    write_documents(folder, public, authority, on)
    return public


def write_documents(
    folder: Path, public: Mapping[str, PublicFacts], authority: Authority, on: date
) -> list[Path]:
    """Card and board pack of each outcome, and the papers of the first: an authority answers for one tool.

    Raises WrongUsage, before anything is written, with every field that the authority has yet to fill.
    """
    made = list(write_papers(folder, next(iter(public.values())), authority, on))
    for name, place in card_places(folder, list(public)).items():
        made += [*write_card(place, public[name]), *write_board_pack(place, public[name])]
    return made


DOCUMENTS = (*CARD_FILES, *BOARD_FILES)
"""What is written for each outcome of a release; the papers stand beside those of the first."""
