"""The lists of a release: the only way to a zone's list from outside this room, and it starts at the gate."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from prevention_model.cohort.cohort import UNALLOCATED
from prevention_model.errors import Expired, ReleaseRefused, WrongUsage, listed
from prevention_model.lists.assemble import zone_list
from prevention_model.lists.rows import ZoneList
from prevention_model.records import Records
from prevention_model.release import Certificate, ReleasedScores, verify
from prevention_model.settings.authority import Authority


@dataclass(frozen=True)
class _Source:
    """What `zone_list` sees of a release: the scores of the outcomes that rank, in words and with their weights."""

    release_id: str
    run: Mapping[str, Any]
    scores: pd.DataFrame
    reasons: pd.DataFrame
    certificate: Certificate
    stage: str
    horizon: str
    outcomes: Mapping[str, str]
    weights: Mapping[str, float]
    policy: str


def zone_lists(
    released: ReleasedScores,
    run: Mapping[str, Any],
    records: Records,
    identities: pd.DataFrame,
    authority: Authority,
    figures: Mapping[str, Any],
    made_on: date,
) -> Iterator[ZoneList]:
    """The list of each zone, from scores that the gate let through, looked at by the gate once more for each list.

    `run`: the facts in the run's `run.json` (run_id, outcomes in plain words, horizon). `figures`: see
    `zone_list`. `made_on` is the date that the lists carry. Raises ReleaseRefused for anything that is not
    ReleasedScores, Expired when the last day of lists of this release is past, and whatever the gate finds.
    """
    if not isinstance(released, ReleasedScores):
        raise ReleaseRefused(
            "Lists are written from released scores only.",
            todo="Have the run audited and signed, then release it.",
        )
    today, authority = released.terms.today, authority.on(made_on)
    released = verify(released, today)
    if today > released.lists_until:
        raise Expired(
            f"Lists of this release ended on {released.lists_until}.",
            where=f"release {released.release_id}",
            todo="Run the experiment on newer records, have it signed, and release that.",
        )
    source = _Source(
        release_id=released.release_id,
        run=run,
        scores=released.scores,
        reasons=released.reasons,
        certificate=released.certificate,
        stage=released.stage,
        horizon=run["horizon"],
        outcomes={name: run["outcomes"][name] for name in released.outcomes},
        weights=released.weights,
        policy=released.content.policy.name,
    )
    _each_in_one_zone(released.scores, authority, made_on)
    for zone in authority.zones:
        # Whoever takes the release back while lists are being written stops the next one.
        verify(released, today)
        yield zone_list(source, records, identities, authority, zone.code, figures, made_on)


def _each_in_one_zone(scores: pd.DataFrame, authority: Authority, made_on: date) -> None:
    """Nobody is left without a list because the zone they are scored in has no entry on the day of the list (M02)."""
    strange = sorted(set(scores["zone"].dropna()) - {zone.code for zone in authority.zones} - {UNALLOCATED})
    if strange:
        raise WrongUsage(
            f"Children live in zones that do not hold on {made_on}: {listed(strange)}.",
            where="authority.yaml, zones",
            todo="Give each an entry for that day; or give its areas to another zone, load, and run again.",
        )
