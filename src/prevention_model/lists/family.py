"""One family's row, from the scores, the records and the identities that the vault gave after release."""

import base64
import hashlib
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from prevention_model.lists.contact import contact
from prevention_model.lists.facts import ByOutcome, Involvement, NotHeld, Reason
from prevention_model.lists.first_step import first_step, offered
from prevention_model.lists.known import STATUTORY, Known, is_set
from prevention_model.lists.milestones import age_on, key_stage, next_milestone
from prevention_model.lists.rows import ChildRow, FamilyRow
from prevention_model.lists.schools import School
from prevention_model.lists.sharing import Reader, as_day, shown_reasons
from prevention_model.lists.text import plain
from prevention_model.pages.words import plain_date
from prevention_model.settings.authority import Offer

PROTECTED = (
    "Protected record: address, school and links are not shown. Ask the front door before any contact."
)
NO_VIEW = "No view recorded"
NO_DECISION = "None on record"
AGREEMENT = {
    "not_asked": "Not asked yet: early help is voluntary, and nobody has asked this family",
    "asked_declined": "Asked, and said no",
    "agreed": "Agreed to early help",
    "withdrawn": "Agreed, and later withdrew",
    "not_required_safeguarding": "Not needed: a safeguarding matter",
}
NOT_FOR = (
    "refusing, stopping or reducing any help",
    "decisions about benefits, housing, school places or enforcement",
    "a child's permanent record",
)
"""What a row must never be used for (R-41)."""


@dataclass(frozen=True)
class Setting:
    """What one zone's rows have in common. `schools` has the name, pyramid and zone of a school by its number."""

    list_id: str
    release_id: str
    zone_code: str
    index_date: date
    today: date
    change_since: date | None
    reader: Reader
    offers: tuple[Offer, ...]
    stale: tuple[str, ...]
    schools: Mapping[str, School]
    last_decisions: Mapping[str, str]


def family_ref(release_id: str, household_id: str) -> str:
    """A family's reference on one release's lists: stable within it, and not to be followed across releases.

    >>> family_ref("R1", "h1") == family_ref("R1", "h1"), family_ref("R1", "h1") == family_ref("R2", "h1")
    (True, False)
    """
    digest = hashlib.blake2b(f"{release_id}|{household_id}".encode(), digest_size=5).digest()
    # 40 bits; letters and 2 to 7 only, so a reference never starts a formula or reads as a number
    return f"F-{base64.b32encode(digest).decode()}"


def family_row(
    place: Mapping[Hashable, Any],
    scores: pd.DataFrame,
    by_outcome: tuple[ByOutcome, ...],
    told: pd.DataFrame,
    known: Known,
    identities: pd.DataFrame,
    setting: Setting,
) -> FamilyRow:
    """The row of one ranked household.

    `place` is its row of `rank_families`; `scores` hold its children as `combined` gives them; `by_outcome`, and the
    reasons and strengths `told`, are of the child that its place rests on; `identities` has its people, by person_id.
    """
    home, index_child = str(place["household_id"]), str(place["person_id"])
    children = sorted(set(scores["person_id"]))
    # A child with two homes is scored in one, and stands in that one only.
    people = tuple(sorted({*(p for p in known.people(home) if known.stands_in(p, home)), *children}))
    ref = family_ref(setting.release_id, home)
    protected = _is(known, people, "protected_record")
    since = known.adopted(index_child)
    why, well = (
        shown_reasons(told[told["kind"].eq(k)], setting.reader, since) for k in ("reason", "strength")
    )
    services = known.involvement(people)
    rows = _children(ref, index_child, scores, people, known, identities, protected, setting)
    schools = tuple(sorted({str(c.setting) for c in rows if isinstance(c.setting, str)}))
    team = known.team(services)
    age = next(c.age_years for c in rows if c.is_index_child)
    decided = setting.last_decisions.get(home)
    return FamilyRow(
        row_id=f"{setting.list_id}/{ref}",
        family_ref=ref,
        household_id=home,
        rank=int(str(place["position"])),
        zone_code=setting.zone_code,
        current_involvement=services,
        team_around_family=team,
        previous_early_help=known.past_help(people),
        last_decision=plain(decided) or NO_DECISION,
        returned=decided is not None,
        about_the_children=_prompts(known, people, setting.reader),
        family_agreement=_agreement(known, people),
        objection_flag="No objection on record",
        child_view=_view(known, people, "child"),
        family_view=_view(known, people, "parent"),
        contact_preferences=contact(known, people),
        children=rows,
        adults=tuple(_name(identities, p) for p in people if p in known.adults),
        address=PROTECTED if protected else _address(identities, (index_child, *people)),
        protected_record=protected,
        household_confidence=_confidence(known, home),
        school_pyramid=_pyramid(known, people, protected, setting),
        setting_names=schools,
        position_band=str(place["band"]),
        change_direction=_direction(scores, place),
        change_since=_since(scores, place, setting),
        by_outcome=by_outcome,
        reasons=why,
        strengths=well,
        uncertainty_band=_sureness(scores, index_child),
        explanation_ref=f"{setting.release_id}/{ref}",
        least_intrusive_first_step=first_step(
            why, setting.offers, age, team, _lead(services), _said_no(known, people)
        ),
        suggested_universal_offer=tuple(
            offered(offer) for offer in setting.offers if offer.level == 1 and _any_age(offer, rows)
        ),
        data_quality_flags=(
            *_flags(known, home, people, identities, why, well),
            *([] if protected else _elsewhere(known, home, people, setting)),
        ),
        stale_sources=setting.stale,
        do_not_use_for=NOT_FOR,
    )


