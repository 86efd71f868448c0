"""Whether the parts of one answer agree with one another and with the calendar; each rule stands with its words."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from prevention_model.feedback.given import Given
from prevention_model.lists.actions import OUTCOME_AFTER_DAYS, OVERRIDDEN, REASONS
from prevention_model.pages.words import plain_date

_DAYS = ("decided_at", "contacted_at")


def contradictions(
    held: Mapping[str, Any], said: Mapping[str, str], given: Given, today: date
) -> Iterator[tuple[str, str]]:
    """The name of the field and what is wrong with it, for everything that is. `held` are values as read (None where
    a cell could not be read), `said` the texts of the cells that are not blank."""
    yield from _lacking(held, said)
    yield from _calendar(held, given, today)
    yield from _contrary(held)


def _lacking(held: Mapping[str, Any], said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if "decision" not in said:
        yield "decision", "something is written in this row, and no decision"
        return
    if "decided_by" not in said:
        yield "decided_by", "it is not said who decided"
    if "decided_at" not in said:
        yield "decided_at", "it is not said on which day this was decided"
    if held["decision"] == "watch_review_by" and "contact_by" not in said:
        yield "contact_by", "the decision is to look again by a date, and there is no date"
    if held["family_response"] in ("agreed", "declined", "wants_time") and "contacted_at" not in said:
        yield "contacted_at", "the family said something, and there is no day of contact"
    if "better_off_kind" in said and "outcome_at_90d" not in said:
        yield "outcome_at_90d", "somebody is better off, and it is not said how things stand after 90 days"


def _calendar(held: Mapping[str, Any], given: Given, today: date) -> Iterator[tuple[str, str]]:
    for name in _DAYS:
        day = held[name]
        if day and day < given.made_on:
            yield name, f"the day is before the list was made ({plain_date(given.made_on)})"
        if day and day > today:
            yield name, f"the day has not come yet (today is {plain_date(today)})"
    for name in ("family_view_recorded", "child_view_recorded"):
        if held[name] and held[name] > today.isoformat() and held[name] not in ("yes", "no"):
            yield name, f"the day has not come yet (today is {plain_date(today)})"
    decided, by = held["decided_at"], held["contact_by"]
    if decided and by and by < decided:
        yield "contact_by", "the day lies before that of the decision"
    if given.closed and decided and decided > given.closed[1]:
        state, day = given.closed
        yield (
            "decided_at",
            f"the list was {state} on {plain_date(day)}; what was decided later is not entered",
        )
    if held["outcome_at_90d"] and decided and decided + timedelta(days=OUTCOME_AFTER_DAYS) > today:
        yield "outcome_at_90d", f"{OUTCOME_AFTER_DAYS} days since the decision are not over yet"


def _contrary(held: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    decision, reason, response = held["decision"], held["decision_reason_code"], held["family_response"]
    if decision and reason and reason not in REASONS[decision]:
        yield "decision_reason_code", "this is a reason for another decision"
    if decision == "declined_by_family" and response in ("agreed", "not_reached", "wants_time"):
        yield "family_response", "the decision is that the family said no, and here they did not"
    if decision == "offer_early_help" and response == "declined":
        yield (
            "decision",
            "help is offered, and the family said no: choose one (Family said no, if they were asked)",
        )
    if decision in OVERRIDDEN and response == "agreed":
        yield "family_response", "the row was set aside, and yet the family agreed to early help"
    if held["outcome_at_90d"] == "never_began" and held["better_off_kind"] not in (
        "",
        None,
        "not_better_off",
    ):
        yield "better_off_kind", "help never began, and yet somebody is better off by it"
