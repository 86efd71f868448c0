"""What the tables of a return take from one another: who a row is about, on which census day, at which school."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.standards.school_census.dating import Headers, own_days, usual_day
from prevention_model.records.standards.school_census.roll import OFF, ON, Roll, identities
from prevention_model.records.standards.standard import Part, Return
from prevention_model.records.standards.texts import (
    NOBODY,
    as_text,
    at,
    decoded,
    either,
    taken,
    texts_by,
    together,
)
from prevention_model.records.text_table import TextColumn

_ADDRESS = ("saon", "paon", "street", "locality", "town", "posttown", "administrativearea",
            *(f"addressline{number}" for number in range(1, 6)))  # fmt: skip
BAD_UPN = "a UPN that is not one letter, eleven digits, and a digit or letter; used as it is"
BAD_UPRN = "a property number that can be none, left out"
_UPN = r"^[A-Za-z]\s*([0-9]\s*){11}[A-Za-z0-9]$"


def roll_of(delivered: Return, formats: tuple[str, ...]) -> Roll:
    """The pupils of a return, with what other tables take from them: census date, school, enrolment, pupil in term."""
    parts = (*delivered.of(ON), *delivered.of(OFF))
    roll, headers = Roll(parts), Headers.of(delivered, formats)
    received = np.datetime64(delivered.received, "D")
    usual = min(usual_day(delivered, headers, roll, formats), received)
    days = np.concatenate([*(own_days(part) for part in parts), headers.days[:0]])
    days = np.where(np.isnat(days), headers.days_of(roll), days)
    # A census later than its delivery is a slip of the pen.
    days = np.fmin(np.where(np.isnat(days), usual, days), received).astype("datetime64[D]")
    school = headers.school_of(roll)
    which = TextColumn(roll.on.astype(np.int32), np.array(["off roll", "on roll"], dtype=object))
    day = TextColumn.of(pa.chunked_array([as_text(days)]))
    roll = roll.with_columns(
        {
            "census date": as_text(days),
            "school": school,
            "_enrolment": together([identities(roll), school, which]),
            "_pupil in term": together([roll.key, day]),
        }
    )
    return replace(roll, parts=tuple(_checked(part) for part in roll.parts), usual=usual)


def _checked(part: Part) -> Part:
    upn = part.table.column("upn")
    right = pc.match_substring_regex(pa.array(upn.texts, pa.string()), _UPN)
    return part.noted(upn.spread(~right.to_numpy(zero_copy_only=False), False), BAD_UPN, "upn")


def with_pupils(part: Part, roll: Roll) -> tuple[Part, np.ndarray]:
    """A table that hangs on the pupils', with what it takes from them, and the pupil's row of each of its rows."""
    table = part.table
    rows = roll.rows_of(part)
    upn = table.column("upn")
    found = {
        name: at(roll.column(name), rows) for name in ("upn", "_enrolment", "_pupil in term", "census date")
    }
    if not upn.blank.all():
        found["upn"], found["_enrolment"] = either(found["upn"], upn), either(found["_enrolment"], upn)
    days = own_days(part)
    own = np.where(np.isnat(days), roll.usual, days)
    if (rows < 0).any():
        dates = TextColumn.of(pa.chunked_array([as_text(own.astype("datetime64[D]"))]))
        found["census date"] = either(found["census date"], dates)
    columns: dict[str, TextColumn | pa.Array] = {**found}
    if part.module.module == "approvisiondetail":
        columns |= {name: taken(roll.column(name), rows) for name in ("entrydate", "leavingdate")}
    key = part.module.columns.required[0]
    made = part.with_columns(columns).without((rows < 0) & upn.blank, "no_parent", key)
    return (with_addresses(made) if part.module.module == "addresses" else made), rows


def with_addresses(part: Part) -> Part:
    """Addresses on one line, property numbers without decimals, and all of it as one text to tell homes apart."""
    table = part.table
    lines = [pc.fill_null(decoded(table.column(name)), "") for name in _ADDRESS]
    # Not by leaving out what is null: Arrow then leaves out rows that are null all through.
    joined = pc.replace_substring_regex(pc.binary_join_element_wise(*lines, ", "), "(, )+", ", ")
    address = pc.utf8_trim(joined, ", ")
    given = table.column("uniquepropertyreferencenumber")
    numbers = [text.removesuffix(".0").lstrip("0") for text in given.texts]
    # Single digits are what systems write where they have no number.
    wrong = np.array(
        [not (text.isascii() and text.isdigit() and 2 <= len(text) <= 12) for text in numbers], bool
    )
    uprn = TextColumn(given.codes, np.array(numbers, dtype=object))
    left_out = given.spread(wrong, False)
    uprn = replace(uprn, codes=np.where(left_out, NOBODY, uprn.codes))
    told = TextColumn.of(pa.chunked_array([address]))
    made = part.with_columns(
        {
            "_address": address,
            "_uprn": texts_by(uprn.codes, uprn.texts),
            "_home": together([told, table.column("postcode"), uprn], all_of_it=False),
        }
    )
    return made.noted(left_out, BAD_UPRN, "uniquepropertyreferencenumber")
