"""The identity vault: names, addresses and identifiers, sealed, apart from everything else, for its owner only.

Linkage writes it. A list written after release reads it. Nothing else may import this file, and a test
looks for it.
"""

import hmac
import re
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from prevention_model.errors import Damaged, WrongUsage
from prevention_model.records.on_disk import locked, write_whole
from prevention_model.records.sealed import NotSealed, OtherKey, seal, sealed_by, unseal
from prevention_model.records.vault_keys import VaultKeys, key_number

_IDENTITIES = "identities"
_IDENTIFIERS = "identifiers"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SUFFIX = ".sealed"
_NUMBER = "key_number"


class Vault:
    """A folder of mode 0700 with who stands behind each pseudonym: tables, each sealed, of mode 0600.

    Raises Damaged when the vault was sealed with another key than those at hand.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     vault = Vault(Path(folder) / "vault", VaultKeys.new())
    ...     vault.pseudonyms("person", ["upn:U1"]) == vault.pseudonyms("person", ["upn:U1"])
    True
    """

    def __init__(self, folder: Path, keys: VaultKeys) -> None:
        self.folder, self._keys = folder, keys
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._check()

    def pseudonyms(self, kind: str, values: Iterable[str]) -> list[str]:
        """A stable pseudonym for each value, by keyed hash: the same value always gives the same one.

        `kind` keeps people and households apart. 16 hexadecimal digits: among a million people the
        chance that any two share one is about 1 in 37 million.
        """
        key, made = self._keys.pseudonym, []
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

        `name` is lower-case letters, digits and underscores. Raises ValueError for another, WrongUsage when
        the vault's key was replaced since it was opened.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     vault = Vault(Path(folder) / "vault", VaultKeys.new())
        ...     vault.store("households", pd.DataFrame({"household_id": ["h1"]}))
        ...     vault.stored("households").household_id.to_list(), vault.stored("streets")
        (['h1'], None)
        """
        self._write(name, pa.Table.from_pandas(frame, preserve_index=False))

    def _write(self, name: str, table: pa.Table) -> None:
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd")
        path, number = self._path(name), key_number(self._keys.sealing)
        with locked(self.folder):
            last = self._last_key()
            if last is None:
                self._note(number)
            elif last not in self._keys.opening():
                raise WrongUsage(
                    "The key of the identity vault was replaced while this command was running.",
                    where="vault",
                    todo="Run the command again.",
                )
            write_whole(path, seal(name, sink.getvalue().to_pybytes(), number, self._keys.sealing))

    def stored(self, name: str) -> pd.DataFrame | None:
        """The table last stored under `name`, or None where there is none. Raises Damaged, ValueError."""
        return self._read(name) if self._path(name).exists() else None

    def tables(self) -> tuple[str, ...]:
        """The names of the tables that are stored."""
        return tuple(sorted(path.stem for path in self.folder.glob(f"*{_SUFFIX}")))

    def forget(self, people: Collection[str], *, but: Collection[str] = ()) -> None:
        """Take every row that names one of these pseudonyms out of every table, `but` for the named ones.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     vault = Vault(Path(folder) / "vault", VaultKeys.new())
        ...     vault.write(pd.DataFrame({"person_id": ["p1", "p2"]}))
        ...     vault.forget({"p1"})
        ...     vault.read().person_id.to_list()
        ['p2']
        """
        wanted = pa.array(sorted(people), pa.large_string())
        for name in self.tables() if people else ():
            if name not in but:
                table = self._table(name)
                theirs = pa.array(np.zeros(len(table), dtype=bool))
                for column in table.columns:
                    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                        named = pc.is_in(column.cast(pa.large_string()), value_set=wanted)
                        theirs = pc.or_(theirs, named.combine_chunks())
                if pc.any(theirs).as_py():
                    self._write(name, table.filter(pc.invert(theirs)))

    def reseal(self) -> None:
        """Seal every table anew with the present key; afterwards the former one opens nothing here.

        Interrupted, it leaves some tables under each key, all of them whole, and can be done again.
        """
        number = key_number(self._keys.sealing)
        with locked(self.folder):
            for name in self.tables():
                sealed = self._path(name).read_bytes()
                if sealed_by(sealed) != number:
                    content = self._unsealed(name, sealed)
                    write_whole(self._path(name), seal(name, content, number, self._keys.sealing))
            self._note(number)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a table of the vault")
        return self.folder / f"{name}{_SUFFIX}"

    def _read(self, name: str) -> pd.DataFrame:
        try:
            found: pd.DataFrame = self._table(name).to_pandas()
        except (ValueError, pa.ArrowException):
            raise _unreadable(name) from None
        return found

    def _table(self, name: str) -> pa.Table:
        try:
            content = self._unsealed(name, self._path(name).read_bytes())
            return pq.read_table(pa.BufferReader(content))
        except (OSError, ValueError, pa.ArrowException):
            raise _unreadable(name) from None

    def _unsealed(self, name: str, sealed: bytes) -> bytes:
        try:
            return unseal(name, sealed, self._keys.opening())
        except NotSealed:
            raise _unreadable(name) from None
        except OtherKey:
            raise _other_key(f"vault/{name}{_SUFFIX}") from None

    def _check(self) -> None:
        if any(self.folder.glob("*.parquet")):
            raise Damaged(
                "A table of the identity vault is not sealed.",
                where="vault",
                todo="Find out who put it there, destroy it, and load the authority's files again.",
            )
        last = self._last_key()
        if last is not None and last not in self._keys.opening():
            raise _other_key("vault")

    def _last_key(self) -> str | None:
        """The number of the key that the vault as a whole is sealed with; None before anything is stored."""
        try:
            return (self.folder / _NUMBER).read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return None

    def _note(self, number: str) -> None:
        write_whole(self.folder / _NUMBER, number.encode())


def vault_exists(folder: Path) -> bool:
    """Whether anything was ever stored in a vault of this folder.

    >>> vault_exists(Path("nowhere"))
    False
    """
    return (folder / _NUMBER).exists()


def _unreadable(name: str) -> Damaged:
    return Damaged(
        "The identity vault cannot be read.",
        where=f"vault/{name}{_SUFFIX}",
        todo="Restore the vault from its backup, or load the authority's files again.",
    )


def _other_key(where: str) -> Damaged:
    return Damaged(
        "The identity vault is sealed with another key than the one at hand.",
        where=where,
        todo="If the key was just being replaced, run the command again; otherwise take the key that belongs to "
        "this vault from its backup. docs/how-to/vault-keys.md says what is left to do without.",
    )
