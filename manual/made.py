"""The pages that are made from the code, each with what makes it."""

from collections.abc import Callable
from pathlib import Path

from manual import checks_page, commands_page, errors_page, python_page, tables_page
from prevention_model.features.describe import page as features_page
from prevention_model.outcomes.describe import page as outcomes_page
from prevention_model.records.standards.describe import page as standards_page
from prevention_model.settings.describe import page as settings_page

DOCS = Path(__file__).resolve().parents[1] / "docs"

PAGES: dict[str, Callable[[], str]] = {
    "how-to/configure.md": settings_page,
    "how-to/errors.md": errors_page.page,
    "reference/checks.md": checks_page.page,
    "reference/commands.md": commands_page.page,
    "reference/features.md": features_page,
    "reference/outcomes.md": outcomes_page,
    "reference/python.md": python_page.page,
    "reference/standards.md": standards_page,
    "reference/tables.md": tables_page.page,
}


def write_all() -> list[str]:
    """Write every page that is not as the code says; returns their names."""
    changed = []
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(name)
    return changed
