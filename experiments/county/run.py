"""The county experiment as a script: load a county's files, run, say where the card and the comparison are.

prevention-model county build/county && python experiments/county/run.py build/county
"""

import sys
from pathlib import Path

from prevention_model.pipeline.load import load
from prevention_model.pipeline.progress import progress_for
from prevention_model.pipeline.run import run
from prevention_model.settings.authority import read_authority

authority, progress = Path(sys.argv[1]) / "authority.yaml", progress_for(quiet=False)
workspace = load(authority, progress).workspace
done = run(Path(__file__).with_name("quarterly.yaml"), workspace, read_authority(authority), progress)
print(
    done.report.verdict,
    *done.report.reasons,
    done.folder / "card.html",
    done.folder / "comparison.html",
    sep="\n",
)
