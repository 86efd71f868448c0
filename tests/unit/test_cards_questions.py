"""Questions for a board: each finding gives its question with its figure, and facts without findings give none."""

from datetime import date
from typing import Any

import pytest

from prevention_model.cards import PublicFacts
from prevention_model.cards.questions import MOST, RULES, Question, board_questions
from tests.fixtures import made_up_card

HERE = made_up_card.facts()
PASSED: dict = {
    "name": "PM023 Children differ from those taught",
    "status": "passed",
    "text": "As they were.",
    "blocks": False,
}
FEW = {
    "name": "PM005 Levels do not match by group",
    "status": "too_few",
    "text": "Two groups are small.",
    "blocks": False,
}
QUIET: dict[str, Any] = {
    "precision": {"value": 0.6, "low": 0.5, "high": 0.7},
    "missed": {"value": 0.4, "low": 0.35, "high": 0.45, "missed": 165, "with_outcome": 412},
    "groups": [{**row, "share": 0.4, "low": 0.3, "high": 0.5} for row in HERE["groups"]],
    "watching": {
        **HERE["watching"],
        "matched": {**HERE["watching"]["matched"], "share_lost": 0.1},
        "without": {**HERE["watching"]["without"], "warning": ""},
    },
    "age_bands": [],
    "checks": [PASSED],
    "papers": {**HERE["papers"], "review_by": {"attendance": "2030-01-01"}},
    "certificate": {"id": "CERT-1", "expires": "2025-09-02"},
    "verdict": "signed",
}
"""Changes after which nothing calls for a question."""


def facts(**changes: Any) -> PublicFacts:
    """The made-up card as published facts, set as a test says: hiding small numbers is tested elsewhere."""
    return PublicFacts(**made_up_card.facts(**{**QUIET, **changes}))


def within(name: str, **changes: Any) -> dict[str, Any]:
    """A nested fact of the quiet card with some of it changed."""
    return {name: {**{**HERE, **QUIET}[name], **changes}}


def group(place: int, **changes: Any) -> list[dict[str, Any]]:
    return [{**row, **changes} if n == place else row for n, row in enumerate(QUIET["groups"])]


def rivals(**best: float) -> list[dict[str, Any]]:
    return [HERE["rivals"][0], {**HERE["rivals"][1], **best}]


def waiver(until: str) -> dict[str, str]:
    return {
        "check": "PM006 Children missed",
        "reason": "A pilot of one zone.",
        "by": "D. Rector",
        "until": until,
    }


