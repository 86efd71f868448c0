"""Early help: a family is asked, agrees or not, is worked with for some months, and need falls by a known effect."""

import numpy as np

from prevention_model.synthetic.parameters import EarlyHelpParameters
from prevention_model.synthetic.spells import Journal, Register, Rows
from prevention_model.synthetic.statutory import Month
from prevention_model.synthetic.streams import Streams, strikes

AGREED, DECLINED, WITHDRAWN, NOT_ASKED = range(4)
"""What a family answered."""

OUTCOMES_MET, STEPPED_UP, DISENGAGED, MOVED = range(4)
"""Why an episode ended."""


class EarlyHelp:
    """Episodes of families; `relief` is what they take off need now."""

    def __init__(self, streams: Streams, parameters: EarlyHelpParameters, family: np.ndarray) -> None:
        self._rng = streams("early help")
        self.parameters = parameters
        self.family = family
        self.register = Register(int(family[-1]) + 1)
        self.asked = Journal()
        self._level = np.zeros(int(family[-1]) + 1, dtype=np.float32)
        self._reasons = Journal()

    @property
    def is_open(self) -> np.ndarray:
        """Families being worked with."""
        return self.register.is_open

    def relief(self) -> np.ndarray:
        """By family: the known effect, growing while work goes on and halving after it."""
        return np.float32(self.parameters.effect) * self._level

    def step(self, month: Month, turned_away: np.ndarray, statutory_open: np.ndarray) -> None:
        """One month: some families are asked, some begin, some end."""
        p, rng, households = self.parameters, self._rng, len(self._level)
        opened = self.is_open
        self._level = np.where(
            opened,
            self._level + (1 - self._level) / p.onset_months,
            self._level * 0.5 ** (1 / p.fades_months),
        ).astype(np.float32)
        statutory = np.zeros(households, dtype=bool)
        statutory[self.family[statutory_open]] = True
        self._end(month, statutory)
        asked = np.zeros(households, dtype=bool)
        from_contact = turned_away[rng.random(len(turned_away)) < p.from_contact]
        asked[self.family[from_contact]] = True
        other = np.exp(p.start + p.start_on_need * month.need) * month.minor
        asked[self.family[strikes(rng, other)[0]]] = True
        who = np.flatnonzero(asked & ~self.is_open & ~statutory).astype(np.int32)
        day = month.first + (rng.random(len(who)) * month.length).astype(np.int32)
        answer = rng.choice(3, size=len(who), p=[1 - p.declined - p.withdrawn, p.declined, p.withdrawn])
        self.asked.add(who, day, note=answer)
        begins = answer != DECLINED
        self.register.open(
            who[begins], day[begins] + 14, month.index, rng.integers(0, 1000, int(begins.sum()))
        )

    def _end(self, month: Month, statutory: np.ndarray) -> None:
        p, rng = self.parameters, self._rng
        old = self.is_open & (month.index - self.register.month >= p.shortest_months)
        ends = self.is_open & (statutory | (old & (rng.random(len(old)) < p.ends)))
        who = np.flatnonzero(ends)
        reason = np.where(
            statutory[who],
            STEPPED_UP,
            rng.choice([OUTCOMES_MET, DISENGAGED, MOVED], size=len(who), p=[0.7, 0.25, 0.05]),
        )
        # The reason rides in the note: theme and team below it, reason in thousands.
        self.register.note[who] += 1000 * reason
        self.register.close(who, month.first + (rng.random(len(who)) * month.length).astype(np.int32))

    def spells(self) -> Rows:
        """Episodes by family: note is 1000 x reason + a draw of 1000."""
        return self.register.closed()
