"""The synthetic county against published rates: every miss is printed, and none may pass its tolerance.

`rates` in the last column is the table of published rates from which the county was calibrated (section and
measure). A figure marked *free* has no published source; it is here so that a change is noticed.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from prevention_model.synthetic import write_county

PEOPLE = 12_000
YEARS = [pd.Timestamp(year, 4, 1) for year in range(2020, 2026)]
"""Each 1 April at which a statutory year ends."""


@dataclass(frozen=True)
class Target:
    """A published rate, and by how much of itself a county of 12,000 may miss it."""

    measure: str
    rate: float
    tolerance: float
    source: str


TARGETS = (
    Target(
        "contacts per 10,000 a year", 1850, 0.35, "rates 6: 8,000-15,000 a year for 62,500; 2,500 in England"
    ),
    Target("referrals per 10,000 a year", 371.7, 0.25, "rates 2: referrals per 10,000"),
    Target("re-referred within 12 months, %", 14.1, 0.40, "rates 2: re-referral within 12 months"),
    Target("CIN started per 10,000 a year", 233.6, 0.25, "rates 2: CIN episodes started"),
    Target("CIN at 31 March per 10,000", 328.2, 0.30, "rates 2: CIN at 31 March"),
    Target("CP plans started per 10,000 a year", 54.1, 0.35, "rates 2: CP plans started"),
    Target("CP plans at 31 March per 10,000", 44.8, 0.45, "rates 2: CP plans at 31 March"),
    Target("care starts per 10,000 a year", 30.0, 0.40, "rates 6: about 190 starts (K)"),
    Target("looked after at 31 March per 10,000", 67.9, 0.45, "rates 3: looked after at 31 March 2024"),
    Target("overall absence, %", 6.4, 0.15, "rates 4: overall absence, England"),
    Target("persistent absence 5-15, %", 19.2, 0.15, "rates 4: persistent absence"),
    Target("persistent absence with free meals, %", 31.7, 0.25, "rates 4: persistent absence, FSM"),
    Target("persistent absence without, %", 14.4, 0.25, "rates 4: persistent absence, other"),
    Target("severe absence, %", 2.3, 0.80, "rates 4: severe absence (K)"),
    Target("suspensions per 100 pupils a year", 11.3, 0.35, "rates 4: suspensions"),
    Target(
        "pupils suspended in a year, %", 4.4, 0.40, "free: about 2.5 suspensions to a suspended pupil (K)"
    ),
    Target("suspensions, boys to girls", 1.5, 0.50, "rates 4: boys 1.5x"),
    Target("suspensions, free meals to others", 4.0, 0.50, "rates 4: FSM over 4x"),
    Target("permanent exclusions per 100 pupils a year", 0.13, 0.80, "rates 4: permanent exclusion (K)"),
    Target("free school meals, % of pupils", 22.5, 0.20, "rates 4: 25.7 England, about 20 Dorset"),
    Target("SEN support, % of pupils", 14.2, 0.20, "rates 4: SEN support"),
    Target("EHC plan, % of pupils", 5.2, 0.25, "rates 4: EHC plan, Dorset schools"),
    Target("EHC plans that boys hold, %", 69.2, 0.20, "rates 4: EHC plans male"),
    Target("ED attendances 0-4 per 100 a year", 60.0, 0.35, "rates 5: 797 per 1,000 (unit unclear)"),
    Target(
        "self-harm attendances 10-17 per 100,000 a year",
        650.0,
        0.50,
        "rates 5: admissions 531 f, 116 m, twice",
    ),
    Target("mental-health referral open in a year 0-17, %", 8.0, 0.35, "rates 5: active referral"),
    Target("new birth visit made, %", 96.0, 0.06, "rates 5: 98% by 30 days"),
    Target("low development score at two, %", 14.0, 0.50, "rates 5: ASQ-3 needing support"),
    Target("first-time entrants per 100,000 a year", 200.0, 0.60, "rates 5: 251 (2019), England 143 (K)"),
    Target("children in police notices per 10,000 a year", 700.0, 0.40, "free: volumes not published"),
    Target("early help plans started per 10,000 a year", 230.0, 0.40, "free: counts not published"),
    Target("homelessness duties per 10,000 families a year", 60.0, 0.50, "rates 5, 7: free"),
)

_DATES = {"uk": "%d/%m/%Y", "iso": "%Y-%m-%d", "school": "%Y-%b-%d %H:%M:%S"}


class Files:
    """The clean files of a county, by source, and the population that rates are of."""

    def __init__(self, out: Path) -> None:
        self.out = out
        people = pd.read_parquet(out / "truth" / "people.parquet")
        self.people = people[people["role"] == 0].copy()
        for name in ("born", "present_from", "present_to"):
            self.people[name] = pd.to_datetime(self.people[name])

    def read(self, source: str, style: str, *dates: str) -> pd.DataFrame:
        """All files of a source as one frame, some columns as dates."""
        paths = sorted((self.out / "files" / source).glob("*.csv"))
        frame = pd.concat([pd.read_csv(path, dtype=str) for path in paths], ignore_index=True)
        for name in dates:
            frame[name] = pd.to_datetime(frame[name], format=_DATES[style])
        return frame

    def aged(self, low: float, high: float, on: pd.Timestamp) -> pd.Series:
        """Who of the children lives here on a day and is from `low` to under `high` years old."""
        p = self.people
        here = (p["present_from"] <= on) & (p["present_to"].isna() | (p["present_to"] > on))
        years = (on - p["born"]).dt.days / 365.25
        return here & (years >= low) & (years < high)

    def per(self, low: float, high: float) -> float:
        """Person-years from `low` to `high` years old, from the middle of each year."""
        return float(sum(self.aged(low, high, end - pd.Timedelta(days=183)).sum() for end in YEARS))


def measure(out: Path) -> dict[str, float]:
    """Every rate of `TARGETS`, from clean files."""
    files = Files(out)
    found = {**_statutory(files), **_schools(files), **_health(files), **_others(files)}
    return {target.measure: found[target.measure] for target in TARGETS}


def _statutory(files: Files) -> dict[str, float]:
    minors = files.per(0, 18) / 10_000
    at = [files.aged(0, 18, end).sum() / 10_000 for end in YEARS[1:]]
    contacts = files.read("social_care_contacts", "uk", "contact_date")
    referrals = files.read("social_care_referrals", "uk", "referral_date").sort_values(
        ["child_ref", "referral_date"]
    )
    before = referrals.groupby("child_ref")["referral_date"].shift()
    later = referrals["referral_date"] >= YEARS[0]
    again = (referrals["referral_date"] - before).dt.days < 365
    episodes = files.read("social_care_episodes", "iso", "start_date", "end_date")
    found = {
        "contacts per 10,000 a year": len(contacts) / minors,
        "referrals per 10,000 a year": len(referrals) / minors,
        "re-referred within 12 months, %": 100 * float(again[later].mean()),
    }
    for code, started, point in (
        ("CIN", "CIN started", "CIN"), ("CPP", "CP plans started", "CP plans"), ("CLA", "care starts", "looked after"),
    ):  # fmt: skip
        rows = episodes[episodes["episode_type"] == code]
        found[f"{started} per 10,000 a year"] = (
            rows["start_date"] >= YEARS[0] - pd.DateOffset(years=1)
        ).sum() / minors
        stock = [
            ((rows["start_date"] < end) & (rows["end_date"].isna() | (rows["end_date"] >= end))).sum() / size
            for end, size in zip(YEARS[1:], at, strict=True)
        ]
        found[f"{point} at 31 March per 10,000"] = float(np.mean(stock))
    return found


def _schools(files: Files) -> dict[str, float]:
    spells = files.read("school_pupils", "school", "startdate", "enddate")
    absence = files.read("school_attendance", "school", "term_end")
    counts = ["sessions_possible", "sessions_authorised", "sessions_unauthorised"]
    absence[counts] = absence[counts].astype(int)
    born = files.people.dropna(subset=["upn"]).set_index("upn")["born"]
    absence["age"] = (absence["term_end"] - absence["upn"].map(born)).dt.days / 365.25
    absence = absence[(absence["age"] >= 5) & (absence["age"] < 16)]
    absence["year"] = absence["term_end"].dt.year - (absence["term_end"].dt.month < 9)
    pupils = absence.groupby(["year", "upn"])[counts].sum().reset_index()
    pupils = pupils[pupils["sessions_possible"] > 200]
    pupils["rate"] = (pupils["sessions_authorised"] + pupils["sessions_unauthorised"]) / pupils[
        "sessions_possible"
    ]
    on = pd.Timestamp(2024, 1, 18)
    held = {
        code: set(
            rows.loc[(rows["startdate"] <= on) & (rows["enddate"].isna() | (rows["enddate"] > on)), "upn"]
        )
        for code, rows in spells.groupby("record_type")
    }
    year = pupils[pupils["year"] == 2023]
    meals = year["upn"].isin(held["FSM"])
    persistent = year["rate"] >= 0.10
    young = files.people[files.aged(5, 16, on)].set_index("upn")
    on_roll = young[young.index.isin(held["ENROL"])]
    plan = files.people[files.people["upn"].isin(held["EHCP"])]
    sexes = files.read("child_index", "uk").dropna(subset=["upn"]).set_index("upn")["sex"]
    exclusions = files.read("school_exclusions", "school", "startdate")
    suspended = exclusions[exclusions["category"] != "PERM"]
    size = files.per(4.6, 16.3)
    each_year = suspended.groupby([suspended["startdate"].dt.year, "upn"]).ngroups
    boys = suspended["upn"].map(sexes).isin(["M", "1"])
    share_fsm = len(set(on_roll.index) & held["FSM"]) / len(on_roll)
    with_meals = suspended["upn"].isin(set(spells.loc[spells["record_type"] == "FSM", "upn"])).sum()
    ever = set(spells.loc[spells["record_type"] == "FSM", "upn"])
    share_ever = len(set(on_roll.index) & ever) / len(on_roll)
    return {
        "overall absence, %": 100 * float(pupils["rate"].mean()),
        "persistent absence 5-15, %": 100 * float((pupils["rate"] >= 0.10).mean()),
        "persistent absence with free meals, %": 100 * float(persistent[meals].mean()),
        "persistent absence without, %": 100 * float(persistent[~meals].mean()),
        "severe absence, %": 100 * float((pupils["rate"] >= 0.50).mean()),
        "suspensions per 100 pupils a year": 100 * len(suspended) / size,
        "pupils suspended in a year, %": 100 * each_year / size,
        "suspensions, boys to girls": float(boys.sum() / max((~boys).sum(), 1) / (0.512 / 0.488)),
        "suspensions, free meals to others": float(
            with_meals / max(len(suspended) - with_meals, 1) / (share_ever / (1 - share_ever))
        ),
        "permanent exclusions per 100 pupils a year": 100 * (len(exclusions) - len(suspended)) / size,
        "free school meals, % of pupils": 100 * share_fsm,
        "SEN support, % of pupils": 100 * len(set(on_roll.index) & held["SENK"]) / len(on_roll),
        "EHC plan, % of pupils": 100 * len(set(on_roll.index) & held["EHCP"]) / len(on_roll),
        "EHC plans that boys hold, %": 100 * float(plan["upn"].map(sexes).isin(["M", "1"]).mean()),
    }


def _health(files: Files) -> dict[str, float]:
    rows = files.read("health", "iso", "activity_date")
    born = files.people.set_index("nhs_number")["born"]
    rows["age"] = (rows["activity_date"] - rows["nhs_number"].map(born)).dt.days / 365.25
    emergency = rows[rows["activity"] == "ED"]
    harmed = emergency[(emergency["detail"] == "SH") & (emergency["age"] >= 10) & (emergency["age"] < 18)]
    visits = set(rows.loc[rows["detail"] == "NBV", "nhs_number"])
    people = files.people
    newborn = people[
        (people["born"] > YEARS[0]) & (people["born"] < YEARS[4]) & (people["present_from"] == people["born"])
    ]
    scores = rows["asq_score"].dropna().astype(float)
    referrals = files.read("mental_health", "iso", "ReferralRequestReceivedDate", "ServDischDate")
    low, high = YEARS[3], YEARS[4]
    active = (referrals["ReferralRequestReceivedDate"] < high) & (
        referrals["ServDischDate"].isna() | (referrals["ServDischDate"] > low)
    )
    # The last two months of attendances have not reached the authority.
    return {
        "ED attendances 0-4 per 100 a year": 100 * (emergency["age"] < 5).sum() / files.per(0, 5) * 6 / 5.85,
        "self-harm attendances 10-17 per 100,000 a year": 100_000 * len(harmed) / files.per(10, 18) * 6 / 5.85,
        "mental-health referral open in a year 0-17, %": 100
        * referrals.loc[active, "NHSNumber"].nunique() / files.aged(0, 18, high).sum(),
        "new birth visit made, %": 100 * float(newborn["nhs_number"].isin(visits).mean()),
        "low development score at two, %": 100 * float((scores <= 25.17).mean()),
    }  # fmt: skip


def _others(files: Files) -> dict[str, float]:
    minors = files.per(0, 18)
    notices = files.read("police_notices", "uk", "occurred")
    outcomes = files.read("youth_justice", "uk", "outcome_date").sort_values("outcome_date")
    entries = outcomes[outcomes["tier"] != "CR"].drop_duplicates("person_ref")
    plans = files.read("early_help", "uk", "plan_start")
    housing = files.read("housing", "uk", "start_date")
    duties = housing[(housing["record_type"] == "DUTY") & (housing["start_date"] >= YEARS[0])]
    children = notices[notices["role"] == "child"]
    return {
        "first-time entrants per 100,000 a year": 100_000 * len(entries) / files.per(10, 18),
        "children in police notices per 10,000 a year": 10_000 * len(children) / minors,
        "early help plans started per 10,000 a year": 10_000
        * (plans["plan_start"] >= YEARS[0] - pd.DateOffset(years=1)).sum() / minors,
        "homelessness duties per 10,000 families a year": 10_000 * len(duties) / 5 / files.people["family"].nunique(),
    }  # fmt: skip


def compared(found: dict[str, float]) -> pd.DataFrame:
    """Generated against published, with the miss as a share of the target and whether it is tolerated."""
    rows = []
    for target in TARGETS:
        miss = found[target.measure] / target.rate - 1
        rows.append(
            (target.measure, target.rate, found[target.measure], miss, target.tolerance, target.source)
        )
    table = pd.DataFrame(rows, columns=["measure", "published", "generated", "miss", "tolerance", "source"])
    table["tolerated"] = table["miss"].abs() <= table["tolerance"]
    return table


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    out = tmp_path_factory.mktemp("county")
    write_county(out, people=PEOPLE, seed=1, dirt=0.0)
    return compared(measure(out))


def test_every_rate_is_within_its_tolerance(table: pd.DataFrame) -> None:
    shown = table.drop(columns="source").to_string(index=False, float_format=lambda v: f"{v:,.2f}")
    sys.stdout.write(shown + "\n")
    missed = table.loc[~table["tolerated"]]
    assert missed.empty, (
        f"{len(missed)} of {len(table)} rates miss their target:\n{missed.to_string(index=False)}"
    )


def test_the_misses_are_not_all_on_one_side(table: pd.DataFrame) -> None:
    statutory = table[table["source"].str.startswith("rates 2")]
    assert abs(statutory["miss"].mean()) < 0.2
