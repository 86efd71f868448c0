"""What a list says, as frozen values: its header, a row per family, a row per child.

The order of the fields is the order of showing: who already works with a family stands before anything
that the model says.
"""

from dataclasses import dataclass, fields
from datetime import date

import pandas as pd

from prevention_model.errors import WrongUsage
from prevention_model.lists.facts import (
    ByOutcome,
    ComplexNeeds,
    Contact,
    FirstStep,
    Involvement,
    NotHeld,
    Offered,
    OfferNeed,
    PastHelp,
    Reason,
    Team,
)
from prevention_model.pages.words import joined, plural

BANDS = ("A", "B", "C", "reserve")
DIRECTIONS = ("rising", "steady", "falling", "not known")

KEY = {
    "zone": "str", "list_id": "str", "row_id": "str", "family_ref": "str", "child_ref": "str", "household_id": "str",
    "person_id": "str", "is_index_child": "bool", "rank": "int64", "position_band": "str",
}  # fmt: skip
"""Columns of the record of who is on a list, with their types."""


@dataclass(frozen=True)
class ChildRow:
    """One child of the family. `individual_change` is a direction in words, never a number. `person_id` is for the
    record of the list and is never written in it."""

    child_ref: str
    person_id: str
    name: str
    age_years: int | NotHeld
    setting: str | NotHeld
    key_stage: str | NotHeld
    milestone_due: str | NotHeld
    level_of_need: str
    send_status: str
    plan_in_place: str
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
    team_around_family: Team
    previous_early_help: tuple[PastHelp, ...]
    last_decision: str
    returned: bool
    about_the_children: tuple[str, ...]
    family_agreement: str
    objection_flag: str
    child_view: str
    family_view: str
    contact_preferences: Contact
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
    least_intrusive_first_step: FirstStep
    suggested_universal_offer: tuple[Offered, ...]
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
    def plan_in_place(self) -> bool:
        """Whether somebody coordinates a plan already."""
        return self.team_around_family.exists

    @property
    def summary(self) -> str:
        """The children in a few words that name nobody: "2 children, aged 5 and 12"."""
        ages = sorted(child.age_years for child in self.children if isinstance(child.age_years, int))
        known = f", aged {joined([str(age) for age in ages])}" if ages else ""
        return plural(len(self.children), "child", "children") + known


@dataclass(frozen=True)
class NotRanked:
    """Why some children of the zone were not ranked, and how many. A small number is never written in a file."""

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
    information_contact: str
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
    """One zone's list: header, families in the order of showing, and who is not ranked.

    `objections` is for the record of the list and is never written in it.
    """

    header: ListHeader
    families: tuple[FamilyRow, ...]
    complex_needs: tuple[ComplexNeeds, ...]
    not_ranked: tuple[NotRanked, ...]
    objections: int
    offers_needed: tuple[OfferNeed, ...]

    def __post_init__(self) -> None:
        refs = [family.family_ref for family in self.families]
        homes = [family.household_id for family in self.families]
        if len(set(refs)) < len(refs) or len(set(homes)) < len(homes):
            raise WrongUsage("A family stands on the list twice.", where=self.header.list_id)
        children = [child.person_id for family in self.families for child in family.children]
        if len(set(children)) < len(children):
            raise WrongUsage("A child stands on the list twice.", where=self.header.list_id)

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
