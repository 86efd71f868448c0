"""Social care's extracts: contacts, referrals, episodes, and the status as the screen shows it."""

import numpy as np

from prevention_model.synthetic.calendar import MISSING, day, written
from prevention_model.synthetic.dirt import flags
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
from prevention_model.synthetic.identifiers import digits
from prevention_model.synthetic.spells import Rows
from prevention_model.synthetic.statutory import SOURCES
from prevention_model.synthetic.world import World

_CODES = ("6", "3", "4", "2", "1", "7", "2B", "8", "5")
SOURCE_CODES = dict(zip(_CODES, SOURCES, strict=True))
NEEDS = {"N1": "abuse_or_neglect", "N2": "disability", "N3": "parental_illness", "N4": "family_stress",
         "N5": "family_dysfunction", "N6": "behaviour", "N8": "absent_parenting", "N9": "other"}  # fmt: skip
_NEED_SHARES = np.array([1175, 171, 25, 179, 401, 33, 151, 32]) / 2167  # rates 2: primary need
CATEGORIES = {"EMO": "emotional_abuse", "NEG": "neglect", "PHY": "physical_abuse", "SAB": "sexual_abuse"}
_CATEGORY_SHARES = np.array([147, 146, 47, 17]) / 357  # rates 2: initial category
LEGAL = {"C1": "interim_care_order", "C2": "full_care_order", "V2": "section_20"}
CLOSED = {
    "RC8": "no_longer_in_need",
    "RC3": "moved_authority",
    "RC5": "adult_services",
    "RC9": "stepped_down",
}


def social_care_extracts(world: World) -> list[Extract]:
    """The four sources of this file."""
    return [contacts(world), referrals(world), episodes(world), status(world)]


def contacts(world: World) -> Extract:
    """Contacts at the front door, one file a year, whatever came of them."""
    return _front_door(world, "contact", "social_care_contacts", "contact", typical=2.0,
                       text="Contacts at the front door, whether or not anything followed. One file a year; "
                       "entered within days.")  # fmt: skip


def referrals(world: World) -> Extract:
    """Contacts that became referrals."""
    return _front_door(world, "referral", "social_care_referrals", "referral", typical=1.0,
                       text="Contacts that were accepted as referrals, with their source.")  # fmt: skip


def _front_door(world: World, kind: str, source: str, noun: str, typical: float, text: str) -> Extract:
    rng = world.streams(source)
    rows = world.life.rows[kind]
    known = delayed(rng, rows.start, 0, typical)
    kept = np.flatnonzero((rows.start >= day(world.start)) & in_time(known))
    kept = kept[np.argsort(known[kept], kind="stable")]
    who, on, known = rows.person[kept], rows.start[kept], known[kept]
    years = (known - day(world.start)) // 365.26
    columns = {
        f"{noun}_id": digits(np.arange(len(who)) + 1, 7),
        "child_ref": taken(world.identities.la_person_id, who),
        "upn": taken(world.identities.upn, who),
        f"{noun}_date": written(on, "uk"),
        "entered": written(known, "uk"),
        "source_code": coded(_CODES, rows.note[kept]),
        "worker_note": coded(["", "see file", "chased"], rng.integers(0, 3, len(who))),
    }
    split = kind == "contact"
    return Extract(
        source=source,
        agency="social_care",
        description=text,
        columns=columns,
        identifiers={"la_person_id": "child_ref", "upn": "upn"},
        unique=(f"{noun}_id",),
        produces=[event(kind, f"{noun}_date", "entered", code={"column": "source_code", "map": SOURCE_CODES})],
        style="uk",
        since=world.start,
        faults=Faults(
            dates=(f"{noun}_date",), codes=("source_code",), ids=("child_ref",), spaces=("source_code",),
            supplier_columns=split,
        ),
        part=years.astype(np.int32) if split else None,
        parts=tuple(str(world.start.year + i) for i in range(int(years.max(initial=0)) + 1)) if split else (),
    )  # fmt: skip


