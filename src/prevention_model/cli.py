"""What a person types. Parsing and exit codes only; the work is in `pipeline`, loaded when it is needed."""

import sys
import traceback
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from prevention_model import __version__
from prevention_model.errors import PreventionError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
key_app = typer.Typer(no_args_is_help=True, help="Keys: for signing, and of the identity vault.")
app.add_typer(key_app, name="key")
rights_app = typer.Typer(no_args_is_help=True, help="What people asked for: objection, erasure, correction.")
app.add_typer(rights_app, name="rights")
contest_app = typer.Typer(no_args_is_help=True, help="Challenges of a row of a list: open, close, list.")
app.add_typer(contest_app, name="contest")

_LAZY = {
    "county": "prevention_model.pipeline.commands_files",
    "load": "prevention_model.pipeline.commands_files",
    "demo": "prevention_model.pipeline.commands_run",
    "run": "prevention_model.pipeline.commands_run",
    "key_new": "prevention_model.pipeline.commands_sign",
    "key_vault": "prevention_model.pipeline.commands_vault",
    "key_rotate": "prevention_model.pipeline.commands_vault",
    "objection": "prevention_model.pipeline.commands_vault",
    "erasure": "prevention_model.pipeline.commands_vault",
    "correction": "prevention_model.pipeline.commands_vault",
    "sign": "prevention_model.pipeline.commands_sign",
    "status": "prevention_model.pipeline.commands_sign",
    "release": "prevention_model.pipeline.commands_release",
    "withdraw": "prevention_model.pipeline.commands_release",
    "suspend": "prevention_model.pipeline.commands_release",
    "feedback": "prevention_model.pipeline.commands_feedback",
    "contest_open": "prevention_model.pipeline.commands_feedback",
    "contest_close": "prevention_model.pipeline.commands_feedback",
    "contest_list": "prevention_model.pipeline.commands_feedback",
    "yield_": "prevention_model.pipeline.commands_feedback",
    "receipt": "prevention_model.pipeline.commands_release",
    "pack": "prevention_model.pipeline.commands_seal",
    "unpack": "prevention_model.pipeline.commands_seal",
    "trace": "prevention_model.pipeline.commands_trace",
    "papers": "prevention_model.pipeline.commands_papers",
}

Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing while working.")]
AuthorityFile = Annotated[Path, typer.Argument(help="authority.yaml: sources, zones, signatories.")]
AuthorityOption = Annotated[
    Path, typer.Option("--authority", help="authority.yaml of the workspace.", show_default=True)
]

PersonOption = Annotated[str, typer.Option("--person", help="Whose right it is, by pseudonym.")]
IdentifierOption = Annotated[
    str, typer.Option("--identifier", help="Or by identifier: la_person_id, upn, nhs_number, ...")
]
ValueOption = Annotated[str, typer.Option("--value", help="The identifier; - reads it from standard input.")]
ByOption = Annotated[str, typer.Option("--by", help="Who records it.")]


def _do(name: str, *arguments: Any, **options: Any) -> None:
    """Load a command and call it; what it returns is printed line by line."""
    command: Callable[..., Iterable[str]] = getattr(import_module(_LAZY[name]), name)
    for line in command(*arguments, **options):
        print(line)


@app.callback(invoke_without_command=True)
def _top(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error; stands before the command.")
    ] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit


@app.command()
def demo(
    people: Annotated[
        int, typer.Option(min=2000, help="Children and young people in the made-up county.")
    ] = 85_690,
    out: Annotated[Path, typer.Option(help="Folder to write into.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Another seed makes another county.")] = 1,
    quiet: Quiet = False,
) -> None:
    """Everything below on a synthetic county; then prints where the lists and the card are."""
    _do("demo", out, people=people, seed=seed, quiet=quiet)


