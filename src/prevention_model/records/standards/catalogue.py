"""The standards that the library reads, by name."""

from collections.abc import Mapping

from prevention_model.errors import WrongUsage
from prevention_model.records.standards.adult_services.reader import STANDARD as ADULT_SERVICES
from prevention_model.records.standards.annex_a.reader import STANDARD as ANNEX_A
from prevention_model.records.standards.cin_census.reader import STANDARD as CIN_CENSUS
from prevention_model.records.standards.csds.reader import STANDARD as CSDS
from prevention_model.records.standards.early_help.reader import STANDARD as EARLY_HELP
from prevention_model.records.standards.ecds.reader import STANDARD as ECDS
from prevention_model.records.standards.housing.reader import STANDARD as HOUSING
from prevention_model.records.standards.mhsds.reader import STANDARD as MHSDS
from prevention_model.records.standards.nccis.reader import STANDARD as NCCIS
from prevention_model.records.standards.police.reader import STANDARD as POLICE
from prevention_model.records.standards.school_census.reader import STANDARD as SCHOOL_CENSUS
from prevention_model.records.standards.sen2.reader import STANDARD as SEN2
from prevention_model.records.standards.ssd.reader import STANDARD as SSD
from prevention_model.records.standards.ssda903.reader import STANDARD as SSDA903
from prevention_model.records.standards.standard import Standard
from prevention_model.records.standards.youth_justice.reader import STANDARD as YOUTH_JUSTICE

_ALL: tuple[Standard, ...] = (
    CIN_CENSUS,
    ANNEX_A,
    SSD,
    SSDA903,
    SCHOOL_CENSUS,
    SEN2,
    EARLY_HELP,
    NCCIS,
    YOUTH_JUSTICE,
    MHSDS,
    CSDS,
    ECDS,
    POLICE,
    HOUSING,
    ADULT_SERVICES,
)
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
