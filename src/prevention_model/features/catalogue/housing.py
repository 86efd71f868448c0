"""Housing: rent, the loss of a home, tenancies, and moves of home."""

from prevention_model.features.catalogue.table import (
    COORDINATOR,
    EARLY_HELP,
    FAMILY_WORKERS,
    SOCIAL_CARE,
    group,
)
from prevention_model.query import (
    Change,
    Count,
    DaysInSpell,
    DaysSinceFirst,
    DaysSinceLast,
    Latest,
    Max,
    OpenSpell,
    SpellsEnded,
    SpellsStarted,
)

_ACTIONS = Count("event", "arrears_action")
_MOVES = SpellsStarted("home", table="place")
_MOVED = "Moved home {times} in the last {window}"
_NOT_MOVED = "Has not moved home in the last {window}"
_HOUSING_WORKERS = (COORDINATOR, EARLY_HELP, SOCIAL_CARE, "housing")


def _acted(*codes: str) -> Count:
    """How often the landlord did one of these about rent."""
    return Count("event", "arrears_action", code=codes)


RENT = group(
    [
        ("household_rent_arrears", Latest("measurement", "rent_arrears"), "12 months", "risk",
         "The household owes £{value:,.0f} in rent", "The household owes no rent", "Debt advice early keeps a home"),
        ("household_rent_arrears_3m", Latest("measurement", "rent_arrears"), "3 months", "risk",
         "The household owed £{value:,.0f} in rent at the latest reading of the last {window}",
         "The household owes no rent", "A fresh reading against the year's shows whether it still holds"),
        ("household_rent_arrears_most_24m", Max("measurement", "rent_arrears"), "24 months", "risk",
         "The most rent that the household owed in the last {window} was £{value:,.0f}",
         "The household owed no rent in the last {window}", "Debt that was paid off differs from debt that grows"),
        ("household_arrears_actions_12m", _ACTIONS, "12 months", "risk",
         "The landlord acted on rent arrears {times} in the last {window}",
         "The landlord did not act on rent arrears in the last {window}", "Action can end in the loss of a home"),
        ("household_arrears_rise", Change(_ACTIONS, "3 months"), "12 months", "risk",
         "Action of the landlord on rent arrears {change} in the last {recent}",
         "Action of the landlord on rent arrears was as frequent in the last {recent} as before",
         "Letters that come more often warn of a lost home"),
        ("household_possession_24m", _acted("possession_order", "eviction"), "24 months", "risk",
         "The household faced a possession order or eviction {times} in the last {window}",
         "No possession order or eviction in the last {window}", "A home at risk is urgent and can be helped"),
        ("household_rent_notices_24m", _acted("notice"), "24 months", "risk",
         "The landlord gave notice over rent {times} in the last {window}",
         "The landlord gave no notice over rent in the last {window}", "After a notice there is still time"),
        ("household_money_advice_24m", _acted("agreement", "money_advice"), "24 months", "strength",
         "The household agreed on paying rent or took money advice {times} in the last {window}",
         "No agreement on rent or money advice on record in the last {window}", "A family that faces its debts"),
        ("household_days_since_arrears_action", DaysSinceLast("event", "arrears_action"), "all", "strength",
         "No action of the landlord on rent for {duration}", "", "Rent paid on time keeps a home"),
    ],
    theme="housing", agency="housing", share_with=_HOUSING_WORKERS, scope="household_others",
)  # fmt: skip

