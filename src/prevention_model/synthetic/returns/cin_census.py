"""The children in need census: one XML file a year, each child with referrals open in that year."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.synthetic.calendar import END, MISSING, birthday, day, written
from prevention_model.synthetic.casework import (
    ASSESSED,
    CATEGORIES,
    CLOSED,
    NEEDS,
    NO_ACTION,
    Casework,
    Steps,
    category,
)
from prevention_model.synthetic.dirt import UNKNOWN_CODES, spoilt
from prevention_model.synthetic.extract import coded, taken
from prevention_model.synthetic.identifiers import joined
from prevention_model.synthetic.returns.delivery import Mentions, Return, child_numbers, pupil_numbers
from prevention_model.synthetic.returns.factors import FACTORS, factors_found
from prevention_model.synthetic.world import ETHNIC, World

SOURCES = ("6", "5B", "3A", "2A", "1A", "7", "2B", "8", "4")
"""A referral source for each of `statutory.SOURCES`, in order."""

DISABILITIES = ("AUT", "LD", "MOB", "CON")
MIGRATED = 2021
"""The last year whose cases, where they had closed by then, stand under numbers of the older system."""

_IN_WORDS = 2022
_BASIS = "Legal obligation, Article 6(1)(c); Children Act 1989 section 83"


def cin_census(world: World, work: Casework) -> Return:
    """All years of the census."""

    def write(out: Path, mentions: Mentions) -> int:
        return sum(
            _year(world, work, year, out, mentions) for year in range(world.start.year + 1, END.year + 1)
        )

    return Return("cin_census", "files/cin_census/*.xml", _BASIS, write)


@dataclass(frozen=True)
class _Lines:
    """Lines of XML with the places that put them in order: case, block, step, line within the step."""

    case: np.ndarray
    block: int
    step: np.ndarray
    part: int
    text: pa.Array


class _Page:
    """The lines of one year, by case of that year."""

    def __init__(self) -> None:
        self._lines: list[_Lines] = []

    def put(self, case: np.ndarray, block: int, step: np.ndarray, part: int, text: pa.Array) -> None:
        """Add one line for each element; a null text adds none."""
        some = np.flatnonzero(text.is_valid().to_numpy(zero_copy_only=False))
        self._lines.append(_Lines(case[some], block, step[some], part, text.take(pa.array(some))))

    def ordered(self) -> tuple[pa.Array, np.ndarray, np.ndarray, np.ndarray]:
        """All lines in order; and the case, block and part of each."""
        sizes = [len(lines.case) for lines in self._lines]
        case, step = (np.concatenate([getattr(x, n) for x in self._lines]) for n in ("case", "step"))
        block = np.repeat([lines.block for lines in self._lines], sizes)
        part = np.repeat([lines.part for lines in self._lines], sizes)
        order = np.lexsort((part, step, block, case))
        text = pa.concat_arrays([lines.text for lines in self._lines]).take(pa.array(order))
        return text, case[order], block[order], part[order]


def _leaf(tag: str, values: pa.Array, indent: int = 4) -> pa.Array:
    return joined("  " * indent + f"<{tag}>", values, f"</{tag}>")


def _const(text: str, size: int, indent: int = 3) -> pa.Array:
    return pa.array(["  " * indent + text]).take(pa.array(np.zeros(size, dtype=np.int32)))


def _year(world: World, work: Casework, year: int, out: Path, mentions: Mentions) -> int:
    cases, last, first = work.cases, day(END.replace(year=year)), day(END.replace(year=year - 1))
    open_then = (cases.closed == MISSING) | (cases.closed >= first)
    kept = np.flatnonzero(
        (cases.referred < last) & np.where(cases.came == NO_ACTION, cases.referred >= first, open_then)
    )
    place = np.full(len(cases), -1, dtype=np.int32)
    place[kept] = np.arange(len(kept))
    page = _Page()
    _child(world, work, page, kept, year, last)
    _details(world, work, page, kept, year, last)
    _assessed(world, work, page, place, first, last)
    _plans(work, page, place, first, last)
    _enquiries(work, page, place, first, last)
    _protection(work, page, place, first, last)
    text, case, block, part = page.ordered()
    body = "\n".join(text.to_pylist())
    head = _HEAD.format(year=year, code="999")
    path = out / "files" / "cin_census" / f"cin_census_{year}.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{head}\n{body}\n  </Children>\n</Message>\n", encoding="utf-8", newline="\n")
    line = np.arange(len(text)) + head.count("\n") + 2
    # The first line of a child, of its details, and of every step: the elements that a reader makes rows of.
    opening = ((block == 0) & (part == 0)) | ((block == 1) & (part == 0)) | ((block > 2) & (part == 1))
    who = cases.person[kept][case]
    mentions.note("cin_census", path.relative_to(out).as_posix(), line[opening], who[opening])
    return int(opening.sum())


_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<Message>
  <Header>
    <CollectionDetails>
      <Collection>CIN</Collection>
      <Year>{year}</Year>
      <ReferenceDate>{year}-03-31</ReferenceDate>
    </CollectionDetails>
    <Source>
      <SourceLevel>L</SourceLevel>
      <LEA>{code}</LEA>
      <SoftwareCode>Casebook</SoftwareCode>
      <Release>4.2</Release>
      <SerialNo>001</SerialNo>
      <DateTime>{year}-06-12T09:30:00</DateTime>
    </Source>
  </Header>
  <Children>"""


