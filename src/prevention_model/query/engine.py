"""One meaning, and the engines that give it: the reference defines it, the kernel is fast."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from prevention_model.errors import WrongUsage
from prevention_model.query import kernel, reference
from prevention_model.query.columns import Frames
from prevention_model.query.question import Question
from prevention_model.query.retention import KEPT, Retention
from prevention_model.query.steps import IN_NUMPY

ENGINES: dict[str, Callable[..., NDArray[np.float64]]] = {
    "kernel": kernel.answer,
    "numpy": partial(kernel.answer, steps=IN_NUMPY),
    "reference": reference.answer,
}
"""The kernel with numba where it is there, the kernel without it, and the definition."""


def answer(
    frames: Frames,
    pairs: pd.DataFrame,
    questions: Sequence[Question],
    *,
    engine: str = "kernel",
    covered: bool = True,
    retention: Retention = KEPT,
) -> NDArray[np.float64]:
    """One row a pair, one column a question. Raises WrongUsage for an unknown engine.

    >>> answer({}, pd.DataFrame(), [], engine="abacus")
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: There is no engine 'abacus'. What to do: Use one of: kernel, numpy, reference.
    """
    if engine not in ENGINES:
        raise WrongUsage(f"There is no engine {engine!r}.", todo=f"Use one of: {', '.join(ENGINES)}.")
    return ENGINES[engine](frames, pairs, questions, covered=covered, retention=retention)
