"""The authority's index of people, their addresses and households, and who belongs to whom."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.synthetic.calendar import END, MISSING, day, written
from prevention_model.synthetic.dirt import flags
from prevention_model.synthetic.extract import (
    YES_NO,
    Extract,
    Faults,
    coded,
    column,
    delayed,
    in_time,
    only,
    taken,
)
from prevention_model.synthetic.identifiers import digits, joined
from prevention_model.synthetic.names import misspelt
from prevention_model.synthetic.world import World, home_uprn

ETHNIC = ("WBRI", "WOTH", "MOTH", "AOTH", "BOTH", "OOTH")


def index_extracts(world: World) -> list[Extract]:
    """The three sources of this file."""
    return [child_index(world), addresses(world), relationships(world)]


def child_index(world: World) -> Extract:
    """One row a person, children and adults, with every number that the authority holds for them.

    A few children stand twice, under the number of an older system: linkage has to notice.
    """
    rng, people, dirt = world.streams("child index"), world.people, world.parameters.dirt
    ids, n = world.identities, len(world.people)
    again = np.flatnonzero(ids.older_id.is_valid().to_numpy(zero_copy_only=False))
    who = np.concatenate([np.arange(n), again])
    forename = pa.concat_arrays([ids.forename, misspelt(rng, taken(ids.forename, again), 0.5)])
    no_number = rng.random(len(who)) < 0.03 * min(dirt, 1.0)
    nhs = pc.if_else(pa.array(no_number), pa.scalar(None, pa.string()), taken(ids.nhs_number, who))
    columns = {
        "person_ref": pa.concat_arrays([ids.la_person_id, taken(ids.older_id, again)]),
        "upn": taken(ids.upn, who),
        "nhs_number": nhs,
        "forename": forename,
        "surname": taken(ids.surname, who),
        "dob": written(people.born[who], "uk"),
        "died": written(people.died[who], "uk"),
        "sex": coded(
            ["M", "F", "1", "2"], people.female[who] + 2 * (rng.random(len(who)) < 0.1 * min(dirt, 1.0))
        ),
        "ethnicity": coded(ETHNIC, people.ethnicity[who], rng.random(len(who)) < 0.04),
        "adult_record": flags(rng, people.role[who] > 0, dirt),
        "address": taken(ids.address, who),
        "postcode": taken(ids.postcode, who),
    }
    return Extract(
        source="child_index",
        agency="social_care",
        description="The authority's index: one row for each child, young person, parent and carer, with the "
        "numbers other services know them by. A snapshot on the day of the extract; a few people stand twice.",
        columns=columns,
        identifiers={"la_person_id": "person_ref", "upn": "upn", "nhs_number": "nhs_number"},
        vault={
            "forename": "forename",
            "surname": "surname",
            "birth_date": "dob",
            "address": "address",
            "postcode": "postcode",
        },
        unique=("person_ref",),
        produces=[
            {
                "table": "person",
                "birth_date": column("dob"),
                "death_date": column("died"),
                "sex": {"column": "sex", "map": {"M": "M", "F": "F", "1": "M", "2": "F"}},
                "ethnicity": column("ethnicity"),
                "is_adult": {"column": "adult_record", "map": YES_NO},
            }
        ],
        style="uk",
        since=world.start,
        faults=Faults(
            spaces=("surname", "forename"), dates=("dob",), codes=("ethnicity",), encoding="cp1252"
        ),
    )


def addresses(world: World) -> Extract:
    """Stays: each person at each home, with the household; and placements of children in care."""
    rng = world.streams("addresses")
    stays = _stays(world)
    who, kind = stays["who"], stays["stay"]
    known = delayed(rng, stays["from"], 3, 18)
    known = np.where(world.people.born[who] >= stays["from"], stays["from"] + 12, known)
    # A move of the last days is in neither stay: the old one looks current.
    kept = in_time(known) & ((stays["from"] + 10 < day(END)) | (stays["from"] == world.people.born[who]))
    who, kind, known = who[kept], kind[kept], known[kept]
    start, end, lsoa, family = (stays[name][kept] for name in ("from", "to", "lsoa", "family"))
    late_end = (end != MISSING) & (end + 10 >= day(END))
    end = np.where(late_end, MISSING, end).astype(np.int32)
    household = taken(world.identities.household, who)
    serial = joined(household, coded(["", "B", "Y"], np.select([kind == 3, kind == 4], [1, 2], 0)))
    own = joined(serial, pa.array(np.where(kind == 4, who, 0)).cast(pa.string()))
    placed = kind == 5
    property_number = home_uprn(world, np.where(kind >= 4, who + 500_000, family), np.minimum(kind, 4))
    columns = {
        "stay_ref": digits(np.arange(len(who)), 8),
        "person_ref": taken(world.identities.la_person_id, who),
        "household_ref": pc.if_else(
            pa.array(placed), pa.scalar(None, pa.string()), pc.if_else(pa.array(kind == 4), own, serial)
        ),
        "address_type": coded(["HOME", "PLACEMENT"], placed),
        "uprn": property_number,
        "lsoa": taken(world.places.code, lsoa),
        "idaci_decile": pa.array(world.places.decile[lsoa]).cast(pa.string()),
        "rural": coded(["N", "Y"], world.places.rural[lsoa]),
        "moved_in": written(start, "iso"),
        "moved_out": written(end, "iso"),
        "recorded": written(known.astype(np.int32), "iso"),
    }
    home, known_on = only("address_type", "HOME"), column("recorded")
    dates = {"from": column("moved_in"), "to": column("moved_out"), "known_date": known_on}
    as_at = {"event_date": column("moved_in"), "known_date": known_on, "when": home}
    return Extract(
        source="addresses",
        agency="place",
        description="Where each person lives and with whom, a row for each stay: homes with the household's "
        "number, and placements of children in care. The area's deprivation and whether it is rural come from "
        "the area table on the day of the extract.",
        columns=columns,
        identifiers={"la_person_id": "person_ref"},
        unique=("stay_ref",),
        produces=[
            {"table": "household", "household_key": column("household_ref"), **dates, "when": home},
            {"table": "place", "kind": "home", "lsoa": column("lsoa"), **dates, "when": home},
            {
                "table": "place",
                "kind": "placement",
                "lsoa": column("lsoa"),
                **dates,
                "when": only("address_type", "PLACEMENT"),
            },
            {"table": "attribute", "name": "idaci_decile", "value": column("idaci_decile"), **as_at},
            {"table": "attribute", "name": "rural", "value": column("rural", Y="true", N="false"), **as_at},
        ],
        style="iso",
        since=world.start,
        faults=Faults(dates=("moved_out",), byte_order_mark=True),
    )


def _stays(world: World) -> dict[str, np.ndarray]:
    """Every stay of every person: `stay` 0-2 homes in turn, 3 a separated parent's, 4 a young adult's, 5 care."""
    people, families = world.people, world.families
    n = len(people)
    who, far = np.arange(n, dtype=np.int32), np.int32(day(END) + 9999)
    since = np.where(
        people.role == 0, people.present_from, np.maximum(people.present_from, _first_birth(world) - 400)
    )
    until = np.where(people.present_to == MISSING, far, people.present_to)
    at_home = np.where(people.left_home == MISSING, until, np.minimum(until, people.left_home))
    apart = families.apart[people.family]
    leaves = (people.role == 2) & (apart != MISSING)
    at_home = np.where(leaves, np.minimum(at_home, np.maximum(apart, since)), at_home)
    moved = np.where(families.moved == MISSING, far, families.moved)[people.family]
    parts = []
    for k, (low, high) in enumerate(
        ((since, moved[:, 0]), (moved[:, 0], moved[:, 1]), (moved[:, 1], at_home))
    ):
        parts.append(
            (
                who,
                np.full(n, k),
                families.lsoa[people.family, k],
                np.maximum(low, since),
                np.minimum(high, at_home),
            )
        )
    parts.append(
        (
            who,
            np.full(n, 3),
            families.apart_lsoa[people.family],
            np.maximum(at_home, since),
            np.where(leaves, until, MISSING),
        )
    )
    young = people.left_home != MISSING
    near = families.lsoa[people.family, 1]
    parts.append((who, np.full(n, 4), near, at_home, np.where(young, until, MISSING)))
    care = world.life.rows["care_period"]
    ends = np.where(care.end == MISSING, far, care.end)
    parts.append(
        (care.person, np.full(len(care), 5), families.lsoa[people.family[care.person], 2], care.start, ends)
    )
    person, stay, lsoa, low, high = (np.concatenate(column) for column in zip(*parts, strict=True))
    real = low < high
    person, stay, lsoa, low, high = person[real], stay[real], lsoa[real], low[real], high[real]
    order = np.lexsort((low, person))
    ends = np.where(high > day(END), MISSING, high)
    found = {
        "who": person,
        "stay": stay,
        "lsoa": lsoa,
        "from": low,
        "to": ends,
        "family": people.family[person],
    }
    return {name: values[order].astype(np.int32) for name, values in found.items()}


def _first_birth(world: World) -> np.ndarray:
    eldest = np.full(len(world.families), np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(eldest, world.family, world.people.born[: world.people.children])
    return eldest[world.people.family]


def relationships(world: World) -> Extract:
    """Parents, partners, brothers and sisters, as social care and registrars know them: not all of them."""
    rng, people = world.streams("relationships"), world.people
    n, f = people.children, len(world.families)
    child = np.arange(n, dtype=np.int32)
    first, second = world.first_parent[world.family], world.second_parent[world.family]
    carer = rng.random(f) < 0.03
    mother = np.where(carer[world.family], 2, np.where(people.female[first], 0, 1))
    parts = [(child, first, mother, people.born[child])]
    has = second >= 0
    parts.append(
        (child[has], second[has], np.where(people.female[second[has]], 0, 1), people.born[child[has]])
    )
    both = world.second_parent >= 0
    pair = (world.first_parent[both], world.second_parent[both])
    since = _first_birth(world)[world.first_parent[both]] - 300
    parts += [
        (pair[0], pair[1], np.full(both.sum(), 4), since),
        (pair[1], pair[0], np.full(both.sum(), 4), since),
    ]
    for step in (1, 2, 3, 4):
        with_elder = child[step:][world.family[step:] == world.family[:-step]]
        younger, elder = with_elder, with_elder - step
        since = np.maximum(people.born[younger], people.born[elder])
        parts += [
            (younger, elder, np.full(len(younger), 3), since),
            (elder, younger, np.full(len(younger), 3), since),
        ]
    who, other, role, since = (np.concatenate(column).astype(np.int32) for column in zip(*parts, strict=True))
    # Fathers who never lived with the child are the ones most often missing.
    told = rng.random(len(who)) < np.array([0.97, 0.86, 0.9, 0.93, 0.9])[role]
    known = delayed(rng, since, 10, 60)
    partner_ends = np.where(role == 4, world.families.apart[people.family[who]], MISSING).astype(np.int32)
    ends = np.where((partner_ends != MISSING) & (partner_ends <= since), since + 200, partner_ends).astype(
        np.int32
    )
    kept = np.flatnonzero(told & in_time(known))
    kept = kept[np.argsort(known[kept], kind="stable")]
    columns = {
        "person_ref": taken(world.identities.la_person_id, who[kept]),
        "related_to": taken(world.identities.la_person_id, other[kept]),
        "relation": coded(["Mother", "Father", "Carer", "Sibling", "Partner"], role[kept]),
        "from_date": written(since[kept], "uk"),
        "to_date": written(ends[kept], "uk"),
        "recorded": written(known[kept], "uk"),
    }
    roles = {name: name.lower() for name in ("Mother", "Father", "Carer", "Sibling", "Partner")}
    return Extract(
        source="relationships",
        agency="social_care",
        description="Who is whose parent, carer, partner, brother or sister, as registrars and social care know "
        "it. `related_to` is the mother, father and so on of `person_ref`. Not complete, least for fathers.",
        columns=columns,
        identifiers={"la_person_id": "person_ref"},
        other_identifiers={"la_person_id": "related_to"},
        unique=("person_ref", "related_to", "relation"),
        produces=[
            {
                "table": "relationship", "role": {"column": "relation", "map": roles},
                "from": column("from_date"), "to": column("to_date"), "known_date": column("recorded"),
            }
        ],
        style="uk",
        since=world.start,
        faults=Faults(codes=("relation",), supplier_columns=True),
    )  # fmt: skip
