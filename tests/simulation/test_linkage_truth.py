"""Linkage against known truth, overall and for each group: this is where some would be lost first."""

import numpy as np
import pandas as pd
import pytest

from prevention_model.linkage.matching import match
from prevention_model.linkage.quality import PairQuality, pair_quality, quality_by_group
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VaultKeys
from tests.fixtures.made_up_families import GROUPS, made_up_families

pytestmark = pytest.mark.xdist_group(
    "linkage truth"
)  # what its tests share is made once, not once for each worker

CHILDREN = 4000
PRECISION, RECALL = 0.999, 0.97
LOWEST, LOWEST_RENAMED = 0.95, 0.9
"""Of any group: there are few mentions of some of them here, and one person may weigh much."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Each mention: person (the truth), found, and group, zone, twin and renamed of the person."""
    made = made_up_families(CHILDREN, seed=11)
    matched = match(made.extracts, Vault(tmp_path_factory.mktemp("linkage") / "vault", VaultKeys.new()))
    facts = [matched.mentions.places[number, ""] for number in range(len(made.extracts))]
    told = made.truth.assign(found=matched.person_of[np.concatenate(facts)])
    return told.merge(made.people, on="person")


def by(found: pd.DataFrame, column: str) -> dict[str, PairQuality]:
    return quality_by_group(found["person"], found["found"], found[column])


def test_overall(found: pd.DataFrame) -> None:
    quality = pair_quality(found["person"], found["found"])
    assert quality.precision is not None and quality.precision >= PRECISION
    assert quality.recall is not None and quality.recall >= RECALL


@pytest.mark.parametrize("column", ["group", "zone"])
def test_for_each_group(found: pd.DataFrame, column: str) -> None:
    groups = by(found, column)
    assert set(groups) == set(found[column]) and (column != "group" or set(groups) == set(GROUPS))
    for name, quality in groups.items():
        assert quality.precision is not None and quality.precision >= PRECISION, name
        assert quality.recall is not None and quality.recall >= LOWEST, name


def test_twins_and_people_who_changed_their_name(found: pd.DataFrame) -> None:
    twins, renamed = by(found, "twin")["True"], by(found, "renamed")["True"]
    assert twins.found > 500 and renamed.found > 500
    assert twins.precision is not None and twins.precision >= PRECISION
    assert renamed.recall is not None and renamed.recall >= LOWEST_RENAMED


def test_no_two_twins_are_one_person(found: pd.DataFrame) -> None:
    twins = found[found["twin"]]
    assert (twins.groupby("found")["person"].nunique() == 1).mean() > 0.995
