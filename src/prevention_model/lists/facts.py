"""What stands on a row of a list, each as a frozen value that says itself on one line.

What the data cannot fill says so, with the reason (`NotHeld`), and is never left out silently.
"""

from dataclasses import dataclass
from datetime import date

from prevention_model.errors import WrongUsage
from prevention_model.lists.ranking import NOT_COUNTED
from prevention_model.pages.words import plain_date, plural


@dataclass(frozen=True)
class NotHeld:
    """Something a list would say if it were held; `reason` says why it is not.

    >>> str(NotHeld("no source delivers it"))
    'Not held: no source delivers it'
    """

    reason: str

    def __str__(self) -> str:
        return f"Not held: {self.reason}"


@dataclass(frozen=True)
class Reason:
    """Something that changed, or that goes well: the words, who said so, and as at which day.

    `hidden` is one whose agency the recipient may not see: its words, agency, theme and date are not held.
    `bears_on` is the outcome whose level it moves, where several rank; `feature` is the code of what was found.
    """

    text: str
    theme: str
    agency: str
    source: str
    as_at: date | None
    hidden: bool = False
    bears_on: str = ""
    feature: str = ""

    @property
    def code(self) -> str:
        """A stable code for case systems: of the feature, else of the theme.

        >>> Reason("Ask elsewhere", "", "", "", None, hidden=True).code
        'held_elsewhere'
        """
        return "held_elsewhere" if self.hidden else self.feature or self.theme

    @property
    def line(self) -> str:
        """The reason on one line, with source and date.

        >>> Reason("More days missed", "school", "Schools", "attendance", date(2024, 3, 1)).line
        'More days missed (Schools, attendance, 1 March 2024)'
        """
        if self.hidden:
            return self.text
        bears_on = f"bears on {self.bears_on}" if self.bears_on else ""
        known = [part for part in (bears_on, self.agency, self.source) if part]
        return f"{self.text} ({', '.join([*known, self.day])})"

    @property
    def day(self) -> str:
        """As at which day, in words. A source without one is that of a fact whose day is nobody's to know here.

        >>> Reason("A sister was suspended", "school", "Schools", "exclusions", None).day
        'day not shown'
        """
        return "day not shown" if self.source and self.as_at is None else plain_date(self.as_at)


@dataclass(frozen=True)
class ByOutcome:
    """How the child on whom a family's place rests stands by one outcome that ranks, in plain words.

    `position`: how far up its level would stand on a list of this zone by this outcome alone: a band, or "" below the
    end; None where the outcome does not count for the child. A level itself is never shown.
    """

    outcome: str
    position: str | None
    direction: str
    weight: float

    @property
    def line(self) -> str:
        """On one line.

        >>> ByOutcome("suspension", "B", "rising", 2.0).line
        'Suspension: as high as position B of a list by this alone, rising; weight 2'
        >>> ByOutcome("care", None, "steady", 1.0).line
        'Care: not counted, as the child is already there, or of an age at which it is not scored; weight 1'
        """
        if self.position is None:
            said = f"not counted, as the child is {NOT_COUNTED}"
        else:
            place = f"as high as position {self.position}" if self.position else "below the end"
            said = f"{place} of a list by this alone, {self.direction}"
        return f"{self.outcome[:1].upper()}{self.outcome[1:]}: {said}; weight {self.weight:g}"


@dataclass(frozen=True)
class Involvement:
    """A service that works with the family now: whom to speak to before anything else."""

    service: str
    role: str
    status: str
    since: date | None
    team: str | NotHeld
    lead_practitioner: str | NotHeld
    contact: str | NotHeld
    last_contact_date: date | NotHeld
    coordinates: bool
    plan: str = ""

    @property
    def line(self) -> str:
        """On one line: service, role, since when, team and lead where they are held."""
        led = "".join(f", {who}" for who in (self.team, self.lead_practitioner) if isinstance(who, str))
        return f"{self.service}: {self.role}{led}, since {plain_date(self.since)}"


@dataclass(frozen=True)
class PastHelp:
    """Early help that has ended: what for, when, and how it ended."""

    type: str
    ended: date | None
    outcome: str

    @property
    def line(self) -> str:
        """On one line."""
        return f"{self.type}, ended {plain_date(self.ended)}: {self.outcome}"


@dataclass(frozen=True)
class Team:
    """The team around a family: whether a plan is open, which, who leads it and when it is looked at again."""

    exists: bool
    plan: str
    lead_practitioner: str | NotHeld
    next_review: date | NotHeld

    @property
    def line(self) -> str:
        """On one line.

        >>> Team(True, "Early help plan", "North team", NotHeld("ask the team")).line
        'Early help plan, led by North team. Next review: not held, ask the team'
        """
        if not self.exists:
            return "No plan that somebody coordinates is known"
        led = f", led by {self.lead_practitioner}" if isinstance(self.lead_practitioner, str) else ""
        if isinstance(self.next_review, NotHeld):
            return f"{self.plan}{led}. Next review: not held, {self.next_review.reason}"
        return f"{self.plan}{led}. Next review: {plain_date(self.next_review)}"


