"""How far figures rest on who is watched: outcomes are what agencies recorded, and they record whom they see.

For each outcome: the ranking among children seen as often; the same model made again without what counts contacts, and
without what the outcome's own agency recorded; how alike the rankings by outcomes are that depend on watching more and
less; and levels among children who were helped, and were not. See docs/explanation/label-bias.md.

Only counts and figures of many leave this file, nothing about a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from prevention_model.audit import Evidence
from prevention_model.dataset import Dataset
from prevention_model.errors import WrongUsage, listed
from prevention_model.features import Feature
from prevention_model.metrics import (
    Resampled,
    agreement,
    auc,
    bands_of,
    by_exposure_alone,
    levels_by_part,
    matched_ranking,
    ranking_bootstrap,
    unmatched_cases,
)
from prevention_model.model.proxies import family_sample
from prevention_model.outcomes import Outcome
from prevention_model.outcomes.frameworks import NOT_SAID, in_words
from prevention_model.pipeline.fitting import unfitted
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.study import Study
from prevention_model.query import Count, Length
from prevention_model.records.records import Records

HELPED = ("not helped", "help open or ended before", "help began after")
"""At the index date: neither; help was open, or had ended within the horizon; it began within the horizon."""
# Intervals here are for reading, no bar hangs on them: fewer resamples than the audit's do.
_RESAMPLES = 300
# Ablations compare fits on the same families, so that some of them will do.
_MOST_ROWS = 60_000
_LEAST_ONSETS = 50
# Above this share of a model, or of what it tells, from the outcome's own agency the figures carry a warning.
_MUCH = 0.5


def label_bias(
    records: Records, data: Dataset, evidence: Evidence, studies: Sequence[Study], plan: Plan
) -> dict[str, dict[str, Any]]:
    """By outcome `matched`, `without`, `own_agency`, `agreement` and `helped`; what could not be looked at has
    `why_not` instead."""
    return {
        each.outcome.name: {
            "watched": each.outcome.watched,
            "matched": _matched(data, each, plan),
            "own_agency": _own_agency(evidence, each, plan),
            "without": _without(data, each, plan),
            "agreement": [_agreement(each, other) for other in studies if other is not each],
            "helped": _helped(records, data, each, plan),
        }
        for each in studies
    }


def check_watching(plan: Plan) -> None:
    """Raises WrongUsage where the experiment names contacts that are no features of it."""
    known = {each.name for each in plan.features}
    strange = [name for name in plan.experiment.watching.contacts if name not in known]
    if strange:
        raise WrongUsage(
            f"Contacts that are no features of the experiment: {listed(strange)}.",
            where="watching, contacts",
            todo="Name features that are used, or leave them out.",
        )


def contacts_counted(plan: Plan) -> tuple[str, ...]:
    """Features that say how often agencies saw a child: those among `prior_contact` of the rivals that are counts."""
    return tuple(
        each.name
        for each in plan.features
        if each.name in plan.experiment.rivals.prior_contact
        and isinstance(each, Feature)
        and isinstance(each.aggregate, Count)
    )


def contacts_named(plan: Plan) -> tuple[str, ...]:
    """Features that go up with contacts: those that the experiment names, or else `prior_contact` of the rivals."""
    named = plan.experiment.watching.contacts or plan.experiment.rivals.prior_contact
    return tuple(each.name for each in plan.features if each.name in named)


def _known(data: Dataset, study: Study) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of the rows that judged and whose outcome is known: position, family, outcome and level."""
    known = ~np.isnan(study.label)
    rows = study.test[known]
    return rows, data.members["family_id"].to_numpy()[rows], study.label[known], study.level[known]


