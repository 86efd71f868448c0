"""Tables of the Standard Safeguarding Dataset: children known to social care, their parents, homes and contacts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.synthetic.book import Book, keep_book
from prevention_model.synthetic.calendar import END, MISSING, birthday, day, written
from prevention_model.synthetic.care import Care
from prevention_model.synthetic.casework import NO_ACTION, Casework, listed
from prevention_model.synthetic.early_help import ENDS as HELP_ENDS
from prevention_model.synthetic.early_help import NEEDS as HELP_NEEDS
from prevention_model.synthetic.early_help import SINCE as HELP_SINCE
from prevention_model.synthetic.early_help import early_help_children
from prevention_model.synthetic.extract import coded, taken
from prevention_model.synthetic.homes import street_of
from prevention_model.synthetic.identifiers import digits, joined, opaque, postcode
from prevention_model.synthetic.identities import some
from prevention_model.synthetic.mentions import Mentions
from prevention_model.synthetic.returns.cin_census import DISABILITIES, SOURCES
from prevention_model.synthetic.returns.delivery import Return, Sheet, pupil_numbers, write_sheets
from prevention_model.synthetic.returns.ssda903 import sdq_scores
from prevention_model.synthetic.world import ETHNIC, World

_BASIS = "Public task, Article 6(1)(e); Children Act 1989 section 17 and Children Act 2004 section 10"
_SOURCE_WORDS = ("Police", "LA services", "Health services", "Schools", "Individual", "Other legal agency",
                 "Education services", "Other", "Housing")  # fmt: skip
_LEGACY_KEPT, _UPN_HELD, _NHS_HELD, _NHS_HELD_ADULTS = 0.7, 0.7, 0.55, 0.15


def ssd(world: World, work: Casework, care: Care) -> Return:
    """The dataset as it stood on the day of the extract."""

    def write(out: Path, mentions: Mentions) -> int:
        return write_sheets("ssd", _sheets(_Dataset.of(world, work, care)), out, mentions)

    return Return("ssd", "files/ssd/*.csv", _BASIS, write, since=world.start)


@dataclass(frozen=True)
class _Dataset:
    """What the tables draw on. `listed` are the children known and their parents."""

    world: World
    work: Casework
    care: Care
    book: Book
    listed: np.ndarray

    @classmethod
    def of(cls, world: World, work: Casework, care: Care) -> "_Dataset":
        """The dataset of a county."""
        return cls(world, work, care, keep_book(world, "social_care"), listed(world, work))

    def ids(self, who: np.ndarray) -> pa.Array:
        """Numbers of the persons of each row."""
        return taken(self.world.identities.la_number, who)

    def key(self, size: int, salt: int) -> pa.Array:
        """Keys of a table's rows."""
        return opaque(np.arange(size), salt)


def _sheets(data: _Dataset) -> Iterator[Sheet]:
    tables = {
        "person": _person, "family": _family, "address": _address, "disability": _disability, "mother": _mother,
        "linked_identifiers": _linked, "contacts": _contacts, "early_help_episodes": _early_help,
        "involvements": _involvements, "missing": _missing, "sdq_scores": _scores,
    }  # fmt: skip
    for name, make in tables.items():
        columns, person = make(data)
        # An export from a database: everything in quotation marks, because addresses are JSON.
        yield Sheet(f"ssd_{name}.csv", columns, person, quoted=True)


Table = tuple[dict[str, pa.Array], np.ndarray]


