"""The model of linkage: trained once, kept without anybody's data, charted offline, in a closed database."""

import json
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from prevention_model.linkage import splink_model
from prevention_model.linkage.comparisons import LEVELS
from prevention_model.linkage.identity_records import identity_records
from prevention_model.linkage.matching import match
from prevention_model.linkage.mentions import Mentions
from prevention_model.linkage.profiles import profiles_of
from prevention_model.linkage.splink_model import SplinkModel
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VaultKeys
from tests.fixtures.made_up_families import MadeUp, made_up_families
from tests.unit.linkage_cases import linked

CHILDREN = 900


@pytest.fixture(scope="module")
def made() -> MadeUp:
    return made_up_families(CHILDREN, seed=3)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault", VaultKeys.new())


@pytest.fixture
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training on few records, and on a sample of their pairs, as a whole delivery is trained on."""
    monkeypatch.setattr(splink_model, "ENOUGH_TO_TRAIN", 500)
    monkeypatch.setattr(splink_model, "_SAMPLE", 200_000)


@pytest.mark.slow
@pytest.mark.usefixtures("few_are_enough")
def test_a_model_is_trained_once_kept_in_the_vault_and_used_again(
    made: MadeUp, vault: Vault, tmp_path: Path
) -> None:
    chart = tmp_path / "chart.html"
    first = match(made.extracts, vault, chart)
    kept = vault.stored("linkage_model")
    assert kept is not None
    told = str(kept["told"].iloc[0])
    weights = {
        level["label_for_charts"]: level.get("m_probability")
        for comparison in json.loads(told)["comparisons"]
        for level in comparison["comparison_levels"]
    }
    assert set(weights) >= {label for labels in LEVELS.values() for label in labels}
    again = match(made.extracts, vault)
    pd.testing.assert_frame_equal(kept, vault.stored("linkage_model"))
    assert np.array_equal(first.person_of, again.person_of) and np.array_equal(first.weakest, again.weakest)
    assert not (vault.folder / "spill").exists()
    page = chart.read_text(encoding="utf-8")
    names = {
        str(n) for e in made.extracts for c in ("vault:forename", "vault:surname") for n in e.mentions[c] if n
    }
    written = {name for name in names if len(str(name)) > 5}
    for text in (told, page):
        assert not {name for name in written if f'"{name.casefold()}"' in text.casefold()}
    assert "<script src=" not in page and "<link " not in page


@pytest.mark.slow
@pytest.mark.usefixtures("few_are_enough")
def test_the_same_delivery_trains_the_same_model(made: MadeUp, tmp_path: Path) -> None:
    told = []
    for extracts in (made.extracts, made.extracts[::-1]):
        vault = Vault(tmp_path / f"vault{len(told)}", VaultKeys.new())
        match(extracts, vault)
        kept = vault.stored("linkage_model")
        assert kept is not None
        told.append(str(kept["told"].iloc[0]))
    assert told[0] == told[1]


def test_a_small_delivery_teaches_nothing(made: MadeUp, vault: Vault) -> None:
    match(made.extracts[-1:], vault)
    assert vault.stored("linkage_model") is None


def test_the_database_reaches_no_file_and_no_extension(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    connection = splink_model._database(tmp_path / "spill")
    for statement in (f"select * from read_csv('{secret}')", "install httpfs", "load httpfs"):
        with pytest.raises(duckdb.Error):
            connection.execute(statement)
    assert connection.execute("select current_setting('temp_file_encryption')").fetchone() == (True,)


def test_every_pair_of_records_that_one_person_has_is_worth_comparing(made: MadeUp, tmp_path: Path) -> None:
    """Blocking loses few: with no threshold at all, nearly all pairs of one person's records are candidates."""
    mentions = Mentions.of(made.extracts)
    profiles = profiles_of(mentions.facts)
    records = identity_records(profiles, np.arange(len(profiles.handles)))
    person = np.full(len(mentions.facts), -1)
    for (extract, _), facts in mentions.places.items():
        person[facts] = made.truth[made.truth["extract"] == extract]["person"].to_numpy()
    true = pd.Series(person).groupby(profiles.of_fact).agg(lambda people: people.value_counts().index[0])
    whose = records["cluster"].map(true)
    sizes = whose.groupby(whose).size()
    pairs = SplinkModel().pairs(records, tmp_path, -100.0)
    found = pairs["cluster_l"].map(true).eq(pairs["cluster_r"].map(true))
    clusters = records.drop_duplicates("cluster")["cluster"].map(true)
    possible = clusters.groupby(clusters).size()
    assert sizes.sum() == len(records)
    assert found.sum() / (possible * (possible - 1) // 2).sum() > 0.985


def test_what_holds_people_together_is_likely_and_certain_only_by_number(made: MadeUp, vault: Vault) -> None:
    certainty = linked(made.extracts, vault).certainty
    assert certainty["mentions"].sum() == len(made.truth)
    assert certainty["match_probability"].between(0.9, 1).all()
    assert (certainty["match_probability"] < 1).mean() > 0.5
    alone = certainty["profiles"] == 1
    assert alone.any() and (certainty["match_probability"][alone] == 1).all()
