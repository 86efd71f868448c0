"""From extracts, whose rows name people by identifiers, to records, whose rows name pseudonyms.

Rows stand in the order of the sources in authority.yaml, then of files, pieces of the map, and rows; people
in the order of their identifiers. So no result depends on the vault's key, which is random.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from prevention_model.linkage.areas import Areas
from prevention_model.linkage.book import Book
from prevention_model.linkage.households import households
from prevention_model.linkage.matching import Matched, match
from prevention_model.linkage.people import identities, person_table, with_birth_months, with_grown_up
from prevention_model.linkage.protected import hidden_homes, without_addresses, without_areas
from prevention_model.linkage.pseudonyms import name_people
from prevention_model.linkage.repeats import said_once
from prevention_model.records.extract import Extract
from prevention_model.records.records import Records
from prevention_model.records.schema import SCHEMAS
from prevention_model.records.vault import Vault


@dataclass(frozen=True)
class Linked:
    """Records about pseudonymous people, and the quality of the linkage as plain counts.

    `certainty` has a row a person: person_id, mentions (rows that name them), sources, profiles, and
    match_probability, that of the weakest link that holds them together (1 where numbers alone do).
    `changes` says which pseudonyms were merged or split in this load (see `name_people`).
    """

    records: Records
    quality: dict[str, int]
    certainty: pd.DataFrame
    changes: pd.DataFrame


def link(
    extracts: Sequence[Extract],
    vault: Vault,
    *,
    coverage: pd.DataFrame,
    areas: Areas,
    deliveries: dict[str, str],
    chart: Path | None = None,
) -> Linked:
    """Give each mention its person, each household its pseudonym, each home its zone; fill the vault.

    `coverage` has the columns of the coverage table; `deliveries` gives each source's date received; `chart`
    is where to write the chart of the model. People keep their pseudonym from delivery to delivery.

    `quality` counts: `people`, `mentions` (accepted rows), `mistyped` (rows whose number is somebody else's),
    `conflicts` (pairs that share a number and yet are two people), `refused` (pairs that the model would join
    and a rule keeps apart), `undecided` (people without a birthday whom several fit), `merged` and `split`
    (pseudonyms, in this load), `repeated` (rows that say what an earlier source of the same agency says),
    `birth_conflicts` (people whose birth month differs between rows),
    `self_relationships` and `unnamed` (rows that relate somebody to themselves, or name nobody, left out).
    """
    matched = match(extracts, vault, chart)
    pseudonyms, changed = name_people(matched.nodes, vault, on=max(deliveries.values(), default=""))
    book = Book(extracts, matched, pseudonyms.to_numpy(dtype=object), deliveries)
    tables, quality = book.tables(), {"people": len(pseudonyms), **matched.counts}
    quality |= {"mentions": sum(len(extract.mentions) for extract in extracts)}
    quality |= {change: int((changed["change"] == change).sum()) for change in ("merged", "split")}
    quality |= {"self_relationships": book.self_relationships, "unnamed": book.unnamed}
    once = {name: said_once(name, table, list(deliveries)) for name, table in tables.items()}
    tables = {name: told.table for name, told in once.items()}
    quality["repeated"] = sum(told.repeated for told in once.values())
    person, quality["birth_conflicts"] = person_table(
        tables.get("person"), tables.get("relationship"), pseudonyms
    )
    told = identities(matched.nodes.assign(person_id=matched.nodes["key"].map(pseudonyms)), book.told())
    tables["person"] = with_birth_months(with_grown_up(person, told, coverage["from"].min()), told)
    found = households(tables, vault)
    tables["household"], tables["relationship"] = found.household, found.relationship
    hidden = hidden_homes(tables, found.household)
    if "place" in tables:
        elsewhere = tables["place"][tables["place"]["kind"] != "home"]
        place = areas.with_zones(_joined([elsewhere, found.homes]))
        tables["place"] = without_areas(place, hidden)
        context = areas.attributes(tables["place"])
        tables["attribute"] = _joined([tables["attribute"], context] if "attribute" in tables else [context])
        coverage = pd.concat([coverage, areas.coverage(coverage)], ignore_index=True)
    tables["coverage"] = coverage
    records = Records.from_frames({name: _canonical(name, frame) for name, frame in tables.items()})
    vault.write(without_addresses(told, hidden))
    return Linked(records, quality, _certainty(matched, pseudonyms, book), changed)


def _certainty(matched: Matched, pseudonyms: pd.Series, book: Book) -> pd.DataFrame:
    facts = matched.mentions.facts.assign(person=matched.person_of)
    grouped = facts.groupby("person")
    return pd.DataFrame(
        {
            "person_id": pseudonyms.to_numpy(),
            "mentions": grouped["times"].sum().reindex(range(len(pseudonyms)), fill_value=0).to_numpy(),
            "sources": grouped["source"].nunique().reindex(range(len(pseudonyms)), fill_value=0).to_numpy(),
            "profiles": matched.profiles,
            "match_probability": np.round(matched.weakest, 9),
        }
    )


def _canonical(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without what linkage alone needs of it."""
    held = SCHEMAS[name].empty().columns
    return frame[[column for column in frame if column in held]]


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    some = [part for part in parts if len(part)] or list(parts[:1])
    return pd.concat(some, ignore_index=True) if len(some) > 1 else some[0]
