"""The page of exit codes, made from `prevention_model.errors`: `python -m manual`."""

import inspect

from prevention_model import errors

HEAD = """# When a command stops

A command that stops says in one paragraph what was wrong, where, and what to do. Its exit code says which
kind of thing it was, for scripts. `--debug` shows the place in the code as well. No message holds a person's
data: it names files, columns and row numbers.

| exit code | in Python | what it means | what to do |
|---|---|---|---|
| 0 | | Done. | |
"""
TODO = {
    "PreventionError": "Nothing ends with this code on purpose. Run again with `--debug`, and report what "
    "that shows.",
    "WrongUsage": "Read the named setting or argument, correct it, and run again. "
    "[Settings](configure.md) lists every setting; `prevention-model COMMAND --help` every argument.",
    "RecordsRefused": "Read the delivery report: it lists every fault by file, column and row number. "
    "Ask the agency for the file again, or correct its map. What was loaded before is still there.",
    "ReleaseRefused": "Read the audit report of the run. A failed check is mended in the records, the "
    "features or the model; where the policy allows it, a named person who is not the author may waive it "
    "until a date.",
    "Damaged": "Do not use the file. Take it from the last whole backup, and tell whoever answers for the "
    "records: a broken ledger or signature means that something was changed outside the library.",
    "Expired": "Run the experiment again on present records, have it signed, and release that. "
    "A list past its date is destroyed, not used.",
}
TAIL = """
A command that was interrupted leaves either the old state or the new one. Running it again finishes the work.

This page is made by `python -m manual`; a test compares the two.
"""


def kinds() -> list[type[errors.PreventionError]]:
    """Every kind of failure, by exit code."""
    classes = [thing for _, thing in inspect.getmembers(errors, inspect.isclass)]
    return sorted(
        (kind for kind in classes if issubclass(kind, errors.PreventionError)),
        key=lambda kind: kind.exit_code,
    )


def page() -> str:
    """The whole page, as Markdown; KeyError for a kind of failure about which nothing is said."""
    rows = []
    for kind in kinds():
        meaning = (inspect.getdoc(kind) or "").split("\n\n")[0].replace("\n", " ")
        rows.append(f"| {kind.exit_code} | `{kind.__name__}` | {meaning} | {TODO[kind.__name__]} |\n")
    return HEAD + "".join(rows) + TAIL
