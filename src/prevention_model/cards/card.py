"""The model card: what a board needs in order to say yes or no, first in five numbers, then in full."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from prevention_model.cards.change import age_band_blocks, change_blocks
from prevention_model.cards.facts import CardFacts
from prevention_model.cards.groups import group_blocks
from prevention_model.cards.order import order_blocks
from prevention_model.cards.periods import period_blocks, periods_picture
from prevention_model.cards.watching import watching_blocks
from prevention_model.disclosure import is_small, printed, protect_counts
from prevention_model.pages.charts import Bin, Point, calibration_chart, rivals_chart
from prevention_model.pages.document import (
    Block,
    Bullets,
    Document,
    Facts,
    Figures,
    Inset,
    Link,
    Paragraph,
    Picture,
    Section,
    Table,
    Tag,
    to_html,
    to_markdown,
)
from prevention_model.pages.words import about_of, about_range, number, plain_date, plural

STATUS_TAGS = {
    "passed": Tag("Passed", "green"),
    "failed": Tag("Failed", "red"),
    "too_few": Tag("Too few to assess", "yellow"),
    "not_applicable": Tag("Not applicable", "grey"),
    "could_not_run": Tag("Could not be run", "red"),
    "waived": Tag("Failed, and waived", "purple"),
}
"""How the status of a check is shown."""
_VERDICT_COLOURS = {"signed": "green", "released": "green", "awaiting sign-off": "yellow", "refused": "red"}
CARD_FILES = ("card.html", "card.md")
_OF = 20


def write_card(folder: Path, facts: CardFacts) -> tuple[Path, Path]:
    """Write card.html and card.md with the same content; return their paths."""
    document = card_document(facts)
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / CARD_FILES[0], folder / CARD_FILES[1]
    for path, text in zip(paths, (to_html(document), to_markdown(document)), strict=True):
        path.write_text(text, encoding="utf-8", newline="\n")
    return paths


def card_document(facts: CardFacts) -> Document:
    """The card as a document, small numbers hidden."""
    return Document(
        kind="Model card",
        title=facts.title,
        lead=facts.purpose,
        tags=(
            Tag(facts.verdict.capitalize(), _VERDICT_COLOURS.get(facts.verdict, "grey")),
            Tag(f"Stage: {facts.stage}", "blue"),
        ),
        sections=(
            Section("In short", _in_short(facts)),
            Section("What it is for, and never for", _purpose(facts)),
            Section("What it can and cannot tell", _can_tell(facts)),
            *([Section("How the list is ordered", order_blocks(facts.order))] if facts.order else []),
            Section("Who is missed more often", _missed(facts)),
            Section("How it compares with simple rules", _rivals(facts)),
            Section("What a change means", change_blocks(facts.change)),
            Section("Who is being watched", watching_blocks(facts.watching)),
            Section("How it was made", _made(facts)),
            Section("Are its numbers true?", _calibration(facts)),
            Section("Would it say the same again?", _stability(facts)),
            Section("Strengths", (Bullets(tuple(facts.strengths)),)),
            Section("Limits", (Bullets(tuple(facts.limits)),)),
            Section("Checks", _checks(facts)),
            Section("Who answers for it", _sign_off(facts)),
            Section("Questions and complaints", (Paragraph(facts.complaint_route),)),
            Section("Versions and hashes", _versions(facts)),
        ),
        foot=f"{facts.authority}. Run {facts.run_id}, made on {plain_date(facts.created)} by {facts.author}. "
        'Counts of 1 to 5, and shares that would give them away, are shown as "c".',
    )


def _in_short(facts: CardFacts) -> tuple[Block, ...]:
    failed = sum(check["status"] in ("failed", "could_not_run") for check in facts.checks)
    unsure = sum(check["status"] == "too_few" for check in facts.checks)
    rivals = [rival for rival in facts.rivals[1:] if _known(rival["value"])]
    figures = [
        (_of(facts.precision), f"families listed, for whom it came to {facts.outcome_plain}"),
        (_of(facts.missed), "children to whom it happened, who were on no list"),
        (
            plural(sum(facts.capacity.values()), "family", "families"),
            "on all lists together, by the capacity of the zones",
        ),
        (f"{failed} failed", f"of {len(facts.checks)} checks; {unsure} more had too few people to assess"),
    ]
    if rivals:
        best = max(rivals, key=lambda rival: float(rival["value"]))
        figures.insert(1, (_of(best), f"by the best simple rule: {best['name']}"))
    return (Figures(tuple(figures)), _decision(facts))


def _of(share: Mapping[str, Any]) -> str:
    return about_of(share["value"], _OF).capitalize() if _known(share["value"]) else "Not known"


def _decision(facts: CardFacts) -> Block:
    match facts.verdict:
        case "refused":
            return Inset("Refused: this model may not be used. The checks below say why.", strong=True)
        case "awaiting sign-off":
            return Inset(
                "Awaiting sign-off: two people other than the author decide whether this model may be used.",
                strong=True,
            )
    if facts.certificate is None:
        return Inset("Signed, and without a certificate: no list can be written.")
    return Inset(f"Certificate {facts.certificate['id']}, ends on {_day(facts.certificate['expires'])}.")


def _purpose(facts: CardFacts) -> tuple[Block, ...]:
    return (
        Paragraph(facts.purpose),
        Paragraph(f"Who uses it: {facts.users}"),
        Paragraph("Never for:"),
        Bullets(tuple(facts.never_for)),
    )


def _can_tell(facts: CardFacts) -> tuple[Block, ...]:
    return (
        Paragraph(_found_words(facts)),
        Paragraph(_missed_words(facts)),
        Inset(
            "Being low on a list, or on none, says nothing about how well a child is cared for. Every other way "
            "to help stays open: referrals, schools, and families who ask.",
            strong=True,
        ),
    )


def _found_words(facts: CardFacts) -> str:
    found = facts.precision
    if not _known(found["value"]):
        return "No family was listed in the test, so nothing is known of how many families it would find."
    return (
        f"Of {_OF} families listed, {_bare(found)} come to {facts.outcome_plain} {facts.horizon} "
        f"({_spread(found)}). For the others it does not happen: being listed says nothing about what a family "
        "will do."
    )


def _missed_words(facts: CardFacts) -> str:
    missed = facts.missed
    if not _known(missed["value"]):
        return "It happened to no child in the test, so nothing is known of how many children it would miss."
    return (
        f"Of {_OF} children to whom it happens, {_bare(missed)} were on no list ({_spread(missed)}). "
        f"{_missed_count(facts)}"
    )


def _bare(share: Mapping[str, float]) -> str:
    return about_of(share["value"], _OF).removesuffix(f" of {_OF}")


def _spread(share: Mapping[str, float]) -> str:
    if not _known(share["low"], share["high"]):
        return "no interval could be worked out"
    return f"95% interval: {about_range(share['low'], share['high'], _OF)}"


def _missed_count(facts: CardFacts) -> str:
    missed, everybody = int(facts.missed["missed"]), int(facts.missed["with_outcome"])
    if is_small(missed) or is_small(everybody - missed):
        return "The counts are too small to print."
    happened = plural(everybody, "child", "children")
    return f"In the test it happened to {happened}; {missed:,} of them were on no list."


def _missed(facts: CardFacts) -> tuple[Block, ...]:
    if not facts.groups:
        return (Inset("No comparison of groups was made. Do not read this as no difference.", strong=True),)
    lead = Paragraph(
        "Missed means that it happened to the child and the family was on no list. A model that misses one "
        "group more than another gives that group less help. Differences within chance are not called "
        "differences. A child counts once at each date that was tested."
    )
    return (lead, *group_blocks(facts.groups, _number(facts.missed["value"])))


def _rivals(facts: CardFacts) -> tuple[Block, ...]:
    points = [
        Point(str(r["name"]), *(_number(r[key]) for key in ("value", "low", "high"))) for r in facts.rivals
    ]
    return (
        Paragraph(
            "Every way below filled lists of the same length from the same children at the same dates."
        ),
        Picture(rivals_chart(points)),
        *age_band_blocks(facts.age_bands),
        *(
            [Link("Which model, why, by how much, and how steady", facts.comparison)]
            if facts.comparison
            else []
        ),
    )


def _made(facts: CardFacts) -> tuple[Block, ...]:
    blocks: list[Block] = [
        Paragraph(facts.method),
        Paragraph(f"Why this model: {facts.choice}"),
        Paragraph(f"Who: {facts.population}"),
        Table(
            "Data",
            ("Source", "From", "To", "Newest", "Basis", "Looked at for"),
            tuple((*_source(row), str(row["lawful_basis"]), str(row["retention"])) for row in facts.sources),
        ),
        Table(
            "Periods",
            ("Use", "From", "To", "Children, at each date", "To whom it happened"),
            tuple(_split(row) for row in facts.splits),
            (3, 4),
        ),
        periods_picture(facts.periods),
        Paragraph(f"Gap between the periods: {facts.gap} {facts.periods[-1]['embargo']}"),
    ]
    if facts.left_out:
        blocks += _left_out(facts.left_out)
    if facts.assumptions:
        blocks += [Paragraph("What had to be assumed:"), Bullets(tuple(facts.assumptions))]
    return tuple(blocks)


def _left_out(steps: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    """Step by step. Where either count is small both are hidden: each says something about the other."""
    pairs, children = (
        protect_counts([int(step[name]) for step in steps]).counts for name in ("pairs", "children")
    )
    rows = tuple(
        (str(step["reason"]), *(printed(n if None not in both else None) for n in both))
        for step, both in zip(steps, zip(pairs, children, strict=True), strict=True)
    )
    lead = Paragraph(
        "Who was left out, step by step: each step was asked about those whom the ones above it left. Pairs are of a "
        "child and an index date; the children are those of whom no pair was left."
    )
    names = ("Why", "Pairs left out", "Children left out altogether")
    return (lead, Table("Children who were left out", names, rows, (1, 2)))


def _source(row: Any) -> tuple[str, str, str, str]:
    return (str(row["name"]).replace("_", " "), _day(row["from"]), _day(row["to"]), _day(row["as_at"]))


def _split(row: Any) -> tuple[str, ...]:
    children, happened = int(row["children"]), int(row["with_outcome"])
    hidden = is_small(happened) or is_small(children - happened)
    shown = printed(None if is_small(children) else children)
    return (
        str(row["name"]),
        _day(row["from"]),
        _day(row["to"]),
        shown,
        printed(None if hidden else happened),
    )


def _calibration(facts: CardFacts) -> tuple[Block, ...]:
    held = facts.calibration
    slope, low, high = (
        number(float(held[key])) if _known(held[key]) else "not known"
        for key in ("slope", "slope_low", "slope_high")
    )
    bins = [Bin(**{k: b[k] for k in ("expected", "observed", "low", "high", "people")}) for b in held["bins"]]
    shown = [b for b in bins if b.people >= 30 and not _gives_away(b)]
    blocks: list[Block] = [
        Paragraph(
            "If it says one in ten, does it happen to one in ten? Looked at on later data, never seen while the "
            f"model was made. Calibration slope: {slope} (95% interval {low} to {high}); 1 is exact, and below 1 "
            "the model is too sure of itself."
        )
    ]
    if shown:
        blocks.append(Picture(calibration_chart(shown)))
    if len(shown) < len(bins):
        blocks.append(
            Paragraph(f"{plural(len(bins) - len(shown), 'group is', 'groups are')} too small to show.")
        )
    return tuple(blocks)


def _gives_away(held: Bin) -> bool:
    happened = round(held.observed * held.people)
    return is_small(happened) or is_small(held.people - happened)


def _stability(facts: CardFacts) -> tuple[Block, ...]:
    held = facts.stability
    return (
        *period_blocks(facts.periods),
        Paragraph(
            f"The model was made again {plural(int(held['refits']), 'time', 'times')} on resampled families. "
            f"On average {about_of(float(held['overlap']), _OF)} families of its list were listed again."
        ),
    )


def _checks(facts: CardFacts) -> tuple[Block, ...]:
    rows = tuple((str(c["name"]), STATUS_TAGS[c["status"]], str(c["text"])) for c in facts.checks)
    lead = "Only passed counts as passed. A check with too few people to assess has not been passed."
    return (Paragraph(lead), Table("Checks made before release", ("Check", "Result", "What was found"), rows))


def _sign_off(facts: CardFacts) -> tuple[Block, ...]:
    signed = tuple((str(s["name"]), str(s["role"]), _day(s["on"])) for s in facts.sign_offs)
    waived = tuple((str(w["check"]), str(w["reason"]), str(w["by"]), _day(w["until"])) for w in facts.waivers)
    blocks: list[Block] = [Facts((("Author", facts.author), ("Authority", facts.authority)))]
    blocks.append(_decision(facts))
    if signed:
        blocks.append(Table("Signed by", ("Name", "Role", "On"), signed))
    if waived:
        blocks.append(Table("Waivers", ("Check", "Reason", "By", "Until"), waived))
    else:
        blocks.append(Paragraph("No check was waived."))
    return tuple(blocks)


def _versions(facts: CardFacts) -> tuple[Block, ...]:
    return (
        Facts((("Model", f"{facts.model_id}, version {facts.model_version}"), ("Run", facts.run_id))),
        Facts(tuple((str(k), str(v)) for k, v in facts.versions.items())),
        Facts(tuple((f"{k} (SHA-256)", str(v)) for k, v in facts.hashes.items())),
    )


def _day(value: Any) -> str:
    """A date, or the text of one, in full; any other text as it is."""
    if not isinstance(value, str):
        return plain_date(value)
    try:
        return plain_date(date.fromisoformat(value))
    except ValueError:
        return value


def _number(value: Any) -> float | None:
    return float(value) if _known(value) else None


def _known(*values: Any) -> bool:
    return all(value is not None and value == value for value in values)
