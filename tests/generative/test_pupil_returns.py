"""Whatever stands in a school census or in SEN2: no row is lost, and no layout matters."""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from prevention_model.records.extract import Extract
from prevention_model.records.quarantine import REASONS
from tests.unit.census_files import Row, as_csv, child, header, leaver, pupil, read, write

QUICK = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
DAYS = st.sampled_from(
    ["2024-Sep-03 00:00:00", "2023-09-04", "04/09/2022", "", "soon", "2999-01-01", "1066-10-14"]
)
COUNTS = st.sampled_from(["3", "12.0", "", "-1", "9999", "many", "1e5", "7"])
CODES = st.sampled_from(["/", "\\", "I", "o", "C1", "H", "J", "X", "QQ", "", " N "])
KEYS = st.sampled_from(["p1", "p2", "P1", "p9", ""])
WHO = st.fixed_dictionaries(
    {
        "upn": st.sampled_from(
            ["A123456789012", "B123456789012", "a 123456789012", "5ff4489b-998", "", "0000000000000"]
        ),
        "surname": st.sampled_from(["Mallory", "", "O’Hara"]),
        "forename": st.sampled_from(["Ann", "Ben", ""]),
        "dob": DAYS,
    }
)
PUPILS = st.lists(
    st.fixed_dictionaries(
        {"pupilonrolltableid": KEYS, "entrydate": DAYS, "senprovision": st.sampled_from(["K", "N", "E", "?", ""]),
         "termlysessionspossible": COUNTS}
    ).flatmap(lambda row: WHO.map(lambda who: {**row, **who})),
    max_size=5,
)  # fmt: skip
SESSIONS = st.lists(
    st.fixed_dictionaries({"pupilonrolltableid": KEYS, "attendancereason": CODES, "sessions": COUNTS}),
    max_size=6,
)
MEALS = st.lists(
    st.fixed_dictionaries({"pupilonrolltableid": KEYS, "fsmstartdate": DAYS, "fsmenddate": DAYS}), max_size=4
)
TERMS = ("2024_autumn", "2025_spring", "2025_summer")
COLUMNS = {
    "pupilonroll": ["pupilonrolltableid", "entrydate", "senprovision", "termlysessionspossible", "upn", "surname",
                    "forename", "dob"],
    "termlysessiondetailsonroll": ["pupilonrolltableid", "attendancereason", "sessions"],
    "fsmperiodsonroll": ["pupilonrolltableid", "fsmstartdate", "fsmenddate"],
}  # fmt: skip
SPELLS = ["kind", "code", "outcome", "start_date", "end_date", "known_start", "known_end"]


def table(name: str, rows: Sequence[Row], shuffle: random.Random | None = None) -> str:
    """A table as CSV, its columns all there; shuffled, in another order and case, and beside others."""
    columns = list(COLUMNS[name])
    if shuffle is None:
        return as_csv(
            [{column: row[column] for column in columns} for row in rows] or [dict.fromkeys(columns, "")]
        )
    shuffle.shuffle(columns)
    made = [{f" {c.upper()}": row[c] for c in columns} | {"LA": "999", "": "7"} for row in rows]
    return as_csv(made or [dict.fromkeys((f" {c.upper()}" for c in columns), "") | {"LA": "", "": ""}])


def said(extracts: Sequence[Extract], by_row: bool = True) -> list[tuple[str, ...]]:
    """Every canonical row as texts, with its file and row, in order; and every row set aside."""
    rows: list[tuple[str, ...]] = []
    for extract in extracts:
        for name, frames in extract.frames.items():
            for frame in frames:
                where = extract.mentions["row"].reindex(frame["mention"]).astype("str")
                cells = frame.drop(columns="mention").astype("str").fillna("")
                for row, values in zip(where, cells.to_dict("records"), strict=True):
                    rows.append(
                        (
                            extract.file if by_row else "",
                            row if by_row else "",
                            name,
                            repr(sorted(values.items())),
                        )
                    )
        if by_row:
            rows += [
                tuple(map(str, line)) for line in extract.quarantined[["file", "row", "reason"]].to_numpy()
            ]
    return sorted(rows)


