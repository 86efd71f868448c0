"""PM023: the children who are scored now, against those who taught the model."""

from prevention_model.audit.check import Check, Finding, rows_of
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy

LEVEL = "level"


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when the levels have shifted, or features that shifted carry more of the contributions than allowed."""
    table = outcome.drift.sort_values(["shift", "feature"], ascending=[False, True])
    if LEVEL not in set(table["feature"]):
        return Finding.too_few("The children scored now were not compared with those who taught.")
    level = float(table.loc[table["feature"] == LEVEL, "shift"].iloc[0])
    features = table[table["feature"] != LEVEL]
    moved = features[features["shift"] > policy.drift_shift_max]
    weight = float(moved["weight"].sum())
    numbers = [*rows_of(features.head(12)), {"feature": LEVEL, "shift": level, "weight": 1.0}]
    named = (
        f": {', '.join(moved.sort_values('weight', ascending=False)['feature'].head(4))}"
        if len(moved)
        else ""
    )
    said = (
        f"Levels have shifted by {level:.3f} (limit {policy.drift_shift_max:.2f}), and {len(moved)} of {len(features)} "
        f"features by more than that{named}. They carry {weight:.1%} of the contributions (limit "
        f"{policy.drift_weight_max:.0%})."
    )
    sound = level <= policy.drift_shift_max and weight <= policy.drift_weight_max
    return Finding.passed(said, numbers) if sound else Finding.failed(said, numbers)


CHECK = Check(
    code="PM023",
    title="Children now differ from those who taught",
    why="What was learnt holds for children like those who taught. A new way of recording changes them overnight.",
    policy_keys=("drift_shift_max", "drift_weight_max"),
    run=look,
)
