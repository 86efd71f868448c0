"""The identity vault: names, addresses and identifiers, apart from everything else, for its owner only.

Linkage writes it. A list written after release reads it. Nothing else may import this file, and a test
looks for it.
"""

import contextlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from prevention_model.errors import Damaged
from prevention_model.records.on_disk import partial_file, write_whole

_IDENTITIES = "identities"
_IDENTIFIERS = "identifiers"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_KEY = "pseudonym.key"
_KEY_BYTES = 32


class Vault:
    """A folder of mode 0700 with the key of the pseudonyms, and who stands behind each. Files have mode 0600.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     vault = Vault(Path(folder) / "vault")
    ...     vault.pseudonyms("person", ["upn:U1"]) == vault.pseudonyms("person", ["upn:U1"])
    True
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)

    def pseudonyms(self, kind: str, values: Iterable[str]) -> list[str]:
        """A stable pseudonym for each value, by keyed hash: the same value always gives the same one.

        `kind` keeps people and households apart. 16 hexadecimal digits: among a million people the
        chance that any two share one is about 1 in 37 million.
        """
        key, made = self._key(), []
        for value in values:
            digest = hmac.digest(key, f"{kind}:{value}".encode(), "sha256")
            made.append(kind[0] + digest.hex()[:16])
        return made

    def write(self, identities: pd.DataFrame) -> None:
        """Replace the identities in one step: person_id, identifiers, names, birth_date, address."""
        self.store(_IDENTITIES, identities)

    def read(self) -> pd.DataFrame:
        """Who stands behind each person_id. Raises Damaged when the vault is empty or cannot be read."""
        return self._read(_IDENTITIES)

    def remember(self, identifiers: pd.DataFrame) -> None:
        """Replace what is remembered of identifiers in one step: id_type, value, person_id, one line each."""
        self.store(_IDENTIFIERS, identifiers)

    def remembered(self) -> pd.DataFrame:
        """The identifiers of the last load and whose they were; empty before the first. Raises Damaged."""
        found = self.stored(_IDENTIFIERS)
        if found is None:
            columns = ("id_type", "value", "person_id")
            return pd.DataFrame({name: pd.Series([], dtype="str") for name in columns})
        return found

    def store(self, name: str, frame: pd.DataFrame) -> None:
        """Write the table `name` in one step, in place of the one of that name: the old table or the new one.

        `name` is lower-case letters, digits and underscores. Raises ValueError for another.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     vault = Vault(Path(folder) / "vault")
        ...     vault.store("households", pd.DataFrame({"household_id": ["h1"]}))
        ...     vault.stored("households").household_id.to_list(), vault.stored("streets")
        (['h1'], None)
        """
        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink, compression="zstd")
        write_whole(self._path(name), sink.getvalue().to_pybytes())

    def stored(self, name: str) -> pd.DataFrame | None:
        """The table last stored under `name`, or None where there is none. Raises Damaged, ValueError."""
        return self._read(name) if self._path(name).exists() else None

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a table of the vault")
        return self.folder / f"{name}.parquet"

    def _read(self, name: str) -> pd.DataFrame:
        try:
            found: pd.DataFrame = pq.read_table(self._path(name), partitioning=None).to_pandas()
        except (OSError, ValueError, pa.ArrowException):
            raise Damaged(
                "The identity vault cannot be read.",
                where=f"vault/{name}.parquet",
                todo="Restore the vault from its backup, or load the authority's files again.",
            ) from None
        return found

    def _key(self) -> bytes:
        path = self.folder / _KEY
        if not path.exists():
            self._new_key(path)
        key = path.read_bytes()
        if len(key) != _KEY_BYTES:
            raise _no_key("is not what was written")
        return key

    def _new_key(self, path: Path) -> None:
        if self._path(_IDENTITIES).exists():
            # A new key would give everybody another pseudonym, and nobody would notice.
            raise _no_key("is gone")
        part = partial_file(self.folder, secrets.token_bytes(_KEY_BYTES))
        try:
            with contextlib.suppress(FileExistsError):
                os.link(part, path)  # fails if another process made one first: then theirs is the key
        finally:
            part.unlink()


def _no_key(what: str) -> Damaged:
    return Damaged(
        f"The key of the pseudonyms {what}.",
        where=f"vault/{_KEY}",
        todo="Restore the vault from its backup.",
    )