def _person(data: _Dataset) -> Table:
    world, who = data.world, data.listed
    people, ids = world.people, world.identities
    adult = people.role[who] > 0
    share = np.where(adult, _NHS_HELD_ADULTS, _NHS_HELD)
    holds = (who.astype(np.int64) * 40_009 % 9_973) < share * 9_973
    older = (who.astype(np.int64) * 30_011 % 9_973) < _LEGACY_KEPT * 9_973
    today = np.full(len(who), day(END))
    no_upn = np.where(adult, 1, np.where(birthday(people.born[who], 5) > day(END), 0, 1))
    columns = {
        "pers_person_id": data.ids(who),
        "pers_legacy_id": some(taken(ids.older_number, who), older),
        "pers_forename": data.book.forenames(who),
        "pers_surname": data.book.surnames(who, today),
        "pers_sex": coded(["M", "F"], people.female[who].astype(np.int8)),
        "pers_ethnicity": coded(
            [*ETHNIC, "NOBT"], np.where(who % 37 == 0, len(ETHNIC), people.ethnicity[who])
        ),
        "pers_dob": data.book.births(who, "iso", 0.985),
        "pers_common_child_id": some(taken(ids.nhs_number, who), holds),
        "pers_upn_unknown": coded(["UN1"], np.zeros(len(who), dtype=np.int8), no_upn > 0),
        "pers_death_date": written(people.died[who], "iso"),
        "pers_is_mother": coded(["N", "Y"], (adult & people.female[who]).astype(np.int8)),
    }
    return columns, who


def _family(data: _Dataset) -> Table:
    who = data.listed
    # A parent who went long ago may be missing from the family's file.
    who = who[(data.world.people.role[who] < 2) | (who % 10 > 1)]
    family = data.world.people.family[who]
    columns = {
        "fami_table_id": data.key(len(who), 11),
        "fami_family_id": joined("FAM", digits(family.astype(np.int64) * 3 + 5_000, 7)),
        "fami_person_id": data.ids(who),
    }
    return columns, who


def _address(data: _Dataset) -> Table:
    """Homes, dated, and the placements of children in care."""
    world, homes, care = data.world, data.world.homes, data.care.episodes
    listed = np.zeros(len(world.people), dtype=bool)
    listed[data.listed] = True
    row = np.flatnonzero(listed[homes.person] & ((homes.until == MISSING) | (homes.until > day(world.start))))
    # A move of the last days has not been entered: the old address looks current.
    row = row[(homes.since[row] + 10 < day(END)) | (homes.since[row] == world.people.born[homes.person[row]])]
    late = (homes.until[row] != MISSING) & (homes.until[row] + 10 >= day(END))
    until = np.where(late, MISSING, homes.until[row]).astype(np.int32)
    placed = np.flatnonzero(listed[care.person] & ((care.ended == MISSING) | (care.ended > day(world.start))))
    who = np.concatenate([homes.person[row], care.person[placed]])
    size = len(row)
    codes = pa.concat_arrays([homes.postcode(row), postcode(care.lsoa[placed], street_of(care.home[placed]))])
    house = pc.split_pattern(homes.address(row), " ", max_splits=1)
    text = joined('{"HOUSE": "', pc.list_element(house, 0), '", "STREET": "', pc.list_element(house, 1),
                  '", "TOWN": "Mereford", "UPRN": "', homes.uprn(row), '"}')  # fmt: skip
    other = pa.array(['{"HOUSE": "", "STREET": "", "TOWN": "", "UPRN": ""}'])
    columns = {
        "addr_table_id": data.key(len(who), 12),
        "addr_person_id": data.ids(who),
        "addr_address_type": coded(["Home", "Placement"], np.arange(len(who)) >= size),
        "addr_address_start_date": written(np.concatenate([homes.since[row], care.began[placed]]), "iso"),
        "addr_address_end_date": written(np.concatenate([until, care.ended[placed]]).astype(np.int32), "iso"),
        "addr_address_postcode": pc.replace_substring(codes, " ", ""),
        "addr_address_json": pa.concat_arrays(
            [text, other.take(pa.array(np.zeros(len(placed), dtype=np.int32)))]
        ),
    }
    return columns, who


def _disability(data: _Dataset) -> Table:
    children = np.flatnonzero(data.work.known)
    who = children[data.world.life.disabled[children]]
    columns = {
        "disa_table_id": data.key(len(who), 13),
        "disa_person_id": data.ids(who),
        "disa_disability_code": coded(DISABILITIES, who % len(DISABILITIES)),
    }
    return columns, who


