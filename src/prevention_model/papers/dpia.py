"""The data protection annex: the facts that an impact assessment under Article 35 of the UK GDPR needs.

It answers 35(7)(a) to (d) in their order. The assessment itself, and what follows from it, are the authority's.
"""

from prevention_model.cards import PublicFacts
from prevention_model.cards.telling import found_words, missed_words
from prevention_model.pages.document import Block, Bullets, Document, Facts, Inset, Paragraph, Section, Table
from prevention_model.pages.words import joined, percent, plural
from prevention_model.papers.dpia_signs import signs
from prevention_model.papers.places import DPIA, PAPERS, place
from prevention_model.papers.wording import (
    BAD,
    LOW_IS_NO_PROOF,
    NO_DECISION,
    NOT_TOLD,
    check_words,
    count_of,
    counts_by,
    families_a_month,
    never_words,
    plain_name,
    said,
    sentence,
    source_names,
    spoken,
    standing,
)
from prevention_model.settings.authority import Authority


def dpia_document(facts: PublicFacts, authority: Authority) -> Document:
    """The annex as a page."""
    return Document(
        kind="Data protection annex",
        title=f"{PAPERS[DPIA]}: {facts.title}",
        lead="Facts for the data protection impact assessment of this use. It is not the assessment: whether the risk "
        "is acceptable is for the authority to say, with its data protection officer.",
        tags=standing(facts),
        sections=(
            Section("What is done, and why", _described(facts, authority)),
            Section("How data flow", _flow(facts, authority)),
            Section("Is it needed, and is it in proportion?", _needed(facts, authority)),
            Section("What could go wrong for people", _risks(facts, authority)),
            Section("What is done about it", _measures(facts, authority)),
            Section("Why an assessment is needed", (_signs(facts, authority),)),
            Section("Does a machine decide?", _decisions(facts, authority)),
            Section("Must the Commissioner be asked first?", _consulted(facts, authority)),
            Section("Who was asked", _asked(authority)),
            Section("Sign-off", (_sign_off(facts),)),
        ),
        foot=f"{authority.name}. Run {facts.run_id}, made on {spoken(facts.created)}. {NOT_TOLD}",
    )


def _described(facts: PublicFacts, authority: Authority) -> tuple[Block, ...]:
    form = authority.publication
    return (
        Paragraph("Article 35(7)(a): what is done with data, and to what end."),
        Facts(
            (
                ("Controller", authority.name),
                ("Purpose", facts.purpose),
                ("Never for", never_words(facts)),
                ("Basis in law", authority.identification_basis),
                ("Special category data, by", said(form.privacy.special_category_condition)),
                ("Criminal offence data, by", said(form.privacy.criminal_offence_condition)),
                ("Whose data", f"{count_of(facts.linkage['people'])} people. {sentence(facts.population)}"),
                ("Which data", f"Records of {source_names(facts)}"),
                ("How much comes of it", f"A list of {families_a_month(facts)}"),
                ("Who is told", said(form.privacy.recipients)),
                ("Kept for", said(form.privacy.retention)),
                ("Out of the country", said(form.privacy.transfers)),
                ("Others involved", _others(authority)),
            )
        ),
    )


def _others(authority: Authority) -> str:
    parties = authority.publication.owner.third_party.parties
    rows = [f"{said(each.name)}: {said(each.role)} Data: {said(each.data_access_terms)}" for each in parties]
    return " ".join(rows) or "Nobody outside the authority"


def _flow(facts: PublicFacts, authority: Authority) -> tuple[Block, ...]:
    basis = sentence(authority.identification_basis)
    days = facts.monitoring["list_days"]
    stages = (
        ("Receiving", "Agencies send extracts of their records", "The data team", "Each source by its own, below"),
        ("Linking", "Rows that name one person are joined; names go into a sealed vault", "Nobody: a program", basis),
        ("Features and levels", "Under pseudonyms a model gives each child a level", "The data team", basis),
        ("Audit", "Gaps between groups are looked for, by traits that the model never sees", "The data team, the board",
         f"{basis} Equality Act 2010, section 149"),
        ("List", f"Two people sign; lists with names are written, and end after {days} days",
         "The coordinator of the zone", basis),
        ("Conversation", "A person decides whether to speak to a family, who may say no", "Those who know the family",
         "The family's own agreement"),
        ("What came of it", "Decisions come back, are kept, and teach no model", "The data team", basis),
        ("Objection, correction, complaint", "A right is recorded and honoured at each load", "Whoever answers it",
         "UK GDPR Articles 16 and 21; Data Protection Act 2018, section 164A"),
    )  # fmt: skip
    rows = tuple((*stage, "No") for stage in stages)
    sources = tuple(
        (plain_name(row["name"]), str(row["lawful_basis"]), str(row["dpia"]), str(row["retention"]))
        for row in facts.sources
    )
    return (
        Table(
            "Stages", ("Stage", "What happens", "Who sees it", "Basis", "Decided by a machine alone"), rows
        ),
        Table("Sources", ("Source", "Lawful basis", "Impact assessment", "Looked at for"), sources),
        Paragraph(check_words(facts, "PM031", "PM032")),
    )


