"""One zone's list from what was released: ranked, joined with names from the vault, and put in words."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Protocol

import pandas as pd

from prevention_model.errors import Expired, WrongUsage, listed
from prevention_model.lists.by_outcome import EachOutcome
from prevention_model.lists.complex_needs import complex_needs
from prevention_model.lists.family import NOT_FOR, Setting, family_row
from prevention_model.lists.first_step import offers_needed
from prevention_model.lists.known import Known, objecting, with_social_worker
from prevention_model.lists.ranking import combined, rank_families, rule
from prevention_model.lists.rows import ListHeader, NotRanked, ZoneList
from prevention_model.lists.schools import schools_of
from prevention_model.lists.sharing import Reader, as_day, source_name
from prevention_model.lists.text import plain
from prevention_model.records import Records
from prevention_model.settings.authority import Authority, Zone

VALID_DAYS = 35
"""A list ends after this many days, unless its certificate ends before."""

STALE_DAYS = 62
"""A source whose newest data is older than this at the index date is called stale on every row."""

PURPOSE = (
    "This list is a prompt for a conversation about offering early help, which is voluntary. It decides "
    "nothing. A person who knows the family decides, and writes down what they decided and why."
)
CAVEAT = (
    "Being low on this list, or not on it, says nothing about how well a child is cared for. Most children "
    "to whom something happens were on no list. Use every other way in as before: referrals, schools, "
    "families who ask."
)

_FIGURES = ("expected_true_in_list", "model_id", "model_version", "data_as_at", "coverage_warnings")


class Certificate(Protocol):
    """The certificate of a release: its number and the day it ends."""

    @property
    def id(self) -> str: ...
    @property
    def expires(self) -> date: ...


class Released(Protocol):
    """What a list needs to see of released scores; only the release gate makes them."""

    @property
    def release_id(self) -> str: ...
    @property
    def run(self) -> Mapping[str, Any]: ...
    @property
    def scores(self) -> pd.DataFrame: ...
    @property
    def reasons(self) -> pd.DataFrame: ...
    @property
    def certificate(self) -> Certificate: ...
    @property
    def stage(self) -> str: ...
    @property
    def horizon(self) -> str: ...
    @property
    def outcomes(self) -> Mapping[str, str]: ...
    @property
    def weights(self) -> Mapping[str, float]: ...
    @property
    def policy(self) -> str: ...


def zone_list(
    released: Released,
    records: Records,
    identities: pd.DataFrame,
    authority: Authority,
    zone: str,
    figures: Mapping[str, Any],
    today: date,
) -> ZoneList:
    """The list of one zone, ready to be written.

    `identities`: person_id, forename, surname, birth_date, address, postcode, read from the vault by the
    caller after the release. `zone`: a zone's code. `figures` must hold expected_true_in_list (by outcome a
    text, as "about 7 of 20"), model_id, model_version, data_as_at (source to date) and coverage_warnings
    (texts); it may hold reserve (2), held_back (households not to list again yet), last_decisions (household to
    what was decided last, in words), may_see (agencies), change_since (date) and audit_ref. `authority` is as it is
    on the day.

    Nobody with an objection on record, or with a social worker, is ranked. Raises Expired when the
    certificate has ended, WrongUsage for an unknown zone or missing figures.
    """
    place = _zone(authority, zone)
    _check(figures, released.certificate, today)
    scores = released.scores
    index_date = _index_date(scores)
    here = scores[scores["zone"].eq(zone)]
    scores = scores[scores["household_id"].isin(here["household_id"])]
    mine = _around(records, scores)
    scores, objections = _withheld(scores, mine, index_date, today)
    children = combined(scores, released.weights)
    held_back = figures.get("held_back", ())
    ranked = rank_families(
        children,
        {zone: place.capacity},
        reserve=int(figures.get("reserve", 2)),
        # the release's number seeds the reserve, so the same release always draws the same families
        seed=int(hashlib.sha256(released.release_id.encode()).hexdigest()[:12], 16),
        held_back=held_back,
    )
    ranked = ranked[ranked["zone"].eq(zone)]
    chosen = ranked[ranked["listed"]]
    each_outcome = EachOutcome(scores, released.outcomes, released.weights, {zone: place.capacity}, held_back)
    setting = _setting(released, authority, place, figures, index_date, today)
    scored_in = dict(zip(released.scores["person_id"], released.scores["household_id"], strict=True))
    known = Known(mine, list(chosen["household_id"]), index_date, today, setting.reader, scored_in)
    people = identities[identities["person_id"].isin(mine.frames["person"]["person_id"])]
    people = people.drop_duplicates("person_id").set_index("person_id")
    rows = [
        family_row(
            row,
            children[children["household_id"].eq(row["household_id"])],
            each_outcome.of(str(row["person_id"])),
            each_outcome.told(released.reasons, str(row["person_id"])),
            known,
            people,
            setting,
        )
        for row in chosen.to_dict("records")
    ]
    order = {"A": 0, "B": 1, "C": 2, "reserve": 3}
    # within a band the order says nothing: it is that of the references
    rows.sort(key=lambda r: (order[r.position_band], r.family_ref))
    header = _header(released, authority, place, figures, index_date, today, ranked, setting)
    return ZoneList(
        header,
        tuple(rows),
        complex_needs(records, set(here["person_id"]), index_date),
        _not_ranked(children, zone),
        objections,
        offers_needed([row.least_intrusive_first_step for row in rows]),
    )


def _around(records: Records, scores: pd.DataFrame) -> Records:
    """The records, with people, homes and spells of those scored here and of everybody who ever lived with them only.

    These are asked about again and again; attributes and events are asked about once, so they stay whole.
    """
    household = records.frames["household"]
    homes = household["household_id"].isin(scores["household_id"].unique())
    people = pd.unique(pd.concat([household.loc[homes, "person_id"], scores["person_id"]]))
    asked = {
        name: records.frames[name].loc[lambda t: t["person_id"].isin(people)]
        for name in ("person", "household", "spell")
    }
    return replace(records, frames={**records.frames, **asked})


def _zone(authority: Authority, code: str) -> Zone:
    for zone in authority.zones:
        if zone.code == code:
            return zone
    raise WrongUsage(
        f"The authority has no zone {code}.", todo=f"Use one of {listed([z.code for z in authority.zones])}."
    )


def _check(figures: Mapping[str, Any], certificate: Certificate, today: date) -> None:
    missing = [name for name in _FIGURES if name not in figures]
    if missing:
        raise WrongUsage(f"The list cannot be written without its figures: {listed(missing)}.")
    if certificate.expires < today:
        raise Expired(
            f"The certificate {certificate.id} ended on {certificate.expires}.",
            todo="Run the model again, have it audited and signed, and release that.",
        )


def _index_date(scores: pd.DataFrame) -> date:
    dates = scores["index_date"].unique()
    if len(dates) != 1:
        raise WrongUsage(f"A list needs scores of one index date; these have {len(dates)}.")
    return as_day(dates[0])


def _withheld(
    scores: pd.DataFrame, records: Records, index_date: date, today: date
) -> tuple[pd.DataFrame, int]:
    """Take out of the ranking who must not be in it, whatever the scores say; how many objected."""
    people, homes = objecting(records, index_date, today)
    objected = scores["person_id"].isin(people) | scores["household_id"].isin(homes)
    statutory = scores["person_id"].isin(with_social_worker(records, index_date))
    gone = ~scores["person_id"].isin(records.frames["person"]["person_id"])
    made = scores.assign(
        eligible=scores["eligible"].astype(bool), left_out=scores["left_out"].astype("object")
    )
    for chosen, reason in (
        (statutory, "Already has a social worker"),
        (objected, "An objection is on record"),
        (gone, "No longer on record"),
    ):
        # Of a child that any outcome could have ranked it is said once, whatever else is said of another outcome.
        ranked = made["eligible"].groupby(made["person_id"]).transform("any")
        made.loc[chosen & ranked, "left_out"] = reason
        made.loc[chosen, "eligible"] = False
    return made, int(scores.loc[objected, "person_id"].nunique())


def _setting(
    released: Released,
    authority: Authority,
    zone: Zone,
    figures: Mapping[str, Any],
    index_date: date,
    today: date,
) -> Setting:
    as_at = {name: as_day(day) for name, day in dict(figures["data_as_at"]).items()}
    since = figures.get("change_since")
    return Setting(
        list_id=f"{released.release_id}-{zone.code}",
        release_id=released.release_id,
        zone_code=zone.code,
        index_date=index_date,
        today=today,
        change_since=as_day(since) if since is not None else None,
        reader=_reader(authority, zone, figures),
        offers=tuple(offer for offer in authority.offers if not offer.zones or zone.code in offer.zones),
        stale=tuple(
            sorted(source_name(name) for name, day in as_at.items() if (index_date - day).days > STALE_DAYS)
        ),
        schools=schools_of(authority.pyramids),
        last_decisions=dict(figures.get("last_decisions", {})),
    )


def _reader(authority: Authority, zone: Zone, figures: Mapping[str, Any]) -> Reader:
    """Who reads the list, and whom they ask about the rest: one person for the zone, or else the front door."""
    may_see: Collection[str] | None = figures.get("may_see")
    return Reader(
        role=zone.reads_as,
        may_see=None if may_see is None else frozenset(may_see),
        withheld=frozenset(
            source.name
            for source in authority.sources
            if source.share_with is not None and zone.reads_as not in source.share_with
        ),
        ask=_ask(authority, zone),
    )


def _ask(authority: Authority, zone: Zone) -> str:
    door = authority.front_door
    return plain(zone.information_contact) or f"{plain(door.name)}, {plain(door.telephone)}"


def _header(
    released: Released,
    authority: Authority,
    zone: Zone,
    figures: Mapping[str, Any],
    index_date: date,
    today: date,
    ranked: pd.DataFrame,
    setting: Setting,
) -> ListHeader:
    door = authority.front_door
    return ListHeader(
        list_id=setting.list_id,
        release_id=released.release_id,
        authority=plain(authority.name),
        zone_code=zone.code,
        zone_name=plain(zone.name),
        recipient=plain(zone.recipient),
        recipient_role=plain(zone.recipient_role),
        run_date=today,
        index_date=index_date,
        valid_until=min(today + timedelta(days=VALID_DAYS), released.certificate.expires),
        stage=released.stage,
        model_id=plain(figures["model_id"]),
        model_version=plain(figures["model_version"]),
        run_id=plain(released.run["run_id"]),
        certificate_id=released.certificate.id,
        certificate_expires=released.certificate.expires,
        horizon=_within(released.horizon),
        outcome_plain=tuple(plain(words) for words in released.outcomes.values()),
        rule=rule(
            [(plain(words), released.weights[name]) for name, words in released.outcomes.items()],
            plain(released.policy),
        ),
        capacity=zone.capacity,
        n_eligible_children=int(ranked["children"].sum()),
        n_eligible_families=len(ranked),
        n_listed=int(ranked["listed"].sum()),
        n_reserve=int(ranked["reserve"].sum()),
        expected_true_in_list=tuple(plain(figures["expected_true_in_list"][n]) for n in released.outcomes),
        data_as_at=tuple(sorted((plain(k), as_day(v)) for k, v in dict(figures["data_as_at"]).items())),
        coverage_warnings=tuple(plain(text) for text in figures["coverage_warnings"]),
        audit_ref=plain(figures.get("audit_ref", f"the model card of run {released.run['run_id']}")),
        purpose_statement=PURPOSE,
        low_rank_caveat=CAVEAT,
        safeguarding_escape=(
            f"If you think that a child may be at risk of harm now, do not wait for this list: ring "
            f"{plain(door.name)} on {plain(door.telephone)}."
        ),
        complaint_route=plain(authority.complaint_route),
        identification_basis=plain(authority.identification_basis),
        information_contact=_ask(authority, zone),
        do_not_use_for=NOT_FOR,
        generated_by=f"prevention-model, run {plain(released.run['run_id'])}",
    )


def _within(horizon: str) -> str:
    """A horizon as it reads in a sentence.

    >>> _within("12 months"), _within("within 12 months")
    ('within 12 months', 'within 12 months')
    """
    return f"within {plain(horizon).removeprefix('within ')}"


def _not_ranked(scores: pd.DataFrame, zone: str) -> tuple[NotRanked, ...]:
    left = scores[scores["zone"].eq(zone) & ~scores["eligible"].astype(bool)]
    reasons = left["left_out"].map(lambda r: plain(r).replace("_", " ").capitalize() or "No reason recorded")
    counts = reasons.value_counts()
    return tuple(
        sorted((NotRanked(str(k), int(v)) for k, v in counts.items()), key=lambda n: (-n.children, n.reason))
    )
