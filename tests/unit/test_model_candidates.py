"""Candidates: declared, named once, simplest first, and with the directions that features declare."""

import pytest

from prevention_model.errors import WrongUsage
from prevention_model.model import RiskModel
from prevention_model.model.candidates import Candidate, candidates_of, grid, in_order, in_words
from prevention_model.settings.experiment import CandidateSettings, ModelSettings


def test_without_candidates_the_model_is_as_the_experiment_says() -> None:
    (only,) = candidates_of(ModelSettings(trees=40, leaves=5, seed=7), ())
    made = only.model({"absence": "risk"}, least_onsets=1)
    expected = RiskModel(trees=40, leaves=5, seed=7, least_onsets=1)
    assert made.get_params() == expected.get_params()


def test_what_a_candidate_leaves_open_is_as_in_the_model() -> None:
    declared = (CandidateSettings(name="large", leaves=31), CandidateSettings(name="small", leaves=2))
    small, large = candidates_of(ModelSettings(trees=60, rows_in_leaf=300, lines=0, directed=True), declared)
    assert (small.name, large.name) == ("small", "large")
    assert (large.settings["leaves"], large.settings["trees"], large.settings["rows_in_leaf"]) == (
        31,
        60,
        300,
    )
    assert large.model({"club": "strength"}).monotone == {"club": -1}


def test_the_grid_runs_from_simple_to_deep_and_directions_come_first() -> None:
    names = [each.name for each in in_order(grid())]
    assert names[:4] == ["lines", "stumps_directed", "stumps", "stumps_and_lines"]
    assert names[-3:] == ["deep_directed", "deep", "deep_and_lines"]


def test_lines_alone_are_simplest_and_lines_beside_trees_less_simple_than_the_trees() -> None:
    declared = [CandidateSettings(name=f"lines {share}", leaves=2, lines=share) for share in (0.5, 0, 1)]
    made = candidates_of(ModelSettings(trees=60), declared)
    assert [each.name for each in made] == ["lines 1", "lines 0", "lines 0.5"]
    assert made[-1].model({}).lines == 0.5
    with pytest.raises(
        WrongUsage, match=r"^Candidate a keeps directions and has lines, which may go up and down\."
    ):
        Candidate("a", {"lines": 0.5}, directed=True)


def test_a_card_says_which_parts_a_model_has() -> None:
    both, lines = (in_words({"trees": 60, "leaves": 3, "lines": share}) for share in (0.5, 1))
    trees = "gradient-boosted trees (LightGBM, 60 of at most 3 leaves)"
    assert both == f"{trees} and {lines}, with 50% of the log-odds from the latter"
    assert lines == "a logistic regression on a broken line through each feature"


def test_a_name_twice_or_a_strange_setting_is_refused() -> None:
    with pytest.raises(WrongUsage, match=r"^Candidates that stand twice: a\."):
        in_order([Candidate("a"), Candidate("a", {"lines": 0}, directed=True)])
    with pytest.raises(WrongUsage, match=r"^Candidate a has settings that the model does not know: depth\.$"):
        Candidate("a", {"depth": 3})


@pytest.mark.parametrize("name", ["model", "logistic", "last_level"])
def test_the_names_of_the_own_model_and_of_rivals_are_taken(name: str) -> None:
    with pytest.raises(WrongUsage, match=rf"^Candidates with a name that is taken: {name}\."):
        candidates_of(ModelSettings(), (CandidateSettings(name=name),))
