"""What the records say about some households: who lives there, who works with them, what was agreed.

Services are shown as known at the index date, like everything the model saw. What protects a family (an
objection, a protected record, a withdrawn agreement) is read as late as it is known, up to today.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from prevention_model.cohort import STATUTORY
from prevention_model.errors import WrongUsage
from prevention_model.lists.facts import Involvement, NotHeld, PastHelp, Team
from prevention_model.lists.sharing import Reader, as_day
from prevention_model.lists.text import plain
from prevention_model.records import Records

# kind -> service, what it does (never what it is about), the plan that it leads, if any
SERVICES: dict[str, tuple[str, str, str]] = {
    "early_help": ("Early help", "works with the family", "Early help plan"),
    "case": ("Children's social care", "a case is open", "Children's social care case"),
    "cin_episode": ("Children's social care", "a social worker, child in need plan", "Child in need plan"),
    "cp_plan": ("Children's social care", "a social worker, child protection plan", "Child protection plan"),
    "care_period": ("Children's social care", "a social worker, child in care", "Care plan"),
    "youth_intervention": ("Youth justice service", "works with a young person", "Youth justice plan"),
    "ehcp": (
        "Special educational needs team",
        "an education, health and care plan",
        "Education, health and care plan",
    ),
    "mh_referral": ("Children's health service", "a referral is open", ""),
    "substance_treatment": ("Services for parents", "work with an adult of the household", ""),
}
UNNAMED = ("Another service", "works with somebody here", "A plan held by another agency")
"""In place of a service whose source is not shared with the reader: that it works with them is said, and no more."""

ADULT_EVENTS = frozenset(
    {"adult_mental_health_contact", "adult_substance_contact", "police_notice", "arrears_action"}
)
ADULT_SPELLS = frozenset({"substance_treatment", "homelessness_duty"})
_YEAR = pd.Timedelta(days=365)

_ADOPTION = {
    "event": frozenset({"adoption_decision", "adoption_match"}),
    "spell": frozenset({"placed_for_adoption"}),
    "attribute": frozenset({"adopters", "adopters_sex", "adopters_status", "adopted_by_foster_carer"}),
}
_PROTECTING = ("objection", "protected_record", "family_agreement")
_CONTACT = ("language", "accessible_format", "safe_contact")
_LEADS = ("lead_practitioner_team", "lead_practitioner", "lead_practitioner_contact")
_NEEDS = ("complex_needs", "care_need")

READ: Mapping[str, Collection[str] | None] = {
    **dict.fromkeys(("person", "household", "place", "event", "spell", "coverage")),
    "attribute": frozenset({*_PROTECTING, *_CONTACT, *_LEADS, *_NEEDS, *_ADOPTION["attribute"]}),
}
"""What lists read of the records: tables, and names of attributes, of which there are millions of others."""


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

    `index_date` bounds what is shown of services, `today` what protects a family; `reader` what is shown at all.
    `scored_in`: the household in which each child is scored.
    """

    def __init__(
        self,
        records: Records,
        homes: Collection[str],
        index_date: date,
        today: date,
        reader: Reader,
        scored_in: Mapping[str, str],
    ) -> None:
        self.index, self.today, self.reader = pd.Timestamp(index_date), pd.Timestamp(today), reader
        self._scored_in = scored_in
        living = _members(records.frames["household"], self.index)
        self.homes = _homes(living, homes)
        people = {person for home in self.homes.values() for person in home.people}
        mine = living[living["person_id"].isin(people)].groupby("person_id")["household_id"]
        self._homes_of = {str(person): frozenset(found) for person, found in mine}
        frames = {
            name: records.frames[name].loc[lambda t: t["person_id"].isin(people)]
            for name in ("person", "spell", "attribute", "event", "place")
        }
        self.adults = set(frames["person"].loc[frames["person"]["is_adult"].eq(True), "person_id"])
        births = frames["person"].dropna(subset="birth_date")
        self.births = {p: as_day(d) for p, d in zip(births["person_id"], births["birth_date"], strict=True)}
        seen = _seen_spells(frames["spell"], self.index)
        seen = seen.assign(shown=~seen["source"].isin(reader.withheld))
        self._open = _by_person(seen[seen["open"]])
        self._ended = _by_person(seen[~seen["open"] & seen["kind"].eq("early_help") & seen["shown"]])
        self._latest = _latest(frames["attribute"], self.today)
        self._at_index = _latest(frames["attribute"], self.index - pd.Timedelta(days=1))
        views = frames["event"].loc[frames["event"]["kind"].eq("view_recorded")]
        self._views = views[views["known_date"] <= self.today]
        self._schools = _schools(frames["place"], self.index)
        self._adopted = _adopted(frames)
        self._noted = _noted(frames["event"], seen, self.index) & self.adults

    def people(self, home: str) -> tuple[str, ...]:
        """The members of a household."""
        return self.homes[home].people if home in self.homes else ()

    def latest(self, people: Iterable[str], name: str) -> Latest | None:
        """The latest value of an attribute among some people, as known today. Raises WrongUsage for one that `READ`
        does not name, since a list that asks for it would find nothing."""
        if name not in (READ["attribute"] or ()):
            raise WrongUsage(f"Lists do not read the attribute {name}.", todo="Name it in READ.")
        return _newest(self._latest, people, name)

    def homes_of(self, person: str) -> frozenset[str]:
        """The households in which a person lives at the index date."""
        return self._homes_of.get(person, frozenset())

    def stands_in(self, person: str, home: str) -> bool:
        """Whether a person stands with this household: a child who is scored in another does not."""
        return person in self.adults or self._scored_in.get(person, home) == home

    def adopted(self, person: str) -> date | None:
        """Since when an adoption is on record for a person: what was before it is not for a list."""
        return self._adopted.get(person)

    def adult_noted(self, people: Iterable[str]) -> bool:
        """Whether something about an adult among these people was recorded in the year before the index date."""
        return not self._noted.isdisjoint(people)

    def open_kinds(self, person: str) -> set[str]:
        """The kinds of spell that are open for a person at the index date, and that the reader may know of."""
        return {row["kind"] for row in self._open.get(person, ()) if row["shown"]}

    def plans(self, person: str) -> tuple[str, ...]:
        """The plans that are open for a person; an open case says nothing beside the plan that it led to."""
        open_now = {
            row["kind"]: row["shown"] for row in self._open.get(person, ()) if row["kind"] in SERVICES
        }
        named = [SERVICES[kind][2] if open_now[kind] else UNNAMED[2] for kind in SERVICES if kind in open_now]
        led = [plan for plan in dict.fromkeys(named) if plan]
        case = SERVICES["case"][2]
        return tuple(plan for plan in led if plan != case) if len(led) > 1 else tuple(led)

    def team(self, services: Sequence[Involvement]) -> Team:
        """The plan that is open and who leads it, by the first service that coordinates one."""
        none = NotHeld("no source delivers it; ask the team")
        lead = next((service for service in services if service.coordinates), None)
        if lead is None:
            return Team(False, "None known", NotHeld("no plan is known"), NotHeld("no plan is known"))
        led = lead.lead_practitioner if isinstance(lead.lead_practitioner, str) else lead.team
        return Team(True, lead.plan, led if isinstance(led, str) else lead.service, none)

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
        said = {
            name: plain(latest.value) for name in _LEADS if (latest := _newest(self._at_index, people, name))
        }
        for person in people:
            rows = self._open.get(person, ())
            worked_with = {row["kind"] for row in rows} & set(STATUTORY) - {"case"}
            for row in rows:
                # An open case says nothing beside the plan that it led to.
                if row["kind"] in SERVICES and not (row["kind"] == "case" and worked_with):
                    made = _involvement(row, said, self.reader)
                    key = (made.service, made.role)
                    # Of several that read alike, what leads a plan counts, then what began first.
                    found[key] = min(found.get(key, made), made, key=_leads_since)
        return tuple(sorted(found.values(), key=lambda i: (*_leads_since(i), i.service)))

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
            if person not in self._adopted or as_day(row["start_date"]) >= self._adopted[person]
        }
        return tuple(sorted(found, key=lambda p: (p.ended or date.min, p.type), reverse=True))


