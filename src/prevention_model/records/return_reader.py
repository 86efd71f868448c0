"""`read_return`: any statutory file or folder in; canonical frames, the quarantine and a report out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from prevention_model.errors import RecordsRefused, WrongUsage
from prevention_model.records.delivery import DeliveryReport
from prevention_model.records.delivery_page import delivery_page
from prevention_model.records.extract import Extract
from prevention_model.records.files.opening import Opened, files_of, open_file
from prevention_model.records.received import coverage_of
from prevention_model.records.records import Records
from prevention_model.records.standards.catalogue import STANDARDS, standard_called
from prevention_model.records.standards.reading import read_standard
from prevention_model.records.standards.recognise import agreement
from prevention_model.records.standards.standard import Standard
from prevention_model.records.unlinked import canonical_frames

_LOOKED_AT = 24
"""Files of a folder that are opened to see which standard it follows, the smallest first."""


@dataclass(frozen=True)
class Delivery:
    """What a file or folder gave, before linkage.

    `frames` are the canonical tables; `person_id` in them is the return's own identifier, since nobody has
    been linked yet (`prevention-model load` gives pseudonyms instead). `quarantine` has a line for each row set
    aside: file, row, column, reason. `unmapped` holds what stands in the files where a code is in no list.
    """

    standard: str
    extracts: tuple[Extract, ...]
    coverage: pd.DataFrame
    received: date

    @cached_property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The canonical tables by name; those that the return does not fill are left out."""
        return canonical_frames(self.extracts, self.coverage, self.received)

    @property
    def quarantine(self) -> pd.DataFrame:
        """The rows set aside: file, row, column, reason."""
        return self.report.quarantined

    @cached_property
    def report(self) -> DeliveryReport:
        """The delivery report: `print(delivery.report.text())`, or `delivery.page()` for a web page."""
        return DeliveryReport.of(self.extracts, self.coverage, {self.standard: self.received})

    @cached_property
    def unmapped(self) -> pd.DataFrame:
        """Texts of accepted rows that are in no list of codes, as the file has them: file, row, column, value."""
        parts = [extract.unmapped for extract in self.extracts if len(extract.unmapped)]
        names = ["file", "row", "column", "value"]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)

    @property
    def records(self) -> Records:
        """The frames as checked records, each of the return's own identifiers taken for one person."""
        return Records.from_frames(self.frames)

    def page(self) -> str:
        """The delivery report as one HTML page, whole in itself."""
        return delivery_page(self.report, f"Delivery report: {standard_called(self.standard).settings.title}")

    def __repr__(self) -> str:
        return f"<Delivery of {self.standard}: {self.report.headline()}>"


def read_return(path: str | Path, standard: str | None = None, *, received: date | None = None) -> Delivery:
    """Read a statutory return: a file, or a folder of files that may be several years' returns.

    `standard` is found from the files where it is not given: from the columns, sheets and elements that they
    have. `received` is the day on which the files came (default: today); nothing in them can have happened
    later, and what a snapshot says counts as known from then on. Raises WrongUsage when no standard fits,
    RecordsRefused when a file cannot be read at all or lacks a mandatory column, with the faults of all files.

    >>> read_return("nowhere.csv")
    Traceback (most recent call last):
    ...
    prevention_model.errors.RecordsRefused: There is no file or folder here. Where: nowhere.csv. \
What to do: Check the path and the spelling.
    """
    day = received or date.today()
    files = files_of(Path(path))
    found = standard_called(standard) if standard is not None else _standard_of(files, Path(path).name)
    extracts = read_standard(found, files, day)
    return Delivery(found.name, tuple(extracts), coverage_of(extracts, found, found.name), day)


def _standard_of(files: Sequence[Path], where: str) -> Standard:
    """The standard that explains most of the files. Raises WrongUsage when none explains any."""
    points = dict.fromkeys(STANDARDS, 0.0)
    faults: list[RecordsRefused] = []
    for path in sorted(files, key=lambda path: path.stat().st_size)[:_LOOKED_AT]:
        try:
            opened = open_file(path)
        except RecordsRefused as refused:
            faults.append(refused)
            continue
        for name, standard in STANDARDS.items():
            points[name] += _likeness(opened, standard)
    best = max(points, key=lambda name: points[name])
    if points[best] > 0:
        return STANDARDS[best]
    if faults:
        raise faults[0]
    raise WrongUsage(
        "The files follow none of the standards that are known here.",
        where=where,
        todo=f"Name the standard ({', '.join(sorted(STANDARDS))}), or write a map for the source.",
    )


def _likeness(opened: Opened, standard: Standard) -> float:
    shape = standard.settings.xml
    if opened.root and shape is not None:
        said = opened.header.get("collection", "").casefold()
        fits = shape.root.casefold() == opened.root
        return 2.0 * (
            fits and (not shape.collection or said in [name.casefold() for name in shape.collection])
        )
    return agreement(opened.tables, standard)