PLANTED: list[tuple[dict[str, Any], str, str]] = [
    (
        {"checks": [{**PASSED, "name": "PM010 List changes", "status": "failed", "blocks": True}]},
        "What has to change before these checks are passed, who will change it, and by when?",
        "1 check in the way of a release: PM010 List changes",
    ),
    (
        {"checks": [{**PASSED, "name": "PM007 Reasons", "status": "could_not_run", "blocks": True}]},
        "What has to change before these checks are passed, who will change it, and by when?",
        "1 check in the way of a release: PM007 Reasons",
    ),
    (
        {"checks": [{**FEW, "blocks": True}]},
        "What has to change before these checks are passed, who will change it, and by when?",
        "1 check in the way of a release: PM005 Levels do not match by group",
    ),
    (
        {"checks": [{**PASSED, "name": "PM012 False alarms", "status": "failed"}]},
        "The policy lets these pass, though they failed. Is that still what you want?",
        "1 check failed and not in the way: PM012 False alarms",
    ),
    (
        {"unfilled": ["risks", "url", "email", "training"]},
        "Who fills in what has not been said yet? Nothing is released before.",
        "4 fields empty: risks; url; email; and 1 more",
    ),
    (
        {"groups": group(4, share=0.65, low=0.55, high=0.75)},
        "What will be done about ethnicity Black, missed more often than everybody?",
        "Missed: about 65 of 100 (between 55 and 75 of 100); of everybody about 40 of 100",
    ),
    (
        {"rivals": rivals(value=0.34, low=0.28, high=0.4)},
        "Why not “Count of indicators”, a rule that can be checked by hand?",
        "Found: about 7 of 20 by this model, about 7 of 20 by the other: not shown to be better",
    ),
    (
        {"rivals": [HERE["rivals"][0], {**HERE["rivals"][1], "name": "logistic", "high": 0.4}]},
        "Why not “logistic”, a plainer model?",
        "Found: about 7 of 20 by this model, about 4 of 20 by the other: not shown to be better",
    ),
    (
        {"rivals": HERE["rivals"][:1]},
        "How will it be known whether this is better than a simple rule?",
        "No comparison with a simple rule could be made",
    ),
    (
        {"waivers": [waiver("2024-12-01")]},
        "Is the reason good enough to pass over “PM006 Children missed”, and what will be done meanwhile?",
        "Waived by D. Rector until 1 December 2024",
    ),
    (
        within("watching", matched={**HERE["watching"]["matched"], "share_lost": 0.32}),
        "How would you know that it finds need, and not who was seen before?",
        "About 32% of what the ranking tells is who had been seen more often",
    ),
    (
        within("watching", without=HERE["watching"]["without"]),
        "How would you know that it finds need, and not who was seen before?",
        "Most of what the model tells of care comes from the agency that records the outcome",
    ),
    (
        {"checks": [{**PASSED, "status": "waived", "text": "Three features have shifted."}]},
        "When will it be taught again, by children like those of today?",
        "Three features have shifted",
    ),
    (
        within("calibration", slope=0.8, slope_low=0.7, slope_high=0.9),
        "Levels lie too far apart. Does anybody read them as chances, and when are they put right?",
        "Calibration slope 0.80 (0.70 to 0.90); 1 is exact",
    ),
    (
        within("calibration", slope=1.3, slope_low=1.1, slope_high=1.5),
        "Levels lie too close together. Does anybody read them as chances, and when are they put right?",
        "Calibration slope 1.30 (1.10 to 1.50); 1 is exact",
    ),
    (
        within("papers", evaluation_design=""),
        "How will you know whether lists help families?",
        "No design of an evaluation is named",
    ),
    (
        within("papers", co_production=""),
        "Which young people and families took part in making this, and what did they change?",
        "Nobody has recorded who took part",
    ),
    (
        within("papers", dpia={"attendance": "DPIA-1", "police_notices": ""}),
        "Who assesses the impact of using these records, before they are used?",
        "No impact assessment is named for police notices",
    ),
    (
        within("papers", review_by={"attendance": "2030-01-01", "police_notices": "2025-03-01"}),
        "Who reviews the impact assessment, so that it holds for as long as the lists do?",
        "That of police notices is due on 1 March 2025, before the end on 2 September 2025",
    ),
    (
        within("papers", review_by={"attendance": "2024-03-01"}),
        "Who reviews the impact assessment, so that it holds for as long as the lists do?",
        "That of attendance was due on 1 March 2024, before this run was made",
    ),
    (
        {"groups": []},
        "Who is missed more often than others?",
        "No comparison of groups was made",
    ),
    (
        {"groups": group(5, share=None, low=None, high=None)},
        "How else will you learn how these children fare?",
        "Nothing can be said of 1 group: ethnicity Traveller",
    ),
    (
        {"checks": [PASSED, FEW]},
        "What would settle the checks that had too few people, and when?",
        "1 check too few to assess: PM005 Levels do not match by group",
    ),
    (
        within("missed", value=0.604),
        "What finds the children whom no list names?",
        "About 12 of 20 children to whom it happens are on no list",
    ),
    (
        within("precision", value=0.36),
        "What do families to whom it would not come gain from being asked, and what may it cost them?",
        "It came to about 7 of 20 families listed",
    ),
    (
        {"age_bands": HERE["age_bands"]},
        "What finds the children of these ages, who are not scored?",
        "A simple rule, or a coin, does as well at ages 0 to 4",
    ),
    (
        {"mitigation": [{**HERE["mitigation"][0], "widest_gap_today": 0.12, "sign_off": True}]},
        "Why is “Weigh groups when fitting” not in use, and has somebody looked at whether it is lawful?",
        "Widest gap 12.0 points today, 4.0 with it; precision changes by -1.0 points",
    ),
    (
        {"certificate": {"id": "CERT-1", "expires": "2024-12-01"}},
        "What has to be done before the certificate ends, and who stops the lists if it is not?",
        "It ends on 1 December 2024; the policy would let it run to 2 September 2025",
    ),
    (
        within("stability", overlap=0.5),
        "Who tells coordinators how much of a place on a list is chance?",
        "Made again, about 10 of 20 families of its list were listed again",
    ),
    (
        within(
            "decision_curve",
            points=[{**HERE["decision_curve"]["points"][1], "model": 0.001, "everybody": 0.002}],
        ),
        "Is one child found worth 19 families asked in vain to you? At that price asking everybody would do better.",
        "Net benefit of this model below that of asking everybody, at a threshold of 5.0%",
    ),
    (
        within("sizes", onsets_per_feature=4.2, features=92),
        "Would fewer features do as well, and be easier to account for?",
        "4.2 onsets for each of 92 features taught it",
    ),
    (
        {"order": {"policy": "Shipped default", "equal": True, "plain": {}, "weights": {}, "found": []}},
        "How much does an onset of one outcome matter beside one of another? That is yours to say.",
        "The policy “Shipped default” says that all count the same",
    ),
    (
        within("linkage", people=20000, undecided=900),
        "Who settles whose records these are?",
        "900 records without a birthday fit several of 20,000 people",
    ),
]


