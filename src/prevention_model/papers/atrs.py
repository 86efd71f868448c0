"""The transparency record: every field of the standard, from evidence and from what the authority says of itself."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from prevention_model.cards import PublicFacts
from prevention_model.cards.telling import found_words, missed_words
from prevention_model.pages.document import Document, Section, Table
from prevention_model.papers.atrs_fields import FIELDS, TIERS, VERSION, AtrsField
from prevention_model.papers.atrs_tool import tool_values
from prevention_model.papers.places import ATRS, PAPERS
from prevention_model.papers.wording import (
    LOW_IS_NO_PROOF,
    NO_DECISION,
    families_a_month,
    never_words,
    said,
    sentence,
    spoken,
    standing,
)
from prevention_model.settings.authority import Authority
from prevention_model.settings.publication import Form

PHASES = {"shadow": "Development", "pilot": "Beta/Pilot", "live": "Production"}
"""The phases of the standard, by the stage of a release. What is not released is in development."""
_OVER = ("withdrawn", "expired")

NOBODY = "Not applicable: nobody outside the authority is involved."


@dataclass(frozen=True)
class Entry:
    """One filled field: its number, its key with the place in its list, its title, and its value."""

    number: str
    key: str
    title: str
    value: str

    @property
    def published(self) -> str:
        """The number as records on GOV.UK have it: fields of tier 2 without the number of the tier, others without one.

        >>> Entry("2.1.3", "owner.sro", "Senior responsible owner", "Director").published
        '1.3'
        """
        return self.number.removeprefix("2.") if self.number.startswith("2.") else ""


def entries(facts: PublicFacts, authority: Authority) -> tuple[Entry, ...]:
    """Every field of the record in the order of the template, those of lists once for each entry of the list."""
    record = atrs_record(facts, authority)
    made: list[Entry] = []
    for parent, group in _in_lists():
        if not parent:
            made += [Entry(each.number, each.key, each.title, _at(record, each.key)) for each in group]
            continue
        held = _at(record, parent)
        for place, item in enumerate(held):
            made += [_entry(each, place, item) for each in group]
        if not held:
            made += [Entry(each.number, each.key, each.title, NOBODY) for each in group]
    return tuple(made)


def atrs_record(facts: PublicFacts, authority: Authority) -> dict[str, Any]:
    """The record as nested values, as `data_schemas/atrs_record.schema.json` says."""
    form = authority.publication
    third = form.owner.third_party
    return {
        "atrs_template_version": VERSION,
        "meta": {
            "title": facts.title,
            "organisation_name": authority.name,
            "phase": "Retired" if facts.verdict in _OVER else PHASES.get(facts.stage, PHASES["shadow"]),
            "region": said(form.region),
            "one_sentence_description": _one_sentence(facts),
        },
        "tier1": {
            "name": facts.model_id.replace("_", " "),
            "description": f"{sentence(facts.purpose)} {_how_used(facts)} {NO_DECISION}",
            "website_url": said(form.website),
            "contact_email": said(form.contact_email),
        },
        "owner": {
            "organisation": authority.name,
            "team": said(form.owner.team),
            "sro": said(form.owner.senior_responsible_owner),
            "third_party": {
                "involved": "Yes" if third.involved else "No",
                "parties": [_plain(party) for party in third.parties],
            },
        },
        "rationale": {
            "detailed_description": _described(facts, authority),
            "benefits": said(form.rationale.benefits),
            "previous_process": said(form.rationale.previous_process),
            "alternatives_considered": said(form.rationale.alternatives_considered),
        },
        "deployment": _deployment(facts, authority),
        "tool": tool_values(facts, authority),
        "risk": {
            "impact_assessments": [_plain(each) for each in form.risk.impact_assessments],
            "risks": [_plain(each) for each in form.risk.risks],
        },
    }


def _one_sentence(facts: PublicFacts) -> str:
    return (
        f"A list for each of {len(facts.capacity)} zones of families to talk to about early help, in the order of how "
        f"likely {facts.outcome_plain} is {facts.horizon}; a person decides about each."
    )


def _how_used(facts: PublicFacts) -> str:
    return (
        f"It makes a list of {families_a_month(facts)}, as many as the zones have time to talk to. It is used by: "
        f"{sentence(facts.users)}"
    )


def _described(facts: PublicFacts, authority: Authority) -> str:
    own = said(authority.publication.rationale.detailed_description)
    parts = (
        f"Basis in law for looking for families: {sentence(authority.identification_basis)}",
        found_words(facts),
        missed_words(facts),
        LOW_IS_NO_PROOF,
        sentence(f"Never for: {never_words(facts)}"),
        sentence(own),
    )
    return " ".join(part for part in parts if part)


def _deployment(facts: PublicFacts, authority: Authority) -> dict[str, str]:
    words, days = authority.publication.deployment, facts.monitoring
    return {
        "integration": said(words.integration),
        "human_review": f"{sentence(said(words.human_review))} {NO_DECISION}",
        "frequency_and_scale": f"{sentence(said(words.frequency_and_scale))} A list holds {families_a_month(facts)} at "
        f"most, and ends after {days['list_days']} days.",
        "required_training": said(words.required_training),
        "appeals_and_review": f"{sentence(said(words.appeals_and_review))} {sentence(authority.complaint_route)}",
    }


def _plain(form: Form) -> dict[str, str]:
    return {name: said(getattr(form, name)) for name in type(form).model_fields}


def _in_lists() -> Iterator[tuple[str, list[AtrsField]]]:
    """Fields that follow each other and belong to one list, or to none."""
    group: list[AtrsField] = []
    for each in FIELDS:
        if group and each.parent != group[-1].parent:
            yield group[-1].parent, group
            group = []
        group.append(each)
    yield group[-1].parent, group


def _entry(field: AtrsField, place: int, item: Mapping[str, str]) -> Entry:
    return Entry(
        field.number, field.key.replace("[]", f"[{place}]"), field.title, item[field.key.partition("[].")[2]]
    )


def _at(record: Mapping[str, Any], key: str) -> Any:
    held: Any = record
    for part in key.split("."):
        held = held[part]
    return held


def atrs_json(facts: PublicFacts, authority: Authority) -> str:
    """The record as JSON."""
    return json.dumps(atrs_record(facts, authority), indent=2, ensure_ascii=False) + "\n"


def atrs_csv(facts: PublicFacts, authority: Authority) -> str:
    """The record as CSV: one row a field. A cell that a spreadsheet would work out carries an apostrophe."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(("number", "published_number", "key", "title", "value"))
    for each in entries(facts, authority):
        writer.writerow((each.number, each.published, each.key, each.title, _inert(each.value)))
    return made.getvalue()


def _inert(text: str) -> str:
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text


def atrs_document(facts: PublicFacts, authority: Authority) -> Document:
    """The record as a page: a section for each part of the template."""
    held = entries(facts, authority)
    return Document(
        kind="Algorithmic transparency record",
        title=f"{PAPERS[ATRS]}: {facts.title}",
        lead=f"All fields of the Algorithmic Transparency Recording Standard, template {VERSION}. Figures are from the "
        "evidence of the run that is named below; what no evidence can tell is in the words of the authority.",
        tags=standing(facts),
        sections=tuple(
            Section(f"{begins} {title}", (_part([each for each in held if _within(each, begins)]),))
            for begins, title in TIERS.items()
        ),
        foot=f"{authority.name}. Run {facts.run_id}, made on {spoken(facts.created)}. Copies with the same content: "
        f"{ATRS}.json, {ATRS}.csv.",
    )


def _within(entry: Entry, begins: str) -> bool:
    return entry.number.startswith(f"{begins}.")


def _part(held: list[Entry]) -> Table:
    rows = tuple((each.number, each.title, each.value) for each in held)
    return Table(f"Fields {held[0].number} to {held[-1].number}", ("Number", "Field", "What is so"), rows)
