"""The change log of a card: what moved since the version before, and by how much."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from prevention_model.cards.facts import CardFacts
from prevention_model.errors import listed
from prevention_model.pages.document import Block, Paragraph, Table
from prevention_model.pages.words import about_of, number, plain_date, plural

_OF = 20
_NOTHING = "not known"


def changed_since(before: CardFacts, now: CardFacts) -> dict[str, Any]:
    """What a card says otherwise than the one `before` it, a row each: figures always, the rest where it differs.

    Figures are in words of twenty or with two places, as the card prints them, so that a row tells no more than two
    cards side by side.
    """
    rows = [_figure(name, show, read(before), read(now)) for name, show, read in _FIGURES]
    rows += [
        {"what": name, "before": read(before), "now": read(now), "moved": "changed"}
        for name, read in _TEXTS
        if read(before) != read(now)
    ]
    rows += [
        _names(name, read(before), read(now)) for name, read in _SETS if set(read(before)) != set(read(now))
    ]
    return {"since": before.run_id, "on": before.created.isoformat(), "rows": rows}


def since_blocks(changed: Mapping[str, Any]) -> tuple[Block, ...]:
    """The change log as a table, or that this is the first version."""
    if not changed["since"]:
        return (Paragraph("This is the first version: no version of it was released before."),)
    rows = tuple((row["what"], row["before"], row["now"], row["moved"]) for row in changed["rows"])
    return (
        Paragraph(
            f"Against the version that was released before, run {changed['since']} of {_day(changed['on'])}. What is "
            "not in the table is as it was."
        ),
        Table("What moved", ("What", "Before", "Now", "Moved by"), rows),
    )


def _day(text: str) -> str:
    return plain_date(text)


def _of_twenty(value: float | None) -> str:
    return _NOTHING if not _known(value) else about_of(float(value or 0), _OF)


def _plain(value: float | None) -> str:
    return _NOTHING if value is None or not _known(value) else number(float(value))


def _whole(value: float | None) -> str:
    return _NOTHING if value is None or not _known(value) else f"{int(value):,}"


def _known(value: float | None) -> bool:
    return value is not None and value == value


def _figure(name: str, show: Callable[[float | None], str], before: Any, now: Any) -> dict[str, str]:
    shown = show(before), show(now)
    moved = _NOTHING
    if _known(before) and _known(now):
        moved = "nothing that shows" if shown[0] == shown[1] else _by(show, float(now) - float(before))
    return {"what": name, "before": shown[0], "now": shown[1], "moved": moved}


def _by(show: Callable[[float | None], str], step: float) -> str:
    way = "up" if step > 0 else "down"
    if show is _of_twenty:
        return f"{way} by about {number(abs(step) * _OF, 1)} of {_OF}"
    return f"{way} by {show(abs(step))}"


def _names(name: str, before: Sequence[str], now: Sequence[str]) -> dict[str, str]:
    came, went = [x for x in now if x not in before], [x for x in before if x not in now]
    said = [f"{word} {listed(each)}" for word, each in (("new:", came), ("gone:", went)) if each]
    return {
        "what": name,
        "before": plural(len(before), "in all", "in all"),
        "now": plural(len(now), "in all", "in all"),
        "moved": "; ".join(said),
    }


def _test(facts: CardFacts, name: str) -> float | None:
    value = facts.periods[-1]["figures"].get(name)
    return None if value is None else float(value)


def _best_rule(facts: CardFacts) -> float | None:
    return max((rival["value"] for rival in facts.rivals[1:] if _known(rival["value"])), default=None)


def _checks(*statuses: str) -> Callable[[CardFacts], float]:
    return lambda facts: sum(check["status"] in statuses for check in facts.checks)


_FIGURES: tuple[tuple[str, Callable[[float | None], str], Callable[[CardFacts], float | None]], ...] = (
    ("Families listed, for whom it came to it", _of_twenty, lambda facts: facts.precision["value"]),
    ("The same by the best simple rule", _of_twenty, _best_rule),
    ("Children to whom it happened, on no list", _of_twenty, lambda facts: facts.missed["value"]),
    ("AUC on the test", _plain, lambda facts: _test(facts, "auc")),
    ("Average precision on the test", _plain, lambda facts: _test(facts, "average_precision")),
    ("Calibration slope", _plain, lambda facts: facts.calibration["slope"]),
    (
        "Families of a list that a model made again lists too",
        _of_twenty,
        lambda facts: facts.stability["overlap"],
    ),
    ("Checks failed", _whole, _checks("failed", "could_not_run")),
    ("Checks with too few people", _whole, _checks("too_few")),
    ("Families on all lists together", _whole, lambda facts: sum(facts.capacity.values())),
)

_TEXTS: tuple[tuple[str, Callable[[CardFacts], str]], ...] = (
    ("What is looked for", lambda facts: f"{facts.outcome['in_words']} {facts.horizon}"),
    ("What it is for", lambda facts: facts.purpose),
    ("The model", lambda facts: facts.method),
    ("Code", lambda facts: facts.model_version),
    ("Who answers", lambda facts: facts.author),
    ("Policy (first characters of its hash)", lambda facts: facts.hashes["Policy"][:12]),
    ("Records (first characters of their hash)", lambda facts: facts.hashes["Records"][:12]),
    ("Complaints", lambda facts: facts.complaint_route),
)

_SETS: tuple[tuple[str, Callable[[CardFacts], list[str]]], ...] = (
    ("Features", lambda facts: [each["name"] for each in facts.features]),
    ("Sources", lambda facts: [each["name"] for each in facts.sources]),
    ("Checks failed, by name", lambda facts: [c["name"] for c in facts.checks if c["status"] == "failed"]),
    ("Zones", lambda facts: list(facts.capacity)),
)
