"""What a card has to say: every fact is mandatory, and a missing one is an error that names it."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from prevention_model.errors import Damaged, WrongUsage, listed

KEYS: dict[str, tuple[str, ...]] = {
    "precision": ("value", "low", "high"),
    "missed": ("value", "low", "high", "missed", "with_outcome"),
    "frequencies": (
        "dates",
        "cut_short",
        "children",
        "with_outcome",
        "listed",
        "listed_with_outcome",
        "different_children",
        "different_with_outcome",
        "different_listed",
        "different_listed_with_outcome",
        "families",
        "families_with_outcome",
    ),
    "groups": (
        "dimension",
        "group",
        "people",
        "with_outcome",
        "missed",
        "found",
        "different_people",
        "different_with_outcome",
        "different_missed",
        "different_found",
        "share",
        "low",
        "high",
    ),
    "rivals": ("name", "value", "low", "high"),
    "watching": ("watched", "matched", "without", "own_agency", "agreement", "helped"),
    "outcome": (
        "name",
        "in_words",
        "short",
        "owner",
        "direction",
        "exposure",
        "watched",
        "horizon",
        "gap",
        "ages",
    ),
    "features": ("name", "theme", "agency", "polarity", "window", "purpose"),
    "sizes": ("rows_taught", "onsets_taught", "features", "onsets_per_feature"),
    "linkage": ("mentions", "people", "merged", "split", "undecided", "refused", "repeated", "conflicts"),
    "sources": ("name", "from", "to", "as_at", "lawful_basis", "dpia", "retention"),
    "splits": ("name", "from", "to", "children", "with_outcome"),
    "periods": ("fit", "calibrate", "judges", "audits", "onsets", "rows", "why_not", "embargo", "figures"),
    "calibration": ("slope", "slope_low", "slope_high", "bins"),
    "decision_curve": ("rival", "points"),
    "explained": ("by", "rows", "held_against", "themes"),
    "mitigation": (
        "title",
        "what",
        "sign_off",
        "why_not",
        "group",
        "precision_today",
        "precision_with",
        "precision_change",
        "precision_lower",
        "precision_upper",
        "widest_gap_today",
        "widest_gap_with",
    ),
    "papers": ("co_production", "evaluation_design", "dpia", "review_by"),
    "monitoring": (
        "certificate_days",
        "list_days",
        "relisting_days",
        "drift_shift_max",
        "drift_weight_max",
        "override_share_min",
        "override_share_max",
        "decided_share_min",
        "roles",
    ),
    "changed": ("since", "on", "rows"),
    "stability": ("overlap", "refits"),
    "change": ("over", "share", "shares", "children"),
    "order": ("policy", "equal", "plain", "weights", "found"),
    "age_bands": (
        "ages",
        "rows",
        "onsets",
        "rival",
        "difference",
        "low",
        "high",
        "auc",
        "auc_low",
        "verdict",
        "decided_on",
    ),
    "checks": ("name", "status", "text", "blocks"),
    "sign_offs": ("name", "role", "on"),
    "waivers": ("check", "reason", "by", "until"),
    "certificate": ("id", "expires"),
    "left_out": ("reason", "pairs", "children"),
}
"""The keys that each nested fact must have."""
WITHIN: dict[tuple[str, str], tuple[str, ...]] = {
    ("calibration", "bins"): (
        "expected",
        "observed",
        "low",
        "high",
        "people",
        "happened",
        "different_people",
        "different_happened",
    ),
    ("decision_curve", "points"): (
        "threshold",
        "chosen",
        "found",
        "found_by_rival",
        "model",
        "rival",
        "everybody",
    ),
    ("explained", "held_against"): ("by", "rows", "difference"),
    ("explained", "themes"): ("theme", "share"),
    ("changed", "rows"): ("what", "before", "now", "moved"),
}
"""The keys of each row of a nested fact's table."""
_MAY_BE_EMPTY = frozenset(
    {
        "groups",
        "sign_offs",
        "waivers",
        "left_out",
        "certificate",
        "assumptions",
        "notes",
        "comparison",
        "age_bands",
        "order",
        "mitigation",
        "mitigation_page",
        "human_review",
        "unfilled",
        "hidden",
        "cells",
    }
)
FACTS_FILE = "card_facts.json"
"""Where the facts of a card are kept beside it. Counts are as they are, so it is not for publication."""
_DATES = ("created", "index_date")
STATUSES = ("passed", "failed", "too_few", "not_applicable", "could_not_run", "waived")
"""What a check may have said, in the audit's own codes; `waived` is a failed one that was passed over."""

VERDICTS = ("awaiting sign-off", "refused", "signed", "released", "suspended", "withdrawn", "expired")


