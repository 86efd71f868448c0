"""Housing: tenancies and who lives in them, arrears and what follows, homelessness duties."""

from datetime import date

import numpy as np
import pyarrow as pa

from prevention_model.synthetic.book import keep_book
from prevention_model.synthetic.calendar import END, MISSING, day, written
from prevention_model.synthetic.extract import (
    Extract,
    Faults,
    coded,
    column,
    delayed,
    event,
    in_time,
    known_ends,
    only,
    spell,
)
from prevention_model.synthetic.homes import APART, first_birth
from prevention_model.synthetic.identifiers import digits, joined
from prevention_model.synthetic.identities import some
from prevention_model.synthetic.streams import sigmoid, strikes
from prevention_model.synthetic.world import World

ACTIONS = {"NOSP": "notice", "PO": "possession_order", "EV": "eviction"}
REASONS = {
    "AST": "end_of_private_tenancy",
    "FAM": "family_no_longer_able",
    "DA": "domestic_abuse",
    "OTH": "other",
}
ENDS = {"SEC": "secured", "LOST": "contact_lost", "WD": "withdrawn"}
SINCE = date(2020, 4, 1)
"""Housing began to send its files a year after the others."""


def housing_extracts(world: World) -> list[Extract]:
    """One file: a row for each tenancy and member of it, quarterly balance in arrears, action and duty."""
    rng = world.streams("housing")
    since = max(SINCE, world.start)
    tenancies = _tenancies(world, rng)
    tables = [tenancies, *_arrears(world, rng), _duties(world, rng), _members(world, tenancies)]
    who, kind, start, end, detail, amount = (np.concatenate(c) for c in zip(*tables, strict=True))
    known = delayed(rng, start, 1, 9)
    ongoing = np.where((kind == 0) | (kind > 2), (end == MISSING) | (end > day(since)), start >= day(since))
    kept = np.flatnonzero(ongoing & in_time(known))
    kept = kept[np.argsort(known[kept], kind="stable")]
    who, kind, start, detail, known = (a[kept].astype(np.int32) for a in (who, kind, start, detail, known))
    end, known_end = known_ends(end[kept], delayed(rng, end[kept], 1, 9))
    money = pa.array(np.round(amount[kept], 2), mask=amount[kept] <= 0).cast(pa.string())
    book, stay = keep_book(world, "housing"), world.homes.at(who, np.maximum(start, day(since)))
    tenant = np.isin(kind, (0, 1, 2, 4))
    columns = {
        "record_id": digits(np.arange(len(who)) + 1, 8),
        "person_no": joined("T", digits(who * 9 + 60, 8)),
        "tenancy_ref": some(joined("TEN", digits(world.people.family[who] * 4 + 8_000, 7)), tenant),
        "forename": book.forenames(who),
        "surname": book.surnames(who, known),
        "dob": book.births(who, "uk", 0.98),
        "uprn": world.homes.uprn(stay),
        "address": world.homes.address(stay),
        "postcode": world.homes.postcode(stay),
        "record_type": coded(["TEN", "BAL", "ACT", "DUTY", "MEM"], kind),
        "detail": coded([*ACTIONS, *REASONS], detail, detail < 0),
        "balance_owed": money,
        "start_date": written(start, "uk"),
        "end_date": written(end, "uk"),
        "outcome": coded(
            list(ENDS), rng.choice(3, len(who), p=[0.6, 0.2, 0.2]), (end == MISSING) | (kind != 3)
        ),
        "entered": written(known, "uk"),
        "end_entered": written(known_end, "uk"),
    }
    dates = ("start_date", "end_date", "entered", "end_entered")
    lives_there = only("record_type", "TEN", "MEM")
    stays = {"from": column("start_date"), "to": column("end_date"), "known_date": column("entered")}
    return [
        Extract(
            source="housing",
            agency="housing",
            description="Social tenancies, quarterly balances of tenants in arrears, actions taken over arrears, and "
            "homelessness duties, each under an adult of the household, and the members of each tenancy. Received "
            "since 1 April 2020.",
            who=who,
            columns=columns,
            identifiers={"local_id": "person_no"},
            vault={"forename": "forename", "surname": "surname", "birth_date": "dob", "address": "address",
                   "postcode": "postcode", "uprn": "uprn"},
            unique=("record_id",),
            produces=[
                spell("tenancy", *dates, when=only("record_type", "TEN")),
                spell("homelessness_duty", *dates, when=only("record_type", "DUTY"),
                      code={"column": "detail", "map": REASONS}, outcome={"column": "outcome", "map": ENDS}),
                event("arrears_action", "start_date", "entered", when=only("record_type", "ACT"),
                      code={"column": "detail", "map": ACTIONS}),
                {"table": "measurement", "kind": "rent_arrears", "value": column("balance_owed"), "unit": "pounds",
                 "event_date": column("start_date"), "known_date": column("entered"),
                 "when": only("record_type", "BAL")},
                {"table": "household", "household_key": column("tenancy_ref"), "when": lives_there, **stays},
                {"table": "place", "kind": "home", "when": lives_there, **stays},
            ],
            style="uk",
            since=since,
            faults=Faults(dates=("end_date",), codes=("detail",), ids=("uprn",), spaces=("record_type",),
                          supplier_columns=True),
            lawful_basis="Public task, Article 6(1)(e); Housing Act 1996 Part 7",
        )
    ]  # fmt: skip


