"""`sign`: one person's sign-off of a run, with or without waivers, into the ledger."""

from collections.abc import Sequence
from datetime import date

from prevention_model.errors import Expired, ReleaseRefused, listed
from prevention_model.ledger import Entry, Ledger, Transaction, canonical
from prevention_model.release.facts import RunFacts, read_run
from prevention_model.release.keys import Key
from prevention_model.release.runs import check_recorded
from prevention_model.release.signoff import SignOff, Waiver, payload, same_person, signatory_faults
from prevention_model.release.standing import Standing, standing, waiver_faults
from prevention_model.release.states import entries_of, in_words, state_of, step
from prevention_model.settings.authority import Signatory


def sign(
    ledger: Ledger,
    run: RunFacts,
    key: Key,
    signatories: Sequence[Signatory],
    policy: SignOff,
    waivers: Sequence[Waiver] = (),
    *,
    today: date,
) -> Entry:
    """Sign off a run: over its facts, the hashes of its files, the waivers and the day.

    The same sign-off again gives the entry that is there. A run that was refused can be signed only with a
    waiver of a failed check, or once all of them are waived. Raises ReleaseRefused with everything that is
    wrong, Damaged, or Expired when the audit is too old.
    """
    content = read_run(run)
    with ledger.transaction() as held:
        held.verify()
        entries = entries_of(held, run.run_id)
        state = state_of(entries, today)
        check_recorded(run, entries)
        gathered = standing(run, entries, signatories)
        who = next((each for each in signatories if each.public_key == key.public), None)
        known = _known(gathered, who, waivers)
        if known is not None:
            return known
        faults = [] if step(state, "signed") else [in_words(state)]
        faults += signatory_faults(signatories)
        faults += clock_faults(held, run, today)
        if SignOff.of(content.policy) != policy:
            faults.append("the rules of sign-off are not those of the policy that the run was judged by")
        faults += _who_faults(run, who, policy)
        faults += waiver_faults(run, waivers, policy, today)
        if state == "refused" and not waivers and gathered.unwaived(policy, today):
            faults.append(f"not waived: {', '.join(gathered.unwaived(policy, today))}")
        if faults or who is None:
            raise refusal("signed", run, faults)
        if today > gathered.audit_until(policy):
            raise too_old(run, gathered.audit_until(policy))
        text = payload(run, who, waivers, today, held.head().hash)
        body = {"payload": text, "signature": key.sign(canonical(text).encode())}
        return held.append("signed", run.run_id, body)


def _known(gathered: Standing, who: Signatory | None, waivers: Sequence[Waiver]) -> Entry | None:
    for each in gathered.counted:
        if who is not None and each.name == who.name and set(each.waivers) >= set(waivers):
            return each.entry
    return None


def _who_faults(run: RunFacts, who: Signatory | None, policy: SignOff) -> list[str]:
    if who is None:
        return ["the key is not that of a signatory"]
    faults = []
    if same_person(who.name, run.author):
        faults.append(f"{who.name} is the author, and nobody signs off their own run")
    if who.role not in policy.roles:
        faults.append(f"{who.name} is {who.role}, which is not a role that the policy asks for")
    return faults


def clock_faults(held: Transaction, run: RunFacts, today: date) -> list[str]:
    """A clock that was set back would bring an expired certificate to life, so it is refused."""
    latest = max((entry.day for entry in held.entries()), default=today)
    faults = []
    if today < latest:
        faults.append(f"the clock says {today}, and the ledger was last written on {latest}")
    if today < run.created:
        faults.append(f"the clock says {today}, and the run was audited on {run.created}")
    return faults


def refusal(what: str, run: RunFacts, faults: Sequence[str]) -> ReleaseRefused:
    """The error that lists everything that stands in the way."""
    return ReleaseRefused(
        f"The run cannot be {what}: {listed(faults, limit=len(faults))}.",
        where=f"run {run.run_id}",
        todo="Put right each of these, then try again.",
    )


def too_old(run: RunFacts, last_day: date) -> Expired:
    """The error for a certificate that is past its last day."""
    return Expired(
        f"The certificate ended on {last_day}.",
        where=f"run {run.run_id}",
        todo="Run the experiment again, with a new audit; a certificate is never extended.",
    )
