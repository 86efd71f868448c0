"""What a page takes for granted: files beside the county, and what stands for RUN, ROW and their like."""

import shutil
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyrage
import yaml

import prevention_model as pm
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VaultKeys
from tests.fixtures.postgresql import postgresql, why_not

NOTHING = "/dev/null"


@dataclass(frozen=True)
class Standing:
    """The county of the tutorial while its lists are out."""

    folder: Path
    run: str
    release: str
    rows: tuple[str, ...]

    @classmethod
    def of(cls, folder: Path) -> "Standing":
        """What stands in a folder."""
        home = next((folder / "workspace" / "releases").iterdir())
        sheet = openpyxl.load_workbook(home / "Z1" / "list.xlsx")["Decisions"]
        numbers = [row[-1].value for row in sheet.iter_rows(min_row=2)]
        return cls(folder, home.name.removesuffix("-shadow"), home.name, tuple(numbers))

    def variables(self) -> dict[str, str]:
        """As pages name them."""
        return {"RUN": self.run, "RELEASE": self.release, "LIST": f"{self.release}-Z1", "ROW": self.rows[0]}

    def vault(self) -> Vault:
        """The identity vault."""
        keys = VaultKeys.parse((self.folder / "keys" / "vault.key").read_text(), where="keys/vault.key")
        return Vault(self.folder / "workspace" / "vault", keys)

    def people(self, id_type: str) -> pd.DataFrame:
        """Identifiers of this type with the pseudonyms that they belong to."""
        known = self.vault().remembered()
        return known[known["id_type"] == id_type]

    def types_in(self, name: str, text: str) -> str:
        """A file from which a command reads what a person would type in."""
        path = self.folder / f"{name}.txt"
        path.write_text(text + "\n", encoding="utf-8")
        return str(path)

    def edit(self, name: str, **changed: Any) -> None:
        """Change settings of a file."""
        path = self.folder / name
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        path.write_text(yaml.safe_dump(content | changed, sort_keys=False), encoding="utf-8")


Scene = Callable[[Standing], dict[str, Any]]


def delivered(standing: Standing) -> dict[str, Any]:
    """A year of a return in the shared drive."""
    shutil.copytree(standing.folder / "files" / "ssda903" / "2024", standing.folder / "returns" / "903_2024")
    return {}


def the_run(standing: Standing) -> dict[str, Any]:
    """Python knows which run it is."""
    return {"names": {"run": standing.run}}


def came_back(standing: Standing) -> dict[str, Any]:
    """A workbook that came back."""
    folder = standing.folder / "returned"
    folder.mkdir()
    shutil.copy(standing.folder / "returned.xlsx", folder)
    return {}


def sealing(standing: Standing) -> dict[str, Any]:
    """A password, the key of a zone's recipient, and a person who may be looked up."""
    password = standing.folder / "password.txt"
    password.write_text("correct horse battery staple, made up\n", encoding="utf-8")
    password.chmod(0o600)
    public = str(pyrage.x25519.Identity.generate().to_public())
    zones = yaml.safe_load((standing.folder / "authority.yaml").read_text(encoding="utf-8"))["zones"]
    standing.edit("authority.yaml", zones=[{**zone, "age_public_key": public} for zone in zones])
    someone = standing.people("upn").iloc[0]
    typed_in = standing.types_in("looked_up", str(someone["value"]))
    return {"variables": {"PSEUDONYM": str(someone["person_id"])}, "stdin": [NOTHING, NOTHING, typed_in]}


def asking(standing: Standing) -> dict[str, Any]:
    """Three people who ask for something; the third is on record as a young carer."""
    people = standing.people("upn")
    said = pm.open_records(standing.folder / "workspace").frames["attribute"]
    carers = said.loc[(said["name"] == "young_carer") & (said["value"] == "true"), "person_id"]
    carer = people[people["person_id"].isin(carers)].iloc[0]
    others = people[people["person_id"] != carer["person_id"]].drop_duplicates("person_id").iloc[:2]
    asked = [*others["value"], carer["value"]]
    return {"stdin": [standing.types_in(f"asked_{number}", str(value)) for number, value in enumerate(asked)]}


def without_keys(standing: Standing) -> dict[str, Any]:
    """No keys yet; and then those that the vault was sealed with."""
    key = standing.folder / "keys" / "vault.key"
    kept = key.with_suffix(".kept")
    key.rename(kept)
    return {"before": {1: lambda: kept.replace(key)}}


def in_a_folder(standing: Standing) -> dict[str, Any]:
    """Records as Parquet files, and who is looked at when."""
    records = pm.open_records(standing.folder / "workspace")
    folder = standing.folder / "records"
    folder.mkdir()
    for name, frame in records.frames.items():
        frame.to_parquet(folder / f"{name}.parquet")
    members = pm.Cohort(every="12 months", start="2022-01-01", end="2024-01-01", ages=(0, 17)).members(
        records
    )
    members.frame[["person_id", "index_date"]].to_parquet(standing.folder / "members.parquet")
    return {}


def somebody_elses(standing: Standing) -> dict[str, Any]:
    """Event data of another maker: here, what was written a moment ago."""
    folder = standing.folder
    return {"before": {1: lambda: shutil.copytree(folder / "export", folder / "somebody_elses_folder")}}


def a_copy(standing: Standing) -> dict[str, Any]:
    """A database for the copy of the ledger: PostgreSQL's where its server is installed, else SQLite's."""
    without = nullcontext(f"sqlite:///{standing.folder / 'copy.sqlite'}")
    return {"lasting": {"LEDGER_COPY": without if why_not() else postgresql()}}


SCENES: dict[str, Scene] = {
    "README.md": delivered,
    "docs/how-to/add-a-source.md": delivered,
    "docs/how-to/checks.md": the_run,
    "docs/how-to/feedback.md": came_back,
    "docs/how-to/meds.md": somebody_elses,
    "docs/how-to/more-children.md": in_a_folder,
    "docs/how-to/postgresql-ledger.md": a_copy,
    "docs/how-to/rights.md": asking,
    "docs/how-to/trace.md": sealing,
    "docs/how-to/vault-keys.md": without_keys,
    "docs/explanation/audit.md": the_run,
}
