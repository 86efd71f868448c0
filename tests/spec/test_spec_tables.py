"""The manual is run: every table of tests/spec/*.md, on both engines."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import prevention_model.features as features
import prevention_model.outcomes as outcomes
import prevention_model.query as query
from prevention_model.cohort import STATUTORY, Cohort
from prevention_model.records import TABLES, Records

NAMES = {name: getattr(query, name) for name in query.__all__} | {
    name: getattr(outcomes, name) for name in outcomes.__all__
}
NAMES |= {"Cohort": Cohort, "STATUTORY": STATUTORY}


@dataclass
class Section:
    """One example: its records, and what is expected of them."""

    name: str
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    expectations: list[tuple[str, pd.DataFrame]] = field(default_factory=list)

    @property
    def records(self) -> Records:
        return Records.from_frames(self.frames)


def sections() -> list[Section]:
    made = []
    for path in sorted(Path(__file__).parent.glob("*.md")):
        for text in path.read_text(encoding="utf-8").split("\n## ")[1:]:
            section = Section(f"{path.stem}: {text.splitlines()[0]}")
            for label, table in re.findall(r"^([^|\n]+)\n((?:\|.*\n?)+)", text, flags=re.M):
                frame = table_in(table)
                if label.strip() in TABLES:
                    section.frames[label.strip()] = typed(frame)
                else:
                    section.expectations.append((label.strip(), frame))
            made.append(section)
    return made


def table_in(text: str) -> pd.DataFrame:
    cells = [
        [cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.strip().splitlines()
    ]
    return pd.DataFrame(cells[2:], columns=cells[0])


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.drop(columns="why", errors="ignore").replace("", None)
    for name in frame.columns:
        if name in ("from", "to", "known_start", "known_end") or name.endswith("_date"):
            frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
        if name == "value" and "name" not in frame.columns:
            frame[name] = frame[name].astype("float64")
        if name == "is_adult":
            frame[name] = frame[name].map({"true": True, "false": False}).astype("boolean")
    return frame


def cases() -> list:
    return [
        pytest.param(section, label, expected, id=f"{section.name} / {label}")
        for section in sections()
        for label, expected in section.expectations
    ]


def parts(label: str) -> list:
    """What stands in backquotes; of a question and an outcome also the word before each further part."""
    if not label.startswith(("Ask", "Outcome")):
        return re.findall(r"`([^`]+)`", label)
    first, *more = re.findall(r"(\w+) `([^`]+)`", label)
    return [first[1], *(text for part in more for text in part)]


@pytest.mark.parametrize(("section", "label", "expected"), cases())
def test_the_manual_holds(section: Section, label: str, expected: pd.DataFrame) -> None:
    check = {
        "Ask": check_answers,
        "Outcome": check_outcome,
        "Members": check_members,
        "Left": check_left_out,
        "Behind": check_behind,
        "Derived": check_derived,
    }
    check[label.split()[0]](section.records, parts(label), expected)


def pairs_in(expected: pd.DataFrame) -> pd.DataFrame:
    dates = pd.to_datetime(expected["index_date"]).astype("datetime64[s]")
    return pd.DataFrame({"person_id": expected["person_id"].astype("str"), "index_date": dates})


def check_answers(records: Records, asked: list[str], expected: pd.DataFrame) -> None:
    aggregate, *ways = asked
    told = dict(zip(ways[::2], ways[1::2], strict=True))
    window = query.Lookback(told["over"], before=told.get("before", "0 days"))
    question = query.Question(eval(aggregate, NAMES), window, told.get("about", "own"))
    kept = dict([told["retention"].split(": ")]) if "retention" in told else {}
    wanted = [np.nan if cell == "-" else float(cell) for cell in expected["answer"]]
    for engine in query.ENGINES:
        answers = query.answer(
            records.frames, pairs_in(expected), [question], engine=engine, retention=query.Retention(kept)
        )[:, 0]
        np.testing.assert_array_equal(answers, wanted, err_msg=engine)


def check_derived(records: Records, asked: list[str], expected: pd.DataFrame) -> None:
    rule, *told = asked
    kept = dict([told.pop().split(": ")]) if len(told) % 3 else {}
    made_from = [
        features.Feature(name, eval(aggregate, NAMES), query.Lookback(*window.split(" before ")))
        for name, aggregate, window in zip(told[::3], told[1::3], told[2::3], strict=True)
    ]
    derived = features.Derived("it", eval(rule, vars(features)))
    wanted = [np.nan if cell == "-" else float(cell) for cell in expected["answer"]]
    for engine in query.ENGINES:
        built = features.build_features(
            records, pairs_in(expected), [derived, *made_from], engine, retention=query.Retention(kept)
        )
        np.testing.assert_array_equal(built["it"].to_numpy(), wanted, err_msg=engine)


def check_outcome(records: Records, asked: list[str], expected: pd.DataFrame) -> None:
    onset, *ways = asked
    told = dict(zip(ways[::2], ways[1::2], strict=True))
    outcome = outcomes.Outcome(
        "it",
        eval(onset, NAMES),
        query.FollowUp(told["for"], told.get("of", "0 days")),
        from_age=int(told.get("from", 0)),
        until_age=int(told.get("until", 18)),
        among=(eval(told["among"], NAMES),) if "among" in told else (),
        lost_sight=eval(told["in"], NAMES) if "in" in told else None,
    )
    members = pairs_in(expected)
    assert outcomes.outcome_status(records, members, outcome).tolist() == expected["status"].tolist()
    numbers = {"onset": 1.0, "none": 0.0}
    built = outcomes.build_outcomes(records, members, [outcome])["it"]
    np.testing.assert_array_equal(built.to_numpy(), expected["status"].map(numbers).to_numpy(dtype=float))


def check_members(records: Records, asked: list[str], expected: pd.DataFrame) -> None:
    frame = eval(asked[0], NAMES).members(records).frame
    shown = frame.assign(index_date=frame["index_date"].astype(str)).astype(object)
    shown = shown.where(frame.notna(), "").astype(str)
    assert shown.to_dict("records") == expected.to_dict("records")


def check_left_out(records: Records, asked: list[str], expected: pd.DataFrame) -> None:
    left_out = eval(asked[0], NAMES).members(records).left_out
    assert left_out.astype(str).to_dict("records") == expected.to_dict("records")


def check_behind(records: Records, asked: list[str], expected: pd.DataFrame) -> None:
    behind = eval(asked[0], NAMES).members(records).coverage_lag
    assert behind.astype(str).to_dict("records") == expected.to_dict("records")


def test_every_aggregate_is_in_the_manual() -> None:
    said = " ".join(label for section in sections() for label, _ in section.expectations)
    assert [made.__name__ for made in query.AGGREGATES if f"{made.__name__}(" not in said] == []


def test_every_rule_is_in_the_manual() -> None:
    said = " ".join(label for section in sections() for label, _ in section.expectations)
    assert [made.__name__ for made in features.RULES if f"{made.__name__}(" not in said] == []
