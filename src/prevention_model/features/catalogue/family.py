"""Family and household: age, who lives there, who cares for whom, and low income."""

from prevention_model.features.catalogue.table import SCHOOL_WORKERS, group
from prevention_model.query import (
    AgeMonths,
    Any,
    DaysInSpell,
    DaysSinceFirst,
    Latest,
    OpenSpell,
    People,
    SpellsStarted,
)

AGE = group(
    [
        ("age_months", AgeMonths(), "all", "context",
         "Is {years} years old", "Is under a month old", "What helps depends on age"),
    ],
    theme="family", agency="place", share_with=SCHOOL_WORKERS,
)  # fmt: skip

HOUSEHOLD = group(
    [
        ("household_other_children", People("children"), "all", "context",
         "Other children in the household: {value:.0f}", "No other children in the household",
         "Brothers and sisters are helped together"),
        ("household_adults", People("adults"), "all", "context",
         "Adults recorded in the household: {value:.0f}", "No adults are recorded in the household",
         "How many adults can share the load"),
    ],
    theme="family", agency="place", share_with=SCHOOL_WORKERS, scope="household_others",
)  # fmt: skip

PARENTS = group(
    [
        ("parents_and_carers", People("adults"), "all", "strength",
         "Parents and carers on record: {value:.0f}", "No parent or carer is on record",
         "A grown-up who stands by the child is the first to ask"),
    ],
    theme="family", agency="place", share_with=SCHOOL_WORKERS, scope="parents",
)  # fmt: skip

SIBLINGS = group(
    [
        ("siblings_under_18", People("children"), "all", "context",
         "Brothers and sisters under 18, wherever they live: {value:.0f}", "No brothers or sisters under 18 on record",
         "Brothers and sisters are helped together"),
        ("siblings_grown_up", People("adults"), "all", "strength",
         "Brothers and sisters who are grown up: {value:.0f}", "No grown-up brothers or sisters on record",
         "Older brothers and sisters can stand by a child"),
    ],
    theme="family", agency="place", share_with=SCHOOL_WORKERS, scope="siblings",
)  # fmt: skip

CARING = group(
    [
        ("young_carer", Latest("attribute", "young_carer", equals="true"), "all", "risk",
         "Looks after somebody at home as a young carer", "Not recorded as a young carer",
         "Young carers can be given a break"),
        ("young_carer_told", Latest("attribute", "young_carer_said_by", equals="parent"), "all", "strength",
         "A parent told the school that the child is a young carer",
         "The school itself noticed that the child is a young carer", "A family that speaks of it is ready for help"),
    ],
    theme="family", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

LOW_INCOME = group(
    [
        ("free_school_meals_open", OpenSpell("fsm"), "all", "context",
         "Is eligible for free school meals", "Not eligible for free school meals",
         "Low income is where practical help starts"),
        ("free_school_meals_started_24m", SpellsStarted("fsm"), "24 months", "context",
         "Became eligible for free school meals in the last {window}",
         "Did not become eligible for free school meals in the last {window}",
         "A recent fall in income is a change that help can meet"),
        ("free_school_meals_days_36m", DaysInSpell("fsm"), "3 years", "context",
         "Days eligible for free school meals in the last {window}: {value:.0f}",
         "Not eligible for free school meals in the last {window}", "Lasting low income differs from a passing one"),
        ("free_school_meals_since", DaysSinceFirst("spell", "fsm"), "all", "context",
         "The first right to free school meals on record began {duration} ago", "",
         "Lasting low income differs from a new one"),
    ],
    theme="family", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

SIBLINGS_AT_SCHOOL = group(
    [
        ("sibling_young_carer", Any("attribute", "young_carer_said_by"), "all", "risk",
         "A brother or sister is recorded as a young carer", "No brother or sister is recorded as a young carer",
         "Somebody at home needs care, and it falls to the children"),
    ],
    theme="family", agency="schools", share_with=SCHOOL_WORKERS, scope="siblings",
)  # fmt: skip

FEATURES = (*AGE, *HOUSEHOLD, *PARENTS, *SIBLINGS, *CARING, *LOW_INCOME, *SIBLINGS_AT_SCHOOL)
