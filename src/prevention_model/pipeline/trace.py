"""Tracing: from a release, a row or a person to the lists, what they rested on, who had them, and what followed."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from prevention_model.errors import Damaged, WrongUsage
from prevention_model.ledger import Entry, Ledger, whole
from prevention_model.outcomes import Outcome
from prevention_model.outcomes import catalogue as outcome_catalogue
from prevention_model.pipeline.followed import Followed, followed
from prevention_model.pipeline.listed import listed_in
from prevention_model.pipeline.retention import Agreed
from prevention_model.records.records import Records
from prevention_model.records.workspace import Workspace
from prevention_model.release import hash_of, overview
from prevention_model.settings.experiment import Experiment

_OF_A_LIST = ("list_given", "list_sealed", "list_viewed", "list_destroyed", "notice", "list_void")
_OF_A_ROW = ("decided", "contest_opened", "contest_closed")
_OF_A_PERSON = ("objection", "objection_withdrawn", "erasure", "correction", "correction_met")


@dataclass(frozen=True)
class Origin:
    """What a release rests on: the run, its author and signatories, the hashes of all it was made of, its certificate.

    `state` is that of today; `closed_because` is why it was taken back, or nothing.
    """

    release_id: str
    run_id: str
    experiment: str
    author: str
    stage: str
    state: str
    closed_because: str
    released: str
    lists_until: str
    index_date: date | None
    outcomes: tuple[str, ...]
    signed_by: tuple[str, ...]
    waived: tuple[str, ...]
    certificate: Mapping[str, str]
    hashes: Mapping[str, str]


@dataclass(frozen=True)
class ListTrace:
    """One list: whom it was made for, how many stand on it, and every entry of the ledger about it, in order."""

    list_id: str
    zone: str
    recipient: str
    families: int
    children: int
    entries: tuple[Entry, ...]

    def of(self, *kinds: str) -> list[Entry]:
        """Its entries of these kinds."""
        return [entry for entry in self.entries if entry.kind in kinds]


@dataclass(frozen=True)
class ReleaseTrace:
    """A release with its lists, and what followed for the children on them by now."""

    origin: Origin
    lists: tuple[ListTrace, ...]
    followed: tuple[tuple[str, str, Followed], ...]
    """Zone, household and what followed, for each child on a list and each outcome."""


@dataclass(frozen=True)
class Place:
    """One child's place on one list: the row, and every entry of the ledger about the list or the row."""

    origin: Origin
    list_id: str
    row_id: str
    child_ref: str
    person_id: str
    position_band: str
    is_index_child: bool
    on_list: ListTrace
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class PersonTrace:
    """A person, or the children of a row: where they stood, where they were looked at and not listed, what followed.

    `on_record` says who is in the records today; `rights` are objections, erasures and corrections.
    """

    people: tuple[str, ...]
    on_record: tuple[str, ...]
    rights: tuple[Entry, ...]
    places: tuple[Place, ...]
    not_listed: tuple[Origin, ...]
    followed: tuple[Followed, ...]


