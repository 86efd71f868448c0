"""What many rows say of one person, put into one row: for the person table, and for the vault."""

import numpy as np
import pandas as pd

from prevention_model.linkage.profiles import NAMED
from prevention_model.records.cells import UNMAPPED

_SAYS_NOTHING = ("NOBT", UNMAPPED)
_PARENTAL = ("mother", "father", "carer")
# What belongs together is taken from one row: half of an old address and half of a new one is nowhere.
_TOGETHER = (("forename", "middle_names", "surname", "former_surname"), ("address", "postcode", "uprn"))


def person_table(
    said: pd.DataFrame | None, relationship: pd.DataFrame | None, people: pd.Series
) -> tuple[pd.DataFrame, int]:
    """One row for each of `people` (pseudonyms, in the order to keep), and of how many the birth month differs.

    The first value delivered counts, in the order of the sources in authority.yaml: a later delivery fills
    only what was missing, or what was said without saying anything (an ethnicity not yet obtained). Somebody is
    an adult if a row says so, or names them as a mother, father or carer, unless another row says that they are
    not: a young mother stays a child of her own.
    """
    made = pd.DataFrame({"person_id": people.to_numpy()})
    conflicts = 0
    if said is not None and len(said):
        grouped = said.groupby("person_id", sort=False)
        made = made.merge(_first_said(said).reset_index(), on="person_id", how="left")
        if "birth_date" in said:
            conflicts = int((grouped["birth_date"].nunique() > 1).sum())
    made["is_adult"] = _is_adult(said, relationship, made["person_id"])
    return made, conflicts


def _first_said(said: pd.DataFrame) -> pd.DataFrame:
    """By person, the first value of each column, and of ethnicity the first that says something where one does."""
    first = said.groupby("person_id", sort=False).first()
    if "ethnicity" in said:
        telling = said[~said["ethnicity"].isin(_SAYS_NOTHING)].groupby("person_id", sort=False)["ethnicity"]
        first["ethnicity"] = telling.first().reindex(first.index).fillna(first["ethnicity"])
    return first


def _is_adult(said: pd.DataFrame | None, relationship: pd.DataFrame | None, people: pd.Series) -> pd.Series:
    told = [
        pd.DataFrame({"person_id": pd.Series([], dtype="str"), "is_adult": pd.Series([], dtype="boolean")})
    ]
    if said is not None and "is_adult" in said:
        told.append(said[["person_id", "is_adult"]].astype({"is_adult": "boolean"}).dropna())
    rows = pd.concat(told)
    yes, no = rows["is_adult"].eq(True), rows["is_adult"].eq(False)
    adults, children = rows["person_id"][yes], rows["person_id"][no]
    if relationship is not None:
        adults = pd.concat([adults, relationship["other_id"][relationship["role"].isin(_PARENTAL)]])
    return pd.Series(among(people, adults) & ~among(people, children), index=people.index).astype("boolean")


def with_grown_up(person: pd.DataFrame, told: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """The person table in which whoever was 18 before `since`, the first day covered, is an adult.

    A tenant or somebody named by the police is seldom said to be an adult by a row, and would stand among the
    children of a family. The day of birth counts that names the person in the vault (`told`), unless the person
    table has a month of birth that says otherwise: one mistyped year makes no child an adult.

    >>> person = pd.DataFrame({"person_id": ["p1", "p2"], "is_adult": pd.array([False, False], "boolean"),
    ...                        "birth_date": pd.to_datetime([None, "2012-05-01"])})
    >>> told = pd.DataFrame({"person_id": ["p1", "p2"], "birth_date": pd.to_datetime(["1980-02-03", "1912-05-07"])})
    >>> with_grown_up(person, told, pd.Timestamp("2019-04-01"))["is_adult"].tolist()
    [True, False]
    """
    if "birth_date" not in told or pd.isna(since):
        return person
    last = pd.Timestamp(since) - pd.DateOffset(years=18)
    grown = among(person["person_id"], told["person_id"][(told["birth_date"] < last).to_numpy()])
    if "birth_date" in person:
        grown &= ~(person["birth_date"] >= last).to_numpy()
    return person.assign(is_adult=person["is_adult"] | grown)


def with_birth_months(person: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """The person table with the month of birth of those whom no row of it dates, from the vault's day of birth.

    A tenant's child, or somebody named by the police alone, has no row about themselves: without this their age
    would be unknown though a day of birth was delivered.

    >>> person = pd.DataFrame({"person_id": ["p1", "p2"], "birth_date": pd.to_datetime([None, "2012-05-01"])})
    >>> told = pd.DataFrame({"person_id": ["p1", "p2"], "birth_date": pd.to_datetime(["2013-02-03", "2011-01-07"])})
    >>> with_birth_months(person, told)["birth_date"].astype(str).tolist()
    ['2013-02-01', '2012-05-01']
    """
    if "birth_date" not in told:
        return person
    days = told.set_index("person_id")["birth_date"].reindex(person["person_id"])
    months = pd.Series(days.to_numpy().astype("datetime64[M]").astype("datetime64[s]"), index=person.index)
    dated = person["birth_date"].fillna(months) if "birth_date" in person else months
    return person.assign(birth_date=dated)


def among(values: pd.Series, wanted: pd.Index | pd.Series) -> np.ndarray:
    """Which values stand in `wanted`. As `isin`, which in pandas 3 copies all texts one by one.

    >>> among(pd.Series(["a", "b"]), pd.Series(["b", "c", "b"])).tolist()
    [False, True]
    """
    found: np.ndarray = pd.Index(wanted).unique().get_indexer(pd.Index(values)) >= 0
    return found


def identities(nodes: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """One row a person for the vault: the first identifier of each type, then what rows say of them.

    `nodes`: id_type, value, person_id. `told`: person_id and any of the names, birth_date, address, postcode and
    uprn, in the order of delivery. The latest name and the latest address delivered count, each whole
    from one row, and the first date of birth.
    """
    everybody = pd.Index(nodes["person_id"].unique(), name="person_id")
    nodes = nodes[nodes["id_type"] != NAMED]
    first = nodes.sort_values(["person_id", "value"]).drop_duplicates(["person_id", "id_type"])
    made = first.pivot(index="person_id", columns="id_type", values="value").rename_axis(columns=None)
    made = made.reindex(everybody)
    for names in _TOGETHER:
        held = [name for name in names if name in told]
        rows = (
            told[["person_id", *held]].dropna(subset=held, how="all") if held else told[["person_id"]].head(0)
        )
        made = made.join(rows.drop_duplicates("person_id", keep="last").set_index("person_id"))
    if "birth_date" in told:
        made = made.join(told.groupby("person_id", sort=False)["birth_date"].first())
    return made.reset_index()
