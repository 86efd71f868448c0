"""Small made-up worlds for the engines: few people, few days, so that every kind of collision happens."""

from datetime import date, timedelta

import pandas as pd
from hypothesis import strategies as st

from prevention_model.query import (
    SCOPES,
    AgeMonths,
    Any,
    Change,
    Count,
    DaysInSpell,
    DaysSinceFirst,
    DaysSinceLast,
    DistinctCodes,
    Latest,
    Lookback,
    Max,
    Mean,
    Min,
    OpenSpell,
    People,
    Question,
    Retention,
    Share,
    SpellsEnded,
    SpellsStarted,
    Sum,
)
from prevention_model.records import SCHEMAS, TABLES, Records

PEOPLE = ("ann", "ben", "cat", "dan")
INDEX_DATES = tuple(date(2024, 1, 31) + timedelta(days=days) for days in (-31, 0, 1, 29, 60, 90))
# Days on, before and after the index dates and the starts of their windows.
DAYS = st.one_of(
    st.sampled_from(INDEX_DATES).flatmap(
        lambda day: st.integers(-2, 2).map(lambda n: day + timedelta(days=n))
    ),
    st.integers(-150, 120).map(lambda n: date(2024, 1, 31) + timedelta(days=n)),
)
MAYBE_DAYS = st.one_of(st.none(), DAYS)
KINDS = st.sampled_from(("p", "p", "p", "q", "unknown"))
CODES = st.sampled_from(("x", "y", "x", "y", None))
PERSON = st.sampled_from((*PEOPLE, *PEOPLE, "stranger"))
NUMBERS = st.one_of(st.integers(-3, 3).map(float), st.sampled_from((0.1, 0.2, 0.30005, 1e6 + 0.1, -7.77777)))
VALUES = st.none() | NUMBERS
LATE = st.one_of(st.none(), st.integers(0, 1), st.integers(0, 90))

EMPTY = {name: SCHEMAS[name].empty() for name in TABLES}
LOOKBACKS = (
    *map(Lookback, ("1 day", "30 days", "1 month", "3 months", "all", "2 calendar months")),
    Lookback("1 month", before="5 weeks"), Lookback("all", before="1 month"),
)  # fmt: skip
CHANGES = tuple(map(Lookback, ("30 days", "3 months")))
RETENTIONS = st.sampled_from(({}, {}, {"p": "40 days"}, {"p": "2 months", "q": "1 month"})).map(Retention)


def _rows(columns: list[str], *parts: st.SearchStrategy, most: int) -> st.SearchStrategy[pd.DataFrame]:
    return st.lists(st.tuples(*parts), min_size=most // 2, max_size=most).map(
        lambda rows: pd.DataFrame(rows, columns=columns)
    )


COVERAGE = _rows(
    ["kind", "code", "from", "to"],
    st.sampled_from(("p", "q", None)),
    st.sampled_from((None, None, "x", "y", "good", "true")),
    st.just(date(2023, 6, 1)) | DAYS,
    DAYS | st.just(date(2025, 1, 1)),
    most=5,
)
"""Times of receipt of kinds, of all kinds, and of codes, outcomes and texts of them."""


def _known(frame: pd.DataFrame, happened: str, late: str) -> list[date | None]:
    return [
        None if day is None or pd.isna(day) else day + timedelta(days=0 if pd.isna(wait) else int(wait))
        for day, wait in zip(frame[happened], frame[late], strict=True)
    ]


def _known_or(frame: pd.DataFrame, otherwise: date | None) -> list[date | None]:
    """A place or household without a start may still say when it became known."""
    known = _known(frame, "from", "late")
    return [otherwise if pd.isna(start) else day for start, day in zip(frame["from"], known, strict=True)]


