"""What a board should ask about this very model: each question rests on a figure of the card that calls for it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from prevention_model.cards.group_words import whole_words
from prevention_model.cards.groups import rows_missed_more
from prevention_model.cards.public import PublicFacts
from prevention_model.cards.rivals import PLAINER_MODELS, best_of
from prevention_model.cards.telling import OF, known
from prevention_model.pages.words import about_of, about_range, number, percent, plain_date, plural

MOST = 8
"""A board that is given more questions asks none of them."""

_HALF = 0.5
_SEEN_BEFORE = 0.25
"""A quarter of what the ranking tells being who was seen before is worth a question. Judgement."""
_STEADY = 0.7
"""Below 14 of 20, a family's place hangs much on which families happened to teach the model. Judgement."""
_NARROWER = 0.02
"""Points by which a measure has to narrow the widest gap before somebody has to say why it is not used. Judgement."""
_ONSETS_A_FEATURE = 10
"""The old rule of thumb of ten events for each predictor (Peduzzi and others 1996)."""
_UNDECIDED = 0.01
_NAMED = 3
"""How many names are said before "and others"."""
_HUNDRED = 100
"""A gap between groups may be narrower than a twentieth."""
_DRIFT = "PM023"


@dataclass(frozen=True)
class Question:
    """A question, and the figure that it comes from."""

    text: str
    figure: str


Rule = Callable[[PublicFacts], Iterator[Question]]


def board_questions(facts: PublicFacts) -> tuple[Question, ...]:
    """At most eight questions that the findings call for, most serious first; none where nothing calls for one."""
    found = [question for rule in RULES for question in rule(facts)]
    return tuple(found[:MOST])


def _in_the_way(facts: PublicFacts) -> Iterator[Question]:
    if names := _checks(facts, "failed", "could_not_run", "too_few", blocks=True):
        text = "What has to change before these checks are passed, who will change it, and by when?"
        yield Question(text, f"{plural(len(names), 'check')} in the way of a release: {_some(names)}")


def _unfilled(facts: PublicFacts) -> Iterator[Question]:
    if facts.unfilled:
        text = "Who fills in what has not been said yet? Nothing is released before."
        yield Question(text, f"{plural(len(facts.unfilled), 'field')} empty: {_some(facts.unfilled)}")


def _missed_more(facts: PublicFacts) -> Iterator[Question]:
    """The two groups that are missed most, of those for whom it is beyond chance."""
    overall = facts.missed["value"]
    for row in rows_missed_more(facts.groups, overall)[:2]:
        yield Question(
            f"What will be done about {whole_words(row['dimension'], row['group'])}, missed more often than everybody?",
            f"Missed: {about_of(row['share'], _HUNDRED)} ({about_range(row['low'], row['high'], _HUNDRED)}); of "
            f"everybody {about_of(overall, _HUNDRED)}",
        )


def _rival_as_good(facts: PublicFacts) -> Iterator[Question]:
    model = facts.rivals[0]
    best = best_of(facts.rivals[1:])
    if best is None or not known(model["value"]):
        yield Question(
            "How will it be known whether this is better than a simple rule?",
            "No comparison with a simple rule could be made",
        )
        return
    if not known(model["low"], best["high"]) or model["low"] <= best["high"]:
        what = "a plainer model" if best["name"] in PLAINER_MODELS else "a rule that can be checked by hand"
        yield Question(
            f"Why not \u201c{best['name']}\u201d, {what}?",
            f"Found: {about_of(model['value'], OF)} by this model, {about_of(best['value'], OF)} by the other: not "
            "shown to be better",
        )


def _waived(facts: PublicFacts) -> Iterator[Question]:
    for row in sorted(facts.waivers, key=lambda row: str(row["until"]), reverse=True)[:2]:
        yield Question(
            f"Is the reason good enough to pass over \u201c{row['check']}\u201d, and what will be done meanwhile?",
            f"Waived by {row['by']} until {plain_date(row['until'])}",
        )


def _seen_before(facts: PublicFacts) -> Iterator[Question]:
    matched, without = facts.watching["matched"], facts.watching["without"]
    text = "How would you know that it finds need, and not who was seen before?"
    if not without["why_not"] and without["warning"]:
        yield Question(text, without["warning"].rstrip("."))
    elif not matched["why_not"] and known(matched["share_lost"]) and matched["share_lost"] >= _SEEN_BEFORE:
        share = percent(min(matched["share_lost"], 1))
        yield Question(text, f"About {share} of what the ranking tells is who had been seen more often")


