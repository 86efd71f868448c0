"""Whatever stands in a file: every row is accepted or set aside, and nothing ends in a traceback."""

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from prevention_model.errors import RecordsRefused
from prevention_model.linkage import link
from prevention_model.linkage.areas import Areas
from prevention_model.records.delivery import DeliveryReport
from prevention_model.records.extract import Extract
from prevention_model.records.quarantine import REASONS
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VaultKeys
from tests.unit.records_files import NOTICE, a_map, read, spell
from tests.unit.test_linkage_link import AREAS, COVERAGE

QUICK = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # Without shrinking: the examples are small as they come, and a failure is told in seconds.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
COLUMNS = ["id", "ref", "upn", "other", "start", "end", "known", "known_end", "type", "amount", "dob", "name"]
DATES = [
    "01/02/2024",
    "2024-03-01",
    "31/12/2999",
    "01/09/2024",
    "14/10/1066",
    "31/02/2022",
    "soon",
    "=TODAY()",
]
CELLS = st.one_of(
    st.sampled_from(
        ["", "C1", "C2", "c 1", "U1", "DA", "cc", "Y", "0", "NULL", "0000000000", "1,250", *DATES]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6),
)
ON = {"event_date": {"column": "start"}, "known_date": {"column": "known"}}
STAY = {"from": {"column": "start"}, "to": {"column": "end"}, "known_date": {"column": "known"}}
CODE = {"column": "type", "map": {"DA": "domestic_abuse", "CC": "child_concern"}}
WHEN = st.sampled_from(
    [
        None,
        {"column": "type", "in": ["da"]},
        {"column": "end", "filled": True},
        {"column": "name", "in": ["Y"]},
    ]
)
PIECES = st.sampled_from(
    [
        {**NOTICE, **ON, "value": {"column": "amount"}},
        {**NOTICE, **ON, "code": {**CODE, "mandatory": True}},
        {**NOTICE, **ON, "known_date": {"rule": "days_after", "days": 30}},
        spell(),
        spell(outcome={"column": "type"}, known_end={"rule": "same_day"}),
        {"table": "measurement", "kind": "arrears", "value": {"column": "amount"}, **ON},
        {"table": "attribute", "name": "carer", "value": {"column": "name"}, **ON},
        {"table": "person", "birth_date": {"column": "dob"}, "is_adult": {"column": "type"}},
        {"table": "household", "household_key": {"column": "name"}, **STAY},
        {"table": "place", "kind": "home", "lsoa": {"column": "name"}, **STAY},
        {"table": "place", "kind": "home", "known_date": {"column": "known"}},
        {"table": "relationship", "role": {"column": "type"}, "known_date": {"rule": "extract"}},
    ]
)


@st.composite
def maps(draw: st.DrawFn) -> object:
    pieces = [
        piece if when is None else {**piece, "when": when}
        for piece, when in draw(st.lists(st.tuples(PIECES, WHEN), min_size=1, max_size=4))
    ]
    more = {
        "identifiers": {"la_person_id": "ref", "upn": "upn"},
        "other_identifiers": {"la_person_id": "other"},
    }
    vault = draw(st.sampled_from([{}, {"birth_date": "dob", "forename": "name", "address": "name"}]))
    unique = draw(st.sampled_from([[], ["id"], ["ref", "start"]]))
    return a_map(*pieces, **more, vault=vault, unique=unique)


@st.composite
def rows(draw: st.DrawFn) -> list[list[str]]:
    width = st.sampled_from([len(COLUMNS)] * 8 + [1, len(COLUMNS) - 1, len(COLUMNS) + 1])
    return [draw(st.lists(CELLS, min_size=n, max_size=n)) for n in draw(st.lists(width, max_size=8))]


def written(lines: list[list[str]], end: str) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows(lines)
    return out.getvalue()


