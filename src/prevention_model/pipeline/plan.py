"""A plan: an experiment with everything it names resolved, so that nothing is looked up half way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from prevention_model import __version__
from prevention_model.cohort import Cohort, Members
from prevention_model.dataset import period_dates
from prevention_model.dataset.splits import Span, spans_of
from prevention_model.errors import WrongUsage, listed
from prevention_model.features import Declared, FeatureSet, catalogue, feature_from_declaration
from prevention_model.outcomes import Outcome
from prevention_model.outcomes import catalogue as outcome_catalogue
from prevention_model.pipeline.retention import Agreed, agreed_in
from prevention_model.query import Length
from prevention_model.settings.authority import Authority
from prevention_model.settings.experiment import Experiment
from prevention_model.settings.policy import Policy

_YEAR, _QUARTER, _MONTH = (np.timedelta64(days, "D") for days in (366, 80, 20))


@dataclass(frozen=True)
class Papers:
    """On what basis a source may be used, the reference of its impact assessment, and the day of the next review."""

    lawful_basis: str
    dpia: str
    review_by: date | None = None


@dataclass(frozen=True)
class Plan:
    """What a run needs beside the records. `capacity`: families a zone can talk to in a month.

    `members` is given where the cohort is not a county's (built by hand from a frame).
    `papers` say for each source why it may be used, and `retention` how long its rows may be looked at.
    """

    experiment: Experiment
    policy: Policy
    features: tuple[Declared, ...]
    outcomes: tuple[Outcome, ...]
    capacity: Mapping[str, int]
    papers: Mapping[str, Papers]
    retention: Mapping[str, Agreed]
    members: Members | None = None

    def __post_init__(self) -> None:
        names = {outcome.name for outcome in self.outcomes}
        unknown = [name for name in self.experiment.outcomes if name not in names]
        if unknown:
            raise WrongUsage(f"There is no outcome called {listed(unknown)}.", where="outcomes")
        features = {feature.name for feature in self.features}
        rivals = self.experiment.rivals
        strange = [name for name in rivals.named if name not in features]
        if strange:
            raise WrongUsage(
                f"The rivals name features that are not used: {listed(strange)}.", where="rivals"
            )
        if self.members is None:
            for outcome in self.outcomes:
                _can_be_followed(self.experiment.cohort.ages[1], outcome)
        self._can_be_added()
        if not self.capacity:
            raise WrongUsage(
                "No zone has a capacity.", todo="Give each zone a capacity of at least one family."
            )

    @property
    def not_ranking(self) -> tuple[str, ...]:
        """Outcomes that are studied and shown, and not released."""
        return tuple(each.name for each in self.outcomes if each.name not in self.experiment.ranking)

    @property
    def ranking(self) -> tuple[Outcome, ...]:
        """The outcomes that rank, and are released, in the order of the experiment."""
        named = {each.name: each for each in self.outcomes}
        return tuple(named[name] for name in self.experiment.ranking)

    @property
    def first(self) -> Outcome:
        """The first outcome that ranks: the one by which periods choose a candidate, for all that rank."""
        return self.ranking[0]

    @property
    def weights(self) -> dict[str, float]:
        """How much each outcome that ranks counts in the order of a list, as the policy says."""
        return self.policy.weights(self.experiment.ranking)

    def check_groups(self) -> None:
        """Raises WrongUsage for a policy that compares groups the experiment does not say how to tell."""
        declared = {group.name for group in self.experiment.groups}
        missing = [name for name in self.policy.groups if name not in declared]
        if missing:
            raise WrongUsage(
                f"The policy compares groups that the experiment does not declare: {listed(missing)}.",
                where="groups",
                todo="Declare them in the experiment, or use a policy that does not name them.",
            )

    def _can_be_added(self) -> None:
        """Refuse outcomes that rank together and cannot: weights that do not fit, or another follow-up."""
        _ = self.weights
        differ = [each.name for each in self.ranking if each.follow_up != self.first.follow_up]
        if differ:
            raise WrongUsage(
                f"Outcomes that rank together need one follow-up; that of {listed(differ)} is not that of "
                f"{self.first.name}.",
                where="ranking",
                todo="Rank by outcomes that are followed for as long, or by one.",
            )

    def refits(self, outcome: str) -> int:
        """How often the model of an outcome is fitted again: as declared, or twice where nothing is released."""
        return self.experiment.model.refits if outcome in self.experiment.ranking else 2

    @property
    def code_version(self) -> str:
        """The version of this library."""
        return __version__

    def before(self, day: np.datetime64) -> np.datetime64:
        """The earlier index date against which the rise at `day` is measured."""
        length = Length.parse(self.experiment.rise.over)
        return np.datetime64(length.before(day.astype("datetime64[D]").item()))

    def list_before(self, day: np.datetime64) -> np.datetime64:
        """The index date of the list before the one of `day`."""
        every = Length.parse(self.experiment.cohort.every)
        return np.datetime64(every.before(day.astype("datetime64[D]").item()))

    def apart(self, day: np.datetime64) -> np.timedelta64:
        """How far from `day` another date must be to share few of the events that levels look back on."""
        return np.timedelta64(max(day - self.before(day), _YEAR) - _MONTH)

    def followed_back(self, days: np.ndarray) -> np.ndarray:
        """The index dates of the year before the scoring date, through which a present rise is followed back."""
        today = np.datetime64(self.experiment.score_on)
        back: np.ndarray = days[(days < today) & (today - days <= _YEAR)]
        return back


def _can_be_followed(under_age: int, outcome: Outcome) -> None:
    """Refuse ages whose follow-up is cut short in advance: there an onset would count, and its absence not."""
    _, end = outcome.follow_up.window(date(2001, 1, 1))
    months = (end.year - 2001) * 12 + end.month - 1 + (end.day > 1)
    if under_age * 12 + months > outcome.until_age * 12:
        raise WrongUsage(
            f"Outcome {outcome.name} ends at age {outcome.until_age}, and the cohort holds children under "
            f"{under_age}: those who reach {outcome.until_age} within {outcome.follow_up.horizon} would only be "
            "counted where the outcome comes first, so their levels would be far too high.",
            where="cohort, ages",
            todo=f"Let ages end at {(outcome.until_age * 12 - months) // 12} or earlier.",
        )


def plan_from_files(path: Path, authority: Authority) -> Plan:
    """The plan of an experiment's YAML for an authority. Raises WrongUsage naming what does not fit."""
    experiment = Experiment.read(path)
    if experiment.policy is None:
        raise WrongUsage(
            "The experiment names no policy.",
            where=path.name,
            todo="Add `policy: policy.yaml`: nothing is audited without.",
        )
    policy = Policy.read(path.resolve().parent / experiment.policy)
    return Plan(
        experiment=experiment,
        policy=policy,
        features=chosen_features(experiment),
        outcomes=tuple(o for o in outcome_catalogue() if o.name in experiment.outcomes),
        capacity={zone.code: zone.capacity for zone in authority.on(experiment.score_on).zones},
        papers={
            source.name: Papers(source.lawful_basis, source.dpia, source.review_by)
            for source in authority.sources
        },
        retention=agreed_in(authority),
    )


