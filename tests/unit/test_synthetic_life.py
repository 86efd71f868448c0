"""Need, services and what they do: the known truth that evaluations are judged by."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from prevention_model.synthetic import Parameters
from prevention_model.synthetic.calendar import MISSING, Months, day, start_of
from prevention_model.synthetic.life import Life, live
from prevention_model.synthetic.parameters import EarlyHelpParameters
from prevention_model.synthetic.places import make_places
from prevention_model.synthetic.population import Families, People, make_people
from prevention_model.synthetic.spells import Register, Rows
from prevention_model.synthetic.streams import Streams

Lived = tuple[Families, People, Life]


def lived(parameters: Parameters, people: int = 9_000) -> Lived:
    streams = Streams(5)
    places = make_places(streams, parameters.places)
    families, everybody = make_people(streams, parameters.families, places, people, day(start_of(3)))
    return (
        families,
        everybody,
        live(streams, parameters, families, everybody, Months.of(3), lambda line: None),
    )


@pytest.fixture(scope="module")
def usual() -> Lived:
    return lived(Parameters())


def test_need_is_about_standard_and_does_not_drift(usual: Lived) -> None:
    life = usual[2]
    young = life.present & (life.age < 18)
    assert abs(life.need[young].mean()) < 0.15
    assert 0.9 < life.need[young].std() < 1.5
    assert abs(life.need[0][young[0]].mean() - life.need[-1][young[-1]].mean()) < 0.1


def test_need_moves_over_time_and_is_shared_in_a_family(usual: Lived) -> None:
    families, people, life = usual
    first, last = life.need[0], life.need[-1]
    stayed = life.present[0] & life.present[-1]
    assert 0.3 < np.corrcoef(first[stayed], last[stayed])[0, 1] < 0.9
    family = people.family[: people.children]
    pair = np.flatnonzero(family[1:] == family[:-1])
    assert np.corrcoef(first[pair], first[pair + 1])[0, 1] > 0.2
    assert len(families) > 0


@pytest.mark.parametrize("kind", ["contact", "referral", "cin_episode", "cp_plan", "care_period"])
def test_every_step_follows_need(usual: Lived, kind: str) -> None:
    _, _, life = usual
    rows = life.rows[kind]
    rows = rows.where(rows.start >= life.months.first[1])
    month = np.searchsorted(life.months.first, rows.start, side="right") - 1
    there = life.need[np.clip(month, 0, len(life.need) - 1), rows.person]
    assert there.mean() > life.need[life.present & (life.age < 18)].mean() + 0.5


def test_plans_and_care_lie_within_an_episode(usual: Lived) -> None:
    rows = usual[2].rows
    far = 10**6
    episodes = rows["cin_episode"]
    for kind in ("cp_plan", "care_period"):
        for who, start, end in zip(rows[kind].person, rows[kind].start, rows[kind].end, strict=True):
            own = episodes.where(episodes.person == who)
            ends = np.where(own.end == MISSING, far, own.end)
            until = far if end == MISSING else end
            assert ((own.start <= start) & (ends + 45 >= until)).any(), (kind, who)


def test_nobody_has_two_open_episodes_of_a_kind(usual: Lived) -> None:
    for kind in ("cin_episode", "cp_plan", "care_period"):
        rows = usual[2].rows[kind]
        order = np.lexsort((rows.start, rows.person))
        rows = rows.where(order)
        same = rows.person[1:] == rows.person[:-1]
        ends = np.where(rows.end == MISSING, 10**6, rows.end)
        assert (ends[:-1][same] <= rows.start[1:][same] + 31).all(), kind


def test_early_help_lowers_need_by_the_stated_effect() -> None:
    """Two counties, the same in every draw but the effect: need falls by it among those helped."""
    with_effect, without = (
        lived(replace(Parameters(), early_help=replace(EarlyHelpParameters(), effect=effect)), people=3_000)
        for effect in (0.55, 0.0)
    )
    people, life = with_effect[1], with_effect[2]
    spells = life.help.where(
        (life.help.start >= life.months.first[0]) & (life.help.start < life.months.first[28])
    )
    month = np.searchsorted(life.months.first, spells.start, side="right") + 3
    long = (spells.end == MISSING) | (spells.end > life.months.first[month])
    spells, month = spells.where(long), month[long]
    first = np.searchsorted(people.family[: people.children], spells.person)
    gap = life.need[month, first] - without[2].need[month, first]
    assert len(spells) >= 8
    assert -0.60 < np.median(gap) < -0.25


def test_surveillance_is_what_parts_contacts_from_need() -> None:
    def gradient(surveillance: float) -> float:
        families, people, life = lived(replace(Parameters(), surveillance=surveillance), people=9_000)
        poorer = families.deprivation[people.family[: people.children]]
        beyond = life.contact_log_hazard - Parameters().statutory.contact_on_need * life.need
        young = life.present[-1] & (life.age[-1] < 10) & ~life.known[-1] & (life.age[-1] > 1)
        return float(np.polyfit(poorer[young], beyond[-1][young], 1)[0])

    assert gradient(0.0) == pytest.approx(0.0, abs=0.01)
    assert gradient(1.0) == pytest.approx(Parameters().statutory.contact_deprived, abs=0.05)


def test_known_children_are_watched_more(usual: Lived) -> None:
    life = usual[2]
    beyond = life.contact_log_hazard - Parameters().statutory.contact_on_need * life.need
    young = life.present[-1] & (life.age[-1] < 16)
    known = beyond[-1][young & life.known[-1]].mean() - beyond[-1][young & ~life.known[-1]].mean()
    assert known > 0.8


def test_need_ahead_is_what_the_next_year_comes_to_on_average(usual: Lived) -> None:
    life = usual[2]
    stay = life.present[12:24].all(axis=0)
    came = life.need[12:24][:, stay].mean(axis=0)
    ahead, now = life.need_ahead[12][stay], life.need[12][stay]
    assert np.polyfit(ahead, came, 1)[0] == pytest.approx(1.0, abs=0.1)
    assert np.mean((came - ahead) ** 2) < 0.6 * np.mean((came - now) ** 2)


def test_a_register_never_ends_an_episode_before_it_began() -> None:
    register = Register(3)
    register.open(np.array([0, 2]), np.array([50, 60]), month=1)
    register.close(np.array([2]), np.array([10]))
    rows = register.closed()
    assert (rows.person.tolist(), rows.start.tolist(), rows.end.tolist()) == ([2, 0], [60, 50], [61, MISSING])


def test_rows_are_chosen_together() -> None:
    rows = Rows(np.array([1, 2]), np.array([3, 4]), np.array([5, 6]), np.array([7, 8]))
    kept = rows.where(rows.person == 2)
    assert [kept.person.tolist(), kept.start.tolist(), kept.end.tolist(), kept.note.tolist()] == [
        [2],
        [4],
        [6],
        [8],
    ]


def test_streams_are_the_same_by_name_and_differ_by_seed() -> None:
    draw: Callable[[int, str], float] = lambda seed, name: float(Streams(seed)(name).random())  # noqa: E731
    assert draw(1, "police") == draw(1, "police")
    assert len({draw(1, "police"), draw(2, "police"), draw(1, "health")}) == 3
