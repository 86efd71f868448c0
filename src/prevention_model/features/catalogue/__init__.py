"""The catalogue: features over agencies' records that most authorities hold, each with its purpose."""

from prevention_model.features.catalogue.health import HEALTH_AND_PARENTS
from prevention_model.features.catalogue.home import HOME
from prevention_model.features.catalogue.participation import TAKING_PART
from prevention_model.features.catalogue.police_justice import POLICE_AND_JUSTICE
from prevention_model.features.catalogue.schools import SCHOOLS
from prevention_model.features.catalogue.social_care import SOCIAL_CARE_AND_EARLY_HELP
from prevention_model.features.feature import Feature


def catalogue() -> tuple[Feature, ...]:
    """All features of the catalogue, in a stated order. Protected traits are not among them.

    >>> len({feature.name for feature in catalogue()}) == len(catalogue()) >= 64
    True
    """
    return (
        *SCHOOLS,
        *SOCIAL_CARE_AND_EARLY_HELP,
        *POLICE_AND_JUSTICE,
        *HEALTH_AND_PARENTS,
        *HOME,
        *TAKING_PART,
    )
