"""Suspension, exclusion and alternative provision, and time without them."""

from prevention_model.features.catalogue.table import SCHOOL_WORKERS, YEAR_BEFORE, group
from prevention_model.query import (
    Any,
    Change,
    Count,
    DaysInSpell,
    DaysSinceFirst,
    DaysSinceLast,
    DistinctCodes,
    Max,
    OpenSpell,
    Share,
    SpellsStarted,
    Sum,
)

_SUSPENSIONS = Count("event", "suspension")
_NOT_LOST = Share(Sum("event", "suspension"), Sum("measurement", "possible_sessions"), rest=True)
_REASONS = (
    "assault_on_adult", "assault_on_pupil", "bullying", "damage", "drug_or_alcohol", "misuse_of_technology",
    "persistent_disruptive_behaviour", "theft", "verbal_abuse_of_adult", "verbal_abuse_of_pupil",
    "weapon_or_prohibited_item",
)  # fmt: skip
"""Reasons that name no trait of anybody."""
_SUSPENDED = "Suspended from school {times} in the last {window}"
_NOT_SUSPENDED = "Not suspended from school in the last {window}"
_LOST = "School sessions lost to suspension in the last {window}: {value:.0f}"
_NONE_LOST = "Lost no school sessions to suspension in the last {window}"
_KEPT = "Not suspended during {value:.0f}% of school sessions in the last {window}"
_NONE_KEPT = "Lost all school sessions of the last {window} to suspension"

EXCLUSION = group(
    [
        ("suspensions_3m", _SUSPENSIONS, "3 months", "risk",
         _SUSPENDED, _NOT_SUSPENDED, "A recent suspension is a chance to act before the next"),
        ("suspensions_12m", _SUSPENSIONS, "12 months", "risk",
         _SUSPENDED, _NOT_SUSPENDED, "Repeated suspension goes before exclusion"),
        ("suspended_sessions_12m", Sum("event", "suspension"), "12 months", "risk",
         _LOST, _NONE_LOST, "Length says more than number"),
        ("suspensions_24m", _SUSPENSIONS, "24 months", "risk",
         _SUSPENDED, _NOT_SUSPENDED, "Two years against one shows whether it is new"),
        ("suspensions_year_before", _SUSPENSIONS, YEAR_BEFORE, "context",
         "Suspended from school {times} in the {window}", "Not suspended from school in the {window}",
         "What the last year is measured against"),
        ("suspension_rise", Change(_SUSPENSIONS, "3 months"), "12 months", "risk",
         "Suspensions {change} in the last {recent}", "Suspensions were as many in the last {recent} as before",
         "A rise asks what changed at school or at home"),
        ("longest_suspension_24m", Max("event", "suspension"), "24 months", "risk",
         "School sessions lost to the longest suspension of the last {window}: {value:.0f}",
         "No school session was lost to any suspension of the last {window}",
         "A long suspension leaves a child without a place for days"),
        ("suspension_reasons_24m", DistinctCodes("event", "exclusion_reason", code=_REASONS), "24 months", "risk",
         "Different reasons given for suspensions in the last {window}: {value:.0f}",
         "No reason for a suspension on record in the last {window}", "Many reasons differ from one that repeats"),
        ("suspended_disruption_12m", Count("event", "suspension", code="persistent_disruptive_behaviour"),
         "12 months", "risk", "Suspended for disruption in class {times} in the last {window}",
         "Not suspended for disruption in class in the last {window}",
         "Disruption often hides a need for support in learning"),
        ("suspended_violence_24m", Count("event", "suspension", code=("assault_on_adult", "assault_on_pupil")),
         "24 months", "risk", "Suspended for hurting somebody {times} in the last {window}",
         "Not suspended for hurting somebody in the last {window}",
         "Hurting others can follow from being hurt, and needs its own help"),
        ("suspended_drugs_24m", Count("event", "suspension", code="drug_or_alcohol"), "24 months", "risk",
         "Suspended over drugs or alcohol {times} in the last {window}",
         "Not suspended over drugs or alcohol in the last {window}",
         "A youth worker can help before it becomes a habit"),
        ("lunchtime_exclusions_12m", Count("event", "lunchtime_exclusion"), "12 months", "risk",
         "Sent home over lunch {times} in the last {window}", "Not sent home over lunch in the last {window}",
         "Trouble at play needs other help than trouble in class"),
        ("permanently_excluded", Any("event", "permanent_exclusion"), "all", "risk",
         "Has been permanently excluded from a school", "Has never been permanently excluded",
         "A lost school place changes what help is within reach"),
        ("days_since_first_suspension", DaysSinceFirst("event", "suspension"), "all", "context",
         "The first suspension on record was {duration} ago", "", "Old trouble differs from new trouble"),
        ("alternative_provision_open", OpenSpell("ap_placement"), "all", "context",
         "Is taught in alternative provision", "Not in alternative provision as far as is known",
         "Shows what support is already there"),
        ("alternative_provision_days_24m", DaysInSpell("ap_placement"), "24 months", "context",
         "Days placed in alternative provision in the last {window}: {value:.0f}",
         "Not in alternative provision in the last {window}", "A short spell differs from a long one"),
        ("alternative_provision_starts_36m", SpellsStarted("ap_placement"), "3 years", "risk",
         "Placed in alternative provision {times} in the last {window}",
         "Not placed in alternative provision in the last {window}", "Repeated placements show that none has fitted"),
    ],
    theme="exclusion", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

WITHOUT_SUSPENSION = group(
    [
        ("days_since_suspension", DaysSinceLast("event", "suspension"), "3 years", "strength",
         "Not suspended from school for {duration}", "", "Time without a suspension counts in the child's favour"),
        ("school_kept_12m", _NOT_LOST, "12 months", "strength",
         _KEPT, _NONE_KEPT, "A year without a suspension is a strength"),
        ("school_kept_24m", _NOT_LOST, "24 months", "strength",
         _KEPT, _NONE_KEPT, "Two good years weigh more than one"),
        ("school_kept_recovering", Change(_NOT_LOST, "6 months"), "24 months", "strength",
         "School time not lost to suspension {change} in the last {recent}",
         "School time not lost to suspension was the same in the last {recent} as before",
         "A turn for the better shows that something works"),
    ],
    theme="exclusion", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

SIBLINGS = group(
    [
        ("sibling_suspensions_12m", _SUSPENSIONS, "12 months", "risk",
         "Brothers or sisters were suspended from school {times} in the last {window}",
         "No brother or sister was suspended from school in the last {window}", "One plan can serve the whole family"),
        ("sibling_excluded", Any("event", "permanent_exclusion"), "all", "risk",
         "A brother or sister has been permanently excluded", "No brother or sister has been permanently excluded",
         "The family knows what an exclusion means and may fear it"),
        ("sibling_school_kept_12m", _NOT_LOST, "12 months", "strength",
         "Brothers and sisters were not suspended during {value:.0f}% of their school sessions in the last {window}",
         "Brothers and sisters lost all school sessions of the last {window} to suspension",
         "Brothers and sisters who do well at school are a strength"),
    ],
    theme="exclusion", agency="schools", share_with=SCHOOL_WORKERS, scope="siblings",
)  # fmt: skip

FEATURES = (*EXCLUSION, *WITHOUT_SUSPENSION, *SIBLINGS)
