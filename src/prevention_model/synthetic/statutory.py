"""The path from a contact to a referral, a child in need episode, a protection plan and care.

Each step is a known hazard of latent need, plus what surveillance adds: contacts are likelier in poorer
places and for children already known, at the same need.
"""

from dataclasses import dataclass

import numpy as np

from prevention_model.synthetic.parameters import StatutoryParameters
from prevention_model.synthetic.spells import Journal, Register, Rows
from prevention_model.synthetic.streams import Streams, sigmoid

SOURCES = (
    "police",
    "la_services",
    "health",
    "school",
    "individual",
    "legal",
    "education",
    "other",
    "housing",
)
_SOURCE_SHARES = np.array(
    [0.21, 0.25, 0.14, 0.145, 0.115, 0.04, 0.03, 0.05, 0.02]
)  # rates 2, less shocks below
_CONTACT_BY_AGE = np.array([0.1, -0.1, -0.1, 0.0, 0.40])
_PLAN_BY_AGE = np.array([0.7, 0.35, 0.1, -0.1, -1.9])  # rates 2: children on plans by age
_CARE_BY_AGE = np.array([0.5, 0.0, -0.2, 0.1, 0.35])  # rates 3: children looked after by age


@dataclass(frozen=True)
class Month:
    """What the statutory services see of one month: everything by child, in the order of `People`."""

    index: int
    first: int
    length: int
    calendar_month: int
    year: int
    need: np.ndarray
    band: np.ndarray
    minor: np.ndarray
    domestic: np.ndarray
    helped: np.ndarray


