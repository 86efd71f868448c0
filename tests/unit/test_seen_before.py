"""Records as they stood at the start of a day: nothing of that day, nothing later, nothing more is lost."""

import numpy as np
import pandas as pd
import pytest

from prevention_model.cohort import Cohort
from prevention_model.features import build_features, catalogue
from prevention_model.records import TABLES, Records
from prevention_model.records.seen import as_known_at

DAY = np.datetime64("2024-01-10")
BEFORE, SAME, AFTER = "2024-01-09", "2024-01-10", "2024-01-11"


def at(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return dict(as_known_at(Records.from_frames(frames), DAY).frames)


@pytest.mark.parametrize(
    ("table", "more"),
    [
        ("event", {"kind": "visit"}),
        ("measurement", {"kind": "missed", "value": 1.0}),
        ("attribute", {"name": "language", "value": "Polish"}),
    ],
)
@pytest.mark.parametrize(
    ("happened", "known", "kept"),
    [(BEFORE, BEFORE, 1), (BEFORE, SAME, 0), (SAME, SAME, 0), (BEFORE, AFTER, 0), (AFTER, BEFORE, 0)],
)
def test_a_fact_is_there_from_the_day_after_it_became_known(table, more, happened, known, kept) -> None:  # type: ignore[no-untyped-def]
    frame = pd.DataFrame({"person_id": ["a"], "event_date": happened, "known_date": known, **more})
    assert len(at({table: frame})[table]) == kept


@pytest.mark.parametrize(
    ("end", "known_end", "closed"),
    [
        (BEFORE, BEFORE, True),
        (BEFORE, None, True),
        (BEFORE, SAME, False),
        (SAME, BEFORE, False),
        (AFTER, BEFORE, False),
        (None, None, False),
    ],
)
def test_a_spell_stands_open_until_its_end_was_known(end, known_end, closed) -> None:  # type: ignore[no-untyped-def]
    frame = pd.DataFrame(
        {"person_id": ["a"], "kind": "care", "outcome": "home", "start_date": "2023-01-01"}
        | {"end_date": end, "known_start": "2023-01-02", "known_end": known_end}
    )
    spell = at({"spell": frame})["spell"]
    assert len(spell) == 1
    # How it ended is as much of the future as when.
    assert (spell["end_date"].notna().item(), spell["outcome"].notna().item()) == (closed, closed)


def test_a_stay_that_ends_later_stands_open_and_one_not_yet_known_is_not_there() -> None:
    homes = pd.DataFrame(
        {
            "person_id": ["a", "b", "c"],
            "household_id": ["h1", "h2", "h3"],
            "from": ["2020-01-01", "2020-01-01", "2020-01-01"],
            "to": [BEFORE, SAME, None],
            "known_date": ["2020-01-01", "2020-01-01", SAME],
        }
    )
    seen = at({"household": homes})["household"]
    assert seen["person_id"].tolist() == ["a", "b"]
    assert seen["to"].isna().tolist() == [False, True]


def test_a_death_is_known_from_the_day_after() -> None:
    people = pd.DataFrame({"person_id": ["a", "b"], "birth_date": "2010-01-01", "death_date": [BEFORE, SAME]})
    assert at({"person": people})["person"]["death_date"].isna().tolist() == [False, True]


def test_the_whole_stays_what_it_was_and_every_table_is_there() -> None:
    events = pd.DataFrame({"person_id": ["a"], "kind": "visit", "event_date": [AFTER]})
    records = Records.from_frames({"event": events})
    before = records.fingerprint()
    known = as_known_at(records, DAY)
    assert set(known.frames) == set(TABLES)
    assert known.assumptions == records.assumptions
    assert records.fingerprint() == before
    assert [len(known.frames[name].columns) for name in TABLES] == [
        len(records.frames[name].columns) for name in TABLES
    ]


def made_up_children(seed: int = 1, people: int = 40, rows: int = 1500) -> Records:
    """Events, spells and homes of a few families, spread at random over three years, most known late."""
    draw = np.random.default_rng(seed)
    ids = np.array([f"p{number}" for number in range(people)])

    def days(number: int) -> pd.Series:
        return pd.Series(pd.Timestamp("2022-01-01") + pd.to_timedelta(draw.integers(0, 1000, number), "D"))

    def later(dates: pd.Series) -> pd.Series:
        return dates + pd.to_timedelta(draw.integers(0, 60, len(dates)), "D")

    happened, started = days(rows), days(rows)
    ended = later(started)
    kinds = ["contact", "referral", "police_notice", "suspension", "ed_attendance"]
    spells = ["early_help", "cin_episode", "cp_plan", "sen_support"]
    moved = days(people)
    return Records.from_frames(
        {
            "event": pd.DataFrame(
                {"person_id": draw.choice(ids, rows), "kind": draw.choice(kinds, rows)}
                | {"event_date": happened, "known_date": later(happened), "value": 1.0}
            ),
            "spell": pd.DataFrame(
                {"person_id": draw.choice(ids, rows), "kind": draw.choice(spells, rows)}
                | {"start_date": started, "known_start": later(started)}
                | {"end_date": ended, "known_end": later(ended)}
            ),
            "household": pd.DataFrame(
                {"person_id": ids, "household_id": [f"h{n // 4}" for n in range(people)]}
                | {"from": moved, "known_date": later(moved)}
            ),
            "person": pd.DataFrame({"person_id": ids, "birth_date": "2012-05-01"}),
        }
    )


def test_every_feature_of_the_catalogue_is_the_same_from_what_was_known_then() -> None:
    """The proof that the audit makes of each run, here with rows of which half come after the index date."""
    records = made_up_children()
    day = np.datetime64("2023-06-01")
    asked = Cohort(every="1 year", start="2023-06-01", end="2023-06-01").members(records).frame
    whole = build_features(records, asked, catalogue())
    known = as_known_at(records, day)
    assert len(known.frames["event"]) < 0.7 * len(records.frames["event"])
    pd.testing.assert_frame_equal(build_features(known, asked, catalogue()), whole)
    assert (whole != 0).any().sum() > 20