@st.composite
def frames(draw: st.DrawFn, most: int = 14) -> dict[str, pd.DataFrame]:
    """Frames of all tables, with late, duplicate, same-day, open and missing values."""
    event = draw(
        _rows(
            ["person_id", "kind", "code", "value", "event_date", "late"],
            PERSON,
            KINDS,
            CODES,
            VALUES,
            DAYS,
            LATE,
            most=most,
        )
    )
    event["known_date"] = _known(event, "event_date", "late")
    event = pd.concat([event, event.head(draw(st.integers(0, 2)))])
    measurement = draw(
        _rows(
            ["person_id", "kind", "code", "value", "event_date", "late"],
            PERSON,
            KINDS,
            CODES,
            NUMBERS,
            DAYS,
            LATE,
            most=most,
        )
    )
    measurement["known_date"] = _known(measurement, "event_date", "late")
    texts = st.sampled_from(("true", "false", "3", "7.5", "many"))
    attribute = draw(
        _rows(
            ["person_id", "name", "value", "event_date", "late"], PERSON, KINDS, texts, DAYS, LATE, most=most
        )
    )
    attribute["known_date"] = _known(attribute, "event_date", "late")
    spell = draw(
        _rows(
            ["person_id", "kind", "code", "outcome", "start_date", "end_date", "late", "late_end"],
            PERSON, KINDS, CODES, st.sampled_from(("good", "other", None)), DAYS, MAYBE_DAYS, LATE, LATE, most=most,
        )
    )  # fmt: skip
    spell["known_start"] = _known(spell, "start_date", "late")
    spell["known_end"] = [
        None if pd.isna(wait) else day
        for day, wait in zip(_known(spell, "end_date", "late_end"), spell["late_end"], strict=True)
    ]
    place = draw(
        _rows(
            ["person_id", "kind", "lsoa", "from", "to", "late"],
            PERSON,
            KINDS | st.just("home"),
            st.sampled_from(("north", "south", None)),
            DAYS,
            MAYBE_DAYS,
            LATE,
            most=most,
        )
    )
    place["known_date"] = _known_or(place, draw(MAYBE_DAYS))
    roles = st.sampled_from(("mother", "father", "carer", "sibling", "partner"))
    relationship = draw(
        _rows(
            ["person_id", "other_id", "role", "from", "to", "late"],
            PERSON, PERSON | st.just("mum"), roles, MAYBE_DAYS, MAYBE_DAYS, LATE, most=most,
        )
    )  # fmt: skip
    relationship["known_date"] = _known_or(relationship, draw(MAYBE_DAYS))
    homes = st.sampled_from(("h1", "h2", "h3"))
    household = draw(
        _rows(
            ["household_id", "person_id", "from", "to", "late"],
            homes,
            PERSON,
            DAYS,
            MAYBE_DAYS,
            LATE,
            most=most,
        )
    )
    household["known_date"] = _known_or(household, draw(MAYBE_DAYS))
    if draw(st.booleans()):  # a settled family, so that there are others to ask about
        settled = pd.DataFrame({"household_id": "h1", "person_id": PEOPLE, "from": date(2023, 1, 1)})
        household = pd.concat([household, settled.assign(to=None, known_date=date(2023, 1, 1))])
        mother = pd.DataFrame(
            {"person_id": PEOPLE, "other_id": "mum", "role": "mother", "from": date(2023, 1, 1)}
        )
        relationship = pd.concat([relationship, mother.assign(to=None, known_date=date(2023, 1, 1))])
        home = settled.drop(columns="household_id").assign(
            kind="home", lsoa="north", known_date=date(2023, 1, 1)
        )
        place = pd.concat([place, home])
    person = pd.DataFrame(
        {
            "person_id": PEOPLE,
            "birth_date": [
                draw(st.sampled_from((date(2010, 2, 1), date(2023, 12, 31), None))) for _ in PEOPLE
            ],
            "is_adult": [draw(st.sampled_from((True, False, None))) for _ in PEOPLE],
        }
    )
    made = {
        "event": event, "measurement": measurement, "attribute": attribute, "spell": spell, "place": place,
        "household": household, "person": person, "relationship": relationship,
    }  # fmt: skip
    coverage = draw(COVERAGE)
    if len(coverage):
        made["coverage"] = coverage.assign(source="s")
    return made


