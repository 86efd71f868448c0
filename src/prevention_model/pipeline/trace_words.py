"""What was traced, in words for a page and for the screen, and as JSON for another program."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from prevention_model.disclosure import SYMBOL, is_small, protect_counts
from prevention_model.ledger import Entry
from prevention_model.lists.actions import DECISIONS
from prevention_model.pages.document import Bullets, Document, Facts, Inset, Paragraph, Section, Table
from prevention_model.pages.words import joined, plural
from prevention_model.pipeline.trace import ListTrace, Origin, PersonTrace, Place, ReleaseTrace

_SMALL = f"{SYMBOL}: hidden, because it is 1 to 5 families, or would tell such a number."


def of_release(traced: ReleaseTrace) -> Document:
    """A release: what it rests on, who had its lists, and what followed so far, with small numbers hidden."""
    origin = traced.origin
    return Document(
        kind="Trace of a release",
        title=f"Release {origin.release_id}",
        lead=_stands(origin),
        sections=(
            Section("What it rests on", (_facts(origin),)),
            Section("Who had a list", (_lists(traced.lists),)),
            *(
                Section(f"List {each.list_id}", (_entries(each.entries, each.list_id),))
                for each in traced.lists
            ),
            Section("What followed so far", _so_far(traced)),
        ),
        foot="From the ledger, which is as it was written. Nobody is named here.",
    )


def of_people(traced: PersonTrace) -> Document:
    """A person, or the children of a row: where they stood, who saw it, what was decided, and what followed."""
    return Document(
        kind="Trace of a person",
        title=f"Person {joined(traced.people)}" if len(traced.people) == 1 else "The children of a row",
        lead=_known(traced),
        sections=(
            *(
                [Section("What they asked for", (_entries(traced.rights, "rights"),))]
                if traced.rights
                else []
            ),
            *(_place(place) for place in traced.places),
            *(
                [Section("Looked at, and not listed", (Bullets(tuple(map(_stands, traced.not_listed))),))]
                if traced.not_listed
                else []
            ),
            Section("What followed", (_followed(traced),)),
        ),
        foot="From the ledger, which is as it was written. This look-up is recorded in it.",
    )


def plain(traced: ReleaseTrace | PersonTrace) -> dict[str, Any]:
    """The same as JSON. Of a release it holds counts, small ones hidden, and no person."""
    if isinstance(traced, PersonTrace):
        return {**asdict(traced), "followed": [asdict(each) for each in traced.followed]}
    return {
        "origin": asdict(traced.origin),
        "lists": [asdict(each) for each in traced.lists],
        "so_far": [dict(zip(_COLUMNS, row, strict=True)) for row in _counted(traced)],
    }


def _stands(origin: Origin) -> str:
    why = f": {origin.closed_because}" if origin.closed_because else ""
    return (
        f"Release {origin.release_id}, stage {origin.stage}, made on {origin.released} from run {origin.run_id}; "
        f"today it is {origin.state}{why}."
    )


def _known(traced: PersonTrace) -> str:
    gone = [person for person in traced.people if person not in traced.on_record]
    erased = {entry.subject for entry in traced.rights if entry.kind == "erasure"}
    ended = {number for e in traced.rights if e.kind == "objection_withdrawn" for number in e.body["rights"]}
    objects = any(e.kind == "objection" and e.body["right"] not in ended for e in traced.rights)
    said = []
    if set(gone) & erased:
        said.append(
            "Erased on request: nothing is on record of them any longer. What they stood on before is kept as "
            "evidence, by pseudonym, with the release it belongs to."
        )
    elif gone:
        said.append(f"{plural(len(gone), 'person', 'people')} of {len(traced.people)} not on record today.")
    if objects:
        said.append("An objection stands: they are in no cohort, run or list made since.")
    lists = len({place.list_id for place in traced.places})
    said.append(f"On {plural(lists, 'list')}." if lists else "On no list.")
    return " ".join(said)


def _facts(origin: Origin) -> Facts:
    certificate = origin.certificate
    return Facts(
        (
            ("Run", f"{origin.run_id}, of the experiment {origin.experiment}, by {origin.author}"),
            ("Looked at as at", str(origin.index_date or "not known: the run's files are gone")),
            ("Signed by", "; ".join(origin.signed_by) or "not recorded"),
            ("Checks waived", "; ".join(origin.waived) or "none"),
            ("Certificate", f"{certificate['id']}, from {certificate['issued']} to {certificate['expires']}"),
            ("Lists until", origin.lists_until),
            *((f"SHA-256 of the {name}", value) for name, value in origin.hashes.items()),
        )
    )


def _lists(lists: Sequence[ListTrace]) -> Table:
    return Table(
        "Lists of this release",
        ("List", "For", "Families", "Children", "Sealed copies", "Opened", "Destroyed", "Void"),
        tuple(
            (
                each.list_id, each.recipient, str(each.families), str(each.children),
                str(len(each.of("list_sealed"))), _days(each.of("list_viewed"), "not reported"),
                _days(each.of("list_destroyed"), "not reported"), _days(each.of("list_void"), "no"),
            )
            for each in lists
        ),
        (2, 3, 4),
    )  # fmt: skip


def _days(entries: Sequence[Entry], none: str) -> str:
    return ", ".join(dict.fromkeys(_day(entry) for entry in entries)) or none


def _entries(entries: Sequence[Entry], whose: str) -> Table:
    return Table(
        f"What the ledger says: {whose}",
        ("On", "What", "By", "Entry"),
        tuple((_day(e), _what(e), str(e.body.get("by", "")), str(e.seq)) for e in entries),
        (3,),
    )


def _day(entry: Entry) -> str:
    return str(entry.body.get("day") or entry.body.get("date") or entry.at[:10])


def _what(entry: Entry) -> str:
    said = entry.body
    match entry.kind:
        case "list_given":
            return f"Made for {said['recipient']}, {said['role']}; its files {said['pack'][:12]}"
        case "list_sealed":
            return f"Sealed copy ({said['how']}), {said['copy'][:12]}"
        case "list_viewed":
            return "Opened, as reported"
        case "list_destroyed":
            return "Destroyed, as reported"
        case "notice":
            return f"{said['recipient']} has to be told that it is {said['because']}"
        case "list_void":
            return f"Void, because {said['because']}: {plural(len(said['copies']), 'copy', 'copies')}"
        case "decided":
            return f"Decided: {DECISIONS.get(said['decision'], said['decision'])}"
        case "contest_opened":
            return f"Challenge {said['contest']} of the {said['about']}; an answer is due by {said['due']}"
        case "contest_closed":
            return f"Challenge {said['contest']} closed: {said['outcome'].replace('_', ' ')}"
        case "correction":
            return f"Correction of {said['table']}, {said['field']}"
        case _:
            return entry.kind.replace("_", " ").capitalize()


def _place(place: Place) -> Section:
    band = "the random reserve" if place.position_band == "reserve" else f"position {place.position_band}"
    rests = "the family's place rests on this child" if place.is_index_child else "a child of the family"
    both = sorted((*place.on_list.entries, *place.entries), key=lambda entry: entry.seq)
    return Section(
        f"Row {place.row_id}",
        (
            Paragraph(f"{_stands(place.origin)} Child {place.child_ref}, in {band}; {rests}."),
            _facts(place.origin),
            _entries(both, place.row_id),
        ),
    )


def _followed(traced: PersonTrace) -> Table | Paragraph:
    if not traced.followed:
        return Paragraph("Nothing is known: on no list, or not on record today.")
    rows = [
        (each.person_id, each.plain, f"{each.horizon} from {each.index_date}", each.line)
        for each in traced.followed
    ]
    return Table("What the records say now", ("Person", "Outcome", "Within", "What followed"), tuple(rows))


_COLUMNS = ("outcome", "zone", "families", "came", "did not", "not known yet")


def _counted(traced: ReleaseTrace) -> list[tuple[str, ...]]:
    """Families on the list of each zone, and of all, by whether it came to a child of theirs who could come to it."""
    rows = [(zone, home, each.plain, each.status) for zone, home, each in traced.followed]
    frame = pd.DataFrame(rows, columns=["zone", "home", "outcome", "status"])
    frame = frame[frame["status"] != "not_at_risk"]
    counted = []
    for outcome, mine in frame.groupby("outcome", sort=True):
        # One child to whom it came is enough; one who cannot be followed leaves it open.
        rank = (
            mine["status"]
            .map({"onset": 2, "censored": 1, "none": 0})
            .groupby([mine["zone"], mine["home"]])
            .max()
        )
        table = pd.crosstab(rank.index.get_level_values("zone"), rank).reindex(
            columns=[2, 0, 1], fill_value=0
        )
        counted += _shown(str(outcome), [str(zone) for zone in table.index], table.to_numpy().tolist())
    return counted


def _shown(outcome: str, zones: Sequence[str], numbers: Sequence[Sequence[int]]) -> list[tuple[str, ...]]:
    """Rows for the zones and for all of them. Where one of its numbers has to be hidden, so have the others: any of
    them would tell it."""
    wholes = [sum(row) for row in numbers]
    columns = [protect_counts(column, wholes) for column in zip(*numbers, strict=True)]
    hidden = [any(column.counts[n] is None for column in columns) for n in range(len(zones))]
    rows = [
        (outcome, zone, str(whole), *(SYMBOL if hide else str(number) for number in row))
        for zone, whole, row, hide in zip(zones, wholes, numbers, hidden, strict=True)
    ]
    totals = [sum(column) for column in zip(*numbers, strict=True)]
    hide = any(column.total is None for column in columns) or any(map(is_small, totals))
    return [*rows, (outcome, "all zones", str(sum(wholes)), *(SYMBOL if hide else str(n) for n in totals))]


def _so_far(traced: ReleaseTrace) -> tuple[Table | Paragraph | Inset, ...]:
    rows = _counted(traced)
    if not rows:
        return (Paragraph("Nothing is known of anybody on these lists today."),)
    return (
        Paragraph(
            "By what the records say now, of families on a list with a child who could come to it. "
            "Not known yet: the records do not reach to the end, or stopped to."
        ),
        Table("What followed for families on these lists", tuple(name.capitalize() for name in _COLUMNS), tuple(rows),
              (2, 3, 4, 5)),
        Inset(_SMALL),
    )  # fmt: skip
