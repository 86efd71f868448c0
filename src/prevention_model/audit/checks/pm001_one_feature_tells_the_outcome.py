"""PM001: a feature that alone tells the outcome is a leak until somebody shows otherwise."""

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when an AUC, or the share of many flagged children to whom it happened, is above its limit."""
    table = outcome.single_feature.sort_values(["auc", "feature"], ascending=[False, True])
    unmeasured = sorted(set(evidence.features["name"]) - set(table.dropna(subset=["auc"])["feature"]))
    if table.empty or unmeasured:
        return Finding.too_few(
            f"{len(unmeasured)} of {len(evidence.features)} features were not measured alone on later rows."
        )
    caught = table["auc"] > policy.single_feature_auc_max
    if {"flagged", "precision"} <= set(table.columns):
        many = table["flagged"] >= policy.single_feature_flagged_min
        caught |= many & (table["precision"] > policy.single_feature_precision_max)
    shown = table[caught | (table["auc"] >= table["auc"].iloc[min(4, len(table) - 1)])]
    numbers = [
        row | {"caught": bool(caught[at])}
        for at, row in zip(shown.index, shown.to_dict("records"), strict=True)
    ]
    best = table.iloc[0]
    if caught.any():
        names = ", ".join(table.loc[caught, "feature"].head(5))
        return Finding.failed(
            f"{int(caught.sum())} of {len(table)} features tell the outcome almost alone: {names}. "
            f"The strongest has an AUC of {best['auc']:.2f} (limit {policy.single_feature_auc_max:.2f}): "
            "look for a value written after the outcome.",
            numbers,
        )
    return Finding.passed(
        f"The strongest of {len(table)} features alone, {best['feature']}, has an AUC of {best['auc']:.2f} "
        f"(limit {policy.single_feature_auc_max:.2f}).",
        numbers,
    )


CHECK = Check(
    code="PM001",
    title="One feature tells the outcome",
    why="A value recorded because of the outcome but dated before it makes a model look good and find nobody.",
    policy_keys=("single_feature_auc_max", "single_feature_precision_max", "single_feature_flagged_min"),
    run=look,
)
