"""What the records say about some households: who lives there, who works with them, what was agreed.

Services are shown as known at the index date, like everything the model saw. What protects a family (an
objection, a protected record, a withdrawn agreement) is read as late as it is known, up to today.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from prevention_model.cohort import STATUTORY
from prevention_model.lists.rows import Involvement, NotHeld, PastHelp
from prevention_model.lists.sharing import as_day
from prevention_model.lists.text import plain
from prevention_model.records import Records

# kind -> service, what it does (never what it is about), whether it coordinates a plan for the family
SERVICES: dict[str, tuple[str, str, bool]] = {
    "early_help": ("Early help", "works with the family", True),
    "case": ("Children's social care", "a case is open", True),
    "cin_episode": ("Children's social care", "a social worker, child in need plan", True),
    "cp_plan": ("Children's social care", "a social worker, child protection plan", True),
    "care_period": ("Children's social care", "a social worker, child in care", True),
    "youth_intervention": ("Youth justice service", "works with a young person", True),
    "mh_referral": ("Children's health service", "a referral is open", False),
    "ehcp": ("Special educational needs team", "an education, health and care plan", False),
    "substance_treatment": ("Services for parents", "work with an adult of the household", False),
}


@dataclass(frozen=True)
class Home:
    """Who lives in one household, and how sure that is (0 to 1, or None)."""

    people: tuple[str, ...]
    confidence: float | None


@dataclass(frozen=True)
class Latest:
    """The latest value of an attribute and its date."""

    value: str
    day: date


class Known:
    """Facts about the people of some households, read once from the records.

    `index_date` bounds what is shown of services, `today` what protects a family.
    """

    def __init__(self, records: Records, homes: Collection[str], index_date: date, today: date) -> None:
        self.index, self.today = pd.Timestamp(index_date), pd.Timestamp(today)
        self.homes = _homes(records.frames["household"], homes, self.index)
        people = {person for home in self.homes.values() for person in home.people}
        frames = {
            name: records.frames[name].loc[lambda t: t["person_id"].isin(people)]
            for name in ("person", "spell", "attribute", "event", "place")
        }
        self.adults = set(frames["person"].loc[frames["person"]["is_adult"].eq(True), "person_id"])
        births = frames["person"].dropna(subset="birth_date")
        self.births = {p: as_day(d) for p, d in zip(births["person_id"], births["birth_date"], strict=True)}
        seen = _seen_spells(frames["spell"], self.index)
        self._open = _by_person(seen[seen["open"]])
        self._ended = _by_person(seen[~seen["open"] & seen["kind"].eq("early_help")])
        self._latest = _latest(frames["attribute"], self.today)
        self._at_index = _latest(frames["attribute"], self.index - pd.Timedelta(days=1))
        views = frames["event"].loc[frames["event"]["kind"].eq("view_recorded")]
        self._views = views[views["known_date"] <= self.today]
        self._schools = _schools(frames["place"], self.index)

    def people(self, home: str) -> tuple[str, ...]:
        """The members of a household."""
        return self.homes[home].people if home in self.homes else ()

    def latest(self, people: Iterable[str], name: str) -> Latest | None:
        """The latest value of an attribute among some people, as known today."""
        return _newest(self._latest, people, name)

    def open_kinds(self, person: str) -> set[str]:
        """The kinds of spell that are open for a person at the index date."""
        return {row["kind"] for row in self._open.get(person, ())}

    def school(self, person: str) -> str:
        """The school of a child at the index date, or ""."""
        return self._schools.get(person, "")

    def view(self, people: Iterable[str], code: str) -> date | None:
        """When the view of a child, or of a parent, was last written down."""
        rows = self._views[self._views["person_id"].isin(list(people)) & self._views["code"].eq(code)]
        return as_day(rows["event_date"].max()) if len(rows) else None

    def involvement(self, people: Collection[str]) -> tuple[Involvement, ...]:
        """The services that work with these people, those that coordinate a plan first."""
        found: dict[tuple[str, str], Involvement] = {}
        team = _newest(self._at_index, people, "lead_practitioner_team")
        for person in people:
            rows = self._open.get(person, ())
            worked_with = {row["kind"] for row in rows} & set(STATUTORY) - {"case"}
            for row in rows:
                # An open case says nothing beside the plan that it led to.
                if row["kind"] in SERVICES and not (row["kind"] == "case" and worked_with):
                    made = _involvement(row, plain(team.value) if team else "")
                    key = (made.service, made.role)
                    if key not in found or (made.since or date.max) < (found[key].since or date.max):
                        found[key] = made
        return tuple(
            sorted(found.values(), key=lambda i: (not i.coordinates, i.since or date.max, i.service))
        )

    def past_help(self, people: Collection[str]) -> tuple[PastHelp, ...]:
        """Early help that has ended, the newest first; what several members shared is shown once."""
        found = {
            PastHelp(
                plain(row["code"]).replace("_", " ").capitalize() or "Early help",
                None if pd.isna(row["end_date"]) else as_day(row["end_date"]),
                plain(row["outcome"]).replace("_", " ") or "no end reason recorded",
            )
            for person in people
            for row in self._ended.get(person, ())
        }
        return tuple(sorted(found, key=lambda p: (p.ended or date.min, p.type), reverse=True))


def with_social_worker(records: Records, index_date: date) -> set[str]:
    """The people with an open statutory spell, as known at the index date."""
    spells = records.frames["spell"]
    seen = _seen_spells(spells[spells["kind"].isin(STATUTORY)], pd.Timestamp(index_date))
    return set(seen.loc[seen["open"], "person_id"])


def objecting(records: Records, index_date: date, today: date) -> tuple[set[str], set[str]]:
    """The people with an objection that stands, as known today, and the households that they live in."""
    attributes = records.frames["attribute"]
    latest = _latest(attributes[attributes["name"].eq("objection")], pd.Timestamp(today))
    people = {person for (person, _), said in latest.items() if is_set(said.value)}
    household = records.frames["household"]
    rows = _members(household[household["person_id"].isin(people)], pd.Timestamp(index_date))
    return people, set(rows["household_id"])


def is_set(value: str) -> bool:
    """Whether a flag is set.

    >>> is_set("TRUE "), is_set("false")
    (True, False)
    """
    return value.strip().lower() in ("true", "1", "yes")


def _by_person(rows: pd.DataFrame) -> dict[str, list[dict[Hashable, Any]]]:
    """The rows of each person, in their order: thousands of people are asked about one by one."""
    found: dict[str, list[dict[Hashable, Any]]] = {}
    for row in rows.to_dict("records"):
        found.setdefault(row["person_id"], []).append(row)
    return found


def _members(household: pd.DataFrame, index: pd.Timestamp) -> pd.DataFrame:
    """The memberships that hold, and are known, at the index date."""
    return household[
        (household["from"].isna() | (household["from"] <= index))
        & (household["to"].isna() | (household["to"] > index))
        & (household["known_date"].isna() | (household["known_date"] < index))
    ]


def _homes(household: pd.DataFrame, homes: Collection[str], index: pd.Timestamp) -> dict[str, Home]:
    rows = _members(household[household["household_id"].isin(list(homes))], index)
    made = {}
    for name, group in rows.groupby("household_id"):
        sure = group["confidence"].min()
        made[str(name)] = Home(tuple(sorted(set(group["person_id"]))), None if pd.isna(sure) else float(sure))
    return made


def _seen_spells(spells: pd.DataFrame, index: pd.Timestamp) -> pd.DataFrame:
    """Spells known before the index date; an end that was not yet known leaves a spell open."""
    known_start = spells["known_start"].fillna(spells["start_date"])
    known_end = spells["known_end"].fillna(spells["end_date"])
    ended = (spells["end_date"] <= index) & (known_end < index)
    return spells.assign(open=~ended)[(spells["start_date"] < index) & (known_start < index)]


def _latest(attributes: pd.DataFrame, day: pd.Timestamp) -> Mapping[tuple[str, str], Latest]:
    rows = attributes[(attributes["known_date"] <= day) & (attributes["event_date"] <= day)]
    rows = rows.sort_values(["event_date", "known_date", "value"], kind="stable")
    rows = rows.drop_duplicates(["person_id", "name"], keep="last")
    return {
        (person, name): Latest(value, as_day(when))
        for person, name, value, when in zip(
            rows["person_id"], rows["name"], rows["value"], rows["event_date"], strict=True
        )
    }


def _newest(held: Mapping[tuple[str, str], Latest], people: Iterable[str], name: str) -> Latest | None:
    found = [held[(person, name)] for person in people if (person, name) in held]
    return max(found, key=lambda latest: (latest.day, latest.value)) if found else None


def _schools(place: pd.DataFrame, index: pd.Timestamp) -> dict[str, str]:
    rows = place[place["kind"].eq("school") & place["school"].notna()]
    rows = rows[(rows["from"].isna() | (rows["from"] <= index)) & (rows["to"].isna() | (rows["to"] > index))]
    rows = rows.sort_values("from", na_position="first", kind="stable").drop_duplicates(
        "person_id", keep="last"
    )
    return {p: plain(s) for p, s in zip(rows["person_id"], rows["school"], strict=True)}


def _involvement(row: Mapping[Hashable, Any], team: str) -> Involvement:
    kind = str(row["kind"])
    service, role, coordinates = SERVICES[kind]
    named: str | NotHeld = NotHeld("this agency does not name a team")
    if kind == "early_help" and team:
        named = team
    return Involvement(
        service=service,
        role=role,
        status="open",
        since=as_day(row["start_date"]),
        team=named,
        contact=NotHeld("no source delivers contact details; ask the team or the front door"),
        last_contact_date=NotHeld("no source delivers dates of contact"),
        coordinates=coordinates,
    )
