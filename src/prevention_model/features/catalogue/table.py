"""How the catalogue is written: one compact table a group, each row a feature."""

from collections.abc import Iterable

from prevention_model.features.declared import Polarity
from prevention_model.features.derived import Derived
from prevention_model.features.feature import Feature
from prevention_model.features.rules import Rule
from prevention_model.query import Aggregate, Lookback, Scope

Row = tuple[str, Aggregate, str | Lookback, Polarity, str, str, str]
"""name, aggregate, lookback, polarity, sentence, sentence when the value is 0 (blank where it never is), purpose"""

DerivedRow = tuple[str, Rule, Polarity, str, str, str]
"""name, rule, polarity, sentence, sentence when the value is 0, purpose"""

COORDINATOR = "zone_coordinator"
EARLY_HELP = "early_help"
SOCIAL_CARE = "social_care"
FAMILY_WORKERS = (COORDINATOR, EARLY_HELP, SOCIAL_CARE)
SCHOOL_WORKERS = (*FAMILY_WORKERS, "schools")
HEALTH_WORKERS = (*FAMILY_WORKERS, "health")

YEAR_BEFORE = Lookback("12 months", before="12 months")
"""The year before the last one: against the last, it shows which way things go."""


def group(
    rows: Iterable[Row], *, theme: str, agency: str, share_with: tuple[str, ...], scope: Scope = "own"
) -> tuple[Feature, ...]:
    """Features of one theme and agency."""
    return tuple(
        Feature(
            name,
            aggregate,
            lookback if isinstance(lookback, Lookback) else Lookback(lookback),
            scope,
            theme,
            agency,
            polarity,
            sentence,
            purpose,
            share_with,
            none,
        )
        for name, aggregate, lookback, polarity, sentence, none, purpose in rows
    )


def derived_group(
    rows: Iterable[DerivedRow], *, theme: str, agency: str, share_with: tuple[str, ...]
) -> tuple[Derived, ...]:
    """Derived features of one theme and agency."""
    return tuple(
        Derived(name, rule, theme, agency, polarity, sentence, purpose, share_with, none)
        for name, rule, polarity, sentence, none, purpose in rows
    )