@app.command()
def county(
    folder: Annotated[Path, typer.Argument(help="Folder to write into; must not exist or be empty.")],
    people: Annotated[int, typer.Option(min=200, help="How many are aged 0 to 25.")] = 85_690,
    years: Annotated[int, typer.Option(min=4, max=10, help="How far back records reach.")] = 6,
    seed: Annotated[int, typer.Option(help="Another seed makes another county.")] = 1,
    quiet: Quiet = False,
) -> None:
    """Write a synthetic county: agencies' files as they really look, authority.yaml, and truth/ apart."""
    _do("county", folder, people=people, years=years, seed=seed, quiet=quiet)


@app.command()
def load(
    authority: AuthorityFile,
    vault_lost: Annotated[
        bool,
        typer.Option("--vault-lost", help="The vault or its keys cannot be had any more: go on without."),
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Read an authority's files into checked, linked records; prints the delivery report."""
    _do("load", authority, vault_lost=vault_lost, quiet=quiet)


@app.command()
def run(
    experiment: Annotated[Path, typer.Argument(help="The experiment's YAML.")],
    quiet: Quiet = False,
) -> None:
    """Records to scores, audit and card; ends as "awaiting sign-off", or "refused" (exit code 4)."""
    _do("run", experiment, quiet=quiet)


@key_app.command("new")
def key_new(
    name: Annotated[str, typer.Argument(help="Whose key: names the file NAME.pem.")],
    folder: Annotated[Path, typer.Option(help="Where to keep it; not in the workspace.")] = Path("."),
) -> None:
    """Make a signing key; prints its public half for authority.yaml."""
    _do("key_new", name, folder)


@key_app.command("vault")
def key_vault(
    file: Annotated[Path, typer.Argument(help="File to write: what `keys` in authority.yaml names.")],
) -> None:
    """Make the keys of the identity vault; never in the workspace."""
    _do("key_vault", file)


@key_app.command("rotate")
def key_rotate(
    authority: AuthorityFile,
    by: ByOption,
    out: Annotated[
        Path | None, typer.Option(help="File for the new keys, where the environment holds the present ones.")
    ] = None,
) -> None:
    """Replace the key that seals the identity vault; interrupted, run it again."""
    _do("key_rotate", authority, out, by)


@rights_app.command()
def objection(
    authority: AuthorityFile,
    by: ByOption,
    person: PersonOption = "",
    identifier: IdentifierOption = "",
    value: ValueOption = "",
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="End an objection recorded before.")] = False,
) -> None:
    """Somebody objects: they stay on record, and no cohort, run or list holds them."""
    _do("objection", authority, person, identifier, value, by, withdrawn)


@rights_app.command()
def erasure(
    authority: AuthorityFile,
    by: ByOption,
    person: PersonOption = "",
    identifier: IdentifierOption = "",
    value: ValueOption = "",
) -> None:
    """Somebody is erased from records and vault, and stays so when an agency sends them again."""
    _do("erasure", authority, person, identifier, value, by)


@rights_app.command()
def correction(
    authority: AuthorityFile,
    by: ByOption,
    table: Annotated[str, typer.Option(help="Table of the records, such as person or attribute.")],
    field: Annotated[str, typer.Option(help="Its field; of a person also forename, surname, address, ...")],
    old: Annotated[str, typer.Option(help="What is wrong; - for both reads both from standard input.")],
    new: Annotated[str, typer.Option(help="What is right.")],
    about: Annotated[str, typer.Option(help="Only rows of this kind, name or role.")] = "",
    on: Annotated[str, typer.Option(help="Only rows of this day, as 2024-03-01.")] = "",
    person: PersonOption = "",
    identifier: IdentifierOption = "",
    value: ValueOption = "",
) -> None:
    """A field is wrong: it is corrected at every load until the source sends what is right."""
    change = {"table": table, "field": field, "old": old, "new": new, "about": about, "on": on}
    _do("correction", authority, person, identifier, value, by, change)


