"""The self-appraisal: the twenty questions of PROBAST answered, and what follows for each domain, by a stated rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from prevention_model.cards import PublicFacts
from prevention_model.pages.document import Bullets, Document, Paragraph, Section, Table, Tag
from prevention_model.papers.places import PAPERS, PROBAST, places
from prevention_model.papers.probast_questions import QUESTIONS, Answer, Question
from prevention_model.papers.wording import BAD, NOT_TOLD, check_words, spoken, standing, status
from prevention_model.settings.authority import Authority

Rating = Literal["low", "high", "unclear"]

DOMAINS = {"1": "Participants and data sources", "2": "Predictors", "3": "Outcome", "4": "Analysis"}
_COLOURS = {"low": "green", "high": "red", "unclear": "yellow"}
_BY_WATCHING: dict[str, Rating] = {"low": "low", "some": "unclear", "high": "high"}
_TRAPS = (
    ("2.3", "Records that were entered late look as if they had been there in time."),
    ("3.3", "The same record is a feature and the outcome, such as a referral."),
    ("3.4", "An outcome that an agency decides on differs by group, whatever happened."),
    ("3.5", "An outcome is found more often among those who were watched already."),
    ("4.6", "Children move away and come of age, and brothers and sisters are alike."),
)
RULE = (
    "A domain is of high concern if one of its questions is answered no or probably no; of low concern if all are "
    "answered yes or probably yes; and else unclear. The whole is high if one domain is, low if all are, and else "
    "unclear."
)


@dataclass(frozen=True)
class Appraised:
    """One question with its answer and why."""

    question: Question
    answer: Answer
    why: str


def appraised(facts: PublicFacts) -> tuple[Appraised, ...]:
    """Every question with its answer, in the order of the tool."""
    return tuple(Appraised(each, *each.answer(facts)) for each in QUESTIONS)


def rating(answers: Sequence[Answer]) -> Rating:
    """What follows for a domain from its answers.

    >>> rating(["yes", "probably yes"]), rating(["yes", "probably no"]), rating(["yes", "no information"])
    ('low', 'high', 'unclear')
    """
    if {"no", "probably no"} & {*answers}:
        return "high"
    return "low" if {*answers} <= {"yes", "probably yes"} else "unclear"


def ratings(facts: PublicFacts) -> dict[str, Rating]:
    """The rating of each domain by its number, and of the whole as ""."""
    held = appraised(facts)
    made = {n: rating([each.answer for each in held if each.question.number.startswith(n)]) for n in DOMAINS}
    of_all: Rating = (
        "high" if "high" in made.values() else "low" if {*made.values()} == {"low"} else "unclear"
    )
    return {**made, "": of_all}


def probast_document(facts: PublicFacts, authority: Authority) -> Document:
    """The appraisal as a page."""
    held, rated = appraised(facts), ratings(facts)
    return Document(
        kind="Self-appraisal",
        title=f"{PAPERS[PROBAST]}: {facts.title}",
        lead="Whether there is reason to mistrust the figures of this model. It was made by the program that made the "
        "model, from what its audit found: it shows an appraiser where to look, and stands in for none.",
        tags=(
            *standing(facts),
            Tag(f"Risk of bias: {rated['']}", _COLOURS[rated[""]]),
        ),
        sections=(
            Section("In short", _in_short(rated)),
            Section("Where such models go wrong", (_traps(held),)),
            *(Section(f"{n} {name}", (_answers(held, n),)) for n, name in DOMAINS.items()),
            Section("Does it apply to families here and now?", (_applies(facts),)),
            Section("How it was answered", _how()),
        ),
        foot=f"{authority.name}. Run {facts.run_id}, made on {spoken(facts.created)}. {NOT_TOLD}",
    )


def _in_short(rated: dict[str, Rating]) -> tuple[Paragraph | Table, ...]:
    rows = [(f"{n} {name}", _tag(rated[n])) for n, name in DOMAINS.items()]
    return (
        Paragraph(RULE),
        Table("Concern by domain", ("Domain", "Concern"), (*rows, ("All together", _tag(rated[""])))),
    )


def _tag(rated: Rating) -> Tag:
    return Tag(rated.capitalize(), _COLOURS[rated])


def _traps(held: Sequence[Appraised]) -> Table:
    found = {each.question.number: each for each in held}
    rows = tuple((n, trap, found[n].answer.capitalize(), found[n].why) for n, trap in _TRAPS)
    return Table(
        "Traps of this kind of work", ("Question", "Trap", "Is it avoided?", "What it rests on"), rows
    )


def _answers(held: Sequence[Appraised], domain: str) -> Table:
    rows = tuple(
        (
            each.question.number,
            each.question.text,
            each.answer.capitalize(),
            each.why,
            places(*each.question.places),
        )
        for each in held
        if each.question.number.startswith(domain)
    )
    return Table(
        f"Questions {rows[0][0]} to {rows[-1][0]}",
        ("Question", "Asks", "Answer", "What it rests on", "Where"),
        rows,
    )


def _applies(facts: PublicFacts) -> Table:
    watched = _BY_WATCHING.get(facts.outcome["watched"], "unclear")
    parts: tuple[tuple[str, Rating, str], ...] = (
        ("Participants", _by_check(facts, "PM023"), check_words(facts, "PM023")),
        ("Predictors", _by_check(facts, "PM008"), check_words(facts, "PM008")),
        (
            "Outcome",
            watched,
            "It is what an agency records, which is not always what a family lives through.",
        ),
    )
    rows = tuple((name, _tag(rated), words) for name, rated, words in parts)
    return Table("Concern that it does not apply", ("Part", "Concern", "What it rests on"), rows)


def _by_check(facts: PublicFacts, code: str) -> Rating:
    found = status(facts, code)
    return "high" if found in BAD else "low" if found == "passed" else "unclear"


def _how() -> tuple[Paragraph | Bullets, ...]:
    return (
        Paragraph(
            "The questions are those of PROBAST of 2019, shortened. PROBAST+AI of 2025 has 34; its wording is not used "
            "here, and an appraiser who has it should go through it as well."
        ),
        Bullets(
            (
                "A question that rests on checks is answered yes where all of them passed, no where one failed, was "
                "waived or could not be run, and no information otherwise.",
                "Where a check can only make something likely, the answers are probably yes and probably no.",
                "4.2 and 4.5 are answered by how every model of this program is built.",
            )
        ),
    )
