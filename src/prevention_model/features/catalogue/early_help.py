"""Early help: what was offered, agreed, done and achieved, for the child and for the family."""

from prevention_model.features.catalogue.table import FAMILY_WORKERS, SCHOOL_WORKERS, group
from prevention_model.query import (
    Any,
    Change,
    Count,
    DaysInSpell,
    DaysSinceFirst,
    DaysSinceLast,
    DistinctCodes,
    Latest,
    OpenSpell,
    SpellsEnded,
    SpellsStarted,
)

_WORKERS = (*SCHOOL_WORKERS, "health")
_ASKED = Count("event", "early_help_contact")


def _began_for(*needs: str) -> SpellsStarted:
    """How often early help began mainly for one of these needs."""
    return SpellsStarted("early_help", code=needs)


OWN = group(
    [
        ("early_help_open", OpenSpell("early_help"), "all", "strength",
         "Early help is working with the child now", "Early help is not working with the child now",
         "Help that is already there comes first"),
        ("early_help_started_24m", SpellsStarted("early_help"), "24 months", "context",
         "Early help started {times} in the last {window}", "No early help started in the last {window}",
         "Shows what has been tried"),
        ("early_help_started_6m", SpellsStarted("early_help"), "6 months", "context",
         "Early help started {times} in the last {window}", "No early help started in the last {window}",
         "New help takes time to work"),
        ("early_help_ended_24m", SpellsEnded("early_help"), "24 months", "context",
         "Early help ended {times} in the last {window}", "No early help ended in the last {window}",
         "Needs can return when help ends"),
        ("early_help_days_12m", DaysInSpell("early_help"), "12 months", "context",
         "Days with early help in the last {window}: {value:.0f}", "No early help in the last {window}",
         "How much help there was"),
        ("early_help_days_36m", DaysInSpell("early_help"), "3 years", "context",
         "Days with early help in the last {window}: {value:.0f}", "No early help in the last {window}",
         "Long help differs from help that has just begun"),
        ("early_help_requests_12m", _ASKED, "12 months", "context",
         "Early help was asked for {times} in the last {window}", "Early help was not asked for in the last {window}",
         "A request that was not met can be met now"),
        ("early_help_request_rise", Change(_ASKED, "3 months"), "12 months", "risk",
         "Requests for early help {change} in the last {recent}",
         "Requests for early help were as many in the last {recent} as before", "Needs that press ask for an answer"),
        ("early_help_disengaged_36m", SpellsEnded("early_help", outcome="disengaged"), "3 years", "risk",
         "Early help ended {times} in the last {window} because contact with the family was lost",
         "No early help ended through loss of contact in the last {window}",
         "Another way to reach the family may be needed"),
        ("early_help_stepped_up_36m", SpellsEnded("early_help", outcome="stepped_up"), "3 years", "risk",
         "Early help was handed up to social care {times} in the last {window}",
         "No early help was handed up to social care in the last {window}", "Shows what early help alone could not do"),
        ("needs_found_by_early_help_36m", DistinctCodes("attribute", "early_help_need"), "3 years", "context",
         "Different needs that early help found in the last {window}: {value:.0f}",
         "Early help found no need on record in the last {window}", "Several needs at once ask for one joined plan"),
        ("needs_left_36m", DistinctCodes("attribute", "early_help_need_at_close"), "3 years", "risk",
         "Different needs left when early help ended, in the last {window}: {value:.0f}",
         "No needs left when early help ended, in the last {window}", "Needs that were left can be met now"),
        ("early_help_declined", Latest("attribute", "family_agreement", equals=("asked_declined", "withdrawn")),
         "24 months", "context", "The family was asked and said no to early help",
         "The family has not said no to early help", "Help is voluntary; another time or person may suit"),
        ("days_since_early_help", DaysSinceLast("spell", "early_help", at="end"), "all", "context",
         "Early help ended {duration} ago", "", "Recent endings need a lighter continuation"),
        ("days_since_first_early_help", DaysSinceFirst("spell", "early_help"), "all", "context",
         "The first early help on record began {duration} ago", "", "A family long known differs from a new one"),
    ],
    theme="early_help", agency="early_help", share_with=_WORKERS,
)  # fmt: skip

