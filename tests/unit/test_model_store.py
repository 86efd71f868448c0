"""A stored model: the same bytes back, and nothing that was touched ever reaches LightGBM."""

import json
import subprocess
import sys
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.errors import Damaged
from prevention_model.model import RiskModel, load_model, save_model
from prevention_model.model.store import model_digest

FILES = ("model.json", "trees.txt")


def rows(number: int = 400) -> tuple[pd.DataFrame, np.ndarray]:
    draw = np.random.default_rng(3)
    X = pd.DataFrame(draw.normal(size=(number, 3)), columns=["contacts:12m", "absence", "age"])
    y = (X["absence"].to_numpy() + draw.normal(size=number) > 0.8).astype(float)
    y[::9] = np.nan
    return X.mask(draw.random(X.shape) < 0.1), y


class Stored:
    """A model in a folder, with the bytes of its files so that each test can put them back."""

    def __init__(self, folder: Path) -> None:
        X, y = rows()
        self.model = RiskModel(trees=6, leaves=4, rows_in_leaf=20).fit(X, y)
        self.folder = folder / "model"
        self.digest = save_model(self.model, self.folder)
        self.bytes = {name: (self.folder / name).read_bytes() for name in FILES}

    def restore(self) -> None:
        for name, content in self.bytes.items():
            (self.folder / name).write_bytes(content)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    return Stored(tmp_path_factory.mktemp("stored"))


@pytest.fixture
def whole(stored: Stored) -> Stored:
    stored.restore()
    return stored


def test_a_model_comes_back_to_the_last_bit(whole: Stored) -> None:
    X, _ = rows()
    back = load_model(whole.folder, whole.digest)
    assert back.predict_proba(X).tobytes() == whole.model.predict_proba(X).tobytes()
    assert back.contributions(X)[0].tobytes() == whole.model.contributions(X)[0].tobytes()
    assert np.array_equal(back.predict(X), whole.model.predict(X))
    assert back.get_params() == whole.model.get_params()
    assert back.feature_names_ == ["contacts:12m", "absence", "age"]
    assert back.n_censored_ == whole.model.n_censored_ > 0


def test_storing_it_again_gives_the_same_hash(whole: Stored, tmp_path: Path) -> None:
    assert save_model(load_model(whole.folder, whole.digest), tmp_path / "again") == whole.digest


def test_a_loaded_model_still_refuses_columns_in_another_order(whole: Stored) -> None:
    X, _ = rows()
    back = load_model(whole.folder, whole.digest)
    with pytest.raises(ValueError, match="must be in the same order as they were in fit"):
        back.predict_proba(X[["age", "absence", "contacts:12m"]])
    with pytest.raises(ValueError, match="seen at fit time, yet now missing:\n- age"):
        back.predict_proba(X.iloc[:, :2])


def test_a_model_of_nameless_columns_takes_nameless_columns(tmp_path: Path) -> None:
    X, y = rows()
    model = RiskModel(trees=5, rows_in_leaf=20).fit(X.to_numpy(), y)
    back = load_model(tmp_path / "m", save_model(model, tmp_path / "m"))
    assert np.array_equal(back.margin(X.to_numpy()), model.margin(X.to_numpy()))


def test_two_files_and_no_pickle(whole: Stored) -> None:
    assert sorted(path.name for path in whole.folder.iterdir()) == sorted(FILES)
    assert set(json.loads(whole.bytes["model.json"])["settings"]) == set(RiskModel().get_params())
    with pytest.raises(FileExistsError):
        save_model(whole.model, whole.folder)
    assert model_digest(whole.folder) == whole.digest


@pytest.fixture
def no_lightgbm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails the test when LightGBM is asked to read anything: on some damaged texts it ends the process."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("LightGBM was given a file that had been touched")

    monkeypatch.setattr(lgb, "Booster", refuse)


def refused(folder: Path, digest: str) -> str:
    with pytest.raises(Damaged) as error:
        load_model(folder, digest)
    return str(error.value)


NOT_THE_ONE = (
    "The stored model is not the one that was audited. Where: model. What to do: Run the experiment again."
)


