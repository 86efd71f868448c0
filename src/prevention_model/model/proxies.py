"""How well features tell a protected trait that the model does not see: each alone, and all of them together.

A model that never reads a trait can still act on it through features that carry it. Where all features together tell a
trait no better than a coin, no model of them can; where they tell it well, one may, and gaps have to be looked at.
"""

from collections.abc import Sequence

import lightgbm as lgb
import numpy as np
import pandas as pd

from prevention_model.errors import WrongUsage, listed
from prevention_model.metrics import GroupAuc, group_auc
from prevention_model.model.boosting import lightgbm_settings

ALL_FEATURES = "all features"
COLUMNS = ("trait", "group", "feature", "auc", "lower", "upper")
MOST_ROWS = 20_000
"""Whole families are drawn until their rows are about so many."""
LEAST_ROWS = 50
"""A group with fewer rows, or with fewer others, is not told from the rest: its figures are missing."""
_FOLDS = 3
_TREES = 30
_SETTINGS = {
    "leaves": 7,
    "learning_rate": 0.15,
    "rows_in_leaf": 20,
    "feature_share": 0.5,
    "row_share": 1.0,
}


def proxy_table(
    features: pd.DataFrame,
    groups: pd.DataFrame,
    traits: Sequence[str],
    families: np.ndarray,
    seed: int = 1,
    alone: bool = True,
) -> pd.DataFrame:
    """For each group of each of the `traits`: feature ("all features", or its name), auc, lower, upper.

    `features` (n x columns; numbers), `groups` (n rows, text) and `families` (n) lie side by side. A group stands
    against all others of its trait. "All features" is a small LightGBM model, fitted on two thirds of the families and
    judged on the others, in turn; a single feature is its own score, whichever way it points. Intervals of 95% count
    whole families. Without `alone` only "all features" is given. At most about 20,000 rows are looked at.
    The same rows and seed give the same table. Raises WrongUsage where a trait has no column.

    >>> side = np.repeat(["east", "west"], 60)
    >>> columns = pd.DataFrame({"bus_pass": np.repeat([0.0, 1.0], 60), "age": np.tile([1.0, 2, 3], 40)})
    >>> found = proxy_table(columns, pd.DataFrame({"side": side}), ["side"], np.arange(120))
    >>> found[found["group"] == "east"][["feature", "auc"]].values.tolist()
    [['all features', 1.0], ['bus_pass', 1.0], ['age', 0.5]]
    """
    absent = [name for name in traits if name not in groups]
    if absent:
        raise WrongUsage(f"There is no column for: {listed(absent)}.", where="traits")
    rows = family_sample(families, MOST_ROWS, seed)
    values = features.iloc[rows].to_numpy(dtype=np.float64, na_value=np.nan)
    codes = pd.factorize(np.asarray(families, dtype=object)[rows])[0]
    keys, members = _groups(groups.iloc[rows], traits)
    if not keys:
        return pd.DataFrame(columns=list(COLUMNS))
    enough = np.minimum(members.sum(axis=0), len(rows) - members.sum(axis=0)) >= LEAST_ROWS
    found = [(ALL_FEATURES, _together(values, members, enough, codes, seed))]
    if alone:
        names = [str(name) for name in features.columns]
        found += [
            (name, _alone(column, members, codes)) for name, column in zip(names, values.T, strict=True)
        ]
    table = pd.concat(
        pd.DataFrame(keys, columns=list(COLUMNS[:2])).assign(
            feature=name,
            **{part: np.where(enough, getattr(said, part), np.nan) for part in ("auc", "lower", "upper")},
        )
        for name, said in found
    )
    table["place"] = table["feature"].ne(ALL_FEATURES)
    table = table.sort_values(
        ["trait", "group", "place", "auc"], ascending=[True, True, True, False], kind="stable"
    )
    return table[list(COLUMNS)].reset_index(drop=True)


def family_sample(families: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Positions of the rows of families drawn at random until their rows are `most`, or all of them.

    >>> family_sample(np.array(["a", "a", "b", "b"]), 3, seed=1).tolist() in ([0, 1], [2, 3])
    True
    """
    codes, unique = pd.factorize(np.asarray(families, dtype=object))
    if len(codes) <= most:
        return np.arange(len(codes))
    order = np.random.default_rng(seed).permutation(len(unique))
    drawn = np.zeros(len(unique), dtype=bool)
    drawn[order[np.cumsum(np.bincount(codes)[order]) <= most]] = True
    return np.flatnonzero(drawn[codes])


def _groups(groups: pd.DataFrame, traits: Sequence[str]) -> tuple[list[tuple[str, str]], np.ndarray]:
    """Each trait with each of its groups, and who is in it (rows x groups)."""
    keys: list[tuple[str, str]] = []
    columns = [np.empty((len(groups), 0))]
    for trait in traits:
        codes, labels = pd.factorize(groups[trait].astype(str), sort=True)
        keys += [(trait, str(label)) for label in labels]
        columns.append((codes[:, None] == np.arange(len(labels))).astype(np.float64))
    return keys, np.column_stack(columns)


def _together(
    values: np.ndarray, members: np.ndarray, enough: np.ndarray, families: np.ndarray, seed: int
) -> GroupAuc:
    """Every group told by a model that did not learn from the family it judges."""
    settings = lightgbm_settings({**_SETTINGS, "seed": seed})
    whole = lgb.Dataset(values, params=settings, free_raw_data=False).construct()
    fold = np.random.default_rng(seed).permutation(families.max() + 1)[families] % _FOLDS
    score = np.zeros(members.shape)
    for place in range(_FOLDS):
        taught, judged = np.flatnonzero(fold != place), np.flatnonzero(fold == place)
        part = whole.subset(taught.tolist()).construct()
        for group in np.flatnonzero(enough):
            part.set_label(members[taught, group])
            told = lgb.train(settings, part, num_boost_round=_TREES)
            score[judged, group] = told.predict(values[judged], raw_score=True)
    each = [group_auc(score[:, group], members[:, [group]], families) for group in range(len(enough))]
    return GroupAuc(
        *(np.concatenate([getattr(one, part) for one in each]) for part in ("auc", "lower", "upper"))
    )


def _alone(column: np.ndarray, members: np.ndarray, families: np.ndarray) -> GroupAuc:
    """A feature as its own score. Missing is lowest or highest, whichever tells more: that it is missing tells too."""
    ends = (-np.inf, np.inf)[: 1 + bool(np.isnan(column).any())]
    found = [
        group_auc(np.where(np.isnan(column), end, column), members, families).without_direction()
        for end in ends
    ]
    high = len(found) > 1 and found[1].auc > found[0].auc
    return GroupAuc(
        *(
            np.where(high, getattr(found[-1], part), getattr(found[0], part))
            for part in ("auc", "lower", "upper")
        )
    )
