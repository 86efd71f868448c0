"""Identifiers that look right and belong to nobody: UPN, NHS number, authority number, UPRN, postcode."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def digits(numbers: np.ndarray, width: int) -> pa.Array:
    """Whole numbers as text with leading zeros.

    >>> digits(np.array([7]), 3).to_pylist()
    ['007']
    """
    return pc.utf8_lpad(pa.array(numbers.astype(np.int64)).cast(pa.string()), width, "0")


def joined(*parts: object) -> pa.Array:
    """Texts joined cell by cell; a plain string stands for itself in every row."""
    return pc.binary_join_element_wise(*parts, "")


def upn(serial: np.ndarray) -> pa.Array:
    """Pupil numbers of an authority 999 that does not exist, with a right check letter (standards, section 0).

    >>> upn(np.array([0])).to_pylist()
    ['N999000000000']
    """
    number = 999_000_000_000 + serial.astype(np.int64)
    total = sum((number // 10 ** (12 - place) % 10) * (place + 1) for place in range(1, 13))
    letters = pa.array(list(_LETTERS)).take(pa.array((total % 23).astype(np.int32)))
    return joined(letters, digits(number, 12))


def nhs_number(serial: np.ndarray) -> pa.Array:
    """NHS numbers from the range kept for tests (999 ...), with a right modulus-11 check digit.

    Serials whose check digit would be 10 do not exist, so ten in eleven serials are used, in order.

    >>> nhs_number(np.array([0])).to_pylist()
    ['9990000018']
    """
    stems = 999_000_000 + np.arange(1, int(serial.max(initial=0)) * 5 // 4 + 50, dtype=np.int64)
    total = sum((stems // 10 ** (9 - place) % 10) * (11 - place) for place in range(1, 10))
    check = (11 - total % 11) % 11
    usable = stems[check < 10] * 10 + check[check < 10]
    return digits(usable[serial], 10)


def authority_number(serial: np.ndarray) -> pa.Array:
    """The number that the authority's own systems give a person."""
    return joined("C", digits(1_000_000 + serial, 7))


def uprn(serial: np.ndarray) -> pa.Array:
    """Property numbers in a range that is not in use."""
    return digits(999_000_000_000 + serial.astype(np.int64), 12)


def postcode(lsoa: np.ndarray, street: np.ndarray) -> pa.Array:
    """Postcodes of an area QZ that does not exist: about thirty for each LSOA."""
    letters = np.array(list("ABDEFGHJLNPQRSTUWXYZ"))
    code = street % 400
    outward = joined("QZ", pa.array((lsoa % 89 + 1).astype(np.int64)).cast(pa.string()))
    pairs = np.char.add(np.repeat(letters, 20), np.tile(letters, 20))
    inward = joined(
        pa.array((lsoa // 89 + 1).astype(np.int64)).cast(pa.string()), pa.array(pairs).take(pa.array(code))
    )
    return joined(outward, " ", inward)
