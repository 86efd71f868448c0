"""What a model takes as columns: names, categories as numbers, and no values that cannot be told apart."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from prevention_model.errors import WrongUsage, listed

Category = str | int | float | bool


class WrongData(WrongUsage, ValueError):
    """Rows or labels that a model cannot learn from or score; also a ValueError, as scikit-learn asks."""


class UnseenCategory(UserWarning):
    """Rows hold a category that the model never saw; they are scored as if it were missing."""


def names_of(X: Any) -> list[Any]:
    """The names of the columns, in their order. Raises WrongData where one stands twice.

    >>> names_of(np.zeros((1, 2)))
    ['feature_0', 'feature_1']
    """
    if not isinstance(X, pd.DataFrame):
        return [f"feature_{place}" for place in range(X.shape[1])]
    twice = X.columns[X.columns.duplicated()].unique()
    if len(twice):
        raise WrongData(f"Columns that stand twice: {listed([str(name) for name in twice])}.")
    return list(X.columns)


def learn_categories(X: Any, named: Sequence[str]) -> dict[str, list[Category]]:
    """For each categorical column the categories that it holds, sorted; a category's code is its place there.

    Categorical is what pandas says is, and what is `named`. Raises WrongData for names that are not there,
    for text that nobody called a category, and for categories that are no text, number, or true or false.

    >>> learn_categories(pd.DataFrame({"tenure": pd.Categorical(["rents", "owns"]), "n": [1, 2]}), ())
    {'tenure': ['owns', 'rents']}
    """
    if not isinstance(X, pd.DataFrame) and not named:
        return {}
    X = X if isinstance(X, pd.DataFrame) else np.asarray(X)
    names = names_of(X)
    if strange := [name for name in named if name not in names]:
        raise WrongData(f"`categorical` names columns that are not there: {listed(strange)}.")
    chosen = list(named)
    if isinstance(X, pd.DataFrame):
        kinds = dict(X.dtypes)
        chosen = [n for n in names if n in named or isinstance(kinds[n], pd.CategoricalDtype)]
        words = [str(n) for n in names if n not in chosen and pd.api.types.is_string_dtype(X[n])]
        if words:
            raise WrongData(
                f"Columns that hold text: {listed(words)}. Make each a category, or name it in `categorical`."
            )
    return {name: _categories(_column(X, name), name) for name in chosen}


def encoded(X: Any, categories: Mapping[str, Sequence[Category]]) -> tuple[Any, dict[str, int]]:
    """The same rows with codes in place of categories, and in how many rows each column's was never seen.

    >>> rows = pd.DataFrame({"tenure": ["rents", "squats", None]})
    >>> codes, unseen = encoded(rows, {"tenure": ["owns", "rents"]})
    >>> codes["tenure"].tolist(), unseen
    ([1.0, nan, nan], {'tenure': 1})
    """
    if not categories:
        return X, {}
    frame = isinstance(X, pd.DataFrame)
    # A shallow copy: the columns that stay as they are need not be copied.
    given = X.copy(deep=False) if frame else np.array(X, dtype=object)
    unseen = {}
    for name, known in categories.items():
        if frame and name not in X:
            continue  # what is missing is refused by name with all the other columns
        codes, strange = _codes(_column(X, name), known)
        if strange:
            unseen[name] = strange
        if frame:
            given[name] = codes
        else:
            given[:, names_of(X).index(name)] = codes
    return given if frame else given.astype(np.float64), unseen


def warn_of_unseen(unseen: Mapping[str, int]) -> None:
    """Say which columns held a category that the model never saw, and in how many rows."""
    if unseen:
        said = listed([f"{name} in {rows} row{'s' * (rows != 1)}" for name, rows in unseen.items()])
        warnings.warn(
            f"Categories that the model never saw, taken for missing: {said}.", UnseenCategory, stacklevel=3
        )


def refuse_infinite(X: np.ndarray, names: Sequence[Any]) -> None:
    """Raises WrongData naming the columns that hold infinity, and in how many rows."""
    infinite = np.isinf(X).sum(axis=0)
    if infinite.any():
        said = [f"{names[place]} in {infinite[place]} rows" for place in np.flatnonzero(infinite).tolist()]
        raise WrongData(f"Columns that hold infinite values (inf): {listed(said)}. Missing is allowed.")


def refuse_other_order(X: Any, names: Sequence[Any]) -> None:
    """Raises WrongData where the same columns stand in another order, naming the first out of place."""
    if not isinstance(X, pd.DataFrame) or list(X.columns) == list(names) or set(X.columns) != set(names):
        return
    place, name = next(
        (at, name) for at, (name, was) in enumerate(zip(X.columns, names, strict=True)) if name != was
    )
    raise WrongData(
        "The feature names should match those that were passed during fit.\n"
        "Feature names must be in the same order as they were in fit.\n"
        f"Column {place + 1} is {name}, and was {names[place]}."
    )


def without_use(X: np.ndarray, names: Sequence[Any]) -> dict[Any, str]:
    """Columns that can teach nothing, and why: all missing, or one value in every row.

    >>> without_use(np.array([[1.0, np.nan, 3], [1, np.nan, 4]]), ["a", "b", "c"])
    {'a': 'one value', 'b': 'all missing'}
    """
    low, high = np.fmin.reduce(X, axis=0), np.fmax.reduce(X, axis=0)
    found = {}
    for place in np.flatnonzero(~(low < high)).tolist():
        if np.isnan(low[place]):
            found[names[place]] = "all missing"
        elif not np.isnan(X[:, place]).any():
            found[names[place]] = "one value"
    return found


def _column(X: Any, name: str) -> pd.Series:
    if isinstance(X, pd.DataFrame):
        return X[name]
    return pd.Series(X[:, names_of(X).index(name)])


def _categories(column: pd.Series, name: str) -> list[Category]:
    values = [getattr(value, "item", lambda value=value: value)() for value in column.dropna().unique()]
    if not all(isinstance(value, Category) for value in values):
        raise WrongData(f"Column {name} holds categories that are no text, number, or true or false.")
    return sorted(values, key=lambda value: (isinstance(value, str), value))


def _codes(column: pd.Series, known: Sequence[Category]) -> tuple[np.ndarray, int]:
    index = pd.Index(list(known), dtype=object)
    if isinstance(column.dtype, pd.CategoricalDtype):
        own = np.append(index.get_indexer(column.cat.categories.astype(object)), -1)
        place = own[column.cat.codes.to_numpy()]
    else:
        place = index.get_indexer(pd.Index(column.astype(object)))
    unseen = int(((place < 0) & column.notna().to_numpy()).sum())
    return np.where(place < 0, np.nan, place).astype(np.float32), unseen
