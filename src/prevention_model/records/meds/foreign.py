"""What the rows of somebody else's MEDS data say, in canonical tables."""

import numpy as np
import pandas as pd

from prevention_model.records.meds.layout import BETWEEN, BIRTH, DEATH

_SEX, _ETHNICITY = ("sex", "gender"), ("ethnicity", "race")
_ASSUMED = (
    "meds: no day on which a row became known, so each counts as known on the day of its time",
    "meds: a fact without a time counts as known on the day of the person's last row",
)


def foreign_frames(rows: pd.DataFrame) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Canonical frames of accepted rows (person_id, day, code, kind, kind_code, numeric_value), and what was assumed.

    Rows with a time are events, but for birth and death. Rows without one are the sex or ethnicity, or else
    attributes: nobody can say since when they were known, so they count from the person's last day on.
    """
    dated = rows["day"].notna()
    birth, death = (dated & (rows["code"] == code) for code in (BIRTH, DEATH))
    static = rows[~dated]
    lower = static["kind"].str.lower()
    sex, ethnicity = lower.isin(_SEX), lower.isin(_ETHNICITY)
    adult, there = lower == "is_adult", (static["kind"] == "person") & static["kind_code"].isna()
    people = pd.Index(rows["person_id"].unique())
    born = _earliest(rows[birth], people).astype("datetime64[M]").astype("datetime64[s]")
    person = pd.DataFrame(
        {
            "person_id": people,
            "birth_date": born,
            "death_date": _earliest(rows[death], people),
            "sex": _first(static[sex], people),
            "ethnicity": _first(static[ethnicity], people),
            "is_adult": _first(static[adult], people).map({"true": True, "false": False}).astype("boolean"),
        }
    )
    event = rows[dated & ~birth & ~death]
    events = event[["person_id", "kind"]].assign(
        code=event["kind_code"],
        value=event["numeric_value"],
        event_date=event["day"],
        known_date=event["day"],
    )
    facts = static[~(sex | ethnicity | adult | there)]
    last = rows[dated].groupby("person_id")["day"].max().reindex(facts["person_id"]).to_numpy()
    attributes = facts[["person_id"]].assign(
        name=facts["kind"], value=_said(facts), event_date=last, known_date=last
    )
    frames = {"person": person, "event": events, "attribute": attributes}
    return frames, tuple(note for note, used in zip(_ASSUMED, (len(events), len(facts)), strict=True) if used)


def split_codes(codes: pd.Series) -> pd.DataFrame:
    """`kind` and `kind_code` of each code, split where the first `//` stands.

    >>> split_codes(pd.Series(["LAB//50912//mg/dL", "contact", "//x", "y//"])).values.tolist()
    [['LAB', '50912//mg/dL'], ['contact', nan], ['//x', nan], ['y', nan]]
    """
    numbers, texts = pd.factorize(codes)
    parts = [text.partition(BETWEEN) if not text.startswith(BETWEEN) else (text, "", "") for text in texts]
    kinds = np.array([*(kind for kind, _, _ in parts), None], dtype=object)
    rests = np.array([*(rest or None for _, _, rest in parts), None], dtype=object)
    made = {
        "kind": pd.Series(kinds[numbers], dtype="str"),
        "kind_code": pd.Series(rests[numbers], dtype="str"),
    }
    return pd.DataFrame(made).set_index(codes.index)


def undatable(rows: pd.DataFrame) -> np.ndarray:
    """Births and deaths without a day, and facts without a time about people of whom nothing has one."""
    undated = rows["day"].isna().to_numpy()
    subject = rows["subject_id"].to_numpy(dtype=np.int64)
    registered = rows["kind"].str.lower().isin((*_SEX, *_ETHNICITY, "is_adult", "person")).to_numpy()
    lost = ~registered & ~np.isin(subject, np.unique(subject[~undated]))
    found: np.ndarray = undated & (lost | rows["code"].isin((BIRTH, DEATH)).to_numpy())
    return found


def _earliest(rows: pd.DataFrame, people: pd.Index) -> np.ndarray:
    days: np.ndarray = rows.groupby("person_id")["day"].min().reindex(people).to_numpy(dtype="datetime64[s]")
    return days


def _first(rows: pd.DataFrame, people: pd.Index) -> pd.Series:
    found = rows.drop_duplicates("person_id").set_index("person_id")["kind_code"].reindex(people)
    return found.astype("str").reset_index(drop=True)


def _said(facts: pd.DataFrame) -> pd.Series:
    """The value of a fact: the rest of its code, else its number, else that it is so."""
    figures = facts["numeric_value"].map("{:.6g}".format).astype("str").mask(facts["numeric_value"].isna())
    return facts["kind_code"].fillna(figures).fillna("true")