def _lead(services: tuple[Involvement, ...]) -> str:
    """Whom to speak to about the plan that is open: person or team where one is named, and the service."""
    lead = next((service for service in services if service.coordinates), None)
    if lead is None:
        return ""
    named = [who for who in (lead.lead_practitioner, lead.team) if isinstance(who, str)]
    return f"{named[0]} ({lead.service})" if named else lead.service


def _any_age(offer: Offer, rows: Collection[ChildRow]) -> bool:
    """Whether an offer is for the age of any child here; where no age is held, whether it is for every age."""
    ages = [child.age_years for child in rows if isinstance(child.age_years, int)]
    return any(offer.ages[0] <= age <= offer.ages[1] for age in ages) or (not ages and offer.ages == (0, 25))


def _prompts(known: Known, people: tuple[str, ...], reader: Reader) -> tuple[str, ...]:
    """The question that services for adults are to be asked (M46), without saying which of them recorded what."""
    if not known.adult_noted(people):
        return ()
    return (
        "And what about the children? Something about an adult here was recorded in the last 12 months. "
        f"Ask {reader.ask} what it may mean for each child, and write the answer down.",
    )


def _elsewhere(known: Known, home: str, people: tuple[str, ...], setting: Setting) -> list[str]:
    """Who also lives at another address, or has their place with another household; and schools of other zones."""
    flags = []
    children = [p for p in known.people(home) if p not in known.adults and known.adopted(p) is None]
    if any(len(known.homes_of(p)) > 1 for p in children if p in people):
        flags.append(
            "A child here also lives in another household: check with the family who is at home when"
        )
    if any(p not in people for p in children):
        flags.append("Another child lives here part of the time, and is counted with their other household")
    zones = {s.zone for p in children if (s := setting.schools.get(known.school(p)))}
    if zones - {"", setting.zone_code}:
        flags.append("A child here goes to a school of another zone's pyramid; the list is by home")
    return flags


def _children(
    ref: str,
    index_child: str,
    scores: pd.DataFrame,
    people: tuple[str, ...],
    known: Known,
    identities: pd.DataFrame,
    protected: bool,
    setting: Setting,
) -> tuple[ChildRow, ...]:
    """The children of the household, the eldest first: those scored, and any others who live there."""
    scored = scores.set_index("person_id")
    births = {p: _birth(identities, p) or known.births.get(p) for p in people}
    members = [p for p in people if p in scored.index or p not in known.adults]
    members.sort(key=lambda p: (births[p] or date.max, p))
    rows = []
    for position, person in enumerate(members, start=1):
        birth, kinds = births[person], known.open_kinds(person)
        rows.append(
            ChildRow(
                child_ref=f"{ref}-{position}",
                person_id=person,
                name=_name(identities, person),
                age_years=age_on(birth, setting.today) if birth else NotHeld("no date of birth"),
                setting=_school(known.school(person), protected, setting),
                key_stage=key_stage(birth, setting.today) if birth else NotHeld("no date of birth"),
                milestone_due=next_milestone(birth, setting.today) if birth else NotHeld("no date of birth"),
                level_of_need=_level_of_need(kinds),
                send_status=_send(kinds),
                plan_in_place=", ".join(known.plans(person)) or "None known",
                is_index_child=person == index_child,
                individual_change=_change(scored, person, kinds),
            )
        )
    return tuple(rows)


def _is(known: Known, people: Collection[str], name: str) -> bool:
    """Whether any of these people has a flag that is set."""
    latest = (known.latest([person], name) for person in people)
    return any(found is not None and is_set(found.value) for found in latest)


def _view(known: Known, people: Collection[str], whose: str) -> str:
    day = known.view(people, whose)
    return f"Recorded on {plain_date(day)}" if day else NO_VIEW


def _said_no(known: Known, people: Collection[str]) -> bool:
    found = known.latest(people, "family_agreement")
    return found is not None and found.value in ("asked_declined", "withdrawn")


