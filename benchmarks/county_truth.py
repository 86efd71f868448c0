"""What was true in a made-up county, for those who compare: who is behind a pseudonym, and the hazard of an onset."""

from collections.abc import Hashable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import log_expit

from prevention_model.pipeline.opening import key_place, opened
from prevention_model.records.vault import Vault
from prevention_model.synthetic.parameters import StatutoryParameters

HAZARDS = ("ahead", "now", "with_siblings")
"""`ahead`: over the year from a date on, by what was true then. `now`: on the day itself. `with_siblings`: as
`ahead`, and what brothers and sisters add, who are looked at together with a child whom somebody reports."""


def people_of(county: Path) -> pd.Series:
    """The person of the truth behind each pseudonym of a county that was loaded."""
    authority, workspace = opened(county / "authority.yaml")
    seen = Vault(workspace.vault, key_place(authority, county).read(needed=True)).remembered()
    true = pd.read_parquet(county / "truth" / "people.parquet")
    found = [
        seen[seen["id_type"] == name].merge(
            true[[name, "person"]].dropna().astype({name: "str"}), left_on="value", right_on=name
        )[["person_id", "person"]]
        for name in ("la_person_id", "upn", "nhs_number")
    ]
    one = pd.concat(found).drop_duplicates("person_id", keep="last")
    return one.set_index("person_id")["person"]


def true_hazard(county: Path) -> pd.DataFrame:
    """By person (rows) and quarter: the true log hazard of coming to statutory services, one part for each of HAZARDS.

    Two things that count are not in it: a disability, and what happens within the year.
    """
    need = pd.read_parquet(county / "truth" / "need.parquet")
    need["on"] = pd.to_datetime(need["on"])
    p = StatutoryParameters()
    beyond = need["contact_log_hazard"] - p.contact_on_need * need["need"]
    for name, state in {"ahead": need["need_ahead"], "now": need["need"]}.items():
        contact = beyond + p.contact_on_need * state
        need[name] = contact + _opens(state)
        if name == "ahead":
            family = pd.read_parquet(county / "truth" / "people.parquet").set_index("person")["family"]
            own = np.exp(contact)
            whole = own.groupby([need["person"].map(family), need["on"]]).transform("sum")
            need["with_siblings"] = np.log(own + p.sibling_contact * (whole - own)) + _opens(state)
    return need.pivot(index="person", columns="on", values=list(HAZARDS))


def _opens(state: pd.Series) -> np.ndarray:
    """The log chance that a contact opens an episode, at a state of need."""
    p = StatutoryParameters()
    found: np.ndarray = log_expit(p.referral + p.referral_on_need * state) + log_expit(
        p.need_episode + p.need_episode_on_need * state
    )
    return found


def of_rows(hazard: pd.DataFrame, which: Hashable, person: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The hazard of each row (n), of these persons of the truth on these days; missing where it is not known."""
    found = np.full(len(days), np.nan)
    known = hazard[which]
    for day in np.unique(days):
        if pd.Timestamp(day) in known:
            rows = days == day
            found[rows] = known[pd.Timestamp(day)].reindex(person[rows]).to_numpy()
    return found
