"""PM017: children missed more often in a group, among children whom agencies saw as often.

A group that is watched less has less on record, so it is missed more often whatever the model does. Within a band of
children with about as many contacts that way to a gap is closed; what is left is the model's. The missed rate of each
group is taken in each band, and averaged over the bands as the cases of the group are spread over them; so is that of
everybody else (direct standardisation).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.gaps import FEW, FOUND, judged_gap, limits_by_grouping, multiplicity
from prevention_model.audit.grouping import Grouping, Known, groupings, known_rows
from prevention_model.metrics import Bands, Resampled, bands_of, family_bootstrap, newcombe
from prevention_model.pages.words import plural
from prevention_model.settings.policy import Policy


@dataclass(frozen=True)
class _Matched:
    """By group: `drawn` has the gap to others seen as often, and after it the plain gap. `own` is the share missed in
    the bands in which there are others, of `cases`; the share of the others has the spread of `as_many` of them."""

    drawn: Resampled
    own: np.ndarray
    cases: np.ndarray
    as_many: np.ndarray


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when a group is missed more often than children of other groups who were seen as often, by more than
    the limit, with an interval above no gap."""
    if "contacts" not in outcome.predictions:
        return Finding.too_few("It is not known how often agencies saw each child.")
    known = known_rows(outcome, policy)
    contacts = outcome.predictions.loc[outcome.predictions["outcome"].notna(), "contacts"]
    bands = bands_of(contacts.to_numpy())
    rows = _gaps(known, groupings(known, policy), bands, policy)
    assessed = [row for row in rows if row["judged"] != FEW]
    if not assessed:
        return Finding.too_few("No group is large enough to assess.", rows)
    note = multiplicity(rows, policy)
    caught = sorted((row for row in rows if row["judged"] == FOUND), key=lambda row: -row["gap"])
    said = f"Among children seen as often ({len(bands.labels)} bands of contacts)"
    if caught:
        groups = len({(row["grouping"], row["group"]) for row in caught})
        named = "; ".join(_said(row) for row in caught[:3])
        return Finding.failed(
            f"{said}, missed more often in {plural(groups, 'group')}: {named}. {note}", rows
        )
    worst = max(assessed, key=lambda row: row["gap"])
    return Finding.passed(f"{said}, no gap above the limits; the largest is {_said(worst)}. {note}", rows)


def _gaps(known: Known, found: list[Grouping], bands: Bands, policy: Policy) -> list[dict[str, Any]]:
    cases = known.happened == 1
    limits = limits_by_grouping(found, policy.missed_gap_max, policy.missed_gap_by_group)
    places = [(cut, chosen, grouping) for cut, chosen in known.cuts(policy).items() for grouping in found]
    drawn = [_matched(known, ~chosen, cases, grouping, bands, policy) for _, chosen, grouping in places]
    sizes = [len(grouping.labels) for _, _, grouping in places]
    both = Resampled.joined(
        [each.drawn.part(slice(None, size)) for each, size in zip(drawn, sizes, strict=True)]
    )
    able = np.concatenate(
        [
            (grouping.people >= policy.min_people) & (grouping.cases >= policy.min_events)
            for _, _, grouping in places
        ]
    ) & np.isfinite(both.spread)
    own, cases_in, as_many = (
        np.concatenate([getattr(each, name) for each in drawn]) for name in ("own", "cases", "as_many")
    )
    # Where nearly all of a small group are missed, resamples hardly differ and tell nothing of how unsure that is.
    low, high = newcombe(own, cases_in, own - both.estimate, as_many, both.reach(able))
    rows: list[dict[str, Any]] = []
    for (cut, chosen, grouping), each, size in zip(places, drawn, sizes, strict=True):
        plain = grouping.share(~chosen, cases)
        for at in range(size):
            row = len(rows)
            gap, limit = both.estimate[row], limits[grouping.name]
            rows.append(
                {
                    "cut": cut,
                    "grouping": grouping.name,
                    "group": grouping.labels[at],
                    "people": grouping.people[at],
                    "events": grouping.cases[at],
                    "value": plain[at],
                    "rest_seen_as_often": plain[at] - gap,
                    "gap": gap,
                    "gap_unmatched": each.drawn.estimate[size + at],
                    "lower": low[row] if able[row] else np.nan,
                    "upper": high[row] if able[row] else np.nan,
                    "limit": limit,
                    "judged": judged_gap(gap, low[row], high[row], limit) if able[row] else FEW,
                }
            )
    return rows


def _matched(
    known: Known, hits: np.ndarray, of: np.ndarray, grouping: Grouping, bands: Bands, policy: Policy
) -> _Matched:
    groups, depth = len(grouping.labels), len(bands.labels)
    place = grouping.codes[of] * depth + bands.codes[of]
    cells = np.zeros((len(place), groups * depth))
    cells[np.arange(len(place)), place] = 1.0
    sums = np.column_stack([cells, cells * hits[of][:, None]])

    def gaps(total: np.ndarray) -> np.ndarray:
        shape = (len(total), groups, depth)
        many, hit = (part.reshape(shape) for part in np.split(total, 2, axis=1))
        others, hit_others = (part.sum(axis=1, keepdims=True) - part for part in (many, hit))
        there = (many > 0) & (others > 0)
        difference = np.where(there, hit / many - hit_others / others, 0.0)
        weight = np.where(there, many, 0.0)
        matched = (difference * weight).sum(axis=2) / weight.sum(axis=2)
        plain = hit.sum(axis=2) / many.sum(axis=2) - hit_others.sum(axis=2) / others.sum(axis=2)
        return np.column_stack([matched, plain])

    drawn = family_bootstrap(known.families[of], sums, gaps, policy.resamples, policy.seed, policy.confidence)
    many, hit = (part.reshape(groups, depth) for part in np.split(sums.sum(axis=0), 2))
    others = many.sum(axis=0) - many
    there = (many > 0) & (others > 0)
    cases = np.where(there, many, 0.0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(there, hit, 0.0).sum(axis=1) / cases
        as_many = cases**2 / np.where(there, many**2 / others, 0.0).sum(axis=1)
    return _Matched(drawn, own, cases, as_many)


def _said(row: dict[str, Any]) -> str:
    return (
        f"{row['grouping']} {row['group']} at {row['cut']}, {row['value']:.0%} missed against "
        f"{row['rest_seen_as_often']:.0%} (gap {row['gap']:+.2f}, {row['lower']:+.2f} to {row['upper']:+.2f}; "
        f"without matching {row['gap_unmatched']:+.2f})"
    )


CHECK = Check(
    code="PM017",
    title="Missed more often than children seen as often",
    why="Who is watched less has less on record. A gap that stays among children seen as often is the model's own.",
    policy_keys=(
        "missed_gap_max",
        "missed_gap_by_group",
        "wider_cut",
        "groups",
        "intersections",
        "min_people",
        "min_events",
    ),
    run=look,
)