def _drift(facts: PublicFacts) -> Iterator[Question]:
    drifted = [
        row
        for row in facts.checks
        if row["name"].startswith(_DRIFT) and row["status"] in ("failed", "waived")
    ]
    for row in drifted:
        yield Question(
            "When will it be taught again, by children like those of today?", str(row["text"]).rstrip(".")
        )


def _levels_untrue(facts: PublicFacts) -> Iterator[Question]:
    low, high = facts.calibration["slope_low"], facts.calibration["slope_high"]
    if known(low, high) and not low <= 1 <= high:
        how = "too far apart" if high < 1 else "too close together"
        yield Question(
            f"Levels lie {how}. Does anybody read them as chances, and when are they put right?",
            f"Calibration slope {number(float(facts.calibration['slope']))} ({number(float(low))} to "
            f"{number(float(high))}); 1 is exact",
        )


def _not_evaluated(facts: PublicFacts) -> Iterator[Question]:
    if not facts.papers["evaluation_design"]:
        yield Question(
            "How will you know whether lists help families?", "No design of an evaluation is named"
        )


def _nobody_asked(facts: PublicFacts) -> Iterator[Question]:
    if not facts.papers["co_production"]:
        text = "Which young people and families took part in making this, and what did they change?"
        yield Question(text, "Nobody has recorded who took part")


def _impact(facts: PublicFacts) -> Iterator[Question]:
    bare = [name for name, paper in facts.papers["dpia"].items() if not paper]
    if bare:
        yield Question(
            "Who assesses the impact of using these records, before they are used?",
            f"No impact assessment is named for {_some([name.replace('_', ' ') for name in bare])}",
        )
    days = [(_day(day), name.replace("_", " ")) for name, day in facts.papers["review_by"].items()]
    due = [(day, name) for day, name in days if day is not None]
    if due and min(due)[0] <= _end(facts):
        day, name = min(due)
        yield Question(
            "Who reviews the impact assessment, so that it holds for as long as the lists do?",
            f"That of {name} was due on {plain_date(day)}, before this run was made"
            if day < facts.created
            else f"That of {name} is due on {plain_date(day)}, before the end on {plain_date(_end(facts))}",
        )


def _cannot_be_told(facts: PublicFacts) -> Iterator[Question]:
    groups = [whole_words(row["dimension"], row["group"]) for row in facts.groups if not known(row["share"])]
    if not facts.groups:
        yield Question("Who is missed more often than others?", "No comparison of groups was made")
    elif groups:
        yield Question(
            "How else will you learn how these children fare?",
            f"Nothing can be said of {plural(len(groups), 'group')}: {_some(groups)}",
        )


def _let_pass(facts: PublicFacts) -> Iterator[Question]:
    if names := _checks(facts, "failed", "could_not_run", blocks=False):
        text = "The policy lets these pass, though they failed. Is that still what you want?"
        yield Question(text, f"{plural(len(names), 'check')} failed and not in the way: {_some(names)}")


def _too_few(facts: PublicFacts) -> Iterator[Question]:
    if names := _checks(facts, "too_few", blocks=False):
        text = "What would settle the checks that had too few people, and when?"
        yield Question(text, f"{plural(len(names), 'check')} too few to assess: {_some(names)}")


def _missed(facts: PublicFacts) -> Iterator[Question]:
    share = facts.missed["value"]
    if known(share) and share >= _HALF:
        yield Question(
            "What finds the children whom no list names?",
            f"{about_of(share, OF).capitalize()} children to whom it happens are on no list",
        )


def _found_few(facts: PublicFacts) -> Iterator[Question]:
    share = facts.precision["value"]
    if known(share) and share < _HALF:
        yield Question(
            "What do families to whom it would not come gain from being asked, and what may it cost them?",
            f"It came to {about_of(share, OF)} families listed",
        )


def _ages_not_scored(facts: PublicFacts) -> Iterator[Question]:
    ages = [row["ages"] for row in facts.age_bands if row["verdict"] in ("worse", "no better than a coin")]
    if ages:
        text = "What finds the children of these ages, who are not scored?"
        yield Question(text, f"A simple rule, or a coin, does as well at {_some(ages)}")


