"""How far the figures of the made-up county's model rest on who is watched, beside the truth.

    python -m benchmarks.label_bias                       a county of 8,000 people, watched unevenly
    python -m benchmarks.label_bias --surveillance 0      the same people, all watched alike at the same need
    python -m benchmarks.label_bias --county FOLDER       one that was made and loaded before

The truth of a child at a date is the chance of an episode within twelve months if everybody of the same need were
watched alike: contact, referral and need by the county's own hazards at the child's need of that date, without what
poorer places and known families add. The area against the truth counts each child as a case by that chance, and as no
case by the rest. The need of the months ahead and what brothers and sisters add are left out.
"""

import argparse
import dataclasses
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import spearmanr

from prevention_model.metrics import auc
from prevention_model.pipeline.label_bias import contacts_counted
from prevention_model.pipeline.load import load
from prevention_model.pipeline.opening import key_place, opened
from prevention_model.pipeline.plan import Plan, plan_from_files
from prevention_model.pipeline.progress import Silent
from prevention_model.pipeline.run import Made, make
from prevention_model.records.vault import Vault
from prevention_model.synthetic import write_county

EXPERIMENT = Path(__file__).parents[1] / "experiments" / "county" / "quarterly.yaml"


def main() -> None:
    """Print the figures of the run and the same against the truth."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--people", type=int, default=8000)
    asked.add_argument("--seed", type=int, default=3)
    asked.add_argument("--surveillance", type=float, default=1.0)
    asked.add_argument("--county", type=Path)
    chosen = asked.parse_args()
    if chosen.county:
        report(chosen.county)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "county"
        write_county(folder, people=chosen.people, seed=chosen.seed, surveillance=chosen.surveillance)
        load(folder / "authority.yaml", Silent())
        report(folder)


def report(folder: Path) -> None:
    """Run the county's experiment in memory and compare."""
    authority, workspace = opened(folder / "authority.yaml")
    plan = small(plan_from_files(EXPERIMENT, authority))
    made = make(workspace.records(), plan, Silent())
    vault = Vault(workspace.vault, key_place(authority, folder).read(needed=True))
    name = plan.first.name
    said(made.figures.outcomes[name]["label_bias"])
    beside_truth(made, plan, chances(folder), vault)


def small(plan: Plan) -> Plan:
    """The plan without earlier periods and with few refits, which these figures do not use."""
    old = plan.experiment
    update = {
        "split": old.split.model_copy(update={"periods": None}),
        "model": old.model.model_copy(update={"refits": 2}),
        "candidates": (),
    }
    return dataclasses.replace(plan, experiment=old.model_copy(update=update))


def said(held: dict[str, Any]) -> None:
    """What the card says, in numbers."""
    matched, without = held["matched"], held["without"]
    print(f"rows {matched['rows']:,}, onsets {matched['onsets']:,}")
    for name in ("plain", "matched"):
        print(
            f"{name:<22} AUC {spread(matched[name]['auc'])}  AP {spread(matched[name]['average_precision'])}"
        )
    print(f"{'contacts alone':<22} AUC {matched['by_contacts_alone']:.3f}")
    for name in ("whole", "contacts", "own_agency"):
        held_out = without[name]
        lost = f"  lost {spread(held_out['lost'])}" if "lost" in held_out else ""
        print(f"{'without ' + name if lost else 'made again':<22} AUC {spread(held_out['auc'])}{lost}")
    for other in held["agreement"]:
        print(
            f"{other['outcome']:<28} {json.dumps({k: round(v, 3) for k, v in other.items() if isinstance(v, float)})}"
        )
    for part in held["helped"].get("parts", ()):
        print(f"{part['part']:<28} {part['rows']:,} rows, {part['cases']} cases, gap {part['gap']:.4f} "
              f"({part['lower']:.4f} to {part['upper']:.4f})")  # fmt: skip


def spread(values: list[float]) -> str:
    """Estimate and interval."""
    return f"{values[0]:.3f} ({values[1]:.3f} to {values[2]:.3f})"


def chances(folder: Path) -> pd.DataFrame:
    """For each person of the truth and quarter the need, and the chance of an episode if all were watched alike."""
    p = json.loads((folder / "truth" / "parameters.json").read_text())["parameters"]["statutory"]
    need = pd.read_parquet(folder / "truth" / "need.parquet")
    monthly = (
        np.exp(p["contact"] + p["contact_on_need"] * need["need"])
        * expit(p["referral"] + p["referral_on_need"] * need["need"])
        * expit(p["need_episode"] + p["need_episode_on_need"] * need["need"])
    )
    people = pd.read_parquet(folder / "truth" / "people.parquet").set_index("person")
    numbers = people[["nhs_number", "upn", "la_person_id"]].reindex(need["person"]).reset_index(drop=True)
    need = need.assign(chance=1 - np.exp(-12 * monthly), on=pd.to_datetime(need["on"]))
    return pd.concat([need[["person", "on", "need", "chance"]].reset_index(drop=True), numbers], axis=1)


def beside_truth(made: Made, plan: Plan, truth: pd.DataFrame, vault: Vault) -> None:
    """The same levels and the contacts alone against what is on record and against the truth."""
    study = next(each for each in made.studies if each.outcome.name == plan.first.name)
    known = ~np.isnan(study.label)
    rows, label, level = study.test[known], study.label[known], study.level[known]
    members = made.data.members.iloc[rows][["person_id", "index_date"]].reset_index(drop=True)
    seen = vault.remembered()
    whose = {kind: held.set_index("value")["person_id"] for kind, held in seen.groupby("id_type")}
    found = pd.Series(None, index=truth.index, dtype="object")
    for kind in ("nhs_number", "upn", "la_person_id"):
        found = (
            found.fillna(truth[kind].map(whose[kind].groupby(level=0).first())) if kind in whose else found
        )
    named = truth.assign(person_id=found).dropna(subset=["person_id"]).drop_duplicates(["person_id", "on"])
    joined = members.merge(
        named.astype({"on": members["index_date"].dtype}),
        left_on=["person_id", "index_date"], right_on=["person_id", "on"], how="left",
    )  # fmt: skip
    here = joined["chance"].notna().to_numpy()
    chance, need = joined["chance"].to_numpy()[here], joined["need"].to_numpy()[here]
    counts = made.data.features[list(contacts_counted(plan))].iloc[rows].sum(axis=1).to_numpy()[here]
    label, level = label[here], level[here]
    print(
        f"found in the truth: {here.mean():.1%} of rows; mean chance {chance.mean():.4f}, on record {label.mean():.4f}"
    )
    for name, score in (("the model", level), ("contacts alone", counts), ("the true chance", chance)):
        on_record, true = auc(label, score), against(chance, score)
        print(f"{name:<22} AUC against the record {on_record:.3f}, against the truth {true:.3f}, "
              f"distortion {on_record - true:+.3f}")  # fmt: skip
    print(f"likeness of level and true need {spearmanr(level, need)[0]:.3f}")


def against(chance: np.ndarray, score: np.ndarray) -> float:
    """The area where each row is a case by its chance, and no case by the rest."""
    cases = np.repeat([1.0, 0.0], len(chance))
    return auc(cases, np.tile(score, 2), np.concatenate([chance, 1 - chance]))


if __name__ == "__main__":
    main()
