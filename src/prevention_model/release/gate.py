"""The one door. Nothing reaches a coordinator except as `ReleasedScores`, which only this file makes.

A release has two phases. `check` finds nothing missing and gives the scores; the caller writes its lists
into a hidden folder; `record` puts the release into the ledger; only then is the folder moved into place.
Whatever is cut off in between, running it again finishes the work. There is no way to force it.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field
from datetime import date, timedelta
from typing import Any, NoReturn

import pandas as pd

from prevention_model.errors import Damaged, ReleaseRefused, WrongUsage
from prevention_model.ledger import Entry, Ledger, Transaction
from prevention_model.release.facts import RunContent, RunFacts, read_run
from prevention_model.release.recipients import Recipient, give
from prevention_model.release.runs import audited, check_recorded
from prevention_model.release.signing import clock_faults, refusal, too_old
from prevention_model.release.signoff import SignOff, Waiver, signatory_faults
from prevention_model.release.standing import Signature, Standing, standing
from prevention_model.release.states import STAGES, entries_of, in_words, recorded_until, state_of
from prevention_model.settings.authority import Signatory

_GATE = object()
_OPEN = ("audited", "refused", "signed", "released")  # for these, what is missing is said in words
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Certificate:
    """That a run may be used, from the day of its first release to `expires`, that day included.

    >>> Certificate("C-1", date(2026, 3, 2), date(2027, 3, 1)).plain()["expires"]
    '2027-03-01'
    """

    id: str
    issued: date
    expires: date

    def plain(self) -> dict[str, str]:
        """As plain JSON."""
        return {"id": self.id, "issued": self.issued.isoformat(), "expires": self.expires.isoformat()}


@dataclass(frozen=True)
class Terms:
    """By whose signatures and which rules a release is judged: what `verify` judges by again."""

    ledger: Ledger
    signatories: tuple[Signatory, ...]
    policy: SignOff
    stage: str
    today: date
    unfilled: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ReleasedScores:
    """Scores that were let through. Only the gate makes one; it cannot be copied, pickled or subclassed.

    `lists_until` is the last day of lists made from it. `signatures` are those that count. `scores` and
    `reasons` are new frames at each use, read from the very bytes that were checked.
    Raises ReleaseRefused when made elsewhere.
    """

    run: RunFacts
    stage: str
    release_id: str
    certificate: Certificate
    lists_until: date
    signatures: tuple[Signature, ...]
    waivers: tuple[Waiver, ...]
    terms: Terms = field(repr=False)
    content: RunContent = field(repr=False)
    made_by: InitVar[object]

    def __post_init__(self, made_by: object) -> None:
        if made_by is not _GATE:
            _elsewhere()

    def __init_subclass__(cls) -> None:
        _elsewhere()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        _elsewhere()

    @property
    def signed_by(self) -> tuple[str, ...]:
        """Names with roles, each once."""
        return tuple(dict.fromkeys(f"{each.name} ({each.role})" for each in self.signatures))

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that were audited together, and rank: the first chose the model for all."""
        return self.content.outcomes

    @property
    def weights(self) -> dict[str, float]:
        """How much each of them counts in the order of a list, by the policy that the run was audited by."""
        return self.content.policy.weights(self.outcomes)

    @property
    def scores(self) -> pd.DataFrame:
        """One row a person and outcome; columns as in `scores.parquet`."""
        return pd.read_parquet(io.BytesIO(self.content.scores))

    @property
    def reasons(self) -> pd.DataFrame:
        """Reasons and strengths; columns as in `reasons.parquet`."""
        return pd.read_parquet(io.BytesIO(self.content.reasons))


def _elsewhere() -> NoReturn:
    raise ReleaseRefused(
        "Released scores are made by the gate only.", todo="Have the run audited and signed, then release it."
    )


def check(
    ledger: Ledger,
    run: RunFacts,
    signatories: Sequence[Signatory],
    policy: SignOff,
    stage: str,
    today: date,
    unfilled: Sequence[str],
) -> ReleasedScores:
    """First phase: look at everything, write nothing.

    `today` is the UTC date; `unfilled` names what the authority has yet to say before anything is published. For a
    release that is recorded already, looks at everything again and gives the certificate as it was recorded. Raises
    Damaged (a file, a signature or the ledger is not what was written), Expired (certificate past) or ReleaseRefused,
    with every reason at once.
    """
    if stage not in STAGES:
        raise WrongUsage(f"There is no stage {stage}.", todo=f"Choose one of {', '.join(STAGES)}.")
    content = read_run(run)
    terms = Terms(ledger, tuple(signatories), policy, stage, today, tuple(unfilled))
    with ledger.reading() as held:
        return _look(held, run, content, terms)


def verify(released: ReleasedScores, today: date) -> ReleasedScores:
    """Look at everything again, as `check` did, before each use of released scores.

    Raises as `check` does, and Damaged when what it finds is not what was released.
    """
    old = released.terms
    again = check(old.ledger, released.run, old.signatories, old.policy, old.stage, today, old.unfilled)
    if again.content != released.content:
        raise Damaged("The scores are not the ones that were released.", where=f"run {released.run.run_id}")
    return again


