"""From mentions to people: numbers first, then the model, then addresses; and what people decided, before all.

1. Profiles: what stands under one number, or under one name, birthday and address.
2. Decisions that people made.
3. Numbers that stand in one row join profiles that agree.
4. Splink compares what is left, and pairs are joined from the surest down.
5. Somebody without a birthday is found by name and address, where one person fits.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from prevention_model.linkage.by_address import join_by_address
from prevention_model.linkage.clusters import Clusters, join_by_likeness, join_by_number
from prevention_model.linkage.decisions import decided
from prevention_model.linkage.identity_records import identity_records
from prevention_model.linkage.mentions import Mentions
from prevention_model.linkage.profiles import NAMED, Profiles, profiles_of
from prevention_model.linkage.splink_model import SplinkModel
from prevention_model.records.extract import Extract
from prevention_model.records.vault import Vault

LEAST_WEIGHT = 5.0
"""Pairs below these odds (32 to 1, in log2) are left apart: two people in one are worse than one in two."""
_MODEL = "linkage_model"


@dataclass(frozen=True)
class Matched:
    """The people found: `person_of` gives the number of the person of each fact, in the order of the people.

    `nodes` has a row for each handle of a person: id_type, value, key, in that order. `weakest` is, for each
    person, the match probability of the weakest link that holds them together; `counts` what happened.
    """

    mentions: Mentions
    person_of: np.ndarray
    nodes: pd.DataFrame
    weakest: np.ndarray
    profiles: np.ndarray
    counts: dict[str, int]


def match(extracts: Sequence[Extract], vault: Vault, chart: Path | None = None) -> Matched:
    """Find the people of these extracts. The model is trained once, kept in the vault and used again.

    `chart` is where to write the chart of the model.
    """
    mentions = Mentions.of(extracts)
    profiles = profiles_of(mentions.facts)
    together, apart = decided(vault, profiles.handles)
    clusters = Clusters(profiles.said, _kinds(profiles, mentions.numbering), profiles.likeness, apart)
    for one, two in together:
        clusters.join(one, two, told=True)
    counts = {"mistyped": profiles.mistyped, "conflicts": join_by_number(clusters, profiles.borne)}
    counts["refused"] = join_by_likeness(clusters, _pairs(profiles, clusters, vault, chart))
    counts["undecided"] = join_by_address(clusters, profiles)
    return _matched(mentions, profiles, clusters, counts)


def _kinds(profiles: Profiles, numbering: frozenset[str]) -> list[str]:
    """The kind of number of each profile: for an agency's own numbers, of its source; '' where it is nobody's."""
    kinds = []
    for space, value in zip(profiles.handles["space"], profiles.handles["value"], strict=True):
        source = value.split(":")[0]
        if space == "local_id":
            kinds.append("" if source in numbering else f"local_id {source}")
        else:
            kinds.append("" if space == NAMED else space)
    return kinds


def _pairs(profiles: Profiles, clusters: Clusters, vault: Vault, chart: Path | None) -> pd.DataFrame:
    kept = vault.stored(_MODEL)
    model = SplinkModel(None if kept is None else str(kept["told"].iloc[0]))
    records = identity_records(profiles, np.array(clusters.of, dtype=np.int64))
    with _spill(vault) as folder:
        pairs = model.pairs(records, folder, LEAST_WEIGHT)
        if chart is not None:
            model.chart(chart, folder)
    if kept is None and model.trained:
        vault.store(_MODEL, pd.DataFrame({"told": [model.told]}))
    return pairs


@contextmanager
def _spill(vault: Vault) -> Iterator[Path]:
    """A folder of the vault for what does not fit into memory, gone afterwards, also after a run cut off."""
    folder = vault.folder / "spill"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _matched(mentions: Mentions, profiles: Profiles, clusters: Clusters, counts: dict[str, int]) -> Matched:
    handles, of = profiles.handles, np.array(clusters.of, dtype=np.int64)
    spaces, values = handles["space"].to_list(), handles["value"].to_list()
    roots = sorted(clusters.members, key=lambda root: _place(spaces[root], values[root], root))
    number = np.full(len(handles), -1, dtype=np.int64)
    number[roots] = np.arange(len(roots))
    keys = (handles["space"] + ":" + handles["value"]).to_numpy()
    nodes = pd.DataFrame({"id_type": handles["space"], "value": handles["value"], "key": keys[of]})
    order = np.argsort(number[of], kind="stable")
    return Matched(
        mentions,
        number[of][profiles.of_fact],
        nodes.iloc[order].reset_index(drop=True),
        clusters.weakest[roots],
        np.array([len(clusters.members[root]) for root in roots], dtype=np.int64),
        counts,
    )


def _place(space: str, value: str, root: int) -> tuple[bool, str, int]:
    # People without a number stand in an order that tells nobody who comes before whom in the alphabet.
    named = space == NAMED
    return named, sha256(value.encode()).hexdigest() if named else "", root
