"""Latent need: what nobody sees. A family's strains, shared by its children, and each child's own course.

need = 0.60 family + 0.60 own - strengths - early help, in steps of a month. Three parts of it cannot be
foreseen from records: shocks that have not happened yet, the child's own fixed difference, and a quick part
that turns over within months. They keep the county as hard to predict as a real one.
"""

import numpy as np

from prevention_model.synthetic.parameters import NeedParameters
from prevention_model.synthetic.population import Families, People
from prevention_model.synthetic.streams import Streams


class Need:
    """The state of need in the current month; `step` moves it on by one month.

    `shocks` is families by kinds, 1 when fresh, halving at its own pace. `slow` and `conduct` are the
    child's own course and a fixed leaning to act out; `strength` is fixed resilience.
    """

    def __init__(
        self, streams: Streams, parameters: NeedParameters, families: Families, people: People
    ) -> None:
        rng = streams("need")
        n, f = people.children, len(families)
        self.parameters = parameters
        self.family = people.family[:n]
        self._rng = rng
        self.own = rng.normal(0, 1, n).astype(np.float32)
        self.conduct = (0.4 * self.own + rng.normal(0, 0.92, n) + 0.35 * ~people.female[:n]).astype(
            np.float32
        )
        self.strength = rng.normal(0, 1, n).astype(np.float32)
        self.disabled = rng.random(n) < 0.035  # K: with a disability that services would record
        self.slow = rng.normal(0, 1, n).astype(np.float32)
        self.quick = rng.normal(0, 1, n).astype(np.float32)
        self.shocks = np.zeros((f, len(parameters.shocks_a_year)), dtype=np.float32)
        self.base = (
            parameters.vulnerability_spread * families.vulnerability
            + parameters.deprivation_weight * families.deprivation
        )
        self._hazard = np.log(np.array(parameters.shocks_a_year) / 12).astype(np.float32) + (
            parameters.shock_on_vulnerability * families.vulnerability
            + parameters.shock_on_deprivation * families.deprivation
        )[:, None].astype(np.float32)
        self._decay = (0.5 ** (1 / np.array(parameters.half_life_months))).astype(np.float32)
        self._weight = np.array(parameters.shock_weight, dtype=np.float32)
        self.settle(60)

    def settle(self, months: int) -> None:
        """Let shocks come and go, so that the first month is like any other."""
        for _ in range(months):
            self._shock()

    def _shock(self) -> np.ndarray:
        lift = self.parameters.shock_on_shock * self.shocks.sum(axis=1, keepdims=True)
        struck = self._rng.random(self.shocks.shape, dtype=np.float32) < np.exp(self._hazard + lift - 0.35)
        self.shocks = np.where(struck, np.float32(1), self.shocks * self._decay)
        return struck

    def step(self, relief: np.ndarray, active: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Need of each child this month, about mean 0 and spread 1, and the shocks that struck.

        `relief` is what early help takes off; `active` is 1 for children with a club or activity.
        """
        p = self.parameters
        struck = self._shock()
        self.slow = _drift(self._rng, self.slow, p.slow_persistence)
        self.quick = _drift(self._rng, self.quick, p.quick_persistence)
        home = (self.base + self.shocks @ self._weight)[self.family]
        own = self.own + 0.6 * self.disabled
        need = (
            p.family_weight * home
            + p.own_weight * own
            + p.slow_weight * self.slow
            + p.quick_weight * self.quick
            - p.strength_weight * self.strength
            - p.activity_strength * active
            - relief
            - 0.01
        )
        return need.astype(np.float32), struck

    def ahead(self, need: np.ndarray) -> np.ndarray:
        """Need as it is to be expected on average over twelve months from this one on, by all that is true now.

        What is quick or fresh fades, and nothing new strikes: the truth of a level, which looks a year ahead.
        """
        p, months = self.parameters, np.arange(12)
        slow, quick = (np.mean(kept**months) - 1 for kept in (p.slow_persistence, p.quick_persistence))
        faded = self._weight * (np.mean(self._decay[:, None] ** months, axis=1) - 1)
        found: np.ndarray = (
            need
            + p.slow_weight * slow * self.slow
            + p.quick_weight * quick * self.quick
            + p.family_weight * (self.shocks @ faded)[self.family]
        )
        return found.astype(np.float32)


def _drift(rng: np.random.Generator, value: np.ndarray, persistence: float) -> np.ndarray:
    """One step of an autoregression of spread 1."""
    noise = rng.standard_normal(len(value), dtype=np.float32)
    moved: np.ndarray = np.float32(persistence) * value + np.float32(np.sqrt(1 - persistence**2)) * noise
    return moved
