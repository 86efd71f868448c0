"""The demonstration: a county is made, loaded, run, refused once for a planted leak, signed and released."""

import json
import shutil
from pathlib import Path

import yaml

from prevention_model.errors import ReleaseRefused, WrongUsage
from prevention_model.pipeline.load import load
from prevention_model.pipeline.opening import key_place
from prevention_model.pipeline.progress import Progress
from prevention_model.pipeline.release import release_run
from prevention_model.pipeline.run import run
from prevention_model.pipeline.signing import sign_run
from prevention_model.release import new_key
from prevention_model.settings.authority import read_authority
from prevention_model.settings.policy import Policy
from prevention_model.settings.shipped import shipped
from prevention_model.synthetic import write_county

_SIGNATORIES = ("Demonstration signatory one", "Demonstration signatory two")


def run_demo(out: Path, *, people: int, seed: int, progress: Progress) -> list[str]:
    """Write everything into `out`; returns the lines that say what happened and where things are."""
    authority_path = out / "authority.yaml"
    _make_county(out, people, seed, progress)
    loaded = load(authority_path, progress)
    authority = read_authority(authority_path)
    keys = key_place(authority, authority_path.resolve().parent)
    counts = loaded.report.files[["rows_in", "accepted", "set_aside"]].sum()
    lines = [
        f"Loaded {counts['rows_in']:,} rows from {len(loaded.report.files)} files: {counts['accepted']:,} accepted, "
        f"{counts['set_aside']:,} set aside with a reason ({loaded.linkage['people']:,} people).",
    ]

    leaky = run(out / "leaky.yaml", loaded.workspace, authority, progress)
    lines += [
        "",
        "1. A run with a planted leak:",
        *_refused(leaky.run_id, leaky.report.reasons, leaky.folder),
    ]

    clean = run(out / "quarterly.yaml", loaded.workspace, authority, progress)
    if clean.report.verdict == "refused":
        raise ReleaseRefused(
            f"The clean run was refused by its audit. {' '.join(clean.report.reasons)}",
            where=str(clean.folder / "report.html"),
        )
    lines += ["", f"2. The clean run {clean.run_id} passed its audit and was awaiting sign-off."]
    try:
        release_run(loaded.workspace, authority, keys, clean.run_id, "shadow", progress)
    except ReleaseRefused as refused:
        lines += [f"   Releasing it before anybody signed: {refused.what}"]
    for name in _SIGNATORIES:
        entry = sign_run(loaded.workspace, authority, clean.run_id, _key_file(out, name), ())
        lines += [f"   Signed by {name}, {entry.body['payload']['role']}."]
    packs = release_run(loaded.workspace, authority, keys, clean.run_id, "shadow", progress)
    ranked = clean.figures.outcomes[read_ranking(clean.folder)]
    about = ranked["list"]["words"].split(" of ")[0]
    lines += [
        "   Released at stage shadow.",
        "",
        f"Judged on later periods and other families: AUC {ranked['model']['auc']:.3f}, average precision "
        f"{ranked['model']['average_precision']:.3f} at a base rate of {ranked['base_rate']:.3f}, calibration slope "
        f"{ranked['model']['calibration_slope']:.2f}; of 20 families listed, {about} "
        "had a child who came to statutory services within the year.",
        "",
        "Zone lists:",
        *(f"  {zone}: {path / 'list.html'}" for zone, path in packs.items()),
        f"Model card: {loaded.workspace.release(f'{clean.run_id}-shadow') / 'card.html'}",
        f"Audit: {clean.folder / 'report.html'}; the refused one: {leaky.folder / 'report.html'}",
        f"Runs in MLflow: mlflow ui --backend-store-uri sqlite:///{loaded.workspace.tracking / 'mlflow.db'}",
    ]
    return lines


def read_ranking(folder: Path) -> str:
    """The first outcome that ranks families in a finished run."""
    return str(next(iter(json.loads((folder / "run.json").read_text(encoding="utf-8"))["outcomes"])))


def _refused(run_id: str, reasons: tuple[str, ...], folder: Path) -> list[str]:
    if not reasons:
        raise AssertionError("the planted leak was not found: do not trust this installation")
    shown = [f"   {reason}" for reason in reasons[:3]]
    more = [f"   and {len(reasons) - 3} more"] if len(reasons) > 3 else []
    refused = f"   Run {run_id} is refused (exit code {ReleaseRefused.exit_code} on the command line):"
    return [refused, *shown, *more]


def _make_county(out: Path, people: int, seed: int, progress: Progress) -> None:
    """The county with policy, experiments and signatories; kept when the same one is there already."""
    asked = {"people": people, "seed": seed}
    marker = out / "demo.json"
    if marker.exists():
        if json.loads(marker.read_text(encoding="utf-8")) == asked:
            return
        raise WrongUsage(
            "The folder holds a demonstration of another county.",
            where=str(out),
            todo="Choose another --out folder.",
        )
    if out.exists():
        if any(
            path.name not in ("files", "maps", "truth", "areas.csv", "authority.yaml", "keys")
            for path in out.iterdir()
        ):
            raise WrongUsage("The folder is not empty.", where=str(out), todo="Choose another --out folder.")
        shutil.rmtree(out)  # an interrupted start of this demonstration
    with progress.step(f"Making a county of {people:,} children and young people"):
        write_county(out, people=people, seed=seed)
    for name in ("quarterly.yaml", "leaky.yaml", "policy.yaml"):
        shutil.copyfile(shipped("experiments/county") / name, out / name)
    roles = Policy.read(out / "policy.yaml").sign_off_roles
    signatories = [
        {"name": name, "role": role, "public_key": new_key(_key_file(out, name))}
        for name, role in zip(_SIGNATORIES, roles, strict=True)
    ]
    authority = out / "authority.yaml"
    said = yaml.safe_load(authority.read_text(encoding="utf-8"))
    authority.write_text(
        yaml.safe_dump({**said, "signatories": signatories}, sort_keys=False), encoding="utf-8"
    )
    marker.write_text(json.dumps(asked), encoding="utf-8")


def _key_file(out: Path, name: str) -> Path:
    return out / "keys" / f"{name.replace(' ', '-').lower()}.pem"
