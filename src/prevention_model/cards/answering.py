"""Who answers for a model: how people decide, what was considered, what is watched, who signed, and until when."""

from collections.abc import Mapping
from typing import Any

from prevention_model.cards.public import PublicFacts
from prevention_model.cards.telling import known
from prevention_model.pages.document import Block, Bullets, Facts, Inset, Link, Paragraph, Table, Tag
from prevention_model.pages.words import joined, number, percent, plain_date, plural

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


def standing_tags(facts: PublicFacts) -> tuple[Tag, Tag]:
    """Where the run stands, and at which stage."""
    colour = _VERDICT_COLOURS.get(facts.verdict, "grey")
    return Tag(facts.verdict.capitalize(), colour), Tag(f"Stage: {facts.stage}", "blue")


def mitigation_blocks(facts: PublicFacts) -> tuple[Block, ...]:
    """What could be done about gaps between groups, each with its price."""
    if not facts.mitigation:
        return (
            Paragraph(
                "No measure was priced: the experiment asks for no menu for this outcome. Gaps between groups stand as "
                "they are."
            ),
        )
    group = str(facts.mitigation[0]["group"])
    rows = tuple(
        (
            str(each["title"]),
            _share(each["precision_today"]),
            _change(each),
            _points(each["widest_gap_today"]),
            _points(each["widest_gap_with"]),
            "Yes" if each["sign_off"] else "No",
        )
        for each in facts.mitigation
        if not each["why_not"]
    )
    lead = Paragraph(
        f"Each was made and judged on the same children. The widest gap is how much more or less often one {group} "
        "group is missed by the list than everybody, in points of per cent. None is in use unless the method above "
        "says so."
    )
    columns = (
        "Measure",
        "Precision today",
        "Change with it",
        "Widest gap today",
        "With it",
        "Needs legal sign-off",
    )
    not_tried = [f"{each['title']}: {each['why_not']}" for each in facts.mitigation if each["why_not"]]
    blocks: list[Block] = [lead, Table("Measures and their price", columns, rows, (1, 2, 3, 4))]
    if not_tried:
        blocks += [Paragraph("Not tried:"), Bullets(tuple(not_tried))]
    if facts.mitigation_page:
        blocks.append(Link("Every measure in full, with every gap", facts.mitigation_page))
    return tuple(blocks)


def human_blocks(facts: PublicFacts) -> tuple[Block, ...]:
    """How people decide, and in whose words."""
    own = (
        Paragraph(f"In the authority's words: {facts.human_review}")
        if facts.human_review
        else Inset(
            "The authority has not yet said how people decide. Nothing is released before it has.",
            strong=True,
        )
    )
    return (
        Paragraph(
            "Nothing is decided by a list. A coordinator reads each row, with who already works with the family, "
            "strengths beside reasons, and writes down what they decided and why; they may turn any row down. What "
            "they answer is kept, and never teaches the model. Families are asked, and may say no without losing "
            "anything. A random part of families from below the list is on it as well, so that agreeing with every row "
            "is noticed."
        ),
        own,
        *_co_production(facts.papers),
    )


def _co_production(papers: Mapping[str, Any]) -> tuple[Block, ...]:
    said = papers["co_production"] or "Nobody has recorded who took part."
    design = (
        papers["evaluation_design"] or "None is recorded, so whether lists help anybody will not be known."
    )
    return (
        Facts((("Who took part in making it", said), ("How it will be known whether lists help", design))),
    )


def monitoring_blocks(facts: PublicFacts) -> tuple[Block, ...]:
    """What is watched after a release, by which limits."""
    held = facts.monitoring
    return (
        Bullets(
            (
                f"A certificate ends after {plural(int(held['certificate_days']), 'day', 'days')} at most, and a list "
                f"after {plural(int(held['list_days']), 'day', 'days')}.",
                f"A family is not listed again within {plural(int(held['relisting_days']), 'day', 'days')}, unless its "
                "level has grown much.",
                f"Drift: features that have shifted by more than {number(held['drift_shift_max'])} (population "
                f"stability index) may carry at most {percent(held['drift_weight_max'])} of what moves levels.",
                f"Answers: a zone that turns down fewer than {percent(held['override_share_min'])} or more than "
                f"{percent(held['override_share_max'])} of its rows, or answers fewer than "
                f"{percent(held['decided_share_min'])}, is asked why.",
                f"{joined([str(role) for role in held['roles']]).capitalize()} sign before a release; a release can be "
                "suspended or withdrawn at any time, with letters to all who received a list.",
            )
        ),
    )


def check_blocks(facts: PublicFacts) -> tuple[Block, ...]:
    """Every check with its result."""
    rows = tuple(
        (str(c["name"]), STATUS_TAGS[c["status"]], "Yes" if c["blocks"] else "No", str(c["text"]))
        for c in facts.checks
    )
    lead = (
        "Only passed counts as passed. A check with too few people to assess has not been passed. The policy, which "
        "was declared before the run, says which results stand in the way of a release."
    )
    columns = ("Check", "Result", "Stands in the way", "What was found")
    return (Paragraph(lead), Table("Checks made before release", columns, rows))


def sign_off_blocks(facts: PublicFacts) -> tuple[Block, ...]:
    """Author, signatures, certificate, waivers."""
    signed = tuple((str(s["name"]), str(s["role"]), plain_date(s["on"])) for s in facts.sign_offs)
    waived = tuple(
        (str(w["check"]), str(w["reason"]), str(w["by"]), plain_date(w["until"])) for w in facts.waivers
    )
    blocks: list[Block] = [Facts((("Author", facts.author), ("Authority", facts.authority))), decision(facts)]
    if signed:
        blocks.append(Table("Signed by", ("Name", "Role", "On"), signed))
    if waived:
        blocks.append(Table("Waivers", ("Check", "Reason", "By", "Until"), waived))
    else:
        blocks.append(Paragraph("No check was waived."))
    if facts.unfilled:
        blocks += [
            Paragraph("What nobody has filled yet, in authority.yaml:"),
            Bullets(tuple(facts.unfilled)),
        ]
    return tuple(blocks)


def decision(facts: PublicFacts) -> Inset:
    """Where the run stands, in a sentence."""
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
    return Inset(
        f"Certificate {facts.certificate['id']}, ends on {plain_date(facts.certificate['expires'])}."
    )


def hidden_blocks(facts: PublicFacts) -> tuple[Block, ...]:
    """How many numbers are not printed, and why; each cell is named in the JSON of the card."""
    if not facts.hidden:
        return (Paragraph("No number had to be hidden."),)
    why: dict[str, int] = {}
    for each in facts.hidden:
        why[each["why"]] = why.get(each["why"], 0) + 1
    return (
        Paragraph(
            'Numbers that would tell of 1 to 5 children are shown as "c", and so is every number by which one of these '
            "could be worked out, from any table of this card or from an earlier release. card.json names each."
        ),
        Table(
            "Hidden numbers", ("Why", "How many"), tuple((words, str(n)) for words, n in why.items()), (1,)
        ),
    )


def _share(value: float | None) -> str:
    return percent(value, 1) if value is not None and known(value) else "not known"


def _points(value: float | None) -> str:
    return number(value * 100, 1) if value is not None and known(value) else "not known"


def _change(each: Mapping[str, Any]) -> str:
    ends = [each[f"precision_{name}"] for name in ("change", "lower", "upper")]
    if not known(*ends):
        return "not known"
    middle, low, high = (f"{end * 100:+.1f}" for end in ends)
    return f"{middle} points ({low} to {high})"
