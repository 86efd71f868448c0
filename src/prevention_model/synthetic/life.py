"""Six years, a month at a time: need moves, services see some of it, early help lowers it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from prevention_model.synthetic.calendar import MISSING, Months, birthday
from prevention_model.synthetic.help import EarlyHelp
from prevention_model.synthetic.need import Need
from prevention_model.synthetic.parameters import Parameters
from prevention_model.synthetic.population import Families, People
from prevention_model.synthetic.spells import Rows
from prevention_model.synthetic.statutory import Month, Statutory, statutory_rows
from prevention_model.synthetic.streams import Streams


@dataclass(frozen=True)
class Life:
    """What happened, whoever noticed. Matrices are months recorded (rows) by children or families (columns).

    `need` is latent need, and `need_ahead` what is to be expected of it over the year ahead; `present` children in
    the county; `age` in years; `shocks` months by families by kinds; `known` children whom social care knew; `rows`
    statutory rows; `help` early help rows, and `asked` families' answers.
    """

    months: Months
    need: np.ndarray
    need_ahead: np.ndarray
    contact_log_hazard: np.ndarray
    age: np.ndarray
    present: np.ndarray
    shocks: np.ndarray
    struck: np.ndarray
    known: np.ndarray
    slow: np.ndarray
    conduct: np.ndarray
    own: np.ndarray
    disabled: np.ndarray
    active: np.ndarray
    rows: dict[str, Rows]
    help: Rows
    asked: Rows


def live(
    streams: Streams, parameters: Parameters, families: Families, people: People, months: Months,
    progress: Callable[[str], None],
) -> Life:  # fmt: skip
    """Live through the warm-up and the years of the county."""
    n, recorded = people.children, len(months.first) - months.warm_up
    family = people.family[:n]
    need = Need(streams, parameters.need, families, people)
    statutory = Statutory(
        streams,
        parameters.statutory,
        parameters.surveillance,
        parameters.drift,
        family,
        families.deprivation[family],
        need.disabled,
    )
    helping = EarlyHelp(streams, parameters.early_help, family)
    active = memberships(streams, parameters, people, months)
    kept = _Kept(recorded, n, len(families), need.shocks.shape[1])
    year_of = (np.arange(len(months.first)) - months.warm_up) // 12
    for t, (first, length) in enumerate(zip(months.first, months.length, strict=True)):
        age = ((first - people.born[:n]) / 365.25).astype(np.float32)
        present = present_on(people, int(first))[:n]
        minor = present & (birthday(people.born[:n], 18) > first + length)
        level, struck = need.step(helping.relief()[family], active(t))
        month = Month(
            t, int(first), int(length), int(months.calendar_month[t]), int(year_of[t]), level, age_band(age), minor,
            need.shocks[family, 0], helping.is_open[family],
        )  # fmt: skip
        if t == 0:
            statutory.seed(month, -4.7)
        hazard = statutory.contact_log_hazard(month)
        known = statutory.known(t)
        turned_away = statutory.step(month, present)
        helping.step(month, turned_away, statutory.episode.is_open)
        if t >= months.warm_up:
            kept.note(t - months.warm_up, level, hazard, age, present, need, struck, known)
        if t % 12 == 11 and t >= months.warm_up:
            progress(f"year {year_of[t] + 1} lived")
    return kept.life(
        months, need, statutory, helping, np.stack([active(t) for t in range(months.warm_up, t + 1)])
    )


def memberships(
    streams: Streams, parameters: Parameters, people: People, months: Months
) -> Callable[[int], np.ndarray]:
    """Which children belong to a club or activity in each month: a child joins once and stays a while."""
    rng, n = streams("memberships"), people.children
    joins = rng.random(n) < parameters.agencies.joiners
    from_age, lasts = rng.uniform(5, 14, n), rng.gamma(2.0, 9.0, n)
    since = people.born[:n] + (from_age * 365.25).astype(np.int32)
    until = since + (lasts * 30.4).astype(np.int32)

    def active(t: int) -> np.ndarray:
        return joins & (since <= months.first[t]) & (months.first[t] < until)

    return active


def present_on(people: People, day: int) -> np.ndarray:
    """Who lives in the county on a day."""
    return (people.present_from <= day) & ((people.present_to == MISSING) | (day < people.present_to))


def age_band(age: np.ndarray) -> np.ndarray:
    """0 under 1, 1 for 1-4, 2 for 5-9, 3 for 10-15, 4 for 16 and over."""
    return np.searchsorted(np.array([1, 5, 10, 16], dtype=np.float32), age, side="right")


class _Kept:
    """The matrices of `Life`, filled month by month."""

    def __init__(self, months: int, children: int, families: int, kinds: int) -> None:
        self.need = np.zeros((months, children), dtype=np.float32)
        self.ahead, self.hazard, self.age, self.slow = (np.zeros_like(self.need) for _ in range(4))
        self.present = np.zeros((months, children), dtype=bool)
        self.known = np.zeros_like(self.present)
        self.shocks = np.zeros((months, families, kinds), dtype=np.float16)
        self.struck = np.zeros((months, families, kinds), dtype=bool)

    def note(
        self, row: int, level: np.ndarray, hazard: np.ndarray, age: np.ndarray, present: np.ndarray, need: Need,
        struck: np.ndarray, known: np.ndarray,
    ) -> None:  # fmt: skip
        self.need[row], self.hazard[row], self.age[row], self.slow[row] = level, hazard, age, need.slow
        self.ahead[row] = need.ahead(level)
        self.present[row], self.known[row] = present, known
        self.shocks[row], self.struck[row] = need.shocks, struck

    def life(
        self, months: Months, need: Need, statutory: Statutory, helping: EarlyHelp, active: np.ndarray
    ) -> Life:
        return Life(
            months=Months(months.first[months.warm_up :], months.length[months.warm_up :], 0),
            need=self.need, need_ahead=self.ahead, contact_log_hazard=self.hazard, age=self.age, present=self.present,
            shocks=self.shocks, struck=self.struck, known=self.known, slow=self.slow,
            conduct=need.conduct, own=need.own, disabled=need.disabled, active=active,
            rows=statutory_rows(statutory), help=helping.spells(), asked=helping.asked.rows(),
        )  # fmt: skip
