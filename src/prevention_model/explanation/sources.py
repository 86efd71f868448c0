"""Where a reason comes from: the source and the date of the latest fact that it rests on."""

import itertools
from collections.abc import Iterator, Sequence

import pandas as pd

from prevention_model.disclosure import is_small
from prevention_model.features import Declared
from prevention_model.query import Aggregate, Change, DaysSinceLast, Question, Scope, Share, SpellsEnded
from prevention_model.query.around import around_as_seen
from prevention_model.records.records import Records

_KIND = {"event": "kind", "spell": "kind", "measurement": "kind", "attribute": "name"}
_DATES = {
    "event": ("event_date", "known_date"),
    "spell": ("start_date", "known_start"),
    "measurement": ("event_date", "known_date"),
    "attribute": ("event_date", "known_date"),
}
_ENDED = "spell, ended"
_IN_THIS_HOME = ("own", "household_others")
_AROUND: tuple[Scope, ...] = ("siblings", "parents", "place")
"""Scopes whose people are found as then seen."""


def as_at_dates(
    records: Records, reasons: pd.DataFrame, features: Sequence[Declared], families: pd.DataFrame
) -> pd.DataFrame:
    """`reasons` (person_id, index_date, feature) with `source` and `as_at` of the latest fact then known.

    `families` (person_id, member_id) says whose facts a reason of household scope may rest on; the child's
    own are not among them. A derived feature rests on the facts of all that it is made from. Both are missing where
    the feature rests on no dated fact (age, say).

    A fact of a brother, sister or parent may be known to nobody in this home, and its day could tell them which event
    it was: such a reason names its source and no date. One about the area has a date where more than a few people of
    it (`disclosure.is_small`) have such facts, so that nobody is singled out, and its source alone where they are few.
    """
    asks = [(feature.name, question) for feature in features for question in feature.questions]
    asked = reasons.reset_index(drop=True).reset_index(names="line")
    needs = pd.DataFrame(
        [(name, question.scope, *need) for name, question in asks for need in _needs(question)],
        columns=["feature", "scope", "table", "kind", "asked_code", "asked_outcome"],
    )
    people = _whose(records, asked, needs, families)
    wanted = people.rename(columns={"kind": "said"}).merge(needs, on=["feature", "scope"])
    found = _known_facts(records, wanted)
    latest = found.sort_values(["line", "date", "source"]).drop_duplicates("line", keep="last")
    told = latest.assign(as_at=latest["date"].where(_may_be_dated(latest, found)))
    told = told.set_index("line")[["source", "as_at"]].reindex(asked["line"]).reset_index(drop=True)
    return reasons.reset_index(drop=True).assign(source=told["source"], as_at=told["as_at"])


def _whose(
    records: Records, asked: pd.DataFrame, needs: pd.DataFrame, families: pd.DataFrame
) -> pd.DataFrame:
    """The lines of `asked`, each with the scopes of its feature and with each person (member_id) they are about."""
    mine = asked.assign(member_id=asked["person_id"], scope="own")
    ours = asked.merge(families, on="person_id").assign(scope="household_others")
    parts = [mine, ours[ours["member_id"] != ours["person_id"]]]
    for scope in _AROUND:
        lines = asked[asked["feature"].isin(needs.loc[needs["scope"] == scope, "feature"])]
        pairs = lines[["person_id", "index_date"]].drop_duplicates(ignore_index=True)
        if len(pairs):
            around = around_as_seen(records.frames, pairs, scope)
            parts.append(lines.merge(around, on=["person_id", "index_date"]).assign(scope=scope))
    return pd.concat(parts, ignore_index=True)


def _known_facts(records: Records, wanted: pd.DataFrame) -> pd.DataFrame:
    """The lines of `wanted` with each fact that they may rest on, as known before their index date."""
    facts = pd.concat([*(_facts(records, table) for table in _DATES), _ends(records)], ignore_index=True)
    facts = facts[facts["member_id"].isin(wanted["member_id"]) & facts["kind"].isin(wanted["kind"])]
    joined = wanted.merge(facts, on=["member_id", "table", "kind"])
    joined = joined[(joined["date"] < joined["index_date"]) & (joined["known"] < joined["index_date"])]
    for name in ("code", "outcome"):
        joined = joined[joined[f"asked_{name}"].isna() | (joined[f"asked_{name}"] == joined[name])]
    return joined


def _may_be_dated(latest: pd.DataFrame, found: pd.DataFrame) -> pd.Series:
    """Whether the day of each latest fact may be told, by whose fact it is."""
    area = found[found["scope"] == "place"]
    people = latest["line"].map(area.groupby("line")["member_id"].nunique()).fillna(0)
    many = people.map(lambda number: number > 0 and not is_small(int(number)))
    return latest["scope"].isin(_IN_THIS_HOME) | ((latest["scope"] == "place") & many)


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
