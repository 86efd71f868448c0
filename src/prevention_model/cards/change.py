"""What a rise means on this card, how many children have none, and at which ages the model is used."""

from collections.abc import Mapping, Sequence
from typing import Any

from prevention_model.disclosure import printed
from prevention_model.pages.document import Block, Inset, Paragraph, Table
from prevention_model.pages.words import about_of, about_range, number

_OF = 20
_DIRECTIONS = {
    "rising": "Rising",
    "steady": "Steady",
    "falling": "Falling",
    "no_earlier_level": "Not known: no earlier level of the child's own",
    "not_learnt": "Not known: nothing tells how reliable a change is",
}
_VERDICTS = {
    "better": "Better than every simple rule: scored",
    "not shown to be better": "Not shown to be better: scored",
    "worse": "A simple rule is better: not scored",
    "no better than a coin": "Not shown to be better than a coin: not scored",
    "too few to tell": "Too few to tell: scored, as the whole is",
}


def change_blocks(held: Mapping[str, Any]) -> tuple[Block, ...]:
    """How far a change in level is believed, and how many children there are by the word for theirs."""
    rows = tuple((words, printed(held["children"].get(name, 0))) for name, words in _DIRECTIONS.items())
    return (
        Paragraph(
            f"A change is against the child's own level {held['over']} before, by the same model, less what all "
            f"children have. {_believed(held)}"
        ),
        Table("Children who can be ranked, by their change", ("Change", "Children"), rows, (1,)),
        Inset(
            "Not known says nothing either way. A child who was born or moved here since, or was not looked at then, "
            "has no earlier level; it is listed by its level like any other."
        ),
    )


def _believed(held: Mapping[str, Any]) -> str:
    share = held["share"]
    if share is None or share != share:
        return "The records do not reach far enough back to tell how reliable a change is, so no rise is claimed."
    return (
        f"Of what changes, {about_of(share, _OF)} parts are the child's own ({_range(held)}); the rest is chance in "
        "few records. Rising means that what is known has become more worrying: a reason to ask, and no finding."
    )


def _range(held: Mapping[str, Any]) -> str:
    shares = held["shares"] or [held["share"]]
    return f"{about_range(min(shares), max(shares), _OF)} by other draws of families"


def age_band_blocks(bands: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    """The verdict on each age band; nothing where the experiment groups no ages."""
    if not bands:
        return ()
    lead = Paragraph(
        f"Each age band is judged by itself, on {bands[0]['decided_on']}, against the simple rule that is best in it. "
        "Where the rule is better beyond chance, or the model not better than a coin, no child of that age is "
        "scored, and lists say so."
    )
    columns = (
        "Ages",
        "To whom it happened",
        "Best rule",
        "Model less rule (95% interval)",
        "AUC (from)",
        "So",
    )
    return (lead, Table("Age bands", columns, tuple(_band(band) for band in bands)))


def _band(held: Mapping[str, Any]) -> tuple[str, ...]:
    ages, verdict = str(held["ages"]).removeprefix("ages ").capitalize(), _VERDICTS[held["verdict"]]
    if held["onsets"] is None or held["rows"] is None:
        return (ages, "c", "c", "c", "c", verdict)
    ends = [held[name] for name in ("difference", "low", "high")]
    difference = (
        "not known" if not _known(*ends) else "{} ({} to {})".format(*(number(end, 3) for end in ends))
    )
    areas = [held["auc"], held["auc_low"]]
    area = "not known" if not _known(*areas) else "{} ({})".format(*(number(each) for each in areas))
    return (
        ages,
        printed(held["onsets"]),
        str(held["rival"]).replace("_", " ") or "none",
        difference,
        area,
        verdict,
    )


def _known(*values: Any) -> bool:
    return all(value is not None and value == value for value in values)
