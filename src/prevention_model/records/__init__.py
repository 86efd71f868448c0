"""Canonical tables, the agencies' readers, quarantine."""

from prevention_model.records.records import Records
from prevention_model.records.schema import SCHEMAS, TABLES

__all__ = ["SCHEMAS", "TABLES", "Records"]
