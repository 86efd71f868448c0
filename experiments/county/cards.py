"""The committed example: card, board pack and papers of the made-up county, made anew from nothing.

    python experiments/county/cards.py build/cards                  # half an hour; writes model_cards/county
    python experiments/county/cards.py build/cards --people 3000    # too small for the audit to pass: it stops there

The keys of the vault are fixed here, so that pseudonyms, the split of families and all figures are the same each time;
nobody in this county exists. `git diff model_cards` then shows what a change of the code has moved.
"""

import argparse
import os
import shutil
from pathlib import Path

from prevention_model.cards import FACTS_FILE, CardFacts
from prevention_model.ledger import Ledger
from prevention_model.pipeline.card_now import as_it_stands
from prevention_model.pipeline.commands_papers import papers
from prevention_model.pipeline.demo import run_demo
from prevention_model.pipeline.opening import opened
from prevention_model.pipeline.progress import progress_for
from prevention_model.pipeline.signing import read_facts
from prevention_model.records.vault_keys import VARIABLE, VaultKeys
from prevention_model.release import SignOff
from prevention_model.settings.policy import Policy

TO = Path(__file__).parents[2] / "model_cards" / "county"


def main() -> None:
    """The whole demonstration, and what a board gets to see of it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path, help="where the demonstration is made")
    asked.add_argument("--people", type=int, default=85_690)
    asked.add_argument("--to", type=Path, default=TO)
    given = asked.parse_args()
    os.environ[VARIABLE] = VaultKeys(bytes(range(32)), bytes(range(32, 64))).text()
    progress = progress_for(quiet=False)
    print(*run_demo(given.folder, people=given.people, seed=1, progress=progress), sep="\n")
    write(given.folder, given.to)


def write(demonstration: Path, to: Path) -> None:
    """The documents of the run that a demonstration released, and what they are made from, into a folder."""
    authority = demonstration / "authority.yaml"
    settings, workspace = opened(authority)
    ledger = Ledger(workspace.ledger)
    run_id = ledger.entries("released")[-1].subject
    home = workspace.run(run_id)
    run, policy = read_facts(home), SignOff.of(Policy.read(home / "policy.yaml"))
    shutil.rmtree(to, ignore_errors=True)
    papers(authority, run_id, to, pdf=False, quiet=False)
    facts = as_it_stands(
        CardFacts.read(home / FACTS_FILE),
        run,
        ledger.entries(subject=run_id),
        policy,
        settings,
        None,
        ledger.today(),
    )
    (to / "facts.json").write_text(facts.to_json(), encoding="utf-8")
    shutil.copyfile(authority, to / "authority.yaml")


if __name__ == "__main__":
    main()
