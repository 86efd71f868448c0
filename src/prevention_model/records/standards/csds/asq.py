"""ASQ-3: five domains at three ages, each of 0 to 60 points, by the SNOMED CT concept that a score has."""

from collections.abc import Mapping

_CUTS: Mapping[str, Mapping[str, float]] = {
    "communication": {"953211000000100": 25.17, "953261000000103": 24.02, "953311000000105": 33.30},
    "gross_motor": {"953231000000108": 38.07, "953281000000107": 28.01, "953331000000102": 36.14},
    "fine_motor": {"953221000000106": 35.16, "953271000000105": 18.42, "953321000000104": 19.25},
    "problem_solving": {"953241000000104": 29.78, "953291000000109": 27.62, "953341000000106": 27.08},
    "personal_social": {"953251000000101": 31.54, "953301000000108": 25.31, "953351000000109": 32.01},
}
"""By domain, for 24, 27 and 30 months: the score above which development is as expected."""

EQUAL_IS_ENOUGH = "953261000000103"
"""At 27 months communication counts as expected at the very score too."""

DOMAINS: Mapping[str, tuple[str, float]] = {
    concept: (domain, cut) for domain, cuts in _CUTS.items() for concept, cut in cuts.items()
}
"""By SNOMED CT concept: which part of development a score is about, and the score that it should exceed."""
