"""Contributions held against other programs: they agree, and would not if one of them were wrong."""

import numpy as np
import pandas as pd
import pytest

from prevention_model.explanation import Contributions, explained_again, second_opinion
from prevention_model.model import RiskModel


@pytest.fixture(scope="module")
def data() -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(4)
    table = pd.DataFrame(random.normal(size=(900, 4)).round(1), columns=list("abcd"))
    table.loc[::7, "c"] = np.nan
    return table, (table["a"] + random.normal(size=900) > 1.2).astype(float).to_numpy()


@pytest.mark.parametrize("lines", [0.0, 0.5, 1.0])
def test_every_kind_of_model_is_explained_alike_by_others(
    lines: float, data: tuple[pd.DataFrame, np.ndarray]
) -> None:
    found = explained_again(RiskModel(trees=40, rows_in_leaf=20, lines=lines).fit(*data), data[0])
    assert [each["by"].split()[0] for each in found] == (["the"] if lines == 1 else ["LightGBM", "shap"])
    assert all(each["largest_difference"] < 1e-6 and each["rows"] >= 100 for each in found)


def test_shap_works_it_out_itself(
    data: tuple[pd.DataFrame, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    # For LightGBM's models shap can pass on LightGBM's answer; then it would agree whatever LightGBM said.
    model = RiskModel(trees=20, rows_in_leaf=20, lines=0).fit(*data)
    from prevention_model.explanation.by_shap import shap_contributions

    honest, _ = shap_contributions(model.booster_, model.numbers(data[0])[:50])
    monkeypatch.setattr(type(model.booster_), "predict", lambda *given, **more: np.zeros((50, 5)))
    again, _ = shap_contributions(model.booster_, model.numbers(data[0])[:50])
    assert np.abs(honest).max() > 0.01 and np.array_equal(honest, again)


@pytest.mark.parametrize("lines", [0.5, 1.0])
def test_one_wrong_contribution_is_seen(
    lines: float, data: tuple[pd.DataFrame, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = RiskModel(trees=20, rows_in_leaf=20, lines=lines).fit(*data)
    true = second_opinion.contributions_of

    def wrong(given: RiskModel, X: pd.DataFrame) -> Contributions:
        said = true(given, X)
        values = said.values.copy()
        values[3, 1] += 0.01
        return Contributions(values, said.base, said.method)

    monkeypatch.setattr(second_opinion, "contributions_of", wrong)
    assert max(each["largest_difference"] for each in explained_again(model, data[0])) > 0.009


def test_where_a_column_is_a_category_shap_is_not_asked(data: tuple[pd.DataFrame, np.ndarray]) -> None:
    table = data[0].assign(d=np.where(data[0]["d"] > 0, "north", "south"))
    model = RiskModel(trees=20, rows_in_leaf=20, lines=0, categorical=["d"]).fit(table, data[1])
    assert [each["by"] for each in explained_again(model, table)] == ["LightGBM"]
