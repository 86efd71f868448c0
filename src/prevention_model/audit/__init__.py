"""The audit: evidence in, checks over it, one report out. One check a file, one fault a check."""

from prevention_model.audit.check import Check, CheckResult, Finding
from prevention_model.audit.checks import CHECKS
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.report import AuditReport
from prevention_model.audit.single_feature import single_feature_table
from prevention_model.audit.storage import read_evidence, save_evidence
from prevention_model.audit.verdict import audit

__all__ = [
    "Evidence",
    "OutcomeEvidence",
    "single_feature_table",
    "save_evidence",
    "read_evidence",
    "Check",
    "Finding",
    "CheckResult",
    "CHECKS",
    "audit",
    "AuditReport",
]
