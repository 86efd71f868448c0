"""The datasheet of the data behind a model: the seven sections of Gebru and others 2021, and then each source."""

from collections.abc import Mapping
from typing import Any

from prevention_model.cards import PublicFacts
from prevention_model.pages.document import Block, Bullets, Document, Facts, Paragraph, Section
from prevention_model.papers.atrs_tool import CLEANING
from prevention_model.papers.places import DATASHEET, PAPERS, place
from prevention_model.papers.wording import (
    NOT_TOLD,
    check_words,
    count_of,
    counted,
    plain_name,
    said,
    sentence,
    spoken,
    standing,
)
from prevention_model.settings.authority import Authority
from prevention_model.settings.publication import SourceWords

_LOOKUP = "a lookup, about no person"


def datasheet_document(facts: PublicFacts, authority: Authority) -> Document:
    """The datasheet as a page: seven sections on the linked data, then one for each source."""
    return Document(
        kind="Datasheet",
        title=f"{PAPERS[DATASHEET]}: {facts.title}",
        lead="What the data are that this model was made from: why they were collected, what they hold and lack, and "
        "what they must not be used for.",
        tags=standing(facts),
        sections=(
            Section("Motivation", _motivation(facts, authority)),
            Section("Composition", _composition(facts)),
            Section("Collection", _collection(authority)),
            Section("Preparation", _preparation(facts)),
            Section("Uses", _uses(facts)),
            Section("Distribution", _distribution(authority)),
            Section("Maintenance", _maintenance(facts, authority)),
            *(
                Section(f"Source: {plain_name(row['name'])}", (_source(row, authority),))
                for row in facts.sources
            ),
        ),
        foot=f"{authority.name}. Run {facts.run_id}, made on {spoken(facts.created)}. {NOT_TOLD}",
    )


def _motivation(facts: PublicFacts, authority: Authority) -> tuple[Block, ...]:
    return (
        Paragraph(
            "Each agency keeps its records for its own work, and not for this. They were linked for one purpose: "
            f"{sentence(facts.purpose)}"
        ),
        Facts(
            (
                ("Linked by", said(authority.publication.owner.team)),
                ("For", authority.name),
                ("Paid for by", said(authority.publication.open_science.funding)),
            )
        ),
    )


def _composition(facts: PublicFacts) -> tuple[Block, ...]:
    linked, tested = facts.linkage, facts.frequencies
    return (
        Paragraph(
            f"A row is a child at an index date. Who: {sentence(facts.population)} It is all such children, and no "
            "sample. One child stands at several dates, and brothers and sisters are in it; their families are kept on "
            "one side of every split."
        ),
        Facts(
            (
                ("People linked", count_of(linked["people"])),
                ("Rows that name somebody", count_of(linked["mentions"])),
                ("Children at dates that judged", count_of(tested["children"])),
                ("To whom it happened", count_of(tested["with_outcome"])),
                ("Features of each row", count_of(len(facts.features))),
                ("The label", sentence(facts.outcome["in_words"])),
            )
        ),
        Paragraph(
            "What is missing: families whom no agency knows, what no agency wrote down, and all that a source does not "
            f"cover. {check_words(facts, 'PM018', 'PM022')}"
        ),
        Paragraph(
            "What is wrong in it: records of one person that were not joined, or of two that were. "
            f"{counted(linked['undecided'], 'pair', 'pairs')} could not be decided and stay apart; "
            f"{counted(linked['conflicts'], 'record', 'records')} contradict each other. {check_words(facts, 'PM021')}"
        ),
        Paragraph(
            "It is confidential, and about people: health, special needs and offences are in it. Names, addresses and "
            "numbers lie apart, sealed. Pseudonyms hide who somebody is, and do not make it impossible to find out."
        ),
        place("missed"),
    )


def _collection(authority: Authority) -> tuple[Block, ...]:
    form = authority.publication
    return (
        Paragraph(sentence(said(form.data.collection))),
        Facts(
            (
                ("Basis in law for linking", authority.identification_basis),
                ("Approved by", said(form.open_science.ethics_approval)),
            )
        ),
        Paragraph(
            "Whoever objects is taken out, and what somebody showed to be wrong is put right at each load. Those who "
            "were never told of the linking cannot do either."
        ),
        place("dpia_annex"),
    )


def _preparation(facts: PublicFacts) -> tuple[Block, ...]:
    blocks: list[Block] = [
        Paragraph(CLEANING),
        Paragraph("Files as delivered are kept as they are, and never changed."),
    ]
    if facts.assumptions:
        blocks += [Paragraph("What had to be assumed:"), Bullets(tuple(facts.assumptions))]
    return tuple(blocks)


def _uses(facts: PublicFacts) -> tuple[Block, ...]:
    return (
        Paragraph("It was used for this model and its audit. It must not be used for:"),
        Bullets(tuple(facts.never_for)),
        Paragraph(
            "What could mislead a later use: data describe what agencies did, and agencies see some families more than "
            "others."
        ),
        place("watching"),
    )


def _distribution(authority: Authority) -> tuple[Block, ...]:
    form = authority.publication
    return (
        Facts(
            (
                ("To others", said(form.open_science.data_sharing)),
                ("Agreements under which it came", said(form.data.sharing_agreements)),
                ("Out of the country", said(form.privacy.transfers)),
            )
        ),
    )


def _maintenance(facts: PublicFacts, authority: Authority) -> tuple[Block, ...]:
    form = authority.publication
    return (
        Facts(
            (
                ("Looked after by", said(form.system.maintenance)),
                ("Ask", said(form.contact_email)),
                ("Access and storage", said(form.data.access_and_storage)),
                ("Kept for", said(form.privacy.retention)),
                ("Fingerprint of the records", facts.hashes.get("Records", "not stated")),
            )
        ),
        Paragraph(
            "Rows past the retention agreed with their agency are no longer seen, whatever a feature looks back to. "
            f"{check_words(facts, 'PM031')}"
        ),
    )


def _source(row: Mapping[str, Any], authority: Authority) -> Facts:
    held = next((source for source in authority.sources if source.name == row["name"]), None)
    words = authority.publication.data.by_source.get(str(row["name"]), SourceWords())
    follows = (held.standard or held.map or "") if held else ""
    return Facts(
        (
            ("Motivation: collected for", said(words.collected_for) or _LOOKUP),
            (
                "Composition: covers",
                f"{spoken(row['from'])} to {spoken(row['to'])}, received {spoken(row['as_at'])}",
            ),
            ("Composition: known gaps", said(words.known_gaps) or "None was named by the authority."),
            ("Collection: people are told", said(words.people_told) or _LOOKUP),
            ("Collection: basis in law", str(row["lawful_basis"])),
            ("Preparation: read by", follows or _LOOKUP),
            ("Uses: impact assessment", str(row["dpia"])),
            ("Distribution: shown on lists to", _shown(held.share_with if held else ())),
            ("Maintenance: looked at for", str(row["retention"])),
            ("Maintenance: sharing is looked at again by", spoken(held.review_by) if held else _LOOKUP),
        )
    )


def _shown(readers: tuple[str, ...] | None) -> str:
    if readers is None:
        return "whoever each feature names"
    return ", ".join(plain_name(reader) for reader in readers) or "nobody"
