"""What is said of a feature to a parent and to a young person; what is not to be said says that it is held elsewhere.

A feature is worded by the sentence that a worker reads, so that twins over other windows share a wording, and a
sentence that is written anew has to be worded anew. In a wording, {You}, {your}, {was} and the like are filled for who
reads it; {value}, {times} and the other places are filled as in the worker's sentence. A wording may be given for one
reader only.

**What has no wording is not said.** That holds for all that one of a household may not know of another: domestic abuse,
police, self-harm and mental health, services of adults, who raised a worry, and everything about a named other person.
The reader then learns that another service holds something, and whom to ask. The service is not named, for that alone
could tell the wrong reader who has spoken to whom.
"""

import functools
import re
from importlib.resources import files
from typing import Literal

import yaml

from prevention_model.features import Declared

Register = Literal["parent", "young_person"]
REGISTERS: tuple[Register, ...] = ("parent", "young_person")

_WORDS: dict[Register, dict[str, str]] = {
    "parent": {
        "You": "Your child", "you": "your child", "Your": "Your child's", "your": "your child's",
        "yours": "your child", "they": "they", "them": "them", "their": "their",
        "was": "was", "has": "has", "is": "is",
    },
    "young_person": {
        "You": "You", "you": "you", "Your": "Your", "your": "your", "yours": "yours",
        "they": "you", "them": "you", "their": "your", "was": "were", "has": "have", "is": "are",
    },
}  # fmt: skip

HELD_ELSEWHERE: dict[Register, str] = {
    "parent": "Another service holds something that we may not show here. The worker who gave you this can tell you "
    "who to ask.",
    "young_person": "Another service holds something that we may not show here. A worker you trust can tell you who "
    "to ask.",
}
"""What is said in place of what may not be."""


def say_to(register: Register, feature: Declared, value: float) -> str:
    """A present feature in words for a parent or a young person.

    >>> from prevention_model.features import catalogue
    >>> named = {feature.name: feature for feature in catalogue()}
    >>> say_to("parent", named["suspensions_12m"], 2.0)
    'Your child was suspended from school twice in the last year.'
    >>> say_to("young_person", named["suspensions_12m"], 2.0)
    'You were suspended from school twice in the last year.'
    >>> say_to("young_person", named["household_domestic_abuse_12m"], 1.0) == HELD_ELSEWHERE["young_person"]
    True
    """
    wording = wordings(register).get(feature.sentence)
    return _plainly(feature.say_as(wording, value)) if wording else HELD_ELSEWHERE[register]


@functools.cache
def wordings(register: Register) -> dict[str, str]:
    """For each worker's sentence that may be said to this reader, the same in words for them, still to be filled."""
    made = {}
    for file in sorted(
        files("prevention_model.explanation").joinpath("wordings").iterdir(), key=lambda f: f.name
    ):
        for sentence, worded in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            text = worded.get(register) if isinstance(worded, dict) else worded
            if text:
                made[sentence] = _for(register, text)
    return made


def _for(register: Register, wording: str) -> str:
    for place, word in _WORDS[register].items():
        wording = wording.replace("{" + place + "}", word)
    return wording


def _plainly(text: str) -> str:
    """Whole years in place of their months, and one of a thing without its plural.

    >>> _plainly("You joined a school twice in the last 24 months, for 1 days, and once in the last 12 months.")
    'You joined a school twice in the last 2 years, for 1 day, and once in the last year.'
    """
    said = text.replace("the last 12 months", "the last year").replace("24 months", "2 years")
    return re.sub(r"\b1 (half day|day|hour|point)s\b", r"1 \1", said)
