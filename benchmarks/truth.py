"""The level of a finished run beside the truth, in a county of people who do not exist.

    python -m benchmarks.truth COUNTY [--run RUN]

On the children who judged, whose outcome is known: how well the true hazard itself tells apart who will come to
statutory services (no level can do better, but by luck), how well the level does, and the one over the other, resampled
by family. Then slope and intercept of the level against what followed: in each period, by the model that judged
there, and in each zone with 100 onsets or more. Only outcomes of statutory services have a truth here; for the others
the level is told alone.
"""

import argparse
from pathlib import Path

import pandas as pd

from benchmarks.county_truth import HAZARDS, of_rows, people_of, true_hazard
from prevention_model.metrics import CalibrationLine, Resampled, calibration_line, family_bootstrap
from prevention_model.metrics.calibration import slope_from_sums, slope_terms
from prevention_model.metrics.paired import ranking_bootstrap
from prevention_model.pipeline.opening import opened

_STATUTORY = "statutory_escalation"
_LEAST = 100
_SAID = {"ahead": "true hazard, year ahead", "now": "true hazard, on the day",
         "with_siblings": "true hazard, with siblings"}  # fmt: skip


def main() -> None:
    """Print what a run of a county comes to beside the truth."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("county", type=Path)
    asked.add_argument("--run", help="the latest, unless it is named")
    chosen = asked.parse_args()
    _, workspace = opened(chosen.county / "authority.yaml")
    folder = workspace.run(chosen.run) if chosen.run else latest(workspace.run("any").parent)
    people, hazard = people_of(chosen.county), true_hazard(chosen.county)
    for outcome in sorted(path.name for path in (folder / "evidence").iterdir() if path.is_dir()):
        print(f"{outcome}, {folder.name}")
        rows = judged(folder, outcome)
        if outcome == _STATUTORY:
            person = people.reindex(rows["person_id"]).to_numpy()
            days = rows["index_date"].to_numpy()
            rows = rows.assign(**{name: of_rows(hazard, name, person, days) for name in HAZARDS})
        compare(rows)
        zones(rows)
    periods(folder)


def latest(runs: Path) -> Path:
    """The run that was finished last."""
    return max(
        (path for path in runs.iterdir() if (path / "run.json").exists()), key=lambda p: p.stat().st_mtime
    )


def judged(folder: Path, outcome: str) -> pd.DataFrame:
    """The children and dates that judged, with level and outcome, where that is known."""
    rows = pd.read_parquet(folder / "evidence" / outcome / "predictions.parquet")
    return rows[rows["outcome"].notna()].reset_index(drop=True)


def compare(rows: pd.DataFrame) -> None:
    """Area under the curve and average precision of the truth and of the level, and the level's over the truth's."""
    for name in [each for each in HAZARDS if each in rows]:
        there = rows[rows[name].notna()]
        truth, level = (
            ranking_bootstrap(there["family_id"], there["outcome"], there[by]) for by in (name, "level")
        )
        ratio = Resampled.of(level.estimate / truth.estimate, level.draws / truth.draws, 0.95)
        print(f"  {len(there):,} rows, {int(there['outcome'].sum()):,} onsets")
        for said, found in ((_SAID[name], truth), ("level", level), ("level over truth", ratio)):
            print(f"    {said:<26} AUC {_spread(found, 0)}  AP {_spread(found, 1)}")
    if not set(HAZARDS) & set(rows):
        found = ranking_bootstrap(rows["family_id"], rows["outcome"], rows["level"])
        print(
            f"  {len(rows):,} rows, {int(rows['outcome'].sum()):,} onsets; no truth of this outcome is kept"
        )
        print(f"    {'level':<26} AUC {_spread(found, 0)}  AP {_spread(found, 1)}")


def zones(rows: pd.DataFrame) -> None:
    """Calibration in the zones with onsets enough to say, with intervals by family: perfect levels miss 1 and 0 too."""
    for zone, there in rows.groupby("zone"):
        if int(there["outcome"].sum()) >= _LEAST:
            slope, intercept = calibrated(there)
            print(f"  zone {zone}: {int(there['outcome'].sum()):,} onsets  slope {_spread(slope, 1)}  "
                  f"intercept {_spread(intercept, 0)}")  # fmt: skip


def calibrated(rows: pd.DataFrame) -> tuple[Resampled, Resampled]:
    """Resampled by family: intercept and slope fitted together, and the intercept where the slope is held at 1."""
    outcome, level, families = rows["outcome"], rows["level"], rows["family_id"]
    line = calibration_line(outcome, level)
    both = family_bootstrap(
        families, slope_terms(outcome, level, line), lambda sums: slope_from_sums(sums, line)
    )
    held = CalibrationLine(line.in_the_large, 1.0, line.in_the_large)
    sums = slope_terms(outcome, level, held)[:, [0, 2]]
    large = family_bootstrap(families, sums, lambda total: line.in_the_large + total[:, 0] / total[:, 1])
    return both, large


def periods(folder: Path) -> None:
    """Calibration in each period, by every candidate that judged there, as the run has told it."""
    told = pd.read_csv(folder / "periods.csv", keep_default_na=False)
    told = told[(told["zone"] == "") & told["metric"].str.startswith("calibration_")]
    table = told.pivot_table(
        index=["judges_from", "judges_to", "candidate"], columns="metric", values="value"
    )
    for (begins, ends, candidate), said in table.dropna(subset="calibration_slope").iterrows():
        print(f"  {begins} to {ends}  {candidate:<24} slope {said['calibration_slope']:.2f}  "
              f"intercept {said['calibration_intercept']:+.2f}")  # fmt: skip


def _spread(found: Resampled, place: int) -> str:
    return f"{found.estimate[place]:.3f} ({found.lower[place]:.3f} to {found.upper[place]:.3f})"


if __name__ == "__main__":
    main()
