"""How well and how fast people and households are found, where the truth is known.

    python -m benchmarks.linkage [--children 85690]
    python -m benchmarks.linkage --county DIR

Without a county, families are drawn that nine agencies know without sharing a number. `--county` takes a folder
that `prevention-model county` wrote, with its truth.
"""

import argparse
import datetime
import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from prevention_model.linkage import Linked, link
from prevention_model.linkage.areas import Areas
from prevention_model.linkage.mentions import Mentions
from prevention_model.linkage.profiles import profiles_of
from prevention_model.linkage.quality import PairQuality, pair_quality, quality_by_group
from prevention_model.pipeline.progress import Silent
from prevention_model.pipeline.sources import read_sources
from prevention_model.records.extract import Extract
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VaultKeys
from prevention_model.settings.authority import read_authority
from tests.fixtures.made_up_families import made_up_families

INDEX = pd.Timestamp("2024-09-01")
NO_AREAS = pd.DataFrame(
    {name: pd.Series([], dtype="str") for name in ("lsoa", "zone", "idaci_decile", "rural")}
)


def main() -> None:
    """Print how well linkage did, for whom, in what time and memory."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--children", type=int, default=85_690)
    parser.add_argument("--county", type=Path)
    chosen = parser.parse_args()
    if chosen.county is None:
        made = made_up_families(chosen.children)
        truth = made.truth.rename(columns={"mention": "place"})
        _, found = timed(made.extracts, Areas(NO_AREAS))
        report(truth, found, made.people.set_index("person"), ("group", "zone", "twin", "renamed"))
    else:
        county(chosen.county)


def county(folder: Path) -> None:
    """Link the files of a county and compare with its truth."""
    authority = read_authority(folder / "authority.yaml")
    sources, faults = read_sources(authority, folder, Silent())
    for fault in faults:
        print(f"not read: {fault}")
    areas = Areas.read(
        folder / authority.areas, [z.code for z in authority.zones], folder / str(authority.postcodes)
    )
    linked, found = timed(sources.extracts, areas)
    truth = true_people(sources.extracts, folder)
    people = pd.read_parquet(folder / "truth" / "people.parquet").set_index("person")
    people["changed"] = people["surname_changed"].notna()
    report(truth, found, people, ("ethnicity", "zone", "twin", "changed"))
    homes(linked, truth, found, folder)


def timed(extracts: Sequence[Extract], areas: Areas) -> tuple[Linked, list[np.ndarray]]:
    """Link, and give for each extract the pseudonym of each mention; prints time and memory."""
    sources = {extract.source for extract in extracts}
    span = {"from": pd.Timestamp("2019-04-01"), "to": pd.Timestamp("2025-04-01")}
    coverage = pd.DataFrame([{"source": source, "kind": "any", **span} for source in sorted(sources)])
    with tempfile.TemporaryDirectory() as folder:
        vault = Vault(Path(folder) / "vault", VaultKeys.new())
        started = time.perf_counter()
        linked = link(
            extracts, vault, coverage=coverage, areas=areas, deliveries=dict.fromkeys(sources, "2024-09-01")
        )
        took = time.perf_counter() - started
        named = vault.remembered()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{sum(len(e.mentions) for e in extracts):,} mentions, {linked.quality['people']:,} people found")
    print(f"{took:.0f} s, peak memory {peak:.2f} GB; {linked.quality}")
    return linked, people_of(extracts, linked, named)


def people_of(extracts: Sequence[Extract], linked: Linked, named: pd.DataFrame) -> list[np.ndarray]:
    """The pseudonym of each mention of each extract, in order; '' for nobody."""
    mentions = Mentions.of(extracts)
    handles = handles_of(mentions)
    whose = dict(zip(zip(named["id_type"], named["value"], strict=True), named["person_id"], strict=True))
    of_fact = np.array([whose[handle] for handle in handles] + [""], dtype=object)
    return [
        of_fact[mentions.places.get((n, ""), np.full(len(e.mentions), -1))] for n, e in enumerate(extracts)
    ]


def handles_of(mentions: Mentions) -> list[tuple[str, str]]:
    """The handle of each fact's profile."""
    profiles = profiles_of(mentions.facts)
    pairs = list(zip(profiles.handles["space"], profiles.handles["value"], strict=True))
    return [pairs[number] for number in profiles.of_fact]


