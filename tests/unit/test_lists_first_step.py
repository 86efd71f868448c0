"""The first step: the plan that is open, else the lowest level of offer whose ages and themes fit, else a talk."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.lists import FamilyRow, ZoneList
from prevention_model.lists.assemble import zone_list
from prevention_model.lists.facts import EVIDENCE, NotHeld, Reason, Team
from prevention_model.lists.first_step import CONVERSATION, SAID_NO, first_step, offers_needed
from prevention_model.settings.authority import Offer
from tests.fixtures import made_up_zone as made

NO_PLAN = Team(False, "None known", NotHeld("no plan is known"), NotHeld("no plan is known"))
PLAN = Team(True, "Early help plan", "North team", NotHeld("ask the team"))


def _reason(theme: str, hidden: bool = False) -> Reason:
    return Reason("Words", "" if hidden else theme, "Schools", "attendance", None, hidden)


def _offer(name: str, level: int = 2, themes: tuple[str, ...] = ("school",), **more: Any) -> Offer:
    return Offer(name=name, level=level, themes=themes, **more)


# offers in the order of the catalogue, themes of the reasons in theirs, age -> the name of the step
CASES: dict[str, tuple[list[Offer], list[str], int | NotHeld, str]] = {
    "the lowest level, though it meets a later reason": (
        [_offer("Plan", 3), _offer("Drop-in", 1, ("home",))],
        ["school", "home"],
        8,
        "Drop-in",
    ),
    "at one level, the first reason": (
        [_offer("Home", 2, ("home",)), _offer("School")],
        ["school", "home"],
        8,
        "School",
    ),
    "at one level and reason, the order of the catalogue": (
        [_offer("One"), _offer("Two")],
        ["school"],
        8,
        "One",
    ),
    "too young": ([_offer("Teens", 1, ages=(11, 18)), _offer("All", 3)], ["school"], 8, "All"),
    "old enough on the first birthday of the age": (
        [_offer("Teens", ages=(11, 18))],
        ["school"],
        11,
        "Teens",
    ),
    "too old": ([_offer("Small", ages=(0, 4))], ["school"], 5, CONVERSATION),
    "no age, so only what is for all": (
        [_offer("Teens", 1, ages=(11, 18)), _offer("All", 3)],
        ["school"],
        NotHeld("no date of birth"),
        "All",
    ),
    "not what was found without effect": (
        [_offer("Bootcamp", 1, evidence="NE"), _offer("All", 3)],
        ["school"],
        8,
        "All",
    ),
    "not what has no room at all": ([_offer("Full", 1, capacity=0), _offer("All", 3)], ["school"], 8, "All"),
    "nothing fits": ([_offer("Home", 1, ("home",))], ["school"], 8, CONVERSATION),
    "no reason": ([_offer("All")], [], 8, CONVERSATION),
}


@pytest.mark.parametrize("what", CASES)
def test_the_step_without_a_plan(what: str) -> None:
    offers, themes, age, said = CASES[what]
    step = first_step([_reason(theme) for theme in themes], offers, age, NO_PLAN, "", False)
    assert step.text == said
    assert step.kind == ("conversation" if said == CONVERSATION else "offer")


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(["school", "home", "health"]), st.booleans()), max_size=6
    ),
    st.lists(st.sampled_from(["school", "home", "health"]), max_size=3),
    st.integers(0, 17),
)
def test_no_offer_that_fits_is_of_a_lower_level(
    catalogue: list[tuple[int, str, bool]], themes: list[str], age: int
) -> None:
    offers = [
        _offer(f"{n}", level, (theme,), ages=(0, 10) if young else (0, 25))
        for n, (level, theme, young) in enumerate(catalogue)
    ]
    step = first_step([_reason(theme) for theme in themes], offers, age, NO_PLAN, "", False)
    fits = [o for o in offers if set(o.themes) & set(themes) and o.ages[0] <= age <= o.ages[1]]
    if step.offer is None:
        assert fits == []
    else:
        assert step.offer.level == min(o.level for o in fits)


def test_with_a_plan_the_step_is_to_speak_to_its_lead_and_never_a_second_plan() -> None:
    step = first_step(
        [_reason("school")],
        [_offer("Whole-family early help plan", 3)],
        8,
        PLAN,
        "North team (Early help)",
        False,
    )
    assert step.kind == "plan"
    assert (
        step.text
        == "An early help plan is open: speak first to its lead, North team (Early help), and begin no second plan."
    )
    assert "Could be added to it: Whole-family" in step.line


def _list(**authority: Any) -> ZoneList:
    scores = made.scores()
    records = made.records(scores)
    released = made.MadeRelease(scores, made.reasons(scores))
    people = made.identities(records)
    return zone_list(released, records, people, made.authority(**authority), "Z1", made.figures(), made.TODAY)


def _family(held: ZoneList, home: str) -> FamilyRow:
    return next(family for family in held.families if family.household_id == home)


@pytest.mark.parametrize(
    ("kind", "plan", "lead"),
    [
        ("early_help", "an early help plan", "Early help"),
        ("ehcp", "an education, health and care plan", "Special educational needs team"),
        ("youth_intervention", "a youth justice plan", "Youth justice service"),
    ],
)
def test_each_kind_of_plan_of_any_child_here_is_recognised(kind: str, plan: str, lead: str) -> None:
    scores = made.scores()
    spell = pd.DataFrame([{"person_id": "p011", "kind": kind, "agency": "x", "start_date": "2024-01-01"}])
    records = made.records(scores, spell=spell)
    released = made.MadeRelease(scores, made.reasons(scores))
    held = zone_list(
        released, records, made.identities(records), made.authority(), "Z1", made.figures(), made.TODAY
    )
    family = _family(held, "h01")
    assert family.plan_in_place
    step = family.least_intrusive_first_step
    assert step.kind == "plan" and plan in step.text.lower() and lead in step.text
    assert [child.plan_in_place for child in family.children].count("None known") == len(family.children) - 1


def test_a_family_with_a_social_worker_for_one_child_speaks_to_the_social_worker_too() -> None:
    family = _family(_list(), "h01")
    assert {child.plan_in_place for child in family.children} == {
        "Early help plan", "Child in need plan", "None known",
    }  # fmt: skip
    assert family.team_around_family.line.startswith("Early help plan, led by North Vale family team")


def test_an_offer_is_shown_with_level_evidence_outcomes_and_room() -> None:
    offer = {"name": "Attendance worker", "level": 2, "themes": ["school"], "evidence": "3", "capacity": 4}
    family = _family(_list(offers=[{**offer, "achieve": ["educated", "valued"]}]), "h00")
    assert family.least_intrusive_first_step.line == (
        "Attendance worker (level 2, for additional needs; evidence level 3 of 4: a short-term effect was shown; "
        "works towards educated, valued; room for 4 a month)"
    )


def test_universal_offers_are_those_for_an_age_that_somebody_here_has() -> None:
    offers = [
        {"name": "Baby group", "level": 1, "themes": ["health"], "ages": [0, 1]},
        {"name": "For all", "level": 1, "themes": ["health"]},
    ]
    assert [o.name for o in _family(_list(offers=offers), "h00").suggested_universal_offer] == ["For all"]


def test_what_the_list_asks_of_offers_is_beside_what_they_have_room_for() -> None:
    offers = [{"name": "Attendance worker", "level": 2, "themes": ["school"], "capacity": 3}]
    held = _list(offers=offers)
    (need,) = held.offers_needed
    assert need.families == sum(f.least_intrusive_first_step.kind == "offer" for f in held.families) > 3
    assert need.line.endswith(f"room for 3 a month, so {need.families - 3} would have to wait")
    assert offers_needed([]) == ()


def test_every_rating_has_words() -> None:
    ratings = Offer.model_json_schema()["properties"]["evidence"]["enum"]
    assert set(EVIDENCE) == set(ratings)


@pytest.mark.parametrize("answer", ["asked_declined", "withdrawn", "agreed", "not_asked"])
def test_who_said_no_is_offered_nothing_anew(answer: str) -> None:
    scores = made.scores()
    attribute = pd.DataFrame([("p000", "family_agreement", answer, "early_help", pd.Timestamp("2024-03-04"))])
    attribute.columns = ["person_id", "name", "value", "agency", "event_date"]
    records = made.records(scores, attribute=attribute)
    released = made.MadeRelease(scores, made.reasons(scores))
    people = made.identities(records)
    held = zone_list(released, records, people, made.authority(), "Z1", made.figures(), made.TODAY)
    step = _family(held, "h00").least_intrusive_first_step
    assert (step.text == SAID_NO and step.offer is None) is (answer in ("asked_declined", "withdrawn"))


def test_who_said_no_is_offered_nothing_to_add_to_a_plan_either() -> None:
    step = first_step([_reason("school")], [_offer("Drop-in", 1)], 8, PLAN, "North team", True)
    assert (step.kind, step.offer) == ("plan", None)
    assert SAID_NO in step.text
