"""The community services' register of patients (CSDS, master patient index): who is registered, where, whose child."""

import numpy as np

from prevention_model.synthetic.book import keep_book
from prevention_model.synthetic.calendar import END, MISSING, day, written
from prevention_model.synthetic.extract import (
    YES_NO,
    Extract,
    Faults,
    coded,
    column,
    delayed,
    in_time,
    known_ends,
    taken,
)
from prevention_model.synthetic.identifiers import digits
from prevention_model.synthetic.identities import some
from prevention_model.synthetic.world import World

ETHNIC_CATEGORIES = {
    "A": "WBRI",
    "C": "WOTH",
    "G": "MOTH",
    "L": "AOTH",
    "P": "BOTH",
    "S": "OOTH",
    "Z": "NOBT",
}
"""NHS letters, in the order of `world.ETHNIC`, and not stated (standards, section 11)."""

BASIS = "Public task, Article 6(1)(e) and 9(2)(h); Health and Social Care Act 2012 section 251B"


def register(world: World) -> Extract:
    """A row for each home that a child or mother was registered at. Every child under 25 is in it."""
    rng, people, homes = world.streams("health register"), world.people, world.homes
    book = keep_book(world, "health")
    mothers = np.zeros(len(people), dtype=bool)
    mothers[world.first_parent] = people.female[world.first_parent]
    ours = (people.role == 0) | mothers
    row = np.flatnonzero(ours[homes.person] & ((homes.until == MISSING) | (homes.until > day(world.start))))
    who, since = homes.person[row], homes.since[row]
    # A family registers some weeks after a move, a newborn within days, those in other areas' care not at all.
    known = delayed(rng, since, 6, np.where(people.born[who] == since, 8, 40).mean())
    kept = np.flatnonzero(in_time(known) | (people.born[who] == since))
    kept = kept[np.argsort(known[kept], kind="stable")]
    row, who, since, known = row[kept], who[kept], since[kept], np.minimum(known[kept], day_before_extract())
    end, known_end = known_ends(homes.until[row], delayed(rng, homes.until[row], 6, 40))
    first = world.first_parent[people.family[who]]
    told = (people.role[who] == 0) & people.female[first] & (rng.random(len(who)) < 0.97)
    ethnic = np.where(rng.random(len(who)) < 0.06, len(ETHNIC_CATEGORIES) - 1, people.ethnicity[who])
    columns = {
        "registration_id": digits(np.arange(len(who)) + 1, 8),
        "nhs_number": taken(world.identities.nhs_number, who),
        "forename": book.forenames(who),
        "surname": book.surnames(who, known),
        "birth_date": book.births(who, "iso"),
        "death_date": written(people.died[who], "iso"),
        "sex": coded(["1", "2"], people.female[who].astype(np.int8)),
        "ethnic_category": coded(list(ETHNIC_CATEGORIES), ethnic),
        "adult": coded(["0", "1"], (people.role[who] > 0).astype(np.int8)),
        "postcode": homes.postcode(row),
        "mother_nhs_number": some(taken(world.identities.nhs_number, first), told),
        "registered_from": written(since, "iso"),
        "registered_to": written(end, "iso"),
        "submitted": written(known.astype(np.int32), "iso"),
        "end_submitted": written(known_end, "iso"),
    }
    return Extract(
        source="health_register",
        agency="health",
        description="The community services' register: a row for each address at which a child or young person "
        "under 26, or a mother, was registered, with the mother's number where maternity recorded it.",
        who=who,
        columns=columns,
        identifiers={"nhs_number": "nhs_number"},
        other_identifiers={"nhs_number": "mother_nhs_number"},
        vault={"forename": "forename", "surname": "surname", "birth_date": "birth_date", "postcode": "postcode"},
        unique=("registration_id",),
        produces=[
            {
                "table": "person", "birth_date": column("birth_date"), "death_date": column("death_date"),
                "sex": column("sex", **{"1": "M", "2": "F"}), "is_adult": {"column": "adult", "map": YES_NO},
                "ethnicity": {"column": "ethnic_category", "map": ETHNIC_CATEGORIES},
            },
            {
                "table": "place", "kind": "home", "from": column("registered_from"), "to": column("registered_to"),
                "known_date": column("submitted"),
            },
            {
                "table": "relationship", "role": "mother", "from": column("birth_date"),
                "known_date": column("submitted"), "when": {"column": "mother_nhs_number", "filled": True},
            },
        ],
        style="iso",
        since=world.start,
        faults=Faults(ids=("nhs_number",), dates=("registered_to",), spaces=("surname",), codes=("ethnic_category",)),
        lawful_basis=BASIS,
    )  # fmt: skip


def day_before_extract() -> int:
    """The last day that can be in a file."""
    return day(END) - 1
