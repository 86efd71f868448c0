"""How hypothesis looks for examples: the same ones for the same code, unless it is told to explore."""

import os

import pytest
from hypothesis import settings

VARIABLE = "HYPOTHESIS_PROFILE"
TIMES = 10
"""How many times as many examples an exploring run makes of a test that does not name a number of its own."""

# Without a deadline: on a busy machine it would fail what is right.
settings.register_profile("repeat", derandomize=True, print_blob=True, deadline=None)
settings.register_profile(
    "explore",
    derandomize=False,
    print_blob=True,
    deadline=None,
    max_examples=TIMES * settings.default.max_examples,
)


def profile(name: str | None) -> str:
    """The profile of this name. Raises UsageError for one that there is not."""
    if name not in (None, "repeat", "explore"):
        raise pytest.UsageError(f"{VARIABLE} is neither repeat nor explore: {name}")
    return name or "repeat"


# Here, since tests take what they do not name from the profile that is loaded when they are imported.
settings.load_profile(profile(os.environ.get(VARIABLE)))
