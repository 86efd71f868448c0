"""The records that Splink compares: each distinct name and birthday of a cluster, once."""

import numpy as np
import pandas as pd

from prevention_model.linkage.names import stands_for
from prevention_model.linkage.profiles import Profiles

LISTS = ("uprn", "postcode", "nhs_number", "upn")


def identity_records(profiles: Profiles, cluster_of: np.ndarray) -> pd.DataFrame:
    """A row for each distinct forename, surname and birthday of a cluster (see `SplinkModel.pairs`).

    `cluster_of` gives the cluster of each profile. A former surname counts as another record. A fact without
    a forename or a birthday makes none: what it could be compared by is not there.
    """
    facts = profiles.facts.assign(cluster=cluster_of[profiles.of_fact])
    named = facts[(facts["first"] != "") & (facts["birth_date"] != "")]
    former = named[named["former_surname"] != ""]
    named = pd.concat([named, former.assign(surname=former["former_surname"])])
    columns = ["cluster", "first", "surname", "birth_date"]
    counted = named.groupby(columns)["times"].sum().reset_index()
    made = counted.sort_values(["cluster", "times", *columns[1:]], ascending=[True, False, True, True, True])
    made = made.drop(columns="times").rename(columns={"first": "forename"}).reset_index(drop=True)
    made["is_main"] = ~made["cluster"].duplicated()
    made["sex"] = made["cluster"].map(_sex(facts)).astype("str").fillna("")
    made["full_form"] = made["forename"].map({n: stands_for(n) for n in made["forename"].unique()})
    made["initial"] = made["full_form"].str[:1]
    made["is_frequent"] = made["forename"].isin(list(profiles.likeness.frequent))
    day = made["birth_date"]
    made["swapped"] = day.str[:5] + day.str[8:] + "-" + day.str[5:7]
    for name in LISTS:
        made[name] = _list(facts, name, made["cluster"])
    return made.reset_index(names="record")


def _sex(facts: pd.DataFrame) -> pd.Series:
    """The one sex that a cluster's rows give; none where they differ."""
    told = facts[facts["sex"] != ""].drop_duplicates(["cluster", "sex"])
    return told[~told.duplicated("cluster", keep=False)].set_index("cluster")["sex"]


def _list(facts: pd.DataFrame, name: str, clusters: pd.Series) -> pd.Series:
    told = facts.loc[facts[name] != "", ["cluster", name]].drop_duplicates().sort_values(["cluster", name])
    starts = np.flatnonzero(~told["cluster"].duplicated().to_numpy())
    values = np.split(told[name].to_numpy(dtype=object), starts[1:])
    lists = dict(zip(told["cluster"].iloc[starts], values, strict=False))
    return pd.Series([list(lists.get(cluster, ())) for cluster in clusters], dtype=object)
