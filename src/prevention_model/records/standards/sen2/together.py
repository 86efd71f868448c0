"""What several returns of SEN2 tell of twice: requests and plans of people whose numbers came late, reviews, homes."""

from collections.abc import Sequence

from prevention_model.records.extract import Extract
from prevention_model.records.standards.homes import stitched_homes
from prevention_model.records.standards.sightings import Sightings, any_of, of_kind, once

MODULES = ("person", "requests", "assessment", "named_plan", "active_plans", "placement_detail")
SPELLS = {"ehc_request": "requests", "ehcp": "named_plan", "ehc_placement": "placement_detail"}
EVENTS = {
    "assessment": ("ehc_assessment_outcome", "ehc_mediation", "ehc_tribunal"),
    "requests": ("ehc_request_for_young_adult", "ehc_mediation", "ehc_tribunal"),
    "active_plans": ("ehc_review", "phase_transfer"),
}


def told_once(extracts: Sequence[Extract]) -> list[Extract]:
    """The extracts with each request, plan, placement, decision, review and home once.

    The engine has done so for people who go by the same UPN in every return; here it is done for the others.
    """
    seen = Sightings(tuple(extracts), MODULES)
    if not len(seen.days):
        return list(extracts)
    for kind, module in SPELLS.items():
        seen = _spells(seen, kind, module)
    for module, kinds in EVENTS.items():
        seen = _events(seen, module, kinds)
    return list(stitched_homes(_schools(seen), "person").extracts)


def _spells(seen: Sightings, kind: str, module: str) -> Sightings:
    """The last return's word on each spell."""
    rows = seen.rows("spell", of_kind(kind), (module,))
    if not len(rows):
        return seen
    keys = ["pupil", "start_date", *(["code"] if kind == "ehc_placement" else [])]
    rows = rows.assign(run=rows.groupby(keys, sort=False, dropna=False).ngroup())
    return seen.put_back("spell", of_kind(kind), once(rows, "run", "known_start", "start_date"))


def _schools(seen: Sightings) -> Sightings:
    """Each school attended once."""
    rows = seen.rows("place", of_kind("school"), ("placement_detail",))
    if not len(rows):
        return seen
    rows = rows.assign(run=rows.groupby(["pupil", "from", "school"], sort=False, dropna=False).ngroup())
    return seen.put_back("place", of_kind("school"), once(rows, "run", "known_date", "from"))


def _events(seen: Sightings, module: str, kinds: Sequence[str]) -> Sightings:
    """Each event once. A review comes again as the last review, without its outcome: the first word says more."""
    rows = seen.rows("event", any_of(kinds), (module,))
    if not len(rows):
        return seen
    keys = ["pupil", "kind", "event_date"]
    if module != "active_plans":
        keys.append("code")
    rows = rows.assign(untold=rows["code"].isna() if "code" in rows else False)
    rows = rows.sort_values(["untold", "census"], kind="stable")
    first = rows.groupby(keys, sort=False, dropna=False)["known_date"].transform("min")
    return seen.put_back("event", any_of(kinds), rows.assign(known_date=first)[~rows.duplicated(keys)])
