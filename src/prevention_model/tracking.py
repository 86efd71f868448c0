"""The only file that imports MLflow: what a run was, what it measured and what it produced.

Nothing about a person goes in: parameters, metrics of many, the model, the report and the card. The
user, the script's path and the machine are overridden, because MLflow would record them.
"""

import logging
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false")

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

_RUN = "prevention.run"
_STATE = "prevention.state"
RELEASED = "released"
"""The alias of the one version of a model that may be used."""
_PARENT = "mlflow.parentRunId"  # by this MLflow shows a run within another


@dataclass(frozen=True)
class Beside:
    """One candidate or rival of a run, recorded as a run within it. `metrics` holds for each day that judged its
    figures by name; the earliest first."""

    name: str
    parameters: Mapping[str, object]
    metrics: Mapping[date, Mapping[str, float]]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Tracking:
    """An MLflow store in a folder of the workspace: SQLite beside its artifacts."""

    folder: Path

    @property
    def address(self) -> str:
        """The tracking address, as `mlflow ui --backend-store-uri` takes it."""
        return f"sqlite:///{self._store.resolve()}"

    def record(
        self,
        run_id: str,
        *,
        experiment: str,
        parameters: Mapping[str, object],
        metrics: Mapping[str, float],
        tags: Mapping[str, str],
        artifacts: Sequence[Path],
        beside: Sequence[Beside] = (),
    ) -> str:
        """Record a finished run, and `beside` as runs within it; recording it again changes nothing. Returns MLflow's
        own run id.

        A run that an interruption left unfinished is marked as killed and recorded afresh.
        """
        from mlflow.entities import Metric, Param, RunTag

        client = self._client()
        experiment_id = self._experiment(client, experiment)
        for found in client.search_runs([experiment_id], f"tags.`{_RUN}` = '{run_id}'"):
            if found.info.status == "FINISHED":
                return str(found.info.run_id)
            client.set_terminated(found.info.run_id, "KILLED")
        run = client.create_run(experiment_id, run_name=run_id, tags=_quiet({**tags, _RUN: run_id}))
        client.log_batch(
            run.info.run_id,
            metrics=[Metric(_slug(name), float(value), 0, 0) for name, value in sorted(metrics.items())],
            params=[Param(_slug(name), str(value)[:500]) for name, value in sorted(parameters.items())],
            tags=[RunTag(_STATE, "audited")],
        )
        for path in artifacts:
            if path.is_dir():
                client.log_artifacts(run.info.run_id, str(path), path.name)
            else:
                client.log_artifact(run.info.run_id, str(path))
        for each in beside:
            self._record_within(client, experiment_id, str(run.info.run_id), each)
        client.set_terminated(run.info.run_id, "FINISHED")
        return str(run.info.run_id)

    def _record_within(self, client: "MlflowClient", experiment_id: str, parent: str, said: Beside) -> None:
        """A nested run: each period is a step, at the time of the day that judged, so that figures draw as lines."""
        from mlflow.entities import Metric, Param

        tags = _quiet({**said.tags, _PARENT: parent})
        run = client.create_run(experiment_id, run_name=said.name, tags=tags)
        client.log_batch(
            run.info.run_id,
            metrics=[
                Metric(_slug(name), float(value), _milliseconds(day), step)
                for step, (day, figures) in enumerate(said.metrics.items())
                for name, value in sorted(figures.items())
            ],
            params=[Param(_slug(name), str(value)[:500]) for name, value in sorted(said.parameters.items())],
        )
        client.set_terminated(run.info.run_id, "FINISHED")

    def mark(self, run_id: str, state: str) -> None:
        """Set the state tag of a recorded run: released, withdrawn and so on."""
        client = self._client()
        everywhere = [found.experiment_id for found in client.search_experiments()]
        for found in client.search_runs(everywhere, f"tags.`{_RUN}` = '{run_id}'"):
            client.set_tag(found.info.run_id, _STATE, state)

    def let_out(self, run_id: str, name: str, tags: Mapping[str, str]) -> None:
        """Register the model of a released run under `name`, with tags, and point the alias `released` at it.

        Called again, as for another stage, it changes the tags of the version that is there. A run that was never
        recorded has nothing to register.
        """
        client, found = self._client(), self._found(run_id)
        if found is None:
            return
        registered = _slug(name)
        if not client.search_registered_models(f"name = '{registered}'"):
            client.create_registered_model(registered)
        known = client.search_model_versions(f"run_id = '{found}'")
        version = (
            known[0] if known else client.create_model_version(registered, f"runs:/{found}/model", found)
        )
        for tag, value in tags.items():
            client.set_model_version_tag(registered, version.version, f"prevention.{tag}", str(value))
        client.set_registered_model_alias(registered, RELEASED, version.version)
        if "certificate" in tags:
            client.set_tag(found, "prevention.certificate", tags["certificate"])

    def take_back(self, run_id: str) -> None:
        """Take the alias `released` from the model of a run that was withdrawn or suspended, if it bears it.

        No earlier version gets it back: whoever loads by alias finds nothing, and asks.
        """
        client, found = self._client(), self._found(run_id)
        for version in client.search_model_versions(f"run_id = '{found}'") if found else []:
            held = client.get_registered_model(version.name).aliases
            if str(held.get(RELEASED)) == str(version.version):
                client.delete_registered_model_alias(version.name, RELEASED)

    def _found(self, run_id: str) -> str | None:
        """MLflow's own id of a recorded run."""
        client = self._client()
        everywhere = [each.experiment_id for each in client.search_experiments()]
        runs = client.search_runs(everywhere, f"tags.`{_RUN}` = '{run_id}'")
        done = [str(each.info.run_id) for each in runs if each.info.status == "FINISHED"]
        return done[0] if done else None

    def _client(self) -> "MlflowClient":
        # Loaded here: MLflow takes seconds to load, and a command that records nothing should not wait for it.
        from mlflow.tracking import MlflowClient

        logging.getLogger("mlflow").setLevel(logging.WARNING)  # it tells of its tables at every new workspace
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self._store.exists():
            self._make_store()
        return MlflowClient(tracking_uri=self.address)

    def _make_store(self) -> None:
        """MLflow makes some sixty tables one by one, and never recovers when it is cut off among them: they are
        made beside, and appear whole. Whoever comes second uses the store of who came first."""
        from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

        partial = self.folder / f".partial-{os.getpid()}-mlflow.db"
        partial.unlink(missing_ok=True)
        made = SqlAlchemyStore(f"sqlite:///{partial.resolve()}", self._artifacts)
        made.engine.dispose()
        with suppress(FileExistsError):
            os.link(partial, self._store)
        partial.unlink()

    @property
    def _artifacts(self) -> str:
        return (self.folder / "artifacts").resolve().as_uri()

    @property
    def _store(self) -> Path:
        return self.folder / "mlflow.db"

    def _experiment(self, client: "MlflowClient", name: str) -> str:
        found = client.get_experiment_by_name(name)
        if found is not None:
            return str(found.experiment_id)
        return str(client.create_experiment(name, artifact_location=self._artifacts))


def _quiet(tags: Mapping[str, str]) -> dict[str, str]:
    """Tags that keep MLflow from recording who ran what from where."""
    hidden = {
        "mlflow.user": "not recorded",
        "mlflow.source.name": "prevention-model",
        "mlflow.source.type": "JOB",
    }
    return {**hidden, **{name: str(value) for name, value in tags.items()}}


def _milliseconds(day: date) -> int:
    """The start of a day as MLflow counts time.

    >>> _milliseconds(date(1970, 1, 2))
    86400000
    """
    return (day - date(1970, 1, 1)).days * 86_400_000


def _slug(name: str) -> str:
    """MLflow refuses `@`, `=` and `(` in names.

    >>> _slug("precision@20 (Z1)")
    'precision_20_Z1'
    """
    return re.sub(r"[^A-Za-z0-9_./ -]+", "_", name).replace(" ", "").strip("_")