def _agreement(known: Known, people: Collection[str]) -> str:
    found = known.latest(people, "family_agreement")
    if found is None:
        return AGREEMENT["not_asked"]
    words = AGREEMENT.get(found.value, plain(found.value).replace("_", " "))
    return f"{words} ({plain_date(found.day)})"


def _confidence(known: Known, home: str) -> str | NotHeld:
    sure = known.homes[home].confidence if home in known.homes else None
    if sure is None:
        return NotHeld("the records do not say how sure the household is")
    if sure >= 0.9:
        return "Good"
    return "Some doubt who lives here: check with the family" if sure >= 0.7 else "Much doubt: check first"


def _pyramid(known: Known, people: Collection[str], protected: bool, setting: Setting) -> str | NotHeld:
    if protected:
        return NotHeld("protected record")
    if not setting.schools:
        return NotHeld("no table of school pyramids was delivered")
    found = {
        setting.schools[school].pyramid for p in people if (school := known.school(p)) in setting.schools
    }
    return ", ".join(sorted(found)) if found else NotHeld("no child here goes to a school of a pyramid")


def _direction(scores: pd.DataFrame, place: Mapping[Hashable, Any]) -> str:
    """The family's direction: rising if any ranked child's is, otherwise that of its highest child."""
    if place["rising"]:
        return "rising"
    own = scores.loc[scores["person_id"].eq(str(place["person_id"])), "direction"].iloc[0]
    return str(own) if own in ("steady", "falling") else "not known"


def _since(scores: pd.DataFrame, place: Mapping[Hashable, Any], setting: Setting) -> date | NotHeld:
    """Where the family is rising: the earliest day since when a ranked child of it is; else the day compared with."""
    if place["rising"] and "rising_since" in scores:
        since = scores.loc[scores["eligible"].astype(bool), "rising_since"].min()
        if pd.notna(since):
            return as_day(since)
    return setting.change_since or NotHeld("this run keeps no date of comparison")


def _sureness(scores: pd.DataFrame, index_child: str) -> str:
    if "credibility" not in scores:
        return "Not known how clear this change is"
    sure = scores.loc[scores["person_id"].eq(index_child), "credibility"].iloc[0]
    if pd.isna(sure):
        return "Not known how clear this change is"
    apart = abs(float(sure) - 0.5)
    return "A clear change" if apart >= 0.45 else "A likely change" if apart >= 0.3 else "No clear change"


def _flags(
    known: Known,
    home: str,
    people: tuple[str, ...],
    identities: pd.DataFrame,
    why: tuple[Reason, ...],
    well: tuple[Reason, ...],
) -> tuple[str, ...]:
    flags = []
    sure = known.homes[home].confidence if home in known.homes else None
    if sure is not None and sure < 0.9:
        flags.append("It is not sure that all of these people live together")
    if any(person not in identities.index for person in people):
        flags.append("The names of some members are not held")
    if any(_birth(identities, p) is None and p not in known.births for p in people if p not in known.adults):
        flags.append("A child's date of birth is missing")
    if not why:
        flags.append("Nothing stands out as a reason: ask before relying on this row")
    if not well:
        flags.append("No strength is on record, which does not mean that there is none")
    return tuple(flags)


def _level_of_need(kinds: set[str]) -> str:
    if kinds & set(STATUTORY):
        return "Level 4: statutory services"
    return "Level 3: early help is open" if "early_help" in kinds else "Levels 1 to 2"


def _send(kinds: set[str]) -> str:
    if "ehcp" in kinds:
        return "Education, health and care plan"
    return "SEN support" if "sen_support" in kinds else "None known"


def _change(scored: pd.DataFrame, person: str, kinds: set[str]) -> str:
    if kinds & set(STATUTORY):
        return "Not ranked: has a social worker"
    if person not in scored.index or not bool(scored.at[person, "eligible"]):
        return "Not ranked"
    return str(scored.at[person, "direction"]).capitalize()


def _school(number: str, protected: bool, setting: Setting) -> str | NotHeld:
    if protected:
        return NotHeld("protected record")
    if number in setting.schools:
        return setting.schools[number].name
    return number or NotHeld("no school or setting is recorded")


def _name(identities: pd.DataFrame, person: str) -> str:
    if person not in identities.index:
        return "Name not held"
    parts = [plain(identities.at[person, column]) for column in ("forename", "surname")]
    return " ".join(part for part in parts if part) or "Name not held"


def _address(identities: pd.DataFrame, people: Collection[str]) -> str:
    for person in people:
        if person in identities.index:
            parts = [plain(identities.at[person, column]) for column in ("address", "postcode")]
            if any(parts):
                return ", ".join(part for part in parts if part)
    return "Address not held"


def _birth(identities: pd.DataFrame, person: str) -> date | None:
    if person not in identities.index:
        return None
    held: Any = identities.at[person, "birth_date"]
    return None if pd.isna(held) else as_day(held)
