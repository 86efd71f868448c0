"""Rows with a known outcome, and the groups to compare among them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from prevention_model.audit.evidence import OutcomeEvidence
from prevention_model.errors import WrongUsage
from prevention_model.metrics import top_within
from prevention_model.settings.policy import Policy

CROSS = " x "
# More is a mistake in the evidence (a school, a street, an age in days), and would say nothing of anybody.
MOST_GROUPS = 200


@dataclass(frozen=True, eq=False)
class Known:
    """Rows whose outcome is known: who, and of which family (numbers), happened (1 or 0), level, listed, and `wide`:
    among the highest levels of all children at that index date, by the policy's wider cut."""

    people: npt.NDArray
    families: npt.NDArray
    happened: npt.NDArray[np.float64]
    level: npt.NDArray[np.float64]
    listed: npt.NDArray[np.bool_]
    wide: npt.NDArray[np.bool_]
    groups: pd.DataFrame

    def cuts(self, policy: Policy) -> dict[str, npt.NDArray[np.bool_]]:
        """Who is chosen at each cut to judge at, by its name; list capacity only where anybody was listed."""
        cuts = {"the list": self.listed} if self.listed.any() else {}
        return cuts | {f"the highest {policy.wider_cut:.0%}": self.wide}


@dataclass(frozen=True, eq=False)
class Grouping:
    """One way of dividing children: `labels` (G), `codes` (n) into them, and distinct `people` and `cases`
    (people to whom it happened) by label."""

    name: str
    labels: tuple[str, ...]
    codes: npt.NDArray[np.intp]
    people: npt.NDArray[np.intp]
    cases: npt.NDArray[np.intp]

    @property
    def members(self) -> npt.NDArray[np.float64]:
        """n x G, 1 where the row is in the group."""
        return (self.codes[:, None] == np.arange(len(self.labels))).astype(np.float64)

    def share(self, hits: npt.NDArray[np.bool_], of: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """By label, the share of the rows in `of` that are in `hits`; NaN where there are none."""
        size = len(self.labels)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.bincount(self.codes[of & hits], minlength=size) / np.bincount(
                self.codes[of], minlength=size
            )

    def share_of_rows(self, of: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """By label, its share of the rows in `of`."""
        counts = np.bincount(self.codes[of], minlength=len(self.labels))
        return counts / max(int(of.sum()), 1)

    def counted(self, people: npt.NDArray, of: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
        """By label, how many distinct people have a row in `of`."""
        each = pd.DataFrame({"group": self.codes[of], "person": people[of]}).drop_duplicates()["group"]
        return np.bincount(each.to_numpy(dtype=np.intp), minlength=len(self.labels))


def known_rows(outcome: OutcomeEvidence, policy: Policy) -> Known:
    """The rows of `outcome` whose outcome is known. The wider cut is taken before any row is left out."""
    return _known_rows(outcome, policy.wider_cut)


# Every check asks for the same rows and groups: they are made once for the outcome at hand.
@lru_cache(maxsize=2)
def _known_rows(outcome: OutcomeEvidence, wider_cut: float) -> Known:
    rows = outcome.predictions
    dates, _ = pd.factorize(rows["index_date"])
    sizes = np.ceil(np.bincount(dates) * wider_cut).astype(int)
    wide = top_within(rows["level"], sizes, dates, rows["person_id"].to_numpy(dtype=str))
    keep = rows["outcome"].notna().to_numpy()
    kept = rows[keep]
    return Known(
        people=pd.factorize(kept["person_id"])[0],
        families=pd.factorize(kept["family_id"])[0],
        happened=kept["outcome"].to_numpy(),
        level=kept["level"].to_numpy(),
        listed=kept["listed"].to_numpy(),
        wide=wide[keep],
        groups=outcome.groups[keep],
    )


def groupings(known: Known, policy: Policy) -> list[Grouping]:
    """Every grouping of the policy, intersections last. Raises WrongUsage when a column is missing,
    or holds too many groups to compare."""
    return list(_groupings(known, policy.groups, policy.intersections))


@lru_cache(maxsize=2)
def _groupings(
    known: Known, groups: tuple[str, ...], intersections: tuple[tuple[str, str], ...]
) -> tuple[Grouping, ...]:
    absent = [name for name in groups if name not in known.groups.columns]
    if absent or not groups:
        raise WrongUsage(
            f"There is no column for: {', '.join(absent) or 'any group'}.",
            where="groups",
            todo="Give every group of the policy.",
        )
    found = [grouping_of(name, known.groups[name], known) for name in groups]
    for pair in intersections:
        name = CROSS.join(pair)
        found.append(grouping_of(name, labels_of(known, name), known))
    many = [grouping.name for grouping in found if len(grouping.labels) > MOST_GROUPS]
    if many:
        raise WrongUsage(
            f"There are more than {MOST_GROUPS} groups in: {', '.join(many)}.",
            where="groups",
            todo="Put them in bands.",
        )
    return tuple(found)


def labels_of(known: Known, grouping: str) -> pd.Series:
    """The label of each row in a grouping or an intersection of two."""
    if grouping in known.groups.columns:
        return known.groups[grouping]
    first, second = grouping.split(CROSS)
    return known.groups[first].str.cat(known.groups[second], sep=CROSS)


def grouping_of(name: str, values: pd.Series, known: Known) -> Grouping:
    """A grouping of the known rows by any values, one a row."""
    codes, labels = pd.factorize(values, sort=True)
    table = pd.DataFrame({"group": codes, "person": known.people, "case": known.happened})
    each = table.groupby(["group", "person"], sort=False)["case"].max().groupby("group").agg(["size", "sum"])
    each = each.reindex(range(len(labels)))
    return Grouping(
        name=name,
        labels=tuple(str(label) for label in labels),
        codes=codes,
        people=each["size"].to_numpy(dtype=np.intp),
        cases=each["sum"].to_numpy(dtype=np.intp),
    )