def _needed(facts: PublicFacts, authority: Authority) -> tuple[Block, ...]:
    form = authority.publication
    themes = counts_by(facts.features, "theme")
    return (
        Paragraph("Article 35(7)(b): whether it is necessary and in proportion."),
        Facts(
            (
                ("Why not with less, or in a milder way", said(form.privacy.necessity)),
                ("What else was considered", said(form.rationale.alternatives_considered)),
                ("What is hoped for", said(form.rationale.benefits)),
                (
                    "What is looked at",
                    f"{plural(len(facts.features), 'feature')}: "
                    f"{joined([f'{name} ({count})' for name, count in themes.items()])}",
                ),
            )
        ),
        Paragraph(
            "Each feature has a purpose of its own, and nothing that is not declared is read. "
            f"{check_words(facts, 'PM011')} Whether a simple rule would do as well: {check_words(facts, 'PM003')}"
        ),
        place("features"),
        place("rivals"),
    )


def _risks(facts: PublicFacts, authority: Authority) -> tuple[Block, ...]:
    rows = tuple((said(each.name), said(each.description)) for each in authority.publication.risk.risks)
    return (
        Paragraph("Article 35(7)(c): risks to the rights and freedoms of people."),
        Paragraph(f"{found_words(facts)} {missed_words(facts)}"),
        Inset(LOW_IS_NO_PROOF),
        Table("Risks that the authority sees", ("Risk", "What could go wrong"), rows),
        Paragraph(check_words(facts, "PM006", "PM012", "PM020", "PM033")),
        place("missed"),
    )


def _measures(facts: PublicFacts, authority: Authority) -> tuple[Block, ...]:
    rows = tuple((said(each.name), said(each.mitigation)) for each in authority.publication.risk.risks)
    held = facts.monitoring
    return (
        Paragraph("Article 35(7)(d): what is done so that it does not come to it."),
        Table("Measures, risk by risk", ("Risk", "What is done"), rows),
        Bullets(
            (
                "Names, addresses and numbers lie in a sealed vault, which only linkage and a released list read.",
                "No list is written before two people other than the author have signed for that very audit.",
                f"A certificate ends after {plural(int(held['certificate_days']), 'day')} at most, a list after "
                f"{plural(int(held['list_days']), 'day')}. A release can be taken back; whoever has a list is told.",
                "Every release, list, decision and look-up is an entry of a ledger that shows whether it was changed.",
                "An objection takes the person's family off lists; a correction is made again at each load.",
            )
        ),
        place("checks"),
        place("monitoring"),
    )


def _signs(facts: PublicFacts, authority: Authority) -> Table:
    rows = tuple((each.sign, "Yes" if each.there else "No", each.why) for each in signs(facts, authority))
    return Table("Signs that ask for an assessment", ("Sign", "There", "Why"), rows)


def _decisions(facts: PublicFacts, authority: Authority) -> tuple[Block, ...]:
    held = facts.monitoring
    return (
        Paragraph(f"Articles 22A to 22D of the UK GDPR. {NO_DECISION}"),
        Facts(
            (
                ("How people decide", said(authority.publication.deployment.human_review)),
                ("What they have learnt", said(authority.publication.deployment.required_training)),
                (
                    "Whether they judge",
                    f"A zone that sets aside fewer than {percent(held['override_share_min'])} or more than "
                    f"{percent(held['override_share_max'])} of its rows, or answers fewer than "
                    f"{percent(held['decided_share_min'])}, is asked why",
                ),
                ("How a family challenges it", said(authority.publication.deployment.appeals_and_review)),
            )
        ),
    )


def _consulted(facts: PublicFacts, authority: Authority) -> tuple[Block, ...]:
    open_now = [str(each["name"]) for each in facts.checks if each["status"] in BAD]
    unsure = [str(each["name"]) for each in facts.checks if each["status"] == "too_few"]
    said_of = f"Checks that failed, were waived or could not be run: {'; '.join(open_now) or 'none'}."
    said_of += f" Checks with too few people to assess: {'; '.join(unsure) or 'none'}."
    return (
        Paragraph(
            "Article 36 asks for it where the risk stays high after all that is done. The answer below is the "
            "authority's; it was given for the tool, and has to be given anew where this run leaves more open."
        ),
        Facts(
            (
                ("The authority's answer", said(authority.publication.privacy.prior_consultation)),
                ("What this run leaves open", said_of),
            )
        ),
    )


def _asked(authority: Authority) -> tuple[Block, ...]:
    form = authority.publication
    rows = tuple(
        tuple(said(getattr(each, name)) for name in ("who", "when", "what_changed"))
        for each in form.co_production
    )
    assessed = tuple(
        tuple(said(getattr(each, name)) for name in ("name", "date", "summary", "url"))
        for each in form.risk.impact_assessments
    )
    return (
        Facts(
            (
                ("Advice of the data protection officer", said(form.privacy.officer_advice)),
                ("Ethical approval", said(form.open_science.ethics_approval)),
            )
        ),
        Table("People who took part", ("Who", "When", "What changed"), rows),
        Table("Assessments", ("Assessment", "Date", "What it found", "Where"), assessed),
    )


def _sign_off(facts: PublicFacts) -> Table:
    rows = tuple((str(role).capitalize(), "", "", "") for role in facts.monitoring["roles"])
    return Table("To be given by the authority", ("Role", "Name", "What was decided", "On"), rows)