def chosen_features(experiment: Experiment) -> FeatureSet:
    """Those of the catalogue that the experiment names, or all, less what it leaves out, plus what it declares."""
    known = {feature.name: feature for feature in catalogue()}
    for where in ("features", "leave_out_features"):
        unknown = [name for name in getattr(experiment, where) if name not in known]
        if unknown:
            raise WrongUsage(f"There is no feature called {listed(unknown)}.", where=where)
    named = experiment.features or tuple(known)
    added = tuple(feature_from_declaration(declared) for declared in experiment.add_features)
    return FeatureSet([*(known[name] for name in named if name not in experiment.leave_out_features), *added])


def cohort_of(experiment: Experiment) -> Cohort:
    """The cohort that the experiment declares."""
    settings = experiment.cohort
    return Cohort(
        every=settings.every,
        start=settings.start.isoformat(),
        end=settings.end.isoformat(),
        ages=settings.ages,
        not_open_to=settings.not_open_to,
    )


def needed_days(plan: Plan, days: Sequence[np.datetime64]) -> list[np.datetime64]:
    """Of all index dates those that teach, calibrate, judge in any period, are scored, or serve a rise as its earlier
    date. Raises WrongUsage where periods are asked for and none fits."""
    split = plan.experiment.split
    earlier_periods = period_dates(split, plan.first.follow_up)
    periods = [span for span in spans_of(split) if span]
    periods += [span for dates in earlier_periods for span in dates.spans]
    judged = _within(days, periods)
    tested = _within(days, [(split.test_start, split.test_end)])
    judging = [*tested, *_within(days, [dates.test for dates in earlier_periods])]
    learnt = reliability_days(plan, np.array(days, dtype="datetime64[D]"))
    scored = [np.datetime64(plan.experiment.score_on)]
    followed = plan.followed_back(np.array(days, dtype="datetime64[D]"))
    earlier = [plan.before(day) for day in (*tested, *learnt[-1:], *scored, *followed)]
    earlier += [plan.list_before(day) for day in judging]
    return sorted({*judged, *learnt, *scored, *followed, *(day for day in earlier if day in set(days))})


def _within(days: Sequence[np.datetime64], spans: Sequence[Span]) -> list[np.datetime64]:
    return [day for day in days if any(np.datetime64(a) <= day <= np.datetime64(b) for a, b in spans)]


def reliability_days(plan: Plan, days: np.ndarray) -> list[np.datetime64]:
    """The index dates from which is learnt how reliable a change is, earliest first; empty where there are too few.

    From the first date that teaches to the last before the test, about a quarter of a year apart at least. Only dates
    that have another one as far away as a rise looks back, and a year at least, are of use: nearer ones share too many
    of the events that they look back on.
    """
    split = plan.experiment.split
    found: list[np.datetime64] = []
    for day in sorted(np.asarray(days, dtype="datetime64[D]"), reverse=True):
        there = np.datetime64(split.fit_start) <= day < np.datetime64(split.test_start)
        if there and (not found or found[-1] - day > _QUARTER):
            found.append(day)
    if not found:
        return []
    least = plan.apart(found[0])
    return [day for day in reversed(found) if found[0] - day >= least or day - found[-1] >= least]
