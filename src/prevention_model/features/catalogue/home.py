"""Housing, family and place."""

from prevention_model.features.catalogue.table import COORDINATOR, EARLY_HELP, SOCIAL_CARE, group
from prevention_model.query import (
    AgeMonths,
    Count,
    DaysSinceLast,
    Latest,
    OpenSpell,
    People,
    SpellsStarted,
)

HOUSING = group(
    [
        ("household_rent_arrears", Latest("measurement", "rent_arrears"), "12 months", "risk",
         "The household owes £{value:,.0f} in rent", "The household owes no rent", "Debt advice early keeps a home"),
        ("household_rent_arrears_3m", Latest("measurement", "rent_arrears"), "3 months", "risk",
         "The household owed £{value:,.0f} in rent at the latest reading of the last {window}",
         "The household owes no rent", "A fresh reading against the year's shows whether it still holds"),
        ("household_arrears_actions_12m", Count("event", "arrears_action"), "12 months", "risk",
         "The landlord acted on rent arrears {times} in the last {window}",
         "The landlord did not act on rent arrears in the last {window}", "Action can end in the loss of a home"),
        ("household_possession_24m", Count("event", "arrears_action", code=("possession_order", "eviction")),
         "24 months", "risk",
         "The household faced a possession order or eviction {times} in the last {window}",
         "No possession order or eviction in the last {window}", "A home at risk is urgent and can be helped"),
        ("household_homelessness_open", OpenSpell("homelessness_duty"), "all", "risk",
         "The council owes the household a homelessness duty now", "No homelessness duty is owed to the household",
         "A home comes first"),
        ("household_homelessness_36m", SpellsStarted("homelessness_duty"), "3 years", "risk",
         "The council accepted a homelessness duty {times} in the last {window}",
         "No homelessness duty in the last {window}", "Repeated homelessness differs from one"),
        ("household_time_in_tenancy", DaysSinceLast("spell", "tenancy", at="start"), "all", "strength",
         "The household's tenancy began {duration} ago", "", "A settled tenancy is a strength"),
        ("household_tenancy_open", OpenSpell("tenancy"), "all", "strength",
         "The household holds a social tenancy", "The household holds no social tenancy",
         "A secure tenancy is a strength"),
    ],
    theme="housing", agency="housing", share_with=(COORDINATOR, EARLY_HELP, SOCIAL_CARE, "housing"),
    scope="household_others",
)  # fmt: skip

MOVES = group(
    [
        ("home_moves_12m", SpellsStarted("home", table="place"), "12 months", "risk",
         "Moved home {times} in the last {window}", "Has not moved home in the last {window}",
         "A move can cut a family off from help"),
        ("home_moves_36m", SpellsStarted("home", table="place"), "3 years", "risk",
         "Moved home {times} in the last {window}", "Has not moved home in the last {window}",
         "Repeated moves differ from one"),
        ("time_at_home", DaysSinceLast("place", "home", at="start"), "all", "strength",
         "At the same address for {duration}", "", "A settled home is a strength"),
    ],
    theme="housing", agency="place", share_with=(COORDINATOR, EARLY_HELP, SOCIAL_CARE),
)  # fmt: skip

AGE = group(
    [
        ("age_months", AgeMonths(), "all", "context",
         "Is {years} years old", "Is under a month old", "What helps depends on age"),
    ],
    theme="family", agency="place", share_with=(COORDINATOR, EARLY_HELP, SOCIAL_CARE, "schools"),
)  # fmt: skip

FAMILY = group(
    [
        ("household_other_children", People("children"), "all", "context",
         "Other children in the household: {value:.0f}", "No other children in the household",
         "Brothers and sisters are helped together"),
        ("household_adults", People("adults"), "all", "context",
         "Adults recorded in the household: {value:.0f}", "No adults are recorded in the household",
         "How many adults can share the load"),
    ],
    theme="family", agency="place", share_with=(COORDINATOR, EARLY_HELP, SOCIAL_CARE, "schools"),
    scope="household_others",
)  # fmt: skip

CARING = group(
    [
        ("young_carer", Latest("attribute", "young_carer", equals="true"), "all", "risk",
         "Looks after somebody at home as a young carer", "Not recorded as a young carer",
         "Young carers can be given a break"),
    ],
    theme="family", agency="schools", share_with=(COORDINATOR, EARLY_HELP, SOCIAL_CARE, "schools"),
)  # fmt: skip

PLACE = group(
    [
        ("idaci_decile", Latest("attribute", "idaci_decile"), "all", "context",
         "The neighbourhood is in decile {value:.0f} for child income deprivation", "",
         "Sets a child's own history against where they live"),
        ("rural", Latest("attribute", "rural", equals="true"), "all", "context",
         "Lives in a rural area", "Lives in a town", "Distance decides which offers are within reach"),
    ],
    theme="place", agency="place", share_with=(COORDINATOR, EARLY_HELP),
)  # fmt: skip

HOME = (*HOUSING, *MOVES, *AGE, *FAMILY, *CARING, *PLACE)
