"""Assessments by children's social care, and what they found, but for findings of disability, faith or origin."""

from prevention_model.features.catalogue.table import FAMILY_WORKERS, SOCIAL_CARE, group
from prevention_model.query import Count, DistinctCodes, OpenSpell, SpellsEnded, SpellsStarted

_FOUND = (
    "child_alcohol", "child_criminal_exploitation", "child_domestic_abuse", "child_drugs", "child_gangs",
    "child_mental_health", "child_missing", "child_self_harm", "child_sexual_exploitation", "child_trafficking",
    "child_unacceptable_behaviour", "child_young_carer", "emotional_abuse", "household_alcohol",
    "household_domestic_abuse", "household_drugs", "household_mental_health", "neglect", "parent_alcohol",
    "parent_domestic_abuse", "parent_drugs", "parent_mental_health", "physical_abuse", "sexual_abuse",
)  # fmt: skip


def _found(*codes: str) -> Count:
    """How often an assessment found one of these."""
    return Count("event", "assessment_factor", code=codes)


ASSESSMENTS = group(
    [
        ("assessment_open", OpenSpell("assessment"), "all", "risk",
         "Children's social care is assessing what the child needs",
         "Children's social care is not assessing the child", "The worker who assesses is the first to ask"),
        ("assessments_24m", SpellsStarted("assessment"), "24 months", "risk",
         "Children's social care began an assessment {times} in the last {window}",
         "Children's social care began no assessment in the last {window}",
         "Repeated assessment without lasting help wears a family out"),
        ("assessed_without_support_36m", SpellsEnded("case", outcome="no_action_after_assessment"), "3 years", "risk",
         "A case was closed after assessment without support {times} in the last {window}",
         "No case was closed after assessment without support in the last {window}",
         "Needs were looked at and left to others"),
        ("assessed_no_concern_36m", _found("none"), "3 years", "strength",
         "An assessment found no need for concern {times} in the last {window}",
         "No assessment that found no need for concern on record in the last {window}",
         "A careful look that found nothing amiss"),
    ],
    theme="social_care", agency="social_care", share_with=FAMILY_WORKERS,
)  # fmt: skip

FINDINGS = group(
    [
        ("needs_found_36m", DistinctCodes("event", "assessment_factor", code=_FOUND), "3 years", "risk",
         "Different needs that assessments found in the last {window}: {value:.0f}",
         "Assessments found no such need in the last {window}", "Several needs at once ask for one joined plan"),
        ("found_neglect_36m", _found("neglect"), "3 years", "risk",
         "An assessment found neglect {times} in the last {window}",
         "No assessment found neglect in the last {window}", "Neglect grows slowly and practical help can turn it"),
        ("found_emotional_abuse_36m", _found("emotional_abuse"), "3 years", "risk",
         "An assessment found emotional abuse {times} in the last {window}",
         "No assessment found emotional abuse in the last {window}", "Parents can be helped to respond otherwise"),
        ("found_physical_abuse_36m", _found("physical_abuse", "physical_abuse_by_adult"), "3 years", "risk",
         "An assessment found physical abuse {times} in the last {window}",
         "No assessment found physical abuse in the last {window}", "The worker has to know what was found before"),
        ("found_domestic_abuse_36m",
         _found("child_domestic_abuse", "household_domestic_abuse", "parent_domestic_abuse"), "3 years", "risk",
         "An assessment found domestic abuse {times} in the last {window}",
         "No assessment found domestic abuse in the last {window}",
         "Children living with abuse need help of their own"),
        ("found_parent_mental_health_36m", _found("household_mental_health", "parent_mental_health"), "3 years", "risk",
         "An assessment found poor mental health of an adult at home {times} in the last {window}",
         "No assessment found poor mental health of an adult at home in the last {window}",
         "Adult services can be brought in"),
        ("found_parent_substance_36m",
         _found("household_alcohol", "household_drugs", "parent_alcohol", "parent_drugs"), "3 years", "risk",
         "An assessment found drug or alcohol problems of an adult at home {times} in the last {window}",
         "No assessment found drug or alcohol problems of an adult at home in the last {window}",
         "Treatment for a parent is help for the child"),
        ("found_child_mental_health_36m", _found("child_mental_health", "child_self_harm"), "3 years", "risk",
         "An assessment found poor mental health of the child {times} in the last {window}",
         "No assessment found poor mental health of the child in the last {window}", "Needs specialist help"),
        ("found_child_substance_36m", _found("child_alcohol", "child_drugs"), "3 years", "risk",
         "An assessment found drug or alcohol problems of the child {times} in the last {window}",
         "No assessment found drug or alcohol problems of the child in the last {window}",
         "A young person's service can help"),
        ("found_exploitation_36m",
         _found("child_criminal_exploitation", "child_gangs", "child_sexual_exploitation", "child_trafficking"),
         "3 years", "risk", "An assessment found exploitation or gangs {times} in the last {window}",
         "No assessment found exploitation or gangs in the last {window}", "Exploitation asks for specialist help"),
        ("found_behaviour_36m", _found("child_unacceptable_behaviour"), "3 years", "risk",
         "An assessment found behaviour that the family could not manage {times} in the last {window}",
         "No assessment found behaviour that the family could not manage in the last {window}",
         "Parents can be supported with behaviour"),
        ("found_young_carer_36m", _found("child_young_carer"), "3 years", "risk",
         "An assessment found that the child cares for somebody at home {times} in the last {window}",
         "No assessment found that the child cares for somebody at home in the last {window}",
         "Young carers can be given a break"),
    ],
    theme="social_care", agency="social_care", share_with=(SOCIAL_CARE,),
)  # fmt: skip

FEATURES = (*ASSESSMENTS, *FINDINGS)