HOMELESSNESS = group(
    [
        ("household_homelessness_open", OpenSpell("homelessness_duty"), "all", "risk",
         "The council owes the household a homelessness duty now", "No homelessness duty is owed to the household",
         "A home comes first"),
        ("household_homelessness_36m", SpellsStarted("homelessness_duty"), "3 years", "risk",
         "The council accepted a homelessness duty {times} in the last {window}",
         "No homelessness duty in the last {window}", "Repeated homelessness differs from one"),
        ("household_homelessness_days_24m", DaysInSpell("homelessness_duty"), "24 months", "risk",
         "Days under a homelessness duty, of all in the household, in the last {window}: {value:.0f}",
         "No day under a homelessness duty in the last {window}", "Length says more than number"),
        ("household_lost_private_home_36m", SpellsStarted("homelessness_duty", code="end_of_private_tenancy"),
         "3 years",
         "risk", "Lost a private tenancy and was owed a homelessness duty {times} in the last {window}",
         "No homelessness duty after a private tenancy in the last {window}",
         "A deposit or a word with a landlord helps"),
        ("household_family_could_not_house_36m", SpellsStarted("homelessness_duty", code="family_no_longer_able"),
         "3 years", "risk",
         "Relatives could no longer house the family and a homelessness duty began {times} in the last {window}",
         "No homelessness duty because relatives could not house the family in the last {window}",
         "Mediation among relatives can help"),
        ("household_homelessness_lost_36m", SpellsEnded("homelessness_duty", outcome="contact_lost"), "3 years", "risk",
         "A homelessness duty ended because contact was lost {times} in the last {window}",
         "No homelessness duty ended because contact was lost in the last {window}",
         "The need for a home may still be there"),
        ("household_temporary_home_open", OpenSpell("temporary_accommodation"), "all", "risk",
         "The household lives in temporary accommodation", "The household does not live in temporary accommodation",
         "School and health workers change with each temporary home"),
        ("household_temporary_home_days_24m", DaysInSpell("temporary_accommodation"), "24 months", "risk",
         "Days in temporary accommodation, of all in the household, in the last {window}: {value:.0f}",
         "No day in temporary accommodation in the last {window}", "The longer it lasts, the more it costs a child"),
        ("household_hostel_24m", SpellsStarted("temporary_accommodation", code=("bed_and_breakfast", "hostel")),
         "24 months", "risk", "Was put up in a hostel or bed and breakfast {times} in the last {window}",
         "Not put up in a hostel or bed and breakfast in the last {window}", "No place to play or to learn"),
        ("household_home_secured_36m", SpellsEnded("homelessness_duty", outcome="secured"), "3 years", "strength",
         "A home was found or kept {times} in the last {window} when it was in danger",
         "No homelessness duty that ended with a home in the last {window}", "The family came through a hard time"),
        ("household_days_since_homelessness", DaysSinceLast("spell", "homelessness_duty", at="end"), "all", "strength",
         "The last homelessness duty to end did so {duration} ago", "", "A home that holds since then is a strength"),
    ],
    theme="housing", agency="housing", share_with=_HOUSING_WORKERS, scope="household_others",
)  # fmt: skip

TENANCY = group(
    [
        ("household_time_in_tenancy", DaysSinceLast("spell", "tenancy", at="start"), "all", "strength",
         "The household's tenancy began {duration} ago", "", "A settled tenancy is a strength"),
        ("household_tenancy_open", OpenSpell("tenancy"), "all", "strength",
         "The household holds a social tenancy", "The household holds no social tenancy",
         "A secure tenancy is a strength"),
        ("household_tenancy_days_36m", DaysInSpell("tenancy"), "3 years", "strength",
         "Days as social tenants, of all in the household, in the last {window}: {value:.0f}",
         "No social tenancy in the last {window}",
         "A tenancy that lasts is a strength"),
        ("household_tenancies_ended_36m", SpellsEnded("tenancy"), "3 years", "risk",
         "A social tenancy of the household ended {times} in the last {window}",
         "No social tenancy of the household ended in the last {window}", "What happened to the last home"),
    ],
    theme="housing", agency="housing", share_with=_HOUSING_WORKERS, scope="household_others",
)  # fmt: skip

MOVES = group(
    [
        ("home_moves_6m", _MOVES, "6 months", "risk", _MOVED, _NOT_MOVED, "A new home is a time to offer a welcome"),
        ("home_moves_12m", _MOVES, "12 months", "risk", _MOVED, _NOT_MOVED, "A move can cut a family off from help"),
        ("home_moves_36m", _MOVES, "3 years", "risk", _MOVED, _NOT_MOVED, "Repeated moves differ from one"),
        ("time_at_home", DaysSinceLast("place", "home", at="start"), "all", "strength",
         "At the same address for {duration}", "", "A settled home is a strength"),
        ("time_in_area", DaysSinceFirst("place", "home"), "all", "strength",
         "The first address on record was moved into {duration} ago", "", "Neighbours and services know the family"),
    ],
    theme="housing", agency="place", share_with=FAMILY_WORKERS,
)  # fmt: skip

FEATURES = (*RENT, *HOMELESSNESS, *TENANCY, *MOVES)
