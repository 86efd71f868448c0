"""Who is on the lists of a release: a record beside the packs, which the ledger vouches for and no coordinator gets."""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from prevention_model.errors import Damaged, WrongUsage
from prevention_model.ledger import Ledger
from prevention_model.records.on_disk import write_whole
from prevention_model.records.workspace import Workspace

LISTED = "key.parquet"
"""The record in a release's folder; its columns are `lists.rows.KEY`, a row a child."""

CONTENTS = "contents.json"
"""The SHA-256 of everything in a release's folder; the ledger has that of this file."""


def write_listed(folder: Path, listed: Sequence[pd.DataFrame]) -> None:
    """Keep who is on the lists of all zones, for the owner of the workspace only (mode 0600)."""
    content = io.BytesIO()
    pd.concat(listed, ignore_index=True).to_parquet(content, index=False)
    write_whole(folder / LISTED, content.getvalue())


def contents_hash(contents: Mapping[str, str]) -> str:
    """One SHA-256 over those of everything in a release's folder.

    >>> contents_hash({"a": "1", "b": "2"}) == contents_hash({"b": "2", "a": "1"})
    True
    """
    return hashlib.sha256(_written(contents)).hexdigest()


def write_contents(folder: Path, contents: Mapping[str, str]) -> str:
    """Keep the SHA-256 of everything in a release's folder; returns the one that the ledger records."""
    write_whole(folder / CONTENTS, _written(contents))
    return contents_hash(contents)


def kept_hash(folder: Path) -> str:
    """The SHA-256 of the file that `write_contents` wrote, or nothing where there is none."""
    path = folder / CONTENTS
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def listed_in(workspace: Workspace, release_id: str) -> pd.DataFrame:
    """The children on the lists of a release, a row a child: columns as `lists.rows.KEY`. Also of one that was
    taken back: whoever was on a void list has a right to know.

    Raises WrongUsage when nothing was released under that number, Damaged when the record is not the one that the
    ledger vouches for.
    """
    entries = [
        each for each in Ledger(workspace.ledger).entries("released") if each.body["release_id"] == release_id
    ]
    if not entries:
        raise WrongUsage(
            "There is no such release.",
            where=release_id,
            todo="`prevention-model status` shows the releases.",
        )
    folder = workspace.lists_of(release_id)
    try:
        contents, listed = (folder / CONTENTS).read_bytes(), (folder / LISTED).read_bytes()
    except OSError:
        raise _changed(release_id) from None
    if hashlib.sha256(contents).hexdigest() != entries[0].body["manifest"]:
        raise _changed(release_id)
    if hashlib.sha256(listed).hexdigest() != json.loads(contents)[LISTED]:
        raise _changed(release_id)
    return pd.read_parquet(io.BytesIO(listed))


def _written(contents: Mapping[str, str]) -> bytes:
    return json.dumps(contents, sort_keys=True).encode()


def _changed(release_id: str) -> Damaged:
    return Damaged(
        "Who is on the lists of this release is not as the ledger records it.",
        where=f"release {release_id}",
        todo="Restore the folder of the release from a backup, and find out who changed it.",
    )
