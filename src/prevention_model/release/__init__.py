"""The one door: a run is audited, signed by two people other than its author, released, and taken back."""

from prevention_model.release.closing import suspend, withdraw
from prevention_model.release.facts import RunFacts, RunFiles, hash_of
from prevention_model.release.gate import Certificate, ReleasedScores, check, record, verify
from prevention_model.release.keys import Key, load, new_key
from prevention_model.release.overview import ReleaseStatus, RunStatus, overview
from prevention_model.release.recipients import Recipient, given_list, receipt
from prevention_model.release.runs import record_audit, record_draft
from prevention_model.release.signing import sign
from prevention_model.release.signoff import SignOff, Waiver
from prevention_model.release.standing import Signature, Standing, standing
from prevention_model.release.states import STAGES, mermaid, stages_mermaid, state_of, table

__all__ = [
    "RunFiles",
    "RunFacts",
    "hash_of",
    "record_draft",
    "record_audit",
    "Key",
    "new_key",
    "load",
    "SignOff",
    "Waiver",
    "sign",
    "Signature",
    "Standing",
    "standing",
    "STAGES",
    "state_of",
    "check",
    "ReleasedScores",
    "Certificate",
    "Recipient",
    "given_list",
    "receipt",
    "record",
    "verify",
    "suspend",
    "withdraw",
    "RunStatus",
    "ReleaseStatus",
    "overview",
    "mermaid",
    "stages_mermaid",
    "table",
]
