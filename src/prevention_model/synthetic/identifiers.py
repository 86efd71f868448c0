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


def temporary_upn(serial: np.ndarray) -> pa.Array:
    """Pupil numbers that a school gives until the right one is found: the last sign is a letter.

    >>> temporary_upn(np.array([0])).to_pylist()
    ['N99900000000A']
    """
    whole = upn(serial // 10 * 10)
    ending = pa.array(list(_LETTERS)).take(pa.array((serial % 23).astype(np.int32)))
    return joined(pc.utf8_slice_codeunits(whole, 0, 12), ending)


def learner_number(serial: np.ndarray) -> pa.Array:
    """Unique learner numbers, ten digits, of a range that is not in use."""
    return digits(9_990_000_000 + serial.astype(np.int64) * 7 % 9_999_991, 10)


def police_number(serial: np.ndarray) -> pa.Array:
    """Police National Computer numbers: year, serial and a check letter.

    >>> police_number(np.array([41])).to_pylist()
    ['1999/0000041V']
    """
    letters = pa.array(list(_LETTERS)).take(pa.array((serial % 23).astype(np.int32)))
    return joined("1999/", digits(serial, 7), letters)


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
    """Postcodes of an area QZ that does not exist: one for each LSOA and street (0 to 399)."""
    letters = np.array(list("ABDEFGHJLNPQRSTUWXYZ"))
    code = street % 400
    outward = joined("QZ", pa.array((lsoa % 89 + 1).astype(np.int64)).cast(pa.string()))
    pairs = np.char.add(np.repeat(letters, 20), np.tile(letters, 20))
    inward = joined(
        pa.array((lsoa // 89 + 1).astype(np.int64)).cast(pa.string()), pa.array(pairs).take(pa.array(code))
    )
    return joined(outward, " ", inward)


def opaque(numbers: np.ndarray, salt: int) -> pa.Array:
    """Keys of eight signs that mean nothing, the same for the same number and salt.

    >>> opaque(np.array([1, 2]), 7).to_pylist() == opaque(np.array([1, 2]), 7).to_pylist()
    True
    >>> len(set(opaque(np.arange(10_000), 7).to_pylist()))
    10000
    """
    mixed = (numbers.astype(np.uint64) * np.uint64(2_654_435_761) + np.uint64(salt * 40_503)) & np.uint64(
        0xFFFFFFFF
    )
    mixed = mixed ^ (mixed >> np.uint64(15))
    high = _HEX.take(pa.array((mixed >> np.uint64(16)).astype(np.int32)))
    return joined(high, _HEX.take(pa.array((mixed & np.uint64(0xFFFF)).astype(np.int32))))


_HEX = pa.array([f"{number:04x}" for number in range(65_536)])