def _tenancies(world: World, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    families = world.families
    who = np.flatnonzero(families.social_tenant)
    # Counted from the first birth: tenancies are as old in one year as in another.
    first = first_birth(families, world.people)[world.first_parent[who]]
    start = np.maximum(families.arrived[who], first + rng.integers(-1500, 2500, len(who)))
    end = np.minimum(
        np.where(families.left[who] == MISSING, 10**6, families.left[who]),
        np.where(rng.random(len(who)) < 0.15, start + rng.integers(300, 3500, len(who)), 10**6),
    )
    ends = np.where((end >= 10**6) | (end >= day(END)), MISSING, end)
    return _table(world, who, 0, start, ends, -1, 0.0)


def _members(world: World, tenancies: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
    """Everybody but the tenant who lived in a home of the tenancy: each of their stays while it ran."""
    tenant, _, began, ended, _, _ = tenancies
    homes, f = world.homes, len(world.families)
    first, last = np.full(f, MISSING, dtype=np.int64), np.full(f, 10**6, dtype=np.int64)
    first[world.people.family[tenant]] = began
    last[world.people.family[tenant]] = np.where(ended == MISSING, 10**6, ended)
    family = world.people.family[homes.person]
    start = np.maximum(homes.since, first[family])
    end = np.minimum(np.where(homes.until == MISSING, 10**6, homes.until), last[family])
    lived = (
        (first[family] != MISSING)
        & (start < end)
        & (homes.kind < APART)
        & (world.people.role[homes.person] != 1)
    )
    row = np.flatnonzero(lived)
    size = len(row)
    ends = np.where(end[row] >= 10**6, MISSING, end[row])
    return homes.person[row], np.full(size, 4), start[row], ends, np.full(size, -1), np.zeros(size)


def _arrears(world: World, rng: np.random.Generator) -> list[tuple[np.ndarray, ...]]:
    """Balances each quarter for tenants who owe, and the actions that follow larger debts."""
    p, families, life = world.parameters.agencies, world.families, world.life
    debt = life.shocks[::3, :, 5].astype(np.float32)
    strain = 0.5 * families.vulnerability + 1.6 * debt + 0.4 * life.shocks[::3, :, 4]
    owing = sigmoid(np.log(p.arrears / (1 - p.arrears)) + 0.8 * strain) * families.social_tenant
    quarter, family = strikes(rng, owing)
    amount = np.exp(rng.normal(5.6, 0.7, len(family)) + 0.45 * strain[quarter, family])
    on = life.months.first[quarter * 3 + 2] + 27
    none = np.full(len(family), MISSING)
    balances = _table(world, family, 1, on, none, -1, amount)
    step = sigmoid(-3.6 + 1.3 * (np.log(amount) - 6))
    acted = rng.random(len(family)) < step
    stage = np.select([rng.random(len(family)) < 0.07, rng.random(len(family)) < 0.22], [2, 1], 0)
    actions = _table(
        world,
        family[acted],
        2,
        on[acted] + rng.integers(3, 60, int(acted.sum())),
        none[acted],
        stage[acted],
        0.0,
    )
    return [balances, actions]


def _duties(world: World, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    month, family = np.nonzero(world.life.struck[:, :, 2] & (rng.random(world.life.struck.shape[:2]) < 0.75))
    start = world.day_in(rng, month)
    abused = world.life.shocks[month, family, 0] > 0.3
    reason = np.where(abused, 5, 3 + rng.choice([0, 1, 3], len(family)))
    return _table(world, family, 3, start, start + rng.integers(30, 200, len(family)), reason, 0.0)


def _table(
    world: World, family: np.ndarray, kind: int, start: np.ndarray, end: np.ndarray, detail: np.ndarray | int,
    amount: np.ndarray | float,
) -> tuple[np.ndarray, ...]:  # fmt: skip
    size = len(family)
    whole = (np.broadcast_to(np.asarray(v), size) for v in (kind, start, end, detail, amount))
    return (world.adults_of(family), *whole)
