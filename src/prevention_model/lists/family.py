"""One family's row, from the scores, the records and the identities that the vault gave after release."""

import base64
import hashlib
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from prevention_model.lists.known import STATUTORY, Known, is_set
from prevention_model.lists.milestones import age_on, key_stage, next_milestone
from prevention_model.lists.rows import ByOutcome, ChildRow, FamilyRow, Involvement, NotHeld, Reason
from prevention_model.lists.sharing import as_day, shown_reasons
from prevention_model.lists.text import plain
from prevention_model.pages.words import plain_date
from prevention_model.settings.authority import Offer

PROTECTED = (
    "Protected record: address, school and links are not shown. Ask the front door before any contact."
)
NO_VIEW = "No view recorded"
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
    """What one zone's rows have in common."""

    list_id: str
    release_id: str
    zone_code: str
    index_date: date
    today: date
    change_since: date | None
    may_see: Collection[str] | None
    offers: tuple[Offer, ...]
    stale: tuple[str, ...]
    pyramids: Mapping[str, str]


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
    people = tuple(sorted({*known.people(home), *children}))
    ref = family_ref(setting.release_id, home)
    protected = _is(known, people, "protected_record")
    why, well = (shown_reasons(told[told["kind"].eq(k)], setting.may_see) for k in ("reason", "strength"))
    services = known.involvement(people)
    rows = _children(ref, index_child, scores, people, known, identities, protected, setting)
    schools = tuple(sorted({str(c.setting) for c in rows if isinstance(c.setting, str)}))
    return FamilyRow(
        row_id=f"{setting.list_id}/{ref}",
        family_ref=ref,
        household_id=home,
        rank=int(str(place["position"])),
        zone_code=setting.zone_code,
        current_involvement=services,
        team_around_family=_team(services),
        plan_in_place=any(service.coordinates for service in services),
        previous_early_help=known.past_help(people),
        family_agreement=_agreement(known, people),
        objection_flag="No objection on record",
        child_view=_view(known, people, "child"),
        family_view=_view(known, people, "parent"),
        contact_preferences=_contact(known, people),
        children=rows,
        adults=tuple(_name(identities, p) for p in people if p in known.adults),
        address=PROTECTED if protected else _address(identities, (index_child, *people)),
        protected_record=protected,
        household_confidence=_confidence(known, home),
        school_pyramid=_pyramid(schools, protected, setting),
        setting_names=schools,
        position_band=str(place["band"]),
        change_direction=_direction(scores, place),
        change_since=_since(scores, place, setting),
        by_outcome=by_outcome,
        reasons=why,
        strengths=well,
        uncertainty_band=_sureness(scores, index_child),
        explanation_ref=f"{setting.release_id}/{ref}",
        least_intrusive_first_step=_first_step(why, setting.offers),
        suggested_universal_offer=tuple(offer.name for offer in setting.offers if offer.level == 1),
        data_quality_flags=_flags(known, home, people, identities, why, well),
        stale_sources=setting.stale,
        do_not_use_for=NOT_FOR,
    )


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
                setting=_school(known.school(person), protected),
                key_stage=key_stage(birth, setting.today) if birth else NotHeld("no date of birth"),
                milestone_due=next_milestone(birth, setting.today) if birth else NotHeld("no date of birth"),
                level_of_need=_level_of_need(kinds),
                send_status=_send(kinds),
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


def _agreement(known: Known, people: Collection[str]) -> str:
    found = known.latest(people, "family_agreement")
    if found is None:
        return AGREEMENT["not_asked"]
    words = AGREEMENT.get(found.value, plain(found.value).replace("_", " "))
    return f"{words} ({plain_date(found.day)})"


def _contact(known: Known, people: Collection[str]) -> str | NotHeld:
    parts = []
    language = known.latest(people, "language")
    if language and language.value.strip().lower() not in ("english", "eng", ""):
        parts.append(f"Language at home: {plain(language.value).replace('_', ' ')}; offer an interpreter")
    agreed = known.latest(people, "safe_contact")
    if agreed:
        parts.append(f"Agreed way of contact: {plain(agreed.value).replace('_', ' ')}")
    return ". ".join(parts) if parts else NotHeld("no preference has been recorded")


def _team(services: tuple[Involvement, ...]) -> str:
    leads = [service for service in services if service.coordinates]
    if not leads:
        return "No plan that somebody coordinates is known"
    return f"{leads[0].line}. Next review: not held, speak to the team"


def _confidence(known: Known, home: str) -> str | NotHeld:
    sure = known.homes[home].confidence if home in known.homes else None
    if sure is None:
        return NotHeld("the records do not say how sure the household is")
    if sure >= 0.9:
        return "Good"
    return "Some doubt who lives here: check with the family" if sure >= 0.7 else "Much doubt: check first"


def _pyramid(schools: tuple[str, ...], protected: bool, setting: Setting) -> str | NotHeld:
    if protected:
        return NotHeld("protected record")
    found = sorted({setting.pyramids[school] for school in schools if school in setting.pyramids})
    return ", ".join(found) if found else NotHeld("no table of school pyramids was delivered")


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


def _first_step(why: tuple[Reason, ...], offers: tuple[Offer, ...]) -> str:
    """The lowest level of offer that fits what may be shown; hidden reasons must not shine through it."""
    themes = [reason.theme.lower() for reason in why if not reason.hidden]
    places = [[themes.index(t.lower()) for t in offer.themes if t.lower() in themes] for offer in offers]
    fitting = [
        (offer.level, min(found), n)
        for n, (offer, found) in enumerate(zip(offers, places, strict=True))
        if found
    ]
    if not fitting:
        return "Speak with the family, or with somebody they trust, about what would help"
    return plain(offers[min(fitting)[2]].name)


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


def _school(name: str, protected: bool) -> str | NotHeld:
    if protected:
        return NotHeld("protected record")
    return name or NotHeld("no school or setting is recorded")


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
