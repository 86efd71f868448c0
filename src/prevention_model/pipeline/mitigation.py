"""The mitigation menu of a run: what may be done about gaps of one group, each measure with its price.

It is made at the end of a run where the experiment asks for it, and shows only. No list of the run is made by it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd

from prevention_model.audit import Evidence, OutcomeEvidence
from prevention_model.audit.grouping import groupings, known_rows
from prevention_model.cards import write_mitigation_page
from prevention_model.dataset import Dataset
from prevention_model.errors import WrongUsage
from prevention_model.mitigation import (
    Measure,
    Pricer,
    Way,
    families_changed,
    group_rows,
    named,
    whole_rows,
)
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.study import Study
from prevention_model.pipeline.ways import Listing, NotTried, Scene, listing_of

MITIGATION_DATA = "mitigation.json"


def mitigation_menu(
    data: Dataset, studies: Sequence[Study], evidence: Evidence, groups: pd.DataFrame, plan: Plan
) -> dict[str, Any] | None:
    """The menu for the first outcome that ranks, as plain figures; None where the experiment asks for none.

    `groups` has a row for each row of the data set. Every measure is judged on the rows of the audit, with the same
    resamples of families; lists are those by this outcome alone. A measure that could not be tried says why.
    """
    asked = plan.experiment.mitigation
    if asked is None:
        return None
    if asked.group not in groups:
        raise WrongUsage(f"There is no group called {asked.group}.", where="mitigation, group")
    (study,) = (each for each in studies if each.outcome.name == plan.first.name)
    held = evidence[study.outcome.name]
    scene = Scene(data, study, plan, groups[asked.group].astype(str))
    judge = _Judge(held, plan, asked.resamples, Listing(study.level, study.listed_alone))
    return {
        "outcome": study.outcome.name,
        "outcome_plain": study.outcome.short or study.outcome.name,
        "group": asked.group,
        "rows": len(judge.today.known.happened),
        "onsets": int(judge.today.known.happened.sum()),
        "resamples": asked.resamples,
        "confidence": plan.policy.confidence,
        "wider_cut": plan.policy.wider_cut,
        "families_that_judge": plan.experiment.split.test_families,
        "several_rank": len(plan.ranking) > 1,
        "measures": [_tried(measure, scene, judge) for measure in named(asked.measures)],
    }


def write_mitigation(folder: Path, run: Mapping[str, Any], menu: Mapping[str, Any] | None) -> None:
    """Write the menu as a page, and as JSON beside it; nothing where there is none.

    `run` says run_id, author, created and experiment.
    """
    if menu is None:
        return
    (folder / MITIGATION_DATA).write_text(json.dumps(menu, indent=1), encoding="utf-8")
    write_mitigation_page(folder, run, menu)


class _Judge:
    """Prices listings beside today's, on the rows whose outcome is known."""

    def __init__(self, held: OutcomeEvidence, plan: Plan, resamples: int, today: Listing) -> None:
        self.held, self.plan, self.listed_today = held, plan, today.listed
        self.today = self.way(today)
        self.pricer = Pricer(groupings(self.today.known, plan.policy), plan.policy, resamples)
        self.price_today = self.pricer.price(self.today)

    def way(self, listing: Listing) -> Way:
        """The listing, as the audit would see it."""
        columns = ["person_id", "family_id", "zone", "index_date", "outcome"]
        rows = self.held.predictions[columns].assign(level=listing.level, listed=listing.listed)
        known = known_rows(OutcomeEvidence(self.held.name, rows, self.held.groups), self.plan.policy)
        keep = rows["outcome"].notna().to_numpy()
        if listing.wide is not None:
            known = replace(known, wide=listing.wide[keep])
        return Way(known, rows["index_date"].to_numpy()[keep])

    def whole(self, listing: Listing) -> list[dict[str, Any]]:
        """What a listing comes to among all children."""
        return whole_rows(self.price_today.whole, self.pricer.whole(self.way(listing)))

    def beside_today(self, listing: Listing) -> dict[str, Any]:
        """What a listing comes to, in all and in each group, and how many families of the list it changes."""
        price = self.pricer.price(self.way(listing))
        families, dates = (self.held.predictions[name].to_numpy() for name in ("family_id", "index_date"))
        return {
            "whole": whole_rows(self.price_today.whole, price.whole),
            "groups": group_rows(self.price_today, price, self.pricer.groupings, self.plan.policy),
            "families": families_changed(families, dates, self.listed_today, listing.listed),
        }


def _tried(measure: Measure, scene: Scene, judge: _Judge) -> dict[str, Any]:
    described = asdict(measure)
    try:
        listing = listing_of(measure.name, scene)
    except NotTried as fault:
        return described | {"why_not": str(fault)}
    found = described | {"why_not": "", "said": dict(listing.said), **judge.beside_today(listing)}
    if listing.reference is not None:
        found["reference"] = judge.whole(listing.reference)
    return found
