"""Each measure of the mitigation menu by itself: what it must do, and what it must leave alone."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from prevention_model.errors import WrongUsage
from prevention_model.metrics import calibration_line, expected_calibration_error
from prevention_model.mitigation import (
    MENU,
    RisingLine,
    by_expected_onsets,
    by_share_found,
    chosen_by_group,
    features_that_carry,
    found_alike,
    gains_of,
    list_parts,
    named,
    places_by_group,
    reweighing_weights,
    share_found,
)
from prevention_model.model.boosting import lightgbm_settings


def test_only_the_cut_off_by_group_reads_a_trait_at_scoring_and_it_needs_a_lawyer() -> None:
    assert [measure.name for measure in MENU if measure.trait_at_scoring] == ["group_cut_offs"]
    assert [measure.name for measure in MENU if measure.sign_off] == ["group_cut_offs"]
    assert "legal sign-off before any use" in named(["group_cut_offs"])[0].law
    assert named([]) == MENU


def test_weighed_the_outcome_is_as_frequent_in_each_group_as_in_all() -> None:
    draw = np.random.default_rng(1)
    group = np.where(draw.random(4000) < 0.3, "b", "a")
    label = (draw.random(4000) < np.where(group == "b", 0.05, 0.2)).astype(float)
    weight = reweighing_weights(group, label)
    assert weight.mean() == pytest.approx(1)
    for name in ("a", "b"):
        inside = group == name
        assert np.average(label[inside], weights=weight[inside]) == pytest.approx(label.mean())
        assert weight[inside].sum() == pytest.approx(inside.sum())


def test_weights_want_a_known_label_for_each_row() -> None:
    with pytest.raises(WrongUsage, match="a label that is 0 or 1"):
        reweighing_weights(["a", "b"], [1, np.nan])
    with pytest.raises(WrongUsage):
        reweighing_weights(["a", "b"], [1])


def bent(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds that are right in the middle, too timid at the top and too bold at the bottom, and what happened."""
    draw = np.random.default_rng(seed)
    margin = draw.normal(-2.5, 1.3, rows)
    truth = np.where(margin > -2, -2 + 2.2 * (margin + 2), -2 + 0.5 * (margin + 2))
    return margin, (draw.random(rows) < expit(truth)).astype(float)


def test_calibrated_again_levels_are_right_along_their_range_and_nobody_passes_another() -> None:
    margin, happened = bent(30_000, 1)
    later, then = bent(30_000, 2)
    line = RisingLine.fit(margin, happened)
    better = line(later)
    before = expected_calibration_error(then, expit(later))
    assert expected_calibration_error(then, expit(better)) < before / 2
    assert calibration_line(then, expit(better)).slope == pytest.approx(1, abs=0.07)
    assert expit(better).sum() == pytest.approx(then.sum(), rel=0.04)
    assert (np.argsort(later, kind="stable") == np.argsort(better, kind="stable")).all()


def test_levels_that_are_right_stay_about_as_they_are() -> None:
    draw = np.random.default_rng(4)
    margin = draw.normal(-2.5, 1.0, 20_000)
    line = RisingLine.fit(margin, (draw.random(20_000) < expit(margin)).astype(float))
    assert np.abs(expit(line(margin)) - expit(margin)).mean() < 0.006


@given(
    st.lists(st.tuples(st.floats(-6, 3), st.booleans()), min_size=4, max_size=60).filter(
        lambda rows: 0 < sum(happened for _, happened in rows) < len(rows)
    )
)
def test_however_few_rows_the_line_never_falls(rows: list[tuple[float, bool]]) -> None:
    margin, happened = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], dtype=float)
    line = RisingLine.fit(margin, happened)
    assert np.isfinite(line(margin)).all()
    assert (np.diff(line(np.linspace(-8, 5, 300))) >= -1e-9).all()


def test_to_calibrate_both_kinds_of_rows_are_needed() -> None:
    with pytest.raises(WrongUsage, match="rows are needed to whom it happened"):
        RisingLine.fit([0.1, 0.2], [0, 0])


gains = st.dictionaries(
    st.sampled_from(["Z1", "Z2", "Z3", "Z4"]),
    st.lists(st.floats(0, 5), min_size=3, max_size=30).map(lambda held: -np.sort(-np.array(held))),
    min_size=1,
)


@given(gains, st.integers(4, 12))
def test_places_that_move_are_as_many_as_before_and_no_zone_is_left_without(
    held: dict[str, np.ndarray], places: int
) -> None:
    for deal in (by_share_found, by_expected_onsets):
        moved = deal(held, places)
        assert set(moved) == set(held) and min(moved.values()) >= 1
        if sum(each.sum() for each in held.values()) and sum(len(each) for each in held.values()) >= places:
            room = [len(each) for each in held.values() if each.sum()]
            assert sum(moved.values()) == places or sum(room) < places


