"""The reader of MHSDS tables: referrals name the patient, and everything else names the referral or the contact."""

from pathlib import Path

from prevention_model.records.standards.calendar import by_date
from prevention_model.records.standards.joining import Join, joined, orphaned
from prevention_model.records.standards.national_flow import dated
from prevention_model.records.standards.standard import Part, Return, Standard

_PATIENT = {"LocalPatientId": "LocalPatientId"}
_WHO = {"NHSNumber": "NHSNumber", "PersonBirthDate": "PersonBirthDate", "Postcode": "Postcode"}
_OF_REFERRAL = ("services", "contacts", "diagnoses", "scores")
_JOINS = (
    Join("activities", "CareContactId", ("contacts",), "CareContactId",
         {"ServiceRequestId": "ServiceRequestId", "CareContDate": "_day"}),
    Join("activity_scores", "CareActId", ("activities",), "CareActId",
         {"ServiceRequestId": "ServiceRequestId", "_day": "AssToolCompDate"}),
    *(Join(module, "ServiceRequestId", ("referrals",), "ServiceRequestId",
           {**_PATIENT, "ReferralRequestReceivedDate": "_referred"})
      for module in (*_OF_REFERRAL, "activity_scores")),
    *(Join(module, "LocalPatientId", ("patients",), "LocalPatientId", _WHO)
      for module in ("indicators", "disabilities", "referrals", *_OF_REFERRAL, "activity_scores")),
)  # fmt: skip
_PARENTS = dict.fromkeys(_OF_REFERRAL, "ServiceRequestId") | {"activity_scores": "CareActId"}


def prepare(delivered: Return) -> Return:
    """The tables with the patient each row is about, and the reporting period that their header states."""
    return joined(dated(delivered, STANDARD.settings.date_format), _JOINS).changed(_owned)


def _owned(part: Part) -> Part:
    key = _PARENTS.get(part.module.module)
    if key is None or not part.table.column("NHSNumber").blank.any():
        return part
    return orphaned(part, "LocalPatientId", key)


STANDARD = Standard.shipped(Path(__file__).parent, belongs=by_date, prepare=prepare)
