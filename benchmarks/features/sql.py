"""What the two databases share: a feature as an SQL aggregate, and who lives with whom at an index date.

Tables that they make first: `asked(pair, person, index_date)` for everybody whose rows are looked at;
`member(pair, person_id, index_date)` for the children asked about; `other(pair, of, is_adult)` for the pairs of
the others of each member's household.
"""

from collections.abc import Iterable

from benchmarks.features.plain import Plain


def aggregate(item: Plain, distinct: str) -> str:
    """One aggregate over the rows of one source that a pair sees, with its condition inside a CASE WHEN.

    `distinct` is how the database counts different codes, which stand in place of `{}`.
    """
    conditions = []
    if item.has_window:
        conditions.append(f"{item.dated_by} <= {item.window}")
    if item.codes is not None:
        conditions.append(f"code IN ({', '.join(map(str, item.codes))})")
    if item.ended:
        conditions.append("ended")
    amount = _amount(item)
    if conditions:
        amount = f"CASE WHEN {' AND '.join(conditions)} THEN {amount} END"
    if item.function == "distinct":
        return distinct.format(amount)
    return f"{'avg' if item.function == 'mean' else item.function}({amount})"


def _amount(item: Plain) -> str:
    if item.amount == "row":
        return "1"
    if item.amount == "open":
        return "CASE WHEN ended THEN 0 ELSE 1 END"
    if item.amount == "days":
        until = "age" if item.window is None else f"least(age, {item.window})"
        return f"greatest(0, {until} - to_age)"
    return item.amount


def named(items: Iterable[Plain], distinct: str = "count(DISTINCT {})") -> str:
    """The aggregates of several features, each with its name."""
    return ",\n".join(f"{aggregate(item, distinct)} AS {item.name}" for item in items)


def over_others(items: Iterable[Plain]) -> str:
    """The answers of the others of a household as one answer each."""
    return ",\n".join(f"{item.over_others}({item.name}) AS {item.name}" for item in items)


def filled(item: Plain, table: str) -> str:
    """The column of the matrix: a pair without rows has 0 where the answer is a total."""
    name = f"{table}.{item.name}"
    if item.home and item.is_total:
        return at_home(name, item.name)
    value = f"coalesce({name}, 0)" if item.is_total else name
    return f"CAST({value} AS DOUBLE PRECISION) AS {item.name}"


def at_home(name: str, made: str) -> str:
    """A total over the others of a household: missing where nobody knows the household."""
    return (
        f"CAST(CASE WHEN household_id IS NOT NULL THEN coalesce({name}, 0) END AS DOUBLE PRECISION) AS {made}"
    )
