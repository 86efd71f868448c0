"""The workspace on disk: where everything lies, and how a folder appears there whole or not at all."""

import hashlib
import json
import shutil
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from prevention_model.errors import Damaged, RecordsRefused, WrongUsage
from prevention_model.records.delivery import DeliveryReport
from prevention_model.records.on_disk import appearing, is_partial, sweep, write_whole
from prevention_model.records.records import Records

__all__ = ["LINKAGE", "VERSION", "Workspace", "appearing", "open_records", "write_whole"]

VERSION = 1
LINKAGE = "linkage.parquet"
"""How sure the linkage of each person is: person_id, mentions, sources, profiles, match_probability."""

_LOAD_AGAIN = "Load the authority's files again with `prevention-model load`."


@dataclass(frozen=True)
class Workspace:
    """Paths of a workspace folder; see `docs/explanation/architecture.md` for what lies where."""

    folder: Path

    @classmethod
    def create(cls, folder: Path) -> "Workspace":
        """Open the workspace, making it first where there is none. Only its owner may read it (mode 0700)."""
        cls.check(folder)
        marker = folder / "workspace.json"
        if not marker.exists():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
            write_whole(marker, json.dumps({"version": VERSION}).encode())
        return cls.open(folder)

    @classmethod
    def check(cls, folder: Path) -> None:
        """Raise what `create` would, and make nothing: before hours of reading for a folder that cannot be used."""
        if (folder / "workspace.json").exists():
            cls.open(folder)
        elif folder.exists() and any(not is_partial(path) for path in folder.iterdir()):
            raise WrongUsage(
                "The folder holds files but is no workspace.",
                where=str(folder),
                todo="Choose an empty folder.",
            )

    @classmethod
    def open(cls, folder: Path) -> "Workspace":
        """Open a workspace that exists. Raises WrongUsage when there is none, or it is from a newer version."""
        marker = folder / "workspace.json"
        try:
            version = json.loads(marker.read_text(encoding="utf-8"))["version"]
        except FileNotFoundError:
            raise WrongUsage(
                "There is no workspace here.",
                where=str(folder),
                todo="Run `prevention-model load AUTHORITY.yaml` first.",
            ) from None
        except (json.JSONDecodeError, KeyError, TypeError, UnicodeDecodeError):
            raise Damaged(
                "The workspace's marker file cannot be read.",
                where=str(marker),
                todo="Restore the workspace from its backup, or load into an empty folder.",
            ) from None
        if not isinstance(version, int) or version > VERSION:
            raise WrongUsage(
                f"The workspace was written by a newer version (format {version}; this one reads up to {VERSION}).",
                where=str(folder),
                todo="Upgrade prevention-model, or choose another workspace.",
            )
        return cls(folder)

    @property
    def ledger(self) -> Path:
        """The append-only ledger."""
        return self.folder / "ledger.sqlite"

    @property
    def vault(self) -> Path:
        """The identity vault."""
        return self.folder / "vault"

    @property
    def published(self) -> Path:
        """What was printed of each number in every release, against which later ones are held."""
        return self.folder / "published.json"

    @property
    def tracking(self) -> Path:
        """The folder that MLflow writes to."""
        return self.folder / "mlflow"

    def run(self, run_id: str) -> Path:
        """The folder of a finished run."""
        return self.folder / "runs" / run_id

    def release(self, release_id: str) -> Path:
        """The folder of the lists of a release."""
        return self.folder / "releases" / release_id

    def taken_back(self, release_id: str) -> Path:
        """The folder in which the lists of a release that was taken back are kept, as they were."""
        return self.folder / "taken_back" / release_id

    def lists_of(self, release_id: str) -> Path:
        """Where the lists of a release lie as they were given: kept apart, when it was taken back."""
        aside = self.taken_back(release_id)
        return aside if aside.exists() else self.release(release_id)

    def store_records(
        self, records: Records, report: DeliveryReport, beside: Mapping[str, bytes] | None = None
    ) -> str:
        """Write records and the delivery report, then make them the current ones. Returns their fingerprint.

        `beside` are further files about the delivery, by name; LINKAGE among them has a row a person.
        """
        fingerprint = records.fingerprint()
        folder = self.folder / "records" / fingerprint[:16]
        if folder.exists() and not _holds(folder, fingerprint):
            shutil.rmtree(folder)
        if not folder.exists():
            # The same records stored meanwhile by another process are as good.
            with suppress(FileExistsError), appearing(folder) as partial:
                records.write(partial / "tables")
                report.files.to_csv(partial / "files.csv", index=False)
                report.quarantined.to_csv(partial / "quarantine.csv", index=False)
                report.issues.to_csv(partial / "issues.csv", index=False)
                (partial / "delivery.txt").write_text(report.text() + "\n", encoding="utf-8")
                for name, content in (beside or {}).items():
                    (partial / name).write_bytes(content)
                (partial / "fingerprint.txt").write_text(fingerprint, encoding="utf-8")
        self._point_to(folder, fingerprint)
        return fingerprint

    def replace_records(self, records: Records) -> str:
        """Make these records the current ones, with the report of the delivery that the present ones came in."""
        fingerprint = records.fingerprint()
        present, was = self._current()
        if fingerprint == was:
            return fingerprint
        folder = self.folder / "records" / fingerprint[:16]
        if folder.exists() and not _holds(folder, fingerprint):
            shutil.rmtree(folder)
        if not folder.exists():
            with suppress(FileExistsError), appearing(folder) as partial:
                for path in present.iterdir():
                    if path.is_file():
                        shutil.copyfile(path, partial / path.name)
                _only_these_people(partial / LINKAGE, records)
                records.write(partial / "tables")
                (partial / "fingerprint.txt").write_text(fingerprint, encoding="utf-8")
        self._point_to(folder, fingerprint)
        return fingerprint

    def keep_only_current_records(self) -> None:
        """Destroy the records of earlier loads: somebody who has to be forgotten may stand in them."""
        present, _ = self._current()
        for folder in present.parent.iterdir():
            if folder.is_dir() and folder != present and not is_partial(folder):
                shutil.rmtree(folder)

    def records(self, wanted: Mapping[str, Collection[str] | None] | None = None) -> Records:
        """The current records; with `wanted` (see `Records.read`) less of them, in less time and memory.

        Raises RecordsRefused when nothing was loaded yet, Damaged when any table, wanted or not, was altered.
        """
        folder, _ = self._current()
        if _sums(folder / "tables") != self._pointer().get("files"):
            raise Damaged(
                "The stored records are not what was loaded.",
                where=f"records/{folder.name}",
                todo=_LOAD_AGAIN,
            )
        return Records.read(folder / "tables", wanted)

    def certainty(self) -> pd.Series:
        """By person_id, the match probability of the weakest link that holds a person's records together; empty where
        it is not kept. Raises RecordsRefused when nothing was loaded yet."""
        path = self._current()[0] / LINKAGE
        if not path.exists():
            return pd.Series(dtype="float64")
        return pd.read_parquet(path).set_index("person_id")["match_probability"]

    def _point_to(self, folder: Path, fingerprint: str) -> None:
        pointer = {"records": folder.name, "fingerprint": fingerprint, "files": _sums(folder / "tables")}
        write_whole(self.folder / "records" / "current.json", json.dumps(pointer).encode())

    def _current(self) -> tuple[Path, str]:
        """The folder of the current records, and the fingerprint that they should have."""
        current = self._pointer()
        return self.folder / "records" / current["records"], current["fingerprint"]

    def _pointer(self) -> dict[str, Any]:
        """Which records are the current ones: their folder, their fingerprint, and the SHA-256 of each file of them."""
        pointer = self.folder / "records" / "current.json"
        try:
            current = json.loads(pointer.read_text(encoding="utf-8"))
            return {**current, "records": str(current["records"]), "fingerprint": str(current["fingerprint"])}
        except FileNotFoundError:
            raise RecordsRefused(
                "The workspace holds no records yet.",
                where=str(self.folder),
                todo="Run `prevention-model load AUTHORITY.yaml` first.",
            ) from None
        except (ValueError, KeyError, TypeError):
            raise Damaged(
                "It cannot be read which records are the current ones.",
                where="records/current.json",
                todo=_LOAD_AGAIN,
            ) from None

    def sweep(self) -> None:
        """Remove what interrupted commands left half-written; what another command is writing now stays."""
        for name in ("", "records", "runs", "releases", "vault", self.tracking.name):
            sweep(self.folder / name)


def _sums(tables: Path) -> dict[str, str]:
    """The SHA-256 of each stored file; none where there are none."""
    if not tables.is_dir():
        return {}
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(tables.iterdir())}


def _only_these_people(path: Path, records: Records) -> None:
    """Leave out of a table with a row a person those who are in the records no longer."""
    if path.exists():
        table = pd.read_parquet(path)
        kept = np.isin(table["person_id"].to_numpy(), records.frames["person"]["person_id"].to_numpy())
        table[kept].to_parquet(path, index=False)


def _holds(folder: Path, fingerprint: str) -> bool:
    """Whether the stored records are still what they were, so that loading again mends what was altered."""
    try:
        return Records.read(folder / "tables").fingerprint() == fingerprint
    except Damaged:
        return False


def open_records(folder: str | Path) -> Records:
    """The current records of a workspace folder. Raises WrongUsage, RecordsRefused or Damaged.

    >>> open_records("nowhere")
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: There is no workspace here. Where: nowhere. \
What to do: Run `prevention-model load AUTHORITY.yaml` first.
    """
    return Workspace.open(Path(folder)).records()
