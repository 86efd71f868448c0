"""Evidence: all that the checks may read, as one frozen value that has checked its own shape.

For each outcome: what was predicted for later rows that the model never saw and what then happened,
who those children are, who the model was fitted on, how the sums add up, and what other fits say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from prevention_model.audit.canonical import canonical_json, plain, sha256
from prevention_model.audit.tables import RIVAL, empty, frame_digest, shaped, text_frame
from prevention_model.errors import WrongUsage, listed

PROVENANCE = (
    "fit",
    "calibration",
    "test",
    "gap_days",
    "horizon_days",
    "data_hash",
    "rows",
    "coverage",
    "linkage",
    "lawful_basis",
)
RECOMPUTED = ("cells_compared", "cells_different", "features_different")
TOLD = ("refits", "stated", "deletions", "counterfactuals", "cuts", "drift")
"""Tables of an outcome that are kept as they are given."""
NOT_RECORDED = "Not recorded"
SHAPE = "2"  # goes up when the tables change, so that old evidence is not misread


@dataclass(frozen=True, eq=False)
class OutcomeEvidence:
    """What the audit may know about one outcome's model. `n` rows are one child at one index date.

    predictions     n rows: person_id, family_id, zone, index_date, level (probability), outcome (1, 0,
                    or missing where censored), listed (would have been listed then, by zone capacity),
                    `rival:<name>` for each rival (any score, higher means more) and, if known,
                    `listed_by:<name>` (would have been listed, ranked by that rival) and `listed_alone`
                    (would have been listed, ranked by this level alone: where several outcomes rank,
                    `listed` is the list that people get, and only this one compares with a rival's).
    groups          n rows beside them: text, with "Not recorded" where nothing is known.
    fitted_people, fitted_families      everybody used to fit or to calibrate.
    single_feature  feature, auc of that feature alone on the later rows (direction-free), and if known
                    flagged and precision (see `single_feature_table`).
    contributions   sample rows x features, in log-odds; `base` one number or one a row; `margin` the raw
                    score of the same rows. May be empty (zero rows).
    refits          refit (number), person_id, level, reasons (the top themes, joined by "; "), listed,
                    and family_id if known: the same sample scored by each fit. May be empty. `drawn`, if
                    given, says what differs from fit to fit: "families" (as without it) or "seed".
    stated          person_id, kind (reason or strength), theme, feature, text, reader_may_see: all that
                    would be said of the children near the lists.
    deletions       kind, before, after, other: the log-odds of a child; without all that was stated of the
                    kind; and without as many things present that were not stated (missing if none).
    counterfactuals change, before, after: levels of a child as it is, and were only `change` so.
    cuts            zone, index_date, places of a list, and how many of them a tie-break filled.
    drift           feature, shift (population stability index of the rows scored against those that
                    taught), weight (its share of all contributions). "level" is the level itself.

    Further columns of `predictions`, if known: `contacts` (how often agencies saw the child; missing where
    not covered), `covered` (share of the features that have a value), `link_certainty` (probability of the
    weakest link that holds the child's records together).

    What is left out is empty, and a check that needs it says "too few to assess".
    Raises WrongUsage when a table lacks a column, lengths differ, or a level is not a probability.

    >>> rows = pd.DataFrame({"person_id": ["a", "b"], "family_id": ["f", "g"], "zone": "North",
    ...     "index_date": "2024-01-01", "level": [0.9, 0.1], "outcome": [1, 0], "listed": [True, False],
    ...     "rival:area_only": [2, 1]})
    >>> care = OutcomeEvidence("care", rows, pd.DataFrame({"sex": ["F", None]}))
    >>> care.groups["sex"].tolist(), list(care.rivals)
    (['F', 'Not recorded'], ['area_only'])
    >>> OutcomeEvidence("care", rows.assign(level=3), pd.DataFrame({"sex": ["F", None]}))
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: The evidence does not fit together: a level lies outside 0 to 1. Where: care.
    """

    name: str
    predictions: pd.DataFrame
    groups: pd.DataFrame
    fitted_people: npt.NDArray[np.str_] = field(default_factory=lambda: np.empty(0, dtype=np.str_))
    fitted_families: npt.NDArray[np.str_] = field(default_factory=lambda: np.empty(0, dtype=np.str_))
    single_feature: pd.DataFrame = field(default_factory=lambda: empty("single_feature"))
    contributions: pd.DataFrame = field(default_factory=pd.DataFrame)
    base: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))
    margin: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    refits: pd.DataFrame = field(default_factory=lambda: empty("refits"))
    stated: pd.DataFrame = field(default_factory=lambda: empty("stated"))
    deletions: pd.DataFrame = field(default_factory=lambda: empty("deletions"))
    counterfactuals: pd.DataFrame = field(default_factory=lambda: empty("counterfactuals"))
    cuts: pd.DataFrame = field(default_factory=lambda: empty("cuts"))
    drift: pd.DataFrame = field(default_factory=lambda: empty("drift"))

    def __post_init__(self) -> None:
        if not self.name or not self.name.replace("_", "").isalnum():
            raise WrongUsage("An outcome's name must be made of letters, digits and underscores.")
        groups = self.groups.where(self.groups.notna(), NOT_RECORDED)
        settled: dict[str, object] = {
            "predictions": shaped("predictions", self.predictions),
            "groups": text_frame("groups", groups),
            "fitted_people": _names(self.fitted_people),
            "fitted_families": _names(self.fitted_families),
            "single_feature": shaped("single_feature", self.single_feature),
            "contributions": _numbers(self.contributions),
            "margin": np.asarray(self.margin, dtype=np.float64).reshape(-1),
        }
        settled |= {name: shaped(name, getattr(self, name)) for name in TOLD}
        base = np.asarray(self.base, dtype=np.float64).reshape(-1)
        settled["base"] = np.repeat(base, len(settled["margin"])) if len(base) == 1 else base  # type: ignore[arg-type]
        for key, value in settled.items():
            object.__setattr__(self, key, value)
        faults = self._faults()
        if faults:
            raise WrongUsage(f"The evidence does not fit together: {listed(faults)}.", where=self.name)

    def _faults(self) -> list[str]:
        level, outcome = self.predictions["level"], self.predictions["outcome"]
        keys = self.predictions[["person_id", "index_date"]]
        said = {
            "groups and predictions have different numbers of rows": len(self.groups)
            != len(self.predictions),
            "a level lies outside 0 to 1": not level.between(0, 1).all(),
            "an outcome is neither 1, 0 nor missing": not outcome.dropna().isin([0, 1]).all(),
            "one child appears twice at one index date": bool(keys.duplicated().any()),
            "a score of a rival is not a number": bool(self.rivals.isna().any().any()),
            "contributions and margin have different numbers of rows": len(self.contributions)
            != len(self.margin),
            "base is neither one number nor one a row": len(self.base) != len(self.margin),
            "covered or link_certainty lies outside 0 to 1": not all(
                self.predictions[name].between(0, 1).all()
                for name in ("covered", "link_certainty")
                if name in self.predictions
            ),
            "a kind of what is stated is neither reason nor strength": not {
                *self.stated["kind"],
                *self.deletions["kind"],
            }
            <= {"reason", "strength"},
            "drawn is neither families nor seed": not set(self.refits.get("drawn", ()))
            <= {"families", "seed"},
        }
        return [fault for fault, wrong in said.items() if wrong]

    @property
    def rivals(self) -> pd.DataFrame:
        """The rivals' scores, one column each, named without the prefix."""
        names = [name for name in self.predictions.columns if name.startswith(RIVAL)]
        return self.predictions[names].rename(columns=lambda name: name.removeprefix(RIVAL))

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, arrays included, as they are kept on disk."""
        return {
            "predictions": self.predictions,
            "groups": self.groups,
            "fitted_people": pd.DataFrame({"person_id": self.fitted_people.astype(str)}).astype("str"),
            "fitted_families": pd.DataFrame({"family_id": self.fitted_families.astype(str)}).astype("str"),
            "single_feature": self.single_feature,
            "contributions": self.contributions,
            "raw": pd.DataFrame({"base": self.base, "margin": self.margin}),
            **{name: getattr(self, name) for name in TOLD},
        }

    def digest(self) -> str:
        """SHA-256 over every table."""
        parts = {name: frame_digest(frame) for name, frame in self.tables.items()}
        return sha256(canonical_json({"name": self.name, "tables": parts}))


@dataclass(frozen=True, eq=False)
class Evidence:
    """Evidence on every outcome, with what they share: the feature manifest, the rebuilt cells, the origin.

    features    name, theme, agency, polarity, purpose, sentence, lookback
    recomputed  cells_compared, cells_different, features_different: features rebuilt from only what
                was known before the index date, against the ones that were used
    proxies     trait, group, feature (a name, or "all features", or "level"), auc, and lower and upper if
                known: how well it tells children of the group from all others
    provenance  fit, calibration, test ([first, last] index date each), gap_days (from the last row that taught
                to the first test), horizon_days, data_hash, rows, coverage, linkage, lawful_basis (text by
                source); gap_needed_days where a recording delay is known; more keys are welcome. These are
                read by checks. Without the first PM013 cannot be run, so that the audit refuses; without any of the
                others its check says "too few to assess":
                onsets_known_late   by outcome: onsets that taught, late
                explained_again     by outcome: rows of by, rows, largest_difference
                fitted_again        by outcome: rows, different
                own_agency          by outcome: agency, share_lost, lost [value, lower, upper]
                within_retention    cells_compared, cells_different, features_different, sources_without
                papers              dpia and review_by (by source), co_production, evaluation_design, as_at

    Raises WrongUsage with every fault in its shape.

    >>> Evidence(outcomes=(), features=empty("features"), recomputed={}, provenance={"fit": "2024"})
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: The evidence is incomplete: it holds no outcome; recomputed lacks ...
    """

    outcomes: tuple[OutcomeEvidence, ...]
    features: pd.DataFrame
    recomputed: Mapping[str, Any]
    provenance: Mapping[str, Any]
    proxies: pd.DataFrame = field(default_factory=lambda: empty("proxies"))

    def __post_init__(self) -> None:
        object.__setattr__(self, "outcomes", tuple(self.outcomes))
        object.__setattr__(self, "features", shaped("features", self.features))
        object.__setattr__(self, "proxies", shaped("proxies", self.proxies))
        faults = _outcome_faults(self.outcomes) + _recomputed_faults(self.recomputed)
        faults += _provenance_faults(self.provenance)
        if faults:
            raise WrongUsage(f"The evidence is incomplete: {listed(faults)}.")
        for name in ("recomputed", "provenance"):
            # As they are kept on disk: an audit of evidence that was read again must find the same, to the last digit.
            object.__setattr__(self, name, MappingProxyType(plain(getattr(self, name))))

    def __getitem__(self, outcome: str) -> OutcomeEvidence:
        for candidate in self.outcomes:
            if candidate.name == outcome:
                return candidate
        raise WrongUsage(f"There is no evidence on the outcome {outcome}.")

    def digest(self) -> str:
        """SHA-256 over everything the checks may read."""
        shared = {"features": frame_digest(self.features), "proxies": frame_digest(self.proxies)}
        return sha256(canonical_json(self.facts | shared))

    @property
    def facts(self) -> dict[str, Any]:
        """What is kept as JSON beside the tables."""
        return {
            "shape": SHAPE,
            "outcomes": {outcome.name: outcome.digest() for outcome in self.outcomes},
            "recomputed": dict(self.recomputed),
            "provenance": dict(self.provenance),
        }


def _names(values: Sequence[str] | npt.NDArray) -> npt.NDArray[np.str_]:
    return np.unique(np.asarray(values, dtype=np.str_))


def _numbers(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.reset_index(drop=True).astype("float64")
    return frame.rename(columns=str)


def _outcome_faults(outcomes: tuple[OutcomeEvidence, ...]) -> list[str]:
    names = [outcome.name for outcome in outcomes]
    faults = ["it holds no outcome"] if not names else []
    return faults + [f"outcome {name} appears twice" for name in sorted(set(names)) if names.count(name) > 1]


def _recomputed_faults(recomputed: Mapping[str, Any]) -> list[str]:
    return [f"recomputed lacks {key}" for key in RECOMPUTED if key not in recomputed]


def _provenance_faults(provenance: Mapping[str, Any]) -> list[str]:
    faults = [f"provenance lacks {key}" for key in PROVENANCE if key not in provenance]
    for key in ("fit", "calibration", "test"):
        try:
            first, last = (date.fromisoformat(str(day)) for day in provenance.get(key, ("2000-01-01",) * 2))
            faults += [f"provenance {key} ends before it starts"] if last < first else []
        except (TypeError, ValueError):
            faults.append(f"provenance {key} is not two dates written YYYY-MM-DD")
    basis = provenance.get("lawful_basis", {})
    faults += [f"source {source} has no lawful basis" for source, said in sorted(basis.items()) if not said]
    return faults