def _mother(data: _Dataset) -> Table:
    """Mothers of children known, nearly all of them."""
    world = data.world
    child = np.flatnonzero(data.work.known)
    mother = world.first_parent[world.people.family[child]]
    told = world.people.female[mother] & (child % 25 > 0)
    child, mother = child[told], mother[told]
    columns = {
        "moth_table_id": data.key(len(child), 14),
        "moth_person_id": data.ids(mother),
        "moth_childs_person_id": data.ids(child),
        "moth_childs_dob": data.book.births(child, "iso"),
    }
    return columns, mother


def _linked(data: _Dataset) -> Table:
    """Pupil numbers of some children; social care does not hold the others."""
    who = np.flatnonzero(data.work.known)
    numbers = pupil_numbers(data.world, who, np.full(len(who), day(END)), _UPN_HELD)
    has = numbers.is_valid().to_numpy(zero_copy_only=False)
    who, numbers = who[has], numbers.filter(pa.array(has))
    begins = np.maximum(birthday(data.world.people.born[who], 4), day(data.world.start) - 700)
    since = np.minimum(begins, day(END) - 30)
    columns = {
        "link_table_id": data.key(len(who), 15),
        "link_person_id": data.ids(who),
        "link_identifier_type": coded(["Unique Pupil Number"], np.zeros(len(who), dtype=np.int8)),
        "link_identifier_value": numbers,
        "link_valid_from_date": written(since.astype(np.int32), "iso"),
        "link_valid_to_date": pa.nulls(len(who), pa.string()),
    }
    return columns, who


_FLAGS = ("NEW_REFERRAL", "EXISTING_REFERRAL", "CP_ENQUIRY", "NFA", "NON_AGENCY_ADOPTION", "PRIVATE_FOSTERING",
          "ADVICE", "MISSING", "OLA_CP", "OTHER_OUTCOMES_EXIST")  # fmt: skip
_OUTCOMES = pa.array(
    ["{" + ", ".join(f'"{flag}_FLAG": "{"Y" if flag == chosen else "N"}"' for flag in _FLAGS) + "}"
     for chosen in ("NEW_REFERRAL", "EXISTING_REFERRAL", "NFA", "ADVICE")]
)  # fmt: skip


def _contacts(data: _Dataset) -> Table:
    """Contacts at the front door, whatever came of them."""
    rows, cases = data.world.life.rows["contact"], data.work.cases
    rows = rows.where((rows.start >= day(data.world.start)) & (rows.start < day(END)))
    rows = rows.where(np.lexsort((rows.person, rows.start)))
    width = np.int64(100_000)
    keys = cases.person * width + cases.referred + 40_000
    at = rows.person * width + rows.start + 40_000
    # A referral follows its contact within three days.
    after = np.searchsorted(keys, at)
    led = (after < len(keys)) & (keys[np.minimum(after, len(keys) - 1)] - at <= 3)
    before = np.maximum(after - 1, 0)
    own = (after > 0) & (cases.person[before] == rows.person) & (cases.came[before] != NO_ACTION)
    still = own & ((cases.closed[before] == MISSING) | (cases.closed[before] >= rows.start))
    outcome = np.select([led, still, rows.person % 3 == 0], [0, 1, 3], 2)
    columns = {
        "cont_contact_id": digits(np.arange(len(rows)) + 1, 7),
        "cont_person_id": data.ids(rows.person),
        "cont_contact_date": written(rows.start, "iso"),
        "cont_contact_source_code": coded(SOURCES, rows.note),
        "cont_contact_source_desc": coded(_SOURCE_WORDS, rows.note),
        "cont_contact_outcome_json": taken(_OUTCOMES, outcome),
    }
    return columns, rows.person


