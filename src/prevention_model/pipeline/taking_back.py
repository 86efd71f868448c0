"""After a release is taken back: its lists are kept as evidence, and a page stands where people open them."""

import os

from prevention_model.ledger import Entry, Ledger
from prevention_model.lists import manifest as manifests
from prevention_model.pages.document import Bullets, Document, Facts, Paragraph, Section, Tag, to_html
from prevention_model.pipeline.notices import what_to_do
from prevention_model.records.on_disk import write_whole
from prevention_model.records.workspace import Workspace
from prevention_model.settings.authority import Authority


def take_back(workspace: Workspace, ledger: Ledger, closed: Entry, authority: Authority) -> None:
    """Put the lists of the run out of use, at every stage of it; interrupted, it is done by closing again.

    The folder of a release moves to `taken_back`, whole, so that what was said of whom can still be shown. Where
    it lay, each zone has a page that says so and shows nobody. What the ledger recorded comes first: when a list
    can still be opened here, it is void already.
    """
    for release in ledger.entries("released", closed.subject):
        _set_aside(workspace, str(release.body["release_id"]))
    for given in ledger.entries("list_given", closed.subject):
        folder = workspace.release(str(given.body["release_id"])) / str(given.body["zone"])
        folder.mkdir(parents=True, exist_ok=True)
        files = {"list.html": _page(given, closed, authority).encode()}
        facts = {name: str(given.body[name]) for name in ("list_id", "release_id", "zone")}
        content = manifests.manifest(files, {**facts, manifests.TAKEN_BACK: closed.kind})
        for name, text in {**files, manifests.NAME: manifests.written(content)}.items():
            write_whole(folder / name, text)


def _set_aside(workspace: Workspace, release_id: str) -> None:
    place, kept = workspace.release(release_id), workspace.taken_back(release_id)
    if kept.exists() or not place.exists():
        return
    kept.parent.mkdir(exist_ok=True)
    kept.parent.chmod(0o700)
    os.replace(place, kept)
    place.mkdir()
    place.chmod(0o700)


def _page(given: Entry, closed: Entry, authority: Authority) -> str:
    said, state, front = given.body, closed.kind, authority.front_door
    facts = (
        ("List", str(said["list_id"])),
        (f"{state.capitalize()} on", str(closed.body["date"])),
        ("Why", str(closed.body["reason"])),
        ("Whom to ask", f"{closed.body['by']}, {authority.name}"),
    )
    concern = (
        f"An immediate concern about a child goes to {front.name}, telephone {front.telephone}, as always."
    )
    return to_html(
        Document(
            kind=f"Zone list for {said['recipient']}, {said['role']}",
            title=f"This list is {state}",
            lead="It shows nobody any more. No copy of it may be used, on paper or on screen.",
            sections=(
                Section("What", (Facts(facts),)),
                Section("What to do", (Bullets(what_to_do(state)), Paragraph(concern))),
            ),
            tags=(Tag(state.capitalize(), "red"),),
        )
    )