@app.command()
def sign(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="Its number, as status lists it.")],
    key: Annotated[Path, typer.Option("--key", help="The private key file.")],
    waive: Annotated[
        list[str] | None, typer.Option(help="A failed check to pass over; may be repeated.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why, in at least 20 characters.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day of the waiver, as 2025-12-31.")] = None,
    authority: AuthorityOption = Path("authority.yaml"),
) -> None:
    """Sign off an audited run, with waivers where a check failed."""
    _do("sign", authority, run_id, key, waive or [], reason, until)


@app.command()
def release(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="Its number, as status lists it.")],
    stage: Annotated[str, typer.Option(help="shadow, pilot or live, in that order.")] = "shadow",
    authority: AuthorityOption = Path("authority.yaml"),
    quiet: Quiet = False,
) -> None:
    """Write the zone lists of a run that was audited and signed."""
    _do("release", authority, run_id, stage, quiet=quiet)


@app.command()
def papers(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="Its number, as status lists it.")],
    out: Annotated[Path, typer.Option(help="Folder to write; must not exist.")],
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Each page as a tagged PDF too; needs the extra pdf.")
    ] = False,
    authority: AuthorityOption = Path("authority.yaml"),
    quiet: Quiet = False,
) -> None:
    """Write a run's card, board pack and papers as they stand today: for a board that decides, and to publish."""
    _do("papers", authority, run_id, out, pdf=pdf, quiet=quiet)


@app.command()
def pack(
    release_id: Annotated[str, typer.Argument(metavar="RELEASE", help="Its name, as status lists it.")],
    zone: Annotated[str, typer.Option(help="The zone whose list it is.")],
    to: Annotated[Path, typer.Option(help="File to write; must not exist.")],
    by: Annotated[str, typer.Option(help="Who makes the copy.")],
    as_zip: Annotated[bool, typer.Option("--zip", help="A zip with a password (AES-256).")] = False,
    as_age: Annotated[bool, typer.Option("--age", help="An age file for the recipient's key.")] = False,
    password_file: Annotated[
        Path | None, typer.Option(help="File of mode 0600 with the password; without it, it is asked for.")
    ] = None,
    authority: AuthorityOption = Path("authority.yaml"),
) -> None:
    """Write a sealed copy of one zone's list, to leave the house; the ledger records it."""
    _do("pack", authority, release_id, zone, to, as_zip, as_age, password_file, by)


@app.command()
def unpack(
    sealed: Annotated[Path, typer.Argument(metavar="FILE", help="A sealed copy.")],
    to: Annotated[Path, typer.Option(help="Folder to write; must not exist.")],
    password_file: Annotated[
        Path | None, typer.Option(help="File of mode 0600 with the password; without it, it is asked for.")
    ] = None,
    key_file: Annotated[Path | None, typer.Option(help="File of mode 0600 with the age key.")] = None,
) -> None:
    """Open a sealed copy of a list, and check that every file is as it was released."""
    _do("unpack", sealed, to, password_file, key_file)


@app.command()
def withdraw(
    release_id: Annotated[str, typer.Argument(metavar="RELEASE", help="Its name, as status lists it.")],
    reason: Annotated[str, typer.Option(help="Why, in words that recipients read.")],
    by: Annotated[str, typer.Option(help="Who withdraws it.")],
    authority: AuthorityOption = Path("authority.yaml"),
) -> None:
    """Withdraw a release for good; writes a letter to each recipient."""
    _do("withdraw", authority, release_id, reason, by)


@app.command()
def suspend(
    release_id: Annotated[str, typer.Argument(metavar="RELEASE", help="Its name, as status lists it.")],
    reason: Annotated[str, typer.Option(help="Why, in words that recipients read.")],
    by: Annotated[str, typer.Option(help="Who suspends it.")],
    authority: AuthorityOption = Path("authority.yaml"),
) -> None:
    """Suspend a release while something is looked into; writes a letter to each recipient."""
    _do("suspend", authority, release_id, reason, by)


