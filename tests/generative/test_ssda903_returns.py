"""SSDA903: however a history of care is cut into returns, named and ordered, the same spells come of it; and
whatever stands in a file, every row is told of."""

import random
import tempfile
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fixtures.made_up_903 import EPISODES, HEADER, read, spells

FEW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
FIRST, YEARS = date(2019, 4, 1), (2020, 2021, 2022, 2023)
TODAY = date(2023, 4, 1)
KINDS = ("care_period", "short_break", "care_episode", "placement", "legal_status")
Episode = tuple[str, date, date | None, str, str, str, str, str]


@st.composite
def histories(draw: st.DrawFn) -> list[Episode]:
    """Made-up children, each in care once or twice, in a few episodes each time."""
    made: list[Episode] = []
    for number in range(draw(st.integers(1, 6))):
        day = FIRST + timedelta(days=draw(st.integers(0, 1_000)))
        for _ in range(draw(st.integers(1, 2))):
            day = _period(draw, f"C{number}", day, made) + timedelta(days=draw(st.integers(0, 300)))
    return made


def _period(draw: st.DrawFn, child: str, day: date, made: list[Episode]) -> date:
    reason, law, place = "S", draw(st.sampled_from(["V2", "C1", "V4"])), "U6"
    count = draw(st.integers(1, 4))
    for number in range(count):
        end = day + timedelta(days=draw(st.integers(1, 500)))
        last = number == count - 1
        ended = draw(st.sampled_from(["E4A", "E11", "E8"])) if last else "X1"
        moved = draw(st.sampled_from(["", "CARPL", "CREQB"])) if not last else ""
        over = end < TODAY
        if day < TODAY:
            made.append(
                (
                    child,
                    day,
                    end if over else None,
                    reason,
                    law,
                    place,
                    ended if over else "",
                    moved if over else "",
                )
            )
        day, reason = end, draw(st.sampled_from(["L", "P", "T", "B", "U"]))
        law = draw(st.sampled_from(["C1", "C2", "E1", "V4"])) if reason in "LBU" else law
        place = draw(st.sampled_from(["K2", "U1", "U6", "R5"])) if reason in "PTBU" else place
    return day


def lines(episodes: list[Episode]) -> list[str]:
    """Episodes as the file has them."""
    return [EPISODES] + [
        f"{child},{start:%d/%m/%Y},{reason},{law},N1,{place},PR1,{end:%d/%m/%Y},{ended},{moved},,,"
        if end
        else f"{child},{start:%d/%m/%Y},{reason},{law},N1,{place},PR1,,,,,,"
        for child, start, end, reason, law, place, ended, moved in episodes
    ]


def of_year(episodes: list[Episode], year: int) -> list[Episode]:
    """The episodes with any day in a year, as they stood at its end."""
    first, after = date(year - 1, 4, 1), date(year, 4, 1)
    return [
        (*some[:2], some[2], *some[3:])
        if some[2] and some[2] < after
        else (*some[:2], None, *some[3:6], "", "")
        for some in episodes
        if some[1] < after and (some[2] is None or some[2] >= first)
    ]


def names(style: str, places: list[int]) -> dict[int, str]:
    """What the file of each year is called; `places` is an order that has nothing to do with the years."""
    patterns = {
        "year in the file's name": "903/{year}_episodes.csv",
        "years in the file's name": "903/Episodes {before}-{short}.csv",
        "a folder a year": "{year}/episodes.csv",
        "a folder each, no year": "return {place}/eps.csv",
        "one folder, no year": "903/episodes_{letter}.csv",
    }
    return {
        year: patterns[style].format(
            year=year, before=year - 1, short=f"{year % 100:02}", place=place, letter="abcd"[place]
        )
        for year, place in zip(YEARS, places, strict=True)
    }