@dataclass(frozen=True)
class Contact:
    """How to make contact: whether an interpreter is needed, in which format to write, what way was agreed."""

    interpreter: str | NotHeld
    accessible_format: str | NotHeld
    safe_contact: str | NotHeld

    @property
    def line(self) -> str:
        """On one line; what is not held is said only where nothing is.

        >>> none = NotHeld("nobody recorded it")
        >>> Contact("Offer one: Polish at home", none, none).line
        'Interpreter: Offer one: Polish at home'
        >>> Contact(none, none, none).line
        'Not held: no preference has been recorded'
        """
        parts = (
            ("Interpreter", self.interpreter),
            ("Format", self.accessible_format),
            ("Agreed way of contact", self.safe_contact),
        )
        held = [f"{name}: {said}" for name, said in parts if isinstance(said, str)]
        return ". ".join(held) if held else str(NotHeld("no preference has been recorded"))


LEVELS = {1: "open to everybody", 2: "for additional needs", 3: "targeted"}
EVIDENCE = {
    "not yet rated": "not yet rated",
    "NL2": "not yet level 2 of 4",
    "2": "level 2 of 4: first signs of effect",
    "2+": "level 2 of 4, and more: first signs of effect",
    "3": "level 3 of 4: a short-term effect was shown",
    "3+": "level 3 of 4, and more: a short-term effect was shown",
    "4": "level 4 of 4: a lasting effect was shown",
    "4+": "level 4 of 4, and more: a lasting effect was shown",
    "NE": "no effect was found",
}
"""Ratings of the Early Intervention Foundation's guidebook, in words."""


@dataclass(frozen=True)
class Offered:
    """An offer as a row shows it: its name, level of need, evidence, ACHIEVE outcomes and room a month."""

    name: str
    level: int
    evidence: str
    achieve: tuple[str, ...]
    capacity: int | None

    @property
    def line(self) -> str:
        """On one line.

        >>> Offered("Drop-in", 1, "not yet rated", ("healthy",), 4).line
        'Drop-in (level 1, open to everybody; evidence not yet rated; works towards healthy; room for 4 a month)'
        """
        parts = [f"level {self.level}, {LEVELS[self.level]}", f"evidence {EVIDENCE[self.evidence]}"]
        if self.achieve:
            parts.append(f"works towards {', '.join(self.achieve)}")
        if self.capacity is not None:
            parts.append(f"room for {self.capacity} a month")
        return f"{self.name} ({'; '.join(parts)})"


STEPS = ("plan", "offer", "conversation", "said_no")


@dataclass(frozen=True)
class FirstStep:
    """What to propose first: speak to the lead of a plan that is open, an offer of the zone, or only a conversation;
    or nothing anew, where the family has said no.

    `offer` is what fits, which with an open plan could be added to it.
    """

    kind: str
    text: str
    offer: Offered | None = None

    def __post_init__(self) -> None:
        if self.kind not in STEPS or (self.kind == "offer" and self.offer is None):
            raise WrongUsage(f"A first step is one of {', '.join(STEPS)}.")

    @property
    def line(self) -> str:
        """On one line.

        >>> FirstStep("plan", "Speak to the team").line
        'Speak to the team'
        """
        if self.offer is None:
            return self.text
        return (
            self.offer.line
            if self.kind == "offer"
            else f"{self.text} Could be added to it: {self.offer.line}"
        )


@dataclass(frozen=True)
class OfferNeed:
    """How many families of this list have an offer as their first step, beside the room it has in a month."""

    name: str
    families: int
    capacity: int | None

    @property
    def line(self) -> str:
        """On one line.

        >>> OfferNeed("Attendance worker", 7, 4).line
        'Attendance worker: first step of 7 families here; room for 4 a month, so 3 would have to wait'
        """
        said = f"{self.name}: first step of {plural(self.families, 'family', 'families')} here"
        if self.capacity is None:
            return f"{said}; room not stated"
        short = self.families - self.capacity
        return f"{said}; room for {self.capacity} a month" + (
            f", so {short} would have to wait" if short > 0 else ""
        )


SMALL = "a small number, not shown"
"""In place of a count in which somebody could be told apart, or from which such a count could be worked out."""


@dataclass(frozen=True)
class ComplexNeeds:
    """A group of children who are not ranked because others lead for them: how many, with which plan, led by whom.

    `children` is a count as it may be printed, or why it is not held.
    """

    group: str
    children: str | NotHeld
    plan: str
    leads: str
