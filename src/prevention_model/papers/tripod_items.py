"""The 52 items of TRIPOD+AI (Collins and others 2024), each with an answer in a sentence and where the whole of it is.

Read "child" or "family" for patient, and "gap between groups" for health inequality. The wording of the items is
shortened and ours; the codes are those of the statement.
"""

from collections.abc import Callable
from dataclasses import dataclass

from prevention_model.cards import PublicFacts
from prevention_model.cards.telling import found_words, known, missed_words
from prevention_model.pages.words import number, plural
from prevention_model.papers.wording import (
    check_words,
    count_of,
    families_a_month,
    left_out_words,
    outcome_words,
    said,
    sentence,
    source_names,
    spoken,
)
from prevention_model.settings.authority import Authority

Words = Callable[[PublicFacts, Authority], str]


@dataclass(frozen=True)
class Item:
    """One item: its code, what it asks, the answer, and where there is more."""

    code: str
    asks: str
    words: Words
    places: tuple[str, ...] = ()


def _always(text: str) -> Words:
    return lambda facts, authority: text


def _check(*codes: str, before: str = "") -> Words:
    return lambda facts, authority: f"{before} {check_words(facts, *codes)}".strip()


def _dates(facts: PublicFacts, authority: Authority) -> str:
    rows = [f"{row['name']}: {spoken(row['from'])} to {spoken(row['to'])}" for row in facts.splits]
    return f"{'; '.join(rows)}. Follow-up ends {facts.outcome['horizon']} after each date."


def _settings(facts: PublicFacts, authority: Authority) -> str:
    return f"{sentence(authority.name)} Lists for {plural(len(facts.capacity), 'zone')}."


def _reading(facts: PublicFacts, authority: Authority) -> str:
    return f"{found_words(facts)} {missed_words(facts)} {check_words(facts, 'PM003', 'PM006')}"


def _size(facts: PublicFacts, authority: Authority) -> str:
    each = facts.sizes["onsets_per_feature"]
    per = f"{number(float(each), 1)} onsets for each feature" if known(each) else "onsets for each feature: c"
    return (
        f"None was worked out beforehand: all children who could be followed were used. {per.capitalize()}."
    )


def _updating(facts: PublicFacts, authority: Authority) -> str:
    since = facts.changed["since"]
    if since:
        return (
            f"Made anew since run {since}, with all that was on file by then; levels are calibrated afresh."
        )
    return (
        "None: it is the first version that was made. A later one is made anew, and its card says what moved."
    )


def _flow(facts: PublicFacts, authority: Authority) -> str:
    held = facts.frequencies
    return (
        f"{count_of(held['children'])} children at dates judged it, to {count_of(held['with_outcome'])} of whom it "
        f"happened; follow-up of {count_of(held['cut_short'])} was cut short."
    )


def _taught(facts: PublicFacts, authority: Authority) -> str:
    rows = [
        f"{row['name']}: {count_of(row['children'])}, of whom {count_of(row['with_outcome'])}"
        for row in facts.splits
    ]
    return f"Children at dates, and to how many it happened. {'; '.join(rows)}."


def _artefact(facts: PublicFacts, authority: Authority) -> str:
    return f"By the model of {facts.run_id}, version {facts.model_version}, whose hash every sign-off names."


def _took_part(facts: PublicFacts, authority: Authority) -> str:
    rows = [
        f"{sentence(said(each.who))} {sentence(said(each.how))} What changed: {sentence(said(each.what_changed))}"
        for each in authority.publication.co_production
    ]
    return " ".join(rows)


def _limits(facts: PublicFacts, authority: Authority) -> str:
    return " ".join(sentence(limit) for limit in facts.limits)


def _order(facts: PublicFacts, authority: Authority) -> str:
    return (
        f"A level, which is not shown; families stand in its order and a list ends at {families_a_month(facts)}, the "
        "zones' capacity. There is no threshold."
    )


