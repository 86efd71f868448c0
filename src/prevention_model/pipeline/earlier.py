"""What was published before a run: the tables of earlier releases, and the cards of the version before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from prevention_model.cards import FACTS_FILE, CardFacts, PublicFacts
from prevention_model.disclosure import Cell, Published, ReleaseLog
from prevention_model.ledger import Ledger
from prevention_model.pipeline.card_places import card_places
from prevention_model.records.on_disk import locked, write_whole
from prevention_model.records.workspace import Workspace


@dataclass(frozen=True)
class Earlier:
    """`log`: what was printed before, against which small numbers are protected. `cards`: those of the run of the same
    experiment that was released last, by outcome; none for a first version."""

    log: ReleaseLog = field(default_factory=ReleaseLog)
    cards: Mapping[str, CardFacts] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        workspace: Workspace,
        ledger: Ledger,
        experiment: str,
        outcomes: Sequence[str],
        run_id: str,
        release_id: str = "",
    ) -> "Earlier":
        """What was published before this run, whose own releases do not count; or before a release of it."""
        log = ReleaseLog.read(workspace.published).before(release_id)
        released = [entry for entry in ledger.entries("released") if entry.body["experiment"] == experiment]
        own = (place for place, entry in enumerate(released) if entry.subject == run_id)
        before = released[: next(own, len(released))]
        if not before:
            return cls(log)
        places = card_places(workspace.run(before[-1].subject), list(outcomes))
        kept = {name: place / FACTS_FILE for name, place in places.items()}
        return cls(log, {name: CardFacts.read(path) for name, path in kept.items() if path.exists()})


def keep(workspace: Workspace, release_id: str, day: date, published: Mapping[str, PublicFacts]) -> None:
    """Put what a release printed into the log of releases. Keeping it again changes nothing."""
    cells: dict[Cell, int | None] = {}
    for facts in published.values():
        cells |= facts.cells
    with locked(workspace.folder):
        log = ReleaseLog.read(workspace.published).with_release(Published(release_id, day, cells))
        write_whole(workspace.published, log.written().encode())
