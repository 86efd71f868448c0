"""Mental health of the child: referrals, treatment and crises. Never shown to a coordinator."""

from prevention_model.features.catalogue.table import SOCIAL_CARE, group
from prevention_model.query import (
    Count,
    DaysInSpell,
    DaysSinceLast,
    OpenSpell,
    SpellsEnded,
    SpellsStarted,
)


def _referred_for(*reasons: str) -> SpellsStarted:
    """How often the child was referred for one of these reasons."""
    return SpellsStarted("mh_referral", code=reasons)


MENTAL_HEALTH = group(
    [
        ("self_harm_visits_24m", Count("event", "ed_attendance", code="self_harm"), "24 months", "risk",
         "Went to an emergency department after self-harm {times} in the last {window}",
         "No emergency visit after self-harm in the last {window}", "Needs specialist help, quickly"),
        ("self_harm_visits_6m", Count("event", "ed_attendance", code="self_harm"), "6 months", "risk",
         "Went to an emergency department after self-harm {times} in the last {window}",
         "No emergency visit after self-harm in the last {window}", "A recent crisis is when help has to be near"),
        ("mental_health_visits_24m", Count("event", "ed_attendance", code="mental_health"), "24 months", "risk",
         "Went to an emergency department in mental distress {times} in the last {window}",
         "No emergency visit in mental distress in the last {window}", "Needs specialist help"),
        ("mental_health_place_of_safety_36m", Count("event", "place_of_safety"), "3 years", "risk",
         "Was brought to a place of safety in mental distress {times} in the last {window}",
         "Was not brought to a place of safety in the last {window}", "A crisis asks for a plan before the next"),
        ("mental_health_referral_open", OpenSpell("mh_referral"), "all", "context",
         "Is waiting for, or seeing, a mental health service", "No open referral to a mental health service",
         "Help that is already there, or awaited"),
        ("mental_health_referrals_24m", SpellsStarted("mh_referral"), "24 months", "risk",
         "Referred to a mental health service {times} in the last {window}",
         "Not referred to a mental health service in the last {window}", "Repeated referral without lasting help"),
        ("mental_health_days_24m", DaysInSpell("mh_referral"), "24 months", "context",
         "Days waiting for, or seeing, a mental health service in the last {window}: {value:.0f}",
         "Neither waiting for nor seeing a mental health service in the last {window}", "How long it has lasted"),
        ("mental_health_low_mood_24m", _referred_for("anxiety", "depression"), "24 months", "risk",
         "Referred to a mental health service with anxiety or low mood {times} in the last {window}",
         "Not referred to a mental health service with anxiety or low mood in the last {window}",
         "Support in school can start while a child waits"),
        ("mental_health_conduct_24m", _referred_for("conduct"), "24 months", "risk",
         "Referred to a mental health service over conduct {times} in the last {window}",
         "Not referred to a mental health service over conduct in the last {window}",
         "Parenting groups help best with conduct"),
        ("mental_health_self_harm_24m", _referred_for("crisis", "self_harm"), "24 months", "risk",
         "Referred to a mental health service after self-harm or in a crisis {times} in the last {window}",
         "Not referred to a mental health service after self-harm or in a crisis in the last {window}",
         "A plan for the next crisis can be made now"),
        ("mental_health_eating_24m", _referred_for("eating"), "24 months", "risk",
         "Referred to a mental health service over eating {times} in the last {window}",
         "Not referred to a mental health service over eating in the last {window}", "Early treatment works best"),
        ("mental_health_not_accepted_24m", SpellsEnded("mh_referral", outcome=("inappropriate", "not_accepted")),
         "24 months", "risk", "A mental health service turned the child away {times} in the last {window}",
         "No mental health service turned the child away in the last {window}",
         "A need below the threshold is where early help belongs"),
        ("mental_health_left_36m", SpellsEnded("mh_referral", outcome=("left", "no_contact")), "3 years", "risk",
         "Left a mental health service early {times} in the last {window}",
         "Did not leave a mental health service early in the last {window}", "Another way to help may suit better"),
        ("mental_health_treated_36m", SpellsEnded("mh_referral", outcome="treated"), "3 years", "strength",
         "Completed treatment by a mental health service {times} in the last {window}",
         "No treatment by a mental health service completed in the last {window}", "What worked before can work again"),
        ("mental_health_days_since", DaysSinceLast("spell", "mh_referral", at="end"), "all", "context",
         "The last contact with a mental health service ended {duration} ago", "",
         "Needs can return when help ends"),
    ],
    theme="health", agency="health", share_with=("health", SOCIAL_CARE),
)  # fmt: skip

FEATURES = MENTAL_HEALTH
