"""A run: records in; scores, reasons, evidence, audit and card out; ending as awaiting sign-off or refused."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from prevention_model.audit import AuditReport, Evidence, audit, save_evidence
from prevention_model.cards import COMPARISON_FILE, MITIGATION_FILE
from prevention_model.cohort import Cohort, Members
from prevention_model.dataset import Dataset, assemble, audit_groups
from prevention_model.errors import WrongUsage
from prevention_model.ledger import Ledger
from prevention_model.model import save_model
from prevention_model.pipeline.arrival import check_recording_delay
from prevention_model.pipeline.choosing import choose
from prevention_model.pipeline.earlier import Earlier
from prevention_model.pipeline.evidence import NOT_LINKED, Linkage, gather, only, with_own_agency
from prevention_model.pipeline.figures import Figures, figures_of
from prevention_model.pipeline.label_bias import check_watching, label_bias
from prevention_model.pipeline.mitigation import mitigation_menu, write_mitigation
from prevention_model.pipeline.near_lists import changes_near_lists, contrasts_near_lists
from prevention_model.pipeline.periods import earlier_periods, frame_of, judged_test
from prevention_model.pipeline.plan import Plan, cohort_of, needed_days, plan_from_files
from prevention_model.pipeline.progress import Progress
from prevention_model.pipeline.retention import retention_of
from prevention_model.pipeline.run_pages import DOCUMENTS, write_run_pages
from prevention_model.pipeline.scoring import reasons_near_lists, score
from prevention_model.pipeline.signing import read_facts
from prevention_model.pipeline.study import Seen, Study, study
from prevention_model.records.honoured import heard
from prevention_model.records.records import Records
from prevention_model.records.workspace import Workspace, appearing
from prevention_model.release import RunFacts, record_audit, record_draft
from prevention_model.settings.authority import Authority
from prevention_model.tracking import Beside, Tracking


@dataclass(frozen=True)
class Result:
    """What a run came to. `folder` holds everything; `report` says passed or refused, and why."""

    run_id: str
    folder: Path
    report: AuditReport
    figures: Figures


@dataclass(frozen=True)
class Told:
    """What may be said of children near a list: `reasons` and strengths, what changed since the earlier date
    (`changes`), and without what each would not be listed (`contrasts`)."""

    reasons: pd.DataFrame
    changes: pd.DataFrame
    contrasts: pd.DataFrame

    def write(self, folder: Path) -> None:
        """One table each."""
        self.reasons.to_parquet(folder / "reasons.parquet", index=False)
        self.changes.to_parquet(folder / "changes.parquet", index=False)
        self.contrasts.to_parquet(folder / "contrasts.parquet", index=False)


@dataclass(frozen=True)
class Made:
    """What was made in memory, before anything is written.

    `report` is about all outcomes that rank, whose scores may be released together. `beside` are reports about the
    other outcomes: shown on their cards, and nothing of them is released.
    """

    data: Dataset
    studies: tuple[Study, ...]
    evidence: Evidence
    report: AuditReport
    beside: dict[str, AuditReport]
    scores: pd.DataFrame
    told: Told
    figures: Figures
    members: Members
    menu: dict[str, Any] | None


def run(experiment_path: Path, workspace: Workspace, authority: Authority, progress: Progress) -> Result:
    """Run an experiment of an authority on the current records of its workspace."""
    workspace.sweep()
    plan = plan_from_files(experiment_path, authority)
    records = workspace.records()
    return run_plan(records, plan, workspace, progress, authority)


def run_plan(
    records: Records, plan: Plan, workspace: Workspace, progress: Progress, authority: Authority | None = None
) -> Result:
    """Run a plan and keep the result. Running the same plan on the same records again changes nothing."""
    run_id = _run_id(records, plan)
    folder = workspace.run(run_id)
    ledger = Ledger(workspace.ledger)
    if not folder.exists():
        made = make(records, plan, progress, _linkage(ledger, workspace))
        with progress.step("Writing the run"), appearing(folder) as partial:
            earlier = Earlier.of(workspace, ledger, plan.experiment.name, plan.experiment.ranking, run_id)
            _write(partial, run_id, records, plan, made, authority, earlier)
    facts = read_facts(folder)
    record_draft(ledger, run_id, facts.author, ledger.today(), facts.experiment)
    record_audit(ledger, facts, ledger.today())
    figures = Figures.read(folder / "figures.json")
    with progress.step("Recording the run in MLflow"):
        _track(workspace, folder, facts, plan, figures)
    return Result(run_id, folder, AuditReport.from_json((folder / "report.json").read_text()), figures)


def make(records: Records, plan: Plan, progress: Progress, linkage: Linkage = NOT_LINKED) -> Made:
    """The whole of a run in memory, in the order of the data. Nothing that objectors did is seen."""
    records = heard(records)
    check_recording_delay(records, plan)
    check_watching(plan)
    plan.check_groups()
    with progress.step("Choosing the children"):
        members = _members(records, plan)
    retention = retention_of(records, plan.retention)
    with progress.step("Building features and outcomes"):
        data = assemble(records, members, plan.features, plan.outcomes, retention)
        groups = audit_groups(records, data.members, plan.experiment.groups, retention)
    periods: list[dict[str, Any]] = []
    choice = choose(plan, ())
    seen: tuple[Seen, ...] = ()
    if plan.experiment.split.periods:
        with progress.step("Judging earlier periods"):
            periods, choice, seen = earlier_periods(records, data, plan)
    studies = []
    with progress.steps("Fitting models", plan.outcomes) as outcomes:
        for outcome in outcomes:
            # What the first outcome chose serves for all that rank; what was seen of it is its own.
            chosen = choice.candidate if outcome in plan.ranking else None
            studies.append(study(data, outcome, plan, chosen, seen if outcome == plan.first else ()))
    ranked = [each for each in studies if each.outcome in plan.ranking]
    if plan.experiment.split.periods:
        (first,) = (each for each in ranked if each.outcome == plan.first)
        periods.append(judged_test(records, data, plan, first))
    with progress.step("Scoring and explaining"):
        scores = score(data, studies, plan)
        told = Told(
            reasons_near_lists(records, data, scores, ranked, plan),
            changes_near_lists(data, scores, ranked, plan),
            contrasts_near_lists(data, scores, ranked, plan),
        )
    with progress.step("Gathering evidence"):
        evidence = gather(records, data, groups, studies, plan, linkage, retention, told.reasons)
    with progress.step("Looking at who is watched"):
        watching = label_bias(records, data, evidence, studies, plan)
    evidence = with_own_agency(evidence, watching)
    with progress.step("Auditing"):
        report = audit(only(evidence, *plan.experiment.ranking), plan.policy)
        beside = {each: audit(only(evidence, each), plan.policy) for each in plan.not_ranking}
    menu = None
    if plan.experiment.mitigation:
        with progress.step("Pricing what may be done about gaps"):
            menu = mitigation_menu(data, studies, evidence, groups, plan)
    return Made(
        data=data,
        studies=tuple(studies),
        evidence=evidence,
        report=report,
        beside=beside,
        scores=scores,
        told=told,
        figures=figures_of(evidence, studies, data, plan, periods, choice, watching, scores),
        members=members,
        menu=menu,
    )


def _members(records: Records, plan: Plan) -> Members:
    """The members at the index dates that are needed, and the steps that left others out at these very dates."""
    cohort = cohort_of(plan.experiment) if plan.members is None else plan.members
    days = (
        np.array(cohort.index_dates(), dtype="datetime64[D]")
        if isinstance(cohort, Cohort)
        else cohort.frame["index_date"].to_numpy(dtype="datetime64[D]")
    )
    if np.datetime64(plan.experiment.score_on) not in days:
        raise WrongUsage(
            f"score_on ({plan.experiment.score_on}) is not an index date of the cohort.",
            where="score_on",
            todo="Choose one of its index dates; the last one is " + str(days.max()) + ".",
        )
    needed = needed_days(plan, list(np.unique(days)))
    if isinstance(cohort, Cohort):
        return cohort.members(records, only=[day.astype("datetime64[D]").item() for day in needed])
    return Members(cohort.frame[np.isin(days, needed)].reset_index(drop=True))


def _run_id(records: Records, plan: Plan) -> str:
    """The same records, plan and code give the same run."""
    content = {
        "records": records.fingerprint(),
        "experiment": plan.experiment.digest(),
        "policy": plan.policy.digest(),
        "features": [repr(feature) for feature in plan.features],
        "outcomes": [repr(outcome) for outcome in plan.outcomes],
        "capacity": dict(plan.capacity),
        "retention": {source: [kept.length, dict(kept.by_kind)] for source, kept in plan.retention.items()},
        "code": plan.code_version,
    }
    return "run-" + hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def _linkage(ledger: Ledger, workspace: Workspace) -> Linkage:
    loads = ledger.entries(kind="loaded")
    # Without a load the records came from elsewhere, and nobody linked them here.
    return Linkage(dict(loads[-1].body["linkage"]), workspace.certainty()) if loads else NOT_LINKED


def _write(
    folder: Path,
    run_id: str,
    records: Records,
    plan: Plan,
    made: Made,
    authority: Authority | None,
    earlier: Earlier,
) -> None:
    ranks = made.scores["outcome"].isin(plan.experiment.ranking)
    made.scores[ranks].to_parquet(folder / "scores.parquet", index=False)
    made.scores[~ranks].to_parquet(folder / "other_scores.parquet", index=False)
    made.told.write(folder)
    made.members.left_out.to_csv(folder / "left_out.csv", index=False)
    made.members.left_out_by_date.to_csv(folder / "left_out_by_date.csv", index=False)
    (folder / "report.json").write_text(made.report.to_json(), encoding="utf-8")
    policy = yaml.safe_dump(plan.policy.model_dump(mode="json"), sort_keys=False)
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    experiment = yaml.safe_dump(plan.experiment.model_dump(mode="json"), sort_keys=False)
    (folder / "experiment.yaml").write_text(experiment, encoding="utf-8")
    made.figures.write(folder / "figures.json")
    if "periods" in (said := made.figures.outcomes[plan.first.name]):
        frame_of(said["periods"]).to_csv(folder / "periods.csv", index=False)
    for each in made.studies:
        save_model(each.model, folder / "model" / each.outcome.name)
    save_evidence(made.evidence, folder / "evidence")
    said = {
        "run_id": run_id,
        "author": plan.experiment.author,
        "experiment": plan.experiment.name,
        "created": pd.Timestamp.now("UTC").date().isoformat(),
        "records_hash": records.fingerprint(),
        "outcomes": {each.name: each.short for each in plan.ranking},
        "horizon": plan.first.follow_up.horizon,
        "index_date": plan.experiment.score_on.isoformat(),
        "code_version": plan.code_version,
    }
    (folder / "run.json").write_text(json.dumps(said, indent=1), encoding="utf-8")
    write_mitigation(folder, said, made.menu)
    reports = {**dict.fromkeys(plan.experiment.ranking, made.report), **made.beside}
    write_run_pages(
        folder,
        said,
        plan,
        made.evidence,
        reports,
        made.figures,
        made.members.left_out,
        authority,
        made.menu,
        earlier,
    )


def _track(workspace: Workspace, folder: Path, facts: RunFacts, plan: Plan, figures: Figures) -> None:
    experiment = plan.experiment
    periods = experiment.split.model_dump()["periods"]
    parameters = {
        "outcomes": ",".join(experiment.outcomes),
        "ranking": ",".join(experiment.ranking),
        "features": len(plan.features),
        "score_on": experiment.score_on,
        **{
            f"split.{name}": value for name, value in experiment.split.model_dump(exclude={"periods"}).items()
        },
        **{f"split.periods.{name}": value for name, value in (periods or {}).items()},
        **{f"model.{name}": value for name, value in experiment.model.model_dump().items()},
    }
    tags = {
        "verdict": facts.verdict,
        "failed_checks": ",".join(facts.failed_checks) or "none",
        "report_hash": facts.report_hash,
        "policy_hash": facts.policy_hash,
        "records_hash": facts.records_hash,
        "code_version": plan.code_version,
    }
    named = (
        "model",
        "report.json",
        "report.html",
        *DOCUMENTS,
        COMPARISON_FILE,
        MITIGATION_FILE,
        "policy.yaml",
        "periods.csv",
    )
    pages = [folder / name for name in named]
    Tracking(workspace.tracking).record(
        facts.run_id,
        experiment=experiment.name,
        parameters=parameters,
        metrics=figures.flat(),
        tags=tags,
        artifacts=[path for path in pages if path.exists()],
        beside=_beside(figures.outcomes[plan.first.name]),
    )


def _beside(said: Mapping[str, Any]) -> list[Beside]:
    """Every candidate and rival with its figures by period, as tracking takes them."""
    choice, periods = said["choice"], said.get("periods", ())
    names = dict.fromkeys(name for held in periods for name in held["candidates"])
    return [
        Beside(
            name=name,
            parameters=choice["settings"].get(name, {}),
            metrics={
                date.fromisoformat(held["judges"][0]): held["candidates"][name]["whole"]
                for held in periods
                if name in held["candidates"]
            },
            tags={
                "prevention.kind": "candidate" if name in choice["settings"] else "rival",
                "prevention.chosen": str(name == choice["chosen"]).lower(),
            },
        )
        for name in names
    ]
