"""Gathering the evidence that the audit reads: everything it may know, and nothing it must take on trust."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from prevention_model.audit import Evidence, OutcomeEvidence
from prevention_model.audit.single_feature import single_feature_table
from prevention_model.cohort import coverage_lag
from prevention_model.dataset import Dataset
from prevention_model.dataset.splits import gap_ends
from prevention_model.explanation import Contributions, contributions_of, theme_reasons
from prevention_model.features import build_features
from prevention_model.outcomes import outcome_statuses
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.rising import Paired
from prevention_model.pipeline.study import Placing, Study, listed_together, would_be_listed
from prevention_model.query import Length, Retention
from prevention_model.records.records import Records
from prevention_model.records.seen import as_known_at

_SAMPLE = 1500
_RECOMPUTED = 500


def gather(
    records: Records,
    data: Dataset,
    groups: pd.DataFrame,
    studies: Sequence[Study],
    plan: Plan,
    linkage: dict[str, int],
    retention: Retention,
) -> Evidence:
    """The evidence on all outcomes of a run. `groups` has a row for each row of the data set."""
    explained = {each.outcome.name: _contributions(data, each) for each in studies}
    listed = _lists(data, plan, [each.placing(data) for each in studies])
    refits = _refits(data, studies, plan)
    return Evidence(
        outcomes=tuple(
            _outcome(data, groups, each, plan, listed[name], refits[name], *explained[name])
            for name, each in ((each.outcome.name, each) for each in studies)
        ),
        features=pd.DataFrame(
            [
                {
                    "name": feature.name,
                    "theme": feature.theme,
                    "agency": feature.agency,
                    "polarity": feature.polarity,
                    "purpose": feature.purpose,
                    "sentence": feature.sentence,
                    "lookback": feature.looks_back,
                }
                for feature in plan.features
            ]
        ),
        recomputed=_recomputed(records, data, studies[0], plan, retention),
        provenance=_provenance(records, data, studies, plan, linkage, retention)
        | {"contributions_from": {name: said.method for name, (_, said) in explained.items()}},
    )


def only(evidence: Evidence, *outcomes: str) -> Evidence:
    """The evidence on some outcomes. Those that rank are audited together, because they are released together or not
    at all; each other one by itself."""
    return replace(evidence, outcomes=tuple(evidence[outcome] for outcome in outcomes))


def _lists(data: Dataset, plan: Plan, placings: Sequence[Placing]) -> dict[str, np.ndarray]:
    """By outcome, whose family would have been listed: of those that rank by the list that would be handed out, of
    each other by its own levels."""
    ranking = [each for each in placings if each.outcome in plan.weights]
    together = listed_together(data, plan, ranking, plan.weights)
    found = {each.outcome: listed for each, listed in zip(ranking, together, strict=True)}
    for each in placings:
        if each.outcome not in found:
            (found[each.outcome],) = listed_together(data, plan, [each], {each.outcome: 1.0})
    return found


def _outcome(
    data: Dataset,
    groups: pd.DataFrame,
    study: Study,
    plan: Plan,
    listed: np.ndarray,
    refits: pd.DataFrame,
    sample: np.ndarray,
    said: Contributions,
) -> OutcomeEvidence:
    members = data.members.iloc[study.test]
    taught = data.members.iloc[study.split.taught()]
    predictions = pd.DataFrame(
        {
            "person_id": members["person_id"].to_numpy(),
            "family_id": members["family_id"].to_numpy(),
            "zone": members["zone"].to_numpy(),
            "index_date": members["index_date"].to_numpy(),
            "level": study.level,
            "outcome": study.label,
            "listed": listed,
            "listed_alone": study.listed_alone,
        }
    )
    unmoved = np.full(len(study.test), "steady", dtype=object)
    for name in study.rivals:
        score = study.rivals[name].to_numpy()
        predictions[f"rival:{name}"] = score
        predictions[f"listed_by:{name}"] = would_be_listed(data, plan, study.test, score, unmoved)
    return OutcomeEvidence(
        name=study.outcome.name,
        predictions=predictions,
        groups=groups.iloc[study.test].reset_index(drop=True),
        fitted_people=taught["person_id"].unique(),
        fitted_families=taught["family_id"].unique(),
        single_feature=single_feature_table(data.features.iloc[study.test], study.label),
        contributions=pd.DataFrame(said.values, columns=[f.name for f in plan.features]),
        base=np.array([said.base]),
        margin=study.model.margin(data.features.iloc[sample]),
        refits=refits,
    )


def _contributions(data: Dataset, study: Study) -> tuple[np.ndarray, Contributions]:
    """A sample of the rows that judged, and the contributions to them."""
    chosen = np.random.default_rng(0).permutation(len(study.test))[:_SAMPLE]
    sample = study.test[np.sort(chosen)]
    return sample, contributions_of(study.model, data.features.iloc[sample])


def _refits(data: Dataset, studies: Sequence[Study], plan: Plan) -> dict[str, pd.DataFrame]:
    """By outcome, the last test date scored by each refit: levels, lists, and reasons for those near the top.

    The outcomes that rank are listed together, the first refit of one with the first of each other.
    """
    scored = {each.outcome.name: _rescored(data, each, plan) for each in studies}
    # Outcomes that do not rank are fitted again less often; a place that one does not have is left out.
    most = max(len(fits) for fits in scored.values())
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in scored}
    for number in range(most):
        fits = {name: each[number] for name, each in scored.items() if number < len(each)}
        listed = _lists(data, plan, [placing for placing, _ in fits.values()])
        for name, (placing, reasons) in fits.items():
            members = data.members.iloc[placing.rows]
            parts[name].append(
                pd.DataFrame(
                    {
                        "refit": number,
                        "person_id": members["person_id"].to_numpy(),
                        "level": placing.level,
                        "reasons": reasons,
                        "listed": listed[name],
                        "family_id": members["family_id"].to_numpy(),
                    }
                )
            )
    return {name: pd.concat(each, ignore_index=True) for name, each in parts.items()}


def _rescored(data: Dataset, study: Study, plan: Plan) -> list[tuple[Placing, np.ndarray]]:
    """How the rows of the last test date stand by the model and by each refit, with the reasons of those near the top.

    Reasons are only ever written for families near a list, so only theirs are compared.
    """
    at_last = np.flatnonzero(data.days[study.test] == data.days[study.test].max())
    rows = study.test[at_last]
    near = np.argsort(-study.level[at_last], kind="stable")[: _SAMPLE // 3]
    paired = Paired.of(data, study.model, study.refits, plan, rows)
    scored = pd.isna(study.why_not_scored(data, rows))
    values = data.features.iloc[rows[near]]
    own = contributions_of(study.model, values).values
    found = []
    for number, model in enumerate(study.models):
        rise = paired.rise(number, study.reliability, plan.experiment.rise.credible)
        reasons = np.full(len(rows), "", dtype=object)
        said = (
            own if model is study.model else study.refits.scaled(own, contributions_of(model, values).values)
        )
        reasons[near] = theme_reasons(plan.features, values, said)
        placing = Placing(study.outcome.name, rows, paired.now[number], rise.direction, scored)
        found.append((placing, reasons))
    return found


def _recomputed(
    records: Records, data: Dataset, study: Study, plan: Plan, retention: Retention
) -> dict[str, Any]:
    """Build the features again from only what was known at the last test date, and compare every cell."""
    day = data.days[study.test].max()
    chosen = study.test[data.days[study.test] == day][:_RECOMPUTED]
    asked = data.members.iloc[chosen][["person_id", "index_date"]]
    known = as_known_at(records, day)
    again = build_features(known, asked, plan.features, retention=retention).to_numpy(dtype=np.float64)
    used = data.features.iloc[chosen].to_numpy(dtype=np.float64)
    same = (again.astype(np.float32) == used.astype(np.float32)) | (np.isnan(again) & np.isnan(used))
    differing = [plan.features[place].name for place in np.flatnonzero(~same.all(axis=0))]
    return {
        "cells_compared": same.size,
        "cells_different": int((~same).sum()),
        "features_different": differing,
    }


def _known_late(records: Records, data: Dataset, studies: Sequence[Study]) -> dict[str, dict[str, int]]:
    """By outcome, how many onsets taught or calibrated, and how many of them had not reached the files when the test
    began."""
    known = as_known_at(records, min(data.days[each.test].min() for each in studies))
    found = {}
    for each in studies:
        taught = each.split.taught()
        onsets = taught[data.label(each.outcome.name, taught) == 1]
        then = outcome_statuses(known, data.members.iloc[onsets].reset_index(drop=True), [each.outcome])
        late = int((then[each.outcome.name] != "onset").sum())
        found[each.outcome.name] = {"onsets": len(onsets), "late": late}
    return found


def _provenance(
    records: Records,
    data: Dataset,
    studies: Sequence[Study],
    plan: Plan,
    linkage: dict[str, int],
    retention: Retention,
) -> dict[str, Any]:
    split = plan.experiment.split
    follow_up = studies[0].outcome.follow_up
    start, end = follow_up.window(split.test_start)
    calibration = (split.calibrate_start or split.fit_start, split.calibrate_end or split.fit_end)
    coverage = records.frames["coverage"]
    behind = coverage_lag(coverage, np.array([plan.experiment.score_on], "datetime64[s]"))
    return {
        "fit": _dates(split.fit_start, split.fit_end),
        "calibration": _dates(*calibration),
        "calibrated_on": "a later slice" if split.calibrate_start else "families left out in turn",
        "test": _dates(split.test_start, split.test_end),
        "gap_days": (split.test_start - split.last_taught).days,
        "gap_needed_days": (gap_ends(split, follow_up) - split.last_taught).days,
        "horizon_days": (end - start).days,
        "recording_delay": Length.parse(split.recording_delay, zero=True).number,
        "data_hash": records.fingerprint(),
        "rows": {
            each.outcome.name: {
                "fit": len(each.split.fit),
                "calibration": len(each.split.calibrate),
                "test": len(each.test),
                "kept_out": each.split.kept_out,
                "onsets_in_fit": int(np.nansum(data.label(each.outcome.name, each.split.fit))),
                "onsets_in_calibration": int(np.nansum(data.label(each.outcome.name, each.split.calibrate))),
                "onsets_in_test": int(np.nansum(each.label)),
                "censored_in_test": int(np.isnan(each.label).sum()),
            }
            for each in studies
        },
        "onsets_known_late": _known_late(records, data, studies),
        "coverage": {
            source: [str(rows["from"].min().date()), str(rows["to"].max().date())]
            for source, rows in coverage.groupby("source")
        },
        "received_only_up_to": dict(zip(behind["source"], behind["last_day"].astype(str), strict=True)),
        "linkage": linkage,
        "lawful_basis": dict(plan.lawful_basis),
        "retention": {source: str(kept) for source, kept in plan.retention.items()},
        "retention_by_kind": dict(retention.lengths),
        "assumptions": list(records.assumptions),
        "members": len(data.members),
    }


def _dates(first: date, last: date) -> list[str]:
    return [first.isoformat(), last.isoformat()]
