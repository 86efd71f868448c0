"""The questions that everybody answers: 289 features, declared as a user declares them."""

from collections.abc import Iterator
from typing import Any

import prevention_model as pm
from benchmarks.features.worlds import SOURCES, SPELLS
from prevention_model import query

WINDOWS = ("30 days", "91 days", "182 days", "365 days", "730 days", "all")


def questions() -> tuple[pm.Feature, ...]:
    """All of them, in one order."""
    asked = [feature for kind in SOURCES for feature in _of_source(kind)]
    asked += [feature for kind in SPELLS for feature in _of_spell(kind)]
    for who in ("children", "adults"):
        asked.append(_feature(f"home_{who}", query.People(who), "all", "household_others"))
    return tuple(asked)


def _of_source(kind: str) -> Iterator[pm.Feature]:
    for window in WINDOWS:
        yield _feature(f"{kind}_n", query.Count("event", kind), window)
        yield _feature(f"{kind}_sum", query.Sum("event", kind), window)
    for letter in "abcdefgh"[: SOURCES[kind]]:
        of_code = query.Count("event", kind, code=f"{kind}_{letter}")
        for window in ("365 days", "all"):
            yield _feature(f"{kind}_{letter}_n", of_code, window)
    yield _feature(f"{kind}_mean", query.Mean("event", kind), "365 days")
    for window in ("365 days", "all"):
        yield _feature(f"{kind}_codes", query.DistinctCodes("event", kind), window)
    for window in ("365 days", "all"):
        yield _feature(f"{kind}_max", query.Max("event", kind), window)
        yield _feature(f"{kind}_min", query.Min("event", kind), window)
    yield _feature(f"{kind}_since_last", query.DaysSinceLast("event", kind), "all")
    yield _feature(f"{kind}_since_first", query.DaysSinceFirst("event", kind), "all")
    for window in ("91 days", "365 days", "all"):
        yield _feature(f"{kind}_home_n", query.Count("event", kind), window, "household_others")
    for window in ("365 days", "all"):
        yield _feature(f"{kind}_home_sum", query.Sum("event", kind), window, "household_others")
    yield _feature(f"{kind}_home_since_last", query.DaysSinceLast("event", kind), "all", "household_others")


def _of_spell(kind: str) -> Iterator[pm.Feature]:
    yield _feature(f"{kind}_open", query.OpenSpell(kind), "all")
    yield _feature(f"{kind}_home_open", query.OpenSpell(kind), "all", "household_others")
    for window in ("91 days", "365 days", "730 days", "all"):
        yield _feature(f"{kind}_days", query.DaysInSpell(kind), window)
    yield _feature(f"{kind}_home_days", query.DaysInSpell(kind), "365 days", "household_others")
    for window in ("365 days", "all"):
        yield _feature(f"{kind}_started", query.SpellsStarted(kind), window)
        yield _feature(f"{kind}_ended", query.SpellsEnded(kind), window)


def _feature(name: str, aggregate: Any, window: str, scope: query.Scope = "own") -> pm.Feature:
    return pm.Feature(f"{name}_{window.replace(' ', '_')}", aggregate, query.Lookback(window), scope)
