"""A model on disk: LightGBM's text, and JSON beside it with the lines, checked by hash before anything is loaded."""

import hashlib
import json
from pathlib import Path

import lightgbm as lgb
import numpy as np

from prevention_model.errors import Damaged
from prevention_model.model.lines import Lines
from prevention_model.model.risk_model import RiskModel


def save_model(model: RiskModel, folder: Path) -> str:
    """Write `trees.txt` (empty without trees) and `model.json` into a new folder. Returns the hash of both. No pickle.

    The same rows, settings and library versions give the same bytes.
    """
    folder.mkdir(parents=True)
    trees = "" if model.booster_ is None else model.booster_.model_to_string()
    (folder / "trees.txt").write_text(trees, encoding="utf-8")
    facts = {
        "settings": model.get_params() | {"categorical": list(model.categorical)},
        "features": [str(name) for name in model.feature_names_],
        "named": hasattr(model, "feature_names_in_"),
        "lines": None if model.lines_ is None else model.lines_.plain(),
        "slope": model.slope_,
        "intercept": model.intercept_,
        "classes": [float(label) for label in model.classes_],
        "categories": model.categories_,
        "without_use": {str(name): why for name, why in model.without_use_.items()},
        "censored_rows_left_out": model.n_censored_,
        "trees_sha256": hashlib.sha256(trees.encode()).hexdigest(),
    }
    (folder / "model.json").write_text(json.dumps(facts, indent=1, sort_keys=True), encoding="utf-8")
    return model_digest(folder)


def model_digest(folder: Path) -> str:
    """SHA-256 over both files of a stored model. Raises Damaged when one is missing."""
    digest = hashlib.sha256()
    for name in ("model.json", "trees.txt"):
        try:
            digest.update(hashlib.sha256((folder / name).read_bytes()).digest())
        except OSError:
            raise Damaged("A file of the stored model is missing.", where=f"{folder.name}/{name}") from None
    return digest.hexdigest()


def load_model(folder: Path, expected: str) -> RiskModel:
    """Load a stored model whose hash must be `expected`. Raises Damaged otherwise.

    The hash is checked first because LightGBM ends the process on some truncated files.
    """
    if model_digest(folder) != expected:
        raise Damaged(
            "The stored model is not the one that was audited.",
            where=folder.name,
            todo="Run the experiment again.",
        )
    facts = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    settings = facts["settings"] | {"categorical": tuple(facts["settings"]["categorical"])}
    model = RiskModel(**settings)
    trees = (folder / "trees.txt").read_text(encoding="utf-8")
    model.booster_ = lgb.Booster(model_str=trees) if trees else None
    model.lines_ = Lines.of(facts["lines"]) if facts["lines"] else None
    model.slope_, model.intercept_ = facts["slope"], facts["intercept"]
    model.classes_ = np.array(facts["classes"])
    model.feature_names_ = facts["features"]
    model.n_features_in_ = len(facts["features"])
    if facts["named"]:  # so that columns in another order are still refused
        model.feature_names_in_ = np.array(facts["features"], dtype=object)
    model.categories_, model.without_use_ = facts["categories"], facts["without_use"]
    model.n_censored_ = facts["censored_rows_left_out"]
    model.n_trees_ = 0 if model.booster_ is None else model.booster_.num_trees()
    return model
