"""The registry: every check, in order. A file in this folder that is not listed here fails a test."""

from prevention_model.audit.check import Check
from prevention_model.audit.checks import (
    pm001_one_feature_tells_the_outcome,
    pm002_same_people_or_families_on_both_sides,
    pm003_no_better_than_a_simple_rule,
    pm004_levels_do_not_match_what_happened,
    pm005_levels_do_not_match_by_group,
    pm006_children_missed_more_often_in_a_group,
    pm007_stated_reasons_change_between_refits,
    pm008_features_saw_the_future,
    pm009_contributions_do_not_add_up,
    pm010_list_changes_between_refits,
    pm011_feature_without_purpose,
    pm012_false_alarms_by_group,
    pm013_outcomes_not_known_when_tested,
)

CHECKS: tuple[Check, ...] = (
    pm001_one_feature_tells_the_outcome.CHECK,
    pm002_same_people_or_families_on_both_sides.CHECK,
    pm003_no_better_than_a_simple_rule.CHECK,
    pm004_levels_do_not_match_what_happened.CHECK,
    pm005_levels_do_not_match_by_group.CHECK,
    pm006_children_missed_more_often_in_a_group.CHECK,
    pm007_stated_reasons_change_between_refits.CHECK,
    pm008_features_saw_the_future.CHECK,
    pm009_contributions_do_not_add_up.CHECK,
    pm010_list_changes_between_refits.CHECK,
    pm011_feature_without_purpose.CHECK,
    pm012_false_alarms_by_group.CHECK,
    pm013_outcomes_not_known_when_tested.CHECK,
)
