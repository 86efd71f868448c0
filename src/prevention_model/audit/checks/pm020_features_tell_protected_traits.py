"""PM020: features that together tell a protected trait carry it into the model under other names."""

from typing import Any

import pandas as pd

from prevention_model.audit.check import Check, Finding, rows_of
from prevention_model.audit.evidence import NOT_RECORDED, Evidence, OutcomeEvidence
from prevention_model.model.proxies import ALL_FEATURES
from prevention_model.pages.words import plural
from prevention_model.settings.policy import Policy

LEVEL = "level"


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when all features together, on families that did not teach, tell a group of a trait better than allowed."""
    table = evidence.proxies
    absent = [
        trait
        for trait in policy.proxy_traits
        if table.loc[(table["trait"] == trait) & (table["feature"] == ALL_FEATURES), "auc"].isna().all()
    ]
    if absent:
        return Finding.too_few(f"It was not measured how well the features tell {', '.join(absent)}.")
    # Whose trait is on no record is told by age: nobody has asked yet.
    asked = table[table["trait"].isin(policy.proxy_traits) & (table["group"] != NOT_RECORDED)]
    numbers = rows_of(asked.sort_values(["trait", "group", "auc"], ascending=[True, True, False]))
    whole = asked[asked["feature"] == ALL_FEATURES].sort_values("auc", ascending=False)
    caught = whole[whole["auc"] > policy.proxy_auc_max]
    if len(caught):
        named = "; ".join(_said(row, table) for row in rows_of(caught.head(3)))
        return Finding.failed(
            f"The features tell {plural(len(caught), 'group')} (limit {policy.proxy_auc_max:.2f}): {named}.",
            numbers,
        )
    strongest = _said(rows_of(whole.head(1))[0], table)
    return Finding.passed(
        f"No trait is told above the limit of {policy.proxy_auc_max:.2f}; the strongest is {strongest}.",
        numbers,
    )


def _said(row: dict[str, Any], table: pd.DataFrame) -> str:
    alone = table[(table["trait"] == row["trait"]) & (table["group"] == row["group"])]
    carriers = alone[~alone["feature"].isin([ALL_FEATURES, LEVEL])].sort_values("auc", ascending=False)
    by = f", most by {', '.join(carriers['feature'].head(3))}" if len(carriers) else ""
    return f"{row['trait']} {row['group']}, AUC {row['auc']:.2f}{by}"


CHECK = Check(
    code="PM020",
    title="Features tell a protected trait",
    why="A trait that is left out of a model comes back through features that stand for it.",
    policy_keys=("proxy_traits", "proxy_auc_max"),
    run=look,
    once=True,
)
