"""How well features tell a trait: planted proxies are found, noise is not, and whole families count once."""

import numpy as np
import pandas as pd
import pytest

from prevention_model.errors import WrongUsage
from prevention_model.metrics import auc, family_bootstrap_by_weights, group_auc
from prevention_model.model import proxies
from prevention_model.model.proxies import ALL_FEATURES, family_sample, proxy_table


def made_up(families: int, size: int = 3, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Families of one trait each; `street` carries it by half, `noise` and `quiet` do not, and `quiet` has holes."""
    draw = np.random.default_rng(seed)
    family = np.repeat(np.arange(families), size)
    trait = np.repeat(draw.random(families) < 0.4, size)
    features = pd.DataFrame(
        {
            "noise": draw.normal(size=len(family)),
            "street": np.repeat(draw.normal(size=families), size) - 1.0 * trait,
            "quiet": np.where(draw.random(len(family)) < 0.3, np.nan, draw.normal(size=len(family))),
        }
    )
    groups = pd.DataFrame({"side": np.where(trait, "east", "west"), "all_one": "same"})
    return features, groups, family


def test_a_planted_proxy_is_found_whichever_way_it_points_and_noise_is_not() -> None:
    features, groups, family = made_up(600)
    found = proxy_table(features, groups, ["side"], family).set_index(["group", "feature"])
    assert list(found.loc["east"].index[:2]) == [ALL_FEATURES, "street"]
    # Two normal distributions one standard deviation apart: the area is Phi(1 / sqrt(2)) = 0.760.
    for group in ("east", "west"):
        assert found.loc[group, "street"]["lower"] < 0.760 < found.loc[group, "street"]["upper"]
        assert found.loc[group, ALL_FEATURES]["auc"] == pytest.approx(0.74, abs=0.04)
        assert found.loc[group, "noise"]["lower"] < 0.51 and found.loc[group, "noise"]["auc"] < 0.54


def test_what_families_share_does_not_pass_for_knowledge_of_the_trait() -> None:
    """A number of the family's own would tell the trait exactly, were a family on both sides."""
    draw = np.random.default_rng(3)
    family = np.repeat(np.arange(300), 5)
    features = pd.DataFrame({"own_number": draw.permutation(300).astype(float)[family]})
    groups = pd.DataFrame({"side": np.where(draw.random(300) < 0.5, "east", "west")[family]})
    found = proxy_table(features, groups, ["side"], family, alone=False)
    assert (found["feature"] == ALL_FEATURES).all()
    assert ((found["lower"] < 0.5) & (found["auc"] < 0.6)).all()


def test_that_a_value_is_missing_can_tell_a_trait() -> None:
    features, groups, family = made_up(200)
    features["filled_in"] = np.where(groups["side"] == "east", np.nan, features["noise"])
    found = proxy_table(features, groups, ["side"], family).set_index(["group", "feature"])
    assert found.loc["east", "filled_in"]["auc"] == 1.0


def test_a_group_of_few_rows_or_of_everybody_has_no_figures() -> None:
    features, groups, family = made_up(100)
    groups.loc[:20, "side"] = "few"
    found = proxy_table(features, groups, ["side", "all_one"], family).set_index(["trait", "group"])
    assert found.loc[("side", "few"), "auc"].isna().all()
    assert found.loc[("all_one", "same"), "auc"].isna().all()
    assert found.loc[("side", "east"), "auc"].notna().all()


def test_the_same_rows_and_seed_give_the_same_table() -> None:
    features, groups, family = made_up(150)
    one = proxy_table(features, groups, ["side"], family, seed=4)
    pd.testing.assert_frame_equal(one, proxy_table(features, groups, ["side"], family, seed=4))


def test_many_rows_are_drawn_by_whole_families(monkeypatch: pytest.MonkeyPatch) -> None:
    features, groups, family = made_up(400)
    rows = family_sample(family, 300, seed=2)
    assert len(rows) == 300 and (np.bincount(family[rows])[np.unique(family[rows])] == 3).all()
    monkeypatch.setattr(proxies, "MOST_ROWS", 600)
    assert proxy_table(features, groups, ["side"], family)["auc"].notna().all()


def test_a_trait_without_a_column_is_refused() -> None:
    features, groups, family = made_up(50)
    with pytest.raises(WrongUsage, match=r"^There is no column for: faith\. Where: traits\."):
        proxy_table(features, groups, ["faith"], family)


def test_the_area_of_a_group_is_the_usual_area_and_its_interval_that_of_resampled_families() -> None:
    features, groups, family = made_up(400, size=4, seed=5)
    inside = (groups["side"] == "east").to_numpy(dtype=float)
    score = -features["street"].to_numpy()
    found = group_auc(score, inside[:, None], family)
    assert found.auc[0] == pytest.approx(auc(inside, score))
    drawn = family_bootstrap_by_weights(family, lambda weight: auc(inside, score, weight), resamples=400)
    assert found.lower[0] == pytest.approx(drawn.lower[0], abs=0.01)
    assert found.upper[0] == pytest.approx(drawn.upper[0], abs=0.01)
    # As if every row were a family of its own, the interval would be about half as wide.
    naive = group_auc(score, inside[:, None], np.arange(len(inside)))
    assert (naive.upper - naive.lower)[0] < 0.65 * (found.upper - found.lower)[0]


def test_turned_round_an_area_says_how_much_is_told() -> None:
    features, groups, family = made_up(200)
    inside = (groups["side"] == "east").to_numpy(dtype=float)[:, None]
    down = group_auc(features["street"], inside, family)
    up = down.without_direction()
    assert down.auc[0] < 0.5 < up.auc[0] == 1 - down.auc[0]
    assert (up.lower[0], up.upper[0]) == (1 - down.upper[0], 1 - down.lower[0])


def test_scores_and_members_of_different_length_are_refused() -> None:
    with pytest.raises(WrongUsage, match=r"members has the shape \(2, 1\), and there are 3 scores"):
        group_auc([1, 2, 3], np.ones((2, 1)), ["a", "b", "c"])
