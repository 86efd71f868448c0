"""Protected traits among the words of a name or a sentence."""

import re

from prevention_model.settings.policy import Policy


def traits(text: str, policy: Policy) -> list[str]:
    """Protected traits among whole words: `sex` is in `sex_male`, not in `sexual_health`.

    >>> traits("household_ethnicity_code", Policy.default())
    ['ethnicity']
    >>> traits("trace_contacts", Policy.default())
    []
    """
    words = f"_{'_'.join(re.split('[^a-z0-9]+', text.lower()))}_"
    return [trait for trait in policy.protected_traits if f"_{trait}_" in words]
