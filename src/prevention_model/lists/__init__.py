"""Zone lists: who comes first and why, one row a family, and what is written for a coordinator."""

from prevention_model.lists.actions import DECISIONS
from prevention_model.lists.from_release import zone_lists
from prevention_model.lists.pack import check_zone_pack, write_zone_pack
from prevention_model.lists.ranking import RULE, rank_families
from prevention_model.lists.rows import ChildRow, FamilyRow, ListHeader, ZoneList

__all__ = [
    "DECISIONS",
    "RULE",
    "ChildRow",
    "FamilyRow",
    "ListHeader",
    "ZoneList",
    "check_zone_pack",
    "rank_families",
    "write_zone_pack",
    "zone_lists",
]
