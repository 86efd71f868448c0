"""Groups as a reader says them: records hold codes, and a card is read by people who do not know them."""

import re
from types import MappingProxyType

_DIMENSIONS = MappingProxyType(
    {
        "age band": "age",
        "send": "special educational needs",
        "fsm": "free school meals",
        "deprivation": "deprivation of the area (tenths, 1 is most deprived)",
        "care history": "having been in care before",
        "young carer": "caring for somebody",
        "eal": "English as an additional language",
        "rural": "living in the country or in a town",
    }
)
_GROUPS = MappingProxyType(
    {
        "sex": {"F": "girls and young women", "M": "boys and young men"},
        "send": {"ehcp": "with an EHC plan", "sen support": "with SEN support", "none": "without either"},
        "disability": {"yes": "disabled", "no": "not disabled"},
        "fsm": {"fsm": "has free school meals", "none": "no free school meals"},
        "care history": {"before": "was in care before", "none": "never in care"},
        "young carer": {"yes": "young carer", "no": "not a young carer"},
        "eal": {"yes": "English is an additional language", "no": "English is the first language"},
        "rural": {"true": "in the country", "false": "in a town"},
        "ethnicity": {
            "WBRI": "White British",
            "WIRI": "White Irish",
            "WIRT": "Traveller of Irish heritage",
            "WROM": "Gypsy or Roma",
            "WOTH": "any other White",
            "MWBC": "White and Black Caribbean",
            "MWBA": "White and Black African",
            "MWAS": "White and Asian",
            "MOTH": "any other mixed",
            "AIND": "Indian",
            "APKN": "Pakistani",
            "ABAN": "Bangladeshi",
            "AOTH": "any other Asian",
            "BCRB": "Black Caribbean",
            "BAFR": "Black African",
            "BOTH": "any other Black",
            "CHNE": "Chinese",
            "OOTH": "any other",
            "REFU": "did not wish to say",
            "NOBT": "not obtained",
        },
    }
)
"""Ethnicity by the codes of the CIN census and the school census."""
_UNKNOWN = "Not recorded"


def dimension_words(dimension: str) -> str:
    """A way of dividing children, in words.

    >>> dimension_words("send"), dimension_words("zone")
    ('special educational needs', 'zone')
    """
    return _DIMENSIONS.get(dimension, dimension)


def group_words(dimension: str, group: str) -> str:
    """A group among others of its dimension, in words; a code that nobody has worded stays as it is.

    >>> group_words("ethnicity", "WROM"), group_words("zone", "Z1")
    ('Gypsy or Roma', 'Z1')
    """
    return _GROUPS.get(dimension, {}).get(group, group)


def whole_words(dimension: str, group: str) -> str:
    """A group by itself, so that it can be understood without the heading of its table.

    >>> whole_words("young carer", "Not recorded"), whole_words("zone", "Z1"), whole_words("fsm", "none")
    ('caring for somebody: not recorded', 'zone Z1', 'no free school meals')
    """
    if group == _UNKNOWN:
        return f"{dimension_words(dimension).split(' (')[0]}: not recorded"
    said = group_words(dimension, group)
    return said if said != group else f"{dimension} {group}"


def in_order(group: str) -> tuple[bool, int, str]:
    """What groups are ordered by: numbers by their size, then words, and who is not recorded last.

    >>> sorted(["16 and over", "Not recorded", "5 to under 11"], key=in_order)
    ['5 to under 11', '16 and over', 'Not recorded']
    """
    first = re.match(r"\d+", group)
    return group == _UNKNOWN, int(first.group()) if first else 0, group
