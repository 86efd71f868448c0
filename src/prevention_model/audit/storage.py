"""Evidence in a folder: Parquet and one JSON file, no pickle. What is read is what was written, or Damaged."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow

from prevention_model.audit.canonical import canonical_json
from prevention_model.audit.evidence import TOLD, Evidence, OutcomeEvidence
from prevention_model.errors import Damaged, PreventionError, WrongUsage

FACTS = "evidence.json"
_TABLES = (
    "predictions",
    "groups",
    "fitted_people",
    "fitted_families",
    "single_feature",
    "contributions",
    *TOLD,
)


def save_evidence(evidence: Evidence, folder: str | Path) -> str:
    """Write evidence to a new folder and return its digest. An interrupted write leaves no folder.

    The same evidence again is no change; other evidence is never written over it (WrongUsage).
    """
    folder = Path(folder)
    digest = evidence.digest()
    if folder.exists():
        if read_evidence(folder).digest() == digest:
            return digest
        raise WrongUsage(
            "The folder already holds other evidence.", where=folder.name, todo="Use a new folder."
        )
    partial = folder.with_name(f"{folder.name}.partial-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    evidence.features.to_parquet(partial / "features.parquet")
    evidence.proxies.to_parquet(partial / "proxies.parquet")
    for outcome in evidence.outcomes:
        place = partial / outcome.name
        place.mkdir()
        for name, frame in outcome.tables.items():
            frame.to_parquet(place / f"{name}.parquet")
    facts = evidence.facts | {"digest": digest, "order": [outcome.name for outcome in evidence.outcomes]}
    (partial / FACTS).write_text(canonical_json(facts), encoding="utf-8")
    partial.rename(folder)
    return digest


def read_evidence(folder: str | Path) -> Evidence:
    """Read what `save_evidence` wrote. Raises Damaged when any value in it is not what was written."""
    folder = Path(folder)
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        evidence = Evidence(
            outcomes=tuple(_read_outcome(folder / Path(name).name) for name in facts["order"]),
            features=pd.read_parquet(folder / "features.parquet"),
            proxies=pd.read_parquet(folder / "proxies.parquet"),
            recomputed=facts["recomputed"],
            provenance=facts["provenance"],
        )
        untouched = evidence.digest() == facts["digest"]
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        pyarrow.ArrowException,
        PreventionError,
    ) as error:
        raise Damaged(
            f"The evidence cannot be read ({type(error).__name__}).",
            where=folder.name,
            todo="Run the experiment again: evidence is never mended.",
        ) from None
    if not untouched:
        raise Damaged(
            "The evidence is not what was written.",
            where=folder.name,
            todo="Run the experiment again, and ask who changed it.",
        )
    return evidence


def _read_outcome(place: Path) -> OutcomeEvidence:
    tables: dict[str, Any] = {name: pd.read_parquet(place / f"{name}.parquet") for name in _TABLES}
    raw = pd.read_parquet(place / "raw.parquet")
    for name in ("fitted_people", "fitted_families"):
        tables[name] = tables[name].iloc[:, 0].to_numpy(dtype=str)
    return OutcomeEvidence(
        name=place.name,
        base=raw["base"].to_numpy(),
        margin=raw["margin"].to_numpy(),
        **tables,
    )