def records_of(made: dict[str, pd.DataFrame]) -> Records:
    """Records of the frames, all columns typed. Tables are put together directly: it is done thousands of times."""
    return Records(
        {name: SCHEMAS[name].conform(_typed(made[name])) if name in made else EMPTY[name] for name in TABLES}
    )


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    dates = [
        name
        for name in frame.columns
        if name in ("from", "to") or name.endswith("_date") or name.startswith(("known_", "end_"))
    ]
    frame = frame.drop(columns=[name for name in frame.columns if name.startswith("late")]).reset_index(
        drop=True
    )
    return frame.assign(**{name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in dates})


PAIRS = st.lists(
    st.tuples(st.sampled_from((*PEOPLE, "nobody")), st.sampled_from(INDEX_DATES)),
    min_size=3,
    max_size=9,
    unique=True,
).map(
    lambda rows: pd.DataFrame(
        {
            "person_id": [person for person, _ in rows],
            "index_date": pd.to_datetime([day for _, day in rows]).astype("datetime64[s]"),
        }
    )
)


def every_aggregate() -> list:
    """Each aggregate with each table it takes, with and without its options."""
    both = ("p", "q")
    asks: list = [AgeMonths(), *(People(who) for who in ("all", "children", "adults"))]
    for table in ("event", "measurement", "attribute"):
        asks += [
            Count(table, "p"), Count(table, both), Any(table, "q"), Latest(table, both),
            DaysSinceLast(table, "p"), DaysSinceFirst(table, both), DistinctCodes(table, both),
            Share(Count(table, "p"), Count(table, both)),
        ]  # fmt: skip
    for table in ("event", "measurement"):
        asks += [
            Sum(table, both), Mean(table, "p"), Max(table, "p"), Min(table, both),
            Share(Sum(table, "p"), Sum(table, both)), Share(Sum(table, "q"), Sum(table, both), rest=True),
        ]  # fmt: skip
    asks += [
        Share(Count("event", "p", code="x"), Count("event", both)),
        Count("event", "p", code="x"), Sum("event", "p", code="y"), Max("event", "p", code="y"),
        Any("event", "p", code=("x", "y")), Any("event", "q", code="x"), Min("event", "p", code="x"),
        Mean("event", "p", code="y"), DistinctCodes("event", "p", code="x"), DaysSinceFirst("event", "p", code="y"),
        DaysSinceLast("event", both, code="x"), Latest("attribute", both, equals="true"),
        Latest("attribute", "p", equals=("3", "many")),
        SpellsEnded("p", outcome="good"), SpellsEnded("p", code="x", outcome=("good", "other")),
    ]  # fmt: skip
    for table in ("spell", "place"):
        for make in (OpenSpell, DaysInSpell, SpellsStarted, SpellsEnded):
            asks += [make("p", table=table), make(both, table=table)]
        asks += [
            make(table, "p", at=at) for make in (DaysSinceLast, DaysSinceFirst) for at in ("start", "end")
        ]
    asks += [make("p", code="x") for make in (OpenSpell, DaysInSpell, SpellsStarted, SpellsEnded)]
    asks += [DaysSinceLast("spell", "p", code="x", at="end")]
    return asks


def every_change() -> list[Question]:
    """Changes of counts, sums and shares, in days and in months."""
    both = ("p", "q")
    totals = [Count("event", "p"), Count("attribute", both), Count("event", "p", code="x"),
              Sum("measurement", "p"), Sum("event", both)]  # fmt: skip
    shares = [
        Share(Sum("measurement", "p"), Sum("measurement", both)),
        Share(Count("event", "p"), Count("event", both)),
    ]
    asks = [(Change(ask, "10 days"), CHANGES[0]) for ask in totals]
    asks += [(Change(ask, "1 month"), CHANGES[1]) for ask in (*totals, *shares)]
    return [Question(ask, lookback, scope) for ask, lookback in asks for scope in SCOPES]


def every_question() -> list[Question]:
    """Each aggregate with each scope it takes; lookbacks in turn, and all of them for the commonest."""
    questions = every_change()
    for ask in every_aggregate():
        whole = isinstance(ask, (OpenSpell, AgeMonths, People))
        for lookback in (Lookback("all"),) if whole else LOOKBACKS:
            for scope in SCOPES:
                if not isinstance(ask, (AgeMonths, People)) or (scope == "own") == isinstance(ask, AgeMonths):
                    questions.append(Question(ask, lookback, scope))
    return questions
