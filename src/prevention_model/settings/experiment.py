"""An experiment, declared before it runs: who, when, which outcomes, which periods, which model."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from prevention_model.settings.base import Settings

Text = Annotated[str, Field(min_length=1)]
_ALONE = BeforeValidator(lambda said: (said,) if isinstance(said, str) else said)
Names = Annotated[tuple[Text, ...], Field(min_length=1), _ALONE]
"""One name, or several in a list."""


class CohortSettings(Settings):
    """Children to look at: index dates from `start` to `end`, ages from the first to below the second.

    `not_open_to`: kinds of spell; a child in an open one is left out at that index date.
    """

    every: Text
    start: date
    end: date
    ages: tuple[int, int]
    not_open_to: tuple[Text, ...] = ()


class PeriodsSettings(Settings):
    """Judging periods that come before the test, each with rows of its own that teach and calibrate.

    The first index date that teaches is `fit_start` of the split. `expanding`: each period is taught by everything
    since; `rolling`: by the last `history` of it. `calibrate` is the end of that time, kept for calibration.
    """

    style: Literal["expanding", "rolling"] = "expanding"
    every: Text = "6 months"
    history: Text = "12 months"
    calibrate: Text | None = None


class SplitSettings(Settings):
    """Which index dates teach the model, calibrate it and judge it, in that order of time.

    `recording_delay` is how long outcomes take to reach the files: the first index date of the test
    comes at least the horizon plus this delay after the last date that taught or calibrated.
    `test_families` is the share of families kept for the test alone. Without `calibrate_*` the model is
    calibrated on predictions for families that were left out in turn. `periods` judge the same model before, to show
    how steady it is.
    """

    fit_start: date
    fit_end: date
    calibrate_start: date | None = None
    calibrate_end: date | None = None
    test_start: date
    test_end: date
    recording_delay: Text
    test_families: Annotated[float, Field(gt=0, le=1)]
    periods: PeriodsSettings | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.calibrate_start is None) != (self.calibrate_end is None):
            raise ValueError("give both calibrate_start and calibrate_end, or neither")
        dates = [
            self.fit_start,
            self.fit_end,
            self.calibrate_start,
            self.calibrate_end,
            self.test_start,
            self.test_end,
        ]
        given = [day for day in dates if day is not None]
        if given != sorted(given):
            raise ValueError("the periods must follow each other: fit, calibrate, test")
        return self

    @property
    def last_taught(self) -> date:
        """The last index date whose outcomes the model or its calibration learns from."""
        return self.calibrate_end or self.fit_end


class ModelSettings(Settings):
    """Gradient-boosted trees, lines, or both: small, deterministic, the same everywhere.

    `lines` is the share of a logistic regression on broken lines in the log-odds; 1 has no trees.
    """

    trees: Annotated[int, Field(ge=10, le=5000)] = 300
    leaves: Annotated[int, Field(ge=2, le=256)] = 4
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.05
    rows_in_leaf: Annotated[int, Field(ge=1)] = 100
    feature_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    row_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    lines: Annotated[float, Field(ge=0, le=1)] = 0.5
    seed: Annotated[int, Field(ge=0)] = 1
    refits: Annotated[int, Field(ge=2, le=200)] = 20
    directed: bool = False
    least_onsets: Annotated[int, Field(ge=5)] = 50


class CandidateSettings(Settings):
    """Settings of the model to be tried beside others; what is left out is as in `model`."""

    name: Text
    trees: Annotated[int, Field(ge=10, le=5000)] | None = None
    leaves: Annotated[int, Field(ge=2, le=256)] | None = None
    learning_rate: Annotated[float, Field(gt=0, le=1)] | None = None
    rows_in_leaf: Annotated[int, Field(ge=1)] | None = None
    lines: Annotated[float, Field(ge=0, le=1)] | None = None
    directed: bool | None = None


class RivalSettings(Settings):
    """What the simple rules look at. All name features of the experiment.

    `criteria` has for each problem area the features that speak of it, each with the value from which on it
    does. The six of Dorset Families Matter: crime, school, children who need help, work and money, domestic
    abuse, health. Without it, that rule does not run.
    """

    area: tuple[Text, ...] = ()
    prior_contact: tuple[Text, ...] = ()
    criteria: dict[Text, dict[Text, float]] = {}

    @property
    def named(self) -> tuple[str, ...]:
        """Every feature that a rule looks at."""
        return (*self.area, *self.prior_contact, *(name for each in self.criteria.values() for name in each))


class WatchingSettings(Settings):
    """What shows how far figures rest on who is watched; nothing of it reaches the model.

    `contacts` name features of the experiment that go up when an agency sees a child, whatever the reason: the model
    is made again without them. `help` are kinds of spell by which children who were helped are told apart.
    """

    contacts: tuple[Text, ...] = ()
    help: tuple[Text, ...] = ("early_help",)


class GroupSettings(Settings):
    """A grouping for the audit, from exactly one place: a person column, attributes as last known, an open spell
    (the first of these that is open), spells open now or before, a column of the cohort, or age in years.

    `bands` are the lower ends of number bands; `names` translates values and merges small groups, and `other` is
    whatever they do not list. Values that are `not_recorded` say nothing. `ever_said`: attributes with the values
    that say the same as a spell of before, where a spell lies before what was received.
    """

    name: Text
    person: Text | None = None
    attribute: Annotated[tuple[Text, ...], _ALONE] = ()
    open_spell: tuple[Text, ...] = ()
    ever_spell: tuple[Text, ...] = ()
    ever_said: dict[Text, Names] = {}
    member: Text | None = None
    bands: tuple[float, ...] = ()
    names: dict[str, str] = {}
    other: Text = "Other"
    not_recorded: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        given = [self.person, self.attribute, self.open_spell, self.ever_spell, self.member]
        if sum(map(bool, given)) != 1:
            raise ValueError("give exactly one of person, attribute, open_spell, ever_spell, member")
        if self.ever_said and not self.ever_spell:
            raise ValueError("ever_said goes with ever_spell")
        return self


MeasureName = Literal[
    "reweighing",
    "reductions",
    "recalibration",
    "without_proxies",
    "capacity_by_share_found",
    "capacity_by_onsets",
    "group_cut_offs",
]
"""What may be done about a gap; `mitigation.MENU` says what each is."""


class MitigationSettings(Settings):
    """A menu of what may be done about gaps of one group, with its price, to be made at the end of a run.

    It shows, and changes nothing: no list of the run, and none that is released, is made by any measure of it.
    """

    group: Text
    measures: tuple[MeasureName, ...] = ()
    resamples: Annotated[int, Field(ge=100, le=5000)] = 300


class RiseSettings(Settings):
    """Rise is measured against the child's own level this long before; `credible` is the least P(rise > 0)."""

    over: Text = "6 months"
    credible: Annotated[float, Field(gt=0.5, lt=1)] = 0.8


