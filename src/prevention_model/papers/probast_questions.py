"""The twenty questions of PROBAST (Wolff, Moons and others 2019), each answered from the facts of one card.

An answer follows from what checks came to and from counts, by the rule that stands in its function; where neither can
tell, it is "no information" and never a kind guess. Only 4.2 and 4.5 are answered by how every model here is built.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from prevention_model.cards import PublicFacts
from prevention_model.cards.telling import known
from prevention_model.pages.words import joined, number, percent
from prevention_model.papers.wording import (
    BAD,
    check_words,
    count_of,
    counted,
    left_out_words,
    sentence,
    status,
)

Answer = Literal["yes", "probably yes", "probably no", "no", "no information"]
Found = tuple[Answer, str]

ENOUGH_PER_FEATURE, HARDLY_PER_FEATURE = 20, 10
"""Children with the outcome for each feature: from 20 on yes, from 10 on probably (Moons and others 2019)."""
ENOUGH_TO_JUDGE = 100
"""Children with the outcome, below which a model cannot be judged (Collins, Ogundimu and Altman 2016)."""
FEW_CUT_SHORT, MANY_CUT_SHORT = 0.1, 0.2
"""Shares of follow-up cut short: up to the first, probably nothing is lost; above the second, much is. Judgement."""


@dataclass(frozen=True)
class Question:
    """One signalling question, how it is answered, and where the evidence is."""

    number: str
    text: str
    answer: Callable[[PublicFacts], Found]
    places: tuple[str, ...]


def by_checks(facts: PublicFacts, codes: tuple[str, ...], best: Answer = "yes") -> Found:
    """`best` where every check passed; no, or probably no, where one failed; else no information."""
    found, words = {status(facts, code) for code in codes}, check_words(facts, *codes)
    if found & {*BAD}:
        return ("no" if best == "yes" else "probably no"), words
    return (best if found == {"passed"} else "no information"), words


def _sources(facts: PublicFacts) -> Found:
    answer, words = by_checks(facts, ("PM022",), "probably yes")
    return answer, f"Records were kept for services and not for research, and are dated as received. {words}"


def _included(facts: PublicFacts) -> Found:
    answer, words = by_checks(facts, ("PM018",), "probably yes")
    left_out = (
        f"Left out by what was known at the index date, and never by what followed: {left_out_words(facts)}."
    )
    return answer, f"{left_out} {words}"


def _alike(facts: PublicFacts) -> Found:
    return by_checks(facts, ("PM021", "PM022"), "probably yes")


def _blind_features(facts: PublicFacts) -> Found:
    return by_checks(facts, ("PM001", "PM008"))


def _there_in_time(facts: PublicFacts) -> Found:
    answer, words = by_checks(facts, ("PM008",))
    return answer, f"A row is seen only if it had happened, and was known, before the index date. {words}"


_OF_WATCHING: dict[str, tuple[Answer, Answer]] = {
    "low": ("probably yes", "probably yes"),
    "some": ("probably yes", "probably no"),
    "high": ("probably no", "no"),
}


def _exposure(facts: PublicFacts) -> str:
    watched = facts.outcome["watched"] or "not stated"
    said = sentence(facts.outcome["exposure"])
    return f"How far this outcome depends on who is watched: {watched}. {said}".strip()


def _determined(facts: PublicFacts) -> Found:
    return _OF_WATCHING.get(facts.outcome["watched"], ("no information", "no information"))[0], _exposure(
        facts
    )


def _declared(facts: PublicFacts) -> Found:
    words = f"Declared before the run: {sentence(facts.outcome['in_words'])}"
    return (
        "yes" if facts.hashes.get("Policy") else "no information"
    ), f"{words} The policy's hash is in the report."


def _features_apart(facts: PublicFacts) -> Found:
    held = facts.watching["own_agency"]
    if held["why_not"]:
        return "no information", sentence(str(held["why_not"]))
    own = f"{held['features']} of {held['of_features']} features are from the records that show the outcome."
    if not held["features"] and status(facts, "PM001") == "passed":
        return "yes", f"{own} {check_words(facts, 'PM001')}"
    answer, words = by_checks(facts, ("PM001", "PM033"), "probably yes")
    return answer, f"{own} {words}"


def _same_for_all(facts: PublicFacts) -> Found:
    watched = facts.outcome["watched"]
    if watched in ("", "low"):
        return _determined(facts)
    answer, words = by_checks(facts, ("PM017",), "probably yes")
    if watched == "high":
        answer = "no" if status(facts, "PM017") in BAD else "probably no"
    return answer, f"{_exposure(facts)} {words}"


def _blind_outcome(facts: PublicFacts) -> Found:
    answer = _OF_WATCHING.get(facts.outcome["watched"], ("no information", "no information"))[1]
    return answer, f"Whoever records an outcome knows the child's records. {_exposure(facts)}"


def _interval(facts: PublicFacts) -> Found:
    answer, words = by_checks(facts, ("PM013",))
    return answer, f"Looked for {facts.horizon}, from {facts.outcome['gap']} after the index date on. {words}"


def _enough(facts: PublicFacts) -> Found:
    each, judged = facts.sizes["onsets_per_feature"], facts.frequencies["with_outcome"]
    words = f"{count_of(facts.sizes['onsets_taught'])} onsets taught {len(facts.features)} features"
    words += f", {number(float(each), 1)} for each" if known(each) else ""
    words += f"; {count_of(judged)} judged."
    if not known(each, judged):
        return "no information", words
    if judged < ENOUGH_TO_JUDGE or each < HARDLY_PER_FEATURE / 2:
        return "no", words
    if each < HARDLY_PER_FEATURE:
        return "probably no", words
    return ("yes" if each >= ENOUGH_PER_FEATURE else "probably yes"), words


def _form(facts: PublicFacts) -> Found:
    return (
        "probably yes",
        "No number is cut into two at a value chosen beforehand: trees and broken lines find where.",
    )


def _everybody(facts: PublicFacts) -> Found:
    cut, children = facts.frequencies["cut_short"], facts.frequencies["children"]
    words = f"Follow-up of {counted(cut, 'child', 'children')} at dates was cut short, beside "
    words += f"{count_of(children)} that were followed to the end."
    if not known(cut, children) or not cut + children:
        return "no information", words
    share = cut / (cut + children)
    words += f" That is {percent(share, 1)}."
    if share == 0:
        return "yes", words
    if share <= FEW_CUT_SHORT:
        return "probably yes", words
    return ("probably no" if share <= MANY_CUT_SHORT else "no"), words


def _missing(facts: PublicFacts) -> Found:
    answer, words = by_checks(facts, ("PM022",), "probably yes")
    return (
        answer,
        f"Nothing is filled in: nothing happened is 0, and not covered is a value of its own. {words}",
    )


def _selection(facts: PublicFacts) -> Found:
    worse = status(facts, "PM011") in BAD
    words = "Features are declared with their purpose. None is chosen for going with the outcome by itself."
    return ("probably no" if worse else "yes"), f"{words} {check_words(facts, 'PM011')}"


def _complexities(facts: PublicFacts) -> Found:
    whole, words = by_checks(facts, ("PM002", "PM013"))
    cut = _everybody(facts)[0]
    answer: Answer = whole
    if cut in ("no", "probably no") and whole not in ("no",):
        answer = "probably no"
    elif whole == "yes":
        answer = "probably yes" if cut in ("yes", "probably yes") else "no information"
    said = "Whoever moves away, comes of age or dies is censored, and never counted as not having had the outcome. "
    said += "Families are kept on one side, and intervals are by family."
    return answer, f"{said} {words}"


def _measures(facts: PublicFacts) -> Found:
    curve = any(known(point["model"]) for point in facts.decision_curve["points"])
    there = {
        "calibration slope with its interval": known(
            *(facts.calibration[k] for k in ("slope", "slope_low", "slope_high"))
        ),
        "precision of the lists with its interval": known(
            *(facts.precision[k] for k in ("value", "low", "high"))
        ),
        "share missed": known(facts.missed["value"]),
        "decision curve": curve,
    }
    given = [name for name, held in there.items() if held]
    absent = [name for name, held in there.items() if not held]
    words = f"Given: {joined(given) or 'nothing'}." + (f" Not given: {joined(absent)}." if absent else "")
    if all(there.values()):
        return "yes", words
    return ("probably no" if any(there.values()) else "no"), words


def _optimism(facts: PublicFacts) -> Found:
    answer, words = by_checks(facts, ("PM002", "PM004"))
    if answer == "no" and status(facts, "PM002") == "passed":
        answer = "probably no"
    return answer, f"Judged on later dates and other families than those that taught. {words}"


def _weights(facts: PublicFacts) -> Found:
    answer, words = by_checks(facts, ("PM009", "PM030"))
    return answer, f"The model that scores is the file that was judged, by its hash. {words}"


QUESTIONS: tuple[Question, ...] = (
    Question("1.1", "Were appropriate data sources used?", _sources, ("making", "datasheet")),
    Question("1.2", "Were all inclusions and exclusions of participants appropriate?",
             _included, ("making",)),
    Question("2.1", "Were predictors defined and assessed in a similar way for all?",
             _alike, ("checks", "features")),
    Question("2.2", "Were predictors assessed without knowledge of the outcome?",
             _blind_features, ("checks",)),
    Question("2.3", "Are all predictors available when the model is meant to be used?",
             _there_in_time, ("checks", "making")),
    Question("3.1", "Was the outcome determined appropriately?", _determined, ("watching", "making")),
    Question("3.2", "Was a prespecified or standard definition of the outcome used?",
             _declared, ("making", "versions")),
    Question("3.3", "Were predictors excluded from the definition of the outcome?",
             _features_apart, ("watching", "features")),
    Question("3.4", "Was the outcome determined in a similar way for all?",
             _same_for_all, ("watching", "checks")),
    Question("3.5", "Was the outcome determined without knowledge of the predictors?",
             _blind_outcome, ("watching",)),
    Question("3.6", "Was the time between predictors and outcome appropriate?",
             _interval, ("making", "checks")),
    Question("4.1", "Was there a reasonable number of participants with the outcome?", _enough, ("making",)),
    Question("4.2", "Were continuous and categorical predictors handled appropriately?", _form, ("making",)),
    Question("4.3", "Were all enrolled participants included in the analysis?", _everybody, ("making",)),
    Question("4.4", "Were participants with missing data handled appropriately?",
             _missing, ("checks", "datasheet")),
    Question("4.5", "Was selection of predictors by their own association with the outcome avoided?",
             _selection, ("features",)),
    Question("4.6", "Were censoring, competing risks and sampling accounted for?",
             _complexities, ("checks", "making")),
    Question("4.7", "Were relevant measures of performance evaluated appropriately?",
             _measures, ("calibration", "telling", "worth")),
    Question("4.8", "Were overfitting and optimism accounted for?", _optimism, ("calibration", "stability")),
    Question("4.9", "Do predictors and weights correspond to the results reported?",
             _weights, ("versions", "checks")),
)  # fmt: skip
"""The questions in the order of the tool, worded as short as they go."""
