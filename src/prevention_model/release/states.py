"""The states of a run in one table, and the state of a run as its ledger entries tell it.

Nothing else stores a state. An entry that the table does not allow means that somebody wrote to the
ledger without coming through the gate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from types import MappingProxyType

from prevention_model.errors import Damaged
from prevention_model.ledger import Entry, Transaction, lacking

STAGES = ("shadow", "pilot", "live")
"""In order: tried beside the usual work, used in part of it, used. Each needs a release at the one before."""

STAGE_WORDS = MappingProxyType(
    {
        "shadow": "lists are compared with what happens anyway; nobody acts on them",
        "pilot": "some zones act on them, and are watched",
        "live": "all zones act on them",
    }
)
NEW = "new"
ANYBODY = "anybody, by name"
NO_ENTRY = "none: the date says it"


@dataclass(frozen=True)
class Transition:
    """One allowed step: from a state to a state, the kind of ledger entry, who may, and what it needs."""

    before: str
    after: str
    entry: str
    who: str
    needs: str


TRANSITIONS = (
    Transition(NEW, "drafted", "drafted", "whoever runs it: the author", "a run id never used before"),
    Transition("drafted", "audited", "audited", "the audit", "a report over these very files"),
    Transition("audited", "refused", "refused", "the audit", "a check that failed or could not be assessed"),
    Transition("audited", "signed", "signed", "a signatory, not the author", "a report that passed"),
    Transition("refused", "signed", "signed", "a signatory, not the author", "a waiver for what failed"),
    Transition("signed", "signed", "signed", "another signatory", "another role, or a further waiver"),
    Transition("signed", "released", "released", "anybody", "two sign-offs, all waivers, the stage before"),
    Transition("released", "released", "released", "anybody", "the same, for another stage"),
    Transition("released", "suspended", "suspended", ANYBODY, "a reason"),
    Transition("released", "withdrawn", "withdrawn", ANYBODY, "a reason"),
    Transition("suspended", "withdrawn", "withdrawn", ANYBODY, "a reason"),
    Transition("released", "expired", NO_ENTRY, "the calendar", "the last day of the certificate is past"),
    Transition("expired", "withdrawn", "withdrawn", ANYBODY, "a reason"),
)
STATES = tuple(dict.fromkeys(name for step in TRANSITIONS for name in (step.before, step.after)))
KINDS = frozenset(step.entry for step in TRANSITIONS if step.entry != NO_ENTRY)


def step(before: str, entry: str) -> Transition | None:
    """The one step from a state that an entry of this kind records, or nothing.

    >>> step("audited", "released") is None, step("audited", "signed").after
    (True, 'signed')
    """
    for each in TRANSITIONS:
        if (each.before, each.entry) == (before, entry):
            return each
    return None


def state_of(entries: Sequence[Entry], today: date) -> str:
    """The state of a run, from all ledger entries about it, in order; `new` when there is none.

    Raises Damaged when the table does not allow an entry where it stands.

    >>> state_of([], date(2026, 3, 2))
    'new'
    """
    state = NEW
    for entry in entries:
        if entry.kind in KINDS:
            allowed = step(state, entry.kind)
            if allowed is None:
                raise _not_ours(
                    entry, f"says that a run was {entry.kind} when {in_words(state)}, which cannot be"
                )
            if lacking(entry.kind, entry.body):
                raise _not_ours(entry, f"holds an entry `{entry.kind}` without what belongs in one")
            state = allowed.after
    if state == "released" and today.isoformat() > recorded_until(entries):
        return "expired"
    return state


def entries_of(held: Transaction, run_id: str) -> list[Entry]:
    """The entries about a run that move it from state to state; others may be about it too."""
    return [entry for entry in held.entries(subject=run_id) if entry.kind in KINDS]


def in_words(state: str) -> str:
    """A state in a sentence.

    >>> in_words("new"), in_words("withdrawn")
    ('it is not in the ledger', 'it is withdrawn')
    """
    words = {NEW: "not in the ledger", "drafted": "not audited"}
    return f"it is {words.get(state, state)}"


def _not_ours(entry: Entry, what: str) -> Damaged:
    return Damaged(
        f"The ledger {what}.",
        where=f"ledger entry {entry.seq}",
        todo="Do not use this run; find out who wrote to the ledger without the gate.",
    )


def recorded_until(entries: Sequence[Entry]) -> str:
    """The last day of the certificate, as recorded at the latest release; ISO format."""
    return max(str(entry.body["certificate"]["expires"]) for entry in entries if entry.kind == "released")


def mermaid() -> str:
    """The table as a mermaid state diagram.

    >>> print(mermaid().splitlines()[1])
        [*] --> drafted: drafted
    """
    lines = ["stateDiagram-v2"]
    for each in TRANSITIONS:
        before = "[*]" if each.before == NEW else each.before
        label = "the date passes" if each.entry == NO_ENTRY else each.entry
        lines.append(f"    {before} --> {each.after}: {label}")
    ends = {each.after for each in TRANSITIONS} - {each.before for each in TRANSITIONS}
    lines += [f"    {state} --> [*]" for state in STATES if state in ends]
    return "\n".join(lines) + "\n"


def stages_mermaid() -> str:
    """The stages as a mermaid diagram.

    >>> "shadow --> pilot" in stages_mermaid()
    True
    """
    lines = ["stateDiagram-v2", f"    [*] --> {STAGES[0]}"]
    lines += [f"    {a} --> {b}: a release at {a}" for a, b in pairwise(STAGES)]
    return "\n".join(lines) + "\n"


def table() -> str:
    """The table as Markdown.

    >>> print(table().splitlines()[0])
    | from | to | ledger entry | who may | what it needs |
    """
    rows = [("from", "to", "ledger entry", "who may", "what it needs"), ("---",) * 5]
    rows += [(each.before, each.after, each.entry, each.who, each.needs) for each in TRANSITIONS]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
