"""One meaning, two engines: the reference defines it, the kernel is fast."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from prevention_model.errors import WrongUsage
from prevention_model.query import kernel, reference
from prevention_model.query.history import Frames
from prevention_model.query.question import Question

ENGINES = {"kernel": kernel.answer, "reference": reference.answer}


def answer(
    frames: Frames,
    pairs: pd.DataFrame,
    questions: Sequence[Question],
    *,
    engine: str = "kernel",
    covered: bool = True,
) -> NDArray[np.float64]:
    """One row a pair, one column a question. Raises WrongUsage for an unknown engine.

    >>> answer({}, pd.DataFrame(), [], engine="abacus")
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: There is no engine 'abacus'. What to do: Use one of: kernel, reference.
    """
    if engine not in ENGINES:
        raise WrongUsage(f"There is no engine {engine!r}.", todo=f"Use one of: {', '.join(ENGINES)}.")
    return ENGINES[engine](frames, pairs, questions, covered=covered)
