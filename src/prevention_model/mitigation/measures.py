"""The menu: what may be done about a gap, what each needs, where it comes from, and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from prevention_model.settings.experiment import MeasureName


@dataclass(frozen=True)
class Measure:
    """One measure. `what` it does, its `source`, what it `costs` in general, and what the `law` asks, in plain words.

    `trait_to_fit` and `trait_at_scoring` say where it reads the trait; `sign_off` that nobody may use it before a
    lawyer has signed for it. A measure here is priced. Nothing here is applied to a list.
    """

    name: MeasureName
    title: str
    what: str
    source: str
    costs: str
    law: str
    trait_to_fit: bool = False
    trait_at_scoring: bool = False
    sign_off: bool = False


_AUDIT_ONLY = (
    "No trait is read when a child is scored. The trait is read when the model is fitted, which is another purpose "
    "than to audit: the impact assessment has to name it, and the condition for special categories that it rests "
    "on."
)
_BLIND = "No trait is read, neither to fit nor to score."

MENU: tuple[Measure, ...] = (
    Measure(
        "reweighing",
        "Weigh groups when fitting",
        "The model is fitted again with weights, by which the outcome is as frequent in each group. It then gains "
        "nothing by telling the groups apart. It is calibrated without weights, so that levels stay levels.",
        "F. Kamiran and T. Calders 2012",
        "What the features tell through the group is lost, also where it is true of the group. Levels of a group "
        "can be off, because the group differs and the model may not say so.",
        _AUDIT_ONLY,
        trait_to_fit=True,
    ),
    Measure(
        "reductions",
        "Fit to find the same share in each group",
        "Several small LightGBM models are fitted, each with costs that rise for a group whose share found lags "
        "behind, until no group is further behind than a limit; the score is their weighted mean, calibrated like "
        "any other.",
        "A. Agarwal and others 2018, as in fairlearn (exponentiated gradient, true positive rates)",
        "Fewer rows teach it, because it is fitted many times. What is found in all falls, and levels are coarser.",
        _AUDIT_ONLY,
        trait_to_fit=True,
    ),
    Measure(
        "recalibration",
        "Calibrate again, blind to groups",
        "The levels of today's model are put right along their range by what happened in the calibration period: a "
        "rising broken line in place of one slope. No child passes another, so no list changes.",
        "R. Barlow and others 1972 (isotonic regression); B. Zadrozny and C. Elkan 2002",
        "It helps only where levels are wrong in the same way for everybody. No gap in who is missed moves.",
        _BLIND,
    ),
    Measure(
        "without_proxies",
        "Leave out features that carry the trait",
        "The features from which the trait can best be told are left out, and the model is fitted without them.",
        "D. Pedreshi and others 2008 (indirect discrimination through proxies)",
        "What those features tell of need is lost for everybody. What is left may carry the trait together.",
        "No trait is read by the model. It is read once, to find the features.",
    ),
    Measure(
        "capacity_by_share_found",
        "Move places between zones: the same share found",
        "Places move between zones until each zone's list is expected to hold the same share of the children of "
        "the zone to whom it will happen. Scores, and the number of places in all, stay as they are.",
        "House rule: places go where the share expected to be found is least",
        "Where it happens seldom, more families are asked in vain. Zones lose places that they have staff for.",
        "No trait is read. A zone is a place; who lives there differs, so the duty of section 149 applies to the "
        "move.",
    ),
    Measure(
        "capacity_by_onsets",
        "Move places between zones: in proportion to onsets",
        "Each zone gets places in proportion to the onsets that levels expect in it. Scores, and the number of "
        "places in all, stay as they are.",
        "Largest remainder (Hamilton)",
        "Zones lose places that they have staff for. A zone with many at middling levels gains more than it finds.",
        "No trait is read. A zone is a place; who lives there differs, so the duty of section 149 applies to the "
        "move.",
    ),
    Measure(
        "group_cut_offs",
        "A cut-off of its own for each group",
        "In each zone places are dealt out between groups, so that each is expected to have the same share found: "
        "a child is listed or not by the group it belongs to.",
        "M. Hardt and others 2016",
        "Two children at the same level are treated differently because of a protected trait.",
        "Direct discrimination where the trait is protected (Equality Act 2010, section 13), unless it is positive "
        "action that is proportionate (section 158). Needs legal sign-off before any use. It is priced here and "
        "nothing else: no command applies it.",
        trait_at_scoring=True,
        sign_off=True,
    ),
)
"""Every measure, those first that change least about who may be treated how."""


def named(names: Sequence[str]) -> tuple[Measure, ...]:
    """The measures of these names, in the order of the menu; all where none is named.

    >>> [measure.name for measure in named(["group_cut_offs", "recalibration"])]
    ['recalibration', 'group_cut_offs']
    """
    return tuple(measure for measure in MENU if not names or measure.name in names)
