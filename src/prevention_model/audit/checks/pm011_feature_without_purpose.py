"""PM011: every feature says what it is for, in words a parent can read, and none is a protected trait."""

from typing import Any

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.traits import traits
from prevention_model.pages.words import plural
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails on a blank purpose, sentence or agency, a feature used but not declared, or a protected trait."""
    manifest = evidence.features
    if manifest.empty:
        return Finding.failed("The manifest of features is empty, so nothing says what any of them is for.")
    faults: list[dict[str, Any]] = []
    for column in ("purpose", "sentence", "agency"):
        blank = manifest.loc[manifest[column].str.strip() == "", "name"]
        faults += [{"feature": name, "fault": f"no {column}"} for name in blank]
    for name in manifest["name"]:
        faults += [{"feature": name, "fault": f"protected trait: {trait}"} for trait in traits(name, policy)]
    for name in sorted(_used(evidence) - set(manifest["name"])):
        faults.append({"feature": name, "fault": "used but not declared"})
    if faults:
        named = "; ".join(f"{row['feature']} ({row['fault']})" for row in faults[:5])
        return Finding.failed(f"{plural(len(faults), 'fault')} in {len(manifest)} features: {named}.", faults)
    return Finding.passed(
        f"All {len(manifest)} features have an agency, a purpose and a sentence; none is named after a protected trait."
    )


def _used(evidence: Evidence) -> set[str]:
    used: set[str] = set()
    for outcome in evidence.outcomes:
        used |= set(outcome.contributions.columns) | set(outcome.single_feature["feature"])
    return used


CHECK = Check(
    code="PM011",
    title="Feature without purpose, or a protected trait",
    why="Personal data is processed for a stated purpose or not at all. Nationality as a feature took children "
    "from their families in the Netherlands.",
    policy_keys=("protected_traits",),
    run=look,
    once=True,
)
