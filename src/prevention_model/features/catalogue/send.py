"""Special educational needs: support, requests, plans and their reviews. What kind of need it is, is never read."""

from prevention_model.features.catalogue.table import SCHOOL_WORKERS, group
from prevention_model.query import (
    Count,
    DaysInSpell,
    DaysSinceFirst,
    DaysSinceLast,
    Latest,
    OpenSpell,
    SpellsEnded,
    SpellsStarted,
)

_NOWHERE = ("not_in_education", "not_in_education_employment_or_training")

SUPPORT = group(
    [
        ("sen_support_open", OpenSpell("sen_support"), "all", "context",
         "Has special educational needs support at school", "No special educational needs support on record",
         "Shows what support is already there"),
        ("sen_support_days_24m", DaysInSpell("sen_support"), "24 months", "context",
         "Days with special educational needs support in the last {window}: {value:.0f}",
         "No special educational needs support in the last {window}", "New support differs from long support"),
        ("sen_support_started_12m", SpellsStarted("sen_support"), "12 months", "context",
         "Special educational needs support began {times} in the last {window}",
         "No special educational needs support began in the last {window}", "New support takes time to work"),
        ("sen_support_ended_24m", SpellsEnded("sen_support"), "24 months", "context",
         "Special educational needs support ended {times} in the last {window}",
         "No special educational needs support ended in the last {window}", "Needs can return when support ends"),
        ("ehcp_open", OpenSpell("ehcp"), "all", "context",
         "Has an education, health and care plan", "No education, health and care plan on record",
         "Shows what support is already there"),
        ("sen_first_known", DaysSinceFirst("spell", ("sen_support", "ehcp")), "all", "context",
         "The first support with special educational needs on record began {duration} ago", "",
         "Needs met early differ from needs found late"),
    ],
    theme="send", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

PLANS = group(
    [
        ("plan_request_open", OpenSpell("ehc_request"), "all", "context",
         "A request for an education, health and care assessment awaits its answer",
         "No request for an education, health and care assessment is open", "Waiting is a time to offer support"),
        ("plan_requests_24m", SpellsStarted("ehc_request"), "24 months", "context",
         "An education, health and care assessment was asked for {times} in the last {window}",
         "No education, health and care assessment was asked for in the last {window}",
         "Somebody saw a need that is not met"),
        ("plan_request_refused_36m", SpellsEnded("ehc_request", outcome="assessment_refused"), "3 years", "risk",
         "An education, health and care assessment was refused {times} in the last {window}",
         "No education, health and care assessment was refused in the last {window}",
         "A need that somebody saw may have stayed without support"),
        ("plan_refused_36m", Count("event", "ehc_assessment_outcome", code="plan_refused"), "3 years", "risk",
         "An education, health and care plan was refused {times} in the last {window}",
         "No education, health and care plan was refused in the last {window}",
         "Support at school has to carry what a plan does not"),
        ("plan_disputes_36m", Count("event", ("ehc_mediation", "ehc_tribunal")), "3 years", "context",
         "The family went to mediation or a tribunal about a plan {times} in the last {window}",
         "No mediation or tribunal about a plan in the last {window}", "A dispute wears a family out"),
        ("plan_without_school", OpenSpell("ehc_placement", code=_NOWHERE), "all", "risk",
         "Has a plan for special educational needs and no place to learn",
         "No plan on record that lacks a place to learn", "Without a place the plan helps nobody"),
        ("plan_home_educated", OpenSpell("ehc_placement", code="elective_home_education"), "all", "context",
         "Has a plan for special educational needs and is taught at home",
         "No plan on record of a child taught at home", "Help has to come to the home"),
    ],
    theme="send", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

GOOD_PLANS = group(
    [
        ("plan_agreed_24m", Count("event", "ehc_assessment_outcome", code="plan_agreed"), "24 months", "strength",
         "An education, health and care plan was agreed {times} in the last {window}",
         "No education, health and care plan was agreed in the last {window}", "Support that is now secured"),
        ("plan_on_time", Latest("attribute", "plan_in_twenty_weeks", equals="true"), "all", "strength",
         "The education, health and care plan was made within twenty weeks",
         "The education, health and care plan took more than twenty weeks", "Help in time builds trust"),
        ("plan_reviews_12m", Count("event", "ehc_review"), "12 months", "strength",
         "The education, health and care plan was reviewed {times} in the last {window}",
         "No review of an education, health and care plan in the last {window}",
         "A plan reviewed each year still fits the child"),
        ("plan_maintained_24m", Count("event", "ehc_review", code=("amend", "maintain")), "24 months", "strength",
         "A review kept the education, health and care plan in place {times} in the last {window}",
         "No review that kept a plan in place in the last {window}", "Support that goes on"),
        ("plan_needs_met", SpellsEnded("ehcp", outcome="needs_met"), "3 years", "strength",
         "An education, health and care plan ended because needs were met {times} in the last {window}",
         "No education, health and care plan ended because needs were met in the last {window}",
         "Support that worked is a strength"),
        ("plan_personal_budget", Latest("attribute", "personal_budget", equals="true"), "all", "strength",
         "The family has a personal budget for special educational needs",
         "The family has no personal budget for special educational needs",
         "A family that chooses its support has a hold on it"),
        ("days_since_plan_review", DaysSinceLast("event", "ehc_review"), "all", "context",
         "The education, health and care plan was last reviewed {duration} ago", "",
         "A plan that nobody looked at may no longer fit"),
    ],
    theme="send", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

SIBLINGS = group(
    [
        ("sibling_support_open", OpenSpell(("ehcp", "sen_support")), "all", "context",
         "A brother or sister has support with special educational needs",
         "No brother or sister has support with special educational needs",
         "Parents of several children with needs carry more"),
    ],
    theme="send", agency="schools", share_with=SCHOOL_WORKERS, scope="siblings",
)  # fmt: skip

FEATURES = (*SUPPORT, *PLANS, *GOOD_PLANS, *SIBLINGS)
