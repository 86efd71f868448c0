"""The facts of a run's cards, every figure from the evidence of that very run."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from prevention_model.audit import AuditReport, Evidence, OutcomeEvidence
from prevention_model.audit.grouping import known_rows
from prevention_model.cards import COMPARISON_FILE, CardFacts
from prevention_model.dataset import audit_dates, embargo_of
from prevention_model.dataset.splits import spans_of
from prevention_model.metrics import (
    calibration_curve,
    calibration_line,
    effective_size,
    family_bootstrap,
    natural_frequency,
    sums_by_family,
    wilson,
)
from prevention_model.metrics.calibration import slope_from_sums, slope_terms
from prevention_model.model.candidates import in_words
from prevention_model.pipeline.figures import Figures, shares
from prevention_model.pipeline.fitting import own_model
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.retention import NOT_STATED
from prevention_model.settings.authority import Authority

_LOOKUP = "a lookup of areas, about no person"
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
) -> CardFacts:
    """Everything that the card of one outcome says."""
    experiment, provenance = plan.experiment, evidence.provenance
    declared = next(each for each in plan.outcomes if each.name == outcome.name)
    said = figures.outcomes[outcome.name]
    return CardFacts(
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
        strengths=_strengths(plan),
        precision={
            "value": said["list"]["precision"],
            "low": said["list"]["lower"],
            "high": said["list"]["upper"],
        },
        missed=_missed(outcome, plan),
        groups=_groups(outcome, plan),
        rivals=_rivals(said),
        watching=said["label_bias"],
        sources=_sources(provenance, plan, authority),
        population=f"{provenance['members']:,} pairs of a child and an index date, ages "
        f"{experiment.cohort.ages[0]} to under {experiment.cohort.ages[1]}.",
        left_out=[
            {"reason": row["reason"], "pairs": int(row["left_out"]), "children": int(row["people_left_out"])}
            for row in left_out.to_dict("records")
        ],
        splits=_splits(provenance, outcome.name),
        periods=_periods(said, provenance, plan, outcome.name),
        order=said.get("order", {}),
        choice=said.get("choice", {}).get("words", _NOT_CHOSEN),
        comparison=COMPARISON_FILE if "periods" in said else "",
        gap=f"{provenance['gap_days']} days between the last index date that taught and the first that judged; "
        f"at least {provenance['gap_needed_days']} were needed for the outcomes to happen and reach the files. "
        "No family, and no child, is on both sides.",
        method=f"The model is {in_words(_settings(said, plan))}. It looks at {len(plan.features)} "
        f"features as they were known at each index date, and is calibrated on {provenance['calibrated_on']}. The same "
        "model, frozen, gives the level now and the level before; the rise is the difference, net of how levels "
        "usually move.",
        calibration=_calibration(outcome, plan),
        stability=_stability(outcome),
        change=said["rise"],
        age_bands=said["age_bands"],
        checks=_checks(report, outcome.name),
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


def _strengths(plan: Plan) -> tuple[str, ...]:
    good = [feature for feature in plan.features if feature.polarity == "strength"]
    themes = sorted({feature.theme.replace("_", " ") for feature in good if feature.theme})
    return (
        f"{len(good)} of {len(plan.features)} features look at what goes well, in: {', '.join(themes) or 'none'}.",
        "Strengths that lower a level stand on the list beside the reasons, at most three of each.",
    )


def _missed(outcome: OutcomeEvidence, plan: Plan) -> dict[str, float]:
    known = known_rows(outcome, plan.policy)
    cases = known.happened == 1
    resampled = family_bootstrap(
        known.families,
        np.column_stack([cases & ~known.listed, cases]),
        shares,
        resamples=plan.policy.resamples,
        seed=plan.policy.seed,
        confidence=plan.policy.confidence,
    )
    return {
        "value": float(resampled.estimate[0]),
        "low": float(resampled.lower[0]),
        "high": float(resampled.upper[0]),
        "missed": int((cases & ~known.listed).sum()),
        "with_outcome": int(cases.sum()),
    }


def _groups(outcome: OutcomeEvidence, plan: Plan) -> list[dict[str, Any]]:
    """Share missed by every list in each group of the policy, with intervals as the audit's: by family, and wide too
    where everybody in a small group was missed."""
    known = known_rows(outcome, plan.policy)
    cases = known.happened == 1
    rows: list[dict[str, Any]] = []
    for dimension in plan.policy.groups:
        codes, labels = pd.factorize(known.groups[dimension], sort=True)
        members = codes[:, None] == np.arange(len(labels))
        sums = np.hstack([members & (cases & ~known.listed)[:, None], members & cases[:, None]])
        resampled = family_bootstrap(
            known.families,
            sums,
            shares,
            resamples=plan.policy.resamples,
            seed=plan.policy.seed,
            confidence=plan.policy.confidence,
        )
        families = (sums_by_family(known.families[cases], members[cases]) > 0).sum(axis=0)
        size = effective_size(resampled.estimate, resampled.spread, families)
        lower, upper = wilson(resampled.estimate, size, float(norm.ppf(0.5 + plan.policy.confidence / 2)))
        for place, label in enumerate(labels):
            share, low, high = (ends[place] for ends in (resampled.estimate, lower, upper))
            rows.append(
                {
                    "dimension": dimension.replace("_", " "),
                    "group": str(label).replace("_", " "),
                    "people": int(members[:, place].sum()),
                    "with_outcome": int((members[:, place] & cases).sum()),
                    "missed": int((members[:, place] & cases & ~known.listed).sum()),
                    "share": _or_none(share),
                    "low": _or_none(low),
                    "high": _or_none(high),
                }
            )
    return rows


def _rivals(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The model first, by the levels of this outcome alone: a rival's list is by one outcome too."""
    held = said["list"]
    ends = {
        name: held[f"{key}_alone"]
        for name, key in (("value", "precision"), ("low", "lower"), ("high", "upper"))
    }
    rows = [{"name": "This model, by this outcome alone" if "order" in said else "This model", **ends}]
    for name in said["rivals"]:
        value = held[f"precision_{name}"]
        spread = _wilson(value, held["families"])
        rows.append(
            {"name": name.replace("_", " "), "value": _or_none(value), "low": spread[0], "high": spread[1]}
        )
    return rows