def _matched(data: Dataset, study: Study, plan: Plan) -> dict[str, Any]:
    counted = contacts_counted(plan)
    if not counted:
        return {"why_not": "The experiment names no feature that counts contacts (rivals, prior_contact)."}
    rows, families, label, level = _known(data, study)
    # Added up only where something is known: not covered is not "never seen".
    counts = data.features[list(counted)].iloc[rows].sum(axis=1, min_count=1).to_numpy(dtype=np.float64)
    bands = bands_of(counts)
    seed = plan.policy.seed
    plain = ranking_bootstrap(families, label, level, _RESAMPLES, seed)
    matched = matched_ranking(families, label, level, bands.codes, _RESAMPLES, seed)
    return {
        "why_not": "",
        "counted": list(counted),
        "rows": len(rows),
        "onsets": int(label.sum()),
        "unmatched": unmatched_cases(label, bands.codes),
        "resamples": _RESAMPLES,
        "plain": _both(plain),
        "matched": _both(matched),
        "lost": _spread(_difference(plain, matched), 0),
        "by_contacts_alone": auc(label, np.nan_to_num(counts)),
        "share_lost": by_exposure_alone(float(plain.estimate[0]), float(matched.estimate[0])),
        "bands": _levels(data, study, plan, bands.codes, bands.labels),
    }


def _own_agency(evidence: Evidence, study: Study, plan: Plan) -> dict[str, Any]:
    """How much of the model rests on what the agency recorded whose records the outcome is read from."""
    owner = study.outcome.owner
    if owner == NOT_SAID:
        return {"why_not": "It is not said whose records show the outcome."}
    own = [each.name for each in plan.features if each.agency == owner]
    size = evidence[study.outcome.name].contributions.abs().sum()
    return {
        "why_not": "",
        "agency": owner,
        "in_words": in_words("owner", owner),
        "features": len(own),
        "of_features": len(plan.features),
        "share_of_contributions": float(size[own].sum() / size.sum()) if size.sum() else float("nan"),
    }


def _without(data: Dataset, study: Study, plan: Plan) -> dict[str, Any]:
    """The same model made again without some features, beside the whole one on the same families."""
    outcome = study.outcome
    taught = _sample(data, study, plan.experiment.model.seed)
    onsets = int(np.nansum(data.label(outcome.name, taught)))
    if onsets < _LEAST_ONSETS:
        return {"why_not": f"Too few onsets to make the model again: {onsets} of at least {_LEAST_ONSETS}."}
    names = [each.name for each in plan.features]
    left_out = {
        "contacts": contacts_named(plan),
        "own_agency": tuple(each.name for each in plan.features if _is_own(each.agency, outcome)),
    }
    whole = _ranked_without(data, study, plan, taught, names)
    parts: dict[str, dict[str, Any]] = {}
    for part, gone in left_out.items():
        kept = [name for name in names if name not in gone]
        if not gone or not kept:
            parts[part] = {"why_not": "No feature is left out." if kept else "No feature would be left."}
            continue
        found = _ranked_without(data, study, plan, taught, kept)
        parts[part] = {"why_not": "", "left_out": list(gone), **_both(found)} | {
            "lost": _spread(_difference(whole, found), 0),
            "share_lost": by_exposure_alone(float(whole.estimate[0]), float(found.estimate[0])),
        }
    warning = _warning(parts["own_agency"], outcome)
    return {
        "why_not": "",
        "taught": len(taught),
        "of": len(study.split.fit),
        "onsets": onsets,
        "whole": _both(whole),
        **parts,
        "warning": warning,
    }


def _is_own(agency: str, outcome: Outcome) -> bool:
    return outcome.owner != NOT_SAID and agency == outcome.owner


def _warning(own: Mapping[str, Any], outcome: Outcome) -> str:
    """Said where most of what the model tells is gone without the outcome's own agency."""
    if own["why_not"] or not own["share_lost"] > _MUCH:
        return ""
    return (
        f"Most of what the model tells of {outcome.short or outcome.name} comes from the agency that records the "
        "outcome: it may foresee what that agency goes on to do, more than what children go through."
    )


def _sample(data: Dataset, study: Study, seed: int) -> np.ndarray:
    """The rows that taught, of whole families drawn until there are enough."""
    rows = study.split.fit[~np.isnan(data.label(study.outcome.name, study.split.fit))]
    sample: np.ndarray = rows[family_sample(data.members["family_id"].to_numpy()[rows], _MOST_ROWS, seed)]
    return sample