def _child(world: World, work: Casework, page: _Page, kept: np.ndarray, year: int, last: int) -> None:
    """The head of each child before the first of its cases, and the foot after the last."""
    who = work.cases.person[kept]
    case, zero = np.arange(len(kept)), np.zeros(len(kept), dtype=np.int32)
    new = np.insert(who[1:] != who[:-1], 0, True) if len(who) else np.zeros(0, dtype=bool)
    ends = np.append(new[1:], True) if len(who) else new

    def once(text: pa.Array, at: np.ndarray = new) -> pa.Array:
        return pc.if_else(pa.array(at), text, pa.scalar(None, pa.string()))

    closed = work.cases.closed[kept]
    done = ((closed != MISSING) & (closed < last)) | (work.cases.came[kept] == NO_ACTION)
    # A child stands under one number in a file: the older one only where nothing was open at the change.
    still = np.zeros(len(world.people), dtype=bool)
    still[who[~done]] = True
    number = child_numbers(world, who, np.full(len(who), year <= MIGRATED) & ~still[who])
    known = pupil_numbers(world, who, np.full(len(who), last), 0.93)
    young = birthday(world.people.born[who], 5) > last
    unknown = pc.if_else(pa.array(young), pa.scalar("UN1"), pa.scalar("UN4"))
    sex = world.people.female[who].astype(np.int8)
    tag, codes = ("Sex", ["M", "F"]) if year >= 2025 else ("GenderCurrent", ["1", "2"])
    died = world.people.died[who]
    ethnic = world.people.ethnicity[who]
    disabled = world.life.disabled[who]
    lines = [
        _const("<Child>", len(who), 2),
        _const("<ChildIdentifiers>", len(who)),
        _leaf("LAchildID", number),
        _leaf("UPN", known),
        pc.if_else(known.is_null(), _leaf("UPNunknown", unknown), pa.scalar(None, pa.string())),
        _leaf("PersonBirthDate", written(world.people.born[who], "iso")),
        _leaf(tag, coded(codes, sex)),
        _leaf("PersonDeathDate", written(np.where(died < last, died, MISSING).astype(np.int32), "iso")),
        _const("</ChildIdentifiers>", len(who)),
        _const("<ChildCharacteristics>", len(who)),
        _leaf("Ethnicity", coded([*ETHNIC, "NOBT"], np.where(who % 29 == 0, len(ETHNIC), ethnic))),
        _const("<Disabilities>", len(who), 4),
        _leaf("Disability", coded([*DISABILITIES, "NONE"], np.where(disabled, who % 4, 4)), 5),
        _const("</Disabilities>", len(who), 4),
        _const("</ChildCharacteristics>", len(who)),
    ]
    for part, text in enumerate(lines):
        page.put(case, 0, zero, part, once(text))
    page.put(case, 9, zero, 9, once(_const("</Child>", len(who), 2), ends))


