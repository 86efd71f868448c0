"""Facts of a card that were declared before the run, or recorded by it: what was used, when, by which rules."""

from collections.abc import Mapping
from typing import Any

from prevention_model.audit import AuditReport
from prevention_model.dataset import audit_dates, embargo_of
from prevention_model.dataset.splits import spans_of
from prevention_model.features import Declared
from prevention_model.metrics import natural_frequency
from prevention_model.outcomes import Outcome
from prevention_model.pipeline.card_figures import or_none
from prevention_model.pipeline.fitting import own_model
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.retention import NOT_STATED
from prevention_model.settings.authority import Authority

_LOOKUP = "a lookup of areas, about no person"


def outcome_facts(outcome: Outcome) -> dict[str, str]:
    """How an outcome is declared, in words."""
    return {
        "name": outcome.name,
        "in_words": outcome.plain or outcome.short,
        "short": outcome.short,
        "owner": outcome.owner,
        "direction": outcome.direction,
        "exposure": outcome.exposure,
        "watched": outcome.watched,
        "horizon": str(outcome.follow_up.horizon),
        "gap": str(outcome.follow_up.gap),
        "ages": f"from the birthday {outcome.from_age} to the birthday {outcome.until_age}",
    }


def feature_facts(features: tuple[Declared, ...]) -> list[dict[str, str]]:
    """Every feature as it is declared."""
    return [
        {
            "name": each.name,
            "theme": each.theme.replace("_", " "),
            "agency": each.agency.replace("_", " "),
            "polarity": each.polarity,
            "window": str(each.window or "all that is on record"),
            "purpose": each.purpose,
        }
        for each in features
    ]


def mitigation_facts(menu: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """What could be done about gaps, each with the widest gap and the precision today and with it; none where the
    experiment asks for no menu, or the menu is about another outcome."""
    if menu is None:
        return []
    return [
        {
            "title": each["title"],
            "what": each["what"],
            "sign_off": bool(each["sign_off"]),
            "why_not": each["why_not"],
            "group": menu["group"].replace("_", " "),
            **_priced(each, str(menu["group"])),
        }
        for each in menu["measures"]
    ]


def _priced(each: Mapping[str, Any], group: str) -> dict[str, float | None]:
    precision: Mapping[str, Any] = next((row for row in each["whole"] if row["figure"] == "precision"), {})
    found: dict[str, float | None] = {
        f"precision_{name}": precision.get(name) for name in ("today", "with", "change", "lower", "upper")
    }
    rows = [
        row
        for row in each["groups"]
        if row["rate"] == "missed" and row["cut"] == "the list" and row["grouping"] == group and row["enough"]
    ]
    for name in ("today", "with"):
        gaps = [abs(row[f"gap_{name}"]) for row in rows if row[f"gap_{name}"] == row[f"gap_{name}"]]
        found[f"widest_gap_{name}"] = max(gaps, default=None)
    return found


def monitoring_facts(plan: Plan) -> dict[str, Any]:
    """What is watched after a release, and by which limits, as the policy says."""
    policy = plan.policy
    return {
        "certificate_days": policy.certificate_days,
        "list_days": policy.list_days,
        "relisting_days": policy.relisting_days,
        "drift_shift_max": policy.drift_shift_max,
        "drift_weight_max": policy.drift_weight_max,
        "override_share_min": policy.override_share_min,
        "override_share_max": policy.override_share_max,
        "decided_share_min": policy.decided_share_min,
        "roles": [role.replace("_", " ") for role in policy.sign_off_roles],
    }


def papers_facts(provenance: Mapping[str, Any]) -> dict[str, Any]:
    """The papers behind a run as the experiment and the authority name them; "" where nobody has."""
    held = provenance.get("papers", {})
    return {
        "co_production": held.get("co_production") or "",
        "evaluation_design": held.get("evaluation_design") or "",
        "dpia": dict(held.get("dpia", {})),
        "review_by": dict(held.get("review_by", {})),
    }


def linkage_facts(provenance: Mapping[str, Any]) -> dict[str, int]:
    """How many rows were linked to how many people, and what could not be decided; 0 where nothing had to be linked."""
    names = ("mentions", "people", "merged", "split", "undecided", "refused", "repeated", "conflicts")
    return {name: int(provenance["linkage"].get(name, 0)) for name in names}


def size_facts(provenance: Mapping[str, Any], plan: Plan, outcome: str) -> dict[str, float]:
    """How much taught the model, beside how much it had to learn."""
    rows = provenance["rows"][outcome]
    return {
        "rows_taught": int(rows["fit"]),
        "onsets_taught": int(rows["onsets_in_fit"]),
        "features": len(plan.features),
        "onsets_per_feature": rows["onsets_in_fit"] / max(len(plan.features), 1),
    }


def strengths_of(plan: Plan) -> tuple[str, ...]:
    """What of the features looks at what goes well, and where it is shown."""
    good = [feature for feature in plan.features if feature.polarity == "strength"]
    themes = sorted({feature.theme.replace("_", " ") for feature in good if feature.theme})
    return (
        f"{len(good)} of {len(plan.features)} features look at what goes well, in: {', '.join(themes) or 'none'}.",
        "Strengths that lower a level stand on the list beside the reasons, at most three of each.",
    )


def rivals_of(said: Mapping[str, Any]) -> list[dict[str, Any]]:
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
            {"name": name.replace("_", " "), "value": or_none(value), "low": spread[0], "high": spread[1]}
        )
    return rows


def _wilson(share: float, families: int) -> tuple[float | None, float | None]:
    if share != share or not families:
        return None, None
    found = natural_frequency(round(share * families), families, of=1000)
    return found.lower / 1000, found.upper / 1000


def sources_of(
    provenance: Mapping[str, Any], plan: Plan, authority: Authority | None
) -> list[dict[str, Any]]:
    """Each source with its dates, basis, impact assessment and retention."""
    received = {source.name: source.received.isoformat() for source in authority.sources} if authority else {}
    return [
        {
            "name": name,
            "from": first,
            "to": last,
            "as_at": received.get(name, last),
            "lawful_basis": plan.papers[name].lawful_basis if name in plan.papers else _LOOKUP,
            "dpia": plan.papers[name].dpia if name in plan.papers else _LOOKUP,
            "retention": str(plan.retention.get(name, NOT_STATED if name in plan.papers else _LOOKUP)),
        }
        for name, (first, last) in provenance["coverage"].items()
    ] or [
        {
            "name": name,
            **dict.fromkeys(("from", "to", "as_at"), "not stated"),
            "lawful_basis": papers.lawful_basis,
            "dpia": papers.dpia,
            "retention": str(plan.retention.get(name, NOT_STATED)),
        }
        for name, papers in plan.papers.items()
    ]


def splits_of(provenance: Mapping[str, Any], outcome: str) -> list[dict[str, Any]]:
    """The index dates that taught, calibrated and judged, with their counts."""
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


def settings_of(said: Mapping[str, Any], plan: Plan) -> Mapping[str, Any]:
    """The settings of the model: those of the candidate that was chosen, where one was."""
    choice = said.get("choice")
    settings: Mapping[str, Any] = choice["settings"][choice["chosen"]] if choice else own_model(plan).settings
    return settings


def periods_of(
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


def checks_of(report: AuditReport, outcome: str) -> list[dict[str, Any]]:
    """The results of the checks on an outcome, and of those on all."""
    return [
        {
            "name": f"{result.code} {result.title}",
            "status": result.status,
            "text": result.message,
            "blocks": result in report.blocking,
        }
        for result in report.results
        if result.outcome in (outcome, "", None) or result.outcome not in report.outcomes
    ]