class Experiment(Settings):
    """The whole of an experiment's YAML. `authority` and `policy` are paths relative to the file.

    `ranking` names the outcomes whose levels order the lists, one or several; periods choose a candidate by the first.
    `features` names those of the catalogue to use, in this order; without, all are used. `add_features` are
    declarations as `features.feature_from_declaration` reads them. Only a data set that is no
    authority's does without `authority` and `policy`: its script gives them, and nothing of it can be
    released.
    """

    name: Text
    author: Text
    purpose: Text
    authority: Text | None = None
    policy: Text | None = None
    cohort: CohortSettings
    outcomes: Annotated[tuple[Text, ...], Field(min_length=1)]
    ranking: Names
    features: tuple[Text, ...] = ()
    leave_out_features: tuple[Text, ...] = ()
    add_features: tuple[dict[str, Any], ...] = ()
    split: SplitSettings
    score_on: date
    rise: RiseSettings = RiseSettings()
    model: ModelSettings = ModelSettings()
    candidates: tuple[CandidateSettings, ...] = ()
    rivals: RivalSettings = RivalSettings()
    watching: WatchingSettings = WatchingSettings()
    groups: Annotated[tuple[GroupSettings, ...], Field(min_length=1)]
    mitigation: MitigationSettings | None = None
    reserve: Annotated[int, Field(ge=0, le=50)] = 2
    co_production: Text
    evaluation_design: Text

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        unknown = [name for name in self.ranking if name not in self.outcomes]
        if unknown:
            raise ValueError(f"ranking names {', '.join(unknown)}, which is not among the outcomes")
        if len(set(self.ranking)) < len(self.ranking):
            raise ValueError("ranking names an outcome twice")
        names = [group.name for group in self.groups]
        if len(set(names)) < len(names):
            raise ValueError("a group is named twice")
        if self.mitigation and self.mitigation.group not in names:
            raise ValueError(f"mitigation is about {self.mitigation.group}, which is not among the groups")
        tried = [each.name for each in self.candidates]
        if len(set(tried)) < len(tried):
            raise ValueError("a candidate is named twice")
        if self.score_on < self.split.test_end:
            raise ValueError("score_on must not come before the test period ends")
        return self