def all_is_told(extract: Extract) -> None:
    """What every extract keeps, whatever was in the file."""
    lines = extract.quarantined
    assert extract.rows_in == len(extract.mentions) + len(lines)
    assert sorted([*extract.mentions["row"], *lines["row"]]) == sorted(
        {*extract.mentions["row"], *lines["row"]}
    )
    assert set(lines["reason"]) <= set(REASONS)
    places = set(extract.mentions.index)
    for frames in extract.frames.values():
        for frame in frames:
            assert set(frame["mention"]) <= places
    text = DeliveryReport.of([extract]).text()
    assert f"{len(extract.mentions):,} accepted" in text


def folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


@QUICK
@given(maps(), rows(), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_rows_in_are_rows_accepted_and_rows_set_aside(
    source_map: object, lines: list[list[str]], end: str, encoding: str
) -> None:
    with folder() as place:
        extract = read(Path(place), written(lines, end).encode(encoding), source_map)  # type: ignore[arg-type]
        all_is_told(extract)
        filled = [line for line in lines if len(line) != len(COLUMNS) or any(cell.strip() for cell in line)]
        assert extract.rows_in == len(filled)


@settings(QUICK, max_examples=15)
@given(maps(), rows())
def test_linked_rows_name_somebody_and_know_nothing_too_early(
    source_map: object, lines: list[list[str]]
) -> None:
    with folder() as place:
        extract = read(Path(place), written(lines, "\n"), source_map)  # type: ignore[arg-type]
        vault, received = Vault(Path(place) / "vault", VaultKeys.new()), {"notices": "2024-09-01"}
        linked = link([extract], vault, coverage=COVERAGE, areas=AREAS, deliveries=received)
    for name in ("event", "spell", "measurement", "attribute", "household", "place", "relationship"):
        frame = linked.records.frames[name]
        assert frame["person_id"].notna().all()
        for known, happened in (
            ("known_date", "event_date"),
            ("known_date", "from"),
            ("known_start", "start_date"),
        ):
            if known in frame and happened in frame:
                assert not (frame[known] < frame[happened]).any()
    spells = linked.records.frames["spell"]
    assert (spells["known_end"].isna() == spells["end_date"].isna()).all()
    assert not (spells["end_date"] < spells["start_date"]).any()


GOOD = written(
    [
        ["N1", "C1", "U1", "C2", "01/02/2024", "", "05/02/2024", "", "DA", "3", "17/05/2015", "Zoë"],
        ["N2", "C2", "", "C1", "01/02/2024", "01/03/2024", "05/02/2024", "05/03/2024", "cc", "1,250", "", "two\nlines"],
        ["N3", "C3", "", "", "2024-02-01", "", "05/02/2024", "", "ZZ", "", "", 'a "b"'],
    ],
    "\r\n",
)  # fmt: skip
PLAN = a_map(NOTICE | ON, spell(), unique=["id"], vault={"surname": "name", "birth_date": "dob"})


@QUICK
@given(
    st.sampled_from(["utf-8", "cp1252", "utf-16"]),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6),
    st.integers(0, 2000),
)
def test_a_damaged_file_is_read_or_refused_in_words(
    encoding: str, flips: list[tuple[int, int]], keep: int
) -> None:
    raw = bytearray(GOOD.encode(encoding))
    for place, value in flips:
        raw[place % len(raw)] = value
    with folder() as place_on_disk:
        try:
            all_is_told(read(Path(place_on_disk), bytes(raw[: keep if keep else None]), PLAN))
        except RecordsRefused as refused:
            assert refused.where == "file notices.csv" and refused.todo
            assert "C1" not in str(refused) and "Zo" not in str(refused)


@QUICK
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    with folder() as place:
        try:
            all_is_told(read(Path(place), b"ref,start,known,type\n" + content, PLAN))
        except RecordsRefused as refused:
            assert refused.where == "file notices.csv" and refused.todo
        try:
            (Path(place) / "areas.csv").write_bytes(content)
            Areas.read(Path(place) / "areas.csv", ["north"])
        except RecordsRefused as refused:
            assert refused.where == "file areas.csv" and refused.todo
