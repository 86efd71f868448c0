"""Who is being watched: what is left of the figures among children whom agencies have seen as often."""

from collections.abc import Mapping, Sequence
from typing import Any

from prevention_model.disclosure import printed
from prevention_model.pages.document import Block, Inset, Paragraph, Table
from prevention_model.pages.words import about_of, joined, number, percent

_OF = 20
_WATCHED = {
    "low": "little: it is recorded for everybody, or by those who come of themselves",
    "some": "in part: one agency decides about it, or has to keep in touch",
    "high": "much: it is recorded where somebody reported, referred or stopped the child",
}
_LEVELS = ("Children, at each date", "To whom it happened", "The levels say", "It happened to")


def watching_blocks(held: Mapping[str, Any]) -> tuple[Block, ...]:
    """Sentences and tables of the section; what could not be looked at is said."""
    how_far = _WATCHED.get(str(held["watched"]), "to an extent that nobody has stated")
    lead = Paragraph(
        "What happened is what an agency recorded, and agencies record whom they see. A family that is seen often has "
        "more on record before, and is found more often after, whether or not it needs more. Whether this outcome is "
        f"on record depends on who is watched {how_far}."
    )
    return (
        lead,
        *_matched(held["matched"]),
        *_without(held["without"], held["own_agency"]),
        *_agreement(held["agreement"]),
        *_helped(held["helped"]),
    )


def _matched(held: Mapping[str, Any]) -> tuple[Block, ...]:
    if held["why_not"]:
        return (Paragraph(f"Children seen as often could not be compared. {held['why_not']}"),)
    plain, matched = held["plain"]["auc"][0], held["matched"]["auc"][0]
    blocks: list[Block] = [
        Paragraph(
            "Of two children, one to whom it happened and one to whom it did not, the first has the higher level "
            f"{_times(plain)}. Where both had been seen as often by agencies it is {_times(matched)}"
            f"{_interval(held['matched']['auc'])}, and by the number of contacts alone "
            f"{_times(held['by_contacts_alone'])}. A coin would be right 10 of 20 times."
        )
    ]
    if _known(held["share_lost"]):
        blocks.append(
            Paragraph(
                f"So about {percent(min(max(held['share_lost'], 0), 1))} of what the ranking tells beyond a coin is "
                "who had been seen more often. "
                f"{_unmatched(held['unmatched'])}"
            )
        )
    blocks.append(
        Table(
            f"By number of contacts ({joined([str(name).replace('_', ' ') for name in held['counted']])})",
            ("Contacts", *_LEVELS, "AUC among them"),
            _level_rows(held["bands"]),
            (1, 2, 3, 4, 5),
        )
    )
    return tuple(blocks)


def _unmatched(count: int | None) -> str:
    if count == 0:
        return "Every child to whom it happened had somebody to be compared with."
    return f"{printed(count)} to whom it happened had nobody to be compared with."


def _without(held: Mapping[str, Any], own: Mapping[str, Any]) -> tuple[Block, ...]:
    said: list[Block] = []
    if not own["why_not"]:
        said.append(
            Paragraph(
                f"The outcome is read from the records of {own['in_words']}. {own['features']} of "
                f"{own['of_features']} features are from there too, and {percent(own['share_of_contributions'])} of "
                "what moves levels."
            )
        )
    if held["why_not"]:
        return (*said, Paragraph(f"It was not tried without some of the features. {held['why_not']}"))
    rows = [("All features", "0", held["whole"], None)]
    for name, part in (("contacts", "Without contacts"), ("own_agency", "Without the outcome's own agency")):
        if not held[name]["why_not"]:
            rows.append((part, str(len(held[name]["left_out"])), held[name], held[name]["lost"]))
    said.append(
        Table(
            f"The same model made again on {held['taught']:,} of {held['of']:,} rows, without some features",
            ("Made", "Features left out", "AUC", "Average precision", "AUC lost", "95% interval"),
            tuple(_ablation_row(*row) for row in rows),
            (1, 2, 3, 4, 5),
        )
    )
    return (*said, *((Inset(held["warning"], strong=True),) if held["warning"] else ()))


def _ablation_row(
    name: str, left_out: str, held: Mapping[str, Any], lost: Sequence[float] | None
) -> tuple[str, ...]:
    figures = (_figure(held["auc"][0], 3), _figure(held["average_precision"][0], 3))
    if lost is None:
        return (name, left_out, *figures, "", "")
    return (name, left_out, *figures, _figure(lost[0], 3), f"{_figure(lost[1], 3)} to {_figure(lost[2], 3)}")


def _agreement(held: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    if not held:
        return ()
    lead = Paragraph(
        "A need that is real should show in outcomes that nobody has to look for as well. Of the tenth of children "
        "with the highest levels here, this is to how many the other outcomes happened."
    )
    names = (
        "Other outcome",
        "Depends on watching",
        "Likeness of ranking",
        "Of the tenth here",
        "Of its own tenth",
        "Of all",
    )
    return (lead, Table("Other outcomes", names, tuple(_agreement_row(row) for row in held), (2, 3, 4, 5)))


def _agreement_row(row: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("rate_in_top", "own_top", "base_rate")
    shares = ("c",) * 3 if row["onsets"] is None else tuple(_share(row[name]) for name in names)
    watched = str(row["watched"]).replace("_", " ")
    return (str(row["in_words"]).capitalize(), watched, _figure(row["correlation"], 2), *shares)


def _helped(held: Mapping[str, Any]) -> tuple[Block, ...]:
    if held["why_not"]:
        return (Paragraph(f"Children who were helped could not be told apart. {held['why_not']}"),)
    lead = Paragraph(
        "Help that works keeps it from happening, so that among children who were helped a right level looks too high, "
        "and a model that learns from them takes help for safety. They are shown apart. Who began to be helped after "
        "the date was not known on it."
    )
    rows = _level_rows([{**row, "part": str(row["part"]).capitalize()} for row in held["parts"]])
    return (lead, Table("Levels by help", ("Help", *_LEVELS, "AUC among them"), rows, (1, 2, 3, 4, 5)))


def _level_rows(parts: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, ...], ...]:
    """One row a part."""
    return tuple(
        (
            str(row["part"]),
            printed(row["rows"]),
            printed(row["cases"]),
            *("c" if row["observed"] is None else _share(row[name]) for name in ("expected", "observed")),
            "c" if row["observed"] is None else _figure(row["auc"], 2),
        )
        for row in parts
    )


def _times(area: float | None) -> str:
    return (
        f"{about_of(float(area), _OF)} times" if area is not None and _known(area) else "not known how often"
    )


def _interval(area: Sequence[float]) -> str:
    if not _known(*area):
        return ""
    return f" (AUC {number(area[0])}, 95% interval {number(area[1])} to {number(area[2])})"


def _share(value: float | None) -> str:
    return percent(value, 1) if _known(value) else "not known"


def _figure(value: float | None, places: int) -> str:
    return number(float(value), places) if value is not None and _known(value) else "not known"


def _known(*values: Any) -> bool:
    return all(value is not None and value == value for value in values)
