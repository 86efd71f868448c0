"""The audit report as a page: every check, every outcome, its numbers, small numbers hidden."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from prevention_model.audit.check import STATUS_WORDS
from prevention_model.cards.answering import STATUS_TAGS
from prevention_model.disclosure import DFE, SYMBOL, Counts, is_small, protect_pack, without_small
from prevention_model.errors import WrongUsage, listed
from prevention_model.pages.document import (
    Block,
    Bullets,
    Document,
    Facts,
    Inset,
    Paragraph,
    Section,
    Table,
    Tag,
    to_html,
)
from prevention_model.pages.words import number, plural

_NEEDED = ("policy_hash", "evidence_hash", "verdict", "reasons", "outcomes", "required", "results")
_RESULT = ("code", "title", "outcome", "status", "message", "numbers")
_SHARE_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "value": ("people", "events"),
        "rate": ("people",),
        "precision": ("people",),
        "chosen": ("people",),
        "selection_rate": ("people",),
        "false_alarm_rate": ("others",),
    }
)
"""Shares in rows about groups, and what each is a share of; `others` are those to whom it did not happen."""
_COUNTS = ("chosen_people",)
# kept whole when a group is too small to show: who it is, and what was judged
_NAMES = ("cut", "grouping", "group", "people", "events", "limit", "judged")


def write_audit_page(folder: Path, report: Mapping[str, Any]) -> Path:
    """Write report.html and return its path.

    `report` holds run_id, digest and report: the content of `AuditReport.to_json()` with the run's number
    beside it. Rows of numbers about groups (grouping, group, people, events) are disclosure-controlled.
    Raises WrongUsage naming what is missing.
    """
    missing = [name for name in ("run_id", "digest", "report") if name not in report]
    content = report.get("report", {})
    missing += [f"report.{name}" for name in _NEEDED if name not in content]
    missing += [
        f"report.results[{n}].{key}"
        for n, result in enumerate(content.get("results", ()))
        for key in _RESULT
        if key not in result
    ]
    if missing:
        raise WrongUsage(f"The audit page cannot be written; missing: {listed(missing)}.")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "report.html"
    path.write_text(to_html(_document(report)), encoding="utf-8", newline="\n")
    return path


def _document(report: Mapping[str, Any]) -> Document:
    content = report["report"]
    results = list(content["results"])
    counts = [(words, sum(r["status"] == status for r in results)) for status, words in STATUS_WORDS.items()]
    said = ", ".join(f"{words.lower()} {count}" for words, count in counts if count)
    refused = content["verdict"] == "refused"
    return Document(
        kind="Audit report",
        title=f"Audit of {report['run_id']}",
        lead=f"{plural(len(results), 'result')} of checks against limits declared before the run: {said}.",
        tags=(Tag("Refused", "red") if refused else Tag("Passed, for people to decide", "green"),),
        sections=(
            Section("Verdict", _verdict(content)),
            Section("All checks", (_overview(results),)),
            *(Section(f"{r['code']} {r['title']}: {_plain(r['outcome'])}", _result(r)) for r in results),
            Section("What this report covers", (Facts(_hashes(report)),)),
        ),
        foot="Only passed counts as passed. A decision is signed over the hash of this report. "
        'Small counts, and what would give them away, are shown as "c".',
    )


def _verdict(content: Mapping[str, Any]) -> tuple[Block, ...]:
    if content["reasons"]:
        return (
            Inset("Refused. Every reason is listed here.", strong=True),
            Bullets(tuple(map(without_small, content["reasons"]))),
        )
    return (
        Paragraph(
            "All required checks passed. Two people other than the author decide whether it may be used."
        ),
    )


def _overview(results: Sequence[Mapping[str, Any]]) -> Table:
    rows = tuple(
        (
            str(r["code"]),
            str(r["title"]),
            _plain(r["outcome"]),
            STATUS_TAGS[r["status"]],
            without_small(str(r["message"])),
        )
        for r in results
    )
    return Table("Checks", ("Code", "Looked for", "Outcome", "Result", "What was found"), rows)


def _result(result: Mapping[str, Any]) -> tuple[Block, ...]:
    blocks: list[Block] = [Inset(f"{STATUS_TAGS[result['status']]}. {without_small(str(result['message']))}")]
    rows = protected_rows(result["numbers"])
    if rows:
        columns = tuple(dict.fromkeys(key for row in rows for key in row))
        cells = tuple(tuple(_shown(row.get(key, "")) for key in columns) for row in rows)
        numeric = tuple(
            n
            for n, key in enumerate(columns)
            if not any(isinstance(row.get(key), str) and row[key] != SYMBOL for row in rows)
        )
        blocks.append(Table("Numbers", tuple(_plain(key).capitalize() for key in columns), cells, numeric))
    return tuple(blocks)


def protected_rows(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of numbers with small groups hidden. Rows that are not about groups stay as they are.

    >>> row = {"grouping": "sex", "group": "girls", "people": 12, "events": 3, "value": 0.5}
    >>> protected_rows([row])
    [{'grouping': 'sex', 'group': 'girls', 'people': 12, 'events': 'c', 'value': 'c'}]
    """
    made = [dict(row) for row in rows]
    about = [row for row in made if {"grouping", "people", "events"} <= set(row)]
    tables = [
        _table(
            str(cut), str(grouping), [r for r in about if (r.get("cut"), r["grouping"]) == (cut, grouping)]
        )
        for cut, grouping in dict.fromkeys((row.get("cut"), row["grouping"]) for row in about)
    ]
    hidden = protect_pack(tables).hidden if tables else {}
    named = {table.name: table for table in tables}
    for row, as_given in ((row, dict(row)) for row in about):
        table = named[f"{row.get('cut')}, {row['grouping']}"]
        group = {str(row["grouping"]): str(row["group"])}
        few, happened_to_few = (table.cell(**group, **also) in hidden for also in ({}, {"happened": "yes"}))
        if few or happened_to_few or _tells(as_given):
            row |= {name: SYMBOL for name in row if name not in _NAMES}
        row |= {"people": SYMBOL} if few else {}
        row |= {"events": SYMBOL} if happened_to_few else {}
    return made