class Tracer:
    """Answers from one workspace, whose ledger is verified first. Raises Damaged when it is not what was written."""

    def __init__(self, workspace: Workspace, ledger: Ledger, agreed: Mapping[str, Agreed]) -> None:
        self._workspace, self._ledger, self._agreed = workspace, ledger, agreed
        ledger.verify()
        self._entries = ledger.entries()
        self._runs = {run.run_id: run for run in overview(ledger, ledger.today())}

    def release(self, release_id: str) -> ReleaseTrace:
        """A release. Raises WrongUsage when there is none of that number."""
        listed = listed_in(self._workspace, release_id)
        origin = self._origin(release_id)
        homes = listed.drop_duplicates("person_id").set_index("person_id")[["zone", "household_id"]]
        came = self._followed(list(dict.fromkeys(listed["person_id"])), [origin])
        return ReleaseTrace(
            origin,
            self._lists(release_id, listed),
            tuple((str(homes.at[each.person_id, "zone"]), str(homes.at[each.person_id, "household_id"]), each)
                  for each in came),
        )  # fmt: skip

    def row(self, row_id: str, by: str) -> PersonTrace:
        """The children of a row of a list. Raises WrongUsage when there is no such row."""
        for release_id in self._releases():
            if row_id.startswith(f"{release_id}-"):
                listed = listed_in(self._workspace, release_id)
                people = tuple(listed.loc[listed["row_id"] == row_id, "person_id"])
                if people:
                    return self._people(people, by, row_id)
        raise WrongUsage(
            "There is no such row.",
            where=row_id,
            todo="The number of a row is that of its list, a stroke, and F-...",
        )

    def person(self, person_id: str, by: str) -> PersonTrace:
        """A person, by pseudonym. Raises WrongUsage when nothing here ever knew them."""
        return self._people((person_id,), by, "")

    def _people(self, people: tuple[str, ...], by: str, row_id: str) -> PersonTrace:
        if not by.strip():
            raise WrongUsage("Looking up a person is recorded.", where="--by", todo="Say who looks them up.")
        places, elsewhere = [], []
        for release_id in self._releases():
            listed = listed_in(self._workspace, release_id)
            mine = listed[listed["person_id"].isin(people)]
            if row_id:
                mine = mine[mine["row_id"] == row_id]
            places += [self._place(release_id, listed, row) for row in mine.to_dict("records")]
            if mine.empty and not row_id and self._looked_at(release_id, people):
                elsewhere.append(self._origin(release_id))
        records = self._workspace.records()
        there = set(records.frames["person"]["person_id"])
        on_record = tuple(person for person in people if person in there)
        rights = tuple(e for e in self._entries if e.kind in _OF_A_PERSON and e.subject in people)
        if not (places or elsewhere or on_record or rights):
            raise WrongUsage(
                "Nobody of this pseudonym is or was known here.",
                where="--person",
                todo="Check the spelling, or name the person by --identifier and --value.",
            )
        origins = {place.origin.release_id: place.origin for place in places}
        came = self._followed(people, list(origins.values()), records)
        for person in people:
            body = {"by": by.strip(), "day": self._ledger.today().isoformat()}
            self._ledger.append("traced", person, whole("traced", body))
        return PersonTrace(people, on_record, rights, tuple(places), tuple(elsewhere), tuple(came))

    def _place(self, release_id: str, listed: pd.DataFrame, row: Mapping[Any, Any]) -> Place:
        (on_list,) = (each for each in self._lists(release_id, listed) if each.list_id == row["list_id"])
        about = [
            entry
            for entry in self._entries
            if entry.kind in _OF_A_ROW and _is_about(entry, row, self._entries)
        ]
        return Place(
            origin=self._origin(release_id),
            list_id=str(row["list_id"]),
            row_id=str(row["row_id"]),
            child_ref=str(row["child_ref"]),
            person_id=str(row["person_id"]),
            position_band=str(row["position_band"]),
            is_index_child=bool(row["is_index_child"]),
            on_list=on_list,
            entries=tuple(about),
        )

    def _releases(self) -> list[str]:
        return [str(entry.body["release_id"]) for entry in self._entries if entry.kind == "released"]

    def _released(self, release_id: str) -> Entry:
        return next(e for e in self._entries if e.kind == "released" and e.body["release_id"] == release_id)

    def _lists(self, release_id: str, listed: pd.DataFrame) -> tuple[ListTrace, ...]:
        found = []
        for given in self._entries:
            if given.kind == "list_given" and given.body["release_id"] == release_id:
                list_id = given.body["list_id"]
                mine = listed[listed["list_id"] == list_id]
                about = [e for e in self._entries if e.kind in _OF_A_LIST and e.body["list_id"] == list_id]
                found.append(
                    ListTrace(
                        str(list_id), str(given.body["zone"]), f"{given.body['recipient']}, {given.body['role']}",
                        int(mine["row_id"].nunique()), len(mine), tuple(about),
                    )
                )  # fmt: skip
        return tuple(found)

    def _origin(self, release_id: str) -> Origin:
        released = self._released(release_id)
        run = self._runs[released.subject]
        facts = next(e.body["run"] for e in self._entries if e.kind == "audited" and e.subject == run.run_id)
        index_date, outcomes = self._looked_for(run.run_id)
        return Origin(
            release_id=release_id,
            run_id=run.run_id,
            experiment=run.experiment,
            author=run.author,
            stage=str(released.body["stage"]),
            state=run.state,
            closed_because=run.closed_because,
            released=str(released.body["date"]),
            lists_until=str(released.body["lists_until"]),
            index_date=index_date,
            outcomes=tuple(each.name for each in outcomes),
            signed_by=tuple(released.body.get("signed_by", ())),
            waived=tuple(str(each["check"]) for each in released.body.get("waivers", ())),
            certificate=dict(released.body["certificate"]),
            hashes={
                name.removesuffix("_hash"): str(value)
                for name, value in facts.items()
                if name.endswith("_hash")
            }
            | {"lists": str(released.body["manifest"])},
        )

    def _looked_for(self, run_id: str) -> tuple[date | None, tuple[Outcome, ...]]:
        """The day as at which a run looked, and the outcomes that it released; nothing where its files are gone."""
        path = self._workspace.run(run_id) / "experiment.yaml"
        if not path.exists():
            return None, ()
        experiment = Experiment.read(path)
        named = {each.name: each for each in outcome_catalogue()}
        return experiment.score_on, tuple(named[name] for name in experiment.ranking)

    def _looked_at(self, release_id: str, people: Sequence[str]) -> bool:
        """Whether the run of a release gave scores to any of these people. Raises Damaged for other scores."""
        released = self._released(release_id)
        path = self._workspace.run(released.subject) / "scores.parquet"
        if not path.exists():
            return False
        if hash_of(path) != self._origin(release_id).hashes["scores"]:
            raise Damaged(
                "The scores are not the ones that were released.",
                where=f"run {released.subject}",
                todo="Restore the folder of the run from a backup, and find out who changed it.",
            )
        scored = pd.read_parquet(io.BytesIO(path.read_bytes()), columns=["person_id"])
        return bool(scored["person_id"].isin(people).any())

    def _followed(
        self, people: Sequence[str], origins: Sequence[Origin], records: Records | None = None
    ) -> list[Followed]:
        found = []
        # A run released at several stages is one list to follow.
        for origin in {each.run_id: each for each in origins}.values():
            day, outcomes = self._looked_for(origin.run_id)
            if day is None:
                continue
            members = pd.DataFrame({"person_id": list(people), "index_date": pd.Timestamp(day)})
            records = records or self._workspace.records()
            found += followed(records, members, outcomes, self._agreed)
        return found


def _is_about(entry: Entry, row: Mapping[Any, Any], entries: Sequence[Entry]) -> bool:
    """Whether an entry is about a row: by its number, or as the end of a contest that is."""
    if entry.kind != "contest_closed":
        return bool(entry.body.get("row_id") == row["row_id"])
    opened = [e for e in entries if e.kind == "contest_opened" and e.body["contest"] == entry.body["contest"]]
    return any(e.body["row_id"] == row["row_id"] for e in opened)
