"""Health: emergency attendances, appointments, mandated checks, development scores, mental-health referrals.

Keyed on the NHS number, and known six to eight weeks later (standards, section 17).
"""

import numpy as np
import pyarrow as pa

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
from prevention_model.synthetic.health_register import register
from prevention_model.synthetic.identifiers import digits, joined
from prevention_model.synthetic.streams import sigmoid
from prevention_model.synthetic.world import World

CHECKS = {"NBV": "new_birth", "6WK": "six_weeks", "1YR": "one_year", "2YR": "two_years"}
_CHECK_DAYS = ((8, 18), (40, 58), (280, 440), (735, 910))  # standards, section 11
ED = {"INJ": "injury", "SH": "self_harm", "ILL": "illness"}
REASONS = {"05": "anxiety", "04": "depression", "15": "self_harm", "16": "conduct", "24": "neurodevelopmental",
           "12": "eating"}  # fmt: skip
LEFT = {"treated": "treated", "not accepted": "not_accepted", "left": "left"}
_BASIS = "Public task, Article 6(1)(e) and 9(2)(h); Health and Social Care Act 2012 section 251B"


def health_extracts(world: World) -> list[Extract]:
    """The register, community and emergency activity, and referrals to mental-health services."""
    return [register(world), activity(world), mental_health(world)]


def activity(world: World) -> Extract:
    """One row for each attendance, appointment or check."""
    rng = world.streams("health")
    parts = [*_emergency(world, rng), *_appointments(world, rng), *_checks(world, rng)]
    who, on, kind, detail, score = (np.concatenate(c) for c in zip(*parts, strict=True))
    known = delayed(rng, on, 40, 9)
    kept = np.flatnonzero(
        in_time(known) & world.in_county(who.astype(np.int32), on) & (on >= day(world.start))
    )
    kept = kept[np.argsort(known[kept], kind="stable")]
    who, on, kind, detail, known = (a[kept].astype(np.int32) for a in (who, on, kind, detail, known))
    scores = pa.array(np.round(score[kept]).astype(np.int32), mask=score[kept] < 0).cast(pa.string())
    columns = {
        "activity_id": digits(np.arange(len(who)) + 1, 8),
        "nhs_number": taken(world.identities.nhs_number, who),
        "birth_date": keep_book(world, "health").births(who, "iso"),
        "activity": coded(["ED", "ATT", "DNA", "CHECK"], kind),
        "detail": coded([*ED, *CHECKS], detail, detail < 0),
        "asq_score": scores,
        "activity_date": written(on, "iso"),
        "submitted": written(known, "iso"),
    }
    dates = ("activity_date", "submitted")
    return Extract(
        source="health",
        agency="health",
        description="Emergency department attendances, community appointments kept and missed, health visitors' "
        "mandated checks and the ASQ-3 communication score at about two. National submissions: known six to "
        "eight weeks later.",
        who=who,
        columns=columns,
        identifiers={"nhs_number": "nhs_number"},
        vault={"birth_date": "birth_date"},
        unique=("activity_id",),
        produces=[
            event("ed_attendance", *dates, code={"column": "detail", "map": ED}, when=only("activity", "ED")),
            event("kept_appointment", *dates, when=only("activity", "ATT")),
            event("missed_appointment", *dates, when=only("activity", "DNA")),
            event("mandated_check", *dates, code={"column": "detail", "map": CHECKS}, when=only("activity", "CHECK")),
            {"table": "measurement", "kind": "development_score", "value": column("asq_score"), "unit": "points",
             "event_date": column("activity_date"), "known_date": column("submitted"), "when": only("detail", "2YR")},
        ],
        style="iso",
        since=world.start,
        faults=Faults(dates=("activity_date",), codes=("detail",), ids=("nhs_number",), date_share=0.0003),
        lawful_basis=_BASIS,
    )  # fmt: skip


def _emergency(world: World, rng: np.random.Generator) -> list[tuple[np.ndarray, ...]]:
    p, life = world.parameters.agencies, world.life
    yearly = np.where(life.age < 5, p.ed_infant, p.ed_older)
    _, child, on = world.happen(rng, yearly / 12 * np.exp(0.16 * life.need) * life.present)
    kind = np.where(rng.random(len(child)) < np.where(on - world.people.born[child] < 1826, 0.25, 0.5), 0, 2)
    parts: list[tuple[np.ndarray, ...]] = [_rows(child, on, 0, kind)]
    teenage = np.where(life.age >= 11, 0.3 * np.minimum(life.age - 11, 4), -9.0)
    girls = 1.4 * world.people.female[: world.people.children]
    own = 0.8 * life.own + 0.8 * life.slow + 0.25 * life.need
    _, child, on = world.happen(rng, np.exp(p.self_harm + teenage + girls + own) * life.present)
    parts.append(_rows(child, on, 0, np.ones(len(child), dtype=np.int64)))
    return parts


