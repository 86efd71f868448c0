"""Youth justice: outcomes of offences, known on the day of the outcome, and interventions."""

import numpy as np

from prevention_model.synthetic.book import keep_book
from prevention_model.synthetic.calendar import END, MISSING, day, written
from prevention_model.synthetic.extract import Extract, Faults, coded, event, known_ends, only, spell, taken
from prevention_model.synthetic.identifiers import digits, joined
from prevention_model.synthetic.identities import some
from prevention_model.synthetic.world import World

TIERS = {"CR": "community_resolution", "YC": "youth_caution", "YCC": "youth_conditional_caution",
         "RO": "referral_order", "YRO": "youth_rehabilitation_order", "DTO": "custody"}  # fmt: skip
_SHARES = np.array([0.45, 0.14, 0.12, 0.19, 0.09, 0.01])


def youth_justice_extracts(world: World) -> list[Extract]:
    """Offence outcomes and the interventions that came with most of them."""
    rng, p, life = world.streams("youth_justice"), world.parameters, world.life
    boys = 1.1 * ~world.people.female[: world.people.children]
    by_age = np.where((life.age >= 10.5) & (life.age < 18.3), 0.42 * np.minimum(life.age - 10, 6), -9.0)
    poorer = 0.15 * p.surveillance * world.families.deprivation[world.family]
    hazard = p.agencies.offence + by_age + boys + 0.85 * life.conduct + 0.4 * life.need + poorer
    _, child, offence = world.happen(rng, np.exp(hazard) * life.present)
    # Court and panel take months; the authority learns of it with the outcome.
    outcome = offence + (15 + rng.gamma(1.5, 50, len(offence))).astype(np.int32)
    kept = np.flatnonzero(outcome < day(END))
    kept = kept[np.argsort(outcome[kept], kind="stable")]
    child, offence, outcome = child[kept].astype(np.int32), offence[kept], outcome[kept]
    tier = rng.choice(len(TIERS), len(child), p=_SHARES)
    worked = rng.random(len(child)) < np.where(tier == 0, 0.35, 0.95)
    start = np.where(worked, outcome + 9, MISSING).astype(np.int32)
    start = np.where(start >= day(END), MISSING, start).astype(np.int32)
    end = np.where(start == MISSING, MISSING, start + 80 + rng.integers(0, 220, len(child))).astype(np.int32)
    end, known_end = known_ends(end, np.where(end == MISSING, MISSING, end + 2).astype(np.int32))
    ids, book, stay = world.identities, keep_book(world, "youth_justice"), world.homes.at(child, outcome)
    columns = {
        "case_id": digits(np.arange(len(child)) + 1, 6),
        "person_no": joined("YJ", digits(child * 3 + 2_000, 6)),
        "pnc_id": some(taken(ids.pnc_id, child), tier > 0),
        "forename": book.forenames(child),
        "surname": book.surnames(child, outcome),
        "dob": book.births(child, "uk"),
        "postcode": world.homes.postcode(stay),
        "offence_date": written(offence, "uk"),
        "outcome_date": written(outcome, "uk"),
        "tier": coded(list(TIERS), tier),
        "intervention": coded(["N", "Y"], start != MISSING),
        "intervention_start": written(start, "uk"),
        "intervention_end": written(end, "uk"),
        "end_entered": written(known_end, "uk"),
    }
    return [
        Extract(
            source="youth_justice",
            agency="youth_justice",
            description="Outcomes of offences by young people, and interventions. Dated by the outcome, which is when "
            "the authority learns of it; the date of the offence is in the file and is not used.",
            who=child,
            columns=columns,
            identifiers={"local_id": "person_no", "pnc_id": "pnc_id"},
            vault={"forename": "forename", "surname": "surname", "birth_date": "dob", "postcode": "postcode"},
            unique=("case_id",),
            produces=[
                event("offence_outcome", "outcome_date", "outcome_date", code={"column": "tier", "map": TIERS}),
                spell("youth_intervention", "intervention_start", "intervention_end", "intervention_start",
                      "end_entered", when=only("intervention", "Y")),
            ],
            style="uk",
            since=world.start,
            faults=Faults(codes=("tier",), ids=("pnc_id",), id_share=0.02, spaces=("surname",)),
            lawful_basis="Public task, Article 6(1)(e); Crime and Disorder Act 1998 section 38",
        )
    ]  # fmt: skip