def _wilson(share: float, families: int) -> tuple[float | None, float | None]:
    if np.isnan(share) or not families:
        return None, None
    found = natural_frequency(round(share * families), families, of=1000)
    return found.lower / 1000, found.upper / 1000


def _sources(provenance: Mapping[str, Any], plan: Plan, authority: Authority | None) -> list[dict[str, Any]]:
    received = {source.name: source.received.isoformat() for source in authority.sources} if authority else {}
    return [
        {
            "name": name,
            "from": first,
            "to": last,
            "as_at": received.get(name, last),
            "lawful_basis": plan.papers[name].lawful_basis if name in plan.papers else _LOOKUP,
            "retention": str(plan.retention.get(name, NOT_STATED if name in plan.papers else _LOOKUP)),
        }
        for name, (first, last) in provenance["coverage"].items()
    ] or [
        {
            "name": name,
            **dict.fromkeys(("from", "to", "as_at"), "not stated"),
            "lawful_basis": papers.lawful_basis,
            "retention": str(plan.retention.get(name, NOT_STATED)),
        }
        for name, papers in plan.papers.items()
    ]


def _splits(provenance: Mapping[str, Any], outcome: str) -> list[dict[str, Any]]:
    rows = provenance["rows"][outcome]
    kinds = (
        [("fit", "Teaching")]
        + [("calibration", "Calibrating")] * bool(rows["calibration"])
        + [("test", "Judging")]
    )
    return [
        {
            "name": name,
            "from": provenance[kind][0],
            "to": provenance[kind][1],
            "children": rows[kind],
            "with_outcome": rows[f"onsets_in_{kind}"],
        }
        for kind, name in kinds
    ]


def _settings(said: Mapping[str, Any], plan: Plan) -> Mapping[str, Any]:
    """The settings of the model: those of the candidate that was chosen, where one was."""
    choice = said.get("choice")
    settings: Mapping[str, Any] = choice["settings"][choice["chosen"]] if choice else own_model(plan).settings
    return settings


def _periods(
    said: Mapping[str, Any], provenance: Mapping[str, Any], plan: Plan, outcome: str
) -> list[dict[str, Any]]:
    """Every period that was judged with the model's figures, or the test alone, whose figures stand elsewhere."""
    if "periods" in said:
        kept = ("fit", "calibrate", "judges", "audits", "why_not", "embargo")
        chosen = said["choice"]["chosen"]
        return [
            {name: held[name] for name in kept}
            | {"rows": held["rows"]["test"], "onsets": held["onsets"]["test"]}
            | {"figures": held["candidates"].get(chosen, {"whole": {}})["whole"]}
            for held in said["periods"]
        ]
    fit, calibrate, test = (
        [day.isoformat() for day in span or ()] for span in spans_of(plan.experiment.split)
    )
    rows = provenance["rows"][outcome]
    split = plan.experiment.split
    follow_up = next(each for each in plan.outcomes if each.name == outcome).follow_up
    alone = {"fit": fit, "calibrate": calibrate or None, "judges": test, "audits": True, "why_not": ""}
    alone |= {"embargo": embargo_of(audit_dates(split), split, follow_up)}
    return [alone | {"rows": rows["test"], "onsets": rows["onsets_in_test"], "figures": {}}]


def _calibration(outcome: OutcomeEvidence, plan: Plan) -> dict[str, Any]:
    known = known_rows(outcome, plan.policy)
    line = calibration_line(known.happened, known.level)
    resampled = family_bootstrap(
        known.families,
        slope_terms(known.happened, known.level, line),
        lambda total: slope_from_sums(total, line),
        resamples=plan.policy.resamples,
        seed=plan.policy.seed,
        confidence=plan.policy.confidence,
    )
    curve = calibration_curve(known.happened, known.level)
    bins = []
    for row in curve.to_dict("records"):
        spread = natural_frequency(int(row["events"]), int(row["count"]), of=10_000)
        bins.append(
            {
                "expected": float(row["expected"]),
                "observed": float(row["observed"]),
                "low": spread.lower / 10_000,
                "high": spread.upper / 10_000,
                "people": int(row["count"]),
            }
        )
    return {
        "slope": line.slope,
        "slope_low": resampled.lower[1],
        "slope_high": resampled.upper[1],
        "bins": bins,
    }


def _stability(outcome: OutcomeEvidence) -> dict[str, float]:
    """The share of the families on the model's own list that each refit lists too, on average."""
    refits = outcome.refits
    own = set(refits.loc[(refits["refit"] == 0) & refits["listed"], "family_id"])
    others = [
        set(rows.loc[rows["listed"], "family_id"]) for number, rows in refits.groupby("refit") if number
    ]
    overlap = [len(own & other) / len(own) for other in others] if own else [0.0]
    return {"overlap": float(np.mean(overlap)), "refits": len(others)}


def _checks(report: AuditReport, outcome: str) -> list[dict[str, Any]]:
    return [
        {"name": f"{result.code} {result.title}", "status": result.status, "text": result.message}
        for result in report.results
        if result.outcome in (outcome, "", None) or result.outcome not in report.outcomes
    ]


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
