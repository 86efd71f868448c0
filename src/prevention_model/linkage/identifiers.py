"""Which identifiers belong to the same person, from the rows in which they stand together.

Worked example. Rows (L1, U1), (L1, U1, N1), (L2, U1), (U9,): U1 stands twice with L1 and once with L2, so
it belongs to L1; L2 is a person of its own; U9 was never seen with another identifier and is one too.

Two authority numbers are one person only where they share another identifier *and* agree on the date of
birth and, nearly, the forename: a mistyped number shares the one without the other, and twins share all
but the forename.
"""

from difflib import SequenceMatcher

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

ID_TYPES = ("la_person_id", "upn", "nhs_number")
"""Identifier types, the most trusted first."""

_LINKS = (("la_person_id", "upn"), ("la_person_id", "nhs_number"), ("upn", "nhs_number"))
_SHARED_BY = 8
"""An identifier that stands with more authority numbers than this is nobody's own: it joins no two people."""
_NEARLY = 0.75


def resolve(rows: pd.DataFrame, told: pd.DataFrame | None = None) -> tuple[pd.DataFrame, dict[str, int]]:
    """Find the people behind identifiers.

    `rows`: one column an identifier type, missing where absent, and maybe `times`: how many rows each is.

    `told` (la_person_id, birth_date, forename) is what rows say of the bearers of authority numbers.
    Returns one line for each identifier (`id_type`, `value`, `key`), where `key` names the person by their
    most trusted identifier (`la_person_id:...`, the smallest text of that type), and counts: identifiers
    seen together with more than one more trusted identifier (`conflicts`), authority numbers found to be a
    second one of the same person (`joined`), people found (`people`).

    Each identifier is tied only to the partner of the most trusted type that it stands with most often
    (the smaller text where they tie), so one mistyped number cannot merge two people.

    >>> nodes, counts = resolve(pd.DataFrame({"la_person_id": ["L1", "L1", "L2"], "upn": ["U1", "U1", "U1"]}))
    >>> nodes["key"].to_list(), counts
    (['la_person_id:L1', 'la_person_id:L2', 'la_person_id:L1'], {'people': 2, 'conflicts': 1, 'joined': 0})
    """
    seen = counted(rows).reindex(columns=[*ID_TYPES, "times"])
    nodes = pd.concat(
        [pd.DataFrame({"id_type": name, "value": seen[name].dropna().unique()}) for name in ID_TYPES],
        ignore_index=True,
    ).astype("str")
    number = {name: _numbers(nodes, name) for name in ID_TYPES}
    edges, conflicts, tied = [], 0, pd.Index([], dtype="str")
    for trusted, other in _LINKS:
        pairs = seen.dropna(subset=[trusted, other])
        if trusted == "upn":
            pairs = pairs[~among(pairs["nhs_number"], tied)]
        best, several = _partners(pairs, trusted, other)
        conflicts += several
        edges.append((number[other], best[other], number[trusted], best[trusted]))
        if other == "nhs_number":
            tied = tied.union(pd.Index(best[other]))
    left, right = _same_bearers(seen, told)
    edges.append((number["la_person_id"], left, number["la_person_id"], right))
    nodes["key"] = _keys(nodes, edges)
    counts = {"people": int(nodes["key"].nunique()), "conflicts": conflicts, "joined": len(set(right))}
    return nodes, counts


def _keys(nodes: pd.DataFrame, edges: list[tuple[pd.Series, pd.Series, pd.Series, pd.Series]]) -> pd.Series:
    """The key of each identifier's person, from pairs of identifiers that are one person's."""
    ends = [(a.reindex(x).to_numpy(), b.reindex(y).to_numpy()) for a, x, b, y in edges]
    pair = (np.concatenate([x for x, _ in ends]), np.concatenate([y for _, y in ends]))
    graph = coo_array((np.ones(len(pair[0]), dtype=np.int8), pair), shape=(len(nodes), len(nodes)))
    component = connected_components(graph, directed=False)[1] if len(nodes) else np.array([], dtype=np.int32)
    ranks = nodes["id_type"].map({name: place for place, name in enumerate(ID_TYPES)}).astype(int)
    order = pd.DataFrame({"component": component, "rank": ranks, "value": nodes["value"]})
    first = order.sort_values(["rank", "value"]).drop_duplicates("component")
    keys = nodes["id_type"].loc[first.index] + ":" + nodes["value"].loc[first.index]
    return pd.Series(component, index=nodes.index).map(pd.Series(keys.to_numpy(), first["component"]))


