"""Telling those who received a list that it is suspended or withdrawn: one letter for each, made from the ledger."""

from collections.abc import Sequence
from pathlib import Path

from prevention_model.ledger import Entry, Ledger
from prevention_model.pages.document import Bullets, Document, Facts, Paragraph, Section, to_markdown
from prevention_model.records.workspace import Workspace
from prevention_model.settings.authority import Authority

_DO = {
    "withdrawn": (
        "Stop using the list now, and destroy every copy of it, on paper and on screen.",
        "Do not start a conversation because of it. Work that has begun goes on for its own reasons.",
        "Write back that your copy is destroyed, with the number of the list and the day.",
    ),
    "suspended": (
        "Stop using the list now, and keep it where nobody else reads it, until you are told more.",
        "Do not start a conversation because of it. Work that has begun goes on for its own reasons.",
    ),
}


def write_notices(workspace: Workspace, ledger: Ledger, closed: Entry, authority: Authority) -> list[Path]:
    """A letter to each recipient whom the ledger says has to be told of this entry; their paths.

    Nothing about a child stands in one, so that it may be sent as it is. The same again gives the same letters.
    """
    notices = [
        entry for entry in ledger.entries("notice", closed.subject) if entry.body["because"] == closed.kind
    ]
    written = []
    for entry in notices:
        folder = workspace.folder / "notices" / str(entry.body["release_id"])
        path = folder / f"{entry.body['zone']}-{closed.kind}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_letter(entry, closed, authority), encoding="utf-8", newline="\n")
        written.append(path)
    return written


def _letter(notice: Entry, closed: Entry, authority: Authority) -> str:
    said, state = notice.body, closed.kind
    contact = authority.contact_of(said["zone"], said["recipient"])
    facts = (
        ("To", ", ".join(part for part in (said["recipient"], contact) if part)),
        ("List", said["list_id"]),
        ("Release", said["release_id"]),
        (f"{state.capitalize()} on", said["date"]),
        (f"{state.capitalize()} by", closed.body["by"]),
        ("Why", closed.body["reason"]),
    )
    front = authority.front_door
    concern = (
        f"An immediate concern about a child goes to {front.name}, telephone {front.telephone}, as always."
    )
    return to_markdown(
        Document(
            kind="Notice to a recipient",
            title=f"A list that you received is {state}",
            lead=f"{authority.name} has {state} the release that list {said['list_id']} belongs to.",
            sections=(
                Section("What", (Facts(facts),)),
                Section("What to do", (Bullets(what_to_do(state)), Paragraph(concern))),
            ),
        )
    )


def what_to_do(state: str) -> tuple[str, ...]:
    """What a recipient of a list does when it is in this state, in sentences.

    >>> len(what_to_do("withdrawn")), len(what_to_do("suspended"))
    (3, 2)
    """
    return _DO[state]


def in_words(paths: Sequence[Path]) -> list[str]:
    """What a person who closes a release is told to do next."""
    if not paths:
        return ["Nobody received a list of it."]
    return [
        f"Send these to the recipients ({len(paths)}), today:",
        *(f"  {path}" for path in paths),
    ]