def record(ledger: Ledger, released: ReleasedScores, manifest: str, recipients: Sequence[Recipient]) -> Entry:
    """Second phase: put the release into the ledger, with the SHA-256 of the caller's manifest of its lists, and
    who receives each.

    Everything is looked at again while nobody else can write. The same run, stage and manifest again give
    the entry that is there. Raises as `check` does, and ReleaseRefused for another manifest.
    """
    if not _HASH.fullmatch(manifest):
        raise WrongUsage("The manifest is given by its SHA-256, 64 hexadecimal characters.")
    content = read_run(released.run)
    with ledger.transaction() as held:
        found = _look(held, released.run, content, released.terms)
        known = _recorded(held.entries("released", found.run.run_id), found.stage)
        if known is not None:
            return _same(known, manifest)
        entry = held.append("released", found.run.run_id, _body(found, manifest, found.terms.today))
        give(held, entry, recipients)
        return entry


def _same(known: Entry, manifest: str) -> Entry:
    if known.body["manifest"] == manifest:
        return known
    raise ReleaseRefused(
        "The run was released at this stage before, with other lists.",
        where=f"release {known.body['release_id']}",
        todo="Use the lists that were released; to replace them, withdraw the release and make a new run.",
    )


def _body(released: ReleasedScores, manifest: str, today: date) -> dict[str, Any]:
    return {
        "release_id": released.release_id,
        "stage": released.stage,
        "experiment": released.run.experiment,
        "manifest": manifest,
        "certificate": released.certificate.plain(),
        "lists_until": released.lists_until.isoformat(),
        "signed_by": list(released.signed_by),
        "waivers": [waiver.plain() for waiver in released.waivers],
        "date": today.isoformat(),
    }


def _look(held: Transaction, run: RunFacts, content: RunContent, terms: Terms) -> ReleasedScores:
    held.verify()
    today, policy = terms.today, terms.policy
    entries = entries_of(held, run.run_id)
    state = state_of(entries, today)
    check_recorded(run, entries)
    gathered = standing(run, entries, terms.signatories)
    faults = [] if state in _OPEN else [in_words(state)]
    faults += signatory_faults(terms.signatories)
    faults += clock_faults(held, run, today)
    if SignOff.of(content.policy) != policy:
        faults.append("the rules of sign-off are not those of the policy that the run was judged by")
    if audited(entries) is not None:
        faults += gathered.missing(policy, today)
    releases = [entry for entry in entries if entry.kind == "released"]
    known = _recorded(releases, terms.stage)
    if known is None:
        faults += _stage_faults(held, run, terms.stage)
        faults += [f"nobody has filled {name} of authority.yaml" for name in terms.unfilled]
    last_day = gathered.last_day(policy)
    if state == "expired":
        raise too_old(run, date.fromisoformat(recorded_until(entries)))
    if not releases and today > gathered.audit_until(policy):
        raise too_old(run, gathered.audit_until(policy))
    if faults:
        raise refusal("released", run, faults)
    certificate = _certificate(run, gathered, releases, last_day, today)
    issued = date.fromisoformat(known.body["date"]) if known is not None else today
    return ReleasedScores(
        run=run,
        stage=terms.stage,
        release_id=f"{run.run_id}-{terms.stage}",
        certificate=certificate,
        lists_until=min(issued + timedelta(days=policy.list_days), last_day),
        signatures=gathered.counted,
        waivers=tuple(each for each in map(gathered.waiver, run.failed_checks) if each is not None),
        terms=terms,
        content=content,
        made_by=_GATE,
    )


def _stage_faults(held: Transaction, run: RunFacts, stage: str) -> list[str]:
    """The stage before must have been reached, by this run or another of the same experiment."""
    position = STAGES.index(stage)
    if position == 0:
        return []
    closed = {entry.subject for kind in ("withdrawn", "suspended") for entry in held.entries(kind)}
    before = STAGES[position - 1]
    for entry in held.entries("released"):
        at = (entry.body.get("experiment"), entry.body.get("stage"))
        if at == (run.experiment, before) and entry.subject not in closed:
            return []
    return [f"nothing of this experiment was released at the stage before, {before}"]


def _certificate(
    run: RunFacts, gathered: Standing, releases: Sequence[Entry], last_day: date, today: date
) -> Certificate:
    """One certificate a run, issued at its first release; a later stage does not extend it."""
    if not releases:
        last = gathered.counted[-1].entry
        return Certificate(f"C-{last.hash[:16]}", today, last_day)
    kept = releases[0].body["certificate"]
    found = Certificate(kept["id"], date.fromisoformat(kept["issued"]), date.fromisoformat(kept["expires"]))
    if found.expires != last_day:
        raise Damaged(
            "The certificate is not the one that the sign-offs give.",
            where=f"ledger entry {releases[0].seq}",
            todo="Do not use this release; find out who wrote to the ledger without the gate.",
        )
    return found


def _recorded(releases: Sequence[Entry], stage: str) -> Entry | None:
    return next((entry for entry in releases if entry.body["stage"] == stage), None)
