"""Derived features on generated records: every engine and every way of parting gives the same bits, and each earlier
value is the one that a list made on that day would have shown."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import prevention_model.features.matrix as matrix
import prevention_model.query.views as views
from prevention_model.features import (
    Derived,
    Difference,
    Feature,
    FeatureSet,
    Ratio,
    SinceReached,
    Trajectory,
    build_features,
    write_features,
)
from prevention_model.query import (
    SCOPES,
    Count,
    DaysInSpell,
    Latest,
    Length,
    Lookback,
    People,
    Retention,
    Share,
    Sum,
    answer,
)
from prevention_model.records import Records
from prevention_model.records.seen import as_known_at
from tests.generative.engine_worlds import INDEX_DATES, PAIRS, PEOPLE, RETENTIONS, frames, records_of
from tests.generative.test_engine_agreement import same_bits

BOTH = ("p", "q")
MONTH, QUARTER, ALL = Lookback("1 month"), Lookback("3 months"), Lookback("all")
PLAIN = (
    *(Feature(f"events_{scope}", Count("event", BOTH), MONTH, scope) for scope in SCOPES),
    Feature("days", DaysInSpell("p"), QUARTER),
    Feature("latest", Latest("measurement", BOTH), QUARTER),
    Feature("sum", Sum("event", BOTH), QUARTER),
    Feature("share", Share(Sum("event", "p"), Sum("event", BOTH)), ALL, "household_others"),
    Feature("people", People(), ALL, "household_others"),
    Feature("before", Count("event", BOTH), Lookback("1 month", before="1 month")),
)
FEATURES = FeatureSet(
    [
        *PLAIN[2:],  # the first two are behind the others, and no columns
        *(Derived(f"trajectory_{each.name}", Trajectory(each, every="1 month", times=3)) for each in PLAIN),
        *(Derived(f"since_{each.name}", SinceReached(each, 1, every="29 days", times=4)) for each in PLAIN),
        *(Derived(f"ratio_{each.name}", Ratio(each, to=PLAIN[0])) for each in PLAIN[1:]),
        *(Derived(f"less_{each.name}", Difference(PLAIN[0], less=each)) for each in PLAIN[1:]),
        Derived("steps", Trajectory("days", every="1 day", times=2)),
    ]
)
SETTINGS = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


@SETTINGS
@given(frames(), PAIRS, RETENTIONS)
def test_every_engine_gives_the_same_bits(
    made: dict[str, pd.DataFrame], pairs: pd.DataFrame, retention: Retention
) -> None:
    built = {
        engine: build_features(
            records_of(made),
            pairs,
            FEATURES,
            engine,
            coverage_flags=True,
            retention=retention,  # type: ignore[arg-type]
        )
        for engine in ("reference", "kernel", "numpy")
    }
    for engine in ("kernel", "numpy"):
        alike = same_bits(built["reference"].to_numpy(), built[engine].to_numpy())
        assert alike.all(), built["reference"].columns[~alike.all(axis=0)].tolist()


@SETTINGS
@given(frames(), PAIRS, RETENTIONS, st.integers(1, 9))
def test_the_parts_make_no_difference(
    tmp_path_factory: pytest.TempPathFactory,
    made: dict[str, pd.DataFrame],
    pairs: pd.DataFrame,
    retention: Retention,
    rows: int,
) -> None:
    records, path = records_of(made), tmp_path_factory.mktemp("derived") / "made.arrow"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrix, "ROWS", rows)
        patch.setattr(views, "ROWS", rows)
        assert write_features(records, pairs, FEATURES, path, retention=retention) == len(pairs)
    file = read(path)
    memory = build_features(records, pairs, FEATURES, retention=retention).loc[file.index]
    assert same_bits(file.to_numpy(), memory.to_numpy()).all()


def read(path: Path) -> pd.DataFrame:
    frame = pa.ipc.open_file(path).read_pandas()
    frame = frame.assign(person_id=frame["person_id"].astype("str"))
    return frame.set_index(["person_id", "index_date"]).astype("float64")


@settings(SETTINGS, max_examples=6)
@given(frames(most=30), PAIRS)
def test_each_value_is_what_was_known_on_its_own_day(
    made: dict[str, pd.DataFrame], pairs: pd.DataFrame
) -> None:
    """The line is fitted again by other means, through values from records cut off at each day."""
    records = records_of(made)
    built = build_features(records, pairs, FEATURES)
    for row, (person, day) in enumerate(pairs.to_numpy()):
        days = [Length(back, "months").before(day.date()) for back in (2, 1, 0)]
        shown = np.array([answers_then(records, person, each) for each in days])
        for feature, values in zip(PLAIN, shown.T, strict=True):
            slope = np.nan if np.isnan(values).any() else 12 * np.polyfit([0, 1, 2], values, 1)[0]
            told, size = built[f"trajectory_{feature.name}"].iloc[row], np.nanmax(np.abs([1.0, *values]))
            np.testing.assert_allclose(told, slope, rtol=1e-9, atol=1e-9 * size)


@settings(SETTINGS, max_examples=6)
@given(frames(), PAIRS)
def test_what_became_known_later_can_be_taken_away(
    made: dict[str, pd.DataFrame], pairs: pd.DataFrame
) -> None:
    """As the audit does it: all cells again, from only what was known at the index date."""
    records = records_of(made)
    day = pairs["index_date"].max()
    asked = pairs[pairs["index_date"] == day]
    known = as_known_at(records, np.datetime64(day.date()))
    whole, cut = (build_features(each, asked, FEATURES).to_numpy() for each in (records, known))
    assert same_bits(whole, cut).all()


def answers_then(records: Records, person: str, day: date) -> np.ndarray:
    """What was known on a day of all that is asked."""
    known = as_known_at(records, np.datetime64(day))
    return answer(known.frames, at(person, day), [each.question for each in PLAIN], engine="numpy")[0]


@SETTINGS
@given(
    frames(),
    st.sampled_from(INDEX_DATES),
    st.integers(0, 60),
    st.sampled_from(("ann", "ben")),
    st.sampled_from((1, 30, 60, 90)),
)
def test_a_fact_changes_nothing_that_is_asked_up_to_the_day_it_becomes_known(
    made: dict[str, pd.DataFrame], known: date, late: int, person: str, after: int
) -> None:
    fact = {
        "person_id": person,
        "kind": "p",
        "value": 7.0,
        "event_date": known - timedelta(days=late),
        "late": late,
    }
    changed = made | {"event": pd.concat([made["event"], pd.DataFrame([fact])], ignore_index=True)}
    changed["event"]["known_date"] = changed["event"]["known_date"].fillna(known)
    days = [known, known + timedelta(days=after)]
    pairs = pd.DataFrame({"person_id": person, "index_date": pd.to_datetime(days).astype("datetime64[s]")})
    before, with_it = (build_features(records_of(each), pairs, FEATURES) for each in (made, changed))
    assert same_bits(before.to_numpy()[:1], with_it.to_numpy()[:1]).all()
    # Afterwards, the values at dates up to that day are still those without it.
    name = "trajectory_events_own"
    values = [
        answer(records_of(made if day <= known else changed).frames, at(person, day), [PLAIN[0].question])[
            0, 0
        ]
        for day in (Length(2, "months").before(days[1]), Length(1, "months").before(days[1]), days[1])
    ]
    assert same_bits(with_it[name].to_numpy()[1:], trajectory(values)).all()


def at(person: str, day: date) -> pd.DataFrame:
    return pd.DataFrame({"person_id": [person], "index_date": pd.to_datetime([day]).astype("datetime64[s]")})


def trajectory(values: list[float]) -> np.ndarray:
    """Three values: the middle one weighs nothing, and a year has twelve steps."""
    missing = any(np.isnan(value) for value in values)
    return np.array([np.nan if missing else (values[2] - values[0]) / 2 * 12])


def test_every_derived_feature_can_speak() -> None:
    """In a crowded world each has a value other than 0 and missing, for somebody."""
    built = build_features(records_of(crowded()), everybody_always(), FEATURES)
    telling = (built.notna() & (built != 0)).any()
    assert [each.name for each in FEATURES if isinstance(each, Derived) and not telling[each.name]] == []


def everybody_always() -> pd.DataFrame:
    """All people at all index dates."""
    pairs = [(person, day) for person in PEOPLE for day in INDEX_DATES]
    made = pd.DataFrame(pairs, columns=["person_id", "index_date"])
    return made.assign(index_date=pd.to_datetime(made["index_date"]).astype("datetime64[s]"))


def crowded() -> dict[str, pd.DataFrame]:
    """A world in which everybody has much on record, and all are one family at one address."""
    chance, rows = np.random.default_rng(1), 120

    def dated(first: str, known: str, **columns: object) -> pd.DataFrame:
        days = [INDEX_DATES[1] + timedelta(days=int(back)) for back in chance.integers(-200, 90, rows)]
        who = chance.choice(PEOPLE, rows)
        return pd.DataFrame({"person_id": who, first: days, known: days, **columns})

    def some(*values: object) -> np.ndarray:
        return chance.choice(np.array(values, dtype=object), rows)

    long_ago = date(2023, 1, 1)
    settled = pd.DataFrame({"person_id": PEOPLE, "from": long_ago, "to": None, "known_date": long_ago})
    kinds = some(*BOTH)
    values = {
        "value": np.where(kinds == "p", chance.integers(1, 6, rows), chance.integers(-2, 2, rows)) * 1.0
    }
    joins = {"from": INDEX_DATES[3], "known_date": INDEX_DATES[3]}
    spells = dated("start_date", "known_start", kind=some(*BOTH), code=some("x", "y"), outcome=None)
    return {
        "event": dated("event_date", "known_date", kind=kinds, code=some("x", "y"), **values),
        "measurement": dated("event_date", "known_date", kind=kinds, code=some("x", "y"), **values),
        "spell": spells.assign(end_date=None, known_end=None),
        "household": pd.concat([settled[1:], settled[:1].assign(**joins)]).assign(household_id="h1"),
        "place": settled.assign(kind="home", lsoa="north"),
        "relationship": pd.concat(
            [settled.assign(other_id="mum", role="mother"), settled.assign(other_id=PEOPLE[0], role="carer")]
        ),
        "person": pd.DataFrame({"person_id": PEOPLE, "birth_date": date(2012, 2, 1), "is_adult": False}),
    }
