"""How a model was judged: beside simple rules, by its calibration, by what it is worth, and by making it again."""

from typing import Any

from prevention_model.cards.change import age_band_blocks
from prevention_model.cards.periods import period_blocks
from prevention_model.cards.public import PublicFacts
from prevention_model.cards.telling import OF, known
from prevention_model.pages.bar_charts import bars_chart
from prevention_model.pages.benefit_charts import benefit_chart
from prevention_model.pages.charts import Bin, Point, calibration_chart, rivals_chart
from prevention_model.pages.document import Block, Bullets, Link, Paragraph, Picture
from prevention_model.pages.line_charts import Line
from prevention_model.pages.words import about_of, number, percent, plural

_ENDS = ("expected", "observed", "low", "high")


def rival_blocks(facts: PublicFacts) -> tuple[Block, ...]:
    """The model and the simple rules at the same list length, and at which ages it is used."""
    points = [
        Point(str(r["name"]), *(_number(r[key]) for key in ("value", "low", "high"))) for r in facts.rivals
    ]
    blocks: list[Block] = [
        Paragraph(
            "Every way below filled lists of the same length from the same children at the same dates."
        ),
        Picture(rivals_chart(points)),
        *age_band_blocks(facts.age_bands),
    ]
    if facts.comparison:
        blocks.append(Link("Which model, why, by how much, and how steady", facts.comparison))
    return tuple(blocks)


def calibration_blocks(facts: PublicFacts) -> tuple[Block, ...]:
    """The slope, and what happened at each tenth of the levels."""
    held = facts.calibration
    slope, low, high = (
        number(float(held[key])) if known(held[key]) else "not known"
        for key in ("slope", "slope_low", "slope_high")
    )
    shown = [each for each in held["bins"] if known(each["observed"])]
    blocks: list[Block] = [
        Paragraph(
            "If it says one in ten, does it happen to one in ten? Looked at on later data, never seen while the "
            f"model was made. Calibration slope: {slope} (95% interval {low} to {high}); 1 is exact, and below 1 "
            "the model is too sure of itself."
        )
    ]
    if shown:
        bins = [Bin(**{name: each[name] for name in _ENDS}, people=each["people"]) for each in shown]
        blocks.append(Picture(calibration_chart(bins)))
    if len(shown) < len(held["bins"]):
        few = len(held["bins"]) - len(shown)
        blocks.append(Paragraph(f"{plural(few, 'group is', 'groups are')} too small to show."))
    return tuple(blocks)


def worth_blocks(facts: PublicFacts) -> tuple[Block, ...]:
    """The decision curve: what asking by the model is worth once asking in vain is paid for."""
    points = facts.decision_curve["points"]
    lead = Paragraph(
        "How many families may be asked in vain for one that is found? That is for a board to say, and no data can. "
        "At each answer this is what is left of the children found once those asked in vain are paid for; the simple "
        f"rule ({facts.decision_curve['rival']}) asks as many children as the model does."
    )
    if all(each["model"] is None for each in points):
        return (lead, Paragraph("Too few children reach any of these levels: nothing can be shown."))
    lines = [
        Line("This model", tuple(each["model"] for each in points), "chosen"),
        Line(f"As many by {facts.decision_curve['rival']}", tuple(each["rival"] for each in points), "rival"),
    ]
    chart = benefit_chart(
        [each["threshold"] for each in points], lines, [each["everybody"] for each in points]
    )
    return (lead, Picture(chart))


def stability_blocks(facts: PublicFacts) -> tuple[Block, ...]:
    """The periods, and the model made again on other draws of families."""
    held = facts.stability
    return (
        *period_blocks(facts.periods),
        Paragraph(
            f"The model was made again {plural(int(held['refits']), 'time', 'times')} on resampled families. "
            f"On average {about_of(float(held['overlap']), OF)} families of its list were listed again."
        ),
    )


def explanation_blocks(facts: PublicFacts) -> tuple[Block, ...]:
    """How reasons come about, what moves levels, and the strengths that are looked for."""
    held = facts.explained
    against = [
        f"Held against {each['by']} on {each['rows']:,} rows, the largest difference is {each['difference']:.1g}. "
        for each in held["held_against"]
    ]
    blocks: list[Block] = [
        Paragraph(
            "Every reason on a list is a sentence about something on record, with its source and date. What stands "
            "there is what moved the level of that child most, by exact contributions (TreeSHAP) added up by theme, "
            "so that two features that say the same do not hide each other. "
            f"{''.join(against)}A reason says what the model looked at. It does not say what caused anything."
        )
    ]
    if held["themes"]:
        points = [Point(str(each["theme"]), float(each["share"])) for each in held["themes"]]
        largest = held["themes"][0]
        chart = bars_chart(
            points,
            title="What moves levels, by theme",
            quantity="Share of what moves levels",
            description=f"A bar for each theme, the largest first: {largest['theme']}, {percent(largest['share'])}.",
            name="themes",
        )
        blocks.append(Picture(chart))
    blocks += [Paragraph("Strengths have equal standing:"), Bullets(tuple(facts.strengths))]
    return tuple(blocks)


def _number(value: Any) -> float | None:
    return float(value) if known(value) else None
