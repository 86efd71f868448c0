"""What a cell means, as tables that an analyst can read."""

import numpy as np
import pytest

from prevention_model.records.cells import codes_in, dates_in, figures_in, identifiers_in, truth_in
from prevention_model.records.maps import Cell


def one(text: str) -> np.ndarray:
    return np.array([text], dtype=object)


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("01/02/2024", "%d/%m/%Y", "2024-02-01"),
        ("1/2/2024", "%d/%m/%Y", "2024-02-01"),
        ("01/02/24", "%d/%m/%y", "2024-02-01"),
        ("01-Feb-2024", "%d-%b-%Y", "2024-02-01"),
        ("2024-02-01", "%Y-%m-%d", "2024-02-01"),
        ("20240201", "%Y%m%d", "2024-02-01"),
        ("2024-02-01 23:30", "%Y-%m-%d %H:%M", "2024-02-01"),
        ("29/02/2024", "%d/%m/%Y", "2024-02-29"),
        ("31/12/2999", "%d/%m/%Y", "2999-12-31"),
        ("14/10/1066", "%d/%m/%Y", "1066-10-14"),
        ("29/02/2023", "%d/%m/%Y", None),
        ("31/02/2022", "%d/%m/%Y", None),
        ("02/01/20251", "%d/%m/%Y", None),
        ("00/00/0000", "%d/%m/%Y", None),
        ("99/99/9999", "%d/%m/%Y", None),
        ("zz/01/2024", "%d/%m/%Y", None),
        ("=TODAY()", "%d/%m/%Y", None),
        ("45323", "%d/%m/%Y", None),
        ("2024-02-01", "%d/%m/%Y", None),
        ("01/02/2024 ", "%d/%m/%Y", None),
    ],
)
def test_dates(text: str, form: str, day: str | None) -> None:
    expected = np.array([day or "NaT"], dtype="datetime64[D]")
    np.testing.assert_array_equal(dates_in(one(text), (form,)), expected)


def test_the_first_format_that_fits_counts() -> None:
    texts = np.array(["03/04/2024"], dtype=object)
    assert str(dates_in(texts, ("%d/%m/%Y", "%m/%d/%Y"))[0]) == "2024-04-03"
    assert str(dates_in(texts, ("%m/%d/%Y", "%d/%m/%Y"))[0]) == "2024-03-04"


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("3", 3.0),
        ("-3.5", -3.5),
        ("£1,250.50", 1250.5),
        ("1 250", 1250.0),
        (".5", 0.5),
        ("1,5", None),
        ("12,34", None),
        ("3 days", None),
        ("12%", None),
        ("1e5", None),
        ("inf", None),
        ("0x1A", None),
        ("-", None),
        ("£", None),
        ("1.2.3", None),
        ("9" * 50, None),
        ("٣", None),
    ],
)
def test_figures(text: str, figure: float | None) -> None:
    np.testing.assert_array_equal(figures_in(one(text)), [np.nan if figure is None else figure])


@pytest.mark.parametrize(
    ("text", "yes", "unsure"),
    [
        *[(text, True, False) for text in ("1", "true", "TRUE", "Y", "Yes", "a) Yes", "1 - Yes")],
        *[(text, False, False) for text in ("0", "false", "FALSE", "N", "No", "b) No", "0 - No")],
        ("maybe", False, True),
        ("2", False, True),
    ],
)
def test_yes_and_no(text: str, yes: bool, unsure: bool) -> None:
    assert [found.tolist() for found in truth_in(one(text))] == [[yes], [unsure]]


@pytest.mark.parametrize(
    ("text", "code", "unknown"),
    [("DA", "domestic_abuse", False), ("da", "domestic_abuse", False), ("ZZ9", "unmapped", True)],
)
def test_codes(text: str, code: str, unknown: bool) -> None:
    codes, strange = codes_in(one(text), Cell(column="type", map={" Da": "domestic_abuse"}))
    assert (codes.tolist(), strange.tolist()) == ([code], [unknown])


def test_a_code_without_a_map_stands_as_written() -> None:
    codes, strange = codes_in(one("ZZ9"), Cell(column="type"))
    assert (codes.tolist(), strange.tolist()) == (["ZZ9"], [False])


@pytest.mark.parametrize(
    ("text", "name", "nobody"),
    [
        ("c1000001", "C1000001", False),
        ("999 000 0018", "9990000018", False),
        (" e999\u00a0000000000 ", "E999000000000", False),
        ("0000000000", "0000000000", True),
        ("9999999999", "9999999999", True),
        ("XXXXXX", "XXXXXX", True),
        ("unknown", "UNKNOWN", True),
        ("Not known", "NOTKNOWN", True),
        ("-", "-", True),
        ("?", "?", True),
        ("1111", "1111", False),
    ],
)
def test_identifiers(text: str, name: str, nobody: bool) -> None:
    names, none = identifiers_in(one(text))
    assert (names.tolist(), none.tolist()) == ([name], [nobody])
