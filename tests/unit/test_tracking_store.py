"""Tracking: a run is recorded once, whole, and says nothing of who ran it where."""

import getpass
import os
import shutil
import sqlite3
import sys
from datetime import date
from pathlib import Path

import pytest
from mlflow.entities import Run
from mlflow.telemetry.utils import is_telemetry_disabled
from mlflow.tracking import MlflowClient

from prevention_model.tracking import RELEASED, Beside, Tracking

pytestmark = pytest.mark.xdist_group(
    "tracking"
)  # what its tests share is made once, not once for each worker


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new database takes MLflow seconds, so it is made once and copied."""
    made = tmp_path_factory.mktemp("empty")
    Tracking(made)._client()
    return made / "mlflow.db"


@pytest.fixture
def tracking(empty_store: Path, tmp_path: Path) -> Tracking:
    folder = tmp_path / "workspace"
    folder.mkdir()
    shutil.copy(empty_store, folder / "mlflow.db")
    return Tracking(folder)


def record(tracking: Tracking, run_id: str = "run-1", **change: object) -> str:
    said: dict = {
        "experiment": "county",
        "parameters": {"trees": 250, "split": {"test_families": 0.5}},
        "metrics": {"precision@20 (Z1)": 0.25, "care.model.auc": 0.75},
        "tags": {"author": "County analyst"},
        "artifacts": [],
    }
    return tracking.record(run_id, **(said | change))


def runs(tracking: Tracking) -> list[Run]:
    client = MlflowClient(tracking_uri=tracking.address)
    return list(client.search_runs([found.experiment_id for found in client.search_experiments()]))


def test_what_was_recorded_can_be_read_back(tracking: Tracking, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "trees.txt").write_text("trees")
    (tmp_path / "card.md").write_text("# Card")
    found = record(tracking, artifacts=[tmp_path / "model", tmp_path / "card.md"])
    (run,) = runs(tracking)
    assert (run.info.run_id, run.info.run_name, run.info.status) == (found, "run-1", "FINISHED")
    assert run.data.params == {"trees": "250", "split": "{'test_families': 0.5}"}
    assert run.data.metrics == {"precision_20_Z1": 0.25, "care.model.auc": 0.75}
    assert run.data.tags["prevention.state"] == "audited"
    assert run.data.tags["author"] == "County analyst"
    kept = {str(path.relative_to(tracking.folder)) for path in tracking.folder.rglob("*.*") if path.is_file()}
    assert {path.split("artifacts/", 2)[-1] for path in kept if "artifacts" in path} == {
        "model/trees.txt",
        "card.md",
    }


def test_recording_it_again_changes_nothing(tracking: Tracking) -> None:
    first = record(tracking)
    again = record(tracking, metrics={"care.model.auc": 0.1}, tags={"author": "Somebody else"})
    assert first == again
    (run,) = runs(tracking)
    assert run.data.metrics["care.model.auc"] == 0.75
    assert run.data.tags["author"] == "County analyst"


def test_a_run_that_was_interrupted_is_recorded_afresh(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(MlflowClient, "log_batch", power_cut)
        with pytest.raises(KeyboardInterrupt):
            record(tracking)
    assert [run.info.status for run in runs(tracking)] == ["RUNNING"]
    finished = record(tracking)
    states = {run.info.run_id: run.info.status for run in runs(tracking)}
    assert sorted(states.values()) == ["FINISHED", "KILLED"]
    assert states[finished] == "FINISHED"
    assert record(tracking) == finished


def test_two_runs_and_two_experiments_stand_side_by_side(tracking: Tracking) -> None:
    record(tracking)
    record(tracking, "run-2")
    record(tracking, "run-3", experiment="leaky")
    assert sorted(run.info.run_name for run in runs(tracking)) == ["run-1", "run-2", "run-3"]
    assert len({run.info.experiment_id for run in runs(tracking)}) == 2


def test_a_mark_reaches_its_own_run_only(tracking: Tracking) -> None:
    record(tracking)
    record(tracking, "run-2", experiment="leaky")
    tracking.mark("run-2", "released")
    tracking.mark("run-of-nobody", "released")
    states = {run.info.run_name: run.data.tags["prevention.state"] for run in runs(tracking)}
    assert states == {"run-1": "audited", "run-2": "released"}


def test_neither_user_nor_script_nor_commit_is_recorded(tracking: Tracking) -> None:
    record(tracking)
    (run,) = runs(tracking)
    assert run.data.tags["mlflow.user"] == "not recorded"
    assert run.data.tags["mlflow.source.name"] == "prevention-model"
    assert not [tag for tag in run.data.tags if "git" in tag]
    assert run.info.user_id in (None, "", "unknown", "not recorded")
    said = " ".join([*run.data.tags, *run.data.tags.values(), *run.data.params.values()])
    for hidden in (sys.argv[0], str(Path.home()), str(tracking.folder)):
        assert hidden not in said
    with sqlite3.connect(tracking.folder / "mlflow.db") as database:
        users = {row[0] for row in database.execute("select user_id from runs")}
    database.close()
    assert getpass.getuser() not in users


def test_names_that_mlflow_refuses_and_numbers_that_are_none_are_taken(tracking: Tracking) -> None:
    record(
        tracking,
        metrics={"recall@10%": 0.5, "a=b": 1.0, "auc (Harbour & Downs)": 0.5, "nothing": float("nan")},
        parameters={"groups[0]": "x" * 2000},
    )
    (run,) = runs(tracking)
    assert set(run.data.metrics) == {"recall_10", "a_b", "auc_Harbour_Downs", "nothing"}
    assert run.data.metrics["nothing"] != run.data.metrics["nothing"]
    assert run.data.params == {"groups_0": "x" * 500}


def test_candidates_are_runs_within_the_run_with_a_step_for_each_period(tracking: Tracking) -> None:
    metrics = {date(2022, 1, 1): {"auc": 0.7}, date(2022, 7, 1): {"auc": 0.75, "lift @5%": 3.0}}
    beside = [Beside("stumps", {"leaves": 2}, metrics, {"prevention.chosen": "true"})]
    parent = record(tracking, beside=beside)
    assert record(tracking, beside=beside) == parent
    tracking.mark("run-1", "released")
    (within,) = (run for run in runs(tracking) if run.info.run_name == "stumps")
    assert within.data.tags["mlflow.parentRunId"] == parent
    assert within.data.tags["mlflow.user"] == "not recorded"
    assert (within.data.params, within.info.status) == ({"leaves": "2"}, "FINISHED")
    client = MlflowClient(tracking_uri=tracking.address)
    history = client.get_metric_history(within.info.run_id, "auc")
    day = 1_640_995_200_000
    assert [(each.step, each.value) for each in history] == [(0, 0.7), (1, 0.75)]
    assert history[0].timestamp == day
    assert within.data.metrics["lift_5"] == 3.0
    assert {run.info.run_name for run in runs(tracking)} == {"run-1", "stumps"}


TAGS = {"stage": "shadow", "certificate": "C-1", "report_hash": "ab" * 32, "expires": "2027-03-01"}


def released(tracking: Tracking, name: str = "county") -> str | None:
    """The run whose model bears the alias, if one does."""
    client = MlflowClient(tracking_uri=tracking.address)
    held = client.get_registered_model(name).aliases
    if RELEASED not in held:
        return None
    return str(client.get_run(client.get_model_version_by_alias(name, RELEASED).run_id).info.run_name)


def test_no_model_is_registered_before_it_is_released(tracking: Tracking) -> None:
    record(tracking)
    assert MlflowClient(tracking_uri=tracking.address).search_registered_models() == []


def test_the_alias_leads_to_the_released_model_and_what_let_it_out(
    tracking: Tracking, tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "trees.txt").write_text("trees")
    found = record(tracking, artifacts=[tmp_path / "model"])
    tracking.let_out("run-1", "county", TAGS)
    client = MlflowClient(tracking_uri=tracking.address)
    version = client.get_model_version_by_alias("county", RELEASED)
    assert version.tags == {f"prevention.{name}": value for name, value in TAGS.items()}
    assert (version.run_id, version.user_id) == (found, None)
    assert client.get_run(found).data.tags["prevention.certificate"] == "C-1"
    assert client.get_model_version_download_uri("county", version.version) == f"runs:/{found}/model"


def test_another_stage_of_the_same_run_is_the_same_version(tracking: Tracking) -> None:
    record(tracking)
    tracking.let_out("run-1", "county", TAGS)
    tracking.let_out("run-1", "county", TAGS | {"stage": "pilot"})
    client = MlflowClient(tracking_uri=tracking.address)
    (version,) = client.search_model_versions("name = 'county'")
    assert version.tags["prevention.stage"] == "pilot" and released(tracking) == "run-1"


def test_what_is_taken_back_bears_the_alias_no_longer_and_no_earlier_one_gets_it(tracking: Tracking) -> None:
    for run_id in ("run-1", "run-2"):
        record(tracking, run_id)
        tracking.let_out(run_id, "county", TAGS)
    assert released(tracking) == "run-2"
    tracking.take_back("run-1")
    assert released(tracking) == "run-2"
    tracking.take_back("run-2")
    tracking.take_back("run-2")
    assert released(tracking) is None


def test_a_run_that_was_never_recorded_has_no_model(tracking: Tracking) -> None:
    record(tracking)
    tracking.let_out("run-of-nobody", "county", TAGS)
    tracking.take_back("run-of-nobody")
    assert MlflowClient(tracking_uri=tracking.address).search_registered_models() == []


def test_the_whole_store_names_no_user_and_no_path_but_where_its_own_files_lie(tracking: Tracking) -> None:
    record(tracking, beside=[Beside("stumps", {"leaves": 2}, {date(2022, 1, 1): {"auc": 0.7}}, {})])
    tracking.let_out("run-1", "county", TAGS)
    its_own = {"artifact_uri", "artifact_location", "storage_location"}
    with sqlite3.connect(tracking.folder / "mlflow.db") as database:
        tables = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
        said = []
        for table in tables:
            rows = database.execute(f'select * from "{table}"')
            kept = [n for n, column in enumerate(rows.description) if column[0] not in its_own]
            said += [str(row[n]) for row in rows for n in kept]
    database.close()
    assert "run-1" in said
    for hidden in (getpass.getuser(), str(Path.home()), str(tracking.folder), str(Path.cwd()), sys.argv[0]):
        assert not [text for text in said if hidden == text or (len(hidden) > 4 and hidden in text)], hidden


def test_telemetry_is_off() -> None:
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert is_telemetry_disabled()
