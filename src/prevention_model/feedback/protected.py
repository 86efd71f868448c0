"""Counts and shares of families on lists as they may be printed: small ones hidden, and what would tell them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from prevention_model.disclosure import DFE, protect_counts, protect_share
from prevention_model.feedback.yields import PART_OF, Limits, Yield
from prevention_model.metrics.score_interval import wilson
from prevention_model.pages.words import interval, percent

ALL = "All zones"
_Z = 1.96


@dataclass(frozen=True)
class Share:
    """A share that may be printed, with its 95% interval; None where it may not be, or where it is of `nobody`."""

    value: float | None
    low: float | None = None
    high: float | None = None
    nobody: bool = False

    @classmethod
    def of(cls, count: int | None, whole: int | None) -> "Share":
        """The share of two counts that may be printed.

        >>> Share.of(20, 40).text, Share.of(None, 40).text, Share.of(0, 0).text
        ('50% (35% to 65%)', 'c', 'nobody yet')
        """
        if whole == 0:
            return cls(None, nobody=True)
        if whole is None or count is None:
            return cls(None)
        value = protect_share(count, whole)
        if value is None:
            return cls(None)
        low, high = wilson(value, whole, _Z)
        # Where the share is 0 or 1, rounding could leave it outside.
        return cls(value, min(value, float(low)), max(value, float(high)))

    @property
    def text(self) -> str:
        """The share with its interval."""
        if self.nobody:
            return "nobody yet"
        return "c" if self.value is None else f"{percent(self.value)} ({interval(self.low, self.high)})"


@dataclass(frozen=True)
class Protected:
    """Counts and shares of one zone, or of all, as they may be printed."""

    counts: Mapping[str, int | None]
    days_to_contact: float | None
    verdict: str

    def share(self, name: str) -> Share:
        """One count as a share of what it is part of."""
        return Share.of(self.counts[name], self.counts[PART_OF[name]])

    @property
    def wait(self) -> str:
        """Days until contact, in figures."""
        if self.counts["contacted"] == 0:
            return "nobody yet"
        return "c" if self.days_to_contact is None else f"{self.days_to_contact:g}"

    def plain(self) -> dict[str, Any]:
        """For the JSON."""
        shares = {
            f"{name}_share": [self.share(name).value, self.share(name).low, self.share(name).high]
            for name in PART_OF
        }
        return {**self.counts, **shares, "days_to_contact": self.days_to_contact, "verdict": self.verdict}


def protected(zones: Mapping[str, Yield], limits: Limits) -> dict[str, Protected]:
    """Every zone, and all together: small counts hidden, and others with them where one could be worked out.

    >>> limits = Limits(0.05, 0.6, 0.5, 20)
    >>> made = protected({"Z1": Yield(listed=40, decided=20), "Z2": Yield(listed=30, decided=3)}, limits)
    >>> made["Z2"].counts["decided"], made["Z1"].counts["decided"], made["All zones"].counts["decided"]
    (None, None, 23)
    """
    names = [each.name for each in fields(Yield) if each.name != "days_to_contact"]
    shown: dict[str, dict[str, int | None]] = {zone: {} for zone in (*zones, ALL)}
    for name in names:
        counts = [getattr(each, name) for each in zones.values()]
        whole = PART_OF.get(name)
        wholes = [getattr(each, whole) for each in zones.values()] if whole else None
        kept = protect_counts(counts, wholes)
        for zone, count in zip(zones, kept.counts, strict=True):
            shown[zone][name] = count
        shown[ALL][name] = kept.total
    together = sum(zones.values(), Yield())
    made = {}
    for zone, counts_of in shown.items():
        raw = zones.get(zone, together)
        enough = (counts_of["contacted"] or 0) >= DFE.smallest_count
        said = limits.said_of(raw)
        # Which limit is passed tells a count that is hidden: then nothing is said.
        hidden = counts_of["decided"] is None or counts_of["set_aside"] is None
        made[zone] = Protected(
            counts_of,
            raw.days_to_contact if enough else None,
            "too few" if hidden and said == "followed" else said,
        )
    return made
