"""The Open University data set as canonical records: an enrolment stands for a child, a student for a family.

Source: Kuzilek, Hlosta and Zdrahal 2017, Scientific Data 4:170171 (CC BY 4.0). Days are counted from the
start of a presentation; they become calendar dates here (B presentations start on 1 February, J on
1 October), so that the same point-in-time engine can be used.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import prevention_model as pm
from prevention_model.errors import RecordsRefused, listed

KEY = ["code_module", "code_presentation", "id_student"]
MARKING_DAYS = 14
"""A score is taken to be known two weeks after it was handed in: the data set does not say when."""

_FILES = ("student", "student_registration", "assessment", "student_assessment", "course")


@dataclass(frozen=True)
class OpenUniversity:
    """Enrolments with their start dates (`enrolments`) and everything dated about them (`records`)."""

    enrolments: pd.DataFrame
    records: pm.Records


def read(folder: Path) -> OpenUniversity:
    """Read the data set. Raises RecordsRefused naming every file that is not there."""
    paths = {name: folder / f"{name}.csv.gz" for name in _FILES}
    absent = [path.name for path in paths.values() if not path.exists()]
    if absent:
        raise RecordsRefused(
            f"The Open University data set is not complete: {listed(absent)} missing.",
            where=str(folder),
            todo="Download the data set (CC BY 4.0) and give its folder as the argument.",
        )
    tables = {name: pd.read_csv(path) for name, path in paths.items()}
    enrolments = _enrolments(tables)
    clicks = folder / "vle_pre_course_clicks_derived.csv.gz"
    extra = pd.read_csv(clicks) if clicks.exists() else None
    frames = {
        "person": pd.DataFrame(
            {"person_id": enrolments["person_id"], "sex": enrolments["gender"], "is_adult": True}
        ),
        "household": pd.DataFrame(
            {
                "household_id": enrolments["family_id"],
                "person_id": enrolments["person_id"],
                "from": enrolments["registered"],
                "known_date": enrolments["registered"],
                "confidence": 1.0,
            }
        ).dropna(subset=["from"]),
        "place": _followed(enrolments),
        "spell": _spells(enrolments),
        "event": pd.concat(
            [_registrations(enrolments), _deadlines(tables, enrolments), _handed_in(tables, enrolments)]
        ),
        "measurement": _measurements(tables, enrolments, extra),
        "attribute": _attributes(enrolments),
    }
    return OpenUniversity(enrolments, pm.Records.from_frames(frames))


def _enrolments(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    frame = tables["student"].merge(tables["student_registration"], on=KEY, validate="one_to_one")
    year = frame["code_presentation"].str[:4]
    month = frame["code_presentation"].str[4].map({"B": "02", "J": "10"})
    frame["start"] = pd.to_datetime(year + "-" + month + "-01")
    frame["person_id"] = (
        frame["code_module"] + "/" + frame["code_presentation"] + "/" + frame["id_student"].astype(str)
    )
    frame["family_id"] = "student " + frame["id_student"].astype(str)
    frame["registered"] = frame["start"] + pd.to_timedelta(frame["date_registration"], "D")
    frame["ended"] = frame["start"] + pd.to_timedelta(frame["date_unregistration"], "D")
    frame["withdrawn"] = frame["final_result"].eq("Withdrawn")
    return frame


def _spells(enrolments: pd.DataFrame) -> pd.DataFrame:
    known = enrolments.dropna(subset=["registered"])
    ended = known["ended"].where(~(known["ended"] < known["registered"]), known["registered"])
    return pd.DataFrame(
        {
            "person_id": known["person_id"],
            "kind": "enrolment",
            "code": known["code_module"],
            "agency": "university",
            "start_date": known["registered"],
            "end_date": ended,
            "known_start": known["registered"],
            "known_end": ended,
        }
    )


def _registrations(enrolments: pd.DataFrame) -> pd.DataFrame:
    registered = enrolments.dropna(subset=["registered"])
    ended = enrolments[enrolments["withdrawn"] & enrolments["ended"].notna()]
    return pd.concat(
        [
            _events(registered["person_id"], "registration", registered["registered"]),
            _events(ended["person_id"], "withdrawal", ended["ended"]),
        ]
    )


def _followed(enrolments: pd.DataFrame) -> pd.DataFrame:
    """Where the date of withdrawal is not recorded, nobody can say what happened: follow-up ends at the start."""
    lost = enrolments["withdrawn"] & enrolments["ended"].isna()
    return pd.DataFrame(
        {
            "person_id": enrolments["person_id"],
            "kind": "home",
            "zone": enrolments["region"],
            "from": enrolments["start"] - pd.Timedelta(days=400),
            "to": enrolments["start"].where(lost),
        }
    )


def _deadlines(tables: dict[str, pd.DataFrame], enrolments: pd.DataFrame) -> pd.DataFrame:
    """What was due, with its weight; a due date is announced, so it counts on the day itself."""
    due = tables["assessment"].dropna(subset=["date"]).merge(enrolments, on=KEY[:2])
    day = due["start"] + pd.to_timedelta(due["date"], "D")
    return _events(due["person_id"], "assessment_due", day, due["assessment_type"], due["weight"])


def _handed_in(tables: dict[str, pd.DataFrame], enrolments: pd.DataFrame) -> pd.DataFrame:
    work = _work(tables, enrolments)
    banked = work["is_banked"]
    kind = banked.map({True: "banked_result", False: "submission"})
    return _events(work["person_id"], kind, work["day"], work["assessment_type"], work["weight"])


def _work(tables: dict[str, pd.DataFrame], enrolments: pd.DataFrame) -> pd.DataFrame:
    work = (
        tables["student_assessment"].merge(tables["assessment"], on="id_assessment").merge(enrolments, on=KEY)
    )
    return work.assign(
        day=work["start"] + pd.to_timedelta(work["date_submitted"], "D"),
        late=(work["date_submitted"] - work["date"]).where(~work["is_banked"]),
    )


def _measurements(
    tables: dict[str, pd.DataFrame], enrolments: pd.DataFrame, clicks: pd.DataFrame | None
) -> pd.DataFrame:
    work = _work(tables, enrolments)
    marked = work.dropna(subset=["score"])
    late = work.dropna(subset=["late"])
    begun = enrolments.dropna(subset=["registered"])
    parts = [
        _measured(marked["person_id"], "score", marked["score"], marked["day"], MARKING_DAYS),
        _measured(late["person_id"], "days_late", late["late"], late["day"]),
        _measured(begun["person_id"], "studied_credits", begun["studied_credits"], begun["registered"]),
        _measured(
            begun["person_id"], "previous_attempts", begun["num_of_prev_attempts"], begun["registered"]
        ),
        _measured(
            begun["person_id"], "registered_before_start", -begun["date_registration"], begun["registered"]
        ),
    ]
    if clicks is not None:
        found = clicks.merge(enrolments, on=KEY)
        day = found["start"] - pd.Timedelta(days=1)
        parts.append(_measured(found["person_id"], "clicks_before_start", found["pre_course_clicks"], day))
    return pd.concat(parts)


def _attributes(enrolments: pd.DataFrame) -> pd.DataFrame:
    begun = enrolments.dropna(subset=["registered"])
    names = {
        "module": "code_module",
        "education": "highest_education",
        "age_band": "age_band",
        "disability": "disability",
        "deprivation_band": "imd_band",
    }
    parts = [
        pd.DataFrame(
            {
                "person_id": begun["person_id"],
                "name": name,
                "value": begun[column],
                "agency": "university",
                "event_date": begun["registered"],
                "known_date": begun["registered"],
            }
        ).dropna(subset=["value"])
        for name, column in names.items()
    ]
    return pd.concat(parts)


def _events(
    person: pd.Series,
    kind: str | pd.Series,
    day: pd.Series,
    code: pd.Series | None = None,
    value: pd.Series | None = None,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "person_id": person,
            "kind": kind,
            "code": code,
            "value": value,
            "agency": "university",
            "event_date": day,
            "known_date": day,
            "source": "open_university",
        }
    )


def _measured(person: pd.Series, kind: str, value: pd.Series, day: pd.Series, delay: int = 0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "person_id": person,
            "kind": kind,
            "value": value,
            "agency": "university",
            "event_date": day,
            "known_date": day + pd.Timedelta(days=delay),
            "source": "open_university",
        }
    )
