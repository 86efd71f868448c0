"""Splink on DuckDB: how likely two records are one person's. The only file that asks Splink for anything.

The database is in memory, reaches no file and no network, and spills, encrypted, into a folder of the vault
that is removed afterwards. Names leave it only as numbers of records.
"""

import json
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
from splink import Linker
from splink.backends.duckdb import DuckDBAPI
from splink.internals.settings_creator import SettingsCreator

from prevention_model.linkage.comparisons import settings, training_blocks
from prevention_model.records.on_disk import write_whole

ENOUGH_TO_TRAIN = 20_000
"""Fewer records than this teach nothing that the starting values do not know better."""
_AS_IF = 10_000
_SEED = 20240901
_SAMPLE = 5_000_000
_MEMORY = "3GB"
_FREQUENT = ("forename", "surname", "birth_date")
_DIGITS = 6
# Without two records that share either, no rule of blocking finds a pair.
_SHARED = (("birth_date",), ("full_form", "surname"))
PAIR = ("cluster_l", "cluster_r", "weight", "beside_name")
"""The columns of pairs."""


class SplinkModel:
    """A model of agreement, `told` as Splink writes it down: no person's data, only probabilities.

    >>> SplinkModel().trained
    False
    """

    def __init__(self, told: str | None = None) -> None:
        self.told = told

    @property
    def trained(self) -> bool:
        """Whether the probabilities were learnt from deliveries; else they are starting values."""
        return self.told is not None

    def pairs(self, records: pd.DataFrame, folder: Path, least: float) -> pd.DataFrame:
        """Pairs of clusters that may be one person: cluster_l, cluster_r, weight (log2 of the odds, at least `least`),
        and `beside_name`: whether a place or a number agrees as well. The surest first.

        `records`: record (0 to n-1), cluster, is_main (one a cluster), forename, full_form, is_frequent, initial,
        surname, birth_date, swapped, sex, and lists of uprn, postcode, nhs_number, upn. `folder` is where
        DuckDB may spill. Trains first where the model is not trained and the records are enough.
        """
        if not any(records.duplicated(list(keys)).any() for keys in _SHARED):
            return pd.DataFrame({name: [] for name in PAIR})
        main = records[records["is_main"]]
        if not self.trained and len(main) >= ENOUGH_TO_TRAIN:
            # One record a cluster: a slip beside its own correction would teach that slips are the rule.
            with _linker(main, self._settings(len(main)), folder) as linker:
                self.told = _trained(linker)
        with _linker(records, self._settings(len(records)), folder) as linker:
            scored = linker.inference.predict(threshold_match_weight=least)
            best = linker.misc.query_sql(_BEST.format(scored.physical_name), output_type="pandas")
        return best.sort_values(["weight", "cluster_l", "cluster_r"], ascending=[False, True, True])

    def chart(self, path: Path, folder: Path) -> None:
        """Write the chart of the weights: one page that needs nothing else, and holds no person's data."""
        with _linker(pd.DataFrame(_example()), self._settings(1), folder) as linker:
            chart = linker.visualisations.match_weights_chart()
        drawn = folder / "chart.html"
        chart.save_offline_chart(str(drawn), overwrite=True, print_msg=False)
        write_whole(path, drawn.read_bytes())
        drawn.unlink()

    def _settings(self, records: int) -> SettingsCreator:
        made = settings() if self.told is None else SettingsCreator.from_path_or_dict(json.loads(self.told))
        # One true partner for each record, about, whatever the number of records.
        made.probability_two_random_records_match = 1 / max(records, _AS_IF)
        return made


_BEST = """
    select least(cluster_l, cluster_r) as cluster_l, greatest(cluster_l, cluster_r) as cluster_r,
           round(max(match_weight), 3) as weight, max(greatest(gamma_place, gamma_numbers)) > 0 as beside_name
    from {} where cluster_l <> cluster_r group by all
"""


@contextmanager
def _linker(records: pd.DataFrame, using: SettingsCreator, folder: Path) -> Iterator[Linker]:
    connection = _database(folder)
    try:
        connection.execute("SET enable_progress_bar = false; SET lock_configuration = true")
        api = DuckDBAPI(connection)
        frame = api.register(pa.Table.from_pandas(records, preserve_index=False))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            linker = Linker(frame, using, log_level="ERROR")
            for name in _FREQUENT:
                frequency = api.register(_frequencies(records[name], name))
                linker.table_management.register_term_frequency_lookup(frequency, name)
            yield linker
    finally:
        connection.close()


def _database(folder: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        ":memory:",
        config={
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": str(folder),
            "temp_file_encryption": "true",
            "memory_limit": _MEMORY,
            "threads": "2",
        },
    )


def _frequencies(texts: pd.Series, name: str) -> pa.Table:
    """How often each text stands; in a small delivery, as often as if it were one of some ten thousand."""
    counts = texts[texts != ""].value_counts().sort_index()
    share = (counts / max(int(counts.sum()), _AS_IF)).clip(upper=0.5)
    return pa.table({name: pa.array(counts.index, pa.string()), f"tf_{name}": pa.array(share.to_numpy())})


def _trained(linker: Linker) -> str | None:
    """The trained model as text, its probabilities rounded, so that a second load uses the very same ones."""
    linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLE, seed=_SEED)
    for block in training_blocks():
        linker.training.estimate_parameters_using_expectation_maximisation(
            block, estimate_without_term_frequencies=True, max_pairs=_SAMPLE
        )
    model = _rounded(linker.misc.save_model_to_json())
    return json.dumps(model, sort_keys=True)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(held) for key, held in value.items()}
    if isinstance(value, list):
        return [_rounded(held) for held in value]
    if isinstance(value, float) and 0 < value < 1:
        return max(round(value, _DIGITS - 1 - math.floor(math.log10(value))), 1e-12)
    return value


def _example() -> dict[str, list[Any]]:
    names = ("forename", "full_form", "initial", "surname", "birth_date", "swapped", "sex")
    lists = {name: [["x"]] for name in ("uprn", "postcode", "nhs_number", "upn")}
    texts = {name: ["x"] for name in names}
    return {"record": [0], "cluster": [0], "is_frequent": [False], "is_main": [True], **texts, **lists}