def _details(world: World, work: Casework, page: _Page, kept: np.ndarray, year: int, last: int) -> None:
    """Each referral as it stood at the end of the year."""
    cases, size = work.cases, len(kept)
    case, zero = np.arange(size), np.zeros(size, dtype=np.int32)
    closed = np.where(cases.closed[kept] < last, cases.closed[kept], MISSING).astype(np.int32)
    first = np.full(len(cases), MISSING, dtype=np.int32)
    started = work.assessments.until[::-1]
    first[work.assessments.case[::-1]] = started
    assessed = (first[kept] != MISSING) & (first[kept] < last)
    need = np.where(cases.came[kept] == ASSESSED, len(NEEDS) + 1, cases.need[kept])
    need = np.where(assessed, need, len(NEEDS))
    rng, dirt = world.streams(f"cin census {year}"), world.parameters.dirt
    source = spoilt(rng, coded(SOURCES, cases.source[kept]), 0.002 * dirt, UNKNOWN_CODES)
    # One supplier's release wrote yes and no in words.
    yes_no = ["false", "true"] if year == _IN_WORDS and dirt > 0 else ["0", "1"]
    lines = [
        _const("<CINdetails>", size),
        _leaf("CINreferralDate", written(cases.referred[kept], "iso")),
        _leaf("ReferralSource", source),
        _leaf("PrimaryNeedCode", coded([*NEEDS, "N0", "N9"], need)),
        _leaf("CINclosureDate", written(closed, "iso")),
        _leaf("ReasonForClosure", coded(CLOSED, cases.reason[kept], closed == MISSING)),
        _leaf("ReferralNFA", coded(yes_no, (cases.came[kept] == NO_ACTION).astype(np.int8))),
    ]
    for part, text in enumerate(lines):
        page.put(case, 1, zero, part, text)
    page.put(case, 8, zero, 0, _const("</CINdetails>", size))


