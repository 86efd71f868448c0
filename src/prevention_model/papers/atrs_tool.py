"""Section 2.4 of the transparency record, the specification of the tool: nearly all of it is evidence."""

from typing import Any

from prevention_model.cards import PublicFacts
from prevention_model.cards.telling import found_words, known, missed_words
from prevention_model.pages.words import joined, number, percent, plural
from prevention_model.papers.wording import (
    NOT_TOLD,
    check_words,
    count_of,
    counted,
    counts_by,
    outcome_words,
    said,
    sentence,
    source_names,
    spoken,
)
from prevention_model.settings.authority import Authority

SENSITIVE = (
    "Records of health, of special needs and of offences, where a source holds them, are special category or criminal "
    "offence data, and some are features. Sex, ethnicity, disability and the like are read to look for gaps between "
    "groups, and may be no features; the audit looks for that."
)
CLEANING = (
    "Every row is checked against a declared schema. A row that cannot be used is set aside with a reason, and rows in "
    "are always rows accepted plus rows set aside. Nothing is filled in: nothing happened is 0, and not covered is "
    "missing."
)


def tool_values(facts: PublicFacts, authority: Authority) -> dict[str, Any]:
    """`tool` of the record: the system, the model, the data that it was made from, and those it is used on."""
    form = authority.publication
    access, agreements = said(form.data.access_and_storage), said(form.data.sharing_agreements)
    return {
        "system": {
            "architecture": f"{sentence(said(form.system.architecture))} Agencies' files are checked, linked and kept "
            "under pseudonyms; a model gives each child a level; an audit is made; two people sign; only then lists "
            "are written.",
            "input": f"Records of {source_names(facts)}.",
            "output": f"One list for each of {plural(len(facts.capacity), 'zone')}, with reasons, strengths and who "
            "already works with the family. No probability and no rank stands on it.",
            "maintenance": _maintenance(facts, authority),
            "models": "One model for each outcome; this record is of the one below.",
        },
        "models": [_model(facts)],
        "development_data": [_development(facts, authority)],
        "operational_data": [
            {
                "sources": f"{source_names(facts)}; as known on {spoken(facts.index_date)}.",
                "sensitive_attributes": f"{SENSITIVE} {check_words(facts, 'PM011', 'PM020')}",
                "processing_methods": f"{CLEANING} {_linkage(facts)}",
                "access_storage": access,
                "sharing_agreements": agreements,
            }
        ],
    }


def _maintenance(facts: PublicFacts, authority: Authority) -> str:
    days = facts.monitoring
    return (
        f"{sentence(said(authority.publication.system.maintenance))} A certificate holds for "
        f"{plural(int(days['certificate_days']), 'day')} at most; without one no list is made. Features that have "
        f"shifted by more than {number(days['drift_shift_max'])} (population stability index) may carry at most "
        f"{percent(days['drift_weight_max'])} of what moves levels."
    )


def _model(facts: PublicFacts) -> dict[str, str]:
    themes = counts_by(facts.features, "theme")
    return {
        "name": facts.model_id.replace("_", " "),
        "version": f"{facts.model_version}, run {facts.run_id}",
        "task": f"To say how likely this is for a child: {sentence(outcome_words(facts))}",
        "input": f"{plural(len(facts.features), 'feature')}, each as known before the day: "
        f"{joined([f'{name} ({count})' for name, count in themes.items()])}.",
        "output": "A level, from which the order of a list follows; the rise since an earlier day; and what each "
        "feature adds to the level.",
        "architecture": f"{sentence(facts.method)} {sentence(facts.choice)}",
        "performance": _performance(facts),
        "datasets": f"Linked records of {source_names(facts)}.",
        "dataset_purposes": " ".join(
            f"{row['name']}: {spoken(row['from'])} to {spoken(row['to'])}, "
            f"{counted(row['children'], 'child', 'children')} at each date, to {count_of(row['with_outcome'])} of "
            "whom it happened."
            for row in facts.splits
        ),
    }


def _performance(facts: PublicFacts) -> str:
    held = facts.calibration
    slope = (
        f"Calibration slope {number(held['slope'])} (95% interval {number(held['slope_low'])} to "
        f"{number(held['slope_high'])}); 1 is exact."
        if known(held["slope"], held["slope_low"], held["slope_high"])
        else "The calibration slope could not be worked out."
    )
    rivals = "; ".join(
        f"{row['name']} {percent(row['value']) if known(row['value']) else 'not known'}"
        for row in facts.rivals
    )
    judged = f"{found_words(facts)} {missed_words(facts)} {slope}"
    return (
        f"{judged} Share of listed families to whom it came, beside simple rules: {rivals}. "
        f"{check_words(facts, 'PM003', 'PM004', 'PM006')} {NOT_TOLD}"
    )


def _development(facts: PublicFacts, authority: Authority) -> dict[str, str]:
    words = authority.publication.data
    linked = facts.linkage
    return {
        "description": f"Records that agencies keep of their own work: {source_names(facts)}. "
        f"Who: {sentence(facts.population)}",
        "modality": "Tables: events, spells, measurements and attributes of people, each with the day on which it "
        "happened and the day on which it could be known.",
        "quantities": f"{counted(linked['people'], 'person', 'people')}, named by "
        f"{counted(linked['mentions'], 'row', 'rows')}. Taught by "
        f"{counted(facts.sizes['rows_taught'], 'child', 'children')} at dates, to "
        f"{count_of(facts.sizes['onsets_taught'])} of whom it happened.",
        "sensitive_attributes": f"{SENSITIVE} {check_words(facts, 'PM011', 'PM020')}",
        "completeness_representativeness": f"{_covered(facts)} "
        f"{check_words(facts, 'PM018', 'PM021', 'PM022', 'PM023')} Families whom no agency knows are not in it.",
        "cleaning": CLEANING,
        "collection": said(words.collection),
        "access_storage": said(words.access_and_storage),
        "sharing_agreements": said(words.sharing_agreements),
    }


def _covered(facts: PublicFacts) -> str:
    parts = [
        f"{str(row['name']).replace('_', ' ')} {spoken(row['from'])} to {spoken(row['to'])}"
        for row in facts.sources
    ]
    return f"Received: {'; '.join(parts)}."


def _linkage(facts: PublicFacts) -> str:
    held = facts.linkage
    return (
        f"Rows that name one person are linked: {count_of(held['merged'])} joined, {count_of(held['undecided'])} left "
        "undecided and so not joined."
    )
