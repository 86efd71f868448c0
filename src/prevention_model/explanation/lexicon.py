"""Words that brand a child or a family, and must not be said: read by the tests of every sentence and by the audit."""

import functools
import re
from importlib.resources import files

import yaml


def stigmatising(text: str) -> tuple[str, ...]:
    """The words and phrases of `words_that_brand.yaml` that stand in the text, in the order of that list.

    >>> stigmatising("A chaotic, hard-to-reach household; two problem families live near by")
    ('problem family', 'chaotic', 'hard to reach')
    >>> stigmatising("Missed 12% of school sessions in the last 6 months")
    ()
    """
    return tuple(word for word, pattern in _patterns() if pattern.search(text))


@functools.cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    listed = files("prevention_model.explanation").joinpath("words_that_brand.yaml")
    groups = yaml.safe_load(listed.read_text(encoding="utf-8"))
    return tuple((word, _pattern(word)) for group in groups for word in group["words"])


def _pattern(word: str) -> re.Pattern[str]:
    """The word or phrase by itself, also in the plural, however its parts are joined."""
    *first, last = (re.escape(part) for part in re.split(r"[\s-]+", word))
    last = f"{last[:-1]}(?:y|ies)" if last.endswith("y") else f"{last}(?:e?s)?"
    return re.compile(rf"(?<![a-z]){'[^a-z]?'.join([*first, last])}(?![a-z])", re.IGNORECASE)
