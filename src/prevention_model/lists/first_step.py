"""The first step that asks least of a family: the plan that is open, else the lowest level of offer that fits."""

from collections import Counter
from collections.abc import Sequence

from prevention_model.lists.facts import FirstStep, NotHeld, Offered, OfferNeed, Reason, Team
from prevention_model.lists.text import plain
from prevention_model.settings.authority import Offer

CONVERSATION = "Speak with the family, or with somebody they trust, about what would help"
SAID_NO = "The family has said no to early help: offer nothing anew. Somebody they trust may ask if that still holds"


def first_step(
    why: Sequence[Reason],
    offers: Sequence[Offer],
    age: int | NotHeld,
    team: Team,
    speak_to: str,
    said_no: bool,
) -> FirstStep:
    """What to propose first to the family of a child of this `age`; `speak_to` is who leads the plan, if one is open.

    Who `said_no` to early help, or no longer wants it, is offered nothing anew.

    Of the offers whose themes meet a reason that may be shown, and whose ages hold the child, the lowest level counts,
    then the reason that stands first. What a rigorous study found without effect, and what has no room, is not
    suggested. A reason that is hidden steers nothing, or it would shine through.
    """
    found = _fitting(why, offers, age)
    if team.exists:
        said = f"{_begun(team.plan)} is open: speak first to its lead, {speak_to}, and begin no second plan."
        return FirstStep("plan", f"{said} {SAID_NO}." if said_no else said, None if said_no else found)
    if said_no:
        return FirstStep("said_no", SAID_NO)
    if found is None:
        return FirstStep("conversation", CONVERSATION)
    return FirstStep("offer", found.name, found)


def offered(offer: Offer) -> Offered:
    """An offer of the catalogue as a row shows it."""
    return Offered(plain(offer.name), offer.level, offer.evidence, offer.achieve, offer.capacity)


def offers_needed(steps: Sequence[FirstStep]) -> tuple[OfferNeed, ...]:
    """How many families have each offer as their first step, the most wanted first; families without any last.

    >>> worker = Offered("Attendance worker", 2, "not yet rated", (), 1)
    >>> steps = [FirstStep("offer", worker.name, worker)] * 2 + [FirstStep("conversation", CONVERSATION)]
    >>> [need.families for need in offers_needed(steps)]
    [2, 1]
    """
    wanted = Counter(step.offer for step in steps if step.kind == "offer")
    needs = [
        OfferNeed(offer.name, families, offer.capacity)
        for offer, families in wanted.items()
        if offer is not None
    ]
    needs.sort(key=lambda need: (-need.families, need.name))
    without = sum(step.kind == "conversation" for step in steps)
    return (*needs, OfferNeed("No offer fits what may be shown", without, None)) if without else tuple(needs)


def _fitting(why: Sequence[Reason], offers: Sequence[Offer], age: int | NotHeld) -> Offered | None:
    themes = [reason.theme.lower() for reason in why if not reason.hidden]
    fitting = []
    for number, offer in enumerate(offers):
        met = [themes.index(theme.lower()) for theme in offer.themes if theme.lower() in themes]
        if met and _is_for(offer, age) and offer.evidence != "NE" and offer.capacity != 0:
            fitting.append((offer.level, min(met), number))
    return offered(offers[min(fitting)[2]]) if fitting else None


def _is_for(offer: Offer, age: int | NotHeld) -> bool:
    """Whether a child is of the ages; one whose age is not held is only offered what is for all."""
    return offer.ages == (0, 25) if isinstance(age, NotHeld) else offer.ages[0] <= age <= offer.ages[1]


def _begun(plan: str) -> str:
    """A plan as it begins a sentence.

    >>> _begun("Early help plan"), _begun("A plan held by another agency")
    ('An early help plan', 'A plan held by another agency')
    """
    if plan.startswith("A "):
        return plan
    return f"{'An' if plan[0] in 'AEIO' else 'A'} {plan[:1].lower()}{plan[1:]}"
