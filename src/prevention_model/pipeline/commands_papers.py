"""The command that writes a run's card, board pack and papers anew, as they stand today; what it returns is printed."""

from pathlib import Path

from prevention_model.cards import FACTS_FILE, CardFacts, PublicFacts, publish
from prevention_model.errors import WrongUsage
from prevention_model.ledger import Ledger
from prevention_model.pages.pdf import to_pdf
from prevention_model.pipeline.card_now import as_it_stands
from prevention_model.pipeline.card_places import card_places
from prevention_model.pipeline.earlier import Earlier
from prevention_model.pipeline.opening import opened
from prevention_model.pipeline.progress import progress_for
from prevention_model.pipeline.run_pages import write_documents
from prevention_model.pipeline.signing import read_facts
from prevention_model.records.on_disk import appearing
from prevention_model.release import SignOff
from prevention_model.settings.experiment import Experiment
from prevention_model.settings.policy import Policy


def papers(authority: Path, run_id: str, out: Path, *, pdf: bool, quiet: bool) -> list[str]:
    """Card, board pack and papers of a run in a new folder, each page as PDF too if asked.

    Raises WrongUsage where the folder is there, or the authority has yet to fill a field.
    """
    if out.exists():
        raise WrongUsage(
            f"{out.name} is there already.", where="--out", todo="Name a folder that is not there yet."
        )
    settings, workspace = opened(authority)
    ledger, home = Ledger(workspace.ledger), workspace.run(run_id)
    run = read_facts(home)
    policy = SignOff.of(Policy.read(run.files.policy))
    outcomes = Experiment.read(home / "experiment.yaml").ranking
    earlier = Earlier.of(workspace, ledger, run.experiment, outcomes, run_id)
    entries, today = ledger.entries(subject=run_id), ledger.today()
    public: dict[str, PublicFacts] = {}
    for name, place in card_places(home, outcomes).items():
        kept, before = CardFacts.read(place / FACTS_FILE), earlier.cards.get(name)
        facts = as_it_stands(kept, run, entries, policy, settings, before, today)
        public[name] = publish(facts, earlier.log, list(public.values()))
    with appearing(out) as partial:
        made = write_documents(partial, public, settings, today)
        if pdf:
            pages = [path for path in made if path.suffix == ".html"]
            with progress_for(quiet).steps("Drawing PDFs", pages) as steps:
                for page in steps:
                    page.with_suffix(".pdf").write_bytes(to_pdf(page.read_text(encoding="utf-8")))
        names = [
            path.relative_to(partial).as_posix() for path in sorted(partial.rglob("*")) if path.is_file()
        ]
    return [f"Written to {out}:", *(f"  {name}" for name in names)]
