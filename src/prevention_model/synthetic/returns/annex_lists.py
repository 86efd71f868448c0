"""The lists of Annex A: recent contacts, referrals, assessments and enquiries, and who is open now."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from prevention_model.synthetic.calendar import END, MISSING, day
from prevention_model.synthetic.care import ADOPTED, ENDS, LEGAL, PLACES, PROVIDERS, Care
from prevention_model.synthetic.casework import ASSESSED, CLOSED, NEEDS, NO_ACTION, WORKED, Casework, category
from prevention_model.synthetic.early_help import early_help_children
from prevention_model.synthetic.extract import coded, taken
from prevention_model.synthetic.homes import street_of
from prevention_model.synthetic.identifiers import digits, joined, postcode
from prevention_model.synthetic.returns.cin_census import SOURCES, earlier_plans
from prevention_model.synthetic.world import World

TODAY = day(END) - 1
QUARTER, HALF = day(END) - 92, day(END) - 183
"""First days of the lists that look back three and six months."""

_GENDER = ("a) Male", "b) Female")
_ETHNIC = ("a) WBRI", "d) WOTH", "i) MOTH", "m) AOTH", "p) BOTH", "r) OOTH")
_SOURCE_WORDS = {"6": "q) 6: Police", "5B": "m) 5B: LA services", "3A": "g) 3A: GP", "2A": "e) 2A: Schools",
                 "1A": "a) 1A: Individual", "7": "r) 7: Other legal agency", "2B": "f) 2B: Education services",
                 "8": "s) 8: Other", "4": "l) 4: Housing"}  # fmt: skip
_YES_NO = ("b) No", "a) Yes")
_CATEGORY_WORDS = ("Emotional abuse", "Neglect", "Physical abuse", "Sexual abuse", "Multiple")
_NEED_WORDS = {"N1": "N1 - Abuse or neglect", "N2": "N2 - Child's disability",
               "N3": "N3 - Parental disability or illness", "N4": "N4 - Family in acute stress",
               "N5": "N5 - Family dysfunction",
               "N6": "N6 - Socially unacceptable behaviour", "N8": "N8 - Absent parenting"}  # fmt: skip
_STATUS = ("a) Looked after child", "b) Child Protection plan", "c) Child in need plan", "d) Open assessment",
           "e) Closed episode")  # fmt: skip
_PLANS = ("a) Return to family", "f) Long-term fostering", "b) Adoption")
_TEAMS = (
    "Assessment team",
    "Family support team north",
    "Family support team south",
    "Children in care team",
)


@dataclass(frozen=True)
class List:
    """One sheet: columns by header (texts, whole numbers, or days), and the person of each row."""

    columns: dict[str, Any]
    person: np.ndarray


@dataclass(frozen=True)
class _Office:
    """What the lists draw on."""

    world: World
    work: Casework
    care: Care

    def child(self, who: np.ndarray) -> dict[str, Any]:
        """The columns that every list of children begins with."""
        people = self.world.people
        return {
            "Child Unique ID": taken(self.world.identities.la_number, who),
            "Gender": coded(_GENDER, people.female[who].astype(np.int8)),
            "Ethnicity": coded(_ETHNIC, people.ethnicity[who]),
            "Date of Birth": dates(people.born[who]),
            "Age of Child (Years)": ((TODAY - people.born[who]) / 365.25).astype(np.int32),
        }

    def disability(self, who: np.ndarray) -> dict[str, Any]:
        """Whether the child has a disability."""
        return {"Does the Child have a Disability": yes_no(self.world.life.disabled[who])}

    def workers(self, case: np.ndarray, team: int) -> dict[str, Any]:
        """Who works with the child."""
        return {
            "Allocated Team": coded(_TEAMS, np.full(len(case), team)),
            # Names come out of some systems with a space that is none.
            "Allocated Worker": joined("Worker\u00a0", digits(case % 180 + 200, 4)),
        }

    def since(self, what: np.ndarray, who: np.ndarray, on: np.ndarray, first: int) -> np.ndarray:
        """How many of the steps `what` (person) on `on` each child of `who` had from `first` on."""
        counts = np.bincount(what[on >= first], minlength=len(self.world.people))
        found: np.ndarray = counts[who].astype(np.int32)
        return found


def dates(days: np.ndarray) -> np.ndarray:
    """Days as dates; a missing day is no time at all."""
    found: np.ndarray = np.where(days == MISSING, np.datetime64("NaT", "D"), days.astype("datetime64[D]"))
    return found


def yes_no(true: np.ndarray) -> pa.Array:
    """`a) Yes` and `b) No`."""
    return coded(_YES_NO, true.astype(np.int8))


def annex_lists(world: World, work: Casework, care: Care) -> list[List]:
    """Lists 1 to 8, in order."""
    office = _Office(world, work, care)
    makers: tuple[Callable[[_Office], List], ...] = (
        _contacts, _early_help, _referrals, _assessments, _enquiries, _in_need, _protected, _looked_after,
    )  # fmt: skip
    return [make(office) for make in makers]


def _contacts(office: _Office) -> List:
    rows = office.world.life.rows["contact"]
    rows = rows.where((rows.start >= QUARTER) & (rows.start < day(END)))
    columns = {
        **office.child(rows.person),
        "Date of Contact": dates(rows.start),
        "Contact Source": _sources(rows.note),
    }
    return List(columns, rows.person)


def _sources(note: np.ndarray) -> pa.Array:
    return coded([_SOURCE_WORDS[code] for code in SOURCES], note)


def _early_help(office: _Office) -> List:
    who, start, _, note = early_help_children(office.world)
    kept = (start >= HALF) & (start < day(END)) & office.work.known[who]
    who, start, note = who[kept], start[kept], note[kept]
    done = np.where(start + 30 < day(END), start + 30, MISSING)
    columns = {
        **office.child(who),
        "Assessment start date": dates(start),
        "Assessment completion date": dates(done),
        "Organisation completing assessment": coded(["Early help", "School", "Health visiting"], note % 3),
    }
    return List(columns, who)


def _referrals(office: _Office) -> List:
    cases = office.work.cases
    rows = np.flatnonzero((cases.referred >= HALF) & (cases.referred < day(END)))
    who = cases.person[rows]
    columns = {
        **office.child(who),
        "Date of referral": dates(cases.referred[rows]),
        "Referral Source": _sources(cases.source[rows]),
        "Referral NFA?": yes_no(cases.came[rows] == NO_ACTION),
        "Number of Referrals in Last 12 Months": office.since(
            cases.person, who, cases.referred, day(END) - 365
        ),
        **office.workers(rows, 0),
    }
    return List(columns, who)


def _assessments(office: _Office) -> List:
    steps, cases = office.work.assessments, office.work.cases
    rows = np.flatnonzero((steps.start < day(END)) & ((steps.until == MISSING) | (steps.until >= HALF)))
    case, who = steps.case[rows], cases.person[steps.case[rows]]
    done = steps.until[rows]
    needed = coded(["b) No", "a) Yes"], (cases.came[case] != ASSESSED).astype(np.int8), done == MISSING)
    columns = {
        **office.child(who),
        **office.disability(who),
        "Continuous Assessment Start Date": dates(steps.start[rows]),
        "Child Seen During Continuous Assessment": yes_no(rows % 12 > 0),
        "Continuous Assessment Date of Authorisation": dates(done),
        "Was the child assessed as requiring LA children's social care support?": needed,
        **office.workers(case, 0),
    }
    return List(columns, who)


def _enquiries(office: _Office) -> List:
    steps, cases = office.work.enquiries, office.work.cases
    rows = np.flatnonzero((steps.start >= HALF) & (steps.start < day(END)))
    case, who = steps.case[rows], cases.person[steps.case[rows]]
    held = steps.until[rows]
    whose, year = cases.person[steps.case], day(END) - 365
    conference = np.where(held < day(END), held, MISSING)
    columns = {
        **office.child(who),
        **office.disability(who),
        "Strategy discussion initiating Section 47 Enquiry Start Date": dates(steps.start[rows]),
        "Was an Initial Child Protection Conference deemed unnecessary?": yes_no(held == MISSING),
        "Date of Initial Child Protection Conference": dates(conference),
        "Did the Initial Child Protection Conference Result in a Child Protection Plan": coded(
            _YES_NO, np.ones(len(rows), dtype=np.int8), conference == MISSING
        ),
        "Number of Section 47 Enquiries in the last 12 months": office.since(whose, who, steps.start, year),
        "Number of ICPCs in the last 12 months": office.since(whose, who, steps.until, year),
        **office.workers(case, 1),
    }
    return List(columns, who)


def _in_need(office: _Office) -> List:
    cases = office.work.cases
    open_now = (cases.came == WORKED) | ((cases.came == ASSESSED) & (cases.closed == MISSING))
    rows = np.flatnonzero(open_now & ((cases.closed == MISSING) | (cases.closed >= HALF)))
    who, closed = cases.person[rows], cases.closed[rows]
    columns = {
        **office.child(who),
        **office.disability(who),
        "CIN Start Date": dates(cases.referred[rows]),
        "Primary Need Code": coded(
            [_NEED_WORDS[need] for need in NEEDS], cases.need[rows], cases.need[rows] < 0
        ),
        "Date Child Was Last Seen": dates(np.where(closed == MISSING, TODAY - 3 - who % 40, closed - 5)),
        "CIN Closure Date": dates(closed),
        "Reason for Closure": coded(CLOSED, cases.reason[rows], closed == MISSING),
        "Case Status": coded(_STATUS, _status(office, rows)),
        **office.workers(rows, 1),
    }
    return List(columns, who)


def _status(office: _Office, rows: np.ndarray) -> np.ndarray:
    """The highest that applies: in care, on a protection plan, in need, being assessed, closed."""
    work, e = office.work, office.care.episodes
    size = len(office.world.people)
    cared, planned = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    cared[e.person[e.ended == MISSING]] = True
    on_plan = work.protection.until == MISSING
    planned[work.cases.person[work.protection.case[on_plan]]] = True
    who, closed = work.cases.person[rows], work.cases.closed[rows] != MISSING
    assessing = work.cases.referred[rows] > TODAY - 45
    found: np.ndarray = np.select([closed, cared[who], planned[who], assessing], [4, 0, 1, 3], 2)
    return found


def _protected(office: _Office) -> List:
    steps, cases = office.work.protection, office.work.cases
    rows = np.flatnonzero((steps.start < day(END)) & ((steps.until == MISSING) | (steps.until >= HALF)))
    who = cases.person[steps.case[rows]]
    kind = category(steps.note[rows])
    until = np.where(steps.until[rows] == MISSING, TODAY, steps.until[rows])
    reviewed = np.where(until - steps.start[rows] >= 85, steps.start[rows] + 85, MISSING)
    columns = {
        **office.child(who),
        **office.disability(who),
        "Child Protection Plan Start Date": dates(steps.start[rows]),
        "Initial Category of Abuse": coded(_CATEGORY_WORDS, kind),
        "Latest Category of Abuse": coded(_CATEGORY_WORDS, kind),
        "Date of the Last Statutory Visit": dates(np.maximum(until - 2 - who % 12, steps.start[rows])),
        "Was the Child Seen Alone?": yes_no(who % 5 > 0),
        "Date of latest review conference": dates(reviewed),
        "Child Protection Plan End Date": dates(steps.until[rows]),
        "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)": yes_no(
            who % 29 == 0
        ),
        "Number of Previous Child Protection Plans": earlier_plans(office.work)[rows],
        **office.workers(steps.case[rows], 2),
    }
    return List(columns, who)


def _looked_after(office: _Office) -> List:
    """The last episode of each period of care that is open or ended within six months."""
    e, away = office.care.episodes, office.care.away
    starts = np.flatnonzero(e.begins == 0)
    last = np.append(starts[1:], len(e)) - 1
    kept = (e.ended[last] == MISSING) | (e.ended[last] >= HALF)
    first, last = starts[kept], last[kept]
    who, began, ended, year = e.person[last], e.began[first], e.ended[last], day(END) - 365
    until = np.where(ended == MISSING, TODAY, ended)
    plan = np.select([e.place[last] == ADOPTED, e.legal[last] == LEGAL.index("C2")], [2, 1], 0)

    def latest(due: int, ago: np.ndarray) -> np.ndarray:
        """The last of a kind of visit: none before the first was due, and none before care began."""
        return dates(np.where(until - began > due, np.maximum(until - ago, began), MISSING))

    columns = {
        **office.child(who),
        "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)": yes_no(who < 0),
        **office.disability(who),
        "Date Started to be Looked After": dates(began),
        "Child's Category of Need": coded([_NEED_WORDS[need] for need in NEEDS], e.need[last]),
        "Start date of current legal status": dates(e.began[last]),
        "Child's Legal Status": coded(LEGAL, e.legal[last]),
        "Date of Latest Statutory Review": latest(26, 10 + who % 150),
        "Date of Last Social Work Visit": latest(3, 3 + who % 38),
        "What is the permanence plan for this child?": coded(_PLANS, plan),
        "Date of Last IRO Visit / Contact to the Child": latest(26, 8 + who % 150),
        "Date of Last Health Assessment": latest(60, 20 + who % 330),
        "Date of Last Dental Check": latest(90, 30 + who % 300),
        "Number of Placements in the Last 12 months": office.since(e.person, who, e.began, year),
        "Date Ceased to be Looked After": dates(ended),
        "Reason Ceased to be Looked After": coded(ENDS, e.ends[last], ended == MISSING),
        "Start Date of Most Recent Placement": dates(e.began[last]),
        "Placement Type": coded(PLACES, e.place[last]),
        "Placement Provider": coded(PROVIDERS, e.place[last]),
        "Placement postcode": postcode(e.lsoa[last], street_of(e.home[last])),
        "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months": office.since(
            away.person, who, away.since, year
        ),
        **office.workers(last, 3),
    }
    return List(columns, who)
