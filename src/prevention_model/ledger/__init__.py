"""The ledger: what was decided, by whom and when, in a file that nobody can change unseen.

Uses the standard library only, so that an auditor can run `python -m prevention_model.ledger verify FILE`
without installing anything.
"""

from prevention_model.ledger.entry import GENESIS, Entry, Head, canonical
from prevention_model.ledger.export import verify_export, write_export
from prevention_model.ledger.kinds import BY_NAME, KINDS, Kind, kinds_table, lacking, whole
from prevention_model.ledger.store import Ledger, Transaction

__all__ = [
    "GENESIS",
    "Entry",
    "Head",
    "Kind",
    "KINDS",
    "BY_NAME",
    "kinds_table",
    "lacking",
    "whole",
    "Ledger",
    "Transaction",
    "canonical",
    "verify_export",
    "write_export",
]
