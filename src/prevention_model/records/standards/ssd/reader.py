"""The Standard Safeguarding Dataset: tables that refer to one another, with JSON in some of their cells."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.cells import NOT_A_DATE, dates_in, truth_in
from prevention_model.records.standards.joining import Join, joined, orphaned
from prevention_model.records.standards.ssd.care import with_periods
from prevention_model.records.standards.ssd.on_record import with_first_known
from prevention_model.records.standards.standard import Part, Return, Standard

# An assessment, a review or a plan does not say whose it is: the table that it refers to does.
_PERSON = {"person_id": "_person_id"}
_SAME = {"_person_id": "_person_id"}
_JOINS = (
    Join("ssd_assessment_factors", "assessment_id", ("ssd_cin_assessments",), "assessment_id",
         {**_PERSON, "assessment_auth_date": "_authorised"}),
    Join("ssd_cla_reviews", "cla_id", ("ssd_cla_episodes",), "cla_id", _PERSON),
    Join("ssd_cla_placement", "cla_id", ("ssd_cla_episodes",), "cla_id", {"person_id": "person_id"}),
    Join("ssd_ehcp_requests", "send_table_id", ("ssd_send",), "table_id", _PERSON),
    Join("ssd_ehcp_assessment", "ehcp_request_id", ("ssd_ehcp_requests",), "ehcp_request_id", _SAME),
    Join("ssd_ehcp_active_plans", "ehcp_request_id", ("ssd_ehcp_requests",), "ehcp_request_id", _SAME),
    Join("ssd_ehcp_named_plan", "ehcp_asmt_id", ("ssd_ehcp_assessment",), "ehcp_assessment_id", _SAME),
    Join("ssd_sen_need", "active_ehcp_id", ("ssd_ehcp_active_plans",), "active_ehcp_id", _SAME),
)  # fmt: skip

# By module, where it finds the person, and the column that names the parent who has it.
_PARENTS = {join.module: (next(iter(join.take.values())), join.key) for join in _JOINS}

_NUMBERS = {
    "_upn": r"^(upn|unique pupil (number|no\.?))$",
    "_former_upn": r"^(former|previous) (upn|unique pupil (number|no\.?))$",
    "_nhs": r"^nhs( (number|no\.?))?$",
    "_uln": r"^(uln|unique learner (number|no\.?))$",
}
_LINE = ("ROOM", "FLOOR", "FLAT", "BUILDING", "HOUSE", "STREET", "TOWN")


def prepare(delivered: Return) -> Return:
    """The tables with the person each row is about, identifiers by type, and addresses taken out of their JSON."""
    told = joined(delivered, _JOINS).changed(lambda part: _changed(part, delivered.received))
    return with_first_known(_needs_known(told), STANDARD.settings.date_format)


def _changed(part: Part, received: date) -> Part:
    name = part.module.module
    if name in _PARENTS:
        return orphaned(part, *_PARENTS[name])
    if name == "ssd_linked_identifiers":
        return _identifiers(part)
    if name == "ssd_address":
        return _addresses(part)
    return _people(part, received) if name == "ssd_person" else part


def _identifiers(part: Part) -> Part:
    """A column for each type of identifier."""
    kind = pc.utf8_lower(pc.utf8_trim_whitespace(part.table.plain("identifier_type")))
    value, none = part.table.plain("identifier_value"), pa.scalar(None, pa.string())
    return part.with_columns(
        {
            name: pc.if_else(pc.fill_null(pc.match_substring_regex(kind, pattern), False), value, none)
            for name, pattern in _NUMBERS.items()
        }
    )


def _addresses(part: Part) -> Part:
    """The property number and the lines of the address, from its JSON; blank where it is none."""
    cells = part.table.plain("address_json").combine_chunks().dictionary_encode()
    found = [_address(text) for text in cells.dictionary.to_pylist()]
    columns = {}
    for name, place in (("_uprn", 0), ("_line", 1)):
        columns[name] = pa.array([one[place] for one in found], pa.string()).take(cells.indices)
    return part.with_columns(columns)


def _address(text: str) -> tuple[str | None, str | None]:
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(held, dict):
        return None, None
    said = {str(key).upper(): str(value).strip() for key, value in held.items() if value not in (None, "")}
    line = ", ".join(said[name] for name in _LINE if said.get(name))
    return said.get("UPRN"), line or None


def _people(part: Part, received: date) -> Part:
    """Who is grown up: by age where a date of birth is known, else a mother is."""
    born, mother = part.table.column("dob"), part.table.column("is_mother")
    days = born.spread(dates_in(born.texts, STANDARD.settings.date_format), NOT_A_DATE)
    eighteen = np.datetime64(received.replace(year=received.year - 18, day=min(received.day, 28)), "D")
    says_so, _ = truth_in(mother.texts)
    is_mother = mother.spread(says_so, False)
    young = days > eighteen
    grown = np.where(young, "false", np.where(is_mother, "true", ""))
    return part.with_columns({"_grown": pa.array(grown.astype(object), pa.string())})


def _needs_known(delivered: Return) -> Return:
    """Into each referral the day on which its need became known: the first authorisation of an assessment."""
    rows = []
    for part in delivered.of("ssd_cin_assessments"):
        held = part.table.column("assessment_auth_date")
        days = held.spread(dates_in(held.texts, STANDARD.settings.date_format), NOT_A_DATE)
        rows.append(pd.DataFrame({"referral": part.table.column("referral_id").values(), "day": days}))
    if not rows:
        return delivered
    dated = pd.concat(rows).dropna()
    first = dated.groupby("referral", sort=False)["day"].min().dt.strftime("%Y-%m-%d")

    def known(part: Part) -> Part:
        if part.module.module != "ssd_cin_episodes":
            return part
        days = part.table.column("referral_id").values().map(first)
        return part.with_columns(
            {"_need_known": pa.array(days.astype("object"), pa.string(), from_pandas=True)}
        )

    return delivered.changed(known)


STANDARD = Standard.shipped(
    Path(__file__).parent, belongs=lambda path: path.parent.as_posix(), prepare=prepare, finish=with_periods
)
