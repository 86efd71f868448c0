"""How fast delivered files become tables of text, beside plain reading of the same files in the same run.

    python benchmarks/readers.py [--megabytes 100] [--only cin_census]

Every reading happens in a process of its own, so that its peak memory is its own. Seconds are those of the
processor, and readings follow one another, so that the ratios hold on a noisy machine.
"""

import argparse
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import xlsxwriter
from cin_census_files import write_census
from lxml import etree
from openpyxl import load_workbook
from school_census_files import beside, write_term

from prevention_model.records.csv_file import read_csv_file
from prevention_model.records.files.workbook import workbook_tables
from prevention_model.records.files.xml_file import xml_tables
from prevention_model.records.standards.cin_census.reader import STANDARD as CIN_CENSUS
from prevention_model.records.standards.reading import read_standard
from prevention_model.records.standards.school_census.reader import STANDARD as SCHOOL_CENSUS

ROWS = {
    "Child": (),
    "CINdetails": ("LAchildID",),
    "Assessments": ("LAchildID", "CINreferralDate"),
    "CINPlanDates": ("LAchildID", "CINreferralDate"),
}
REFERRAL = """   <CINdetails>
    <CINreferralDate>{}</CINreferralDate>
    <ReferralSource>{}</ReferralSource>
    <PrimaryNeedCode>N4</PrimaryNeedCode>
    <ReferralNFA>0</ReferralNFA>
    <Assessments>
     <AssessmentActualStartDate>{}</AssessmentActualStartDate>
     <AssessmentAuthorisationDate>{}</AssessmentAuthorisationDate>
     <FactorsIdentifiedAtAssessment>
      <AssessmentFactors>1A</AssessmentFactors>
      <AssessmentFactors>3B</AssessmentFactors>
     </FactorsIdentifiedAtAssessment>
    </Assessments>
    <CINPlanDates>
     <CINPlanStartDate>{}</CINPlanStartDate>
    </CINPlanDates>
   </CINdetails>
"""
CHILD = """  <Child>
   <ChildIdentifiers>
    <LAchildID>C{:07d}</LAchildID>
    <UPN>A{:012d}</UPN>
    <PersonBirthDate>{}</PersonBirthDate>
    <Sex>F</Sex>
   </ChildIdentifiers>
   <ChildCharacteristics>
    <Ethnicity>WBRI</Ethnicity>
    <Disabilities>
     <Disability>HAND</Disability>
     <Disability>HEAR</Disability>
    </Disabilities>
   </ChildCharacteristics>
{}  </Child>
"""


def children(chance: random.Random) -> Iterator[str]:
    """Children who do not exist, one after the other, without end."""
    number = 0
    while True:
        number += 1
        referrals = [
            REFERRAL.format(day(chance), chance.choice(("1A", "2A", "6")), *(day(chance) for _ in range(3)))
            for _ in range(chance.randint(1, 3))
        ]
        yield CHILD.format(number, chance.randrange(10**12), day(chance), "".join(referrals))


def day(chance: random.Random) -> str:
    """Some day."""
    return f"{chance.randint(2008, 2024)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"


def write_xml(path: Path, size: int) -> None:
    """A census of children in need of about so many bytes."""
    written = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0"?>\n<Message>\n <Header><Year>2024</Year></Header>\n <Children>\n')
        for child in children(random.Random(1)):
            written += file.write(child)
            if written > size:
                break
        file.write(" </Children>\n</Message>\n")


def rows(count: int) -> Iterator[list[str]]:
    """Attendance as a school census holds it."""
    chance = random.Random(2)
    yield ["pupiltableid", "upn", "dob", "attendancecode", "sessions", "startdate"]
    for number in range(count):
        pupil = number // 6
        yield [
            str(pupil),
            f"A{pupil:012d}",
            day(chance),
            chance.choice("/\\ILMTU"),
            str(number % 70),
            day(chance),
        ]


def write_csv(path: Path, size: int) -> None:
    """Attendance rows of about so many bytes."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(",".join(row) + "\n" for row in rows(size // 52))


def write_workbook(path: Path, size: int) -> None:
    """Attendance rows on a sheet; a hundredth as many bytes, for a sheet ends at a million rows."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows(size // 1000)):
            sheet.write_row(place, 0, row)