def _shown(
    place: np.ndarray, steps: Steps, first: int, last: int, until: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Steps that were under way in the year: which, their case's place, start, and end unless it came later."""
    active = (steps.start < last) & ((until == MISSING) | (until >= first)) & (place[steps.case] >= 0)
    which = np.flatnonzero(active)
    ends = np.where(until[which] < last, until[which], MISSING).astype(np.int32)
    return which, place[steps.case[which]], steps.start[which], ends


def _assessed(world: World, work: Casework, page: _Page, place: np.ndarray, first: int, last: int) -> None:
    steps = work.assessments
    which, case, start, done = _shown(place, steps, first, last, steps.until)
    step, size = np.arange(len(which)), len(which)
    lines = [
        _const("<Assessments>", size, 4),
        _leaf("AssessmentActualStartDate", written(start, "iso"), 5),
        _leaf("AssessmentAuthorisationDate", written(done, "iso"), 5),
    ]
    for part, text in enumerate(lines, start=1):
        page.put(case, 3, step, part, text)
    row, code = factors_found(world, work, which, done)
    told = np.isin(step, row)
    head, foot = (_const(f"<{mark}FactorsIdentifiedAtAssessment>", size, 5) for mark in ("", "/"))
    none = pa.scalar(None, pa.string())
    page.put(case, 3, step, 4, pc.if_else(pa.array(told), head, none))
    page.put(case[row], 3, step[row], 5, _leaf("AssessmentFactors", coded(FACTORS, code), 6))
    page.put(case, 3, step, 6, pc.if_else(pa.array(told), foot, none))
    page.put(case, 3, step, 7, _const("</Assessments>", size, 4))


def _plans(work: Casework, page: _Page, place: np.ndarray, first: int, last: int) -> None:
    which, case, start, end = _shown(place, work.plans, first, last, work.plans.until)
    lines = [
        _const("<CINPlanDates>", len(which), 4),
        _leaf("CINPlanStartDate", written(start, "iso"), 5),
        _leaf("CINPlanEndDate", written(end, "iso"), 5),
        _const("</CINPlanDates>", len(which), 4),
    ]
    for part, text in enumerate(lines, start=1):
        page.put(case, 4, which, part, text)


def _enquiries(work: Casework, page: _Page, place: np.ndarray, first: int, last: int) -> None:
    steps = work.enquiries
    which, case, start, _ = _shown(place, steps, first, last, np.maximum(steps.until, steps.start))
    conference = steps.until[which]
    lines = [
        _const("<Section47>", len(which), 4),
        _leaf("S47ActualStartDate", written(start, "iso"), 5),
        # Fifteen working days after the strategy discussion (standards, section 1).
        _leaf("InitialCPCtarget", written((start + 21).astype(np.int32), "iso"), 5),
        _leaf(
            "DateOfInitialCPC",
            written(np.where(conference < last, conference, MISSING).astype(np.int32), "iso"),
            5,
        ),
        _leaf("ICPCnotRequired", coded(["0", "1"], (conference == MISSING).astype(np.int8)), 5),
        _const("</Section47>", len(which), 4),
    ]
    for part, text in enumerate(lines, start=1):
        page.put(case, 5, which, part, text)


def _protection(work: Casework, page: _Page, place: np.ndarray, first: int, last: int) -> None:
    steps = work.protection
    which, case, start, end = _shown(place, steps, first, last, steps.until)
    kind = category(steps.note[which])
    # Now and then a plan that has run for long is for another reason than at first.
    revised = (steps.note[which] % 11 == 0) & (last - start > 200)
    lines = [
        _const("<ChildProtectionPlans>", len(which), 4),
        _leaf("CPPstartDate", written(start, "iso"), 5),
        _leaf("CPPendDate", written(end, "iso"), 5),
        _leaf("InitialCategoryOfAbuse", coded(CATEGORIES, kind), 5),
        _leaf("LatestCategoryOfAbuse", coded(CATEGORIES, np.where(revised, (kind + 1) % 2, kind)), 5),
        _leaf("NumberOfPreviousCPP", taken(_NUMBERS, earlier_plans(work)[which]), 5),
    ]
    for part, text in enumerate(lines, start=1):
        page.put(case, 6, which, part, text)
    row, on = reviews(start, np.where(end == MISSING, last, end))
    kept = on >= first
    row, on = row[kept], on[kept]
    told = np.isin(np.arange(len(which)), row)
    none = pa.scalar(None, pa.string())
    for part, mark in ((7, ""), (9, "/")):
        page.put(
            case, 6, which, part, pc.if_else(pa.array(told), _const(f"<{mark}Reviews>", len(which), 5), none)
        )
    page.put(case[row], 6, which[row], 8, _leaf("CPPreviewDate", written(on, "iso"), 6))
    page.put(case, 6, which, 10, _const("</ChildProtectionPlans>", len(which), 4))


_NUMBERS = pa.array([str(number) for number in range(100)])


def earlier_plans(work: Casework) -> np.ndarray:
    """How many protection plans each plan's child had before it."""
    who, start = work.cases.person[work.protection.case], work.protection.start
    order = np.lexsort((start, who))
    first = np.searchsorted(who[order], who[order])
    found = np.zeros(len(who), dtype=np.int32)
    found[order] = np.arange(len(who)) - first
    return found


def reviews(start: np.ndarray, until: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Review conferences of protection plans: within three months, then within six of each other.

    Returns the plan and the day of each, those on or after `until` left out.

    >>> plan, on = reviews(np.array([0]), np.array([300]))
    >>> on.tolist()
    [85, 260]
    """
    after = 85 + 175 * np.arange(24)
    on = start[:, None] + after[None, :]
    row, column = np.nonzero(on < until[:, None])
    return row, on[row, column].astype(np.int32)
