"""What children and parents take part in and say, and what they ask of the authority."""

from datetime import date

import numpy as np

from prevention_model.synthetic.book import keep_book
from prevention_model.synthetic.calendar import day, written
from prevention_model.synthetic.dirt import flags
from prevention_model.synthetic.extract import (
    YES,
    Extract,
    Faults,
    coded,
    column,
    delayed,
    event,
    in_time,
    only,
    taken,
)
from prevention_model.synthetic.identifiers import digits, joined
from prevention_model.synthetic.world import World

ACTIVITIES = {"YC": "youth_club", "SP": "sport", "HAF": "holiday_activity", "CAR": "young_carers_group"}
SINCE = date(2021, 4, 1)
"""Youth services and voluntary groups began to send registers in the third year."""


def participation_extracts(world: World) -> list[Extract]:
    """Registers of activities, and the wishes that families have made known."""
    return [activities(world), wishes(world)]


def activities(world: World) -> Extract:
    """A row for each attendance, and for each time a child's or parent's view was recorded."""
    rng, life = world.streams("participation"), world.life
    since = max(SINCE, world.start)
    _, child, attended = world.happen(rng, 0.45 * (life.active & life.present))
    which = rng.choice(4, len(child), p=[0.35, 0.42, 0.20, 0.03])
    rows = life.rows["cin_episode"].where(life.rows["cin_episode"].start >= day(since))
    heard = rng.random((2, len(rows))) < np.array([[0.55], [0.70]])
    view_days = rows.start + rng.integers(10, 60, len(rows))
    helped = life.help.where(life.help.start >= day(since))
    asked = np.searchsorted(world.family, helped.person)
    parts = [
        (child, attended, which),
        (rows.person[heard[0]], view_days[heard[0]], np.full(int(heard[0].sum()), 4)),
        (rows.person[heard[1]], view_days[heard[1]], np.full(int(heard[1].sum()), 5)),
        (asked, helped.start + 20, np.full(len(helped), 5)),
    ]
    who, on, kind = (np.concatenate(c).astype(np.int32) for c in zip(*parts, strict=True))
    known = delayed(rng, on, 2, 16)
    kept = np.flatnonzero((on >= day(since)) & in_time(known) & world.in_county(who, on))
    kept = kept[np.argsort(known[kept], kind="stable")]
    who, on, kind, known = who[kept], on[kept], kind[kept], known[kept]
    book, stay = keep_book(world, "participation"), world.homes.at(who, on)
    columns = {
        "entry_id": digits(np.arange(len(who)) + 1, 7),
        "member_no": joined("M", digits(who * 3 + 400, 7)),
        "forename": book.forenames(who),
        "surname": book.surnames(who, on),
        "dob": book.births(who, "uk", 0.94),
        "postcode": world.homes.postcode(stay),
        "entry_type": coded(["ACT", "VIEW"], kind >= 4),
        "what": coded([*ACTIVITIES, "child", "parent"], kind),
        "attended_on": written(on, "uk"),
        "received": written(known, "uk"),
    }
    return Extract(
        source="participation",
        agency="participation",
        description="Clubs, sport, holiday activities and young carers' groups attended, and the views of children "
        "and parents recorded by workers. Registers of some providers only, since 1 April 2021.",
        who=who,
        columns=columns,
        identifiers={"local_id": "member_no"},
        vault={"forename": "forename", "surname": "surname", "birth_date": "dob", "postcode": "postcode"},
        unique=("entry_id",),
        produces=[
            event("activity_attended", "attended_on", "received", code={"column": "what", "map": ACTIVITIES},
                  when=only("entry_type", "ACT")),
            event("view_recorded", "attended_on", "received", code=column("what", child="child", parent="parent"),
                  when=only("entry_type", "VIEW")),
        ],
        style="uk",
        since=since,
        faults=Faults(codes=("what",), ids=("member_no",), spaces=("what",), id_share=0.02),
        lawful_basis="Consent, Article 6(1)(a), recorded by the provider",
    )  # fmt: skip


def wishes(world: World) -> Extract:
    """Objections to profiling, records that must stay hidden, and ways to reach a family without danger to it."""
    rng, n = world.streams("wishes"), world.people.children
    f = len(world.families)
    objects = (rng.random(f) < 0.003)[world.family]
    hidden = (rng.random(f) < 0.0015)[world.family]
    abused = world.life.struck[:, :, 0].any(axis=0)
    careful = (rng.random(f) < np.where(abused, 0.12, 0.001))[world.family]
    who = np.flatnonzero(objects | hidden | careful)
    first = np.maximum(day(world.start), world.people.born[:n][who])
    on = first + rng.integers(1, 700, len(who))
    known = delayed(rng, on, 0, 2)
    kept = in_time(known)
    who, on, known = who[kept], on[kept], known[kept]
    stay = world.homes.at(who, on)
    # Families fill the form in themselves, and spell their names right.
    columns = {
        "form_no": digits(np.arange(len(who)) + 1, 6),
        "forename": taken(world.identities.forename, who),
        "surname": taken(world.identities.surname, who),
        "dob": written(world.people.born[who], "uk"),
        "address": world.homes.address(stay),
        "postcode": world.homes.postcode(stay),
        "objection": flags(rng, objects[who], world.parameters.dirt),
        "protected": flags(rng, hidden[who], world.parameters.dirt),
        "contact_rule": coded(["ask worker first", "daytime mobile only", "no letters"], rng.integers(0, 3, len(who)),
                              ~careful[who]),
        "noted_on": written(on.astype(np.int32), "uk"),
        "received": written(known, "uk"),
    }  # fmt: skip
    as_at = {"event_date": column("noted_on"), "known_date": column("received")}
    true = dict.fromkeys(YES, "true")
    return Extract(
        source="wishes",
        agency="participation",
        description="Objections to profiling, records that must stay hidden, and agreed ways to reach a family, as "
        "noted by any service on a form that the family filled in.",
        who=who,
        columns=columns,
        identifiers={"local_id": "form_no"},
        vault={"forename": "forename", "surname": "surname", "birth_date": "dob", "address": "address",
               "postcode": "postcode"},
        unique=("form_no",),
        produces=[
            {"table": "attribute", "name": "objection", "value": {"column": "objection", "map": true},
             "when": only("objection", *YES), **as_at},
            {"table": "attribute", "name": "protected_record", "value": {"column": "protected", "map": true},
             "when": only("protected", *YES), **as_at},
            {"table": "attribute", "name": "safe_contact", "value": column("contact_rule"), **as_at},
        ],
        style="uk",
        since=world.start,
        faults=Faults(spaces=("objection", "protected"), encoding="cp1252"),
        lawful_basis="Legal obligation, Article 6(1)(c); UK GDPR Article 21",
    )  # fmt: skip
