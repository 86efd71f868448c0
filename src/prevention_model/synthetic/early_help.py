"""Early help's extract: whom they asked, what was agreed, who led, how it ended."""

from datetime import date

import numpy as np

from prevention_model.synthetic.book import keep_book
from prevention_model.synthetic.calendar import MISSING, day, written
from prevention_model.synthetic.extract import (
    Extract,
    Faults,
    coded,
    column,
    delayed,
    in_time,
    known_ends,
    only,
    spell,
    taken,
)
from prevention_model.synthetic.help import AGREED, DECLINED, NOT_ASKED, WITHDRAWN
from prevention_model.synthetic.homes import APART
from prevention_model.synthetic.identifiers import digits, joined
from prevention_model.synthetic.places import ZONE_NAMES
from prevention_model.synthetic.world import World

NEEDS = (
    "education", "early_years", "health", "substance_use", "family_relationships", "abuse_or_exploitation",
    "crime", "domestic_abuse", "housing", "financial",
)  # fmt: skip
"""The ten headline outcomes of the Supporting Families framework (standards, section 8)."""

SINCE = date(2020, 4, 1)
"""Early help has had a system of its own since then; what began before lies in social care's."""

ANSWERS = {"A": "agreed", "D": "asked_declined", "W": "withdrawn", "N": "not_asked"}
ENDS = {"OM": "outcomes_met", "SU": "stepped_up", "DE": "disengaged", "MV": "moved"}


