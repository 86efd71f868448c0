"""The figures of a run that people quote: of the model and of each rival, on later periods and other families."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import betabinom

from prevention_model.audit import Evidence, OutcomeEvidence
from prevention_model.dataset import Dataset
from prevention_model.metrics import (
    auc,
    average_precision,
    calibration_line,
    expected_minus_observed,
    family_bootstrap,
    frequency_of,
    precision_at,
    recall_at,
)
from prevention_model.pipeline.choosing import Choice, regret_of
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.study import Study

_TENTH = 0.10


@dataclass(frozen=True)
class Figures:
    """By outcome: `model`, `rivals` (by name), `list` (families listed, of whom so many had the outcome), and
    `label_bias`, how far they rest on who is watched (`pipeline/label_bias.py`).

    Outcomes that rank also have `choice`: which candidate is the model, and why; and, where several rank, `order`: what
    their list finds of each, beside what a list by one alone would. Where earlier periods were asked for, the first has
    `periods`, as `pipeline/periods.py` judges them, and what had the least `regret`, simple rules among them: over the
    periods that may choose, and over all.
    """

    outcomes: dict[str, dict[str, Any]]

    def write(self, path: Path) -> None:
        """Keep as JSON."""
        path.write_text(json.dumps(self.outcomes, indent=1, sort_keys=True), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Figures":
        """Read what `write` wrote."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def flat(self) -> dict[str, float]:
        """One number a name, as tracking takes them."""
        found: dict[str, float] = {}
        for outcome, said in self.outcomes.items():
            for who, numbers in {"model": said["model"], **said["rivals"], "list": said["list"]}.items():
                pairs = {f"{outcome}.{who}.{name}": value for name, value in numbers.items()}
                found |= {name: value for name, value in pairs.items() if isinstance(value, (int, float))}
            for period in said.get("periods", ()):
                for who, held in period["candidates"].items():
                    start = f"{outcome}.judged_from_{period['judges'][0]}.{who}"
                    found |= {f"{start}.{name}": value for name, value in held["whole"].items()}
            found |= {f"{outcome}.{name}": value for name, value in _watching(said.get("label_bias", {}))}
        return found


def figures_of(
    evidence: Evidence,
    studies: Sequence[Study],
    data: Dataset,
    plan: Plan,
    periods: Sequence[dict[str, Any]],
    choice: Choice,
    watching: Mapping[str, dict[str, Any]],
    scores: pd.DataFrame,
) -> Figures:
    """The figures of every outcome, from the evidence that was audited, of who is `watching`, and of how many children
    of the `scores` are rising; and of those that rank also those of the `periods` and of the `choice`."""
    found = {each.outcome.name: _of(evidence[each.outcome.name], each, data, plan) for each in studies}
    for each in studies:
        said = [asdict(band) | {"ages": band.ages, "verdict": band.verdict} for band in each.age_bands]
        found[each.outcome.name]["age_bands"] = said
        found[each.outcome.name]["rise"] = asdict(each.reliability) | {
            "over": plan.experiment.rise.over,
            "children": _by_change(scores[scores["outcome"] == each.outcome.name]),
        }
        found[each.outcome.name]["label_bias"] = watching[each.outcome.name]
    decision = choice.plain()
    for ranked in plan.ranking:
        found[ranked.name]["choice"] = (
            decision if ranked == plan.first else decision | _as_for(plan, decision)
        )
        if len(plan.ranking) > 1:
            found[ranked.name]["order"] = _order(evidence, plan)
    if periods:
        found[plan.first.name] |= {
            "periods": list(periods),
            "regret": regret_of(periods, decision["tried"]),
            "regret_in_all_periods": regret_of(periods, decision["tried"], of_all=True),
        }
    return Figures(found)


def _as_for(plan: Plan, decision: Mapping[str, Any]) -> dict[str, str]:
    return {
        "words": f"As for {plan.first.short}, the first outcome that ranks: candidates were judged by it alone, and "
        f"not for this outcome. {decision['words']}"
    }


def _order(evidence: Evidence, plan: Plan) -> dict[str, Any]:
    """The weights, who wrote them, and for each outcome that ranks the onsets in families listed: by the list that is
    handed out, and by a list as long by each outcome alone."""
    rows = {each.name: evidence[each.name].predictions for each in plan.ranking}
    lists = {"": pd.concat([held[held["listed"]] for held in rows.values()])}
    lists |= {name: held[held["listed_alone"]] for name, held in rows.items()}
    found = []
    for by, held in lists.items():
        families = pd.MultiIndex.from_frame(held[["family_id", "index_date"]])
        for name, of in rows.items():
            onsets = of.loc[of["outcome"] == 1, ["family_id", "index_date"]]
            hits = pd.MultiIndex.from_frame(onsets).isin(families)
            found.append({"by": by, "outcome": name, "found": int(hits.sum()), "of": len(onsets)})
    return {
        "policy": plan.policy.name,
        "equal": plan.policy.harm_weights == "equal",
        "plain": {each.name: each.short for each in plan.ranking},
        "weights": plan.weights,
        "found": found,
    }


