"""Candidates: the few settings of the model among which the periods choose, declared before the run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prevention_model.errors import WrongUsage, listed
from prevention_model.model.risk_model import RiskModel
from prevention_model.model.rivals import RIVALS
from prevention_model.settings.experiment import CandidateSettings, ModelSettings

OWN = "model"
"""The name of the experiment's own model."""

# A risk may only raise the level, a strength only lower it; context may do either.
_DIRECTION = {"risk": 1, "strength": -1}
_SETTINGS = (
    "trees",
    "leaves",
    "learning_rate",
    "rows_in_leaf",
    "feature_share",
    "row_share",
    "seed",
    "lines",
)


@dataclass(frozen=True)
class Candidate:
    """One setting of the model, by its name: what `RiskModel` is given, and whether directions are kept.

    >>> small = Candidate("small", {"trees": 100, "leaves": 3, "lines": 0}, directed=True)
    >>> small.model({"absence": "risk", "club": "strength", "age": "context"}).monotone
    {'absence': 1, 'club': -1}
    """

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    directed: bool = False

    def __post_init__(self) -> None:
        known = RiskModel().get_params()
        if strange := [name for name in self.settings if name not in known]:
            raise WrongUsage(
                f"Candidate {self.name} has settings that the model does not know: {listed(strange)}."
            )
        if self.directed and self.settings.get("lines", known["lines"]):
            raise WrongUsage(
                f"Candidate {self.name} keeps directions and has lines, which may go up and down.",
                where="candidates",
                todo="Set directed to false, or lines to 0.",
            )

    def model(self, polarity: Mapping[str, str], **beside: Any) -> RiskModel:
        """A model to fit. `polarity` says of each feature whether it is a risk, a strength or context.

        `beside` are further settings that are no part of the candidate, such as `least_onsets`.
        """
        directions = {name: _DIRECTION[kind] for name, kind in polarity.items() if kind in _DIRECTION}
        return RiskModel(**{**self.settings, "monotone": directions if self.directed else None, **beside})

    @property
    def simplicity(self) -> tuple[int, bool, bool, str]:
        """Smaller is simpler: fewest leaves in all; then no lines; then directions that are kept; then the name."""
        of = RiskModel().get_params() | dict(self.settings)
        leaves = 0 if of["lines"] == 1 else of["trees"] * of["leaves"]
        return leaves, of["lines"] > 0, not self.directed, self.name


def in_words(settings: Mapping[str, Any]) -> str:
    """What a model with these settings is, for people who read cards.

    >>> in_words({"trees": 300, "leaves": 3, "lines": 0.0})
    'gradient-boosted trees (LightGBM, 300 of at most 3 leaves)'
    """
    of = RiskModel().get_params() | dict(settings)
    trees = f"gradient-boosted trees (LightGBM, {of['trees']} of at most {of['leaves']} leaves)"
    lines = "a logistic regression on a broken line through each feature"
    if of["lines"] in (0, 1):
        return lines if of["lines"] else trees
    return f"{trees} and {lines}, with {of['lines']:.0%} of the log-odds from the latter"


def candidates_of(model: ModelSettings, declared: Sequence[CandidateSettings]) -> tuple[Candidate, ...]:
    """Those declared, simplest first; what one leaves open is as in `model`. Without any, `model` is the only one.

    Raises WrongUsage where one has the name of the experiment's own model or of a rival.

    >>> [each.name for each in candidates_of(ModelSettings(), ())]
    ['model']
    """
    base = {name: getattr(model, name) for name in _SETTINGS}
    if not declared:
        return (Candidate(OWN, base, model.directed),)
    if taken := [each.name for each in declared if each.name in (OWN, *RIVALS)]:
        raise WrongUsage(
            f"Candidates with a name that is taken: {listed(taken)}.",
            where="candidates",
            todo=f"{OWN} is the experiment's own model, and the others are rivals. Choose another name.",
        )
    made = [
        Candidate(
            each.name,
            base | each.model_dump(exclude={"name", "directed"}, exclude_none=True),
            model.directed if each.directed is None else each.directed,
        )
        for each in declared
    ]
    return in_order(made)


def in_order(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The simplest first, so that of two as good the simpler one is chosen. Raises WrongUsage for a name twice.

    >>> [each.name for each in in_order(grid())][:3]
    ['lines', 'stumps_directed', 'stumps']
    """
    names = [each.name for each in candidates]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise WrongUsage(f"Candidates that stand twice: {listed(twice)}.", where="candidates")
    return tuple(sorted(candidates, key=lambda each: each.simplicity))


def grid() -> tuple[Candidate, ...]:
    """Lines alone, and four sizes of trees from nearly additive to deep: with directions, free, and beside lines.

    Leaves and rows in them vary together, because both say how finely children may be told apart.

    >>> len(grid())
    13
    """
    sizes = {
        "stumps": {"trees": 300, "leaves": 2, "learning_rate": 0.05, "rows_in_leaf": 1000},
        "small": {"trees": 300, "leaves": 4, "learning_rate": 0.05, "rows_in_leaf": 500},
        "middle": {"trees": 250, "leaves": 15, "learning_rate": 0.05, "rows_in_leaf": 100},
        "deep": {"trees": 500, "leaves": 31, "learning_rate": 0.02, "rows_in_leaf": 100},
    }
    made = [Candidate("lines", {"lines": 1.0})]
    for name, size in sizes.items():
        made.append(Candidate(f"{name}_directed", {**size, "lines": 0.0}, directed=True))
        made.append(Candidate(name, {**size, "lines": 0.0}))
        made.append(Candidate(f"{name}_and_lines", {**size, "lines": 0.5}))
    return tuple(made)