def test_places_go_where_the_share_found_is_least() -> None:
    """One zone has all its onsets in few families, the other spread over many: equal shares need unequal places."""
    dense, wide = np.array([5.0, 3, 1, 1, 0.1]), np.full(40, 0.25)
    held = {"dense": dense, "wide": wide}
    moved = by_share_found(held, 20)
    found = share_found(held, moved)
    assert moved["wide"] > 12 and moved["dense"] < 8 and sum(moved.values()) == 20
    even = share_found(held, {"dense": 10, "wide": 10})
    assert abs(found["dense"] - found["wide"]) < abs(even["dense"] - even["wide"]) / 3
    # Both expect about as many onsets, so in proportion they get as many places.
    assert by_expected_onsets(held, 20) == {"dense": 10, "wide": 10}


def test_too_few_places_for_all_parts_are_refused() -> None:
    with pytest.raises(WrongUsage, match="2 places are fewer than 1 for each of 3 parts"):
        by_share_found(dict.fromkeys("abc", np.ones(3)), 2)


def test_gains_are_averaged_over_dates() -> None:
    found = gains_of(["N", "N", "N"], [1, 2, 2], [1, 1, 2], [0.4, 0.2, 0.1])
    assert found["N"].tolist() == pytest.approx([0.3, 0.05])


def test_a_cut_off_by_group_keeps_the_places_of_each_zone_and_evens_the_share_found() -> None:
    """The same ranking within both groups, but the levels of one are half as high: one cut-off finds few of them."""
    draw = np.random.default_rng(2)
    level = np.concatenate([draw.beta(2, 12, 1000), draw.beta(2, 12, 1000) / 2])
    group = np.repeat(["a", "b"], 1000)
    chosen = chosen_by_group(level, np.zeros(2000, dtype=int), group, np.arange(2000), 0.1)
    shares = [level[chosen & (group == name)].sum() / level[group == name].sum() for name in "ab"]
    assert chosen.sum() == 200 and abs(shares[0] - shares[1]) < 0.01
    one_cut = level >= np.sort(level)[-200]
    assert one_cut[group == "b"].sum() < 20 < chosen[group == "b"].sum()

    parts = list_parts(np.repeat(["Z1", "Z2"], 2), np.tile(["a", "b"], 2))
    held = dict(zip(parts, [np.full(30, 0.2), np.full(30, 0.1), np.full(30, 0.3), np.zeros(5)], strict=True))
    dealt = places_by_group(held, {"Z1": 10, "Z2": 4})
    assert dealt == {"Z1 / a": 5, "Z1 / b": 5, "Z2 / a": 4}


def test_features_that_tell_a_group_are_named_strongest_first_and_never_most_of_them() -> None:
    area = np.array([0.95, 0.9, 0.8, 0.7, 0.66, 0.61, *[0.5] * 4])
    table = pd.DataFrame(
        {
            "trait": "side",
            "group": "east",
            "feature": ["all features", *(f"f{place}" for place in range(9))],
            "auc": area,
            "lower": area - 0.05,
        }
    )
    assert features_that_carry(table) == ("f0", "f1", "f2")
    assert features_that_carry(table[table["auc"] < 0.65]) == ()
    # High in a small group by chance: the interval says so.
    assert features_that_carry(table.assign(lower=0.45)) == ()


def test_a_reduction_finds_more_alike_on_children_it_did_not_learn_from() -> None:
    """It happens less often in one group, which a feature tells: a plain fit then finds few of the group."""
    values, group, label = two_groups(12_000, 1)
    later, of, then = two_groups(12_000, 2)
    settings = lightgbm_settings(
        {
            "leaves": 4,
            "learning_rate": 0.15,
            "rows_in_leaf": 100,
            "feature_share": 1.0,
            "row_share": 1.0,
            "seed": 1,
        }
    )
    cut = 0.25
    mixture = found_alike(values, label, group, cut, settings, 40, 10)
    assert sum(mixture.weights) == pytest.approx(1)
    plain = missed_gap(logit(np.clip(expit(later[:, 0] * 1.2 - 2 - 1.5 * (of == "b")), 1e-6, 1)), of, then)
    assert abs(missed_gap(mixture.margin(later), of, then)) < plain / 2
    # What it says of a child comes from features alone.
    assert (mixture.margin(later) == mixture.margin(later.copy())).all()


def two_groups(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Need, a street that tells the group, and noise; the group; and whether it happened."""
    draw = np.random.default_rng(seed)
    group = np.where(draw.random(rows) < 0.4, "b", "a")
    need = draw.normal(size=rows)
    label = (draw.random(rows) < expit(1.2 * need - 2 - 1.5 * (group == "b"))).astype(float)
    street = (group == "b") + draw.normal(0, 0.3, rows)
    return np.column_stack([need, street, draw.normal(size=rows)]), group, label


def missed_gap(score: np.ndarray, group: np.ndarray, label: np.ndarray) -> float:
    """The share missed in group b less that in a, where the highest tenth are chosen."""
    chosen = score >= np.quantile(score, 0.9)
    missed = [float((~chosen)[(group == name) & (label == 1)].mean()) for name in "ab"]
    return missed[1] - missed[0]