def _ranked_without(
    data: Dataset, study: Study, plan: Plan, taught: np.ndarray, kept: Sequence[str]
) -> Resampled:
    model = unfitted(study.model, kept)
    rows, families, label, _ = _known(data, study)
    seen = (data.features[list(kept)].iloc[taught], data.label(study.outcome.name, taught))
    # Calibration moves no child past another: the rows at hand will do, and spare three fits.
    model.fit(*seen, calibrate=seen)
    score = model.margin(data.features[list(kept)].iloc[rows])
    return ranking_bootstrap(families, label, score, _RESAMPLES, plan.policy.seed)


def _agreement(study: Study, other: Study) -> dict[str, Any]:
    """On the children and dates that judge both: how alike the levels are, and how the top tenth fares on the other."""
    _, own, others = np.intersect1d(study.test, other.test, return_indices=True)
    found = agreement(study.level[own], other.level[others], other.label[others])
    return {
        "outcome": other.outcome.name,
        "in_words": other.outcome.short or other.outcome.name,
        "watched": other.outcome.watched,
        "rows": len(own),
        "onsets": int(np.nansum(other.label[others])),
        **asdict(found),
    }


def _helped(records: Records, data: Dataset, study: Study, plan: Plan) -> dict[str, Any]:
    kinds = plan.experiment.watching.help
    rows, *_ = _known(data, study)
    parts = helped_at(records, data.members.iloc[rows], kinds, study.outcome)
    if not parts.any():
        return {"why_not": "No help is on record for the children who judged."}
    table = _levels(data, study, plan, parts, HELPED)
    return {"why_not": "", "kinds": list(kinds), "parts": [part for part in table if part["rows"]]}


def _levels(
    data: Dataset, study: Study, plan: Plan, codes: np.ndarray, labels: Sequence[str]
) -> list[dict[str, Any]]:
    """Levels against what happened in each part, with the area in it, and how many children its rows are of."""
    rows, families, label, level = _known(data, study)
    table = levels_by_part(families, label, level, codes, labels, _RESAMPLES, plan.policy.seed)
    people = data.members["person_id"].to_numpy()[rows]
    members = [codes == part for part in range(len(labels))]
    table["auc"] = [auc(label[here], level[here]) for here in members]
    table["people"] = [len(np.unique(people[here])) for here in members]
    table["people_with"] = [len(np.unique(people[here & (label == 1)])) for here in members]
    return [{str(name): value for name, value in part.items()} for part in table.to_dict("records")]


def helped_at(records: Records, members: pd.DataFrame, kinds: Sequence[str], outcome: Outcome) -> np.ndarray:
    """For each member the place in `HELPED`, by spells of these kinds that did take place, whenever they were recorded.

    It looks at what came after the index date as well: to describe what happened, never to score by.
    """
    spells = records.frames["spell"]
    spells = spells[spells["kind"].isin(kinds)][["person_id", "start_date", "end_date"]]
    asked = pd.DataFrame(
        {"person_id": members["person_id"].to_numpy(), "on": members["index_date"].to_numpy()}
    )
    asked["row"] = np.arange(len(asked))
    both = asked.merge(spells, on="person_id")
    place, days = pd.factorize(both["on"])
    horizon = Length.parse(outcome.follow_up.horizon)
    since = np.array([horizon.before(day.date()) for day in days], dtype="datetime64[s]")[place]
    until = np.array([outcome.follow_up.window(day.date())[1] for day in days], dtype="datetime64[s]")[place]
    open_or_ended = (both["start_date"] < both["on"]) & ~(both["end_date"] < since)
    began = (both["start_date"] >= both["on"]) & (both["start_date"] < until)
    part = np.zeros(len(asked), dtype=np.intp)
    part[both.loc[began, "row"]] = 2
    part[both.loc[open_or_ended, "row"]] = 1
    return part


def _difference(one: Resampled, other: Resampled) -> Resampled:
    """Resample by resample; both were drawn with the same weights."""
    return Resampled.of(one.estimate - other.estimate, one.draws - other.draws, one.confidence)


def _both(found: Resampled) -> dict[str, list[float]]:
    return {"auc": _spread(found, 0), "average_precision": _spread(found, 1)}


def _spread(found: Resampled, place: int) -> list[float]:
    """Estimate, lower and upper end."""
    return [float(held[place]) for held in (found.estimate, found.lower, found.upper)]