@dataclass(frozen=True, kw_only=True)
class CardFacts:
    """The facts of one card, as plain values. `check` names every one that is missing.

    Shares are between 0 and 1. `precision` is the share of listed families for whom the outcome came;
    `missed` the share of children with the outcome who were on no list. `groups` holds counts as they
    are: small numbers are hidden when the card is written. `rivals` has the model first. `watching` is as
    `pipeline/label_bias.py` says it. `periods` has the test last;
    `change` has the children who can be ranked by the word for their change, and how far a change is believed.
    `blocks` of a check says whether its result stands in the way of a release, unless it is waived.
    `order` is empty unless several outcomes rank: the weights, by which policy, and onsets `found` by each list.
    `figures` of a period are those of the model, none where it was not judged. `choice` says why it is this model, and
    `comparison` is the page beside the card that compares it with others, or empty, and `mitigation_page` the one on
    what may be done about gaps. `human_review` is how people decide, in the authority's words, and `unfilled` names
    what the authority has yet to say before anything is released. `changed` is empty for a first version.

    >>> CardFacts.check({"title": "A model"})
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: The card cannot be written: 58 facts are missing: authority; \
run_id; author; created; stage; verdict; model_id; model_version; outcome_plain; horizon; index_date; \
capacity; purpose; never_for; users; limits; strengths; precision; missed; frequencies; and 38 more. \
What to do: Give every fact; the card says what is not known, and never leaves it out.
    """

    title: str
    authority: str
    run_id: str
    author: str
    created: date
    stage: str
    verdict: str
    model_id: str
    model_version: str
    outcome_plain: str
    horizon: str
    index_date: date
    capacity: Mapping[str, int]
    purpose: str
    never_for: Sequence[str]
    users: str
    limits: Sequence[str]
    strengths: Sequence[str]
    precision: Mapping[str, float]
    missed: Mapping[str, float]
    frequencies: Mapping[str, int]
    groups: Sequence[Mapping[str, Any]]
    rivals: Sequence[Mapping[str, Any]]
    watching: Mapping[str, Any]
    outcome: Mapping[str, str]
    features: Sequence[Mapping[str, str]]
    sizes: Mapping[str, float]
    linkage: Mapping[str, int]
    sources: Sequence[Mapping[str, Any]]
    population: str
    left_out: Sequence[Mapping[str, Any]]
    splits: Sequence[Mapping[str, Any]]
    periods: Sequence[Mapping[str, Any]]
    order: Mapping[str, Any]
    choice: str
    comparison: str
    gap: str
    method: str
    calibration: Mapping[str, Any]
    decision_curve: Mapping[str, Any]
    stability: Mapping[str, Any]
    explained: Mapping[str, Any]
    mitigation: Sequence[Mapping[str, Any]]
    mitigation_page: str
    change: Mapping[str, Any]
    age_bands: Sequence[Mapping[str, Any]]
    checks: Sequence[Mapping[str, Any]]
    papers: Mapping[str, Any]
    monitoring: Mapping[str, Any]
    human_review: str
    unfilled: Sequence[str]
    changed: Mapping[str, Any]
    sign_offs: Sequence[Mapping[str, Any]]
    waivers: Sequence[Mapping[str, Any]]
    certificate: Mapping[str, Any] | None
    assumptions: Sequence[str]
    complaint_route: str
    versions: Mapping[str, str]
    hashes: Mapping[str, str]

    def __post_init__(self) -> None:
        faults = [f.name for f in fields(self) if self._lacks(f.name)]
        faults += [fault for name in KEYS for fault in _nested(name, getattr(self, name))]
        faults += [
            f"{name}.{table}[{n}].{key}"
            for (name, table), keys in WITHIN.items()
            for n, row in enumerate(getattr(self, name).get(table, ()))
            for key in keys
            if key not in row
        ]
        if faults:
            raise _refused(faults)
        wrong = {str(check["status"]) for check in self.checks} - set(STATUSES)
        if self.verdict not in VERDICTS or wrong:
            said = sorted(wrong) or [self.verdict]
            raise WrongUsage(
                f"The card has a status that it does not know: {listed(said)}.",
                todo=f"Checks are {', '.join(STATUSES)}; verdicts are {', '.join(VERDICTS)}.",
            )

    def _lacks(self, name: str) -> bool:
        value = getattr(self, name)
        if name in _MAY_BE_EMPTY:
            return value is None and name != "certificate"
        return value is None or (isinstance(value, (str, Sequence, Mapping)) and len(value) == 0)

    @classmethod
    def check(cls, content: Mapping[str, Any]) -> "CardFacts":
        """Make the facts from plain content. Raises WrongUsage with every missing and unknown name."""
        names = [f.name for f in fields(cls)]
        unknown = [name for name in content if name not in names]
        if unknown:
            raise WrongUsage(f"The card does not know these facts: {listed(unknown)}.")
        missing = [name for name in names if name not in content]
        if missing:
            raise _refused(missing)
        return cls(**content)

    def to_json(self) -> str:
        """The facts as JSON, for a later card of the same run. Counts are as they are: not for publication."""
        return json.dumps(plain({f.name: getattr(self, f.name) for f in fields(self)}), indent=1) + "\n"

    @classmethod
    def read(cls, path: Path) -> "CardFacts":
        """The facts kept in a file. Raises Damaged where they cannot be read."""
        try:
            return cls.from_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, WrongUsage):
            raise Damaged(
                "The facts of a card cannot be read.",
                where=f"{path.parent.name}/{path.name}",
                todo="Run the experiment again: a card is made from all of its facts, or not at all.",
            ) from None

    @classmethod
    def from_json(cls, text: str) -> "CardFacts":
        """The facts that `to_json` wrote. Raises WrongUsage as `check` does."""
        content = json.loads(text)
        dates = {name: date.fromisoformat(content[name]) for name in _DATES if name in content}
        return cls.check(content | dates)


def plain(value: Any) -> Any:
    """What JSON can hold: dates as text, what is not known as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(held) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(held) for held in value]
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, float) and math.isnan(value) else value


def _nested(name: str, value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, Mapping):
        empty = not value and name in _MAY_BE_EMPTY
        return [] if empty else [f"{name}.{key}" for key in KEYS[name] if key not in value]
    assert isinstance(value, Sequence)
    return [f"{name}[{n}].{key}" for n, item in enumerate(value) for key in KEYS[name] if key not in item]


def _refused(faults: Sequence[str]) -> WrongUsage:
    count = "1 fact is" if len(faults) == 1 else f"{len(faults)} facts are"
    return WrongUsage(
        f"The card cannot be written: {count} missing: {listed(faults)}.",
        todo="Give every fact; the card says what is not known, and never leaves it out.",
    )