def _numbers(nodes: pd.DataFrame, name: str) -> pd.Series:
    of_type = nodes[nodes["id_type"] == name]
    return pd.Series(of_type.index.to_numpy(), index=of_type["value"].to_numpy())


def counted(rows: pd.DataFrame) -> pd.DataFrame:
    """The distinct combinations of identifiers, and `times`: in how many rows each stands.

    >>> counted(pd.DataFrame({"la_person_id": ["L1", "L1"], "upn": ["U1", "U1"]})).to_dict("records")
    [{'la_person_id': 'L1', 'upn': 'U1', 'times': 2}]
    """
    names = [name for name in ID_TYPES if name in rows]
    key = np.zeros(len(rows), dtype=np.int64)
    for name in names:
        codes, texts = pd.factorize(rows[name])
        key = pd.factorize(key * (len(texts) + 1) + codes + 1)[0].astype(np.int64)
    first = np.flatnonzero(~pd.Series(key).duplicated().to_numpy())
    known = rows["times"].to_numpy() if "times" in rows else np.ones(len(rows))
    times = np.bincount(key, weights=known).astype(np.int64)
    return rows[names].iloc[first].reset_index(drop=True).assign(times=times)


def _partners(pairs: pd.DataFrame, trusted: str, other: str) -> tuple[pd.DataFrame, int]:
    """For each value of `other` the partner it stands with most often, and how many had several."""
    counted = pairs.groupby([other, trusted])["times"].sum().reset_index()
    best = counted.sort_values([other, "times", trusted], ascending=[True, False, True])
    return best.drop_duplicates(other), int((counted.groupby(other).size() > 1).sum())


def _same_bearers(seen: pd.DataFrame, told: pd.DataFrame | None) -> tuple[pd.Series, pd.Series]:
    """Pairs of authority numbers that one person bears, the smaller text first."""
    nothing = pd.Series([], dtype="str"), pd.Series([], dtype="str")
    if told is None:
        return nothing
    told = told.dropna(subset=["la_person_id", "birth_date", "forename"])
    told = told.drop_duplicates("la_person_id").set_index("la_person_id")
    found = []
    for other in ("upn", "nhs_number"):
        bearers = seen[["la_person_id", other]].dropna().drop_duplicates()
        many = bearers.groupby(other)["la_person_id"].transform("size")
        bearers = bearers[many.between(2, _SHARED_BY)]
        bearers = bearers[among(bearers["la_person_id"], told.index)]
        found.append(bearers.merge(bearers, on=other)[["la_person_id_x", "la_person_id_y"]])
    pairs = pd.concat(found).drop_duplicates().sort_values(["la_person_id_x", "la_person_id_y"])
    pairs = pairs[pairs["la_person_id_x"] < pairs["la_person_id_y"]]
    one, two = told.loc[pairs["la_person_id_x"]], told.loc[pairs["la_person_id_y"]]
    same_day = one["birth_date"].to_numpy() == two["birth_date"].to_numpy()
    alike = [_alike(a, b) for a, b in zip(one["forename"], two["forename"], strict=True)]
    same = same_day & np.array(alike, dtype=bool)
    return pairs["la_person_id_x"][same], pairs["la_person_id_y"][same]


def among(values: pd.Series, wanted: pd.Index | pd.Series) -> np.ndarray:
    """Which values stand in `wanted`. As `isin`, which in pandas 3 copies all texts one by one.

    >>> among(pd.Series(["a", "b"]), pd.Series(["b", "c", "b"])).tolist()
    [False, True]
    """
    found: np.ndarray = pd.Index(wanted).unique().get_indexer(pd.Index(values)) >= 0
    return found


def _alike(one: str, two: str) -> bool:
    return SequenceMatcher(None, one.casefold(), two.casefold()).ratio() >= _NEARLY
