"""Transitions and milestones: moves of school, the years in which one changes, and the way to work and grown life."""

from prevention_model.features.catalogue.table import EARLY_HELP, SCHOOL_WORKERS, SOCIAL_CARE, group
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

_JOINED = "Joined a school {times} in the last {window}"
_NOT_JOINED = "No change of school in the last {window}"
_LEARNING = ("apprenticeship", "employment", "further_education", "school_sixth_form", "training")


def _in_year(*years: str) -> Latest:
    """Whether the school census last showed the child in one of these years of school."""
    return Latest("attribute", "year_group", equals=years)


SCHOOL_MOVES = group(
    [
        ("school_moves_6m", SpellsStarted("enrolment"), "6 months", "risk",
         _JOINED, _NOT_JOINED, "A new school is a time to ask how things go"),
        ("school_moves_12m", SpellsStarted("enrolment"), "12 months", "risk",
         _JOINED, _NOT_JOINED, "Moves break ties with teachers and friends"),
        ("school_moves_36m", SpellsStarted("enrolment"), "3 years", "risk",
         _JOINED, _NOT_JOINED, "Repeated moves differ from one"),
        ("school_leavings_12m", SpellsEnded("enrolment"), "12 months", "risk",
         "Left a school roll {times} in the last {window}", "Left no school roll in the last {window}",
         "Between two rolls a child can fall out of sight"),
        ("two_schools_open", OpenSpell("enrolment", code=("main_dual", "subsidiary_dual")), "all", "context",
         "Is on the roll of two schools", "Is not on the roll of two schools",
         "Two schools have to speak to each other"),
        ("time_at_school", DaysSinceLast("spell", "enrolment", at="start"), "all", "strength",
         "At the same school for {duration}", "", "A school that knows the child is a strength"),
        ("on_school_roll", OpenSpell("enrolment"), "all", "strength",
         "Is on a school roll", "Not on a school roll as far as is known", "A school place gives daily contact"),
        ("school_roll_days_12m", DaysInSpell("enrolment"), "12 months", "strength",
         "Days on school rolls in the last {window}: {value:.0f}", "On no school roll in the last {window}",
         "Schooling without a gap is a strength"),
        ("known_to_schools", DaysSinceFirst("spell", "enrolment"), "all", "strength",
         "The first school on record was joined {duration} ago", "",
         "Schools that have long known a family can help it"),
    ],
    theme="transitions", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

SCHOOL_YEARS = group(
    [
        ("in_first_year", _in_year("R"), "12 months", "context",
         "Was last seen in reception, the first year of school", "Was last seen in another year of school",
         "Starting school changes a family's days"),
        ("in_last_primary_year", _in_year("6"), "12 months", "context",
         "Was last seen in year 6, before the move to secondary school", "Was last seen in another year of school",
         "The move to secondary school can be prepared"),
        ("in_first_secondary_year", _in_year("7"), "12 months", "context",
         "Was last seen in year 7, the first of secondary school", "Was last seen in another year of school",
         "Attendance often falls after the move"),
        ("in_last_compulsory_year", _in_year("11"), "12 months", "context",
         "Was last seen in year 11, before the next step at 16", "Was last seen in another year of school",
         "The step at 16 can be prepared"),
        ("in_sixth_form_year", _in_year("12", "13"), "12 months", "strength",
         "Was last seen in a sixth form", "Was last seen in another year of school", "Staying on is a strength"),
        ("phase_transfers_24m", Count("event", "phase_transfer"), "24 months", "context",
         "A plan for special educational needs was made ready for the next school {times} in the last {window}",
         "No plan was made ready for the next school in the last {window}", "A prepared move is an easier one"),
    ],
    theme="transitions", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

AFTER_SCHOOL = group(
    [
        ("in_learning_or_work", OpenSpell("activity", code=_LEARNING), "all", "strength",
         "Is in education, training or work after 16",
         "Not known to be in education, training or work after 16", "A place to go to each day protects"),
        ("apprenticeship_open", OpenSpell("activity", code="apprenticeship"), "all", "strength",
         "Is an apprentice", "Is not an apprentice as far as is known", "Work with learning holds well"),
        ("learning_or_work_days_12m", DaysInSpell("activity", code=_LEARNING), "12 months", "strength",
         "Days in education, training or work after 16 in the last {window}: {value:.0f}",
         "No education, training or work after 16 on record in the last {window}", "What lasts is a strength"),
        ("out_of_learning_open", OpenSpell("activity", code="neet"), "all", "risk",
         "Is not in education, training or work", "Not recorded as out of education, training and work",
         "A young person without a place can be helped to one"),
        ("out_of_learning_days_24m", DaysInSpell("activity", code="neet"), "24 months", "risk",
         "Days out of education, training and work in the last {window}: {value:.0f}",
         "No time out of education, training and work on record in the last {window}",
         "The longer it lasts, the more help it takes"),
        ("activity_not_known", OpenSpell("activity", code="not_known"), "all", "risk",
         "Nobody knows what the young person does after 16", "What the young person does after 16 is not in doubt",
         "Somebody should ask"),
        ("activity_changes_24m", SpellsStarted("activity"), "24 months", "context",
         "Began something new after 16 {times} in the last {window}",
         "Began nothing new after 16 in the last {window}", "Many starts differ from one that lasts"),
        ("learning_offer", Latest("attribute", "september_guarantee", equals=("offer_accepted", "offer_made")),
         "24 months", "strength", "Was offered a place in learning for the coming year",
         "No offer of a place in learning on record", "An offer shows the next step"),
        ("level_2_reached", Latest("attribute", "level_2", equals="true"), "all", "strength",
         "Has reached the level of five good GCSEs", "Has not yet reached the level of five good GCSEs",
         "Qualifications open doors"),
    ],
    theme="transitions", agency="participation", share_with=SCHOOL_WORKERS,
)  # fmt: skip

LEARNING = group(
    [
        ("work_placements_24m", SpellsStarted("work_placement"), "24 months", "strength",
         "Went on a work placement {times} in the last {window}", "No work placement in the last {window}",
         "A first taste of work is a strength"),
        ("learning_completed_24m", SpellsEnded("learning_aim", outcome="completed"), "24 months", "strength",
         "Completed a course {times} in the last {window}", "No course completed in the last {window}",
         "What was finished shows staying power"),
        ("learning_withdrawn_24m", SpellsEnded("learning_aim", outcome="withdrawn"), "24 months", "risk",
         "Left a course before its end {times} in the last {window}",
         "Left no course before its end in the last {window}", "A wrong course can be changed for another"),
    ],
    theme="transitions", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

LEAVING_CARE = group(
    [
        ("care_leaver_in_touch", Latest("attribute", "care_leaver_in_touch", equals=("in_touch", "true")),
         "24 months", "strength", "Has left care and is in touch with an adviser",
         "Has left care and is not in touch with an adviser", "Someone to turn to at 18"),
        ("care_leaver_home_suitable", Latest("attribute", "care_leaver_accommodation_suitable", equals="true"),
         "24 months", "strength", "Has left care and lives in a suitable home",
         "Has left care and is not known to live in a suitable home", "A home comes first"),
    ],
    theme="transitions", agency="social_care", share_with=(EARLY_HELP, SOCIAL_CARE),
)  # fmt: skip

SIBLINGS = group(
    [
        ("sibling_out_of_learning", OpenSpell("activity", code="neet"), "all", "risk",
         "A brother or sister is not in education, training or work",
         "No brother or sister is recorded as out of education, training and work",
         "Older brothers and sisters are the nearest example"),
        ("sibling_in_learning_or_work", OpenSpell("activity", code=_LEARNING), "all", "strength",
         "A brother or sister is in education, training or work after 16",
         "No brother or sister is known to be in education, training or work after 16",
         "A brother or sister doing well shows the way"),
    ],
    theme="transitions", agency="participation", share_with=SCHOOL_WORKERS, scope="siblings",
)  # fmt: skip

FEATURES = (*SCHOOL_MOVES, *SCHOOL_YEARS, *AFTER_SCHOOL, *LEARNING, *LEAVING_CARE, *SIBLINGS)