def true_people(extracts: Sequence[Extract], folder: Path) -> pd.DataFrame:
    """Who each mention is about: extract, place (in its order), person; -1 where the truth does not say."""
    truth = pq.read_table(folder / "truth" / "mentions.parquet").to_pandas()
    truth["file"] = truth["file"].astype("str").str.rsplit("/", n=1).str[-1]
    # Files of one name in several folders cannot be told apart; a row of ssd_mother is the mother's in the
    # truth and the child's to the reader.
    truth = truth.astype({"source": "str"}).drop_duplicates(["source", "file", "row", "person"])
    truth = truth[truth["file"] != "ssd_mother.csv"]
    truth = truth[~truth.duplicated(["source", "file", "row"], keep=False)]
    known = truth.set_index(["source", "file", "row"])["person"]
    parts = []
    for number, extract in enumerate(extracts):
        rows = extract.mentions["row"]
        key = pd.MultiIndex.from_arrays([[extract.source] * len(rows), [extract.file] * len(rows), rows])
        person = known.reindex(key).fillna(-1).astype(int).to_numpy()
        parts.append(pd.DataFrame({"extract": number, "place": np.arange(len(rows)), "person": person}))
    return pd.concat(parts, ignore_index=True)


def report(truth: pd.DataFrame, found: list[np.ndarray], people: pd.DataFrame, by: Sequence[str]) -> None:
    """Print precision and recall, overall and by group."""
    named = truth.assign(found=np.concatenate(found))
    lost = named["person"] < 0
    print(f"{lost.sum():,} mentions of which the truth does not say whose they are")
    named = named[~lost & (named["found"] != "")]
    print("all", line(pair_quality(named["person"], named["found"])))
    for column in by:
        groups = quality_by_group(named["person"], named["found"], named["person"].map(people[column]))
        for name, quality in sorted(groups.items()):
            print(f"  {column} {name}: {line(quality)}")


def line(quality: PairQuality) -> str:
    """One line on a quality."""
    counts = f"{quality.wrong} wrong, {quality.missed} missed"
    return f"precision {quality.precision:.5f}, recall {quality.recall:.5f} ({counts})"


def homes(linked: Linked, truth: pd.DataFrame, found: list[np.ndarray], folder: Path) -> None:
    """Print precision and recall of pairs of people who live together on one day: by what was known by then, and by
    what all deliveries say of that day."""
    named = truth.assign(found=np.concatenate(found))
    named = named[(named["person"] >= 0) & (named["found"] != "")]
    whose = named.groupby("found")["person"].agg(lambda people: people.value_counts().index[0])
    true = pd.read_parquet(folder / "truth" / "households.parquet")
    start, end = pd.to_datetime(true["from"]), pd.to_datetime(true["to"])
    true = true[(start <= INDEX) & (end.isna() | (end > INDEX))].drop_duplicates("person", keep="last")
    true_home = true.set_index("person")["household"]
    known = true_home.index.intersection(whose.unique())
    table = linked.records.frames["household"]
    there = table[(table["from"] <= INDEX) & (table["to"].isna() | (table["to"] > INDEX))]
    for by, rows in (("by then", there[there["known_date"] < INDEX]), ("by now", there)):
        now = rows.sort_values(["from", "known_date", "household_id"]).drop_duplicates(
            "person_id", keep="last"
        )
        found_home = pd.Series(now["household_id"].to_numpy(), index=now["person_id"].map(whose).to_numpy())
        found_home = found_home[~found_home.index.duplicated()]
        both = pd.DataFrame({"true": true_home.reindex(known), "found": found_home.reindex(known)})
        single = "alone " + both.index.astype("str")
        both["found"] = both["found"].fillna(pd.Series(single, index=both.index))
        share = found_home.reindex(known).notna().mean()
        print(
            f"{len(both):,} people at home on {INDEX:%d %B %Y}, {share:.3f} of them in a household, as known {by}"
        )
        print(f"people who live together, as known {by}:", line(pair_quality(both["true"], both["found"])))


if __name__ == "__main__":
    print(datetime.date.today())
    main()
