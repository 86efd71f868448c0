"""What a list says, as frozen values: its header, a row per family, a row per child.

The order of the fields is the order of showing: who already works with a family stands before anything
that the model says. What the data cannot fill says so, with the reason, and is never left out silently.
"""

from dataclasses import dataclass, fields
from datetime import date

import pandas as pd

from prevention_model.errors import WrongUsage
from prevention_model.lists.ranking import NOT_COUNTED
from prevention_model.pages.words import joined, plain_date, plural

BANDS = ("A", "B", "C", "reserve")
DIRECTIONS = ("rising", "steady", "falling", "not known")

KEY = {
    "zone": "str", "list_id": "str", "row_id": "str", "family_ref": "str", "child_ref": "str", "household_id": "str",
    "person_id": "str", "is_index_child": "bool", "rank": "int64", "position_band": "str",
}  # fmt: skip
"""Columns of the record of who is on a list, with their types."""


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
    `bears_on` is the outcome whose level it moves, where several rank.
    """

    text: str
    theme: str
    agency: str
    source: str
    as_at: date | None
    hidden: bool = False
    bears_on: str = ""

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
    contact: str | NotHeld
    last_contact_date: date | NotHeld
    coordinates: bool

    @property
    def line(self) -> str:
        """On one line: service, role, since when, team."""
        team = f", {self.team}" if isinstance(self.team, str) else ""
        return f"{self.service}: {self.role}{team}, since {plain_date(self.since)}"


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
class ChildRow:
    """One child of the family. `individual_change` is a direction in words, never a number. `person_id` is for the record
    of the list and is never written in it."""

    child_ref: str
    person_id: str
    name: str
    age_years: int | NotHeld
    setting: str | NotHeld
    key_stage: str | NotHeld
    milestone_due: str | NotHeld
    level_of_need: str
    send_status: str
    is_index_child: bool
    individual_change: str


@dataclass(frozen=True)
class FamilyRow:
    """One family. `household_id` and `rank` are for the record of the list and are never written in it."""

    row_id: str
    family_ref: str
    household_id: str
    rank: int
    zone_code: str
    # first: who already works with them, and what they have said
    current_involvement: tuple[Involvement, ...]
    team_around_family: str
    plan_in_place: bool
    previous_early_help: tuple[PastHelp, ...]
    family_agreement: str
    objection_flag: str
    child_view: str
    family_view: str
    contact_preferences: str | NotHeld
    # who they are
    children: tuple[ChildRow, ...]
    adults: tuple[str, ...]
    address: str
    protected_record: bool
    household_confidence: str | NotHeld
    school_pyramid: str | NotHeld
    setting_names: tuple[str, ...]
    # then: what the model noticed
    position_band: str
    change_direction: str
    change_since: date | NotHeld
    by_outcome: tuple[ByOutcome, ...]
    reasons: tuple[Reason, ...]
    strengths: tuple[Reason, ...]
    uncertainty_band: str
    explanation_ref: str
    # and what could be a first step
    least_intrusive_first_step: str
    suggested_universal_offer: tuple[str, ...]
    data_quality_flags: tuple[str, ...]
    stale_sources: tuple[str, ...]
    do_not_use_for: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.children:
            raise WrongUsage("A family row has no children.", where=self.row_id)
        if len(self.reasons) > 3 or len(self.strengths) > 3:
            raise WrongUsage("A family row has more than three reasons or strengths.", where=self.row_id)
        if self.position_band not in BANDS or self.change_direction not in DIRECTIONS:
            raise WrongUsage("A family row has an unknown band or direction.", where=self.row_id)

    @property
    def summary(self) -> str:
        """The children in a few words that name nobody: "2 children, aged 5 and 12"."""
        ages = sorted(child.age_years for child in self.children if isinstance(child.age_years, int))
        known = f", aged {joined([str(age) for age in ages])}" if ages else ""
        return plural(len(self.children), "child", "children") + known


@dataclass(frozen=True)
class NotRanked:
    """Why some children of the zone were not ranked, and how many."""

    reason: str
    children: int


@dataclass(frozen=True)
class ListHeader:
    """What stands at the head of a list: whose, when, by what, how far to trust it, until when.

    `expected_true_in_list` has one text for each outcome that ranks, as has `outcome_plain`.
    """

    list_id: str
    release_id: str
    authority: str
    zone_code: str
    zone_name: str
    recipient: str
    recipient_role: str
    run_date: date
    index_date: date
    valid_until: date
    stage: str
    model_id: str
    model_version: str
    run_id: str
    certificate_id: str
    certificate_expires: date
    horizon: str
    outcome_plain: tuple[str, ...]
    rule: tuple[str, ...]
    capacity: int
    n_eligible_children: int
    n_eligible_families: int
    n_listed: int
    n_reserve: int
    expected_true_in_list: tuple[str, ...]
    data_as_at: tuple[tuple[str, date], ...]
    coverage_warnings: tuple[str, ...]
    audit_ref: str
    purpose_statement: str
    low_rank_caveat: str
    safeguarding_escape: str
    complaint_route: str
    identification_basis: str
    do_not_use_for: tuple[str, ...]
    generated_by: str

    def __post_init__(self) -> None:
        empty = [item.name for item in fields(self) if getattr(self, item.name) in ("", None)]
        if empty:
            raise WrongUsage(f"The list header lacks: {', '.join(empty)}.", where=self.list_id)
        if self.valid_until <= self.run_date:
            raise WrongUsage("The list would expire before it starts.", where=self.list_id)


@dataclass(frozen=True)
class ZoneList:
    """One zone's list: header, families in the order of showing, and who could not be ranked."""

    header: ListHeader
    families: tuple[FamilyRow, ...]
    not_ranked: tuple[NotRanked, ...]
    objections: int

    def __post_init__(self) -> None:
        refs = [family.family_ref for family in self.families]
        homes = [family.household_id for family in self.families]
        if len(set(refs)) < len(refs) or len(set(homes)) < len(homes):
            raise WrongUsage("A family stands on the list twice.", where=self.header.list_id)

    def key(self) -> pd.DataFrame:
        """What each child on the list is called in the records, a row a child: columns `KEY`; never shown."""
        return pd.DataFrame(
            [
                (
                    family.zone_code, self.header.list_id, family.row_id, family.family_ref, child.child_ref,
                    family.household_id, child.person_id, child.is_index_child, family.rank, family.position_band,
                )
                for family in self.families
                for child in family.children
            ],
            columns=list(KEY),
        ).astype(KEY)  # fmt: skip
