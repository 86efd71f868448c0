"""python experiments/open_university/run.py FOLDER_OF_THE_DATA_SET [--out FOLDER] [--day DAY] [--quiet]"""

import argparse
import sys
from pathlib import Path

from days import MARKS, run_days

from prevention_model.errors import PreventionError

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("folder", type=Path, help="folder of the data set (student.csv.gz and others)")
parser.add_argument("--out", type=Path, default=Path("build/open_university"))
parser.add_argument(
    "--day", type=int, choices=sorted(MARKS), action="append", help="may be repeated; all without"
)
parser.add_argument("--quiet", action="store_true")
given = parser.parse_args()
try:
    print(run_days(given.folder, given.out, given.day or sorted(MARKS), given.quiet))
except PreventionError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
