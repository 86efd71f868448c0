"""Writing one zone's pack of files, all or none, so that an interruption leaves nothing half made."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from prevention_model.errors import WrongUsage
from prevention_model.lists import manifest as manifests
from prevention_model.lists.flat import header_lines, unranked_lines
from prevention_model.lists.rows import ZoneList
from prevention_model.lists.write_csv import children_csv, header_csv, list_csv
from prevention_model.lists.write_html import page
from prevention_model.lists.write_json import list_json
from prevention_model.lists.write_xlsx import workbook
from prevention_model.pages.document import Bullets, Document, Facts, Section, Table, to_markdown


def write_zone_pack(folder: Path, made: ZoneList) -> dict[str, Any]:
    """Write the list as page, workbook, JSON and CSV, with README.md and manifest.json; return the manifest.

    The same list gives the same bytes. `folder` is made; if it already holds exactly this pack nothing is
    written. Raises WrongUsage when it holds anything else, Damaged when its files were changed.
    """
    files = files_of(made)
    head = made.header
    facts = {
        "list_id": head.list_id,
        "release_id": head.release_id,
        "zone": head.zone_code,
        "made_on": head.run_date.isoformat(),
        "valid_until": head.valid_until.isoformat(),
    }
    content = manifests.manifest(files, facts)
    if folder.exists() and any(folder.iterdir()):
        if check_zone_pack(folder) == content:
            return content
        raise WrongUsage(
            "The folder already holds another list.", where=folder.name, todo="Use a new folder."
        )
    _write(folder, {**files, manifests.NAME: manifests.written(content)})
    return content


def files_of(made: ZoneList) -> dict[str, bytes]:
    """The files of a pack by their names, but for the manifest; the same list gives the same bytes."""
    return {
        "list.html": page(made).encode(),
        "list.xlsx": workbook(made),
        "list.json": list_json(made),
        "list.csv": list_csv(made),
        "children.csv": children_csv(made),
        "header.csv": header_csv(made),
        "README.md": _readme(made).encode(),
    }


def check_zone_pack(folder: Path) -> dict[str, Any]:
    """The manifest of a pack that is as it was written. Raises Damaged."""
    return manifests.check(folder)


def _write(folder: Path, files: dict[str, bytes]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        for name, content in files.items():
            (staging / name).write_bytes(content)
        staging.chmod(0o700)
        if folder.exists():
            folder.rmdir()
        os.replace(staging, folder)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def _readme(made: ZoneList) -> str:
    head = made.header
    return to_markdown(
        Document(
            kind="Zone list",
            title=f"Families to talk about: {head.zone_name}",
            lead=head.purpose_statement,
            sections=(
                Section("About this list", (Facts(tuple(header_lines(head))),)),
                Section("How the order is made", (Bullets(head.rule),)),
                Section(
                    "Who was not ranked",
                    (
                        Table(
                            "Children of this zone who were not ranked",
                            ("Why", "Children"),
                            tuple(unranked_lines(made)),
                            (1,),
                        ),
                    ),
                ),
                Section(
                    "The files",
                    (
                        Facts(
                            (
                                (
                                    "list.html",
                                    "the list to read and to print; names stay closed until opened",
                                ),
                                ("list.xlsx", "the list to work in; write decisions on the sheet Decisions"),
                                ("list.json", "the same for another system, in one file; every field"),
                                ("list.csv, children.csv, header.csv", "the same as tables; every field"),
                                ("manifest.json", "the SHA-256 of each file"),
                            )
                        ),
                    ),
                ),
            ),
        )
    )