def episodes(world: World) -> Extract:
    """Children in need, protection plans and periods of care, each with a start and, when over, an end."""
    rng = world.streams("social_care_episodes")
    parts = [
        _episode_rows(world, rng, place, kind)
        for place, kind in enumerate(("cin_episode", "cp_plan", "care_period"))
    ]
    who, start, end, known, known_end, code, kind = (np.concatenate(c) for c in zip(*parts, strict=True))
    order = np.argsort(known, kind="stable")
    who, start, end, known, known_end, code, kind = (
        a[order].astype(np.int32) for a in (who, start, end, known, known_end, code, kind)
    )
    reasons = rng.choice(4, size=len(who), p=[0.60, 0.06, 0.03, 0.31])
    columns = {
        "episode_id": digits(np.arange(len(who)) + 1, 7),
        "LAchildID": taken(world.identities.la_person_id, who),
        "UPN": taken(world.identities.upn, who),
        "episode_type": coded(["CIN", "CPP", "CLA"], kind),
        "detail": coded([*NEEDS, *CATEGORIES, *LEGAL], code),
        "start_date": written(start, "iso"),
        "end_date": written(end, "iso"),
        "end_reason": coded(list(CLOSED), reasons, end == MISSING),
        "start_entered": written(known, "iso"),
        "end_entered": written(known_end, "iso"),
    }
    pieces = []
    for short, name, codes in (
        ("CIN", "cin_episode", NEEDS),
        ("CPP", "cp_plan", CATEGORIES),
        ("CLA", "care_period", LEGAL),
    ):
        more = {
            "code": {"column": "detail", "map": dict(codes)},
            "outcome": {"column": "end_reason", "map": dict(CLOSED)},
        }
        pieces.append(
            spell(
                name,
                "start_date",
                "end_date",
                "start_entered",
                "end_entered",
                when=only("episode_type", short),
                **more,
            )
        )
    return Extract(
        source="social_care_episodes",
        agency="social_care",
        description="Children in need episodes, child protection plans and periods of care. A child on a plan or in "
        "care has an open child in need episode too. `detail` is the need, category or legal status held now: "
        "it may have been revised since the start.",
        columns=columns,
        identifiers={"la_person_id": "LAchildID", "upn": "UPN"},
        unique=("episode_id",),
        produces=pieces,
        style="iso",
        since=world.start,
        faults=Faults(dates=("end_date",), codes=("detail",), byte_order_mark=True, supplier_columns=True),
    )


def _episode_rows(world: World, rng: np.random.Generator, place: int, kind: str) -> tuple[np.ndarray, ...]:
    rows: Rows = world.life.rows[kind]
    rows = rows.where((rows.end == MISSING) | (rows.end > day(world.start)))
    known = delayed(rng, rows.start, 0, 3)
    rows, known = rows.where(in_time(known)), known[in_time(known)]
    end, known_end = known_ends(rows.end, delayed(rng, rows.end, 1, 8))
    shares = (_NEED_SHARES, _CATEGORY_SHARES, np.array([0.3, 0.45, 0.25]))
    offset = (0, len(NEEDS), len(NEEDS) + len(CATEGORIES))
    code = offset[place] + np.searchsorted(np.cumsum(shares[place]), (rows.note + 0.5) / 100)
    code = np.minimum(code, offset[place] + len(shares[place]) - 1)
    return rows.person, rows.start, end, known, known_end, code, np.full(len(rows), place)


def status(world: World) -> Extract:
    """The status on the screen. It knows the future: a snapshot of today, dated by when the record was made.

    Planted so that a check for leaks has something to find: whoever trusts `record_created` reads in 2020
    whether the child will ever have had a case by 2025.
    """
    rng, n = world.streams("social_care_status"), world.people.children
    ever = np.zeros(n, dtype=bool)
    for kind in ("cin_episode", "cp_plan", "care_period"):
        ever[world.life.rows[kind].person] = True
    met = np.zeros(n, dtype=bool)
    met[world.life.rows["contact"].person] = True
    who = np.flatnonzero(
        (ever | met | (rng.random(n) < 0.10)) & (world.people.born[:n] < day(world.start) + 1500)
    )
    created = np.maximum(world.people.born[who] + 20, day(world.start) - 5 + rng.integers(0, 300, len(who)))
    columns = {
        "child_ref": taken(world.identities.la_person_id, who),
        "case_open": flags(rng, ever[who], world.parameters.dirt),
        "record_created": written(created.astype(np.int32), "uk"),
    }
    codes = dict.fromkeys(("1", "true", "TRUE", "Y", "Yes", "a) Yes", "1 - Yes"), "open")
    codes |= dict.fromkeys(("0", "false", "FALSE", "N", "No", "b) No", "0 - No"), "closed")
    return Extract(
        source="social_care_status",
        agency="social_care",
        description="Case status as the screen shows it on the day of the extract, overwritten at each refresh. "
        "The only date in the file is the day the person's record was created.",
        columns=columns,
        identifiers={"la_person_id": "child_ref"},
        unique=("child_ref",),
        produces=[
            {
                "table": "attribute", "name": "case_status", "value": {"column": "case_open", "map": codes},
                "event_date": column("record_created"), "known_date": column("record_created"),
            }
        ],
        style="uk",
        since=world.start,
        faults=Faults(spaces=("case_open",)),
    )  # fmt: skip