def _leads_since(service: Involvement) -> tuple[bool, date]:
    return not service.coordinates, service.since or date.max


def open_spells(spells: pd.DataFrame, index_date: date) -> pd.DataFrame:
    """The spells that are open at the index date, as known then."""
    seen = _seen_spells(spells, pd.Timestamp(index_date))
    return seen[seen["open"]]


def with_social_worker(records: Records, index_date: date) -> set[str]:
    """The people with an open statutory spell, as known at the index date."""
    spells = records.frames["spell"]
    return set(open_spells(spells[spells["kind"].isin(STATUTORY)], index_date)["person_id"])


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


def _homes(living: pd.DataFrame, homes: Collection[str]) -> dict[str, Home]:
    rows = living[living["household_id"].isin(list(homes))]
    made = {}
    for name, group in rows.groupby("household_id"):
        sure = group["confidence"].min()
        made[str(name)] = Home(tuple(sorted(set(group["person_id"]))), None if pd.isna(sure) else float(sure))
    return made


def _adopted(frames: Mapping[str, pd.DataFrame]) -> dict[str, date]:
    """The first day on which an adoption is on record, by person, however late it became known."""
    spell, place = frames["spell"], frames["spell"]
    spell = spell[spell["kind"].isin(_ADOPTION["spell"])]
    order = place[place["kind"].eq("placement") & place["code"].eq("adoption_order_current_carer")]
    ended = place[
        place["kind"].eq("care_period") & place["outcome"].astype("str").str.contains("adopt", na=False)
    ]
    parts = [
        frames["event"].loc[frames["event"]["kind"].isin(_ADOPTION["event"]), ["person_id", "event_date"]],
        frames["attribute"].loc[
            frames["attribute"]["name"].isin(_ADOPTION["attribute"]), ["person_id", "event_date"]
        ],
        *(
            rows[["person_id", day]].rename(columns={day: "event_date"})
            for rows, day in ((spell, "start_date"), (order, "start_date"), (ended, "end_date"))
        ),
    ]
    first = pd.concat(parts).dropna().groupby("person_id")["event_date"].min()
    return {str(person): as_day(day) for person, day in first.items()}