def _early_help(data: _Dataset) -> Table:
    """Episodes that began before early help had a system of its own; the children of the family, a row each."""
    who, start, end, note = early_help_children(data.world)
    kept = (
        (start < day(HELP_SINCE)) & ((end == MISSING) | (end > day(data.world.start))) & data.work.known[who]
    )
    who, start, end, note = who[kept], start[kept], end[kept], note[kept]
    ends = np.where(end >= day(END), MISSING, end).astype(np.int32)
    columns = {
        "earl_episode_id": digits(np.arange(len(who)) + 1, 6),
        "earl_person_id": data.ids(who),
        "earl_episode_start_date": written(start, "iso"),
        "earl_episode_end_date": written(ends, "iso"),
        "earl_episode_reason": coded(HELP_NEEDS, note % len(HELP_NEEDS)),
        "earl_episode_end_reason": coded(list(HELP_ENDS.values()), note // 1000, ends == MISSING),
        "earl_episode_organisation": coded(["Mereshire Council"], np.zeros(len(who), dtype=np.int8)),
        "earl_episode_worker_id": joined("W", digits(note % 90 + 100, 4)),
    }
    return columns, who


def _involvements(data: _Dataset) -> Table:
    """Social workers of open cases: a duty worker first, then one who stays."""
    cases = data.work.cases
    lasted = (cases.closed == MISSING) | (cases.closed >= day(data.world.start))
    worked = np.flatnonzero((cases.came != NO_ACTION) & lasted)
    ends = np.where(cases.closed[worked] == MISSING, day(END) + 1, cases.closed[worked])
    change = cases.referred[worked] + 30 + worked % 25
    longer = change < np.minimum(ends, day(END))
    case = np.concatenate([worked, worked[longer]])
    start = np.concatenate([cases.referred[worked], change[longer]])
    end = np.concatenate([np.where(longer, change, ends), ends[longer]])
    who, first = cases.person[case], np.arange(len(case)) < len(worked)
    end = np.where(end >= day(END), MISSING, end).astype(np.int32)
    columns = {
        "invo_involvements_id": data.key(len(case), 16),
        "invo_person_id": data.ids(who),
        "invo_professional_id": joined("W", digits(case % 180 + 200, 4)),
        "invo_professional_role_id": coded(["DUTY", "SW"], (~first).astype(np.int8)),
        "invo_professional_team": joined("Team ", digits(case % 9 + 1, 1)),
        "invo_involvement_start_date": written(start.astype(np.int32), "iso"),
        "invo_involvement_end_date": written(end, "iso"),
        "invo_worker_change_reason": coded(["PCCHAN", "CHCHAN"], case % 2, end == MISSING),
        "invo_referral_id": joined("R", digits(case + 1, 7)),
    }
    return columns, who


def _missing(data: _Dataset) -> Table:
    away = data.care.away
    kept = np.flatnonzero((away.since >= day(data.world.start)) & data.work.known[away.person])
    who = away.person[kept]
    columns = {
        "miss_table_id": data.key(len(who), 17),
        "miss_person_id": data.ids(who),
        "miss_missing_episode_start_date": written(away.since[kept], "iso"),
        "miss_missing_episode_type": coded(["Missing", "Away"], (away.since[kept] % 9 == 0).astype(np.int8)),
        "miss_missing_episode_end_date": written(away.until[kept], "iso"),
        "miss_missing_rhi_offered": coded(["N", "Y"], away.offered[kept].astype(np.int8)),
        "miss_missing_rhi_accepted": coded(["N", "Y"], away.held[kept].astype(np.int8), ~away.offered[kept]),
    }
    return columns, who


def _scores(data: _Dataset) -> Table:
    """Strengths and difficulties of looked-after children, each year, on the day the carer filled the form in."""
    care = data.care.episodes
    parts = []
    for year in range(data.world.start.year + 1, END.year + 1):
        on = day(date(year, 2, 1))
        held = np.unique(care.person[(care.began < on - 365) & ((care.ended == MISSING) | (care.ended > on))])
        age = (on - data.world.people.born[held]) / 365.25
        who = held[(age >= 4) & (age < 17) & (held % 6 > 0) & data.work.known[held]]
        parts.append((who, on + who % 50, sdq_scores(data.world, who, on)))
    who, filled, score = (np.concatenate(part).astype(np.int32) for part in zip(*parts, strict=True))
    columns = {
        "csdq_table_id": data.key(len(who), 18),
        "csdq_person_id": data.ids(who),
        "csdq_sdq_completed_date": written(filled, "iso"),
        "csdq_sdq_reason": pa.nulls(len(who), pa.string()),
        "csdq_sdq_score": pa.array(score).cast(pa.string()),
    }
    return columns, who