@pytest.mark.usefixtures("no_lightgbm")
def test_any_changed_byte_is_found_before_the_trees_are_read(stored: Stored) -> None:
    @settings(max_examples=50, deadline=None)
    @given(st.sampled_from(FILES), st.integers(0), st.integers(1, 255))
    def flip(name: str, place: int, bits: int) -> None:
        stored.restore()
        content = bytearray(stored.bytes[name])
        content[place % len(content)] ^= bits
        (stored.folder / name).write_bytes(content)
        assert refused(stored.folder, stored.digest) == NOT_THE_ONE

    flip()


@pytest.mark.usefixtures("no_lightgbm")
def test_a_file_cut_short_or_continued_is_found(stored: Stored) -> None:
    @settings(max_examples=40, deadline=None)
    @given(st.sampled_from(FILES), st.integers(0), st.binary(max_size=20))
    def cut(name: str, length: int, more: bytes) -> None:
        stored.restore()
        content = stored.bytes[name][: length % len(stored.bytes[name])] + more
        if content != stored.bytes[name]:
            (stored.folder / name).write_bytes(content)
            assert refused(stored.folder, stored.digest) == NOT_THE_ONE

    cut()


@pytest.mark.usefixtures("no_lightgbm")
@pytest.mark.parametrize("name", FILES)
def test_an_absent_file_is_named(whole: Stored, name: str) -> None:
    (whole.folder / name).unlink()
    assert (
        refused(whole.folder, whole.digest) == f"A file of the stored model is missing. Where: model/{name}."
    )


@pytest.mark.usefixtures("no_lightgbm")
def test_the_files_of_another_model_are_refused(whole: Stored, tmp_path: Path) -> None:
    X, y = rows()
    save_model(RiskModel(trees=5, rows_in_leaf=20).fit(X, y), tmp_path / "other")
    for name in FILES:
        whole.restore()
        (whole.folder / name).write_bytes((tmp_path / "other" / name).read_bytes())
        assert refused(whole.folder, whole.digest) == NOT_THE_ONE
    # Swapping the two files changes neither content, and is found all the same.
    (whole.folder / "model.json").write_bytes(whole.bytes["trees.txt"])
    (whole.folder / "trees.txt").write_bytes(whole.bytes["model.json"])
    assert refused(whole.folder, whole.digest) == NOT_THE_ONE


ELSEWHERE = """
import sys
from pathlib import Path
import pandas as pd
from threadpoolctl import threadpool_limits
from prevention_model.model import load_model

folder, digest, rows = Path(sys.argv[1]), sys.argv[2], pd.read_parquet(sys.argv[3])
model = load_model(folder, digest)
for threads in (1, 2):
    with threadpool_limits(threads):
        print(model.predict_proba(rows).tobytes().hex())
"""


@pytest.mark.parametrize("own", [{"monotone": {"absence": 1}, "lines": 0}, {"lines": 0.5}, {"lines": 1.0}])
def test_a_fresh_process_scores_bit_for_bit_on_one_thread_and_two(tmp_path: Path, own: dict) -> None:
    X, y = rows(1200)
    X["tenure"] = pd.Categorical(np.random.default_rng(4).choice(["owns", "rents", "shelter"], 1200))
    settings = {"trees": 6, "leaves": 4, "rows_in_leaf": 20}
    model = RiskModel(**settings, **own).fit(X, y, stop_on=(X, y))
    digest = save_model(model, tmp_path / "model")
    X.to_parquet(tmp_path / "rows.parquet")
    asked = [sys.executable, "-c", ELSEWHERE, str(tmp_path / "model"), digest, str(tmp_path / "rows.parquet")]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    assert said == [model.predict_proba(X).tobytes().hex()] * 2
    back = load_model(tmp_path / "model", digest)
    assert back.contributions(X)[0].tobytes() == model.contributions(X)[0].tobytes()
    assert back.categories_ == model.categories_ == {"tenure": ["owns", "rents", "shelter"]}
    assert back.get_params() == model.get_params()


def test_the_same_rows_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    X, y = rows()
    for name in ("one", "two"):
        model = RiskModel(trees=5, rows_in_leaf=20, row_share=0.5, lines=0.5).fit(X.copy(), y)
        save_model(model, tmp_path / name)
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