def _noted(event: pd.DataFrame, seen: pd.DataFrame, index: pd.Timestamp) -> set[str]:
    """The people of whom something that adults' services, the police or a landlord recorded was known before the
    index date, and no more than a year before it."""
    lately = event["event_date"].between(index - _YEAR, index, inclusive="left") & (
        event["known_date"] < index
    )
    spells = seen[seen["kind"].isin(ADULT_SPELLS) & (seen["open"] | (seen["start_date"] >= index - _YEAR))]
    return {*event.loc[lately & event["kind"].isin(ADULT_EVENTS), "person_id"], *spells["person_id"]}


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


def _involvement(row: Mapping[Hashable, Any], said: Mapping[str, str], reader: Reader) -> Involvement:
    kind = str(row["kind"])
    service, role, plan = SERVICES[kind]
    if not row["shown"]:
        unheld = NotHeld(f"ask {reader.ask}")
        named = UNNAMED[2] if plan else ""
        return Involvement(*UNNAMED[:2], "open", None, unheld, unheld, unheld, unheld, bool(plan), named)
    told = said if kind == "early_help" else {}
    return Involvement(
        service=service,
        role=role,
        status="open",
        since=as_day(row["start_date"]),
        team=told.get("lead_practitioner_team") or NotHeld("this agency does not name a team"),
        lead_practitioner=told.get("lead_practitioner")
        or NotHeld("no source names the person; ask the team"),
        contact=told.get("lead_practitioner_contact")
        or NotHeld("no source delivers contact details; ask the team or the front door"),
        last_contact_date=NotHeld("no source delivers dates of contact"),
        coordinates=bool(plan),
        plan=plan,
    )
