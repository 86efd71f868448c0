"""What card, board pack, papers and PDFs of a run cost, from the evidence that the run kept. Run by hand.

    prevention-model demo --out build/demo && python -m benchmarks.cards build/demo

Prints seconds of wall and of processor for each part. Cost grows with the children who judged (figures by group are
resampled by family), with the groups of the policy, and not with the records.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pandas as pd

from prevention_model.audit import AuditReport, read_evidence
from prevention_model.cards import publish, write_board_pack, write_card
from prevention_model.ledger import Ledger
from prevention_model.pages.pdf import to_pdf
from prevention_model.papers import write_papers
from prevention_model.pipeline.card import card_facts
from prevention_model.pipeline.figures import Figures
from prevention_model.pipeline.opening import opened
from prevention_model.pipeline.plan import plan_from_files

Made = TypeVar("Made")


def timed(name: str, do: Callable[[], Made]) -> Made:
    """Do it, and say what it took."""
    wall, processor = time.perf_counter(), time.process_time()
    made = do()
    print(
        f"{name:28} {time.perf_counter() - wall:6.1f} s wall {time.process_time() - processor:6.1f} s processor"
    )
    return made


def main() -> None:
    """As the command line asks."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("demonstration", type=Path)
    asked.add_argument("--experiment", default="quarterly.yaml")
    given = asked.parse_args()
    authority, workspace = opened(given.demonstration / "authority.yaml")
    home = workspace.run(Ledger(workspace.ledger).entries("released")[-1].subject)
    plan = plan_from_files(given.demonstration / given.experiment, authority)
    evidence = timed("reading the evidence", lambda: read_evidence(home / "evidence"))
    report = AuditReport.from_json((home / "report.json").read_text(encoding="utf-8"))
    menu = json.loads((home / "mitigation.json").read_text(encoding="utf-8"))
    run = json.loads((home / "run.json").read_text(encoding="utf-8"))
    figures, left_out = Figures.read(home / "figures.json"), pd.read_csv(home / "left_out.csv")
    outcome = evidence[plan.first.name]
    facts = timed(
        "figures of the card",
        lambda: card_facts(run, plan, evidence, outcome, report, figures, left_out, authority, menu, None),
    )
    public = timed("small numbers", lambda: publish(facts))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        timed("card", lambda: write_card(folder, public))
        timed("card again", lambda: write_card(folder, public))
        timed("board pack", lambda: write_board_pack(folder, public))
        timed("papers", lambda: write_papers(folder, public, authority, facts.created))
        for name in ("card.html", "board_pack.html"):
            page = (folder / name).read_text(encoding="utf-8")
            timed(f"{name} as PDF", lambda page=page: to_pdf(page))  # type: ignore[misc]
        size = (folder / "card.html").stat().st_size
    print(f"{len(outcome.predictions):,} children at dates judged; card.html has {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
