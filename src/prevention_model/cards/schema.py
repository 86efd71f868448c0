"""The schema of card.json: which facts a card has, and of which kind each is. Written by `python -m` this file.

python -m prevention_model.cards.schema > data_schemas/model_card.schema.json
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

from prevention_model.cards.facts import KEYS, STATUSES, VERDICTS, WITHIN
from prevention_model.cards.public import CARD_SHAPE

_COUNT = {"type": ["integer", "null"], "minimum": 0}
_NUMBER = {"type": ["number", "null"]}
_TEXT = {"type": ["string", "null"]}
_FLAG = {"type": "boolean"}
_COUNTS = frozenset(
    """missed with_outcome dates cut_short children listed listed_with_outcome different_children
    different_with_outcome different_listed different_listed_with_outcome families families_with_outcome people found
    different_people different_missed different_found rows_taught onsets_taught mentions merged split undecided refused
    repeated conflicts rows onsets refits pairs certificate_days list_days relisting_days chosen found_by_rival
    happened different_happened""".split()
)
_NUMBERS = frozenset(
    """value low high share slope slope_low slope_high overlap difference auc auc_low expected observed threshold model
    rival everybody onsets_per_feature features precision_today precision_with precision_change precision_lower
    precision_upper widest_gap_today widest_gap_with drift_shift_max drift_weight_max override_share_min
    override_share_max decided_share_min""".split()
)
_FLAGS = frozenset(("audits", "equal", "sign_off", "blocks"))
_LISTS = frozenset(("never_for", "limits", "strengths", "assumptions", "unfilled"))
_OPEN = frozenset(("capacity", "versions", "hashes"))
"""Facts whose names are data: zones, libraries, files."""
_PARTS = frozenset(
    """matched without own_agency agreement helped fit calibrate judges figures dpia review_by shares plain weights
    roles""".split()
)
"""Parts with a shape of their own, which the page of the card explains."""
_WORDS = {"age_bands": ("rival",), "decision_curve": ("rival",)}
"""Names that are numbers elsewhere and text here."""


def schema() -> dict[str, Any]:
    """The whole schema, JSON Schema draft 2020-12."""
    facts = {name: _fact(name) for name in (*KEYS, *_SINGLE)}
    hidden = {name: {"type": "string"} for name in ("table", "cell", "why")}
    facts |= {"card": {"const": CARD_SHAPE}, "hidden": _array(_object(hidden, False))}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Model card",
        "description": "The card of one run and one outcome, as card.json. A count or a share that is null is hidden "
        "(`hidden` names its cell, with the reason) or could not be worked out. No number tells of 1 to 5 children.",
        **_object(dict(sorted(facts.items())), False),
    }


def _fact(name: str) -> dict[str, Any]:
    keys = KEYS.get(name)
    if keys is None:
        return _SINGLE[name]
    inner = {key: _value(name, key) for key in keys}
    made = _object(inner, True)
    if name in _ROWS:
        return _array(made)
    return {**made, "type": ["object", "null"]} if name in ("certificate",) else _or_empty(name, made)


def _or_empty(name: str, made: dict[str, Any]) -> dict[str, Any]:
    """An order is empty where one outcome ranks."""
    return {"type": "object"} if name == "order" else made


def _value(name: str, key: str) -> dict[str, Any]:
    rows = WITHIN.get((name, key))
    if rows is not None:
        return _array(_object({each: _value(f"{name}.{key}", each) for each in rows}, True))
    if key in _PARTS or (key == "children" and name == "change") or (key == "found" and name == "order"):
        return {}
    if key in _WORDS.get(name, ()):
        return _TEXT
    if name.startswith("changed"):
        return _TEXT
    if (name, key) == ("checks", "status"):
        return {"enum": list(STATUSES)}
    kinds: tuple[tuple[frozenset[str], dict[str, Any]], ...] = (
        (_FLAGS, _FLAG),
        (_COUNTS, _COUNT),
        (_NUMBERS, _NUMBER),
    )
    return next((kind for names, kind in kinds if key in names), _TEXT)


def _object(properties: Mapping[str, Any], more: bool) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "properties": dict(properties),
        "additionalProperties": more,
    }


def _array(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(items)}


_ROWS = frozenset(
    "groups rivals sources splits periods age_bands checks sign_offs waivers left_out features mitigation".split()
)
_SINGLE: dict[str, dict[str, Any]] = {
    **{
        name: {"type": "string", "minLength": 1}
        for name in """title authority run_id author stage model_id model_version outcome_plain horizon purpose users
        population choice gap method complaint_route""".split()
    },
    **{name: {"type": "string"} for name in ("comparison", "mitigation_page", "human_review")},
    **{name: {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"} for name in ("created", "index_date")},
    **{name: _array({"type": "string"}) for name in sorted(_LISTS)},
    **{name: {"type": "object"} for name in sorted(_OPEN)},
    "verdict": {"enum": list(VERDICTS)},
}


def main() -> None:
    """Print the schema."""
    sys.stdout.write(json.dumps(schema(), indent=1) + "\n")


if __name__ == "__main__":
    main()
