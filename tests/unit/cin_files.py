"""Made-up CIN censuses for tests, as XML and as the flat table that regional pipelines make of it; nobody exists."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from prevention_model.records.extract import Extract
from prevention_model.records.standards.cin_census.reader import STANDARD
from prevention_model.records.standards.reading import read_standard

RECEIVED = date(2024, 9, 1)
Block = Mapping[str, Any]
BLOCKS = ("Assessments", "CINPlanDates", "Section47", "ChildProtectionPlans", "PreProceedingsandFGDM")
_OF_CHILD = ("LAchildID", "UPN", "FormerUPN", "UPNunknown", "PersonBirthDate", "ExpectedPersonBirthDate", "Sex",
             "GenderCurrent", "PersonDeathDate", "Ethnicity")  # fmt: skip
_EVENTS = {
    "Assessments": ("AssessmentActualStartDate", "AssessmentAuthorisationDate"),
    "CINPlanDates": ("CINPlanStartDate", "CINPlanEndDate"),
    "Section47": ("S47ActualStartDate",),
    "ChildProtectionPlans": ("CPPstartDate", "CPPendDate"),
    "PreProceedingsandFGDM": ("PPStartDate",),
}


@dataclass(frozen=True)
class Child:
    """A child's fields, its disabilities, and its referrals: each a block of fields, with further blocks in lists."""

    fields: Block
    referrals: Sequence[Block] = ()
    disabilities: Sequence[str] = ()


@dataclass
class Lines:
    """XML, one element a line, so that a row's number is the number of its line."""

    lines: list[str] = field(default_factory=list)

    def put(self, name: str, value: object) -> None:
        """A field, or a block of fields; a list repeats it."""
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                self.lines.append(f"<{name}>")
                for key, held in one.items():
                    self.put(key, held)
                self.lines.append(f"</{name}>")
            else:
                self.lines.append(f"<{name}>{one}</{name}>")


def a_child(number: str = "C1", **more: Any) -> dict[str, Any]:
    """The fields of a child."""
    return {"LAchildID": number, "PersonBirthDate": "2015-03-27", "Sex": "F", "Ethnicity": "WBRI", **more}


def a_referral(day: str = "2023-05-02", **more: Any) -> dict[str, Any]:
    """The fields of a referral."""
    return {
        "CINreferralDate": day,
        "ReferralSource": "1A",
        "PrimaryNeedCode": "N4",
        "ReferralNFA": "0",
        **more,
    }


def an_assessment(start: str, authorised: str | None = None, factors: Iterable[str] = ()) -> dict[str, Any]:
    """The fields of an assessment."""
    made: dict[str, Any] = {"AssessmentActualStartDate": start}
    if authorised:
        made["AssessmentAuthorisationDate"] = authorised
    if factors:
        made["FactorsIdentifiedAtAssessment"] = {"AssessmentFactors": list(factors)}
    return made


def census(children: Sequence[Child], reference: str = "2024-03-31", year: str = "2024") -> str:
    """The census as XML."""
    lines = Lines(["<Message>"])
    told = {"Collection": "CIN", "Year": year, "ReferenceDate": reference}
    lines.put("Header", {"CollectionDetails": {key: value for key, value in told.items() if value}})
    lines.lines.append("<Children>")
    for child in children:
        described: dict[str, Any] = (
            {"Ethnicity": child.fields["Ethnicity"]} if "Ethnicity" in child.fields else {}
        )
        if child.disabilities:
            described["Disabilities"] = {"Disability": list(child.disabilities)}
        named = {key: value for key, value in child.fields.items() if key != "Ethnicity"}
        lines.put(
            "Child",
            {
                "ChildIdentifiers": named,
                "ChildCharacteristics": described,
                "CINdetails": list(child.referrals),
            },
        )
    return "\n".join([*lines.lines, "</Children>", "</Message>"])