def early_help_extracts(world: World) -> list[Extract]:
    """One row for each child, and each parent at home, of a family that was asked; episodes have a plan start."""
    rng, book = world.streams("early_help"), keep_book(world, "early_help")
    family, asked, answer, start, end, note = _requests(world, rng)
    known = delayed(rng, np.where(start == MISSING, asked, start), 1, 9)
    end, known_end = known_ends(end, delayed(rng, end, 3, 20))
    row, who = _members_of(world, family, asked)
    since = day(max(SINCE, world.start))
    kept = in_time(known[row]) & np.where(start[row] == MISSING, asked[row] >= since, start[row] >= since)
    if world.start >= SINCE:
        # There was no change of system within the county's years: plans under way on the first day are here too.
        kept |= in_time(known[row]) & (start[row] != MISSING) & ((end[row] == MISSING) | (end[row] > since))
    row, who = row[kept], who[kept]
    order = np.argsort(known[row], kind="stable")
    row, who = row[order], who[order]
    zone = world.places.zone[world.families.lsoa[family, 0]]
    adult = world.people.role[who] > 0
    plan = (start[row] != MISSING) & ~adult
    stay = world.homes.at(who, asked[row])
    columns = {
        "record_no": digits(np.arange(len(row)) + 1, 7),
        "family_ref": taken(world.identities.household, who),
        "person_no": joined("EH", digits(who * 7 + 10_000, 7)),
        "forename": book.forenames(who),
        "surname": book.surnames(who, known[row]),
        "dob": book.births(who, "uk", 0.99),
        "address": world.homes.address(stay),
        "postcode": world.homes.postcode(stay),
        "stage": coded(["ASKED", "PLAN", "PARENT"], np.where(adult, 2, plan)),
        "asked_on": written(asked[row], "uk"),
        "agreement": coded(list(ANSWERS), answer[row]),
        "plan_start": written(start[row], "uk"),
        "plan_end": written(end[row], "uk"),
        "main_need": coded(NEEDS, note[row] % len(NEEDS)),
        "end_reason": coded(list(ENDS), note[row] // 1000, end[row] == MISSING),
        "lead_team": coded([f"{name} family team" for name in ZONE_NAMES], zone[row]),
        "entered": written(known[row], "uk"),
        "end_entered": written(known_end[row], "uk"),
    }
    plans, asked_children = only("stage", "PLAN"), only("stage", "PLAN", "ASKED")
    return [
        Extract(
            source="early_help",
            agency="early_help",
            description="Families asked about early help and the plans that followed, a row for each child under 18 "
            "and each parent of the family: what they answered, the main need, the team that led, and how it ended. "
            "Persons and families stand under numbers of early help's own system.",
            who=who,
            columns=columns,
            identifiers={"local_id": "person_no"},
            vault={"forename": "forename", "surname": "surname", "birth_date": "dob", "address": "address",
                   "postcode": "postcode"},
            unique=("record_no",),
            produces=[
                spell("early_help", "plan_start", "plan_end", "entered", "end_entered", when=plans,
                      code=column("main_need", **{need: need for need in NEEDS}),
                      outcome={"column": "end_reason", "map": ENDS}),
                {"table": "attribute", "name": "family_agreement", "value": {"column": "agreement", "map": ANSWERS},
                 "event_date": column("asked_on"), "known_date": column("entered"), "when": asked_children},
                {"table": "household", "household_key": column("family_ref"), "from": column("asked_on"),
                 "known_date": column("entered")},
                {"table": "attribute", "name": "lead_practitioner_team", "value": column("lead_team"),
                 "event_date": column("plan_start"), "known_date": column("entered"), "when": plans},
            ],
            style="uk",
            since=max(SINCE, world.start),
            faults=Faults(
                dates=("plan_end",), codes=("main_need", "agreement"), spaces=("lead_team",), ids=("person_no",)
            ),
        )
    ]  # fmt: skip


def early_help_children(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Child, start, end and note of every episode of early help: a row for each child of the family."""
    spells = world.life.help
    row, who = _members_of(world, spells.person, spells.start)
    child = world.people.role[who] == 0
    row, who = row[child], who[child]
    return who, spells.start[row], spells.end[row], spells.note[row]


def _requests(world: World, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """One element for each time a family was considered: family, day, answer, plan start and end, note."""
    asked, spells = world.life.asked, world.life.help
    # An episode began 14 days after the family was asked: the same family and day match exactly.
    key = {
        (f, s): i for i, (f, s) in enumerate(zip(spells.person.tolist(), spells.start.tolist(), strict=True))
    }
    place = np.array(
        [key.get((f, s + 14), -1) for f, s in zip(asked.person.tolist(), asked.start.tolist(), strict=True)]
    )
    place = place.astype(np.int32)
    found = (place >= 0) & (asked.note != DECLINED)
    start = np.where(found, spells.start[place], MISSING)
    end = np.where(found, spells.end[place], MISSING)
    note = np.where(found, spells.note[place], rng.integers(0, 1000, len(asked)))
    answer = np.where(found & (asked.note == WITHDRAWN) & (end == MISSING), AGREED, asked.note)
    # Some families were talked about and never asked.
    skipped = ~found & (rng.random(len(asked)) < 0.2)
    answer = np.where(skipped, NOT_ASKED, answer)
    return tuple(a.astype(np.int32) for a in (asked.person, asked.start, answer, start, end, note))


def _members_of(world: World, family: np.ndarray, on: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows repeated for each child of the family under 18, and each parent at home, in the county on that day."""
    first = np.searchsorted(world.family, family)
    rows, people = [], []
    for step in range(5):
        who = np.minimum(first + step, world.people.children - 1)
        there = (
            (world.family[who] == family)
            & world.in_county(who, on)
            & (on - world.people.born[who] < 18 * 365.25)
        )
        rows.append(np.flatnonzero(there))
        people.append(who[there])
    for parent in (world.first_parent[family], world.second_parent[family]):
        there = (
            (parent >= 0)
            & world.in_county(parent, on)
            & (world.homes.kind[world.homes.at(parent, on)] < APART)
        )
        rows.append(np.flatnonzero(there))
        people.append(parent[there])
    row, person = np.concatenate(rows), np.concatenate(people)
    order = np.argsort(row, kind="stable")
    return row[order], person[order]
