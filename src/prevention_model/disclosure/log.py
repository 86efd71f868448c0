"""What was published before: against it a new release is held, so that the two together give nobody away."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from prevention_model.disclosure.pack import Pack
from prevention_model.disclosure.table import Cell
from prevention_model.errors import Damaged


@dataclass(frozen=True, eq=False)
class Published:
    """One release of tables: its name, its day, and what was printed of each cell (None: hidden)."""

    name: str
    day: date
    printed: Mapping[Cell, int | None]

    @classmethod
    def of(cls, pack: Pack, name: str, day: date) -> "Published":
        """What a pack prints. What it hides is not kept, so the log tells no more than was published."""
        return cls(name, day, pack.printed())

    def plain(self) -> dict[str, Any]:
        """As plain values."""
        cells = [
            {
                "population": cell.population,
                "categories": [list(each) for each in cell.categories],
                "printed": count,
            }
            for cell, count in self.printed.items()
        ]
        return {"name": self.name, "day": self.day.isoformat(), "cells": cells}


@dataclass(frozen=True, eq=False)
class ReleaseLog:
    """Releases of tables, the earliest first."""

    releases: tuple[Published, ...] = ()

    @classmethod
    def read(cls, path: Path) -> "ReleaseLog":
        """The log in a file; empty where there is none yet. Raises Damaged."""
        if not path.exists():
            return cls()
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            return cls(tuple(_published(each) for each in said["releases"]))
        except (ValueError, KeyError, TypeError):
            raise Damaged(
                "The log of published tables cannot be read.", where=path.name, todo="Put back a copy of it."
            ) from None

    def with_release(self, release: Published) -> "ReleaseLog":
        """The log with one release more; the same one again changes nothing."""
        if any(each.name == release.name for each in self.releases):
            return self
        return ReleaseLog((*self.releases, release))

    def written(self) -> str:
        """The log as the text of its file."""
        return json.dumps({"releases": [each.plain() for each in self.releases]}, indent=1) + "\n"

    def before(self, name: str) -> "ReleaseLog":
        """The log as it was before the release of that name, whole if there is none: so that a release that is made
        again prints the same."""
        names = [each.name for each in self.releases]
        return ReleaseLog(self.releases[: names.index(name)] if name in names else self.releases)

    def printed(self) -> dict[Cell, int | None]:
        """What is known of each cell from all releases: what was printed of it last.

        >>> from datetime import date
        >>> cell = Cell("children")
        >>> may = Published("May", date(2025, 5, 1), {cell: 40})
        >>> june = Published("June", date(2025, 6, 1), {cell: None})
        >>> log = ReleaseLog((may, june))
        >>> log.printed(), log.before("June").printed()
        ({Cell(population='children', categories=()): None}, {Cell(population='children', categories=()): 40})
        """
        found: dict[Cell, int | None] = {}
        for release in self.releases:
            found |= release.printed
        return found


def _published(said: Mapping[str, Any]) -> Published:
    cells = {
        Cell(each["population"], tuple((str(name), str(one)) for name, one in each["categories"])): each[
            "printed"
        ]
        for each in said["cells"]
    }
    return Published(said["name"], date.fromisoformat(said["day"]), cells)
