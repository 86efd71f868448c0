"""PM031: nothing that is past the time for which it may be looked at may have been used."""

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails on a single cell that comes out differently where everything past its retention was destroyed first, and,
    where the policy asks for it, on a source with which no retention was agreed."""
    again = evidence.provenance.get("within_retention")
    if again is None:
        return Finding.too_few("Features were not built again from records within their retention.")
    compared, different = int(again["cells_compared"]), int(again["cells_different"])
    without = [str(source) for source in again["sources_without"]]
    numbers = [{"compared": compared, "different": different, "sources_without": without}]
    if different:
        named = ", ".join(str(name) for name in again["features_different"][:5])
        return Finding.failed(
            f"{different} of {compared} cells used what is past its retention: {named}.", numbers
        )
    if without and policy.retention_must_be_agreed:
        return Finding.failed(f"No retention was agreed for {', '.join(without[:5])}.", numbers)
    if compared < policy.recomputed_cells_min:
        return Finding.too_few(
            f"{compared} cells were rebuilt; {policy.recomputed_cells_min} are needed.", numbers
        )
    said = f" No retention was agreed for {len(without)} sources." if without else ""
    return Finding.passed(f"All {compared} rebuilt cells are the same.{said}", numbers)


CHECK = Check(
    code="PM031",
    title="Data past its retention",
    why="What should have been forgotten about a family must not decide about it.",
    policy_keys=("retention_must_be_agreed", "recomputed_cells_min"),
    run=look,
    once=True,
)
