"""What may be done about a gap between groups, and its price. Measures are priced here; none is applied to a list."""

from prevention_model.mitigation.capacity_moves import (
    by_expected_onsets,
    by_share_found,
    gains_of,
    share_found,
)
from prevention_model.mitigation.group_cut_offs import chosen_by_group, list_parts, places_by_group
from prevention_model.mitigation.measures import MENU, Measure, named
from prevention_model.mitigation.prices import Priced, Pricer, Way, families_changed, group_rows, whole_rows
from prevention_model.mitigation.proxy_features import features_that_carry, told_together
from prevention_model.mitigation.recalibration import RisingLine
from prevention_model.mitigation.reductions import Mixture, found_alike
from prevention_model.mitigation.reweighing import reweighing_weights

__all__ = [
    "MENU",
    "Measure",
    "named",
    "reweighing_weights",
    "Mixture",
    "found_alike",
    "RisingLine",
    "features_that_carry",
    "told_together",
    "gains_of",
    "by_share_found",
    "by_expected_onsets",
    "share_found",
    "list_parts",
    "places_by_group",
    "chosen_by_group",
    "Way",
    "Priced",
    "Pricer",
    "whole_rows",
    "group_rows",
    "families_changed",
]
