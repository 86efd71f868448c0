"""Gathering the evidence that the audit reads: everything it may know, and nothing it must take on trust."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from prevention_model.audit import Evidence, OutcomeEvidence
from prevention_model.audit.checks.pm020_features_tell_protected_traits import LEVEL
from prevention_model.audit.single_feature import single_feature_table
from prevention_model.cohort import coverage_lag
from prevention_model.dataset import Dataset
from prevention_model.dataset.splits import gap_ends
from prevention_model.explanation import Contributions, absent, contributions_of, explained_again
from prevention_model.features.within_reach import within_reach
from prevention_model.model.proxies import proxy_table
from prevention_model.outcomes import outcome_statuses
from prevention_model.pipeline.counterfactuals import counterfactuals
from prevention_model.pipeline.label_bias import contacts_counted
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.rebuilt import rebuilt
from prevention_model.pipeline.refitted import refits_by_outcome
from prevention_model.pipeline.study import Study, Together, lists_of, would_be_listed
from prevention_model.pipeline.told import deletions_of, drift_of_features, stated_of
from prevention_model.query import Length, Retention
from prevention_model.records.records import Records
from prevention_model.records.seen import as_known_at

_SAMPLE = 1500


@dataclass(frozen=True)
class Linkage:
    """How the records were put together: `counts` of the load, and by person_id the certainty of the weakest link
    that holds a person's records together (empty where it is not known)."""

    counts: Mapping[str, int] = field(default_factory=dict)
    certainty: pd.Series = field(default_factory=lambda: pd.Series(dtype="float64"))


NOT_LINKED = Linkage()
"""Where nothing is known of any linkage: data of one source."""


def gather(
    records: Records,
    data: Dataset,
    groups: pd.DataFrame,
    studies: Sequence[Study],
    plan: Plan,
    linkage: Linkage,
    retention: Retention,
    reasons: pd.DataFrame,
) -> Evidence:
    """The evidence on all outcomes of a run. `groups` has a row for each row of the data set; `reasons` is what would
    be said at the scoring date."""
    explained = {each.outcome.name: _contributions(data, each) for each in studies}
    listed = lists_of(data, plan, [each.placing(data) for each in studies])
    refits, again = refits_by_outcome(data, studies, plan)
    day = data.days[studies[0].test].max()
    changed = counterfactuals(records, day, data, studies, plan, retention)
    by_time, by_age = rebuilt(records, day, data, studies[0].test, plan, retention)
    outcomes = [
        replace(
            _outcome(data, groups, each, plan, listed[name], linkage, *explained[name]),
            refits=refits[name],
            stated=stated_of(reasons, name),
            deletions=deletions_of(data, each, plan),
            drift=drift_of_features(data, each, plan, explained[name][1].weight()),
            counterfactuals=changed[name],
        )
        for name, each in ((each.outcome.name, each) for each in studies)
    ]
    return Evidence(
        outcomes=tuple(outcomes),
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
        recomputed=by_time,
        provenance=_provenance(records, data, studies, plan, linkage, retention)
        | {
            "contributions_from": {name: said.method for name, (_, said) in explained.items()},
            "explained_again": {
                each.outcome.name: explained_again(
                    each.model, data.features.iloc[explained[each.outcome.name][0]]
                )
                for each in studies
            },
            "fitted_again": again,
            "within_retention": by_age,
            "papers": _papers(plan),
        },
        proxies=_proxies(data, groups, studies[0], plan),
    )


def with_own_agency(evidence: Evidence, watching: Mapping[str, Mapping[str, Any]]) -> Evidence:
    """The evidence with how much of each model is gone without the agency that records its outcome, where that was
    looked at (`label_bias`)."""
    found = {}
    for outcome, said in watching.items():
        without = said["without"].get("own_agency", {})
        if "share_lost" in without:
            agency = said["own_agency"]["agency"]
            found[outcome] = {"agency": agency, "share_lost": without["share_lost"], "lost": without["lost"]}
    return replace(evidence, provenance={**evidence.provenance, "own_agency": found})


def only(evidence: Evidence, *outcomes: str) -> Evidence:
    """The evidence on some outcomes. Those that rank are audited together, because they are released together or not
    at all; each other one by itself."""
    return replace(evidence, outcomes=tuple(evidence[outcome] for outcome in outcomes))