def _measure_left(facts: PublicFacts) -> Iterator[Question]:
    """The measure that narrows the widest gap most."""
    ends = ("widest_gap_today", "widest_gap_with", "precision_change")
    tried = [each for each in facts.mitigation if not each["why_not"] and known(*(each[end] for end in ends))]
    narrows = [each for each in tried if _narrowed(each) >= _NARROWER]
    if narrows:
        best = max(narrows, key=_narrowed)
        lawful = ", and has somebody looked at whether it is lawful" if best["sign_off"] else ""
        today, then, price = (number(100 * float(best[end]), 1) for end in ends)
        yield Question(
            f"Why is \u201c{best['title']}\u201d not in use{lawful}?",
            f"Widest gap {today} points today, {then} with it; precision changes by {price} points",
        )


def _narrowed(each: Mapping[str, Any]) -> float:
    return float(each["widest_gap_today"] - each["widest_gap_with"])


def _ends_soon(facts: PublicFacts) -> Iterator[Question]:
    """A certificate that does not run for as long as the policy lets one run: something it rests on ends before."""
    if facts.certificate is None:
        return
    longest = facts.created + timedelta(days=int(facts.monitoring["certificate_days"]))
    if _end(facts) < longest:
        yield Question(
            "What has to be done before the certificate ends, and who stops the lists if it is not?",
            f"It ends on {plain_date(_end(facts))}; the policy would let it run to {plain_date(longest)}",
        )


def _unsteady(facts: PublicFacts) -> Iterator[Question]:
    share = facts.stability["overlap"]
    if known(share) and share < _STEADY:
        yield Question(
            "Who tells coordinators how much of a place on a list is chance?",
            f"Made again, {about_of(share, OF)} families of its list were listed again",
        )


def _worth_less(facts: PublicFacts) -> Iterator[Question]:
    """The lowest threshold at which the model is worth less than asking everybody, or nobody."""
    for point in facts.decision_curve["points"]:
        other = max(0.0, float(point["everybody"]))
        if known(point["model"]) and point["model"] < other:
            at = float(point["threshold"])
            whom = "everybody" if point["everybody"] > 0 else "nobody"
            yield Question(
                f"Is one child found worth {number(round((1 - at) / at))} families asked in vain to you? At that price "
                f"asking {whom} would do better.",
                f"Net benefit of this model below that of asking {whom}, at a threshold of {percent(at, 1)}",
            )
            return


def _taught_by_few(facts: PublicFacts) -> Iterator[Question]:
    each = facts.sizes["onsets_per_feature"]
    if known(each) and each < _ONSETS_A_FEATURE:
        yield Question(
            "Would fewer features do as well, and be easier to account for?",
            f"{number(float(each), 1)} onsets for each of {int(facts.sizes['features']):,} features taught it",
        )


def _weights_unwritten(facts: PublicFacts) -> Iterator[Question]:
    if facts.order and facts.order["equal"]:
        yield Question(
            "How much does an onset of one outcome matter beside one of another? That is yours to say.",
            f"The policy \u201c{facts.order['policy']}\u201d says that all count the same",
        )


def _undecided(facts: PublicFacts) -> Iterator[Question]:
    people, undecided = facts.linkage["people"], facts.linkage["undecided"]
    if known(people, undecided) and people and undecided / people >= _UNDECIDED:
        yield Question(
            "Who settles whose records these are?",
            f"{number(int(undecided))} records without a birthday fit several of {number(int(people))} people",
        )


RULES: tuple[Rule, ...] = (
    _in_the_way,
    _unfilled,
    _missed_more,
    _rival_as_good,
    _waived,
    _seen_before,
    _drift,
    _levels_untrue,
    _not_evaluated,
    _nobody_asked,
    _impact,
    _cannot_be_told,
    _let_pass,
    _too_few,
    _missed,
    _found_few,
    _ages_not_scored,
    _measure_left,
    _ends_soon,
    _unsteady,
    _worth_less,
    _taught_by_few,
    _weights_unwritten,
    _undecided,
)
"""What calls for a question, most serious first."""


def _checks(facts: PublicFacts, *statuses: str, blocks: bool) -> list[str]:
    """The names of the checks with one of these results that stand in the way of a release, or do not."""
    return [str(row["name"]) for row in facts.checks if row["status"] in statuses and row["blocks"] == blocks]


def _some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - _NAMED
    return "; ".join(map(str, names[:_NAMED])) + (f"; and {more} more" if more > 0 else "")


def _day(value: object) -> date | None:
    """A date, or one as YYYY-MM-DD; None for anything else."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _end(facts: PublicFacts) -> date:
    """The last day on which lists may be used: that of the certificate, or the latest that one could have."""
    longest = facts.created + timedelta(days=int(facts.monitoring["certificate_days"]))
    until = _day(facts.certificate["expires"]) if facts.certificate is not None else None
    return until or longest
