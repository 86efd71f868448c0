"""What schools send: the pupil register, characteristics, attendance by term, exclusions."""

import numpy as np
import pyarrow as pa

from prevention_model.synthetic.absence import Attendance, Exclusions
from prevention_model.synthetic.calendar import MISSING, day, next_census, written
from prevention_model.synthetic.dirt import flags
from prevention_model.synthetic.extract import (
    YES_NO,
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
from prevention_model.synthetic.identifiers import digits
from prevention_model.synthetic.pupils import Pupils
from prevention_model.synthetic.world import World

SEN_NEEDS = ("ASD", "SEMH", "SLCN", "MLD", "PD", "SPLD", "OTH")
_SEN_SHARES = np.array([0.284, 0.254, 0.211, 0.087, 0.057, 0.047, 0.06])  # rates 4: EHC primary need, Dorset
REASONS = {"PB": "persistent_disruptive_behaviour", "PP": "assault_on_pupil", "PA": "assault_on_adult",
           "VA": "verbal_abuse_of_adult", "DM": "damage", "DA": "drug_or_alcohol", "BU": "bullying"}  # fmt: skip
_REASON_SHARES = (
    0.50,
    0.16,
    0.07,
    0.15,
    0.03,
    0.05,
    0.04,
)  # rates 4: half for persistent disruptive behaviour
LANGUAGES = ("PLK", "ROM", "POR", "BNG", "OTH")


def school_extracts(
    world: World, pupils: Pupils, attendance: Attendance, exclusions: Exclusions
) -> list[Extract]:
    """The four sources of this file."""
    return [
        register(world, pupils), characteristics(world, pupils), attendance_extract(world, attendance),
        exclusion_extract(world, exclusions),
    ]  # fmt: skip


def register(world: World, pupils: Pupils) -> Extract:
    """The pupil table built from successive censuses: enrolment, free meals, SEN support, EHC plans."""
    rng = world.streams("school_pupils")
    kinds = (pupils.enrolment, pupils.free_meals, pupils.support, pupils.plan)
    kind = np.concatenate([np.full(len(rows), k) for k, rows in enumerate(kinds)])
    who, start, end, note = (
        np.concatenate([getattr(r, f) for r in kinds]) for f in ("person", "start", "end", "note")
    )
    ongoing = (end == MISSING) | (end > day(world.start))
    known = next_census(start)
    # Plans come from the SEN team, who make them; everything else waits for the census.
    known = np.where(kind == 3, delayed(rng, start, 1, 10), known)
    kept = np.flatnonzero(ongoing & in_time(known))
    kept = kept[np.argsort(known[kept], kind="stable")]
    who, start, end, note, kind, known = (
        a[kept].astype(np.int32) for a in (who, start, end, note, kind, known)
    )
    end, known_end = known_ends(end, next_census(end))
    sen = np.minimum(np.searchsorted(np.cumsum(_SEN_SHARES), (note % 100 + 0.5) / 100), len(SEN_NEEDS) - 1)
    columns = {
        "entry_no": digits(np.arange(len(who)) + 1, 7),
        "upn": taken(world.identities.upn, who),
        "surname": taken(world.identities.surname, who),
        "forename": taken(world.identities.forename, who),
        "dob": written(world.people.born[who], "school"),
        "record_type": coded(["ENROL", "FSM", "SENK", "EHCP"], kind),
        "urn": _urn(world, note, kind),
        "sentype": coded(SEN_NEEDS, sen, kind < 2),
        "startdate": written(start, "school"),
        "enddate": written(end, "school"),
        "referencedate": written(known, "school"),
        "end_referencedate": written(known_end, "school"),
        "termlysessionsauthorised": pa.nulls(len(who), pa.string()),
    }
    dates = ("startdate", "enddate", "referencedate", "end_referencedate")
    names = {"SENK": "sen_support", "EHCP": "ehcp"}
    needs = {need: need for need in SEN_NEEDS}
    return Extract(
        source="school_pupils",
        agency="schools",
        description="Pupils from successive school censuses: enrolments, free school meals, SEN support and EHC "
        "plans, each from when to when. Known from the census that first showed them, plans from their own date.",
        columns=columns,
        identifiers={"upn": "upn"},
        vault={"forename": "forename", "surname": "surname", "birth_date": "dob"},
        unique=("entry_no",),
        produces=[
            spell("enrolment", *dates, when=only("record_type", "ENROL")),
            spell("fsm", *dates, when=only("record_type", "FSM")),
            *(spell(name, *dates, code={"column": "sentype", "map": needs}, when=only("record_type", code))
              for code, name in names.items()),
            {"table": "place", "kind": "school", "school": column("urn"), "from": column("startdate"),
             "to": column("enddate"), "known_date": column("referencedate"), "when": only("record_type", "ENROL")},
        ],
        style="school",
        since=world.start,
        faults=Faults(
            spaces=("surname", "urn"), codes=("sentype",), ids=("upn",), dates=("enddate",), byte_order_mark=True
        ),
        lawful_basis="Public task, Article 6(1)(e); Education Act 1996 section 537A",
    )  # fmt: skip


def _urn(world: World, note: np.ndarray, kind: np.ndarray) -> pa.Array:
    schools = len(world.places.urn)
    return world.places.urn.take(pa.array(np.minimum(note, schools - 1), mask=kind != 0))


def characteristics(world: World, pupils: Pupils) -> Extract:
    """Young carers, languages and disabilities: only pupils for whom one of them was recorded."""
    rng, p, n = world.streams("school_characteristics"), world.parameters.schools, world.people.children
    ill = np.asarray(world.life.struck[:, :, 3]).any(axis=0).reshape(-1)[world.family]
    carer = rng.random(n) < p.young_carer * np.where(ill, 2.6, 0.6)
    foreign = rng.random(n) < np.where(world.people.ethnicity[:n] == 0, 0.005, 0.45)
    on = np.maximum(pupils.enters, day(world.start)) + rng.integers(1, 700, n)
    known = next_census(on)
    kept = np.flatnonzero((carer | foreign | world.life.disabled) & (on < pupils.leaves) & in_time(known))
    kept = kept[np.argsort(known[kept], kind="stable")]
    columns = {
        "upn": taken(world.identities.upn, kept),
        "censusdate": written(known[kept], "school"),
        "youngcarer": flags(rng, carer[kept], world.parameters.dirt),
        "language": coded(["ENG", *LANGUAGES], np.where(foreign[kept], rng.integers(1, 6, len(kept)), 0)),
        "disability": coded(["AUT", "LD", "MOB", "OTH"], rng.choice(4, len(kept), p=[0.5, 0.3, 0.1, 0.1]),
                            ~world.life.disabled[kept]),
    }  # fmt: skip
    as_at = {"event_date": column("censusdate"), "known_date": column("censusdate")}
    return Extract(
        source="school_characteristics",
        agency="schools",
        description="Young carers, first language and disability from the spring census. Only pupils with one of "
        "them recorded are in the file; being absent from it means nothing.",
        columns=columns,
        identifiers={"upn": "upn"},
        unique=("upn",),
        produces=[
            {
                "table": "attribute",
                "name": "young_carer",
                "value": {"column": "youngcarer", "map": YES_NO},
                **as_at,
            },
            {"table": "attribute", "name": "language", "value": column("language"), **as_at},
            {"table": "attribute", "name": "disability", "value": column("disability"), **as_at},
        ],
        style="school",
        since=world.start,
        faults=Faults(spaces=("language",), ids=("upn",)),
        lawful_basis="Public task, Article 6(1)(e); Education Act 1996 section 537A",
    )


def attendance_extract(world: World, attendance: Attendance) -> Extract:
    """One row a pupil and term, one file a school year, known at the census after the term."""
    terms = attendance.terms
    census = terms.census[attendance.term]
    kept = np.flatnonzero(in_time(census))
    who, term = attendance.person[kept], attendance.term[kept]
    years = terms.school_year[term] - terms.school_year.min(initial=9999)

    def counts(values: np.ndarray) -> pa.Array:
        return pa.array(values[kept].astype(np.int32)).cast(pa.string())

    columns = {
        "upn": taken(world.identities.upn, who),
        "term": coded(["AUT", "SPR", "SUM"], terms.season[term] - 1),
        "term_end": written(terms.last[term], "school"),
        "referencedate": written(census[kept], "school"),
        "sessions_possible": counts(attendance.possible),
        "sessions_authorised": counts(attendance.authorised),
        "sessions_unauthorised": counts(attendance.unauthorised),
    }
    pieces = [
        {"table": "measurement", "kind": kind, "value": column(name), "unit": "sessions", "period": column("term"),
         "event_date": column("term_end"), "known_date": column("referencedate")}
        for kind, name in (
            ("possible_sessions", "sessions_possible"),
            ("authorised_absence_sessions", "sessions_authorised"),
            ("unauthorised_absence_sessions", "sessions_unauthorised"),
        )
    ]  # fmt: skip
    return Extract(
        source="school_attendance",
        agency="schools",
        description="Sessions possible and missed, a row for each pupil and term, one file a school year. Returned "
        "one term in arrears: known at the next census.",
        columns=columns,
        identifiers={"upn": "upn"},
        unique=("upn", "term_end"),
        produces=pieces,
        style="school",
        since=world.start,
        faults=Faults(
            ids=("upn",), supplier_columns=True, spaces=("term",), date_share=0.0001, dates=("term_end",)
        ),
        part=years.astype(np.int32),
        parts=tuple(str(terms.school_year.min() + i) for i in range(int(years.max(initial=0)) + 1)),
        lawful_basis="Public task, Article 6(1)(e); Education Act 1996 section 537A",
    )


def exclusion_extract(world: World, exclusions: Exclusions) -> Extract:
    """Suspensions and permanent exclusions, as schools notify them."""
    rng = world.streams("school_exclusions")
    known = delayed(rng, exclusions.day, 1, 7)
    kept = np.flatnonzero(in_time(known))
    kept = kept[np.argsort(known[kept], kind="stable")]
    who = exclusions.person[kept]
    # Until 2021 the older code stood for a suspension.
    older = exclusions.day[kept] < day(world.start) + 700
    category = np.where(exclusions.permanent[kept], 2, np.where(older & (rng.random(len(kept)) < 0.5), 1, 0))
    columns = {
        "exclusion_id": digits(np.arange(len(kept)) + 1, 6),
        "upn": taken(world.identities.upn, who),
        "category": coded(["SUSP", "FIXD", "PERM"], category),
        "reason1": coded(list(REASONS), rng.choice(len(REASONS), len(kept), p=_REASON_SHARES)),
        "startdate": written(exclusions.day[kept], "school"),
        "sessions": pa.array(exclusions.sessions[kept]).cast(pa.string()),
        "notified": written(known[kept], "school"),
    }
    code = {"column": "reason1", "map": REASONS}
    return Extract(
        source="school_exclusions",
        agency="schools",
        description="Suspensions (once called fixed-period exclusions) and permanent exclusions, a row for each, as "
        "the school notified the authority.",
        columns=columns,
        identifiers={"upn": "upn"},
        unique=("exclusion_id",),
        produces=[
            event("suspension", "startdate", "notified", code=code, value=column("sessions"),
                  when=only("category", "SUSP", "FIXD")),
            event("permanent_exclusion", "startdate", "notified", code=code, when=only("category", "PERM")),
        ],
        style="school",
        since=world.start,
        faults=Faults(dates=("startdate",), codes=("reason1",), ids=("upn",), spaces=("category",)),
        lawful_basis="Public task, Article 6(1)(e); Education Act 1996 section 537A",
    )  # fmt: skip