@FEW
@given(
    histories(),
    st.sampled_from(
        ["year in the file's name", "years in the file's name", "a folder a year", "a folder each, no year",
         "one folder, no year"]
    ),
    st.permutations(range(4)),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_overlapping_returns_give_the_spells_of_one_whole_return(
    episodes: list[Episode], style: str, places: list[int], chance: random.Random
) -> None:
    with tempfile.TemporaryDirectory() as whole, tempfile.TemporaryDirectory() as parts:
        expected = spells(read(Path(whole), {"episodes.csv": lines(episodes)}), *KINDS) if episodes else []
        files = {}
        for year, name in names(style, list(places)).items():
            rows = of_year(episodes, year)
            chance.shuffle(rows)
            if rows:
                files[name] = lines(rows)
        assert (spells(read(Path(parts), files), *KINDS) if files else []) == expected


def test_an_episode_that_no_later_return_has_is_not_open_for_ever(tmp_path: Path) -> None:
    """Entered anew under another day, or over before the next year began; each by what the later return says."""
    extracts = read(tmp_path, {
        "episodes_2023.csv": [
            EPISODES,
            "C1,01/05/2022,S,C2,N1,U6,PR1,,,,,,",  # entered anew as 03/05/2022
            "C2,01/05/2022,S,C2,N1,U6,PR1,,,,,,",  # in no later return
            "C3,01/05/2022,S,C2,N1,U6,PR1,,,,,,",  # a move that was entered late
            "C4,01/05/2022,S,C2,N1,U6,PR1,,,,,,",  # came back into care later on
            "C5,01/05/2022,P,C2,N1,U6,PR1,,,,,,",  # an earlier episode of the later return covers it
        ],
        "episodes_2024.csv": [
            EPISODES,
            "C1,03/05/2022,S,C2,N1,U6,PR1,01/06/2023,E4A,,,,",
            "C3,01/03/2023,P,C2,N1,K2,PR1,,,,,,",
            "C4,01/09/2023,S,V2,N1,K2,PR1,,,,,,",
            "C5,01/04/2022,S,C2,N1,U6,PR1,,,,,,",
        ],
    })  # fmt: skip
    assert spells(extracts, "care_period") == [
        ("C1", "2022-05-03", "2023-06-01", "full_care_order", "returned_home_planned"),
        ("C2", "2022-05-01", "2023-04-01", "full_care_order", ""),
        ("C3", "2022-05-01", "", "full_care_order", ""),
        ("C4", "2022-05-01", "2023-04-01", "full_care_order", ""),
        ("C4", "2023-09-01", "", "section_20", ""),
        ("C5", "2022-04-01", "", "full_care_order", ""),
    ]
    assert [row[1:4] for row in spells(extracts, "placement") if row[0] == "C3"] == [
        ("2022-05-01", "2023-03-01", "foster"),
        ("2023-03-01", "", "childrens_home"),
    ]
    (older,) = [extract for extract in extracts if "2023" in extract.file]
    assert [(row["row"], row["reason"]) for row in older.quarantined.to_dict("records")] == [
        (2, "superseded_row"),
        (6, "superseded_row"),
    ]


def test_tables_without_a_day_take_the_year_of_the_same_children(tmp_path: Path) -> None:
    extracts = read(tmp_path, {
        "a.csv": [EPISODES, "C1,03/05/2021,S,C2,N1,U6,PR1,,,,,,", "C2,03/06/2021,S,C2,N1,U6,PR1,,,,,,"],
        "b.csv": [EPISODES, "C1,03/05/2021,S,C2,N1,U6,PR1,,,,,,", "C3,03/06/2022,S,C2,N1,U6,PR1,,,,,,"],
        "c.csv": ["CHILD,DOB,CONVICTED", "C1,,0", "C3,,1"],
        "d.csv": ["CHILD,DOB,CONVICTED", "C1,,0", "C2,,1"],
    })  # fmt: skip
    ends = {extract.file: extract.period.end.year for extract in extracts if extract.period}
    assert ends == {"a.csv": 2022, "b.csv": 2023, "c.csv": 2023, "d.csv": 2022}


def test_a_stacked_file_is_read_year_by_year(tmp_path: Path) -> None:
    extracts = read(tmp_path, {"all.csv": [
        EPISODES + ",LA,YEAR",
        "C1,03/05/2021,S,C2,N1,U6,PR1,01/06/2022,E4A,,,,,838,2023",
        "C1,03/05/2021,S,C2,N1,U6,PR1,,,,,,,838,2022",
        "C1,short",
    ]})  # fmt: skip
    assert [(e.period.end.year, e.rows_in) for e in extracts if e.period] == [(2022, 2), (2023, 1)]
    assert [row[1:3] for row in spells(extracts, "care_period")] == [("2021-05-03", "2022-06-01")]


def test_of_two_versions_in_one_file_the_one_with_an_end_counts(tmp_path: Path) -> None:
    extracts = read(tmp_path, {"all.csv": [
        EPISODES,
        "C1,03/05/2021,S,C2,N1,U6,PR1,,,,,,",
        "C1,2021-05-03,S,C2,N1,U6,PR1,01/06/2022,E4A,,,,",
    ]})  # fmt: skip
    assert [row[1:3] for row in spells(extracts, "care_period")] == [("2021-05-03", "2022-06-01")]
    assert extracts[0].quarantined[["row", "reason"]].to_dict("records") == [
        {"row": 2, "reason": "duplicate_row"}
    ]


CELLS = st.sampled_from(
    ["", "C1", "C2", "S", "L", "P", "X1", "E4A", "C2", "V3", "V4", "U6", "K2", "N1", "01/02/2021", "2021-03-01",
     "31/02/2022", "zz/05/2020", "1", "0", "WBRI", "UN1", "#N/A", "soon", "14/10/1066", "01/01/2031", "=A1"]
)  # fmt: skip


@FEW
@given(
    st.sampled_from([EPISODES, HEADER + ",UASC,DUC,IN_TOUCH", "CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM",
                     "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM,YEAR", "CHILD,SEX,DOB,DUC"]),
    st.lists(st.lists(CELLS, min_size=15, max_size=15), max_size=12),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_every_row_is_accepted_or_set_aside_whatever_stands_in_it(
    header: str, rows: list[list[str]], chance: random.Random
) -> None:
    width = header.count(",") + 1
    text = [header, *(",".join(row[: width + (chance.random() < 0.1)]) for row in rows)]
    with tempfile.TemporaryDirectory() as folder:
        extracts = read(Path(folder), {"one_2021.csv": text, "other.csv": [text[0], *text[:0:-1]]})
    # A row without anything in it is no row, unless it has a cell too many.
    filled = sum(bool(line.strip(",")) or line.count(",") >= width for line in text[1:])
    files = {"one_2021.csv", "other.csv"}
    assert sum(e.rows_in for e in extracts if e.file in files) == 2 * filled


@FEW
@given(histories().filter(bool), st.permutations(EPISODES.split(",")), st.randoms(use_true_random=False))
def test_order_case_and_further_columns_change_nothing(
    episodes: list[Episode], names: list[str], chance: random.Random
) -> None:
    plain = lines(episodes)
    rows = [dict(zip(EPISODES.split(","), line.split(","), strict=True)) for line in plain[1:]]
    heads = [chance.choice([name.lower(), f" {name} ", name.title()]) for name in names]
    other = [",".join(["Notes", *heads]), *(",".join(["x", *(row[name] for name in names)]) for row in rows)]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        expected = spells(read(Path(one), {"episodes.csv": plain}), *KINDS)
        assert spells(read(Path(two), {"x.csv": other}), *KINDS) == expected