class Statutory:
    """Contacts, referrals and open episodes; `step` lives through one month."""

    def __init__(
        self, streams: Streams, parameters: StatutoryParameters, surveillance: float, drift: float, family: np.ndarray,
        deprivation: np.ndarray, disabled: np.ndarray,
    ) -> None:  # fmt: skip
        self._rng = streams("statutory")
        self.parameters = parameters
        self.surveillance, self.drift = surveillance, drift
        self.family, self.deprivation, self.disabled = family, deprivation, disabled
        n = len(family)
        self.episode, self.plan, self.care = Register(n), Register(n), Register(n)
        self._planned_end = np.zeros(n, dtype=np.int32)
        self.last_known = np.full(n, -999, dtype=np.int32)
        self.contacts, self.referrals = Journal(), Journal()

    def known(self, month: int) -> np.ndarray:
        """Children with a contact or an open episode within the last two years."""
        return self.episode.is_open | (month - self.last_known <= self.parameters.known_months)

    def contact_log_hazard(self, month: Month) -> np.ndarray:
        """The log hazard of a contact in this month: need, age, season, drift, and surveillance."""
        p = self.parameters
        known = self.known(month.index) | month.helped
        seen = self.surveillance * (p.contact_deprived * self.deprivation + p.contact_known * (known - 0.15))
        drift = self.drift * np.log(p.year_drift[min(max(month.year, 0), len(p.year_drift) - 1)])
        season = np.log(p.by_month[(month.calendar_month + 7) % 12] / np.mean(p.by_month))
        found: np.ndarray = (
            p.contact + p.contact_on_need * month.need + _CONTACT_BY_AGE[month.band] + seen + drift + season
        )
        return found

    def step(self, month: Month, present: np.ndarray) -> np.ndarray:
        """One month. Returns the children whose contact did not become a referral."""
        self._depart(month, present)
        self._end(month)
        self._escalate(month)
        return self._front_door(month)

    def _front_door(self, month: Month) -> np.ndarray:
        p, rng, family = self.parameters, self._rng, self.family
        n, households = len(family), int(family[-1]) + 1
        struck = month.minor & (rng.random(n) < np.exp(self.contact_log_hazard(month)))
        seen = np.zeros(households, dtype=bool)
        seen[family[struck]] = True
        joined = seen[family] & month.minor & (rng.random(n) < p.sibling_contact)
        who = np.flatnonzero(struck | joined).astype(np.int32)
        day = (month.first + (rng.random(households) * month.length).astype(np.int32))[family[who]]
        source = self._sources(month, households)[family[who]]
        self.contacts.add(who, day, note=source)
        self.last_known[who] = month.index
        decided = p.referral + p.referral_on_need * month.need[who] + p.disabled * self.disabled[who]
        referred = self._decide(who, decided, households) & ~self.episode.is_open[who]
        opened = referred & self._decide(
            who,
            p.need_episode + p.need_episode_on_need * month.need[who] + p.disabled * self.disabled[who],
            households,
        )
        on = day + rng.integers(0, 3, households)[family[who]].astype(np.int32)
        self.referrals.add(who[referred], on[referred], note=source[referred])
        self._open(who[opened], on[opened], month.index)
        return who[~referred & ~self.episode.is_open[who]]

    def _sources(self, month: Month, households: int) -> np.ndarray:
        drawn = self._rng.choice(len(SOURCES), size=households, p=_SOURCE_SHARES / _SOURCE_SHARES.sum())
        abuse = np.zeros(households, dtype=np.float32)
        abuse[self.family] = month.domestic
        police = self._rng.random(households) < 0.55 * abuse
        return np.where(police, 0, drawn)

    def _decide(self, who: np.ndarray, log_odds: np.ndarray, households: int) -> np.ndarray:
        rng = self._rng
        shared = rng.random(households)[self.family[who]]
        together = rng.random(households)[self.family[who]] < self.parameters.one_decision
        return np.where(together, shared, rng.random(len(who))) < sigmoid(log_odds)

    def _open(self, who: np.ndarray, day: np.ndarray, month: int) -> None:
        p = self.parameters
        lasting = self._rng.choice(len(p.episode_months), size=len(who), p=p.episode_shares)
        months = np.array(p.episode_months)[lasting]
        spread = self._rng.gamma(3.0, 1 / 3.0, len(who))
        self._planned_end[who] = day + np.maximum(months * spread * 30.4, 10).astype(np.int32)
        self.episode.open(who, day, month, note=self._rng.integers(0, 100, len(who)))

    def _escalate(self, month: Month) -> None:
        p, rng = self.parameters, self._rng
        opened = self.episode.is_open & month.minor
        early = (month.index - self.episode.month) <= 4
        hazard = p.plan + p.plan_on_need * month.need + _PLAN_BY_AGE[month.band] + p.plan_early * early
        can = opened & ~self.plan.is_open & ~self.care.is_open
        who = np.flatnonzero(can & (rng.random(len(can)) < np.exp(hazard)))
        self.plan.open(
            who,
            self._day(month, who, self.episode.since[who] + 14),
            month.index,
            rng.integers(0, 100, len(who)),
        )
        hazard = (
            p.care
            + p.care_on_need * month.need
            + _CARE_BY_AGE[month.band]
            + p.care_on_plan * self.plan.is_open
        )
        can = opened & ~self.care.is_open
        who = np.flatnonzero(can & (rng.random(len(can)) < np.exp(hazard)))
        self.care.open(
            who,
            self._day(month, who, self.episode.since[who] + 7),
            month.index,
            rng.integers(0, 100, len(who)),
        )
        planned = who[self.plan.is_open[who]]
        self.plan.close(planned, self.care.since[planned])

    def _end(self, month: Month) -> None:
        p, rng = self.parameters, self._rng
        for register, rate in ((self.plan, p.plan_ends), (self.care, p.care_ends)):
            settled = register.is_open & (month.index - register.month >= 2)
            who = np.flatnonzero(settled & (rng.random(len(settled)) < rate))
            register.close(who, self._day(month, who, register.since[who] + 30))
            # Work goes on for some weeks after a plan or a return home.
            after = self.episode.is_open[who]
            self._planned_end[who[after]] = np.maximum(
                self._planned_end[who[after]], month.first + rng.integers(30, 160, int(after.sum()))
            )
        done = self.episode.is_open & ~self.plan.is_open & ~self.care.is_open
        who = np.flatnonzero(done & (self._planned_end < month.first + month.length))
        self.episode.close(who, np.maximum(self._planned_end[who], month.first))
        self.last_known[who] = month.index

    def _depart(self, month: Month, present: np.ndarray) -> None:
        gone = ~(present & month.minor)
        for register in (self.plan, self.care, self.episode):
            who = np.flatnonzero(register.is_open & gone)
            register.close(who, np.full(len(who), month.first, dtype=np.int32))

    def _day(self, month: Month, who: np.ndarray, earliest: np.ndarray) -> np.ndarray:
        day = month.first + (self._rng.random(len(who)) * month.length).astype(np.int32)
        return np.maximum(day, earliest).astype(np.int32)

    def seed(self, month: Month, log_odds_shift: float) -> None:
        """Open the episodes that were under way before the warm-up began."""
        chance = np.exp(log_odds_shift + 1.1 * month.need)
        who = np.flatnonzero(month.minor & (self._rng.random(len(chance)) < np.minimum(chance, 0.5)))
        self._open(who, np.full(len(who), month.first, dtype=np.int32), month.index)
        for register, share in ((self.care, 0.19), (self.plan, 0.14)):
            some = who[(self._rng.random(len(who)) < share) & ~self.care.is_open[who]]
            register.open(some, np.full(len(some), month.first, dtype=np.int32), month.index)


def statutory_rows(state: Statutory) -> dict[str, Rows]:
    """Everything that happened, by kind. Notes: source of contacts and referrals, a draw of 100 for episodes."""
    return {
        "contact": state.contacts.rows(),
        "referral": state.referrals.rows(),
        "cin_episode": state.episode.closed(),
        "cp_plan": state.plan.closed(),
        "care_period": state.care.closed(),
    }
