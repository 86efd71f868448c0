"""The catalogue: features over agencies' records that most authorities hold, each with its purpose."""

from prevention_model.features.catalogue import (
    assessments,
    attendance,
    development,
    domestic_abuse,
    early_help,
    exclusion,
    family,
    health,
    housing,
    mental_health,
    missing,
    parents_services,
    participation,
    place,
    police,
    send,
    social_care,
    social_care_family,
    support_and_care,
    transitions,
    ways,
    youth_justice,
)
from prevention_model.features.feature_set import FeatureSet


def catalogue() -> FeatureSet:
    """All features of the catalogue, in a stated order. Protected traits are not among them.

    >>> len({feature.name for feature in catalogue()}) == len(catalogue()) >= 300
    True
    """
    return FeatureSet(
        (
            *attendance.FEATURES,
            *exclusion.FEATURES,
            *send.FEATURES,
            *transitions.FEATURES,
            *social_care.FEATURES,
            *assessments.FEATURES,
            *support_and_care.FEATURES,
            *social_care_family.FEATURES,
            *early_help.FEATURES,
            *health.FEATURES,
            *mental_health.FEATURES,
            *development.FEATURES,
            *youth_justice.FEATURES,
            *police.FEATURES,
            *domestic_abuse.FEATURES,
            *missing.FEATURES,
            *housing.FEATURES,
            *family.FEATURES,
            *parents_services.FEATURES,
            *place.FEATURES,
            *participation.FEATURES,
            *ways.FEATURES,
        )
    )
