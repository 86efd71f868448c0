"""Services to parents: mental health, drugs and alcohol. Few of those who need them are seen."""

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
    event,
    in_time,
    known_ends,
    only,
    spell,
    taken,
)
from prevention_model.synthetic.identifiers import digits, joined
from prevention_model.synthetic.identities import some
from prevention_model.synthetic.streams import strikes
from prevention_model.synthetic.world import World

SINCE = date(2020, 10, 1)
"""Services to adults agreed to share in the second year."""

SUBSTANCES = {"AL": "alcohol", "OP": "opiates", "ND": "other_drugs"}
ENDS = {"C": "completed", "D": "dropped_out", "T": "transferred"}


def parents_extracts(world: World) -> list[Extract]:
    """A row for each contact, kept appointment or course of treatment of an adult."""
    rng, p = world.streams("parents"), world.parameters.agencies
    since = max(SINCE, world.start)
    parts = [
        _seen(world, rng, 3, p.parent_seen, 0), _seen(world, rng, 4, p.parent_seen, 1), _engaged(world, rng),
        _treated(world, rng, p.treatment),
    ]  # fmt: skip
    who, kind, start, end = (np.concatenate(c) for c in zip(*parts, strict=True))
    known = delayed(rng, start, 5, 20)
    kept = np.flatnonzero((start >= day(since)) & in_time(known) & world.in_county(who, start))
    kept = kept[np.argsort(known[kept], kind="stable")]
    who, kind, start, known = (a[kept].astype(np.int32) for a in (who, kind, start, known))
    end, known_end = known_ends(end[kept], delayed(rng, end[kept], 5, 20))
    book, stay = keep_book(world, "parents_services"), world.homes.at(who, start)
    # Drug and alcohol services do not take the NHS number down of all who come.
    has_number = (kind == 0) | (who % 3 > 0)
    columns = {
        "contact_no": digits(np.arange(len(who)) + 1, 8),
        "client_no": joined("A", digits(who * 5 + 700, 7)),
        "nhs_number": some(taken(world.identities.nhs_number, who), has_number),
        "forename": book.forenames(who),
        "surname": book.surnames(who, start),
        "dob": book.births(who, "uk"),
        "postcode": world.homes.postcode(stay),
        "service": coded(["AMH", "SUB", "ENG", "TRT"], kind),
        "substance": coded(list(SUBSTANCES), rng.choice(3, len(who), p=[0.55, 0.2, 0.25]), kind != 3),
        "date_from": written(start, "uk"),
        "date_to": written(end, "uk"),
        "ended_because": coded(list(ENDS), rng.choice(3, len(who), p=[0.5, 0.4, 0.1]), end == MISSING),
        "received": written(known, "uk"),
        "end_received": written(known_end, "uk"),
    }
    return [
        Extract(
            source="parents_services",
            agency="parents_services",
            description="Contacts of parents and carers with adult mental-health and drug and alcohol services, "
            "appointments kept, and courses of treatment. Received since 1 October 2020; most adults with such "
            "needs are not in it.",
            who=who,
            columns=columns,
            identifiers={"local_id": "client_no", "nhs_number": "nhs_number"},
            vault={"forename": "forename", "surname": "surname", "birth_date": "dob", "postcode": "postcode"},
            unique=("contact_no",),
            produces=[
                event("adult_mental_health_contact", "date_from", "received", when=only("service", "AMH")),
                event("adult_substance_contact", "date_from", "received", when=only("service", "SUB")),
                event("adult_engaged", "date_from", "received", when=only("service", "ENG")),
                spell("substance_treatment", "date_from", "date_to", "received", "end_received",
                      when=only("service", "TRT"), code={"column": "substance", "map": SUBSTANCES},
                      outcome=column("ended_because", **ENDS)),
            ],
            style="uk",
            since=since,
            faults=Faults(ids=("nhs_number",), codes=("substance",), spaces=("service",), byte_order_mark=True),
            lawful_basis="Public task, Article 6(1)(e) and 9(2)(h); Care Act 2014 section 6",
        )
    ]  # fmt: skip


def _seen(
    world: World, rng: np.random.Generator, shock: int, rate: float, kind: int
) -> tuple[np.ndarray, ...]:
    level = world.life.shocks[:, :, shock].astype(np.float32)
    month, family = strikes(rng, np.where(level > 0.2, rate * level, 0.0008))
    return _rows(world, rng, month, family, kind)


def _engaged(world: World, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Appointments kept: likelier in families that cope."""
    level = world.life.shocks[:, :, 3:5].max(axis=2).astype(np.float32)
    copes = np.exp(-0.35 * world.families.vulnerability)
    month, family = strikes(rng, np.where(level > 0.15, 0.09 * copes, 0.0004))
    return _rows(world, rng, month, family, 2)


def _treated(world: World, rng: np.random.Generator, rate: float) -> tuple[np.ndarray, ...]:
    level = world.life.shocks[:, :, 4].astype(np.float32)
    month, family = strikes(rng, np.where(level > 0.3, rate * level, 0.0))
    who, kind, start, _ = _rows(world, rng, month, family, 3)
    return who, kind, start, start + rng.integers(40, 420, len(start))


def _rows(
    world: World, rng: np.random.Generator, month: np.ndarray, family: np.ndarray, kind: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    second = world.second_parent[family]
    who = np.where((second >= 0) & (rng.random(len(family)) < 0.35), second, world.first_parent[family])
    return (
        who,
        np.full(len(family), kind),
        world.day_in(rng, month),
        np.full(len(family), MISSING, dtype=np.int32),
    )
