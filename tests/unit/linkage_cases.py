"""Made-up rows that name people, for the tests of linkage; nobody in them exists."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from prevention_model.linkage import Linked, link
from prevention_model.linkage.areas import Areas
from prevention_model.linkage.matching import match
from prevention_model.linkage.mentions import SPACES
from prevention_model.records.extract import Extract
from prevention_model.records.vault import Vault

Row = Mapping[str, Any]
NO_AREAS = Areas(
    pd.DataFrame({n: pd.Series([], dtype="str") for n in ("lsoa", "zone", "idaci_decile", "rural")})
)
DATES = ("from", "to", "known_date", "start_date", "end_date", "known_start", "known_end", "event_date")


def extract(source: str, *rows: Row, **frames: list[Row]) -> Extract:
    """An extract of these rows. Fields that are no identifier are the vault's; `other` names the other person.

    `frames` are canonical rows by table; each has `mention`, the place of the row that it is about.
    """
    made: dict[str, Any] = {"row": range(2, len(rows) + 2)}
    for name in dict.fromkeys(name for row in rows for name in row):
        values = pd.Series([row.get(name) for row in rows], dtype="str")
        if name == "birth_date":
            made["vault:birth_date"] = pd.to_datetime(values).astype("datetime64[s]")
        else:
            made[name if name in SPACES or name.startswith("other:") else f"vault:{name}"] = values
    tables = {table: [_frame(lines)] for table, lines in frames.items()}
    return Extract(source, f"{source}.csv", len(rows), pd.DataFrame(made), tables, pd.DataFrame(), ())


def _frame(lines: Iterable[Row]) -> pd.DataFrame:
    made = pd.DataFrame(list(lines))
    for name in made:
        if name in DATES:
            made[name] = pd.to_datetime(made[name]).astype("datetime64[s]")
        elif name not in ("mention", "confidence"):
            made[name] = made[name].astype("str")
    return made


def groups(extracts: list[Extract], vault: Vault) -> set[frozenset[str]]:
    """Who is one person: sets of `source row`, rows counted from 1."""
    matched = match(extracts, vault)
    found: dict[int, set[str]] = {}
    for number, each in enumerate(extracts):
        facts = matched.mentions.places.get((number, ""), [])
        for place, fact in enumerate(facts, start=1):
            found.setdefault(int(matched.person_of[fact]), set()).add(f"{each.source} {place}")
    return {frozenset(rows) for rows in found.values()}


def linked(extracts: list[Extract], vault: Vault, on: str = "2024-09-01", areas: Areas = NO_AREAS) -> Linked:
    """Link extracts of sources that were received on one day."""
    sources = sorted({each.source for each in extracts})
    span = {"from": pd.Timestamp("2015-01-01"), "to": pd.Timestamp("2025-01-01")}
    coverage = pd.DataFrame([{"source": source, "kind": "any", **span} for source in sources])
    return link(extracts, vault, coverage=coverage, areas=areas, deliveries=dict.fromkeys(sources, on))


def whose(vault: Vault, id_type: str, value: str) -> str:
    """The pseudonym of an identifier."""
    told = vault.remembered()
    (found,) = told["person_id"][(told["id_type"] == id_type) & (told["value"] == value)]
    return str(found)