@app.command()
def receipt(
    list_id: Annotated[str, typer.Argument(metavar="LIST", help="Its number, as at the foot of the list.")],
    by: Annotated[str, typer.Option(help="Who reports it, by role.")],
    on: Annotated[str, typer.Option(help="On which day it was, as 2025-03-01.")],
    seen: Annotated[bool, typer.Option("--seen", help="They opened the list.")] = False,
    destroyed: Annotated[bool, typer.Option("--destroyed", help="They destroyed their copies.")] = False,
    authority: AuthorityOption = Path("authority.yaml"),
) -> None:
    """Record that a recipient has seen a list, or has destroyed it."""
    _do("receipt", authority, list_id, seen, destroyed, by, on)


@app.command()
def feedback(
    files: Annotated[list[Path], typer.Argument(help="Workbooks of lists, as coordinators sent them back.")],
    zone: Annotated[str, typer.Option(help="The zone of whoever sent them: others are refused.")] = "",
    authority: AuthorityOption = Path("authority.yaml"),
) -> None:
    """Enter what coordinators wrote in their lists; reports every problem by sheet, row and column."""
    _do("feedback", authority, files, zone)


@contest_app.command("open")
def contest_open(
    row: Annotated[str, typer.Argument(metavar="ROW", help="The row's number, at the end of its row.")],
    by: Annotated[str, typer.Option(help="Who takes it, by role.")],
    about: Annotated[str, typer.Option(help="data, family or decision.")],
    reason_code: Annotated[str, typer.Option(help="Why, in a word: record_wrong, not_this_family, ...")],
    on: Annotated[str, typer.Option(help="The day on which it was made, as 2025-03-01; else today.")] = "",
    authority: AuthorityOption = Path("authority.yaml"),
) -> None:
    """Somebody challenges a row of a list: a clock of 30 days begins."""
    _do("contest_open", authority, row, about, reason_code, by, on)


@contest_app.command("close")
def contest_close(
    number: Annotated[str, typer.Argument(metavar="CONTEST", help="Its number, as contest list shows it.")],
    outcome: Annotated[str, typer.Option(help="upheld, not_upheld or corrected.")],
    by: Annotated[str, typer.Option(help="Who decided it, by role.")],
    authority: AuthorityOption = Path("authority.yaml"),
) -> None:
    """What came of a challenge; a correction is told to whoever received the row."""
    _do("contest_close", authority, number, outcome, by)


@contest_app.command("list")
def contest_list(authority: AuthorityOption = Path("authority.yaml")) -> None:
    """Every challenge, those whose time is over first."""
    _do("contest_list", authority)


@app.command()
def trace(
    release_id: Annotated[str, typer.Option("--release", help="A release: who had its lists.")] = "",
    row: Annotated[str, typer.Option(help="A row of a list, by its number.")] = "",
    person: Annotated[str, typer.Option(help="A person, by pseudonym.")] = "",
    identifier: IdentifierOption = "",
    value: ValueOption = "",
    by: Annotated[str, typer.Option(help="Who looks up a person or a row; the ledger records it.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write it as a page to this file.")] = None,
    authority: AuthorityOption = Path("authority.yaml"),
) -> None:
    """Who was on which list, by what, who had it, what was decided, and what followed."""
    _do("trace", authority, release_id, row, person, identifier, value, by, as_json, out)


@app.command("yield")
def yield_(
    out: Annotated[Path, typer.Option(help="Folder for yield.html and yield.json.")],
    since: Annotated[str, typer.Option(help="Only lists made from this day on, as 2025-03-01.")] = "",
    authority: AuthorityOption = Path("authority.yaml"),
) -> None:
    """What lists came to, zone by zone: contacted, agreed, helped, set aside; small numbers protected."""
    _do("yield_", authority, out, since)


@app.command()
def status(authority: AuthorityOption = Path("authority.yaml")) -> None:
    """Runs, releases, expiries, and whether the ledger is what was written."""
    _do("status", authority)


def main() -> None:
    """Run a command; end with its exit code, and one readable paragraph when it fails."""
    try:
        app()
    except PreventionError as error:
        if "--debug" in sys.argv:
            traceback.print_exc()
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
