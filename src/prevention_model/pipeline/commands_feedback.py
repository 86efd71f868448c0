"""The commands about what comes back: `feedback`, `contest` and `yield`; what they return is printed."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from prevention_model.errors import WrongUsage
from prevention_model.feedback.yield_page import as_json, page
from prevention_model.ledger import Ledger
from prevention_model.pages.document import to_html
from prevention_model.pipeline.contests import close, contest_lines, open_by_row
from prevention_model.pipeline.feedback import take_in_all
from prevention_model.pipeline.opening import opened
from prevention_model.pipeline.yields import found_in
from prevention_model.records.on_disk import write_whole


def feedback(authority: Path, files: list[Path], zone: str) -> Iterator[str]:
    """Take in workbooks that came back."""
    _, workspace = opened(authority)
    yield from take_in_all(workspace, files, zone)


def contest_open(authority: Path, row_id: str, about: str, reason_code: str, by: str, on: str) -> list[str]:
    """Open a contest of a row."""
    _, workspace = opened(authority)
    entry = open_by_row(workspace, row_id, about, reason_code, by, _day(on))
    return [
        f"Contest {entry.body['contest']} is open; ledger entry {entry.seq}. Answer it by {entry.body['due']}.",
        f"Close it with: prevention-model contest close {entry.body['contest']} --outcome OUTCOME --by ROLE",
    ]


def contest_close(authority: Path, number: str, outcome: str, by: str) -> list[str]:
    """Close a contest."""
    settings, workspace = opened(authority)
    return close(workspace, settings, number, outcome, by)


def contest_list(authority: Path) -> list[str]:
    """All contests."""
    _, workspace = opened(authority)
    ledger = Ledger(workspace.ledger)
    return contest_lines(ledger.entries(), ledger.today(), everything=True)


def yield_(authority: Path, out: Path, since: str) -> list[str]:
    """Write the yield page, and the same figures as JSON."""
    settings, workspace = opened(authority)
    found = found_in(workspace, settings, _day(since, "--since"))
    out.mkdir(parents=True, exist_ok=True)
    paths = {out / "yield.html": to_html(page(found)).encode(), out / "yield.json": as_json(found)}
    for path, content in paths.items():
        write_whole(path, content)
    return [f"What {found.lists} lists came to:", *(f"  {path}" for path in paths)]


def _day(text: str, where: str = "--on") -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUsage(f"{where} is not a date.", todo="Write it as 2025-12-31.") from None
