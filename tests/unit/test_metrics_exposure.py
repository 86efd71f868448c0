"""Children compared with those seen as often: the measure itself, and what it shows where the truth is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from prevention_model.errors import WrongUsage
from prevention_model.metrics import (
    agreement,
    auc,
    average_precision,
    bands_of,
    by_exposure_alone,
    levels_by_part,
    matched_ranking,
    ranking_bootstrap,
    unmatched_cases,
)

N = 60_000
rows = st.integers(2, 40).flatmap(
    lambda n: st.tuples(
        arrays.arrays(np.int64, n, elements=st.integers(0, 1)),
        arrays.arrays(np.int64, n, elements=st.integers(0, 6)),
        arrays.arrays(np.int64, n, elements=st.integers(0, 3)),
    )
)


def matched(outcome: np.ndarray, score: np.ndarray, bands: np.ndarray) -> np.ndarray:
    return matched_ranking(np.arange(len(outcome)), outcome, score, bands, resamples=1).estimate


# --- the measure -----------------------------------------------------------------------------


@given(rows)
def test_within_bands_each_case_is_compared_with_the_others_of_its_band_only(drawn) -> None:
    outcome, score, bands = drawn
    beaten = []
    for place in np.flatnonzero(outcome):
        others = score[(bands == bands[place]) & (outcome == 0)]
        if len(others):
            beaten.append(np.mean((score[place] > others) + (score[place] == others) / 2))
    area = matched(outcome, score, bands)[0]
    assert area == pytest.approx(np.mean(beaten)) if beaten else np.isnan(area)
    assert unmatched_cases(outcome, bands) == outcome.sum() - len(beaten)


@given(rows, st.lists(st.integers(-50, 50), min_size=4, max_size=4))
def test_what_is_added_to_all_of_a_band_changes_nothing(drawn, added: list[int]) -> None:
    outcome, score, bands = drawn
    moved = score + np.array(added)[bands]
    np.testing.assert_array_equal(matched(outcome, moved, bands), matched(outcome, score, bands))


@given(rows)
def test_the_bands_themselves_rank_no_better_than_chance(drawn) -> None:
    outcome, _, bands = drawn
    area, average = matched(outcome, bands, bands)
    both = np.isin(bands, bands[outcome == 1]) & np.isin(bands, bands[outcome == 0])
    if both.any():
        assert (area, average) == (pytest.approx(0.5), pytest.approx(outcome[both].mean()))
    else:
        assert np.isnan(area) and np.isnan(average)


@given(rows)
def test_with_one_band_it_is_the_plain_figure_resample_by_resample(drawn) -> None:
    outcome, score, families = drawn
    one = matched_ranking(families, outcome, score, np.zeros(len(score)), resamples=20, seed=3)
    plain = ranking_bootstrap(families, outcome, score, resamples=20, seed=3)
    if 0 < outcome.sum() < len(outcome):
        assert one.estimate == pytest.approx([auc(outcome, score), average_precision(outcome, score)])
        defined = np.isfinite(plain.draws).all(axis=1)
        np.testing.assert_allclose(one.draws[defined], plain.draws[defined], atol=1e-12)
    else:
        assert np.isnan(one.estimate).all()


@given(arrays.arrays(np.float64, st.integers(1, 50), elements=st.integers(0, 300) | st.just(np.nan)))
def test_every_count_is_in_the_band_that_names_it_and_bands_reach_half_as_far_again(counts) -> None:
    bands = bands_of(counts)
    assert set(bands.codes) == set(range(len(bands.labels)))
    for count, code in zip(counts, bands.codes, strict=True):
        if np.isnan(count):
            assert bands.labels[code] == "not known" and code == len(bands.labels) - 1
        else:
            first, _, last = bands.labels[code].partition(" to ")
            assert int(first) <= count <= int(last or first) <= 1.5 * max(int(first), 1)


@given(rows)
def test_levels_of_parts_add_up_to_all(drawn) -> None:
    outcome, score, parts = drawn
    level = score / 10
    table = levels_by_part(np.arange(len(score)), outcome, level, parts, list("abcd"), resamples=20)
    assert (table["rows"].sum(), table["cases"].sum()) == (len(score), outcome.sum())
    weighed = np.nansum(table["rows"] * table["gap"])
    assert weighed == pytest.approx((level - outcome).sum(), abs=1e-9)


def test_wrong_arrays_are_refused() -> None:
    with pytest.raises(WrongUsage, match="counts holds negative"):
        bands_of([1, -1])
    with pytest.raises(WrongUsage, match="one band for each of 2 rows"):
        matched_ranking(["a", "b"], [0, 1], [1, 2], [0])
    with pytest.raises(WrongUsage, match="same rows"):
        agreement([1, 2], [1], [0, 1])
    with pytest.raises(WrongUsage, match="share is 2"):
        agreement([1, 2], [1, 2], [0, 1], share=2)


# --- agreement -------------------------------------------------------------------------------


@given(arrays.arrays(np.float64, st.integers(2, 30), elements=st.integers(0, 9), unique=False))
def test_a_ranking_agrees_with_itself_and_not_with_its_reverse(level) -> None:
    outcome = (level > 4).astype(float)
    same, turned = agreement(level, level, outcome), agreement(level, -level, outcome)
    assert same.rate_in_top == same.own_top
    if np.ptp(level):
        assert (same.correlation, turned.correlation) == (pytest.approx(1), pytest.approx(-1))
    else:
        assert np.isnan(same.correlation)


def test_unknown_outcomes_count_for_the_correlation_only() -> None:
    found = agreement([4, 3, 2, 1], [4, 3, 2, 1], [np.nan, 1, 0, 0], share=0.3)
    assert (found.correlation, found.rate_in_top, found.base_rate) == (1.0, 1.0, pytest.approx(1 / 3))
    nobody = agreement([1, 2], [1, 2], [np.nan, np.nan])
    assert np.isnan([nobody.rate_in_top, nobody.own_top, nobody.base_rate]).all()


# --- known truth -----------------------------------------------------------------------------


def watched_lives(watching: float, seed: int = 2) -> dict[str, np.ndarray]:
    """Children whose need decides what happens to them. Contacts say nothing about need, and `watching` sets how much
    sooner what happens to a child with many contacts is on record. The score has learnt from both."""
    draw = np.random.default_rng(seed)
    need, noise = draw.normal(size=(2, N))
    contacts = draw.poisson(np.exp(draw.normal(-0.3, 0.8, N)))
    happened = draw.random(N) < 1 / (1 + np.exp(3.0 - need))
    on_record = happened & (draw.random(N) < 1 / (1 + np.exp(watching * (2.5 - contacts))))
    return {
        "happened": happened.astype(float),
        "on_record": on_record.astype(float),
        "contacts": contacts,
        "score": 0.7 * (need + 0.8 * noise) + watching * 0.5 * contacts,
    }


@pytest.mark.parametrize("watching", [0.8, 1.0, 1.5])
def test_where_the_record_depends_on_contacts_matching_comes_nearer_to_the_truth(watching: float) -> None:
    lives = watched_lives(watching)
    codes = bands_of(lives["contacts"]).codes
    truth = auc(lives["happened"], lives["score"])
    plain = auc(lives["on_record"], lives["score"])
    found = matched_ranking(np.arange(N) // 2, lives["on_record"], lives["score"], codes, resamples=60)
    assert plain - truth > 0.04, "the plain figure flatters"
    assert abs(found.estimate[0] - truth) < 0.5 * (plain - truth)
    # And where children are compared with those seen as often, the record and the truth say the same.
    true_matched = matched(lives["happened"], lives["score"], codes)[0]
    assert found.lower[0] - 0.01 < true_matched < found.upper[0] + 0.01
    assert by_exposure_alone(plain, found.estimate[0]) > 0.1


def test_where_everything_is_on_record_matching_takes_nothing_away() -> None:
    lives = watched_lives(0.0)
    codes = bands_of(lives["contacts"]).codes
    plain = auc(lives["on_record"], lives["score"])
    area = matched(lives["on_record"], lives["score"], codes)[0]
    assert area == pytest.approx(plain, abs=0.01)
    assert plain == pytest.approx(auc(lives["happened"], lives["score"]), abs=0.02)


def test_average_precision_within_bands_is_nearer_to_the_one_of_the_same_children_watched_alike() -> None:
    lives = watched_lives(1.0)
    codes = bands_of(lives["contacts"]).codes
    rate = lives["on_record"].mean()
    # The truth at the base rate of the record: the same share of what happened, drawn without regard to contacts.
    draw = np.random.default_rng(1).random(N) < rate / lives["happened"].mean()
    alike = lives["happened"] * draw
    truth = average_precision(alike, lives["score"] - 0.5 * lives["contacts"])
    plain = average_precision(lives["on_record"], lives["score"])
    average = matched(lives["on_record"], lives["score"], codes)[1]
    assert abs(average - truth) < 0.5 * abs(plain - truth)


def test_an_interval_holds_the_figure_of_another_draw() -> None:
    held = 0
    for seed in range(8):
        lives = {key: value[:6000] for key, value in watched_lives(1.0, seed + 10).items()}
        codes = bands_of(lives["contacts"]).codes
        found = matched_ranking(np.arange(6000), lives["on_record"], lives["score"], codes, resamples=100)
        everybody = watched_lives(1.0, 99)
        whole = matched(everybody["on_record"], everybody["score"], bands_of(everybody["contacts"]).codes)[0]
        held += bool(found.lower[0] <= whole <= found.upper[0])
    assert held >= 6
