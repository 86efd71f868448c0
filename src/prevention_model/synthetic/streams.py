"""Random numbers by name: each part of the county draws from its own stream."""

import hashlib

import numpy as np


class Streams:
    """Independent generators for one seed. A name always gives the same stream, whoever else drew before.

    So a change to one agency's file leaves every other file as it was.

    >>> int(Streams(1)("police").integers(100)) == int(Streams(1)("police").integers(100))
    True
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __call__(self, name: str) -> np.random.Generator:
        """A fresh generator for this seed and name."""
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, key])))


def strikes(rng: np.random.Generator, rate: np.ndarray) -> tuple[np.ndarray, ...]:
    """Where an event with these small probabilities happened: indices, as `np.nonzero` gives them."""
    return np.nonzero(rng.random(rate.shape, dtype=np.float32) < rate)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Log-odds to probability."""
    found: np.ndarray = 1.0 / (1.0 + np.exp(-x))
    return found
