"""The Standard Safeguarding Dataset: tables that refer to one another, with JSON in some of their cells."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.standards.joining import Join, joined
from prevention_model.records.standards.standard import Part, Return, Standard

# An assessment, a review or a plan does not say whose it is: the table that it refers to does.
_PERSON = {"person_id": "_person_id"}
_SAME = {"_person_id": "_person_id"}
_JOINS = (
    Join("ssd_assessment_factors", "assessment_id", ("ssd_cin_assessments",), "assessment_id",
         {**_PERSON, "assessment_auth_date": "_authorised"}),
    Join("ssd_cla_reviews", "cla_id", ("ssd_cla_episodes",), "cla_id", _PERSON),
    Join("ssd_cla_placement", "cla_id", ("ssd_cla_episodes",), "cla_id", _PERSON),
    Join("ssd_ehcp_requests", "send_table_id", ("ssd_send",), "table_id", _PERSON),
    Join("ssd_ehcp_assessment", "ehcp_request_id", ("ssd_ehcp_requests",), "ehcp_request_id", _SAME),
    Join("ssd_ehcp_active_plans", "ehcp_request_id", ("ssd_ehcp_requests",), "ehcp_request_id", _SAME),
    Join("ssd_ehcp_named_plan", "ehcp_asmt_id", ("ssd_ehcp_assessment",), "ehcp_assessment_id", _SAME),
    Join("ssd_sen_need", "active_ehcp_id", ("ssd_ehcp_active_plans",), "active_ehcp_id", _SAME),
)  # fmt: skip

_NUMBERS = {
    "_upn": r"^(upn|unique pupil number)$",
    "_former_upn": r"^former (upn|unique pupil number)$",
    "_nhs": r"^nhs( number)?$",
    "_uln": r"^(uln|unique learner number)$",
}
_LINE = ("ROOM", "FLOOR", "FLAT", "BUILDING", "HOUSE", "STREET", "TOWN")


def prepare(delivered: Return) -> Return:
    """The tables with the person each row is about, identifiers by type, and addresses taken out of their JSON."""
    told = joined(delivered, _JOINS)
    return _needs_known(told.changed(lambda part: _CHANGES.get(part.module.module, _as_it_is)(part)))


def _as_it_is(part: Part) -> Part:
    return part


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


def _placed(part: Part) -> Part:
    """A placement's own person, where it names one, before the one of the period of care."""
    return part.with_columns(
        {"_person_id": pc.coalesce(part.table.plain("person_id"), part.table.plain("_person_id"))}
    )


_CHANGES: dict[str, Callable[[Part], Part]] = {
    "ssd_linked_identifiers": _identifiers,
    "ssd_address": _addresses,
    "ssd_cla_placement": _placed,
}


def _needs_known(delivered: Return) -> Return:
    """Into each referral the day on which its need became known: the first authorisation of an assessment."""
    rows = [
        pd.DataFrame(
            {name: part.table.plain(name).to_pandas() for name in ("referral_id", "assessment_auth_date")}
        )
        for part in delivered.of("ssd_cin_assessments")
    ]
    if not rows:
        return delivered
    dated = pd.concat(rows).dropna()
    # As text: the dates of one table are all written alike, and ISO dates sort as they fall.
    first = dated.groupby("referral_id", sort=False)["assessment_auth_date"].min()

    def known(part: Part) -> Part:
        if part.module.module != "ssd_cin_episodes":
            return part
        days = part.table.plain("referral_id").to_pandas().map(first)
        return part.with_columns({"_need_known": pa.array(days, pa.string(), from_pandas=True)})

    return delivered.changed(known)


STANDARD = Standard.shipped(
    Path(__file__).parent, belongs=lambda path: path.parent.as_posix(), prepare=prepare
)
