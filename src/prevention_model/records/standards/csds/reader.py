"""The reader of CSDS tables: whose each row is, and what a score of ASQ-3 says of which part of development."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from prevention_model.records.cells import figures_in
from prevention_model.records.standards.calendar import by_date
from prevention_model.records.standards.csds.asq import DOMAINS, EQUAL_IS_ENOUGH
from prevention_model.records.standards.joining import Join, joined, orphaned
from prevention_model.records.standards.national_flow import dated
from prevention_model.records.standards.standard import Part, Return, Standard

_WHO = {"NHSNumber": "NHSNumber", "PersonBirthDate": "PersonBirthDate", "Postcode": "Postcode"}
_OF_PATIENT = ("needs", "vulnerabilities", "plans", "immunisations", "disabilities", "referrals", "feeding")
_OF_REFERRAL = ("services", "contacts", "diagnoses", "scores")
_OF_CONTACT = ("activities", "observations", "activity_scores")
_JOINS = (
    Join("activities", "CareContactId", ("contacts",), "CareContactId",
         {"ServiceRequestId": "ServiceRequestId", "Contact_Date": "_day"}),
    *(Join(module, "CareActId", ("activities",), "CareActId", {"ServiceRequestId": "ServiceRequestId", "_day": "_day"})
      for module in ("observations", "activity_scores", "feeding")),
    *(Join(module, "ServiceRequestId", ("referrals",), "ServiceRequestId",
           {"LocalPatientId": "LocalPatientId", "ReferralRequest_ReceivedDate": "_referred"})
      for module in (*_OF_REFERRAL, *_OF_CONTACT, "feeding")),
    *(Join(module, "LocalPatientId", ("patients",), "LocalPatientId", _WHO)
      for module in (*_OF_PATIENT, *_OF_REFERRAL, *_OF_CONTACT)),
)  # fmt: skip
_PARENTS = dict.fromkeys(_OF_REFERRAL, "ServiceRequestId") | {
    "activities": "CareContactId",
    "observations": "CareActId",
    "activity_scores": "CareActId",
}


def prepare(delivered: Return) -> Return:
    """The tables with the patient each row is about, the period that their header states, and scores by domain."""
    told = joined(dated(delivered, STANDARD.settings.date_format), _JOINS).changed(_owned)
    return told.changed(lambda part: _by_domain(part) if "scores" in part.module.module else part)


def _owned(part: Part) -> Part:
    key = _PARENTS.get(part.module.module)
    if key is None or not part.table.column("NHSNumber").blank.any():
        return part
    return orphaned(part, "LocalPatientId", key)


def _by_domain(part: Part) -> Part:
    """A column for the domain of ASQ-3 that a score is of (`other` for any other score), and whether it is low."""
    concept, score = part.table.column("CodedAssToolType"), part.table.column("PersScore")
    told = [DOMAINS.get(text, ("other", np.nan)) for text in concept.texts]
    domain = concept.spread(np.array([one[0] for one in told], dtype=object), None)
    cut = concept.spread(np.array([one[1] for one in told], dtype=float), np.nan)
    enough = concept.spread(np.array([text == EQUAL_IS_ENOUGH for text in concept.texts], dtype=bool), False)
    points = score.spread(figures_in(score.texts), np.nan)
    low = (points < cut) | ((points == cut) & ~enough)
    return part.with_columns(
        {
            "_domain": pa.array(domain, pa.string()),
            "_low": pa.array(np.where(low, "low", "").astype(object), pa.string()),
        }
    )


STANDARD = Standard.shipped(Path(__file__).parent, belongs=by_date, prepare=prepare)
