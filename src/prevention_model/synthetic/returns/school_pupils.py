"""The pupils' own tables of a census: who is on roll, who has left, and what the school says of each."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.synthetic.book import Book
from prevention_model.synthetic.calendar import MISSING, reception, written
from prevention_model.synthetic.dirt import IMPOSSIBLE_DATES, UNKNOWN_CODES, spoilt
from prevention_model.synthetic.extract import coded
from prevention_model.synthetic.identities import some
from prevention_model.synthetic.pupils import Pupils, held
from prevention_model.synthetic.returns.delivery import pupil_numbers
from prevention_model.synthetic.spells import Rows
from prevention_model.synthetic.world import ETHNIC, World

LANGUAGES = ("ENG", "POL", "RUM", "POR", "BNG", "OTH")
_TERM_LENGTH = {"autumn": 122, "spring": 142, "summer": 116}
"""Possible sessions of the term that each census reports on."""


@dataclass(frozen=True)
class Asked:
    """One census: its day, the first day that it still reports on, and its name."""

    on: int
    since: int
    year: int
    season: str

    @property
    def salt(self) -> int:
        """What makes the keys of this extract its own."""
        return self.on


class School(Protocol):
    """What the pupils' tables draw on."""

    world: World
    pupils: Pupils
    enrolment: Rows
    book: Book
    carer: np.ndarray
    foreign: np.ndarray


def pupil_columns(
    school: School, asked: Asked, rows: np.ndarray, on_roll: bool
) -> tuple[dict[str, pa.Array], np.ndarray]:
    """Columns of `pupilonroll` or `pupilnolongeronroll` after its keys, and the pupil of each row."""
    world, e, book = school.world, school.enrolment, school.book
    who = e.person[rows]
    days = np.full(len(who), asked.on)
    rng, dirt = world.streams(f"pupils {asked.year} {asked.season} {on_roll}"), world.parameters.dirt
    columns = {
        "upn": _soiled(world, pupil_numbers(world, who, days, 1.0), who, asked),
        "formerupn": _former(world, who, asked.on),
        "uniquelearnernumber": some(
            world.identities.uln.take(pa.array(who)), _year_group(world, who, asked) >= 9
        ),
        "surname": book.surnames(who, days),
        "forename": book.forenames(who),
        "middlenames": world.identities.middle_name.take(pa.array(who)),
        "formersurname": book.former_surnames(who, days),
        "dob": spoilt(rng, book.births(who, "school"), 0.0002 * dirt, IMPOSSIBLE_DATES),
        "sex": coded(["M", "F"], world.people.female[who].astype(np.int8)),
        "entrydate": written(e.start[rows], "school"),
    }
    if not on_roll:
        columns["leavingdate"] = written(e.end[rows], "school")
    columns |= {
        "termlysessionspossible": coded([str(_TERM_LENGTH[asked.season])], np.zeros(len(who), dtype=np.int8)),
        "language": coded(LANGUAGES, np.where(school.foreign[who], 1 + who % (len(LANGUAGES) - 1), 0)),
    }
    if asked.season == "spring":
        ethnic = np.where(who % 31 == 0, len(ETHNIC), world.people.ethnicity[who])
        columns["ethnicity"] = coded([*ETHNIC, "NOBT"], ethnic)
    return columns | (_on_roll(school, asked, who) if on_roll else {}), who


def _on_roll(school: School, asked: Asked, who: np.ndarray) -> dict[str, pa.Array]:
    """What is asked only about pupils who are still there."""
    n, size = school.world.people.children, len(who)
    support, plan = held(school.pupils.support, asked.on, n)[who], held(school.pupils.plan, asked.on, n)[who]
    group = _year_group(school.world, who, asked)
    provision = coded(["N", "K", "E"], np.where(plan, 2, np.where(support, 1, 0)))
    rng = school.world.streams(f"provision {asked.year} {asked.season}")
    columns = {
        "enrolstatus": coded(["C", "M"], (who % 211 == 0).astype(np.int8)),
        "ncyearactual": coded(["R", *(str(number) for number in range(1, 15))], group.clip(0, 14)),
        "senprovision": spoilt(rng, provision, 0.001 * school.world.parameters.dirt, UNKNOWN_CODES),
        "plaa": coded(["N", "A", "G", "O"], np.select([who % 307 == 0, who % 401 == 0], [1, 2], 0)),
        "servicechild": coded(["N", "Y"], (who % 67 == 0).astype(np.int8)),
    }
    if asked.season == "spring" and asked.year >= 2023:
        # Asked of schools since 2023: the column is not there before (standards, section 4).
        said = np.where(school.carer[who], 1 + who % 2, 0)
        columns["youngcarer"] = coded(["N", "P", "S"], said)
    columns["schoollunchtaken"] = coded(["false", "true"], (who % 3 > 0).astype(np.int8))
    return columns if size else {name: texts[:0] for name, texts in columns.items()}


def _year_group(world: World, who: np.ndarray, asked: Asked) -> np.ndarray:
    """National curriculum year, 0 for reception."""
    began = reception(world.people.born[who])
    found: np.ndarray = ((asked.on - began) / 365.25 + 0.02).astype(np.int32)
    return found


def _former(world: World, who: np.ndarray, on: int) -> pa.Array:
    """The number before, for pupils whose number has changed by then."""
    changed = world.identities.upn_changed[who]
    return some(world.identities.upn_before.take(pa.array(who)), (changed != MISSING) & (changed <= on))


def _soiled(world: World, upn: pa.Array, who: np.ndarray, asked: Asked) -> pa.Array:
    """Some numbers missing and some a sign short, as a school typed them (standards, section 19)."""
    dirt = min(world.parameters.dirt, 1.0)
    drawn = world.streams(f"upn {asked.year} {asked.season}").random(len(who))
    texts = some(upn, drawn >= 0.004 * dirt)
    short = np.flatnonzero((drawn >= 0.004 * dirt) & (drawn < 0.007 * dirt) & upn.is_valid().to_numpy(False))
    values = texts.take(pa.array(short)).to_pylist()
    cut = pa.array([value[:-1] for value in values], pa.string())
    mask = np.zeros(len(who), dtype=bool)
    mask[short] = True
    return pc.replace_with_mask(texts, pa.array(mask), cut)
