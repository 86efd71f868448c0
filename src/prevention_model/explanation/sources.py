"""Where a reason comes from: the source and the date of the latest fact that it rests on."""

import itertools
from collections.abc import Iterator, Sequence

import pandas as pd

from prevention_model.features import Declared
from prevention_model.query import Aggregate, Change, DaysSinceLast, Question, Share, SpellsEnded
from prevention_model.records.records import Records

_KIND = {"event": "kind", "spell": "kind", "measurement": "kind", "attribute": "name"}
_DATES = {
    "event": ("event_date", "known_date"),
    "spell": ("start_date", "known_start"),
    "measurement": ("event_date", "known_date"),
    "attribute": ("event_date", "known_date"),
}
_ENDED = "spell, ended"


def as_at_dates(
    records: Records, reasons: pd.DataFrame, features: Sequence[Declared], families: pd.DataFrame
) -> pd.DataFrame:
    """`reasons` (person_id, index_date, feature) with `source` and `as_at` of the latest fact then known.

    `families` (person_id, member_id) says whose facts a reason of household scope may rest on; the child's
    own are not among them. A derived feature rests on the facts of all that it is made from. Missing where the
    feature rests on no dated fact (age, say), and for brothers and sisters, parents and the area: whose fact it was
    may be known to nobody in this home.
    """
    asks = [(feature.name, question) for feature in features for question in feature.questions]
    facts = pd.concat([*(_facts(records, table) for table in _DATES), _ends(records)], ignore_index=True)
    asked = reasons.reset_index(drop=True).reset_index(names="line")
    mine = asked.assign(member_id=asked["person_id"], scope="own")
    ours = asked.merge(families, on="person_id").assign(scope="household_others")
    ours = ours[ours["member_id"] != ours["person_id"]]
    needs = pd.DataFrame(
        [(name, question.scope, *need) for name, question in asks for need in _needs(question)],
        columns=["feature", "scope", "table", "kind", "asked_code", "asked_outcome"],
    )
    people = pd.concat([mine, ours], ignore_index=True).rename(columns={"kind": "said"})
    wanted = people.merge(needs, on=["feature", "scope"])
    keys = ["member_id", "table", "kind"]
    facts = facts[facts["member_id"].isin(wanted["member_id"])]
    joined = wanted.merge(facts, on=keys)
    joined = joined[(joined["date"] < joined["index_date"]) & (joined["known"] < joined["index_date"])]
    for name in ("code", "outcome"):
        joined = joined[joined[f"asked_{name}"].isna() | (joined[f"asked_{name}"] == joined[name])]
    latest = joined.sort_values(["line", "date", "source"]).drop_duplicates("line", keep="last")
    latest = latest.set_index("line")[["source", "date"]].reindex(asked["line"]).reset_index(drop=True)
    return reasons.reset_index(drop=True).assign(source=latest["source"], as_at=latest["date"])


def _needs(question: Question) -> Iterator[tuple[str, str, str | None, str | None]]:
    """Table, kind, code and outcome of the facts that a question is about; None for any code or outcome."""
    for part in _parts(question.aggregate):
        outcomes = part.outcomes if isinstance(part, SpellsEnded) else None
        read = dict.fromkeys((need.table, need.kind) for need in part.needs())
        for (table, kind), code, outcome in itertools.product(
            read, getattr(part, "codes", None) or (None,), outcomes or (None,)
        ):
            at_end = isinstance(part, DaysSinceLast) and part.at == "end"
            ended = table == "spell" and (at_end or isinstance(part, SpellsEnded))
            yield _ENDED if ended else table, kind, code, outcome


def _parts(whole: Aggregate) -> tuple[Aggregate, ...]:
    """What it is made of that reads rows itself."""
    if isinstance(whole, Change):
        return _parts(whole.of)
    return (whole.numerator, whole.denominator) if isinstance(whole, Share) else (whole,)


def _facts(records: Records, table: str) -> pd.DataFrame:
    frame = records.frames[table]
    happened, known = _DATES[table]
    blank = pd.Series(None, index=frame.index, dtype="str")
    return pd.DataFrame(
        {
            "member_id": frame["person_id"],
            "table": table,
            "kind": frame[_KIND[table]],
            "code": frame.get("code", blank),
            "outcome": frame.get("outcome", blank),
            "date": frame[happened],
            "known": frame[known],
            "source": frame["source"],
        }
    )


def _ends(records: Records) -> pd.DataFrame:
    """Spells by the day they ended, which is what a feature of ended spells rests on."""
    spell = records.frames["spell"]
    known = spell["known_end"].fillna(spell["end_date"])
    return _facts(records, "spell").assign(table=_ENDED, date=spell["end_date"], known=known)