FOR_WHAT = group(
    [
        ("early_help_for_school_36m", _began_for("early_years", "education"), "3 years", "context",
         "Early help for learning began {times} in the last {window}",
         "No early help for learning began in the last {window}", "Shows what has been tried for learning"),
        ("early_help_for_family_36m", _began_for("family_relationships"), "3 years", "context",
         "Early help for family relationships began {times} in the last {window}",
         "No early help for family relationships began in the last {window}", "Shows what has been tried at home"),
        ("early_help_for_money_36m", _began_for("financial", "housing"), "3 years", "context",
         "Early help for home or money began {times} in the last {window}",
         "No early help for home or money began in the last {window}", "Shows what has been tried for home and money"),
        ("early_help_for_health_36m", _began_for("health"), "3 years", "context",
         "Early help for health began {times} in the last {window}",
         "No early help for health began in the last {window}", "Shows what has been tried for health"),
    ],
    theme="early_help", agency="early_help", share_with=_WORKERS,
)  # fmt: skip

WORKED = group(
    [
        ("early_help_completed", SpellsEnded("early_help", outcome="outcomes_met"), "3 years", "strength",
         "Early help ended with its aims met {times} in the last {window}",
         "No early help ended with its aims met in the last {window}", "What worked before can work again"),
        ("family_agreed", Latest("attribute", "family_agreement", equals="agreed"), "all", "strength",
         "The family has agreed to early help", "The family has not agreed to early help",
         "Help is voluntary; agreement is a strength"),
        ("lead_practitioner_named", Any("attribute", "lead_practitioner_team"), "24 months", "strength",
         "A lead practitioner's team is named for the family", "No lead practitioner's team is named",
         "Somebody to ask first"),
        ("early_help_assessed_24m", SpellsEnded("early_help_assessment"), "24 months", "strength",
         "An early help assessment was completed {times} in the last {window}",
         "No early help assessment was completed in the last {window}", "The family has said once what it needs"),
        ("stepped_down_to_early_help_36m", Count("event", "step_down"), "3 years", "strength",
         "Early help took over from social care {times} in the last {window}",
         "Early help did not take over from social care in the last {window}", "Support went on when the case closed"),
    ],
    theme="early_help", agency="early_help", share_with=_WORKERS,
)  # fmt: skip

HOUSEHOLD = group(
    [
        ("household_early_help_open", OpenSpell("early_help"), "all", "strength",
         "Early help is working with others of the household",
         "Early help is not working with others of the household",
         "A worker who knows the family is the first to ask"),
        ("household_family_agreed", Latest("attribute", "family_agreement", equals="agreed"), "24 months", "strength",
         "The latest answer of others of the household to early help was yes",
         "The latest answer of others of the household to early help was not yes",
         "A family that said yes is open to help"),
    ],
    theme="early_help", agency="early_help", share_with=FAMILY_WORKERS, scope="household_others",
)  # fmt: skip

SIBLINGS = group(
    [
        ("sibling_early_help_completed", SpellsEnded("early_help", outcome="outcomes_met"), "3 years", "strength",
         "Early help for brothers or sisters ended with its aims met {times} in the last {window}",
         "No early help for a brother or sister ended with its aims met in the last {window}",
         "What worked for one can work for another"),
        ("sibling_early_help_stepped_up", SpellsEnded("early_help", outcome="stepped_up"), "3 years", "risk",
         "Early help for brothers or sisters was handed up to social care {times} in the last {window}",
         "No early help for a brother or sister was handed up to social care in the last {window}",
         "Shows what early help alone could not do"),
        ("sibling_early_help_days_24m", DaysInSpell("early_help"), "24 months", "context",
         "Days with early help of all brothers and sisters in the last {window}: {value:.0f}",
         "No early help for brothers or sisters in the last {window}", "How much help the family had"),
    ],
    theme="early_help", agency="early_help", share_with=FAMILY_WORKERS, scope="siblings",
)  # fmt: skip

FEATURES = (*OWN, *FOR_WHAT, *WORKED, *HOUSEHOLD, *SIBLINGS)
