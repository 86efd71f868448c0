"""Hypothesis makes the same examples each time, unless it is told to explore."""

import os
import subprocess
import sys

import pytest
from hypothesis import settings

from tests.architecture.house import REPOSITORY
from tests.conftest import TIMES, VARIABLE, profile


def test_without_a_word_examples_are_the_same_each_time() -> None:
    repeat = settings.get_profile(profile(None))
    assert repeat.derandomize and repeat.print_blob


def test_exploring_makes_other_examples_and_more_of_them() -> None:
    repeat, explore = (settings.get_profile(name) for name in ("repeat", "explore"))
    assert not explore.derandomize and explore.max_examples == TIMES * repeat.max_examples
    own = settings(explore, max_examples=7)
    assert own.max_examples == 7 and not own.derandomize


def test_a_profile_that_there_is_not_is_an_error() -> None:
    with pytest.raises(pytest.UsageError, match="neither repeat nor explore: explor"):
        profile("explor")


def test_the_variable_is_read() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/architecture/test_profiles.py"]
    done = subprocess.run(
        command, cwd=REPOSITORY, env={**os.environ, VARIABLE: "explor"}, capture_output=True, text=True
    )
    assert done.returncode == 4 and "neither repeat nor explore" in done.stderr
