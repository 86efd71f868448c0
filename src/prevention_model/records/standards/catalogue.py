"""The standards that the library reads, by name."""

from collections.abc import Mapping

from prevention_model.errors import WrongUsage
from prevention_model.records.standards.annex_a.reader import STANDARD as ANNEX_A
from prevention_model.records.standards.cin_census.reader import STANDARD as CIN_CENSUS
from prevention_model.records.standards.school_census.reader import STANDARD as SCHOOL_CENSUS
from prevention_model.records.standards.sen2.reader import STANDARD as SEN2
from prevention_model.records.standards.ssd.reader import STANDARD as SSD
from prevention_model.records.standards.ssda903.reader import STANDARD as SSDA903
from prevention_model.records.standards.standard import Standard

_ALL: tuple[Standard, ...] = (CIN_CENSUS, ANNEX_A, SSD, SSDA903, SCHOOL_CENSUS, SEN2)
STANDARDS: Mapping[str, Standard] = {standard.name: standard for standard in _ALL}
"""Every standard by the name that authority.yaml knows it by."""


def standard_called(name: str) -> Standard:
    """The standard of this name. Raises WrongUsage, naming those that there are."""
    if name not in STANDARDS:
        raise WrongUsage(
            f"There is no standard called {name}.",
            todo=f"Use one of: {', '.join(sorted(STANDARDS))}; or give a map of your own.",
        )
    return STANDARDS[name]
