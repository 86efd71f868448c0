"""NCCIS: what young people of 16 and 17 do after compulsory school, month by month (standards, section 9)."""

import numpy as np

from prevention_model.synthetic.book import keep_book
from prevention_model.synthetic.calendar import END, MISSING, day, reception, written
from prevention_model.synthetic.extract import (
    Extract,
    Faults,
    coded,
    delayed,
    in_time,
    known_ends,
    spell,
    taken,
)
from prevention_model.synthetic.identifiers import digits
from prevention_model.synthetic.identities import some
from prevention_model.synthetic.pupils import Pupils
from prevention_model.synthetic.returns.delivery import pupil_numbers
from prevention_model.synthetic.streams import sigmoid
from prevention_model.synthetic.world import World

ACTIVITIES = {"210": "school_sixth_form", "230": "further_education", "310": "apprenticeship", "330": "employment",
              "430": "training", "610": "neet", "640": "neet", "810": "not_known"}  # fmt: skip
_SIXTH, _CHOICES = 0, np.array([0, 0.60, 0.12, 0.10, 0.06, 0.08, 0.02, 0.02])
_NEET, _ILL = 5, 6


def nccis_extracts(world: World, pupils: Pupils) -> list[Extract]:
    """A row for each activity of each young person from the September after year 11 to two years later."""
    rng, people = world.streams("nccis"), world.people
    n = people.children
    leaves_school = (reception(people.born[:n]) + 12 * 365.25).astype(np.int32)
    here = world.in_county(np.arange(n), leaves_school)
    cohort = np.flatnonzero((leaves_school < day(END)) & (leaves_school > day(world.start) - 500) & here)
    who, code, start, end = _activities(world, rng, pupils, cohort, leaves_school[cohort])
    known = delayed(rng, start, 2, 25)
    kept = np.flatnonzero(in_time(known) & ((end == MISSING) | (end > day(world.start))))
    kept = kept[np.argsort(known[kept], kind="stable")]
    who, code, start, known = (a[kept].astype(np.int32) for a in (who, code, start, known))
    end, known_end = known_ends(end[kept].astype(np.int32), delayed(rng, end[kept], 2, 25))
    book, homes = keep_book(world, "nccis"), world.homes
    columns = {
        "activity_id": digits(np.arange(len(who)) + 1, 7),
        "uln": some(taken(world.identities.uln, who), who % 12 > 0),
        "upn": pupil_numbers(world, who, start, 0.8),
        "forename": book.forenames(who),
        "surname": book.surnames(who, start),
        "dob": book.births(who, "uk"),
        "postcode": homes.postcode(homes.at(who, start)),
        "activity_code": coded(list(ACTIVITIES), code),
        "activity_start": written(start, "uk"),
        "activity_end": written(end, "uk"),
        "recorded": written(known, "uk"),
        "end_recorded": written(known_end, "uk"),
    }
    return [
        Extract(
            source="nccis",
            agency="participation",
            description="What young people do in the two years after compulsory school: learning, work, training, "
            "not in any of them, or not known, a row for each activity. Known when a tracker or provider says so.",
            who=who,
            columns=columns,
            identifiers={"uln": "uln", "upn": "upn"},
            vault={"forename": "forename", "surname": "surname", "birth_date": "dob", "postcode": "postcode"},
            unique=("activity_id",),
            produces=[
                spell("activity", "activity_start", "activity_end", "recorded", "end_recorded",
                      code={"column": "activity_code", "map": ACTIVITIES})
            ],
            style="uk",
            since=world.start,
            faults=Faults(codes=("activity_code",), ids=("uln",), dates=("activity_end",), spaces=("surname",)),
            lawful_basis="Public task, Article 6(1)(e); Education and Skills Act 2008 sections 10 and 12",
        )
    ]  # fmt: skip


def _activities(
    world: World, rng: np.random.Generator, pupils: Pupils, cohort: np.ndarray, begins: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Two years of each: the first choice, for many a second after some months."""
    need = world.life.need.mean(axis=0)[cohort]
    sixth = pupils.leaves[cohort] > begins + 60
    neet = rng.random(len(cohort)) < sigmoid(-2.9 + 0.7 * need)
    choice = rng.choice(len(_CHOICES), len(cohort), p=_CHOICES / _CHOICES.sum())
    ill = np.where(rng.random(len(cohort)) < 0.2, _ILL, _NEET)
    first = np.where(sixth, _SIXTH, np.where(neet, ill, choice))
    changes = rng.random(len(cohort)) < np.where(sixth, 0.08, np.where(neet, 0.75, 0.3))
    gone = world.people.present_to[cohort]
    over = np.minimum(begins + 731, np.where(gone == MISSING, day(END) + 9999, gone))
    at = np.minimum(begins + rng.integers(60, 600, len(cohort)), over)
    second = np.where(first >= _NEET, choice, np.where(rng.random(len(cohort)) < 0.35, _NEET, choice))
    changes &= (second != first) & (at < over)
    who = np.concatenate([cohort, cohort[changes]])
    code = np.concatenate([first, second[changes]])
    start = np.concatenate([begins, at[changes]])
    end = np.concatenate([np.where(changes, at, over), over[changes]])
    real = (start < end) & (start < day(END))
    end = np.where(end >= day(END), MISSING, end)
    return who[real], code[real], start[real], end[real]