def plain_xml(path: Path) -> int:
    """lxml alone, letting go of what it has read: how many elements."""
    count = 0
    for _, element in etree.iterparse(str(path)):
        count += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return count


def our_xml(path: Path) -> int:
    """Tables of rows: how many."""
    return sum(table.rows_in for table in xml_tables(path, ROWS).tables.values())


def plain_csv(path: Path) -> int:
    """pandas alone, as text: how many rows."""
    return len(pd.read_csv(path, dtype=str))


def our_csv(path: Path) -> int:
    """A table of text: how many rows."""
    return read_csv_file(path).rows_in


def plain_workbook(path: Path) -> int:
    """openpyxl alone, read only: how many rows."""
    return sum(1 for _ in load_workbook(path, read_only=True).active.iter_rows(values_only=True)) - 1


def our_workbook(path: Path) -> int:
    """Tables of text: how many rows."""
    return sum(table.rows_in for table in workbook_tables(path))


def write_cin_census(path: Path, size: int) -> None:
    """A whole census of children in need, every block of it."""
    write_census(path, size // 1_000_000)


def our_cin_census(path: Path) -> int:
    """From the file to canonical rows: how many rows were delivered."""
    return sum(extract.rows_in for extract in read_standard(CIN_CENSUS, [path], date(2024, 9, 1)))


def plain_term(path: Path) -> int:
    """pandas alone, as text, both tables: how many rows."""
    return sum(len(pd.read_csv(one, dtype=str)) for one in (path, beside(path)))


def our_term(path: Path) -> int:
    """From the files to canonical rows, joined and put together: how many rows were delivered."""
    extracts = read_standard(SCHOOL_CENSUS, [path, beside(path)], date(2025, 9, 1))
    return sum(extract.rows_in for extract in extracts)


READINGS: dict[str, tuple[Callable[[Path, int], None], Callable[[Path], int], Callable[[Path], int], str]] = {
    "xml": (write_xml, our_xml, plain_xml, "lxml.iterparse"),
    "cin_census": (write_cin_census, our_cin_census, plain_xml, "lxml.iterparse"),
    "csv": (write_csv, our_csv, plain_csv, "pandas.read_csv"),
    "school_census": (write_term, our_term, plain_term, "pandas.read_csv"),
    "workbook": (write_workbook, our_workbook, plain_workbook, "openpyxl, read only"),
}


def alone(kind: str, which: str, path: Path) -> dict[str, float]:
    """Read in a process of its own: seconds, what it counted, and how its memory grew."""
    command = [sys.executable, __file__, "--one", kind, which, str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def one(kind: str, which: str, path: Path) -> None:
    """What `alone` asks of its process."""
    _, ours, plain, _ = READINGS[kind]
    started, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count = (ours if which == "ours" else plain)(path)
    seconds = time.process_time() - started
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({"seconds": seconds, "count": count, "memory": grown / 1e3}))


def main() -> None:
    """Print a line a kind of file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--only", choices=sorted(READINGS), action="append")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.one:
        one(told.one[0], told.one[1], Path(told.one[2]))
        return
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        for kind in told.only or READINGS:
            write, _, _, name = READINGS[kind]
            path = Path(folder) / f"{kind}.{'xlsx' if kind == 'workbook' else kind}"
            write(path, told.megabytes * 1_000_000)
            # The better of two, each of ours beside one of theirs.
            pairs = [(alone(kind, "ours", path), alone(kind, "plain", path)) for _ in range(2)]
            ours, plain = (min(side, key=lambda read: read["seconds"]) for side in zip(*pairs, strict=True))
            what = "elements" if name.startswith("lxml") else "rows"
            rate = plain["count"] / ours["seconds"]
            print(
                f"{kind}, {path.stat().st_size / 1e6:.0f} MB, {plain['count']:,} {what}: "
                f"ours {ours['seconds']:.2f} s ({rate:,.0f} a second, {ours['memory']:.0f} MB), "
                f"{name} {plain['seconds']:.2f} s ({plain['memory']:.0f} MB), "
                f"ratio {ours['seconds'] / plain['seconds']:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
