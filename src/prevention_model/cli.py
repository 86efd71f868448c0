"""What a person types. Parsing and exit codes only; the work is in `pipeline`, loaded when it is needed."""

import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from prevention_model import __version__
from prevention_model.errors import PreventionError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
key_app = typer.Typer(no_args_is_help=True, help="Signing keys.")
app.add_typer(key_app, name="key")

_LAZY = {
    "county": "prevention_model.pipeline.commands_files",
    "load": "prevention_model.pipeline.commands_files",
    "demo": "prevention_model.pipeline.commands_run",
    "run": "prevention_model.pipeline.commands_run",
    "key_new": "prevention_model.pipeline.commands_sign",
    "sign": "prevention_model.pipeline.commands_sign",
    "status": "prevention_model.pipeline.commands_sign",
    "release": "prevention_model.pipeline.commands_release",
    "withdraw": "prevention_model.pipeline.commands_release",
}

Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing while working.")]
AuthorityFile = Annotated[Path, typer.Argument(help="authority.yaml: sources, zones, signatories.")]
AuthorityOption = Annotated[
    Path, typer.Option("--authority", help="authority.yaml of the workspace.", show_default=True)
]


def _do(name: str, *arguments: Any, **options: Any) -> None:
    """Load a command and call it; what it returns is printed line by line."""
    command: Callable[..., list[str]] = getattr(import_module(_LAZY[name]), name)
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
    people: Annotated[int, typer.Option(min=200)] = 85_690,
    years: Annotated[int, typer.Option(min=4, max=10)] = 6,
    seed: Annotated[int, typer.Option()] = 1,
    quiet: Quiet = False,
) -> None:
    """Write a synthetic county: agencies' files as they really look, authority.yaml, and truth/ apart."""
    _do("county", folder, people=people, years=years, seed=seed, quiet=quiet)


@app.command()
def load(authority: AuthorityFile, quiet: Quiet = False) -> None:
    """Read an authority's files into checked, linked records; prints the delivery report."""
    _do("load", authority, quiet=quiet)


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


@app.command()
def sign(
    run_id: Annotated[str, typer.Argument(metavar="RUN")],
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
    run_id: Annotated[str, typer.Argument(metavar="RUN")],
    stage: Annotated[str, typer.Option(help="shadow, pilot or live, in that order.")] = "shadow",
    authority: AuthorityOption = Path("authority.yaml"),
    quiet: Quiet = False,
) -> None:
    """Write the zone lists of a run that was audited and signed."""
    _do("release", authority, run_id, stage, quiet=quiet)


@app.command()
def withdraw(
    release_id: Annotated[str, typer.Argument(metavar="RELEASE")],
    reason: Annotated[str, typer.Option()],
    by: Annotated[str, typer.Option(help="Who withdraws it.")],
    authority: AuthorityOption = Path("authority.yaml"),
) -> None:
    """Withdraw a release for good."""
    _do("withdraw", authority, release_id, reason, by)


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