@given(PUPILS, SESSIONS, MEALS, st.sampled_from(TERMS), st.randoms(use_true_random=False))
@QUICK
def test_no_row_of_a_term_is_lost_and_no_layout_matters(
    pupils: list[Row], sessions: list[Row], meals: list[Row], term: str, chance: random.Random
) -> None:
    # A line in which nothing stands is no row.
    pupils, sessions, meals = (
        [row for row in some if any(row.values())] for some in (pupils, sessions, meals)
    )
    tables = {"pupilonroll": pupils, "termlysessiondetailsonroll": sessions, "fsmperiodsonroll": meals}
    found = []
    for shuffle in (None, chance):
        with tempfile.TemporaryDirectory() as folder:
            for name, rows in tables.items():
                (Path(folder) / f"{term}_{name}.csv").write_text(table(name, rows, shuffle), encoding="utf-8")
            extracts = read(Path(folder))
        assert sum(extract.rows_in for extract in extracts) == len(pupils) + len(sessions) + len(meals)
        assert {reason for one in extracts for reason in one.quarantined["reason"]} <= set(REASONS)
        found.append(said(extracts))
    assert found[0] == found[1]


PEOPLE = [("A123456789012", "Ann"), ("B123456789012", "Ben"), ("C123456789012", "Cy")]
HISTORIES = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["on", "off", "gone"]), st.sampled_from("KNE"),
            st.sampled_from(["", "2024-09-02", "2025-01-06"]), st.sampled_from(["ZZ9 1AA", "ZZ9 2AA", ""]),
        ),
        min_size=len(PEOPLE), max_size=len(PEOPLE),
    ),
    min_size=len(TERMS), max_size=len(TERMS),
)  # fmt: skip


def census(
    states: Sequence[tuple[str, str, str, str]], mark: str, which: Sequence[int]
) -> dict[str, list[dict[str, object]]]:
    """One term's tables of some of the people, with keys of the extract's own."""
    made: dict[str, list[dict[str, object]]] = {"schoolcensus": [header()], "pupilonroll": []}
    for number in which:
        (state, sen, meals, postcode), (upn, name) = states[number], PEOPLE[number]
        who, key = (
            {"upn": upn, "surname": "Mallory", "forename": name, "dob": "2012-01-21"},
            f"{mark}{number}",
        )
        if state == "on":
            made["pupilonroll"].append(pupil(key, who, senprovision=sen))
            if meals:
                made.setdefault("fsmperiod", []).append(child(key, fsmstartdate=meals))
            if postcode:
                made.setdefault("addresses", []).append(child(key, postcode=postcode))
        elif state == "off":
            made.setdefault("pupilnolongeronroll", []).append(leaver(key, who))
    return {name: rows for name, rows in made.items() if rows}


@given(HISTORIES, st.integers(1, 2), st.randoms(use_true_random=False))
@QUICK
def test_terms_told_in_pieces_and_twice_say_the_same(
    history: list[list[tuple[str, str, str, str]]], split: int, chance: random.Random
) -> None:
    everybody = range(len(PEOPLE))
    with tempfile.TemporaryDirectory() as folder:
        once, pieces = Path(folder) / "once", Path(folder) / "pieces"
        for place, (term, states) in enumerate(zip(TERMS, history, strict=True)):
            parts = {
                once: [everybody],
                pieces: [everybody[:split], everybody[split:], everybody][: chance.choice((2, 3))],
            }
            for root, some in parts.items():
                for number, which in enumerate(some):
                    tables = census(states, f"{place}{number}", which)
                    write(root / str(number), {f"{term}_{name}": rows for name, rows in tables.items()})
        whole_, apart = (read(root) for root in (once, pieces))
    assert spells(whole_) == spells(apart)


def spells(extracts: Sequence[Extract]) -> list[tuple[object, ...]]:
    """What lasts, of whom."""
    rows = []
    for extract in extracts:
        who = extract.mentions.get("upn", pd.Series(dtype="str"))
        for frame in [*extract.frames.get("spell", ()), *extract.frames.get("place", ())]:
            cells = frame.reindex(columns=[*SPELLS, "from", "to", "known_date"]).astype("str").fillna("")
            rows += list(zip(who.reindex(frame["mention"]), *(cells[name] for name in cells), strict=True))
    return sorted(rows)
