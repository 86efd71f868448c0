"""What several rows or returns say of one thing is said once: as the latest return has it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from prevention_model.records.extract import Extract

_DATES = {
    "event": "event_date",
    "attribute": "event_date",
    "measurement": "event_date",
    "spell": "start_date",
}
_NAMES = {"attribute": "name"}
_SEVERAL = {"assessment_factor": "code", "pre_proceedings": "code", "disability": "value"}
"""Kinds of which a child may have several on one day, and the column that tells them apart."""

_CONFERENCE = ("event", "icpc")


def once(extracts: Sequence[Extract]) -> list[Extract]:
    """The extracts, given in order of time, with each canonical row only where the latest return has it.

    A conference stands both in a referral and in its enquiry. Everything else that stands twice, stands in the
    flat form and in another return.
    """
    # Within one flat table, each thing is told by one row already.
    flat = len(extracts) > 1 and any(extract.module == "flat" for extract in extracts)
    pieces: dict[tuple[str, str], list[_Piece]] = {}
    for piece in _pieces(extracts):
        if flat or piece.kind == _CONFERENCE:
            pieces.setdefault(piece.kind, []).append(piece)
    kept = {piece.place: frame for some in pieces.values() for piece, frame in _latest(some, extracts)}
    return [
        replace(
            extract,
            frames={
                table: [kept.get((number, table, place), part) for place, part in enumerate(parts)]
                for table, parts in extract.frames.items()
            },
        )
        for number, extract in enumerate(extracts)
    ]


@dataclass(frozen=True)
class _Piece:
    """Rows of one kind that one table gave; `place` is which extract, table and frame."""

    place: tuple[int, str, int]
    kind: tuple[str, str]
    frame: pd.DataFrame


def _pieces(extracts: Sequence[Extract]) -> Iterator[_Piece]:
    for number, extract in enumerate(extracts):
        for table, parts in extract.frames.items():
            for place, frame in enumerate(parts):
                if table in _DATES and len(frame):
                    named = str(frame[_NAMES.get(table, "kind")].iloc[0])
                    yield _Piece((number, table, place), (table, named), frame)


def _latest(pieces: Sequence[_Piece], extracts: Sequence[Extract]) -> Iterator[tuple[_Piece, pd.DataFrame]]:
    """Each piece with only those rows that no later return says again; within a return the first counts."""
    sizes = [len(piece.frame) for piece in pieces]
    periods = [extracts[piece.place[0]].period for piece in pieces]
    ends = np.repeat([period.end.toordinal() if period else 0 for period in periods], sizes)
    keys = np.concatenate([_keys(piece, extracts[piece.place[0]]) for piece in pieces])
    order = np.argsort(-ends, kind="stable")
    again = np.empty(len(keys), dtype=bool)
    again[order] = pd.Series(keys[order]).duplicated().to_numpy()
    for piece, gone in zip(pieces, np.split(again, np.cumsum(sizes)[:-1]), strict=True):
        yield piece, piece.frame[~gone].reset_index(drop=True) if gone.any() else piece.frame


def _keys(piece: _Piece, extract: Extract) -> np.ndarray:
    """A number for each row's child, day and, where a child may have several, what it is."""
    frame, (table, named) = piece.frame, piece.kind
    mentions = extract.mentions.reindex(frame["mention"])
    who = pd.Series(f"row {piece.place[0]} " + frame["mention"].astype("str"))
    for name in ("upn", "la_person_id"):
        said = mentions[name].reset_index(drop=True)
        who = said.where(said.notna(), who)
    told = pd.DataFrame({"who": who, "day": frame[_DATES[table]].to_numpy()})
    if named in _SEVERAL:
        told["which"] = frame[_SEVERAL[named]].to_numpy()
    return pd.util.hash_pandas_object(told, index=False).to_numpy()
