"""What a pack of files holds: the SHA-256 of each, so that a changed or missing file is noticed."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prevention_model.errors import Damaged, ReleaseRefused, listed

NAME = "manifest.json"
TAKEN_BACK = "taken_back"
"""In a manifest: that the list which lay here is withdrawn or suspended, and only says so."""


def manifest(files: Mapping[str, bytes], facts: Mapping[str, str]) -> dict[str, Any]:
    """Facts about the pack and the SHA-256 of each file.

    >>> manifest({"a.txt": b""}, {"list_id": "L1"})["files"]["a.txt"][:8]
    'e3b0c442'
    """
    return {**facts, "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}}


def written(content: Mapping[str, Any]) -> bytes:
    """The manifest as the bytes of its file; the same content gives the same bytes."""
    return (json.dumps(content, indent=2, sort_keys=True, ensure_ascii=True) + "\n").encode()


def check(folder: Path) -> dict[str, Any]:
    """The manifest of a folder whose files are as written. Raises Damaged and names those that are not, and
    ReleaseRefused where the list was taken back."""
    try:
        content: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        sums: dict[str, str] = dict(content["files"])
    except (OSError, ValueError, KeyError, TypeError):
        raise Damaged(
            "The pack has no readable manifest.", where=folder.name, todo="Release it again."
        ) from None
    held = {path.name for path in folder.iterdir()} - {NAME}
    wrong = [name for name in sorted(sums) if name not in held or _sum(folder / name) != sums[name]]
    wrong += sorted(held - set(sums))
    if wrong:
        raise Damaged(
            f"Files are not as they were written: {listed(wrong)}.",
            where=folder.name,
            todo="Release them again.",
        )
    if TAKEN_BACK in content:
        raise ReleaseRefused(
            f"The list is {content[TAKEN_BACK]}.",
            where=str(content.get("list_id", folder.name)),
            todo="Use no copy of it. What it said is kept with the authority's records.",
        )
    return content


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
