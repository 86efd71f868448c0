"""The facts of a run's cards, every figure from the evidence of that very run."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from prevention_model.audit import AuditReport, Evidence, OutcomeEvidence
from prevention_model.cards import COMPARISON_FILE, MITIGATION_FILE, CardFacts, changed_since
from prevention_model.model.candidates import in_words
from prevention_model.pipeline.card_declared import (
    checks_of,
    feature_facts,
    linkage_facts,
    mitigation_facts,
    monitoring_facts,
    outcome_facts,
    papers_facts,
    periods_of,
    rivals_of,
    settings_of,
    size_facts,
    sources_of,
    splits_of,
    strengths_of,
)
from prevention_model.pipeline.card_figures import (
    calibration_of,
    decision_curve_of,
    explained_of,
    frequencies_of,
    groups_of,
    missed_of,
    stability_of,
)
from prevention_model.pipeline.figures import Figures
from prevention_model.pipeline.plan import Plan
from prevention_model.settings.authority import Authority

_NOT_CHOSEN = "It is the experiment's own: candidates are tried for outcomes that rank, and for no other."
_NEVER_FOR = (
    "Refusing, ending or cutting a service to anybody.",
    "Deciding anything about a family without a person who knows them.",
    "Ranking schools, workers or neighbourhoods.",
    "Saying that a child is well cared for because the family is on no list.",
    "Any use outside early help: policing, benefits, immigration, tenancy or admission to school.",
)
_LIMITS = (
    "What happened is what agencies recorded. Families who are seen more often have more on record.",
    "It is judged on the years it was tested on; services, thresholds and recording change.",
    "It knows nothing of what no agency wrote down, and that includes most of what goes well.",
    "Records reach the authority late, some by months; what was not yet known is not used.",
    "It was never tested whether a list makes any difference to a child. That needs an evaluation of its own.",
)


def card_facts(
    run: Mapping[str, Any],
    plan: Plan,
    evidence: Evidence,
    outcome: OutcomeEvidence,
    report: AuditReport,
    figures: Figures,
    left_out: pd.DataFrame,
    authority: Authority | None,
    menu: Mapping[str, Any] | None,
    before: CardFacts | None,
) -> CardFacts:
    """Everything that the card of one outcome says. `menu`: what may be done about gaps, where it was priced; `before`:
    the card of the version before, where there is one."""
    experiment, provenance = plan.experiment, evidence.provenance
    declared = next(each for each in plan.outcomes if each.name == outcome.name)
    said = figures.outcomes[outcome.name]
    mine = menu if menu is not None and menu["outcome"] == outcome.name else None
    facts = CardFacts(
        title=f"{experiment.name.replace('_', ' ').capitalize()}: {declared.short}",
        authority=authority.name if authority else "None: a research data set",
        run_id=run["run_id"],
        author=experiment.author,
        created=date.fromisoformat(run["created"]),
        stage="not released",
        verdict="refused" if report.verdict == "refused" else "awaiting sign-off",
        model_id=experiment.name,
        model_version=run["code_version"],
        outcome_plain=declared.short,
        horizon=f"within {declared.follow_up.horizon}",
        index_date=experiment.score_on,
        capacity=dict(plan.capacity),
        purpose=experiment.purpose,
        never_for=_NEVER_FOR,
        users="Coordinators of Family Partnership Zones, for a first conversation about early help."
        if authority
        else "Nobody: it is a test of the method on real people's data.",
        limits=(*_LIMITS, f"{declared.exposure}.") if declared.exposure else _LIMITS,
        strengths=strengths_of(plan),
        precision={
            "value": said["list"]["precision"],
            "low": said["list"]["lower"],
            "high": said["list"]["upper"],
        },
        missed=missed_of(outcome, plan.policy),
        frequencies=frequencies_of(outcome, plan.policy),
        groups=groups_of(outcome, plan.policy),
        rivals=rivals_of(said),
        watching=said["label_bias"],
        outcome=outcome_facts(declared),
        features=feature_facts(plan.features),
        sizes=size_facts(provenance, plan, outcome.name),
        linkage=linkage_facts(provenance),
        sources=sources_of(provenance, plan, authority),
        population=f"{provenance['members']:,} pairs of a child and an index date, ages "
        f"{experiment.cohort.ages[0]} to under {experiment.cohort.ages[1]}.",
        left_out=[
            {"reason": row["reason"], "pairs": int(row["left_out"]), "children": int(row["people_left_out"])}
            for row in left_out.to_dict("records")
        ],
        splits=splits_of(provenance, outcome.name),
        periods=periods_of(said, provenance, plan, outcome.name),
        order=said.get("order", {}),
        choice=said.get("choice", {}).get("words", _NOT_CHOSEN),
        comparison=COMPARISON_FILE if "periods" in said else "",
        gap=f"{provenance['gap_days']} days between the last index date that taught and the first that judged; "
        f"at least {provenance['gap_needed_days']} were needed for the outcomes to happen and reach the files. "
        "No family, and no child, is on both sides.",
        method=f"The model is {in_words(settings_of(said, plan))}. It looks at {len(plan.features)} "
        f"features as they were known at each index date, and is calibrated on {provenance['calibrated_on']}. The same "
        "model, frozen, gives the level now and the level before; the rise is the difference, net of how levels "
        "usually move.",
        calibration=calibration_of(outcome, plan.policy),
        decision_curve=decision_curve_of(outcome, _best_rival(said), plan.policy),
        stability=stability_of(outcome),
        explained=explained_of(evidence, outcome),
        mitigation=mitigation_facts(mine),
        mitigation_page=MITIGATION_FILE if mine else "",
        change=said["rise"],
        age_bands=said["age_bands"],
        checks=checks_of(report, outcome.name),
        papers=papers_facts(provenance),
        monitoring=monitoring_facts(plan),
        human_review=_human_review(authority),
        unfilled=_unfilled(authority, plan),
        changed={"since": "", "on": "", "rows": []},
        sign_offs=(),
        waivers=(),
        certificate=None,
        assumptions=tuple(provenance["assumptions"]),
        complaint_route=authority.complaint_route if authority else "Not applicable: nothing is released.",
        versions={"prevention_model": run["code_version"], "Policy": plan.policy.name},
        hashes={
            "Records": run["records_hash"],
            "Evidence": report.evidence_hash,
            "Policy": report.policy_hash,
        },
    )
    return replace(facts, changed=changed_since(before, facts)) if before else facts


def _human_review(authority: Authority | None) -> str:
    if authority is None:
        return "Nothing is released: nobody decides anything by it."
    said = authority.publication.deployment.human_review
    return "" if said is None else str(said)


def _unfilled(authority: Authority | None, plan: Plan) -> tuple[str, ...]:
    """What an authority has yet to say before anything is released."""
    if authority is None:
        return ()
    return authority.publication.unfilled(sorted(plan.papers))


def _best_rival(said: Mapping[str, Any]) -> str:
    """The simple rule that ranks best: by average precision on the rows that judged."""
    return max(said["rivals"], key=lambda name: float(said["rivals"][name]["average_precision"]))
