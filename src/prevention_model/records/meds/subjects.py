"""The number of a subject: made from the pseudonym, and leading back to it only for whoever holds the records."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from prevention_model.errors import WrongUsage


def subject_numbers(people: Sequence[str], salt: str = "", *, bits: int = 63) -> np.ndarray:
    """A number from 0 for each of these different people: the same person and salt give the same number.

    Another salt makes numbers that do not match those of another export. Raises WrongUsage when two people
    would share a number; with 63 bits and a million people that happens with about one salt in twenty million.

    >>> subject_numbers(["a", "b"]).tolist() == subject_numbers(["a", "b"], salt="2024").tolist()
    False
    >>> subject_numbers(["a", "b", "c"], bits=1)
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: Two people would be given the same subject_id. What to do: Write the \
export again with another salt=.
    """
    # Each part says how long it is, so that no two pairs of salt and person are one text.
    start = f"{len(salt)}:{salt}:".encode()
    made = [
        int.from_bytes(blake2b(start + person.encode(), digest_size=8).digest(), "big") >> (64 - bits)
        for person in people
    ]
    if len(set(made)) < len(made):
        raise WrongUsage(
            "Two people would be given the same subject_id.",
            todo="Write the export again with another salt=.",
        )
    return np.array(made, dtype=np.int64)
