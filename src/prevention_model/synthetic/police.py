"""Police notices: a row for each person named, days to weeks after the event."""

import numpy as np

from prevention_model.synthetic.book import keep_book
from prevention_model.synthetic.calendar import written
from prevention_model.synthetic.extract import Extract, Faults, coded, delayed, event, in_time
from prevention_model.synthetic.identifiers import digits, joined
from prevention_model.synthetic.streams import strikes
from prevention_model.synthetic.world import World

TYPES = {"CC": "child_concern", "DA": "domestic_abuse", "MISPER": "missing", "CE": "exploitation",
         "MH": "mental_health", "ASB": "anti_social_behaviour"}  # fmt: skip


def police_extracts(world: World) -> list[Extract]:
    """Public protection notices about children and about the adults they live with."""
    rng = world.streams("police")
    who, on, kind, notice = _notices(world, rng)
    known = delayed(rng, on, 1, 11)
    kept = np.flatnonzero(in_time(known) & world.in_county(who, on))
    kept = kept[np.argsort(known[kept], kind="stable")]
    who, on, kind, notice, known = who[kept], on[kept], kind[kept], notice[kept], known[kept]
    book, stay = keep_book(world, "police"), world.homes.at(who, on)
    columns = {
        "row_id": digits(np.arange(len(who)) + 1, 8),
        "notice_id": digits(notice + 1, 7),
        "nominal_ref": joined("N", digits(who * 11 + 30_000, 8)),
        "forename": book.forenames(who),
        "surname": book.surnames(who, on),
        "dob": book.births(who, "uk", 0.95),
        "uprn": world.homes.uprn(stay),
        "address": world.homes.address(stay),
        "postcode": world.homes.postcode(stay),
        "occurred": written(on, "uk"),
        "received": written(known, "uk"),
        "notice_type": coded(list(TYPES), kind),
        "role": coded(["child", "adult"], world.people.role[who] > 0),
        "risk_grade": coded(["standard", "medium", "high"], rng.choice(3, len(who), p=[0.6, 0.3, 0.1])),
    }
    return [
        Extract(
            source="police_notices",
            agency="police",
            description="Public protection notices received by the authority: a row for each child or adult named. "
            "Received days to weeks after the event, with the address of the notice. A child at the address who was "
            "not named is not in it.",
            who=who,
            columns=columns,
            identifiers={"local_id": "nominal_ref"},
            vault={"forename": "forename", "surname": "surname", "birth_date": "dob", "address": "address",
                   "postcode": "postcode", "uprn": "uprn"},
            unique=("row_id",),
            produces=[event("police_notice", "occurred", "received", code={"column": "notice_type", "map": TYPES})],
            style="uk",
            since=world.start,
            faults=Faults(
                dates=("occurred",), codes=("notice_type",), ids=("uprn",), spaces=("surname", "notice_type"),
                id_share=0.03, byte_order_mark=True,
            ),
            lawful_basis="Public task, Article 6(1)(e); Data Protection Act 2018 Schedule 8 paragraph 4 (safeguarding)",
        )
    ]  # fmt: skip


def _notices(world: World, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Person, day, kind and notice number of everybody named, in notices about children and about homes."""
    parts = [*_at_home(world, rng), *_about_children(world, rng), _before_contacts(world, rng)]
    who, on, kind = (np.concatenate([part[i] for part in parts]).astype(np.int32) for i in range(3))
    offset, numbers = 0, []
    for part in parts:
        numbers.append(part[3] + offset)
        offset += int(part[3].max(initial=-1)) + 1
    return who, on, kind, np.concatenate(numbers)


def _at_home(world: World, rng: np.random.Generator) -> list[tuple[np.ndarray, ...]]:
    """Domestic abuse: the family's adults are named nearly always, its children mostly."""
    p = world.parameters
    shock = world.life.shocks[:, :, 0].astype(np.float32)
    poorer = np.exp(0.25 * p.surveillance * world.families.deprivation)
    month, family = strikes(rng, np.where(shock > 0.05, p.agencies.police_domestic * shock, 0.0006) * poorer)
    on = world.day_in(rng, month)
    number = np.arange(len(on))
    parts = []
    for adult, chance in ((world.first_parent, 0.95), (world.second_parent, 0.75)):
        named = (adult[family] >= 0) & (rng.random(len(on)) < chance)
        parts.append((adult[family][named], on[named], np.ones(int(named.sum())), number[named]))
    first = np.searchsorted(world.family, family)
    for step in range(5):
        child = np.minimum(first + step, world.people.children - 1)
        minor = (world.family[child] == family) & (on - world.people.born[child] < 18 * 365.25)
        named = minor & (on >= world.people.born[child]) & (rng.random(len(on)) < 0.8)
        parts.append((child[named], on[named], np.ones(int(named.sum())), number[named]))
    # One number for the notice, shared by all whom it names.
    joined = tuple(np.concatenate(column) for column in zip(*parts, strict=True))
    return [joined]


def _about_children(world: World, rng: np.random.Generator) -> list[tuple[np.ndarray, ...]]:
    """Notices about a child: concern, missing, exploitation, mental health, anti-social behaviour."""
    p, life = world.parameters, world.life
    minor = life.present & (life.age < 18)
    level = p.agencies.police_concern + p.agencies.police_on_need * life.need
    level = level + p.surveillance * (0.15 * world.families.deprivation[world.family] + 0.35 * life.known)
    teenage = np.where(life.age >= 10, 0.25 * np.minimum(life.age - 10, 5), -8.0)
    shapes = (
        (0, level, minor),
        (2, level - 0.4 + teenage + 0.5 * life.conduct - 0.6, minor),
        (3, level - 1.6 + teenage, minor),
        (4, level - 1.0 + teenage, minor),
        (5, level - 0.6 + teenage + 0.7 * life.conduct, minor),
    )
    parts: list[tuple[np.ndarray, ...]] = []
    for kind, hazard, at_risk in shapes:
        _, child, on = world.happen(rng, np.exp(hazard) * at_risk)
        parts.append((child, on, np.full(len(child), kind), np.arange(len(child))))
    return parts


def _before_contacts(world: World, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """What lay behind contacts that came from the police."""
    rows = world.life.rows["contact"]
    rows = rows.where(
        (rows.note == 0) & (rows.start > world.life.months.first[0] + 10) & (rng.random(len(rows)) < 0.85)
    )
    kind = rng.choice([0, 1], size=len(rows), p=[0.45, 0.55])
    return rows.person, rows.start - rng.integers(0, 6, len(rows)), kind, np.arange(len(rows))