def _outcome(
    data: Dataset,
    groups: pd.DataFrame,
    study: Study,
    plan: Plan,
    list_of: Together,
    linkage: Linkage,
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
            "listed": list_of.listed[study.outcome.name],
            "listed_alone": study.listed_alone,
            "covered": _covered(data, study.test, plan),
        }
    )
    if counted := contacts_counted(plan):
        # Added up only where something is known: not covered is not "never seen".
        contacts = data.features[list(counted)].iloc[study.test].sum(axis=1, min_count=1)
        predictions["contacts"] = contacts.to_numpy(dtype=np.float64)
    if len(linkage.certainty):
        certainty = linkage.certainty.reindex(predictions["person_id"])
        # Of whom it is not known how surely the records belong together, they are not sure.
        predictions["link_certainty"] = certainty.fillna(0.0).to_numpy()
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
        cuts=list_of.cuts,
    )


def _covered(data: Dataset, rows: np.ndarray, plan: Plan) -> np.ndarray:
    """The share of features that have a value, of those whose value is not missing where nothing happened."""
    telling = [each.name for each in plan.features if not np.isnan(absent(each))]
    if not telling:
        return np.ones(len(rows))
    share: np.ndarray = data.features[telling].iloc[rows].notna().mean(axis=1).to_numpy()
    return share


def _proxies(data: Dataset, groups: pd.DataFrame, study: Study, plan: Plan) -> pd.DataFrame:
    """How well the features, and the level, tell the traits of the policy, on the rows that judged."""
    traits = [trait for trait in plan.policy.proxy_traits if trait in groups]
    families = data.members["family_id"].to_numpy()[study.test]
    beside = groups.iloc[study.test]
    by_features = proxy_table(data.features.iloc[study.test], beside, traits, families)
    level = proxy_table(pd.DataFrame({LEVEL: study.level}), beside, traits, families)
    return pd.concat([by_features, level[level["feature"] == LEVEL]], ignore_index=True)


def _contributions(data: Dataset, study: Study) -> tuple[np.ndarray, Contributions]:
    """A sample of the rows that judged, and the contributions to them."""
    chosen = np.random.default_rng(0).permutation(len(study.test))[:_SAMPLE]
    sample = study.test[np.sort(chosen)]
    return sample, contributions_of(study.model, data.features.iloc[sample])


def _known_late(records: Records, data: Dataset, studies: Sequence[Study]) -> dict[str, dict[str, int]]:
    """By outcome, how many onsets taught or calibrated, and how many of them had not reached the files when the test
    began."""
    onsets_of = {}
    for each in studies:
        taught = each.split.taught()
        onsets_of[each.outcome.name] = taught[data.label(each.outcome.name, taught) == 1]
    people = data.members["person_id"].iloc[np.unique(np.concatenate(list(onsets_of.values())))]
    began = min(data.days[each.test].min() for each in studies)
    known = as_known_at(within_reach(records, people), began)
    found = {}
    for each in studies:
        onsets = onsets_of[each.outcome.name]
        then = outcome_statuses(known, data.members.iloc[onsets].reset_index(drop=True), [each.outcome])
        late = int((then[each.outcome.name] != "onset").sum())
        found[each.outcome.name] = {"onsets": len(onsets), "late": late}
    return found


def _provenance(
    records: Records,
    data: Dataset,
    studies: Sequence[Study],
    plan: Plan,
    linkage: Linkage,
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
        "linkage": dict(linkage.counts),
        "lawful_basis": {source: papers.lawful_basis for source, papers in plan.papers.items()},
        "retention": {source: str(kept) for source, kept in plan.retention.items()},
        "retention_by_kind": dict(retention.lengths),
        "assumptions": list(records.assumptions),
        "members": len(data.members),
    }


def _papers(plan: Plan) -> dict[str, Any]:
    experiment = plan.experiment
    return {
        "dpia": {source: papers.dpia for source, papers in plan.papers.items()},
        "review_by": {source: papers.review_by for source, papers in plan.papers.items()},
        "co_production": experiment.co_production,
        "evaluation_design": experiment.evaluation_design,
        "as_at": experiment.score_on,
    }


def _dates(first: date, last: date) -> list[str]:
    return [first.isoformat(), last.isoformat()]
