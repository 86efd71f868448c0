"""Development before school: checks, what a child can do at two, and childcare that is taken up."""

from prevention_model.features.catalogue.table import HEALTH_WORKERS, SCHOOL_WORKERS, group
from prevention_model.query import Any, Count, DistinctCodes, Latest

CHECKS = group(
    [
        ("health_checks", DistinctCodes("event", "mandated_check"), "all", "strength",
         "Had {value:.0f} of the 4 early health and development checks",
         "No early health and development check on record", "Checks that were kept show early contact"),
        ("new_birth_check", Any("event", "mandated_check", code="new_birth"), "all", "strength",
         "Was seen by a health visitor in the first weeks", "No visit of a health visitor in the first weeks on record",
         "The first visit opens the door to later ones"),
        ("two_year_check", Any("event", "mandated_check", code="two_years"), "all", "strength",
         "Had the two-year development review", "No two-year development review on record",
         "The review finds needs before school does"),
        ("checks_12m", Count("event", "mandated_check"), "12 months", "strength",
         "Had an early health and development check {times} in the last {window}",
         "No early health and development check in the last {window}", "A health visitor saw the family lately"),
        ("development_score", Latest("measurement", "development_score"), "all", "strength",
         "Scored {value:.0f} of 60 in the two-year development review",
         "Scored 0 of 60 in the two-year development review",
         "Early development is a strength, or a need that can be met"),
        ("development_moving", Latest("measurement", "asq_gross_motor"), "all", "strength",
         "Reached {value:.0f} of 60 points for moving in the two-year review",
         "Reached no points for moving in the two-year review", "A strength, or a need that can be met"),
        ("development_hands", Latest("measurement", "asq_fine_motor"), "all", "strength",
         "Reached {value:.0f} of 60 points for the use of hands in the two-year review",
         "Reached no points for the use of hands in the two-year review", "A strength, or a need that can be met"),
        ("development_thinking", Latest("measurement", "asq_problem_solving"), "all", "strength",
         "Reached {value:.0f} of 60 points for solving problems in the two-year review",
         "Reached no points for solving problems in the two-year review", "A strength, or a need that can be met"),
        ("development_with_others", Latest("measurement", "asq_personal_social"), "all", "strength",
         "Reached {value:.0f} of 60 points for being with others in the two-year review",
         "Reached no points for being with others in the two-year review", "A strength, or a need that can be met"),
        ("development_areas_below", DistinctCodes("event", "development_below_expected"), "all", "risk",
         "Areas of development below what is expected: {value:.0f}",
         "No area of development below what is expected on record", "Needs found early can be met before school"),
    ],
    theme="development", agency="health", share_with=HEALTH_WORKERS,
)  # fmt: skip

CHILDCARE = group(
    [
        ("childcare_hours", Latest("attribute", "hours_at_setting"), "12 months", "strength",
         "Hours a week at a nursery or with a childminder: {value:.0f}",
         "No hours at a nursery or with a childminder", "Time with other children helps a child to speak and play"),
        ("childcare_funded", Latest("attribute", "funded_hours"), "12 months", "strength",
         "Hours a week of free childcare taken up: {value:.0f}", "No free childcare taken up",
         "A family that takes up what it has a right to"),
        ("childcare_low_income", Latest("attribute", "two_year_old_funding_basis", equals="low_income"), "24 months",
         "context", "Had free childcare at two because of a low income",
         "Had free childcare at two for another reason than a low income", "Low income is where practical help starts"),
        ("childcare_premium", Any("attribute", "early_years_pupil_premium"), "12 months", "context",
         "The nursery receives a premium because of low income or earlier care",
         "No premium to a nursery on record", "The setting has means to support the child"),
    ],
    theme="development", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

FEATURES = (*CHECKS, *CHILDCARE)