def test_facts_without_findings_call_for_no_question() -> None:
    assert board_questions(facts()) == ()


@pytest.mark.parametrize(("changes", "text", "figure"), PLANTED, ids=[figure for *_, figure in PLANTED])
def test_a_planted_finding_gives_its_question_and_no_other(
    changes: dict[str, Any], text: str, figure: str
) -> None:
    assert board_questions(facts(**changes)) == (Question(text, figure),)


def test_every_rule_has_a_planted_finding() -> None:
    quiet = [rule for rule in RULES if not any(list(rule(facts(**changes))) for changes, _, _ in PLANTED)]
    assert quiet == []


def test_at_most_eight_are_asked_the_most_serious_first() -> None:
    made = board_questions(
        facts(
            checks=[{**PASSED, "name": "PM010 List changes", "status": "failed", "blocks": True}, FEW],
            groups=group(4, share=0.75, low=0.65, high=0.85),
            rivals=rivals(value=0.34, low=0.28, high=0.4),
            waivers=[waiver("2024-12-01"), waiver("2024-11-01"), waiver("2025-01-01")],
            **within("papers", evaluation_design="", co_production=""),
            **within("stability", overlap=0.5),
            **within("missed", value=0.604),
        )
    )
    assert len(made) == MOST
    begin = (
        "What has to change",
        "What will be done",
        "Why not",
        "Is the reason",
        "Is the reason",
        "How will",
        "Which young",
    )
    for each, words in zip(made, begin, strict=False):
        assert each.text.startswith(words)
    assert [each.figure for each in made if each.figure.startswith("Waived")] == [
        "Waived by D. Rector until 1 January 2025",
        "Waived by D. Rector until 1 December 2024",
    ], "the two that run longest"
    assert not any("of its list were listed again" in each.figure for each in made)


def test_the_two_groups_missed_most_are_named() -> None:
    rows = [
        {**row, "share": share, "low": share - 0.1, "high": share + 0.1}
        for row, share in zip(HERE["groups"], (0.6, 0.8, 0.7, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4), strict=True)
    ]
    made = board_questions(facts(groups=rows))
    assert [each.figure.split(" (")[0] for each in made] == [
        "Missed: about 80 of 100",
        "Missed: about 70 of 100",
    ]


def test_a_hidden_figure_calls_for_no_question_that_would_print_it() -> None:
    hidden = facts(
        **within("missed", value=None, low=None, high=None),
        **within("precision", value=None, low=None, high=None),
        **within("sizes", onsets_per_feature=None),
        **within("decision_curve", points=[{**HERE["decision_curve"]["points"][0], "model": None}]),
        groups=group(4, share=0.65, low=0.55, high=0.75),
    )
    assert board_questions(hidden) == ()


def test_before_a_certificate_its_longest_life_is_what_papers_must_outlast() -> None:
    papers = within("papers", review_by={"attendance": date(2025, 9, 1).isoformat()})
    made = board_questions(facts(certificate=None, verdict="awaiting sign-off", **papers))
    assert [each.figure for each in made] == [
        "That of attendance is due on 1 September 2025, before the end on 2 September 2025"
    ]
