"""A rise beside the truth, in a county of people who do not exist.

    python -m benchmarks.rise [--people 20000] [--seed 11] [--county FOLDER]

Who is said to have risen, and who truly had: a child's true chance of coming to statutory services over the year from
an index date on, by all that is true then, against the same at the earlier date; less what everybody has. Beside it the
same for the chance on the very day. Then a list by rise beside a list by level, of the same number of children at
each date. Intervals are by family. With `--county` a county that was written and loaded before is taken.
"""

import argparse
import tempfile
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.county_truth import people_of, true_hazard
from prevention_model.dataset import Dataset, assemble
from prevention_model.metrics import family_bootstrap
from prevention_model.outcomes import Onset
from prevention_model.outcomes.onset_days import onset_days
from prevention_model.pipeline.load import load
from prevention_model.pipeline.opening import opened
from prevention_model.pipeline.plan import Plan, cohort_of, needed_days, plan_from_files
from prevention_model.pipeline.progress import Silent
from prevention_model.pipeline.retention import retention_of
from prevention_model.pipeline.study import Study, study
from prevention_model.records.honoured import heard
from prevention_model.records.records import Records
from prevention_model.settings.experiment import Experiment
from prevention_model.settings.shipped import shipped
from prevention_model.synthetic import write_county

_BANDS = (0.0, 0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
_MONTH = 30.44


def main() -> None:
    """Write, load, study and compare; print a table each."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--people", type=int, default=20_000)
    asked.add_argument("--seed", type=int, default=11)
    asked.add_argument("--county", type=Path)
    asked.add_argument("--over", help="another length of a rise than the experiment's")
    chosen = asked.parse_args()
    if chosen.county:
        compare(chosen.county, chosen.over)
        return
    with tempfile.TemporaryDirectory() as made:
        county = Path(made) / "county"
        write_county(county, people=chosen.people, seed=chosen.seed)
        load(county / "authority.yaml", Silent())
        compare(county, chosen.over)


def compare(county: Path, over: str | None) -> None:
    """The outcome that ranks, by the shipped experiment, on the records of a county."""
    authority, workspace = opened(county / "authority.yaml")
    plan = plan_from_files(shipped("experiments/county") / "quarterly.yaml", authority)
    plan = replace(plan, outcomes=(plan.first,), experiment=_alone(plan, over))
    records = heard(workspace.records())
    began = time.process_time()
    data = _data(records, plan)
    done = study(data, plan.first, plan)
    print(
        f"features, model, {len(done.refits.models)} refits, rise: {time.process_time() - began:.0f} s of processor"
    )
    held = done.reliability
    print(f"share of changes over {plan.experiment.rise.over} that is own: {held.share:.2f}, "
          f"nine in ten resamples {np.quantile(held.shares, 0.05):.2f} to {np.quantile(held.shares, 0.95):.2f}"
          if held.shares else "nothing tells how reliable a change is")  # fmt: skip
    cases = _cases(data, done, plan, true_hazard(county), people_of(county))
    truly_rose(cases)
    lists(cases, _onsets(records, plan), plan)


def _alone(plan: Plan, over: str | None) -> Experiment:
    """The experiment with nothing but the outcome that ranks."""
    said = plan.experiment.model_dump(mode="json")
    said |= {"outcomes": [plan.first.name]}
    if over:
        said["rise"] |= {"over": over}
    return Experiment.check(said, where="quarterly.yaml")


def _data(records: Records, plan: Plan) -> Dataset:
    cohort = cohort_of(plan.experiment)
    days = needed_days(plan, list(np.array(cohort.index_dates(), dtype="datetime64[D]")))
    members = cohort.members(records, only=[day.astype("datetime64[D]").item() for day in days])
    return assemble(records, members, plan.features, plan.outcomes, retention_of(records, plan.retention))


def _cases(data: Dataset, done: Study, plan: Plan, true: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """One row for each child and date that judged, with what the model says and what was true."""
    members = data.members.iloc[done.test]
    frame = pd.DataFrame(
        {
            "person_id": members["person_id"].to_numpy(),
            "family": members["family_id"].to_numpy(),
            "day": data.days[done.test],
            "level": done.level,
            "rise": done.rise.rise,
            "credibility": done.rise.credibility,
            "onset": done.label,
        }
    )
    person = people.reindex(frame["person_id"])
    for day in np.unique(data.days[done.test]):
        today, earlier = pd.Timestamp(day), pd.Timestamp(plan.before(day))
        rows = np.flatnonzero(data.days[done.test] == day)
        for name in ("ahead", "now"):
            known = (each in true[name] for each in (today, earlier))
            change = true[name][today] - true[name][earlier] if all(known) else None
            if change is not None:
                own = change.reindex(person.iloc[rows].to_numpy()).to_numpy()
                frame.loc[rows, name] = own - np.nanmedian(own)
    return frame


def truly_rose(cases: pd.DataFrame) -> None:
    """Of those with a credibility in a band, the share that truly rose, with its interval."""
    both = cases[cases["rise"].notna() & cases["ahead"].notna()]
    print(
        f"{len(cases):,} cases, {cases['rise'].isna().sum():,} without a rise, {len(both):,} with a known truth"
    )
    fit = {name: np.corrcoef(both["rise"], both[name])[0, 1] for name in ("ahead", "now")}
    print(f"correlation of rise with the truth: {fit['ahead']:.2f} ahead, {fit['now']:.2f} on the day")
    print("credibility      cases   mean   truly rose, year ahead   on the day")
    for low, high in pairwise(_BANDS):
        there = both[(both["credibility"] >= low) & (both["credibility"] < high)]
        if len(there) < 20:
            continue
        shares = " ".join(_share(there["family"], there[name].to_numpy() > 0) for name in ("ahead", "now"))
        print(
            f"{low:.1f} to {min(high, 1.0):.1f}  {len(there):9,}   {there['credibility'].mean():.2f}   {shares}"
        )


def _share(families: pd.Series, hits: np.ndarray) -> str:
    found = family_bootstrap(
        families, np.column_stack([hits, np.ones(len(hits))]), lambda total: total[:, 0] / total[:, 1]
    )
    return f"{found.estimate[0]:.2f} ({found.lower[0]:.2f} to {found.upper[0]:.2f})    "


def lists(cases: pd.DataFrame, onsets: pd.DataFrame, plan: Plan) -> None:
    """First onsets within the horizon that a list by rise and one by level find, and how long before."""
    places = round(sum(plan.capacity.values()) * plan.experiment.split.test_families)
    known = cases[cases["onset"].notna()].copy()
    known["days_to"] = _days_to(known, onsets)
    print(
        f"lists of {places} children at each of {known['day'].nunique()} dates; onsets {int(known['onset'].sum()):,}"
    )
    orders = {
        "level": known["level"],
        "rise": known["rise"].fillna(-np.inf),
        "credibility, then level": known["credibility"].fillna(0).round(1) + known["level"] / 10,
        "level, of the rising": known["level"].where(
            known["credibility"] >= plan.experiment.rise.credible, -1.0
        ),
    }
    by_level = _listed(known, orders["level"], places)
    for name, order in orders.items():
        listed = _listed(known, order, places)
        print(
            f"{name:<24} {_found(known, listed)}; not on the list by level: {_found(known, listed & ~by_level)}"
        )


def _days_to(known: pd.DataFrame, onsets: pd.DataFrame) -> np.ndarray:
    """Days from each index date to the first onset at it or later."""
    asked = known[["person_id", "day"]].assign(
        day=known["day"].astype("datetime64[ns]"), row=np.arange(len(known))
    )
    merged = pd.merge_asof(
        asked.sort_values("day"), onsets, left_on="day", right_on="began", by="person_id", direction="forward"
    ).sort_values("row")
    return ((merged["began"] - merged["day"]).dt.days).to_numpy()


def _onsets(records: Records, plan: Plan) -> pd.DataFrame:
    onset = plan.first.onset
    assert isinstance(onset, Onset)
    person, days = onset_days(records, onset)
    began = pd.to_datetime(days.astype("int64"), unit="D").astype("datetime64[ns]")
    return pd.DataFrame({"person_id": person.to_numpy(), "began": began}).sort_values("began")


def _listed(known: pd.DataFrame, order: pd.Series, places: int) -> np.ndarray:
    rank = order.groupby(known["day"]).rank(ascending=False, method="first")
    return (rank <= places).to_numpy()


def _found(known: pd.DataFrame, listed: np.ndarray) -> str:
    """Each child counts once, with the first date at which it was listed."""
    held = known[listed].sort_values("day").drop_duplicates("person_id")
    if held.empty:
        return "nobody"
    hits = (held["onset"] == 1).to_numpy()
    months = np.where(hits, np.nan_to_num(held["days_to"].to_numpy(dtype=np.float64)) / _MONTH, 0.0)
    found = family_bootstrap(
        held["family"],
        np.column_stack([hits, months, np.ones(len(held))]),
        lambda total: np.column_stack([total[:, 0], total[:, 1] / np.maximum(total[:, 0], 1), total[:, 2]]),
    )
    (count, lead, children), low, high = found.estimate, found.lower, found.upper
    return (
        f"{count:.0f} ({low[0]:.0f} to {high[0]:.0f}) onsets of {children:.0f} children, "
        f"{lead:.1f} ({low[1]:.1f} to {high[1]:.1f}) months before"
    )


if __name__ == "__main__":
    main()
