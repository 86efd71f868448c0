"""`policy.yaml`: what the audit must find before anything is released, declared before the run.

No field has a default in code. Every threshold stands in the file, with its reason, so that the
report's hash of the policy covers all of them. An absent file is an error.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from prevention_model.errors import WrongUsage, listed
from prevention_model.settings.base import Settings

Text = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^PM\d{3}$")]
Share = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=1)]
Days = Annotated[int, Field(ge=1, le=731)]
Band = tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Comparison = Literal["average_precision", "recall_at_capacity", "recall_at_wider_cut"]

DEFAULT_POLICY = Path(__file__).with_name("default_policy.yaml")


class Policy(Settings):
    """Thresholds of every check, which checks block a release, and the rules of sign-off.

    Shares and rates are between 0 and 1, gaps are differences of two rates, bands are [low, high].
    Raises WrongUsage, through `Policy.read`, with every fault at once.

    >>> policy = Policy.read(DEFAULT_POLICY)
    >>> policy.min_people, policy.min_events, len(policy.groups) > 0
    (30, 10, True)
    >>> len(policy.digest())
    64
    """

    name: Text

    # What blocks a release.
    required: Annotated[tuple[Code, ...], Field(min_length=1)]
    must_be_assessable: tuple[Code, ...]
    never_waived: tuple[Code, ...]

    # Who is compared with whom.
    groups: Annotated[tuple[Text, ...], Field(min_length=1)]
    intersections: tuple[tuple[Text, Text], ...]
    min_people: Count
    min_events: Count
    maximum_share_unassessed: Share

    # How sure.
    confidence: Annotated[float, Field(ge=0.8, lt=1)]
    resamples: Annotated[int, Field(ge=200, le=20_000)]
    seed: Annotated[int, Field(ge=0)]

    # Leaks and manifest.
    single_feature_auc_max: Annotated[float, Field(gt=0.5, lt=1)]
    single_feature_precision_max: Share
    single_feature_flagged_min: Count
    recomputed_cells_min: Count
    onsets_known_late_max: Share
    protected_traits: Annotated[tuple[Text, ...], Field(min_length=1)]
    proxy_traits: tuple[Text, ...]
    proxy_auc_max: Annotated[float, Field(gt=0.5, le=1)]
    own_agency_share_max: Share
    retention_must_be_agreed: bool

    # Worth having.
    rivals_required: Annotated[tuple[Text, ...], Field(min_length=1)]
    must_beat_on: Annotated[tuple[Comparison, ...], Field(min_length=1)]
    overall_min_events: Count
    zone_lift_min: Annotated[float, Field(ge=1)]

    # Levels and groups.
    calibration_slope: Band
    observed_expected_difference_max: Share
    observed_expected_ratio: Band
    group_calibration_min_events: Count
    group_observed_expected: Band
    wider_cut: Share
    missed_gap_max: Share
    missed_gap_by_group: dict[Text, Share]
    false_alarm_gap_max: Share
    false_alarm_gap_by_group: dict[Text, Share]
    selection_ratio: Band
    selection_ratio_by_group: dict[Text, Band]
    pooled_traits: tuple[Text, ...]
    pooled_min_people: Count
    pooled_min_events: Count
    pooled_missed_gap_max: Share
    pooled_false_alarm_gap_max: Share
    not_recorded_max: Share
    not_recorded_max_by_group: dict[Text, Share]

    # Records of a group, and of now.
    sure_link_min: Share
    unsure_link_gap_max: Share
    covered_gap_max: Share
    covered_gap_by_group: dict[Text, Share]
    drift_shift_max: Annotated[float, Field(gt=0)]
    drift_weight_max: Share
    counterfactual_rise_max: Annotated[float, Field(gt=0, lt=1)]

    # Reasons and lists.
    contribution_tolerance: Annotated[float, Field(gt=0, le=0.001)]
    refits_min: Annotated[int, Field(ge=2)]
    reasons_shared_min: Share
    list_overlap_min: Share
    seed_fits_min: Annotated[int, Field(ge=2)]
    list_overlap_seeds_min: Share
    tied_places_max: Share
    reasons_move_min: Share
    strengths_share_min: Share
    explanation_tolerance: Annotated[float, Field(gt=0, le=0.001)]

    # How much each outcome counts where several rank.
    harm_weights: Literal["equal"] | dict[Text, Weight]

    # Sign-off.
    sign_off_roles: Annotated[tuple[Text, ...], Field(min_length=2)]
    certificate_days: Days
    list_days: Days
    waiver_max_days: Days

    # Lists that came back.
    relisting_days: Days
    relisting_growth_min: Annotated[float, Field(gt=1)]
    override_share_min: Share
    override_share_max: Share
    decided_share_min: Share
    override_min_decisions: Count

    @classmethod
    def default(cls) -> Self:
        """The policy shipped with the package: a place to start, to be read and owned by a board.

        >>> "PM003" in Policy.default().required
        True
        """
        return cls.read(DEFAULT_POLICY)

    def about(self, groups: Sequence[str], intersections: Sequence[tuple[str, str]] = ()) -> Self:
        """The same policy about these groups only: what it says of others is left out, and every limit stays.

        >>> ours = Policy.default().about(["sex", "age_band"])
        >>> ours.groups, ours.pooled_traits, sorted(ours.covered_gap_by_group)
        (('sex', 'age_band'), ('sex', 'age_band'), ['age_band'])
        """
        said = self.model_dump()
        kept = {*groups, *(" x ".join(pair) for pair in intersections)}
        for name, value in said.items():
            if name.endswith("_by_group"):
                said[name] = {group: limit for group, limit in value.items() if group in kept}
        for name in ("pooled_traits", "proxy_traits"):
            said[name] = [trait for trait in said[name] if trait in kept]
        return type(self).check(
            said | {"groups": list(groups), "intersections": list(intersections)}, where="policy"
        )

    def weights(self, outcomes: Sequence[str]) -> dict[str, float]:
        """How much each of the outcomes that rank counts. Raises WrongUsage unless the weights name exactly these.

        >>> Policy.default().weights(("care_begins", "severe_absence"))
        {'care_begins': 1.0, 'severe_absence': 1.0}
        """
        if self.harm_weights == "equal":
            return dict.fromkeys(outcomes, 1.0)
        given = dict(self.harm_weights)
        faults = [f"{name} ranks and has no weight" for name in outcomes if name not in given]
        faults += [f"{name} has a weight and does not rank" for name in given if name not in outcomes]
        if faults:
            raise WrongUsage(
                f"The harm weights do not fit the outcomes that rank: {listed(faults)}.",
                where="harm_weights",
                todo="Name each outcome in the experiment's `ranking` once, or write `harm_weights: equal`.",
            )
        return {name: given[name] for name in outcomes}

    @field_validator("harm_weights")
    @classmethod
    def _something_counts(cls, weights: str | dict[str, float]) -> str | dict[str, float]:
        if isinstance(weights, dict) and not any(weights.values()):
            raise ValueError("at least one outcome must count")
        return weights

    @field_validator(
        "required",
        "must_be_assessable",
        "never_waived",
        "groups",
        "pooled_traits",
        "proxy_traits",
        "rivals_required",
        "sign_off_roles",
    )
    @classmethod
    def _once(cls, items: tuple[str, ...]) -> tuple[str, ...]:
        twice = sorted({item for item in items if items.count(item) > 1})
        if twice:
            raise ValueError(f"named twice: {', '.join(twice)}")
        return items

    @field_validator(
        "calibration_slope",
        "observed_expected_ratio",
        "group_observed_expected",
        "selection_ratio",
        "selection_ratio_by_group",
    )
    @classmethod
    def _around_one(
        cls, given: tuple[float, float] | dict[str, tuple[float, float]]
    ) -> tuple[float, float] | dict[str, tuple[float, float]]:
        for low, high in given.values() if isinstance(given, dict) else [given]:
            if not low < 1 < high:
                raise ValueError("a band must run from below 1 to above 1")
        return given

    @model_validator(mode="after")
    def _known_groups(self) -> Self:
        named = {group for pair in self.intersections for group in pair}
        named |= {*self.missed_gap_by_group, *self.false_alarm_gap_by_group}
        named |= {*self.selection_ratio_by_group, *self.covered_gap_by_group, *self.not_recorded_max_by_group}
        named |= {*self.pooled_traits, *self.proxy_traits}
        pairs = {" x ".join(pair) for pair in self.intersections}
        unknown = sorted(named - set(self.groups) - pairs)
        if unknown:
            raise ValueError(f"not among the groups to audit: {', '.join(unknown)}")
        if self.override_share_min >= self.override_share_max:
            raise ValueError("override_share_min must lie below override_share_max")
        if not set(self.must_be_assessable) <= set(self.required):
            raise ValueError("must_be_assessable may name required checks only")
        return self
