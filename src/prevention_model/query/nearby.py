"""Which rows a part of the children needs: their own, and those of the people around them, as SQL.

Any way of parting the children gives the same answers, as long as a part holds the rows of everybody around its
children: whoever ever lived in a household of theirs, their parents, and the other children of those. Children are
parted by household, so that few rows are wanted in two parts; those of movers and of families in two homes are
copied. An area is too many people to copy: the scope "place" is asked apart, in parts by area, to each of which
come all who ever lived there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from prevention_model.query.question import CARING, PARENTS, SIBLING, Question
from prevention_model.query.tall import AREA, ASKED, COLUMNS, HELD, Dialect, tall_columns

READ = ("event", "measurement", "attribute", "spell", "place", "household", "relationship", "person")
"""The tables of the records that the statements read, each as a view of its own name."""

_ROWS = READ[:5]
_HELD = ", ".join(f"tall.{name}" for name in COLUMNS)
_KNOWN = "COALESCE(CAST(CAST(known_date AS DATE) AS STRING), '0000-00-00')"
_LATEST_HOME = f"SUBSTRING(MAX(CONCAT({_KNOWN}, household_id)), 11)"


@dataclass(frozen=True)
class Reads:
    """What some questions read: each (table, kind), and whether anybody reads the rows of people around for it."""

    kinds: dict[tuple[str, str], bool]
    scopes: frozenset[str]

    @classmethod
    def of(cls, questions: Iterable[Question]) -> "Reads":
        """What these questions read.

        >>> from prevention_model.query import Count, Lookback
        >>> Reads.of([Question(Count("event", "contact"), Lookback("all"))]).kinds
        {('event', 'contact'): False}
        """
        kinds: dict[tuple[str, str], bool] = {}
        scopes = set()
        for question in questions:
            scopes.add(question.scope)
            for need in question.aggregate.needs():
                key = need.table, need.kind
                kinds[key] = kinds.get(key, False) or question.scope != "own"
        return cls(kinds, frozenset(scopes))

    def table(self) -> pa.Table:
        """The kinds as rows of tag, kind, around; the statements read it as `kinds`."""
        listed = [(table, kind, int(around)) for (table, kind), around in sorted(self.kinds.items())]
        columns = [list(part) for part in zip(*listed, strict=True)] or [[], [], []]
        types = (pa.string(), pa.string(), pa.int32())
        arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
        return pa.table(dict(zip(("tag", "kind", "around"), arrays, strict=True)))

    @property
    def tables(self) -> list[str]:
        """The tables of rows that are read."""
        return [table for table in _ROWS if any(table == read for read, _ in self.kinds)]


def pairs_looked_at(dialect: Dialect, *, earlier: bool, answered: bool) -> str:
    """The pairs of {members}, as the other statements read them under {asked}: person_id, index_date, wanted, answers.

    With `earlier`, those too that {earlier} (index_date, looked_at) adds, which are not wanted themselves; with
    `answered`, the answers of {answered} (person_id, index_date, answers) beside them.
    """
    pairs = "SELECT person_id, CAST(index_date AS DATE) AS index_date, 1 AS wanted FROM {members}"
    if earlier:
        pairs = f"""
            SELECT person_id, index_date, SUM(wanted) AS wanted FROM (
                {pairs} UNION ALL SELECT m.person_id, e.looked_at, 0 FROM {{members}} m
                JOIN {{earlier}} e ON e.index_date = CAST(m.index_date AS DATE)
            ) p GROUP BY person_id, index_date"""
    if not answered:
        return f"SELECT p.*, CAST(NULL AS {dialect.doubles}) AS answers FROM ({pairs}) p"
    return f"""
        SELECT p.*, a.answers FROM ({pairs}) p LEFT JOIN {{answered}} a
        ON a.person_id = p.person_id AND a.index_date = p.index_date"""


def by_family(questions: Sequence[Question], dialect: Dialect, parts: int) -> str:
    """Tall rows, each with its `part`, for questions of every scope but "place".

    Besides the records it reads {asked} (person_id, index_date, wanted, answers) and {kinds}.
    """
    reads = Reads.of(questions)
    near = ["SELECT part, person_id, 1 AS own FROM kin"]
    tall = [_rows(ASKED, dialect, around="0"), _rows("person", dialect), *_rows_read(reads, dialect)]
    if "household_others" in reads.scopes:
        near.append(
            "SELECT k.part, o.person_id, 0 FROM kin k JOIN {household} h ON h.person_id = k.person_id "
            "JOIN {household} o ON o.household_id = h.household_id"
        )
        tall.append(_rows("household", dialect))
    if reads.scopes & {"parents", "siblings"}:
        near.append(f"SELECT k.part, r.other_id, 0 FROM kin k {_tied('person_id', (*CARING, *SIBLING))}")
        tall += [_rows("relationship", dialect, key=key) for key in ("person_id", "other_id")]
    if "siblings" in reads.scopes:
        near.append(
            f"SELECT k.part, o.person_id, 0 FROM kin k {_tied('person_id', PARENTS)} "
            f"JOIN {{relationship}} o ON o.other_id = r.other_id AND o.role IN {_listed(PARENTS)}"
        )
        near.append(f"SELECT k.part, r.person_id, 0 FROM kin k {_tied('other_id', SIBLING)}")
    part = dialect.part("COALESCE(h.household_id, c.person_id)", parts)
    return f"""
        WITH kin AS (
            SELECT c.person_id, {part} AS part FROM (SELECT DISTINCT person_id FROM {{asked}}) c
            LEFT JOIN (
                SELECT person_id, {_LATEST_HOME} AS household_id FROM {{household}}
                WHERE household_id IS NOT NULL GROUP BY person_id
            ) h ON h.person_id = c.person_id
        ), near AS (
            SELECT part, person_id, MAX(own) AS own FROM ({_all(near)}) n GROUP BY part, person_id
        ), tall AS ({_all(tall)})
        SELECT n.part, {_HELD} FROM tall JOIN near n ON tall.near_id = n.person_id
        WHERE n.own = 1 OR tall.around = 1"""


def by_area(questions: Sequence[Question], dialect: Dialect, parts: int) -> str:
    """Tall rows, each with its `part`, for questions of the scope "place". Reads what `by_family` reads.

    A pair comes to each part where its person ever lived; it belongs to the one of its area as then seen, which is
    among the rows tagged `AREA`.
    """
    reads = Reads.of(questions)
    homes = "WHERE kind = 'home' AND lsoa IS NOT NULL"
    tall = [
        _rows(ASKED, dialect), _rows("person", dialect), f"{_rows('place', dialect)} WHERE t.kind = 'home'",
        *(f"{rows} AND NOT (t.kind = 'home' AND k.tag = 'place')" if "{place}" in rows else rows
          for rows in _rows_read(reads, dialect)),
    ]  # fmt: skip
    return f"""
        WITH near AS (SELECT DISTINCT {dialect.part("lsoa", parts)} AS part, person_id FROM {{place}} {homes}),
        tall AS ({_all(tall)})
        SELECT n.part, {_HELD} FROM tall JOIN near n ON tall.near_id = n.person_id
        UNION ALL
        SELECT {dialect.part("t.lsoa", parts)}, {tall_columns(AREA, dialect)}
        FROM (SELECT DISTINCT lsoa FROM {{place}} {homes}) t"""


def _rows(tag: str, dialect: Dialect, *, key: str = "person_id", around: str = "1") -> str:
    """The rows of a table under the person `key`; `around` is 1 where others' parts want them too."""
    return f"SELECT t.{key} AS near_id, {around} AS around, {tall_columns(tag, dialect)} FROM {{{tag}}} t"


def _rows_read(reads: Reads, dialect: Dialect) -> list[str]:
    """The rows of the kinds that are read."""
    return [
        f"{_rows(table, dialect, around='k.around')} JOIN {{kinds}} k "
        f"ON k.tag = '{table}' AND k.kind = t.{next(iter(HELD[table]))}"
        for table in reads.tables
    ]


def _tied(side: str, roles: Sequence[str]) -> str:
    return f"JOIN {{relationship}} r ON r.{side} = k.person_id AND r.role IN {_listed(roles)}"


def _listed(roles: Sequence[str]) -> str:
    return f"({', '.join(repr(role) for role in roles)})"


def _all(selects: Sequence[str]) -> str:
    return " UNION ALL ".join(selects)
