"""Which families a zone's list holds, and in which order: one stated rule, the same in back-tests.

The rule, as printed on every list, is `rule`. Where several outcomes rank, a child's levels are first made into one
(`combined`). A family's level is that of one child, never a sum over children, so a large family does not outrank a
small one for being large. Length is set by what a zone can do, never by a threshold. A few places below the cut are
drawn at random, and labelled, so that the cut itself can be judged later without guessing.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from prevention_model.errors import WrongUsage, listed
from prevention_model.pages.words import joined

RULE = (
    "Only children who can be ranked are looked at: not those who already have a social worker, and not "
    "those for whom too little is known.",
    "A family counts once, with the level of the one child whose level is highest. Having more children "
    "does not move a family up.",
    "Families stand in the order of their level. Whether a level is rising is shown on every row and decides "
    "between families at the same level; it lifts nobody over a family with more need.",
    "Families at exactly the same level are put in an order that does not depend on anything about them.",
    "The list ends where the zone's capacity ends. Its last places are a reserve: families drawn at random "
    "from just below the cut, labelled as reserve.",
)
"""The rule in sentences, where one outcome ranks."""

NOT_COUNTED = "already there, or of an age at which it is not scored"
"""Why an outcome does not count for a child. Which of the two it is may be known to one agency alone, so it is not
said."""


def rule(weights: Sequence[tuple[str, float]], policy: str) -> tuple[str, ...]:
    """The rule in sentences, for a list ranked by these outcomes, in plain words, each with its weight by a policy.

    >>> rule([("care", 1.0)], "Ours") == RULE
    True
    >>> rule([("care", 2.0), ("suspension", 1.0)], "Ours")[1][:73]
    "A child's level here is the expected number of onsets, each times its wei"
    """
    if len(weights) == 1:
        return RULE
    terms = joined([f"{name} (weight {weight:g})" for name, weight in weights])
    said = (
        f"A child's level here is the expected number of onsets, each times its weight: {terms}. An outcome counts "
        f"nothing for a child who is {NOT_COUNTED}.",
        "The weights say how much an onset of one outcome matters beside one of another. They are the board's, written "
        f'in the policy "{policy}".',
        "Every row shows how the child stands by each outcome alone. A child is called rising where it is rising by "
        "any outcome that counts.",
    )
    return (RULE[0], *said, *RULE[1:])


def counted(scores: pd.DataFrame, weights: Mapping[str, float]) -> pd.Series:
    """What each row, of one child and one outcome, adds to the child's level; missing where it does not count.

    Weights are taken as shares of the largest, so that only their relation matters, and one outcome alone gives its
    level as it is. An outcome of weight 0 counts for nobody, as if it were not there.
    """
    weight = scores["outcome"].map(weights).astype("float64") / max(weights.values())
    counts = scores["eligible"].astype("boolean").fillna(False) & (weight > 0)
    return (weight * scores["level"]).where(counts)


def combined(scores: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """One row per child (and index date) as `rank_families` takes it, from one per child and outcome.

    `level` is the expected number of onsets, each times its weight, missing where no outcome counts; `direction`,
    with its credibility, is rising where it is for any outcome that counts, by the one that adds most, and else that
    of the outcome that adds most. `rising_since` is the earliest. `left_out` is missing unless no outcome counts, and
    gives every reason then. Raises WrongUsage where a score's outcome has no weight.

    >>> scores = pd.DataFrame({"person_id": ["a", "a", "b", "b"], "outcome": ["care", "suspension"] * 2,
    ...     "household_id": "h", "zone": "Z1", "level": [0.1, 0.2, 0.3, 0.4], "direction": "steady",
    ...     "eligible": [True, True, True, False]})
    >>> combined(scores, {"care": 2.0, "suspension": 1.0})[["person_id", "level"]].values.tolist()
    [['a', 0.2], ['b', 0.3]]
    """
    strange = sorted(set(scores["outcome"]) - set(weights))
    if strange:
        raise WrongUsage(f"The scores hold outcomes that do not rank: {listed(strange)}.")
    keys = [name for name in ("index_date", "person_id") if name in scores]
    if scores.duplicated([*keys, "outcome"]).any():
        raise WrongUsage(
            "A child has two rows for one outcome at one index date.", todo="Give one row for each."
        )
    rows = scores.assign(adds=counted(scores, weights))
    rows["rises"] = rows["adds"].notna() & rows["direction"].eq("rising")
    # The order within a child makes the answer the same whatever the order of rows, to the last digit.
    rows = rows.sort_values(
        [*keys, "rises", "adds", "outcome"], ascending=[*([True] * len(keys)), False, False, True]
    )
    grouped = rows.groupby(keys, sort=False)
    made = rows.drop_duplicates(keys).reset_index(drop=True)
    made["level"] = grouped["adds"].sum(min_count=1).to_numpy()
    made["eligible"] = made["level"].notna()
    if "rising_since" in rows:
        since = rows["rising_since"].where(rows["rises"])
        made["rising_since"] = since.groupby([rows[key] for key in keys], sort=False).min().to_numpy()
    if "left_out" in rows:
        made["left_out"] = _left_out(rows, made, keys, weights)
    # What is left would speak of one outcome alone.
    return made.drop(columns=["outcome", "level_before", "rise", "adds", "rises"], errors="ignore")


def _left_out(
    rows: pd.DataFrame, made: pd.DataFrame, keys: list[str], weights: Mapping[str, float]
) -> pd.Series:
    """Why each child of whom no outcome counts is left out: every reason once, in the order of the outcomes."""
    place = {name: number for number, name in enumerate(weights) if weights[name] > 0}
    said = rows.assign(place=rows["outcome"].map(place)).dropna(subset=["place", "left_out"])
    said = said.sort_values([*keys, "place"]).drop_duplicates([*keys, "left_out"])
    joint = said.groupby(keys)["left_out"].agg("; ".join).rename("why").reset_index()
    why = made[keys].merge(joint, on=keys, how="left")["why"]
    return why.where(~made["eligible"])


_NEEDED = ("household_id", "zone", "level", "direction", "eligible")


def rank_families(
    scores: pd.DataFrame,
    capacity: Mapping[str, int],
    reserve: int = 2,
    seed: int = 0,
    held_back: Collection[str] = (),
) -> pd.DataFrame:
    """One row per household (and index date): its place in its zone, and whether the list holds it.

    `scores`: one row per child with household_id, zone, level, direction, eligible, as `combined` makes
    it; person_id and index_date where there are several. `capacity`: places per zone. `reserve`: how many
    of those are drawn at random from the next three times capacity below the cut, never more than half.
    `held_back`: households not to list this time, such as those a coordinator has just acted on.

    The family's zone is that of its highest child. Columns: index_date (if given), household_id, zone,
    person_id (the highest child, if given), level, rising, children (ranked ones), position (1 is first
    in its zone), reserve, listed, band ("A", "B", "C" by thirds, "reserve", or missing when not listed).
    The answer does not depend on the order of rows. Raises WrongUsage for absent columns, more than one
    outcome, two rows for one child, or a capacity below 1.

    >>> scores = pd.DataFrame({"person_id": ["a", "b", "c"], "household_id": ["h1", "h1", "h2"],
    ...     "zone": "Z1", "level": [0.2, 0.1, 0.15], "direction": ["steady", "steady", "rising"],
    ...     "eligible": True})
    >>> rank_families(scores, {"Z1": 2}, reserve=0)[["household_id", "position", "band"]].values.tolist()
    [['h1', 1, 'A'], ['h2', 2, 'B']]
    """
    _check(scores, capacity, reserve)
    families = _families(scores)
    families["held"] = families["household_id"].isin(set(held_back))
    within = [name for name in ("index_date", "zone") if name in families]
    # Only equal families need a tie-break, and only a reserve a draw: a number costs more than the sorting.
    equal = families.duplicated([*within, "level", "rising"], keep=False)
    families["tie"] = _numbers(families["household_id"].where(equal), "tie")
    families["draw"] = _draws(families, seed) if reserve else 0
    families = families.sort_values(
        [*within, "held", "level", "rising", "tie"],
        ascending=[*([True] * len(within)), True, False, False, True],
    ).reset_index(drop=True)
    families["position"] = families.groupby(within, dropna=False, sort=False).cumcount() + 1
    _list(families, within, capacity, reserve)
    return families.drop(columns=["tie", "draw", "held"])


def tied_places(families: pd.DataFrame) -> pd.DataFrame:
    """For each list (index_date, zone): its places, and how many of them (`by_tie`) went by the tie-break to one of
    several families that stand exactly alike where the list ends. `families` as `rank_families` gives them with an
    index date and without a reserve.

    >>> scores = pd.DataFrame({"person_id": ["a", "b", "c"], "household_id": ["h", "i", "j"], "zone": "Z1",
    ...     "index_date": "2024-01-01", "level": [0.3, 0.2, 0.2], "direction": "steady", "eligible": True})
    >>> tied_places(rank_families(scores, {"Z1": 2}, reserve=0)).values.tolist()
    [['2024-01-01', 'Z1', 2, 1]]
    """
    keys = ["index_date", "zone"]
    listed = families[families["listed"]]
    last = listed.sort_values("position").drop_duplicates(keys, keep="last")[[*keys, "level", "rising"]]
    alike = families.merge(last, on=[*keys, "level", "rising"])
    held = alike.groupby(keys)["listed"].agg(["sum", "size"]).reset_index()
    held["by_tie"] = held["sum"].where(held["size"] > held["sum"], 0).astype("int64")
    places = listed.groupby(keys).size().rename("places").reset_index()
    return places.merge(held[[*keys, "by_tie"]], on=keys)


def _check(scores: pd.DataFrame, capacity: Mapping[str, int], reserve: int) -> None:
    missing = [name for name in _NEEDED if name not in scores]
    if missing:
        raise WrongUsage(f"The scores lack the columns {listed(missing)}.", todo="Give one row per child.")
    if "outcome" in scores and scores["outcome"].nunique() > 1:
        raise WrongUsage("The scores hold several outcomes.", todo="Make one level of them with `combined`.")
    keys = [name for name in ("person_id", "index_date") if name in scores]
    if "person_id" in scores and scores.duplicated(keys).any():
        raise WrongUsage("A child has two rows at one index date.", todo="Give one row per child and date.")
    if reserve < 0 or any(places < 1 for places in capacity.values()):
        raise WrongUsage("A zone's capacity is below 1, or the reserve below 0.")


def _families(scores: pd.DataFrame) -> pd.DataFrame:
    """One row per household: its highest child, whether any is rising, how many were ranked."""
    ranked = scores[scores["eligible"].astype("boolean").fillna(False) & scores["level"].notna()]
    if ranked["household_id"].isna().any():
        raise WrongUsage(
            "A child to be ranked has no household.", todo="Give it a household of its own in household_id."
        )
    keys = [name for name in ("index_date", "household_id") if name in ranked]
    order = [*keys, "level", *(["person_id"] if "person_id" in ranked else ["zone"])]
    ranked = ranked.assign(rising=ranked["direction"].eq("rising")).sort_values(
        order, ascending=[*([True] * len(keys)), False, True], kind="stable"
    )
    grouped = ranked.groupby(keys, sort=True)
    first = ranked.drop_duplicates(keys).set_index(keys)
    columns = [name for name in ("zone", "person_id", "level") if name in first]
    made = first[columns].assign(rising=grouped["rising"].any(), children=grouped.size())
    return made.reset_index()


def _list(families: pd.DataFrame, within: list[str], capacity: Mapping[str, int], reserve: int) -> None:
    """Mark who is listed: the first places by the rule, the last by a seeded draw from just below."""
    places = families["zone"].map(dict(capacity)).fillna(0).astype(int)
    drawn = np.minimum(reserve, places // 2)
    cut = places - drawn
    free = ~families["held"]
    by_rule = free & (families["position"] <= cut)
    pool = free & ~by_rule & (families["position"] <= cut + 3 * places)
    turn = families["draw"].where(pool).groupby([families[name] for name in within], dropna=False).rank()
    families["reserve"] = pool & (turn <= drawn)
    families["listed"] = by_rule | families["reserve"]
    size = by_rule.groupby([families[name] for name in within], dropna=False).transform("sum")
    third = (3 * (families["position"] - 1) // size.where(size > 0)).where(by_rule)
    families["band"] = third.map({0.0: "A", 1.0: "B", 2.0: "C"}).astype("str")
    families.loc[families["reserve"], "band"] = "reserve"


def _draws(families: pd.DataFrame, seed: int) -> pd.Series:
    """A number for each family, another one at each index date."""
    dates = families["index_date"].astype(str) if "index_date" in families else pd.Series("", families.index)
    return _numbers(dates + "|" + families["household_id"], f"draw {seed}")


def _numbers(keys: pd.Series, salt: str) -> pd.Series:
    """A number for each key that looks random, and is the same on every machine and in every version; 0 for none."""
    codes, unique = pd.factorize(keys)
    made = [
        int.from_bytes(hashlib.blake2b(f"{salt}|{key}".encode(), digest_size=7).digest(), "big")
        for key in unique
    ]
    return pd.Series(np.array([*made, 0], dtype=np.int64)[codes], keys.index)