def _table(cut: str, grouping: str, rows: Sequence[Mapping[str, Any]]) -> Counts:
    """The counts of one way of dividing children. Those that come to the same totals divide the same children, so that
    their totals are one cell."""
    inner = np.array([[row["events"], row["people"] - row["events"]] for row in rows], dtype=np.int64)
    people, events = int(inner.sum()), int(inner[:, 0].sum())
    groups = tuple(str(row["group"]) for row in rows)
    dims = {grouping: groups, "happened": ("yes", "no")}
    return Counts(
        f"{cut}, {grouping}", f"{people} children, {events} of them", dims, inner, tells=("happened",)
    )


def _tells(row: Mapping[str, Any]) -> bool:
    """Whether a share or a count of a group, with its counts, would give away a small number of children."""
    people, events = int(row["people"]), int(row["events"])
    if people < DFE.smallest_group:
        return True
    if any(is_small(int(row[name])) for name in _COUNTS if name in row):
        return True
    wholes = {"people": people, "events": events, "others": people - events}
    told = [(row[name], wholes[of]) for name, several in _SHARE_OF.items() if name in row for of in several]
    parts = [(round(share * whole), whole) for share, whole in told if _is_share(share)]
    return any(is_small(part) or is_small(whole - part) for part, whole in parts)


def _is_share(value: object) -> bool:
    return isinstance(value, (int, float)) and 0 <= value <= 1


def _shown(value: Any) -> str:
    if value is None or value != value:
        return "not known"
    if isinstance(value, (list, tuple)):
        return ", ".join(_shown(item) for item in value) or "none"
    return number(value, 3) if isinstance(value, (int, float)) else str(value)


def _plain(name: object) -> str:
    return str(name).replace("_", " ")


def _hashes(report: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    content = report["report"]
    return (
        ("Run", str(report["run_id"])),
        ("Report (SHA-256)", str(report["digest"])),
        ("Policy (SHA-256)", str(content["policy_hash"])),
        ("Evidence (SHA-256)", str(content["evidence_hash"])),
        ("Outcomes", ", ".join(_plain(name) for name in content["outcomes"])),
        ("Checks that must pass", ", ".join(content["required"])),
    )
