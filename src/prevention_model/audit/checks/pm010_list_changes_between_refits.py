"""PM010: who is listed must not depend on which families happened to be fitted on."""

from itertools import combinations

import numpy as np

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when, averaged over pairs of fits, listed by both over listed by either is too small."""
    table = outcome.refits
    fits = table["refit"].nunique()
    if fits < policy.refits_min:
        return Finding.too_few(f"{fits} fits; at least {policy.refits_min} are needed.")
    unit = "family_id" if "family_id" in table.columns else "person_id"
    lists = [frozenset(fit.loc[fit["listed"], unit]) for _, fit in table.groupby("refit")]
    if not any(lists):
        return Finding.not_applicable("No fit would have listed anybody for this outcome.")
    overlaps = [len(a & b) / len(a | b) for a, b in combinations(lists, 2) if a | b]
    mean, listed = float(np.mean(overlaps)), float(np.mean([len(each) for each in lists]))
    if listed < policy.min_events:
        return Finding.too_few(f"{listed:.0f} listed on average; at least {policy.min_events} are needed.")
    numbers = [
        {
            "measure": "listed by both over listed by either",
            "value": mean,
            "lower": min(overlaps),
            "upper": max(overlaps),
            "unit": "families" if unit == "family_id" else "children",
            "fits": fits,
        }
    ]
    said = (
        f"Two fits list {mean:.0%} the same {numbers[0]['unit']} (from {min(overlaps):.0%} to {max(overlaps):.0%} "
        f"over {len(overlaps)} pairs; at least {policy.list_overlap_min:.0%} wanted)."
    )
    return Finding.passed(said, numbers) if mean >= policy.list_overlap_min else Finding.failed(said, numbers)


CHECK = Check(
    code="PM010",
    title="List changes between refits",
    why="A family should be listed for what happened in it, not for the draw of the fit.",
    policy_keys=("list_overlap_min", "refits_min", "min_events"),
    run=look,
)