ITEMS: tuple[Item, ...] = (
    Item("1", "Title: development or evaluation, population and outcome",
         lambda f, a: f"Development and evaluation: {sentence(f.title)}", ("short",)),
    Item("2", "Abstract", lambda f, a: sentence(f.purpose), ("short", "telling")),
    Item("3a", "Context, rationale, and models there are",
         lambda f, a: said(a.publication.rationale.context), ("rivals",)),
    Item("3b", "Target population, purpose and users",
         lambda f, a: f"{sentence(f.population).capitalize()} Users: {sentence(f.users)}", ("purpose", "people")),
    Item("3c", "Known inequalities between groups", _check("PM006", "PM012", "PM016"), ("missed", "equality_annex")),
    Item("4", "Objectives",
         _always("To make a model that orders families for a conversation, and to judge it on later dates."),
         ("purpose",)),
    Item("5a", "Sources of data, and how far they represent",
         lambda f, a: f"Records of {source_names(f)}.", ("making", "datasheet")),
    Item("5b", "Dates", _dates, ("making",)),
    Item("6a", "Setting and places", _settings, ("making",)),
    Item("6b", "Who is eligible",
         lambda f, a: f"{sentence(f.population).capitalize()} Left out: {sentence(left_out_words(f))}", ("making",)),
    Item("6c", "Treatments received",
         _always("Help that a child had is shown apart, because help that works makes a right level look too high."),
         ("watching",)),
    Item("7", "Preparation of data, and checks of their quality, by group too", _check("PM018", "PM021", "PM022"),
         ("making", "datasheet")),
    Item("8a", "Outcome, horizon, and how it is determined",
         lambda f, a: f"{sentence(outcome_words(f))} Ages: {sentence(f.outcome['ages'])}",
         ("making", "watching")),
    Item("8b", "Assessors of a subjective outcome",
         _always("Nobody assessed it for this work: it is read from records that were kept for other reasons."),
         ("watching",)),
    Item("8c", "Blinding of assessment",
         lambda f, a: "None. Whoever records the outcome knows the child's records; that it depends on who is watched "
         f"is stated as: {f.outcome['watched'] or 'not stated'}.", ("watching", "probast_ai")),
    Item("9a", "Choice of the first predictors", _check("PM011", before="Each is declared with its purpose."),
         ("features",)),
    Item("9b", "Definition of predictors",
         lambda f, a: f"{plural(len(f.features), 'feature')}, each with how far it looks back.", ("features",)),
    Item("9c", "Assessors of subjective predictors",
         _always("None was assessed for this work. What a worker recorded is used as it stands."), ("features",)),
    Item("10", "Sample size", _size, ("making", "probast_ai")),
    Item("11", "Missing data",
         _always("Nothing is filled in. Nothing happened is 0; not covered is missing, which the model sees as such."),
         ("datasheet",)),
    Item("12a", "How data were divided", lambda f, a: sentence(f.gap), ("making",)),
    Item("12b", "How predictors were handled",
         _always("As numbers, uncut; trees and broken lines find where they matter."), ("making",)),
    Item("12c", "Kind of model, steps, tuning and internal validation",
         lambda f, a: f"{sentence(f.method)} {sentence(f.choice)}", ("making", "stability")),
    Item("12d", "Differences between clusters", _check("PM014"), ("missed", "checks")),
    Item("12e", "Measures of performance",
         _always("Precision and share missed at capacity, calibration, and net benefit; intervals by family."),
         ("telling", "calibration", "worth")),
    Item("12f", "Updating", _updating, ("since",)),
    Item("12g", "How levels were calculated", _artefact, ("versions",)),
    Item("13", "Class imbalance",
         _always("Nothing was done about it: rows are weighed as they come, and levels are calibrated."),
         ("calibration",)),
    Item("14", "Approaches to gaps between groups",
         lambda f, a: "Gaps are measured before each release. Measures against them that were priced: "
         f"{len(f.mitigation)}.", ("missed", "mitigation", "equality_annex")),
    Item("15", "Output, and thresholds", _order, ("purpose", "people")),
    Item("16", "Differences between data that taught and data that judged",
         _check("PM023", before="Same places and sources, later dates, other families."), ("making", "checks")),
    Item("17", "Ethical approval", lambda f, a: said(a.publication.open_science.ethics_approval), ("dpia_annex",)),
    Item("18a", "Funding", lambda f, a: said(a.publication.open_science.funding)),
    Item("18b", "Conflicts of interest", lambda f, a: said(a.publication.open_science.conflicts_of_interest)),
    Item("18c", "Protocol", lambda f, a: said(a.publication.open_science.protocol)),
    Item("18d", "Registration", lambda f, a: said(a.publication.open_science.registration), ("atrs_record",)),
    Item("18e", "Sharing of data", lambda f, a: said(a.publication.open_science.data_sharing)),
    Item("18f", "Sharing of code", lambda f, a: said(a.publication.open_science.code_sharing)),
    Item("19", "Involvement of patients and the public", _took_part, ("people",)),
    Item("20a", "Flow of participants", _flow, ("making", "telling")),
    Item("20b", "Characteristics, overall and by group", _always("By group, small numbers hidden."),
         ("missed", "equality_annex")),
    Item("20c", "Distributions where it judged and where it was taught", _check("PM023"), ("checks",)),
    Item("21", "Participants and outcomes in each analysis", _taught, ("making",)),
    Item("22", "Full specification of the model",
         lambda f, a: "Every tree and every line stands as text in the folder of the run. "
         f"{sentence(said(a.publication.open_science.code_sharing))}",
         ("features", "versions")),
    Item("23a", "Performance with intervals, by group too", _reading, ("telling", "missed", "calibration")),
    Item("23b", "Differences between clusters, found", _check("PM014"), ("missed", "checks")),
    Item("24", "Results of updating", _updating, ("since",)),
    Item("25", "Interpretation", _reading, ("short", "rivals", "missed")),
    Item("26", "Limits", _limits, ("limits", "watching")),
    Item("27a", "Poor or missing input at use",
         _always("A child of whom too little is known is not ranked, and is counted with the reason."), ("making",)),
    Item("27b", "What users must do and know", lambda f, a: said(a.publication.deployment.required_training),
         ("people",)),
    Item("27c", "Next steps, and where else it applies", lambda f, a: said(a.publication.open_science.next_steps),
         ("limits",)),
)  # fmt: skip
"""Every item, in the order of the statement."""
