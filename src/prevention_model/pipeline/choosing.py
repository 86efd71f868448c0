"""Which candidate is fitted, audited and scored: the one with the least regret in the periods that may choose, and why.

Candidates are tried for the first outcome that ranks alone: periods take most of the time of a run. Where several
rank, its choice serves for all, and their cards say so. Simple rules stand beside the candidates: they may be the best
of a period, but are not chosen, since nothing of them could be released.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from prevention_model.model import Selection, select
from prevention_model.model.candidates import Candidate, candidates_of
from prevention_model.model.rivals import RIVALS
from prevention_model.pages.words import joined, plural
from prevention_model.pipeline.fitting import own_model
from prevention_model.pipeline.plan import Plan

REGRET = "average_precision"
"""The metric by which regret is counted. It looks at the top of the ranking, where lists are."""

AS_GOOD = 0.002
"""Average precision that is no reason to take a less simple candidate: about a fiftieth of what models reach where one
child in fifty has the outcome, and less than chance moves the difference of two on the same children."""


@dataclass(frozen=True)
class Choice:
    """`candidate` is the one that is fitted for the audit, and `words` say why. `tried` are those among which was
    chosen, the simplest first; `selection` how they fared, or None where nothing could choose."""

    candidate: Candidate
    words: str
    tried: tuple[Candidate, ...] = ()
    selection: Selection | None = None

    def plain(self) -> dict[str, Any]:
        """The decision as JSON holds it, with the settings of everything that was tried."""
        shown = self.tried if self.candidate in self.tried else (*self.tried, self.candidate)
        held: dict[str, Any] = {
            "chosen": self.candidate.name,
            "words": self.words,
            "chosen_by_periods": self.selection is not None,
            "metric": REGRET,
            "as_good": AS_GOOD,
            "tried": [each.name for each in self.tried] or [self.candidate.name],
            "settings": {each.name: {**each.settings, "directed": each.directed} for each in shown},
        }
        if self.selection is not None:
            held |= {
                "as_good_as_the_best": list(self.selection.tied),
                "regret": _plain(self.selection.regret),
                "next_period": self.selection.next_period.to_dict("records"),
            }
        return held


def choose(plan: Plan, choosing: Sequence[Mapping[str, Any]]) -> Choice:
    """Choose among the experiment's candidates by the periods `choosing`, which had all of them judged."""
    own = own_model(plan)
    if not plan.experiment.candidates:
        return Choice(own, "No candidates are declared, so it is the experiment's own model.")
    tried = candidates_of(plan.experiment.model, plan.experiment.candidates)
    names = [each.name for each in tried]
    values = _values([said for said in choosing if said["candidates"]])
    if values.empty or not set(names) <= set(values.index):
        return Choice(own, _nothing_chose(plan, choosing), tried)
    selection = select(_simplest_first(values, names), among=names, tolerance=AS_GOOD)
    chosen = next(each for each in tried if each.name == selection.chosen)
    return Choice(chosen, _why(selection, names), tried, selection)


def regret_of(
    periods: Sequence[Mapping[str, Any]], tried: Sequence[str], *, of_all: bool = False
) -> dict[str, Any] | None:
    """Who is best by least worst regret, candidates and simple rules alike, simple rules first where they are as good.

    Only periods whose outcomes were on file before the test began count; `of_all` takes the others in as well, to
    show how steady they are. Only those with a figure in each of them are compared. None where no period was judged.
    """
    used = [said for said in periods if said["candidates"] and (of_all or said["selects"])]
    values = _values(used)
    if values.empty:
        return None
    found = select(_simplest_first(values, tried))
    return {
        "metric": REGRET,
        "chosen": found.chosen,
        "words": str(found),
        "regret": _plain(found.regret),
        "next_period": found.next_period.to_dict("records"),
    }


def _values(periods: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The metric of everything that was judged in each of the periods."""
    return pd.DataFrame(
        {
            said["judges"][0]: {name: held["whole"][REGRET] for name, held in said["candidates"].items()}
            for said in periods
        }
    ).dropna()


def _simplest_first(values: pd.DataFrame, tried: Sequence[str]) -> pd.DataFrame:
    order = [name for name in RIVALS if name != "logistic"] + ["logistic", *tried]
    return values.loc[[name for name in order if name in values.index]]


def _plain(regret: pd.DataFrame) -> dict[str, dict[str, float]]:
    return {
        str(name): {str(day): float(value) for day, value in row.items()} for name, row in regret.iterrows()
    }


def _nothing_chose(plan: Plan, choosing: Sequence[Mapping[str, Any]]) -> str:
    if plan.experiment.split.periods is None:
        why = "No earlier periods are declared"
    elif not choosing:
        why = "No earlier period was on file before the test began"
    else:
        why = "No period that was on file before the test began had onsets enough"
    return f"{why}, so no candidate could be chosen: it is the experiment's own model."


def _why(selection: Selection, names: Sequence[str]) -> str:
    """In plain words: how far behind the best it was at worst, who came next, and who was as good but less simple."""
    worst = selection.regret.loc[list(names)].max(axis=1)
    periods = plural(len(selection.regret.columns), "period")
    said = (
        f"Of {plural(len(names), 'candidate')} {_name(selection.chosen)} is chosen, by {periods} on file before the "
        "test began. "
    )
    if worst[selection.chosen] == 0:
        said += "Nothing else had a higher average precision in any of them."
    else:
        said += f"At worst its average precision was {worst[selection.chosen]:.3f} below that of the best in a period."
    also = [name for name in selection.tied if name != selection.chosen]
    if also:
        said += f" As good to within {AS_GOOD}, and less simple: {joined([_name(name) for name in also])}."
    behind = worst.drop(list(selection.tied))
    if len(behind):
        said += f" The next was {_name(str(behind.idxmin()))}, at worst {behind.min():.3f} below."
    return said


def _name(name: str) -> str:
    return name.replace("_", " ")
