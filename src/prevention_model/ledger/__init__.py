"""The ledger: what was decided, by whom and when, in a file that nobody can change unseen.

Uses the standard library only, so that an auditor can run `python -m prevention_model.ledger verify FILE`
without installing anything.
"""

from prevention_model.ledger.entry import GENESIS, Entry, Head, canonical
from prevention_model.ledger.export import verify_export, write_export
from prevention_model.ledger.store import Ledger, Transaction

__all__ = [
    "GENESIS",
    "Entry",
    "Head",
    "Ledger",
    "Transaction",
    "canonical",
    "verify_export",
    "write_export",
]
