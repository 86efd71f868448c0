"""Real people through the same pipeline: who withdraws from an Open University module?

Trains on the presentations of 2013, judges on those of 2014, on three days of a presentation. Nobody who
stands in 2014 teaches. Prints our figures beside simple quick baselines, and writes a run with audit and card for
each day. Nothing of it can be released: no authority, no zone and no coordinator stand behind it.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from features import features, outcome
from records import OpenUniversity, read

import prevention_model as pm
from prevention_model.ledger import Ledger
from prevention_model.pipeline.plan import Papers, Plan
from prevention_model.pipeline.progress import progress_for
from prevention_model.pipeline.retention import Agreed
from prevention_model.pipeline.run import Result, run_plan
from prevention_model.records.workspace import Workspace
from prevention_model.settings.experiment import Experiment
from prevention_model.settings.policy import DEFAULT_POLICY, Policy

HERE = Path(__file__).parent
ROWS = ((0, 28), (28, 56), (56, 84))
MARKS = {0: (0.748, 0.221, 0.256, 0.299), 28: (0.704, 0.169, 0.201, 0.277), 56: (0.690, 0.179, 0.215, 0.246)}
"""Quick baselines on the same split, no tuning: AUC, average precision, precision and recall at a tenth."""


def run_days(folder: Path, out: Path, days: Sequence[int], quiet: bool) -> str:
    """Run some of the days; returns the table of figures."""
    data = read(folder)
    return table({day: run_day(data, day, end, out, quiet) for day, end in ROWS if day in days})


def run_day(data: OpenUniversity, day: int, horizon: int, out: Path, quiet: bool) -> Result:
    """One run: what was known at the end of `day`, and withdrawal in the `horizon` days after it."""
    members = enrolled(data, day)
    workspace = Workspace.create(out / f"day_{day}")
    if not workspace.ledger.exists():
        Ledger.create(workspace.ledger)
    plan = Plan(
        experiment=experiment(members, day),
        policy=policy(),
        features=tuple(features()),
        outcomes=(outcome(horizon),),
        capacity=dict.fromkeys(sorted(members["zone"].unique()), 20),
        papers={
            "open_university": Papers("Published, anonymised at source, CC BY 4.0", "none: published data")
        },
        retention={"open_university": Agreed(None, {})},
        members=pm.Cohort.from_frame(members),
    )
    return run_plan(data.records, plan, workspace, progress_for(quiet))


def enrolled(data: OpenUniversity, day: int) -> pd.DataFrame:
    """Enrolments that were registered, and not ended, at the end of `day`; index date is the day after."""
    known = data.enrolments
    active = known[(known["date_registration"] <= day) & ~(known["date_unregistration"] <= day)]
    return pd.DataFrame(
        {
            "person_id": active["person_id"],
            "index_date": active["start"] + pd.Timedelta(days=day + 1),
            "household_id": active["family_id"],
            "zone": active["region"],
        }
    ).reset_index(drop=True)


def experiment(members: pd.DataFrame, day: int) -> Experiment:
    """The experiment of one day, from the YAML beside this file with its dates filled in."""
    said: dict[str, Any] = yaml.safe_load((HERE / "experiment.yaml").read_text(encoding="utf-8"))
    dates = sorted(found.date() for found in members["index_date"].unique())
    taught = [found for found in dates if found < date(2014, 1, 1)]
    judged = [found for found in dates if found not in taught]
    periods = {"fit_start": taught[0], "fit_end": taught[-1], "test_start": judged[0], "test_end": judged[-1]}
    said["name"] = f"open_university_day_{day}"
    said["split"] |= periods
    said["score_on"] = judged[-1]
    said["cohort"] |= {"start": dates[0], "end": dates[-1]}
    return Experiment.check(said, where="experiment.yaml")


def policy() -> Policy:
    """The shipped policy, with the groups and rivals that this data set has."""
    said = yaml.safe_load(DEFAULT_POLICY.read_text(encoding="utf-8"))
    said |= yaml.safe_load((HERE / "policy.yaml").read_text(encoding="utf-8"))
    return Policy.check(said, where="policy.yaml")


def table(results: dict[int, Result]) -> str:
    """Our figures beside the marks, as text."""
    head = ("day", "rows", "base rate", "", "AUC", "AP", "P@10%", "R@10%", "slope")
    lines = ["{:>3} {:>7} {:>9} {:<20} {:>6} {:>6} {:>6} {:>6} {:>6}".format(*head)]
    for day, result in results.items():
        said = result.figures.outcomes["withdrawal"]
        rows = {"this model": said["model"], **said["rivals"]}
        for name, held in rows.items():
            figures = (
                held["auc"],
                held["average_precision"],
                held["precision_at_tenth"],
                held["recall_at_tenth"],
            )
            slope = f"{held['calibration_slope']:6.2f}" if "calibration_slope" in held else ""
            lines.append(_line(day, said, name, figures) + f" {slope}")
        lines.append(_line(day, said, "quick baselines", MARKS[day]))
        verdict = result.report.verdict
        lines.append(
            f"    audit: {verdict}" + "".join(f"\n      {reason}" for reason in result.report.reasons)
        )
        lines.append(f"    card: {result.folder / 'card.html'}")
    return "\n".join(lines)


def _line(day: int, said: dict[str, Any], name: str, figures: tuple[float, ...]) -> str:
    shown = " ".join(f"{figure:6.3f}" for figure in figures)
    return f"{day:>3} {said['rows']:>7,} {said['base_rate']:>9.3f} {name:<20} {shown}"
