"""Refits on a part of the families scatter, once scaled back, as much as fits on other families would."""

import numpy as np
import pandas as pd
import pytest

from prevention_model.model import RiskModel
from prevention_model.model.refits import Refits, refit, share_of

FAMILIES = 1500
IN_FAMILY = 4


def world(seed: int, families: int = FAMILIES) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    shared = draw.normal(0, 0.7, (families, 8)).repeat(IN_FAMILY, axis=0)
    X = shared + draw.normal(0, 0.7, shared.shape)
    chance = 1 / (1 + np.exp(2.2 - 0.8 * X[:, 0] - 0.5 * X[:, 1]))
    frame = pd.DataFrame(X, columns=[f"f{place}" for place in range(8)])
    return frame, (draw.random(len(X)) < chance).astype(float), np.arange(families).repeat(IN_FAMILY)


def model_of(seed: int, lines: float = 0) -> tuple[RiskModel, tuple[pd.DataFrame, np.ndarray, np.ndarray]]:
    rows = world(seed)
    made = RiskModel(trees=60, leaves=3, rows_in_leaf=60, row_share=0.5, lines=lines)
    return made.fit(rows[0], rows[1], families=rows[2], calibrate=world(900)[:2]), rows


@pytest.mark.parametrize("lines", [0, 0.5, 1])
def test_scaled_back_they_scatter_as_fits_on_other_families(lines: float) -> None:
    seen = world(99, 200)[0]
    anew = np.array([model_of(seed, lines)[0].margin(seen) for seed in range(10, 24)])
    model, rows = model_of(1, lines)
    made = refit(model, *rows, 14, world(900)[:2])
    assert made.share == 0.25
    own = model.margin(seen)
    scaled = np.array([made.scaled(own, each.margin(seen)) for each in made.models])
    found, true = (np.sqrt(part.var(axis=0, ddof=1).mean()) for part in (scaled, anew))
    assert found == pytest.approx(true, rel=0.3)


def test_a_family_is_drawn_whole_and_the_same_refits_come_again() -> None:
    model, rows = model_of(2)
    first, again = refit(model, *rows, 2), refit(model, *rows, 2)
    seen = rows[0].iloc[:50]
    assert np.array_equal(first.models[0].margin(seen), again.models[0].margin(seen))
    assert not np.array_equal(first.models[0].margin(seen), first.models[1].margin(seen))
    assert np.array_equal(model.margin(seen), model_of(2)[0].margin(seen))


def test_without_a_slice_they_are_calibrated_on_families_left_out() -> None:
    model, rows = model_of(3)
    later = world(77)
    for each in refit(model, *rows, 3).models:
        assert each.predict_proba(later[0])[:, 1].mean() == pytest.approx(later[1].mean(), abs=0.03)


@pytest.mark.parametrize(
    ("rows", "onsets", "share"),
    [(1000, 20, 0.5), (1000, 250, 0.4), (10_000, 900, 0.25), (800_000, 20_000, 0.05)],
)
def test_the_share_of_families(rows: int, onsets: float, share: float) -> None:
    assert share_of(rows, onsets) == pytest.approx(share)
    assert Refits((), share).scale <= 1
