"""Lines: the curve that was there, the numbers of scikit-learn, and sums that are the same to the last bit."""

import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import SplineTransformer, StandardScaler
from threadpoolctl import threadpool_limits

from prevention_model.metrics import auc
from prevention_model.model import lines as lines_file
from prevention_model.model.lines import Lines


def world(rows: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts, a share with holes (more likely where missing), a flag, and true log-odds."""
    draw = np.random.default_rng(seed)
    X = np.column_stack([draw.poisson(1, rows), draw.random(rows), draw.random(rows) < 0.3]).astype(float)
    truth = -2.5 + 0.8 * np.minimum(X[:, 0], 2) + 2 * np.abs(X[:, 1] - 0.5) - X[:, 2]
    hole = draw.random(rows) < 0.2
    truth += 0.7 * hole
    X[hole, 1] = np.nan
    return X, (draw.random(rows) < expit(truth)).astype(float), truth


def test_the_true_curve_is_found() -> None:
    X, y, _ = world(100_000)
    made = Lines.fit(X, y)
    seen, _, truth = world(5000, 2)
    assert np.corrcoef(made.margin(seen), truth)[0, 1] > 0.97
    assert made.lines[2].adds[1] - made.lines[2].adds[0] == pytest.approx(-1, abs=0.1)
    share = made.lines[1]
    assert share(np.array([0.0]))[0] > share(np.array([0.45]))[0] + 0.5
    assert share.missing > share(np.array([0.5]))[0]


def test_they_are_the_lines_of_scikit_learn() -> None:
    """The same broken lines, standardised, with the same penalty, by its own transformer."""
    X, y, _ = world(20_000)
    known = ~np.isnan(X[:, 1])
    X, y = X[known][:, :2], y[known]
    made = Lines.fit(X, y)
    bends = np.column_stack([made.lines[place].at for place in (0, 1)])
    hats = SplineTransformer(
        degree=1, knots=bends, include_bias=True, extrapolation="constant"
    ).fit_transform(X)
    own = StandardScaler().fit_transform(np.delete(hats, [0, len(bends)], axis=1))
    fitted = LogisticRegression(C=lines_file._SPREAD**2 / own.shape[1], tol=1e-8, max_iter=5000).fit(own, y)
    assert np.ptp(made.margin(X)) > 1
    assert made.margin(X) == pytest.approx(fitted.decision_function(own), abs=5e-3)


def test_what_lines_add_is_nothing_on_average_and_adds_up_to_the_score() -> None:
    X, y, _ = world(4000)
    made = Lines.fit(X, y)
    parts = made.contributions(X)
    assert made.base + parts.sum(axis=1) == pytest.approx(made.margin(X), abs=1e-12)
    assert parts.mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_score_is_the_same_whoever_stands_beside_it(data: st.DataObject) -> None:
    X, y, _ = world(600)
    made = Lines.fit(X, y)
    whole = made.margin(X)
    rows = data.draw(st.lists(st.integers(0, len(X) - 1), min_size=1, max_size=50))
    assert made.margin(X[rows]).tobytes() == whole[rows].tobytes()
    again = Lines.of(json.loads(json.dumps(made.plain())))
    assert again.margin(X[rows]).tobytes() == whole[rows].tobytes()


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.floats(1, 1e6))
def test_between_bends_straight_and_beyond_them_level(share: float, far: float) -> None:
    X, y, _ = world(600)
    line = Lines.fit(X, y).lines[0]
    assert line(np.array([line.at[-1] + far, line.at[0] - far])).tolist() == [line.adds[-1], line.adds[0]]
    ends = line.at[:2]
    inside = ends[0] + share * (ends[1] - ends[0])
    assert line(np.array([inside]))[0] == pytest.approx(line.adds[0] + share * (line.adds[1] - line.adds[0]))


def test_one_thread_and_two_learn_the_same() -> None:
    draw = np.random.default_rng(4)
    X = draw.poisson(0.5, size=(30_000, 60)).astype(float)
    X[draw.random(X.shape) < 0.1] = np.nan
    y = (draw.random(len(X)) < expit(-3 + np.nan_to_num(X[:, :9]).sum(axis=1) / 3)).astype(float)
    said = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            said.append(Lines.fit(X, y).plain())
    assert said[0] == said[1]


def test_a_weight_counts_as_rows_of_the_same_kind() -> None:
    X, y, _ = world(3000)
    weight = np.where(y == 1, 3.0, 1.0)
    rows = np.repeat(np.arange(3000), weight.astype(int))
    seen = world(500, 2)[0]
    assert Lines.fit(X, y, weight).margin(seen) == pytest.approx(
        Lines.fit(X[rows], y[rows]).margin(seen), abs=5e-3
    )


def test_of_many_rows_all_onsets_teach_and_the_base_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y, _ = world(40_000)
    keep = (y == 0) | (np.arange(len(y)) % 8 == 0)
    X, y = X[keep], y[keep]
    whole = Lines.fit(X, y)
    monkeypatch.setattr(lines_file, "_MOST_CELLS", 12_000 * 10)
    part = Lines.fit(X, y)
    seen, happened, _ = world(20_000, 2)
    assert expit(part.margin(X)).mean() == pytest.approx(y.mean(), rel=0.05)
    assert auc(happened, part.margin(seen)) == pytest.approx(auc(happened, whole.margin(seen)), abs=0.01)
    rows, weight = lines_file._drawn(y, np.ones(len(y)), 12_000, 1)
    assert y[rows].sum() == y.sum()
    assert weight.sum() == pytest.approx(len(y))


def test_codes_have_a_number_each_and_holes_are_shared() -> None:
    draw = np.random.default_rng(5)
    code = draw.integers(0, 5, 20_000).astype(float)
    adds = np.array([0.0, 2.0, 0.0, 2.0, 0.0])
    y = (draw.random(20_000) < expit(-2 + adds[code.astype(int)])).astype(float)
    source = np.where(draw.random((20_000, 1)) < 0.3, np.nan, draw.random((20_000, 2)))
    made = Lines.fit(np.column_stack([code, source]), y, categorical=[0])
    low, high = made.lines[0].adds[[0, 2, 4]], made.lines[0].adds[[1, 3]]
    assert low.max() + 1.5 < high.min()
    away = made.lines[1].missing, made.lines[2].missing
    assert away == pytest.approx((0, 0), abs=0.05)


def test_memory_stays_within_its_bound_however_many_codes_a_column_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draw = np.random.default_rng(7)
    code = draw.integers(0, 2000, 20_000).astype(float)
    y = (draw.random(20_000) < np.where(code < 200, 0.2, 0.02)).astype(float)
    monkeypatch.setattr(lines_file, "_MOST_CELLS", 2_000_000)
    tracemalloc.start()
    made = Lines.fit(code[:, None], y, categorical=[0])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 250e6  # all rows would take 320 MB for one copy of the columns
    line = made.lines[0]
    assert line.adds[:200].mean() > line.adds[200:].mean()


def test_without_an_onset_nothing_but_the_rate_is_learnt() -> None:
    X = world(50)[0]
    made = Lines.fit(X, np.zeros(50))
    assert not made.lines
    assert (expit(made.margin(X)) < 1e-5).all()


@pytest.mark.parametrize("column", [np.nan, 1.0])
def test_columns_that_tell_nothing_apart_have_no_line(column: float) -> None:
    X, y, _ = world(500)
    plain, more = Lines.fit(X, y), Lines.fit(np.column_stack([X, np.full(500, column)]), y)
    assert 3 not in more.lines
    assert more.margin(np.column_stack([X, np.full(500, 7.0)])).tolist() == plain.margin(X).tolist()
    alone = Lines.fit(np.full((500, 1), column), y)
    assert expit(alone.margin(np.zeros((2, 1)))) == pytest.approx(y.mean())


def test_a_column_with_one_value_and_holes_tells_by_its_holes() -> None:
    draw = np.random.default_rng(6)
    known = draw.random(5000) < 0.5
    y = (draw.random(5000) < np.where(known, 0.1, 0.4)).astype(float)
    line = Lines.fit(np.where(known, 1.0, np.nan)[:, None], y).lines[0]
    assert line.missing > line(np.array([1.0]))[0] + 1.5
