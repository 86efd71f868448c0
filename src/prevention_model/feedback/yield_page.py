"""The yield page: what lists came to, zone by zone, for a board; every count of 1 to 5 is protected.

The page and the JSON beside it hold the same figures, so either may be handed on.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from prevention_model.disclosure import printed, protect_counts, protect_groups
from prevention_model.feedback.protected import ALL, Protected, Share, protected
from prevention_model.feedback.yields import PART_OF, Limits, Yield
from prevention_model.pages.charts import Point, gap_chart
from prevention_model.pages.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Document,
    Figures,
    Inset,
    Paragraph,
    Picture,
    Section,
    Table,
    Tag,
)
from prevention_model.pages.words import percent, plain_date

_VERDICTS = {
    "too few": Tag("Too few decisions to say", "grey"),
    "followed": Tag("Hardly any set aside: followed, not judged?", "red"),
    "not used": Tag("Most unanswered or set aside: not used?", "red"),
    "judged": Tag("Judged: some followed, some set aside", "green"),
}


@dataclass(frozen=True)
class Found:
    """All that the page is made of, raw. `zones`: by zone, in order; `reserve`: of families drawn at random alone.

    `groups`: a row a group of an audit trait with trait, group, people (listed, of whom it is known by now whether the
    outcome came) and without (of those, to whom it did not). `routes`: by way in, families that came into early help.
    `needs`: by offer, families whose first step it is, and its room over the time of the lists (None: not stated).
    """

    authority: str
    made_on: date
    since: date | None
    lists: int
    zones: Mapping[str, Yield]
    reserve: Yield
    limits: Limits
    groups: pd.DataFrame
    known_from: date | None
    routes: Mapping[str, int]
    routes_until: date | None
    needs: Mapping[str, tuple[int, int | None]]


def page(found: Found) -> Document:
    """The page."""
    zones = protected(found.zones, found.limits)
    spoken = f"from {plain_date(found.since)} on" if found.since else "so far"
    return Document(
        kind="Yield of lists",
        title=f"What came of the lists: {found.authority}",
        lead=(
            f"What coordinators sent back about the families on {found.lists} lists given out {spoken}, as at "
            f"{plain_date(found.made_on)}. Shadow lists are not counted: nobody acts on them."
        ),
        sections=(
            Section("In short", _short(zones[ALL])),
            Section("Zone by zone", _by_zone(zones)),
            Section("Judged, or only followed", _judged(zones, found.limits)),
            Section("Newly found, or known before", _known(zones)),
            Section("The reserve beside the listed", _reserve(found)),
            Section("False alarms by group", _alarms(found)),
            Section("Ways into early help", _routes(found)),
            Section("What is needed, and what there is", _needs(found)),
            Section("How to read this", (Bullets(_READING),)),
        ),
        foot="c: a count of 1 to 5, or one from which such a count could be worked out, is not shown.",
    )


def as_json(found: Found) -> bytes:
    """The same figures as the page, for another program; None is what may not be shown."""
    zones = protected(found.zones, found.limits)
    content = {
        "format": "prevention-model yield 1",
        "authority": found.authority,
        "made_on": found.made_on.isoformat(),
        "since": found.since.isoformat() if found.since else None,
        "lists": found.lists,
        "zones": {zone: each.plain() for zone, each in zones.items()},
        "reserve": {name: (each.value, each.low, each.high) for name, each in _reserve_shares(found).items()},
        "false_alarms": _alarm_rows(found),
        "routes": dict(zip(found.routes, protect_counts(list(found.routes.values())).counts, strict=True)),
        "needs": {name: count for name, (count, _) in _need_counts(found).items()},
    }
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


_READING = (
    "A family that stands on two lists counts on each of them; in false alarms it counts once for each run.",
    "Yield is families for whom help goes on, or has met the needs, 90 days on: of all who were listed at least 90 "
    "days ago, so that a row nobody answered counts against it.",
    "A false alarm is a listed family to whose child the outcome did not come. It cannot be told from one whom help "
    "kept from it, so this share is too high where help works.",
    "Intervals are Wilson's, for 95%. They say how far chance alone could carry a share, and nothing of what else "
    "differs between zones.",
    "Set aside are rows answered with Not appropriate, or with Wrong family or wrong data. Neither many nor few are "
    "good: a coordinator is there to judge.",
    "None of this teaches a model. Decisions follow from who was listed; a model that learned from them would learn "
    "its own lists.",
)


def _short(whole: Protected) -> tuple[Block, ...]:
    return (
        Figures(
            (
                (printed(whole.counts["listed"]), "families listed"),
                (whole.share("contacted").text, "of them contacted"),
                (whole.share("agreed").text, "of those contacted agreed to early help"),
                (whole.wait, "days until contact, for half of them at most"),
                (whole.share("helped").text, "of those listed 90 days ago are helped"),
            )
        ),
    )


def _by_zone(zones: Mapping[str, Protected]) -> tuple[Block, ...]:
    columns = ("Zone", "Listed", "With a decision", "Contacted", "Agreed", "Said no", "Days to contact, median",
               "Listed 90 days ago", "Helped after 90 days")  # fmt: skip
    rows = tuple(
        (
            zone,
            *(
                printed(each.counts[name])
                for name in ("listed", "decided", "contacted", "agreed", "declined")
            ),
            each.wait,
            printed(each.counts["old"]),
            each.share("helped").text,
        )
        for zone, each in zones.items()
    )
    table = Table("Families on lists, by zone", columns, rows, tuple(range(1, len(columns) - 1)))
    chart = _chart(zones)
    if chart is None:
        return (table,)
    return (
        Paragraph(f"{chart.title}: by zone, with what chance alone could make of it."),
        Picture(chart, table=False),
        table,
    )


def _chart(zones: Mapping[str, Protected]) -> Chart | None:
    """Yield after 90 days where anything may be said of it, and else who was contacted."""
    for name, title, quantity in (
        ("helped", "Helped 90 days after the list", "Of families listed at least 90 days ago"),
        ("contacted", "Contacted", "Of families listed"),
    ):
        shares = {zone: each.share(name) for zone, each in zones.items() if zone != ALL}
        if any(each.value is not None for each in shares.values()):
            points = [Point(zone, each.value, each.low, each.high) for zone, each in shares.items()]
            overall = zones[ALL].share(name).value
            return gap_chart(points, title=title, quantity=quantity, overall=overall, name=f"yield-{name}")
    return None


def _judged(zones: Mapping[str, Protected], limits: Limits) -> tuple[Block, ...]:
    said = (
        f"By the policy, a list seems to be judged where between {percent(limits.override_share_min)} and "
        f"{percent(limits.override_share_max)} of the decided rows are set aside, and at least "
        f"{percent(limits.decided_share_min)} of the rows of ended lists have a decision. With fewer than "
        f"{limits.override_min_decisions} decisions nothing is said."
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (zone, each.share("set_aside").text, each.share("followed").text, each.share("answered").text,
         _VERDICTS[each.verdict])
        for zone, each in zones.items()
    )  # fmt: skip
    columns = (
        "Zone",
        "Set aside, of decided",
        "Followed, of decided",
        "Decided, of ended lists",
        "What it may mean",
    )
    return Paragraph(said), Table("Whether lists are judged", columns, rows, (1, 2, 3))


def _known(zones: Mapping[str, Protected]) -> tuple[Block, ...]:
    rows = tuple(
        (zone, printed(each.counts["new"]), printed(each.counts["known"]), each.share("new").text)
        for zone, each in zones.items()
    )
    columns = ("Zone", "Not known before", "Known before", "Newly found, of all listed")
    return (Table("Families by whether the coordinator knew them", columns, rows, (1, 2, 3)),)


def _reserve_shares(found: Found) -> dict[str, Share]:
    """Of both parts of the lists. Where one may not be shown, the other is not either: all together would tell it."""
    whole = sum(found.zones.values(), Yield())
    made = {}
    for name in ("contacted", "agreed", "helped"):
        counts = [getattr(whole, name) - getattr(found.reserve, name), getattr(found.reserve, name)]
        of = PART_OF[name]
        wholes = [getattr(whole, of) - getattr(found.reserve, of), getattr(found.reserve, of)]
        kept = protect_counts(counts, wholes).counts
        for who, count, each in zip(("listed", "reserve"), kept, wholes, strict=True):
            made[f"{who}_{name}"] = Share.of(count, each)
    return made


def _reserve(found: Found) -> tuple[Block, ...]:
    shares = _reserve_shares(found)
    rows = tuple(
        (words, *(shares[f"{who}_{name}"].text for name in ("contacted", "agreed", "helped")))
        for words, who in (
            ("Listed by the rule", "listed"),
            ("Reserve, drawn at random below the cut", "reserve"),
        )
    )
    columns = ("Families", "Contacted, of listed", "Agreed, of contacted", "Helped after 90 days")
    words = (
        "The last places of each list are drawn at random from just below the cut. If they yield as much as the "
        "others, the cut may stand in the wrong place, or the order says little."
    )
    return Paragraph(words), Table("Those listed by the rule, and the reserve", columns, rows, (1, 2, 3))


def _alarm_rows(found: Found) -> list[dict[str, Any]]:
    made = []
    for trait, table in found.groups.groupby("trait", sort=True):
        rows = table.reset_index(drop=True).assign(
            share=lambda t: t["without"] / t["people"].where(t["people"] > 0)
        )
        shown = protect_groups(
            rows, counts={"people": None, "without": "people"}, shares={"share": ("without", "people")}
        )
        for row, raw in zip(shown.to_dict("records"), rows.to_dict("records"), strict=True):
            share = Share.of(row["without"], row["people"]) if row["share"] is not None else Share(None)
            made.append({
                "trait": str(trait), "group": str(raw["group"]), "known": row["people"], "without": row["without"],
                "share": share.value, "low": share.low, "high": share.high,
            })  # fmt: skip
    return made


def _alarms(found: Found) -> tuple[Block, ...]:
    when = (
        f" The first lists can be judged from {plain_date(found.known_from)} on." if found.known_from else ""
    )
    if found.groups.empty:
        return (
            Inset(f"Not yet known: the time in which the outcome is looked for is over for no list.{when}"),
        )
    rows = tuple(
        (
            each["trait"].replace("_", " ").capitalize(),
            each["group"],
            printed(each["known"]),
            Share(each["share"], each["low"], each["high"]).text,
        )
        for each in _alarm_rows(found)
    )
    columns = ("Trait", "Group", "Listed, and known by now", "Outcome did not come")
    return (Table("Listed families to whom the outcome did not come, by group", columns, rows, (2, 3)),)


def _routes(found: Found) -> tuple[Block, ...]:
    if not found.routes:
        return (Inset("Not yet known: no source says who asked early help in the time of the lists."),)
    counts = protect_counts(list(found.routes.values()))
    rows = tuple(
        (name, printed(count), Share.of(count, counts.total).text)
        for name, count in zip(found.routes, counts.counts, strict=True)
    )
    until = (
        f" Contacts with early help are on record up to {plain_date(found.routes_until)}."
        if found.routes_until
        else ""
    )
    words = (
        "Families that came to early help since the first list, by who asked; through lists are those who agreed. A "
        f"family that came in two ways is counted in both.{until}"
    )
    return Paragraph(words), Table("Ways into early help", ("Way in", "Families", "Share"), rows, (1, 2))


def _need_counts(found: Found) -> dict[str, tuple[int | None, int | None]]:
    counts = protect_counts([need for need, _ in found.needs.values()]).counts
    return {name: (count, room) for (name, (_, room)), count in zip(found.needs.items(), counts, strict=True)}


def _needs(found: Found) -> tuple[Block, ...]:
    if not found.needs:
        return (Inset("Nothing to show: the lists name no first step that is an offer."),)
    rows = tuple(
        (
            name,
            printed(need),
            "not stated" if room is None else f"{room:,}",
            "c" if need is None else "not known" if room is None else f"{max(0, need - room):,}",
        )
        for name, (need, room) in _need_counts(found).items()
    )
    columns = ("First step", "Families who need it", "Room in that time", "Without room")
    return (Table("First steps of listed families, and the room for them", columns, rows, (1, 2, 3)),)