def _watching(said: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """The areas by which runs compare: among children seen as often, and without some of the features."""
    matched, without = said.get("matched", {}), said.get("without", {})
    parts = {"among_children_seen_as_often": matched.get("matched")}
    parts |= {f"without_{name}": without.get(name) for name in ("contacts", "own_agency")}
    for name, held in parts.items():
        if held and "auc" in held:
            yield f"{name}.auc", held["auc"][0]
            yield f"{name}.average_precision", held["average_precision"][0]


def _by_change(scores: pd.DataFrame) -> dict[str, int]:
    """How many of the children who can be ranked have which change; those without one by the reason."""
    ranked = scores[scores["eligible"].astype(bool)]
    unknown = np.where(ranked["level_before"].isna(), "no_earlier_level", "not_learnt")
    words = np.where(ranked["direction"] == "not known", unknown, ranked["direction"])
    names, counts = np.unique(words.astype(str), return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def shares(totals: np.ndarray) -> np.ndarray:
    """The first half of the columns over the second half: rates from sums of hits beside sums of cases."""
    half = totals.shape[1] // 2
    found: np.ndarray = totals[:, :half] / totals[:, half:]
    return found


def _of(evidence: OutcomeEvidence, study: Study, data: Dataset, plan: Plan) -> dict[str, Any]:
    predictions = evidence.predictions
    known = predictions["outcome"].notna().to_numpy()
    label = predictions["outcome"].to_numpy()[known]
    level = predictions["level"].to_numpy()[known]
    line = calibration_line(label, level)
    model = _discrimination(label, level) | {
        "calibration_slope": line.slope,
        "calibration_intercept": line.in_the_large,
        "expected_minus_observed": expected_minus_observed(label, level),
    }
    return {
        "rows": len(label),
        "onsets": int(label.sum()),
        "base_rate": float(label.mean()),
        "model": model,
        "rivals": {
            name: _discrimination(label, score.to_numpy()[known]) for name, score in evidence.rivals.items()
        },
        "list": _list_figures(evidence, study, data, plan),
    }


def _discrimination(label: np.ndarray, score: np.ndarray) -> dict[str, float]:
    tenth = max(1, round(len(label) * _TENTH))
    return {
        "auc": auc(label, score),
        "average_precision": average_precision(label, score),
        "precision_at_tenth": precision_at(label, score, tenth),
        "recall_at_tenth": recall_at(label, score, tenth),
    }


def _list_figures(evidence: OutcomeEvidence, study: Study, data: Dataset, plan: Plan) -> dict[str, Any]:
    """Of the families that would have been listed, how many had a child with the outcome; and who was missed."""
    frame = evidence.predictions
    known = frame[frame["outcome"].notna()]
    listed = known[known["listed"]]
    families = listed.groupby(["index_date", "family_id", "zone"])["outcome"].max()
    interval = _interval(families, plan) if len(families) else None
    alone = known[known["listed_alone"]].groupby(["index_date", "family_id", "zone"])["outcome"].max()
    spread = _interval(alone, plan) if len(alone) else (float("nan"), float("nan"))
    onsets = known[known["outcome"] == 1]
    rivals = {name: _family_precision(known[known[f"listed_by:{name}"]]) for name in evidence.rivals}
    by_zone = families.groupby("zone").agg(["sum", "count"])
    found: dict[str, Any] = {
        "families": len(families),
        "families_with_outcome": int(families.sum()),
        "precision": float(families.mean()) if len(families) else float("nan"),
        "lower": interval[0] if interval else float("nan"),
        "upper": interval[1] if interval else float("nan"),
        "words": str(frequency_of(float(families.mean()), *interval)) if interval else "no family was listed",
        "words_of_one_list": str(
            frequency_of(float(families.mean()), *of_one_list(float(families.mean()), *interval))
        )
        if interval
        else "no family was listed",
        "precision_alone": float(alone.mean()) if len(alone) else float("nan"),
        "lower_alone": spread[0],
        "upper_alone": spread[1],
        "missed": float(1 - onsets["listed"].mean()) if len(onsets) else float("nan"),
        "rising_among_listed": float((study.rise.direction[frame["listed"]] == "rising").mean())
        if frame["listed"].any()
        else float("nan"),
        "by_zone": {str(zone): [int(row["sum"]), int(row["count"])] for zone, row in by_zone.iterrows()},
    }
    return found | {f"precision_{name}": value for name, value in rivals.items()}


def _interval(families: pd.Series, plan: Plan) -> tuple[float, float]:
    """By resampling families: the same family may stand on several lists."""
    sums = np.column_stack([families.to_numpy(), np.ones(len(families))])
    resampled = family_bootstrap(
        families.index.get_level_values("family_id"),
        sums,
        shares,
        resamples=plan.policy.resamples,
        seed=plan.policy.seed,
    )
    return float(resampled.lower[0]), float(resampled.upper[0])


def of_one_list(share: float, lower: float, upper: float, families: int = 20) -> tuple[float, float]:
    """Between which shares one list of so many families will lie 19 times in 20, where all lists together have the
    share with this 95% interval: chance on a short list comes on top of how unsure the share is (beta-binomial).

    Zones are taken to differ by chance alone. Where they differ by more, more of them fall outside.

    >>> of_one_list(0.41, 0.33, 0.49)
    (0.2, 0.65)
    >>> of_one_list(0.0, 0.0, 0.0)
    (0.0, 0.0)
    """
    error = (upper - lower) / 3.92
    if not 0 < share < 1 or error <= 0:
        return lower, upper
    cases = share * (1 - share) / error**2
    found = betabinom.ppf([0.025, 0.975], families, share * cases, (1 - share) * cases) / families
    return float(found[0]), float(found[1])


def _family_precision(listed: pd.DataFrame) -> float:
    """Share of families with the outcome among those that a list of the same length would have held."""
    families = listed.groupby(["index_date", "family_id"])["outcome"].max()
    return float(families.mean()) if len(families) else float("nan")
