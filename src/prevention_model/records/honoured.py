"""What the rights that stand do to the records: the one place where that is decided.

An erasure takes every row about a person out, and every row in which they are the other person. An objection
stays on record as an attribute that counts on every index date, so that no cohort holds the person; `heard`
takes what is known of them out of what a run sees. A correction is replayed on what the source still says.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from prevention_model.records.corrections import IN_VAULT, corrected, in_months
from prevention_model.records.records import Records
from prevention_model.records.rights import CORRECTION, ERASURE, OBJECTION, Right, Rights
from prevention_model.records.schema import SCHEMAS
from prevention_model.records.vault import Vault

SOURCE = "rights"
"""The source of the attribute that says that somebody objects."""

ALWAYS = pd.Timestamp("1900-01-01")
"""The day of that attribute: before every index date, since the law does not ask when a model looked."""

_WHAT_THEY_DID = ("event", "spell", "measurement", "attribute")


@dataclass(frozen=True)
class Honoured:
    """Records in which every right is honoured, and what that took.

    `erasures`: those that stand, each with the pseudonyms that it took out. `objecting`: pseudonyms.
    `replayed`: by right, how many cells a correction changed. `met`: the corrections that the source now makes
    itself. `unclear`: rights that fit several people as now linked.
    """

    records: Records
    erasures: tuple[tuple[Right, frozenset[str]], ...]
    objecting: frozenset[str]
    replayed: Mapping[str, int]
    met: frozenset[str]
    unclear: frozenset[str]

    @property
    def erased(self) -> frozenset[str]:
        """The pseudonyms of everybody who was taken out."""
        return frozenset(person for _, people in self.erasures for person in people)

    def text(self) -> list[str]:
        """What a person should know of it, line by line; nothing where no right stands.

        >>> none = frozenset()
        >>> Honoured(Records.from_frames({}), (), frozenset({"p1"}), {"right-1": 2}, none, none).text()
        ['Rights: 0 erased, 1 objecting, 1 corrections replayed on 2 cells, 0 met by their source.']
        """
        if not (self.erased or self.objecting or self.replayed or self.met):
            return []
        said = (
            f"Rights: {len(self.erased)} erased, {len(self.objecting)} objecting, {len(self.replayed)} corrections "
            f"replayed on {sum(self.replayed.values())} cells, {len(self.met)} met by their source."
        )
        return [
            said,
            *(f"{number} now fits several people: look whose it is." for number in sorted(self.unclear)),
        ]


def honour(records: Records, vault: Vault, *, delivered: bool) -> Honoured:
    """Honour every right that stands: in the records that are returned, and corrections in the vault as well.

    When the records are stored, `settle` does the rest. `delivered`: the records come fresh from the sources,
    so that a correction which finds nothing to change, and finds what it would have written, is met and is not
    replayed again.
    """
    standing = Rights(vault).standing()
    erased, objecting = (_people(standing, kind) for kind in (ERASURE, OBJECTION))
    frames, replayed, met = _corrected(records, vault, standing, delivered)
    frames = _objected(_erased(frames, erased), objecting)
    return Honoured(
        replace(records, frames=frames),
        tuple((right, frozenset(people)) for right, people in standing if right.kind == ERASURE),
        frozenset(objecting),
        replayed,
        frozenset(met),
        frozenset(right.number for right, people in standing if len(people) > 1),
    )


def settle(made: Honoured, vault: Vault) -> None:
    """Once the records are stored: those who are erased leave the vault, and what is met stands no longer.

    Interrupted, it is done by the next load, which finds the same people again.
    """
    rights = Rights(vault)
    if made.erased:
        rights.forget(made.erasures)
    if made.met:
        rights.end(made.met)


def _people(standing: Sequence[tuple[Right, set[str]]], kind: str) -> set[str]:
    return {person for right, people in standing if right.kind == kind for person in people}


def heard(records: Records) -> Records:
    """The records as a run may see them: of those who object through the authority, nothing that happened.

    Who they are stays, so that a cohort can count them as left out.

    >>> event = {"person_id": ["a", "b"], "kind": "visit", "event_date": ["2024-03-01"] * 2}
    >>> told = {"person_id": ["a"], "name": OBJECTION, "value": "true", "event_date": [ALWAYS], "source": SOURCE}
    >>> records = Records.from_frames({"event": pd.DataFrame(event), "attribute": pd.DataFrame(told)})
    >>> heard(records).frames["event"].person_id.to_list()
    ['b']
    """
    told = records.frames["attribute"]
    objecting = told["person_id"][told["source"].eq(SOURCE) & told["name"].eq(OBJECTION)]
    if objecting.empty:
        return records
    frames = dict(records.frames)
    for name in _WHAT_THEY_DID:
        rows = frames[name]
        theirs = rows["person_id"].isin(objecting)
        if name == "attribute":
            theirs &= rows["name"].ne(OBJECTION)
        frames[name] = rows[~theirs].reset_index(drop=True)
    return replace(records, frames=frames)


def _erased(frames: Mapping[str, pd.DataFrame], people: Collection[str]) -> dict[str, pd.DataFrame]:
    made = {}
    for name, rows in frames.items():
        theirs = pd.Series(False, index=rows.index)
        for column in {"person_id", "other_id"} & set(rows):
            theirs |= rows[column].isin(list(people))
        made[name] = rows[~theirs].reset_index(drop=True) if theirs.any() else rows
    return made


def _objected(frames: Mapping[str, pd.DataFrame], people: Collection[str]) -> dict[str, pd.DataFrame]:
    """What a source says of these people's objection gives way to what they told the authority."""
    told = frames["attribute"]
    given_way = told["name"].eq(OBJECTION) & (
        told["source"].eq(SOURCE) | told["person_id"].isin(list(people))
    )
    if not people and not given_way.any():
        return dict(frames)
    # Somebody whom no row names any longer is not brought back by having objected.
    here = sorted(set(people) & set(frames["person"]["person_id"]))
    ours = pd.DataFrame({"person_id": here, "name": OBJECTION, "value": "true", "source": SOURCE})
    ours = SCHEMAS["attribute"].conform(ours.assign(event_date=ALWAYS, known_date=ALWAYS))
    parts = [part for part in (told[~given_way], ours) if len(part)]
    return {**frames, "attribute": pd.concat(parts, ignore_index=True) if parts else ours}


def _corrected(
    records: Records, vault: Vault, standing: Sequence[tuple[Right, set[str]]], delivered: bool
) -> tuple[dict[str, pd.DataFrame], dict[str, int], set[str]]:
    """The tables, cells changed by right, and the rights that are met; identities are corrected in the vault."""
    frames, replayed, met = dict(records.frames), dict[str, int](), set[str]()
    wanted = [(right, people) for right, people in standing if right.kind == CORRECTION and people]
    identities = vault.stored("identities") if wanted else None
    for right, people in wanted:
        change, changed, agrees = right.change, 0, 0
        if change.table == "person" and change.field in IN_VAULT and identities is not None:
            identities, changed, agrees = corrected(identities, change, people)
        if change.field in SCHEMAS[change.table].empty():
            month = in_months(change) if change.table == "person" else change
            frames[change.table], more, also = corrected(frames[change.table], month, people)
            changed, agrees = changed + more, agrees + also
        if changed:
            replayed[right.number] = changed
        elif agrees and delivered:
            met.add(right.number)
    if replayed and identities is not None:
        vault.write(identities)
    return frames, replayed, met
