"""From extracts, whose rows name people by identifiers, to records, whose rows name pseudonyms.

Rows stand in the order of the sources in authority.yaml, then of files, pieces of the map, and rows; people
in the order of their identifiers. So no result depends on the vault's key, which is random.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from prevention_model.linkage.areas import Areas
from prevention_model.linkage.identifiers import ID_TYPES, counted, resolve
from prevention_model.linkage.people import identities, person_table
from prevention_model.linkage.pseudonyms import pseudonyms_for
from prevention_model.records.extract import Extract
from prevention_model.records.records import Records
from prevention_model.records.vault import Vault


@dataclass(frozen=True)
class Linked:
    """Records about pseudonymous people, and the quality of the linkage as plain counts."""

    records: Records
    quality: dict[str, int]


def link(
    extracts: Sequence[Extract],
    vault: Vault,
    *,
    coverage: pd.DataFrame,
    areas: Areas,
    deliveries: dict[str, str],
) -> Linked:
    """Give each mention its person, each household its pseudonym, each home its zone; fill the vault.

    `coverage` has the columns of the coverage table; `deliveries` gives each source's date received.
    People keep their pseudonym from delivery to delivery. `quality` counts: `people`, `mentions` (accepted
    rows), `conflicts` and `joined` (see `resolve`), `birth_conflicts` (people whose birth month differs
    between rows), `self_relationships` (rows that relate somebody to themselves, left out).
    """
    named = [_identifiers(extract, prefix) for extract in extracts for prefix in ("", "other:")]
    nodes, quality = resolve(pd.concat(named, ignore_index=True), _told(extracts))
    pseudonyms = pseudonyms_for(nodes, vault)
    nodes = nodes.assign(person_id=nodes["key"].map(pseudonyms))
    book = _Book(nodes, vault)
    tables = _tables(extracts, book, deliveries)
    told = [book.vault_rows(extract) for extract in _by_delivery(extracts, deliveries)]
    quality["mentions"] = sum(len(extract.mentions) for extract in extracts)
    quality["self_relationships"] = book.self_relationships
    person, quality["birth_conflicts"] = person_table(
        tables.get("person"), tables.get("relationship"), pseudonyms
    )
    tables["person"] = person
    if "place" in tables:
        tables["place"] = areas.with_zones(tables["place"])
        parts = [*([tables["attribute"]] if "attribute" in tables else []), areas.attributes(tables["place"])]
        tables["attribute"] = _joined([part for part in parts if len(part)] or parts[:1])
        coverage = pd.concat([coverage, areas.coverage(coverage)], ignore_index=True)
    tables["coverage"] = coverage
    records = Records.from_frames(tables)
    vault.remember(nodes[["id_type", "value", "person_id"]])
    vault.write(identities(nodes, pd.concat(told, ignore_index=True)))
    return Linked(records, quality)


class _Book:
    """Who stands behind identifiers, and which pseudonym a household has."""

    def __init__(self, nodes: pd.DataFrame, vault: Vault) -> None:
        self.vault, self.self_relationships = vault, 0
        self.people = np.array(list(dict.fromkeys(nodes["person_id"])), dtype=object)
        self._found: dict[tuple[int, str], np.ndarray] = {}
        codes = pd.Series(pd.Index(self.people).get_indexer(nodes["person_id"]), index=nodes.index)
        self._codes = {
            name: pd.Series(codes[rows].to_numpy(), index=pd.Index(nodes["value"][rows]))
            for name in ID_TYPES
            for rows in [nodes["id_type"] == name]
        }

    def codes(self, extract: Extract, prefix: str = "") -> np.ndarray:
        """By place in the file, the person of each mention by its most trusted identifier; -1 for nobody."""
        key = (id(extract), prefix)
        if key not in self._found:
            self._found[key] = self._look_up(extract, prefix)
        return self._found[key]

    def _look_up(self, extract: Extract, prefix: str) -> np.ndarray:
        mentions = extract.mentions
        person = np.full(len(mentions), -1, dtype=np.int64)
        for name in ID_TYPES:
            if f"{prefix}{name}" in mentions and (person < 0).any():
                numbers, texts = pd.factorize(mentions[f"{prefix}{name}"])
                of_text = self._codes[name].reindex(texts).fillna(-1).to_numpy(dtype=np.int64)
                person = np.where(person < 0, np.append(of_text, -1)[numbers], person)
        size = int(mentions.index.max()) + 1 if len(mentions) else 0
        by_place = np.full(size, -1, dtype=np.int64)
        by_place[mentions.index.to_numpy()] = person
        return by_place

    def named(self, codes: np.ndarray) -> pd.Series:
        """Pseudonyms by code; missing where the code is -1."""
        indices = pa.array(codes, mask=codes < 0)
        return pa.array(self.people, pa.large_string()).take(indices).to_pandas().astype("str")

    def homes(self, keys: pd.Series) -> pd.Series:
        """The pseudonym of each household."""
        numbers, texts = pd.factorize(keys)
        names = np.array(self.vault.pseudonyms("household", texts), dtype=object)
        return pd.Series(names[numbers], index=keys.index, dtype="str")

    def vault_rows(self, extract: Extract) -> pd.DataFrame:
        """What only the vault may hold of the people of an extract."""
        columns = {c: c.removeprefix("vault:") for c in map(str, extract.mentions) if c.startswith("vault:")}
        if not columns:
            return pd.DataFrame({"person_id": pd.Series([], dtype="str")})
        rows = extract.mentions[list(columns)].rename(columns=columns)
        person = self.codes(extract)[extract.mentions.index.to_numpy()]
        return rows.reset_index(drop=True).assign(person_id=self.named(person))


def _tables(extracts: Sequence[Extract], book: _Book, deliveries: dict[str, str]) -> dict[str, pd.DataFrame]:
    """The canonical tables but for person, in the order of delivery."""
    frames: dict[str, list[pd.DataFrame]] = {}
    for extract in extracts:
        person, other = book.codes(extract), book.codes(extract, "other:")
        numbers = np.zeros(len(person), dtype=np.int64)
        numbers[extract.mentions.index.to_numpy()] = extract.mentions["row"].to_numpy()
        for table, parts in extract.frames.items():
            for part in parts:
                at = part["mention"].to_numpy()
                made = part.drop(columns="mention")
                made["person_id"] = book.named(person[at])
                if table == "relationship":
                    made["other_id"] = book.named(other[at])
                if "household_key" in made:
                    made["household_id"] = book.homes(made.pop("household_key"))
                made["source"] = pd.Series(extract.source, index=made.index, dtype="str")
                made["delivery"] = pd.Series(deliveries[extract.source], index=made.index, dtype="str")
                made["row"] = pd.array(numbers[at], dtype="Int64")
                frames.setdefault(table, []).append(made)
    tables = {
        table: _joined([part for part in parts if len(part)] or parts[:1]) for table, parts in frames.items()
    }
    if "relationship" in tables:
        rows = tables["relationship"]
        own = (rows["person_id"] == rows["other_id"]).to_numpy()
        book.self_relationships = int(own.sum())
        tables["relationship"] = rows[~own].reset_index(drop=True)
    return tables


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def _identifiers(extract: Extract, prefix: str) -> pd.DataFrame:
    """The identifiers that the rows of an extract give, of the person or (`other:`) of the other one."""
    columns = {f"{prefix}{name}": name for name in ID_TYPES if f"{prefix}{name}" in extract.mentions}
    return counted(extract.mentions[list(columns)].rename(columns=columns).dropna(how="all"))


def _told(extracts: Sequence[Extract]) -> pd.DataFrame:
    """What rows say of the bearers of authority numbers: date of birth and forename."""
    columns = {
        "la_person_id": "la_person_id",
        "vault:birth_date": "birth_date",
        "vault:forename": "forename",
    }
    parts = [
        extract.mentions[list(columns)].rename(columns=columns).dropna()
        for extract in extracts
        if set(columns) <= set(extract.mentions)
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(columns.values()))


def _by_delivery(extracts: Sequence[Extract], deliveries: dict[str, str]) -> list[Extract]:
    """The extracts by day received, in the given order within a day: the last address is then the latest."""
    return sorted(extracts, key=lambda extract: deliveries[extract.source])