def flat_rows(children: Sequence[Child], year: str = "2024") -> list[dict[str, str]]:
    """The census as rows: one for each event of a child, with the child and the referral repeated in it."""
    rows: list[dict[str, str]] = []
    for child in children:
        own = {key: str(value) for key, value in child.fields.items() if key in _OF_CHILD}
        own |= {"Disabilities": ",".join(child.disabilities), "Year": year, "LA": "Dorset"}
        for referral in child.referrals:
            plain = {key: str(value) for key, value in referral.items() if key not in BLOCKS}
            held = own | plain
            rows += [_event(held, name) for name in ("CINreferralDate", "CINclosureDate") if held.get(name)]
            for block in BLOCKS:
                for one in referral.get(block, []):
                    rows += _events(held, block, one)
    return rows


def _events(held: dict[str, str], block: str, one: Block) -> list[dict[str, str]]:
    fields = {key: str(value) for key, value in one.items() if not isinstance(value, list | Mapping)}
    factors = one.get("FactorsIdentifiedAtAssessment", {}).get("AssessmentFactors", [])
    whole = held | fields | ({"Factors": ",".join(factors)} if factors else {})
    rows = [_event(whole, name) for name in _EVENTS[block] if fields.get(name)]
    reviews = one.get("Reviews", {}).get("CPPreviewDate", [])
    return rows + [_event(whole | {"CPPreviewDate": day}, "CPPreviewDate") for day in reviews]


def _event(held: dict[str, str], name: str) -> dict[str, str]:
    return {**held, "Type": name, "Date": held[name]}


def as_csv(rows: Sequence[Mapping[str, str]], columns: Sequence[str] = ()) -> str:
    """Rows as CSV; blank where a row lacks a column."""
    names = list(columns) or list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read(folder: Path, files: Mapping[str, str | bytes], received: date = RECEIVED) -> list[Extract]:
    """What the reader makes of files with these names and contents."""
    paths = []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        paths.append(path)
    return read_standard(STANDARD, paths, received)


def told(extracts: Sequence[Extract], named: str) -> pd.DataFrame:
    """All rows of one kind, each with the child's number, in order of child and day."""
    parts = []
    for extract in extracts:
        for table, frames in extract.frames.items():
            for frame in frames:
                name = {"attribute": "name"}.get(table, "kind")
                is_it = np.full(len(frame), table == named) if name not in frame else frame[name] == named
                rows = frame[is_it]
                if len(rows):
                    who = extract.mentions["la_person_id"].reindex(rows["mention"]).to_numpy()
                    parts.append(rows.drop(columns=["mention"]).assign(child=who))
    if not parts:
        return pd.DataFrame()
    whole = pd.concat(parts, ignore_index=True)
    return whole.sort_values([c for c in ("child", "event_date", "start_date", "code", "value") if c in whole],
                             ignore_index=True)  # fmt: skip


def lines(extracts: Sequence[Extract], named: str, *columns: str) -> list[tuple[str, ...]]:
    """Rows of one kind as texts: the child and these columns; blank where missing."""
    frame = told(extracts, named)
    if not len(frame):
        return []
    texts = [
        frame[name].dt.strftime("%Y-%m-%d") if str(frame[name].dtype).startswith("datetime") else frame[name]
        for name in ("child", *columns)
    ]
    return list(zip(*(text.fillna("").astype(str) for text in texts), strict=True))


def aside(extracts: Sequence[Extract]) -> list[tuple[int, str, str]]:
    """The rows set aside: row, column, reason."""
    return [
        (int(row), column, reason)
        for extract in extracts
        for row, column, reason in zip(
            extract.quarantined["row"],
            extract.quarantined["column"],
            extract.quarantined["reason"],
            strict=True,
        )
    ]


def balanced(extracts: Sequence[Extract]) -> bool:
    """Whether every row was accepted or set aside."""
    return all(extract.rows_in == len(extract.mentions) + len(extract.quarantined) for extract in extracts)


def odd(extracts: Sequence[Extract]) -> set[tuple[str, str]]:
    """The issues noted: column, issue."""
    return {(str(issue["column"]), str(issue["issue"])) for extract in extracts for issue in extract.issues}