def _appointments(world: World, rng: np.random.Generator) -> list[tuple[np.ndarray, ...]]:
    p, life = world.parameters.agencies, world.life
    often = np.where(life.age < 5, 1.7, 0.75) * (1 + 1.2 * life.disabled)
    month, child, on = world.happen(rng, p.appointments / 12 * often * (life.present & (life.age < 19)))
    missed = rng.random(len(child)) < sigmoid(p.missed_share + 0.40 * life.need[month, child])
    return [_rows(child, on, np.where(missed, 2, 1), np.full(len(child), -1))]


def _checks(world: World, rng: np.random.Generator) -> list[tuple[np.ndarray, ...]]:
    """The four mandated checks, and at the last a score whose low end is commoner where need is."""
    p, born = world.parameters.agencies, world.people.born[: world.people.children]
    vulnerability = world.families.vulnerability[world.family]
    parts: list[tuple[np.ndarray, ...]] = []
    for place, ((low, high), share) in enumerate(zip(_CHECK_DAYS, p.checks, strict=True)):
        seen = rng.random(len(born)) < sigmoid(np.log(share / (1 - share)) - 0.35 * vulnerability)
        child = np.flatnonzero(seen)
        on = born[child] + rng.integers(low, high, len(child))
        score = np.full(len(child), -1.0)
        if place == 3:
            ability = (
                36.6
                - 3.2 * world.life.own[child]
                - 2.0 * vulnerability[child]
                - 9 * world.life.disabled[child]
            )
            score = np.clip(ability + rng.normal(0, 9.5, len(child)), 0, 60)
        parts.append((*_rows(child, on, 3, np.full(len(child), 3 + place))[:4], score))
    return parts


def _rows(
    child: np.ndarray, on: np.ndarray, kind: np.ndarray | int, detail: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    return child, on, np.broadcast_to(np.asarray(kind), child.shape), detail, np.full(len(child), -1.0)


def mental_health(world: World) -> Extract:
    """Referrals to mental-health services for children, from request to discharge."""
    rng, p, life = world.streams("mental_health"), world.parameters.agencies, world.life
    by_age = np.where(life.age >= 5, 0.16 * np.minimum(life.age - 5, 9) - 0.9, -9.0)
    hazard = p.mental_health_referral + by_age + 0.6 * life.own + 0.5 * life.slow + 0.2 * life.need
    _, child, start = world.happen(rng, np.exp(hazard) * (life.present & (life.age < 18)))
    lasts = (25 + rng.gamma(1.4, 190, len(child))).astype(np.int32)
    known = delayed(rng, start, 40, 9)
    kept = np.flatnonzero(in_time(known))
    kept = kept[np.argsort(known[kept], kind="stable")]
    child, start, known = child[kept].astype(np.int32), start[kept], known[kept]
    end, known_end = known_ends(start + lasts[kept], delayed(rng, start + lasts[kept], 40, 9))
    reason = rng.choice(len(REASONS), len(child), p=[0.45, 0.15, 0.1, 0.1, 0.15, 0.05])
    columns = {
        "ServiceRequestId": digits(np.arange(len(child)) + 1, 8),
        "LocalPatientId": joined("P", digits(child * 3 + 90, 7)),
        "NHSNumber": taken(world.identities.nhs_number, child),
        "PersonBirthDate": keep_book(world, "health").births(child, "iso"),
        "Postcode": world.homes.postcode(world.homes.at(child, start)),
        "ReferralRequestReceivedDate": written(start, "iso"),
        "ServDischDate": written(end, "iso"),
        "PrimReasonReferralMH": coded(list(REASONS), reason),
        "ServDischReason": coded(list(LEFT), rng.choice(3, len(child), p=[0.6, 0.25, 0.15]),
                                 end == MISSING),
        "Submitted": written(known, "iso"),
        "DischargeSubmitted": written(known_end, "iso"),
    }  # fmt: skip
    return Extract(
        source="mental_health",
        agency="health",
        description="Referrals of children to mental-health services, from the request to discharge or rejection. "
        "National submission: known six to eight weeks later.",
        who=child,
        columns=columns,
        identifiers={"nhs_number": "NHSNumber", "local_id": "LocalPatientId"},
        vault={"birth_date": "PersonBirthDate", "postcode": "Postcode"},
        unique=("ServiceRequestId",),
        produces=[
            spell("mh_referral", "ReferralRequestReceivedDate", "ServDischDate", "Submitted", "DischargeSubmitted",
                  code={"column": "PrimReasonReferralMH", "map": REASONS},
                  outcome={"column": "ServDischReason", "map": LEFT})
        ],
        style="iso",
        since=world.start,
        faults=Faults(codes=("PrimReasonReferralMH",), ids=("NHSNumber",), dates=("ServDischDate",)),
        lawful_basis=_BASIS,
    )  # fmt: skip
