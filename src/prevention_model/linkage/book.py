"""Whose rows are whose: the canonical tables of all extracts, under pseudonyms, in the order of delivery."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from prevention_model.linkage.by_address import house
from prevention_model.linkage.matching import Matched
from prevention_model.records.extract import Extract


class Book:
    """Looks up the people behind mentions. `people` are the pseudonyms, in the order of `matched`.

    Rows that name nobody, and rows that relate somebody to themselves, are left out and counted.
    """

    def __init__(
        self, extracts: Sequence[Extract], matched: Matched, people: np.ndarray, deliveries: dict[str, str]
    ) -> None:
        self.extracts, self.matched, self.deliveries = extracts, matched, deliveries
        self._people = pa.array(people, pa.large_string())
        self.self_relationships = self.unnamed = 0
        facts = matched.mentions.facts
        written = [house(p, a) for p, a in zip(facts["postcode"], facts["address"], strict=True)]
        self._homes = pd.DataFrame({"uprn": facts["uprn"], "house": written, "postcode": facts["postcode"]})
        known = self._homes[(self._homes["uprn"] != "") & (self._homes["house"] != "")].drop_duplicates()
        single = known.groupby("house")["uprn"].agg(["first", "nunique"])
        of_house = single["first"][single["nunique"] == 1]
        same = self._homes["house"].map(of_house).astype("str").fillna("")
        uprn = self._homes["uprn"].where(self._homes["uprn"] != "", same)
        self._dwelling = ("uprn " + uprn).where(uprn != "", self._homes["house"]).to_numpy(dtype=object)
        self._postcode = facts["postcode"].to_numpy(dtype=object)

    def tables(self) -> dict[str, pd.DataFrame]:
        """The canonical tables but for coverage, in the order of delivery; see the class for what is left out.

        Rows of place and household have, for linkage alone, the columns dwelling (a property number, or a
        postcode and house) and postcode; those of household also `group`: the source and its family number.
        """
        frames: dict[str, list[pd.DataFrame]] = {}
        for number, extract in enumerate(self.extracts):
            person, other = self._by_place(number, ""), self._by_place(number, "other:")
            rows = np.zeros(len(person), dtype=np.int64)
            rows[extract.mentions.index.to_numpy()] = extract.mentions["row"].to_numpy()
            for table, parts in extract.frames.items():
                for part in parts:
                    if part.empty and table in frames:
                        continue  # most pieces of a wide table say nothing, and a table needs one of these at most
                    at = part["mention"].to_numpy()
                    made = part.drop(columns="mention")
                    made["person_id"] = self._named(person[at])
                    if table == "relationship":
                        made["other_id"] = self._named(other[at])
                    if table in ("place", "household"):
                        made = self._placed(made, number, at)
                    if "household_key" in made:
                        made["group"] = extract.source + ":" + made.pop("household_key")
                    made["source"] = pd.Series(extract.source, index=made.index, dtype="str")
                    made["delivery"] = pd.Series(
                        self.deliveries[extract.source], index=made.index, dtype="str"
                    )
                    made["row"] = pd.array(rows[at], dtype="Int64")
                    frames.setdefault(table, []).append(self._complete(made))
        tables = {table: _joined(parts) for table, parts in frames.items()}
        if "relationship" in tables:
            tables["relationship"] = self._others(tables["relationship"])
        return tables

    def told(self) -> pd.DataFrame:
        """What only the vault may hold: person_id and vault fields, a row a mention, in the order received."""
        order = sorted(range(len(self.extracts)), key=lambda n: self.deliveries[self.extracts[n].source])
        parts = [pd.DataFrame({"person_id": pd.Series([], dtype="str")})]
        for number in order:
            mentions = self.extracts[number].mentions
            columns = {c: c.removeprefix("vault:") for c in map(str, mentions) if c.startswith("vault:")}
            if columns and len(mentions):
                rows = mentions[list(columns)].rename(columns=columns)
                person = self._by_place(number, "")[mentions.index.to_numpy()]
                made = rows.reset_index(drop=True).assign(person_id=self._named(person))
                parts.append(made[made["person_id"].notna()])
        return pd.concat(parts, ignore_index=True)

    def _facts(self, number: int, prefix: str) -> np.ndarray:
        """By place in the file, the fact of each mention; -1 for nobody."""
        mentions = self.extracts[number].mentions
        by_place = np.full(int(mentions.index.max()) + 1 if len(mentions) else 0, -1, dtype=np.int64)
        found = self.matched.mentions.places.get((number, prefix))
        if found is not None and len(mentions):
            by_place[mentions.index.to_numpy()] = found
        return by_place

    def _by_place(self, number: int, prefix: str) -> np.ndarray:
        return np.append(self.matched.person_of, -1)[self._facts(number, prefix)]

    def _named(self, codes: np.ndarray) -> pd.Series:
        """Pseudonyms by code; missing where the code is -1."""
        indices = pa.array(codes, mask=codes < 0)
        return self._people.take(indices).to_pandas().astype("str")

    def _placed(self, made: pd.DataFrame, number: int, at: np.ndarray) -> pd.DataFrame:
        fact = self._facts(number, "")[at]
        for name, values in (("dwelling", self._dwelling), ("postcode", self._postcode)):
            made[name] = pd.Series(np.append(values, "")[fact], index=made.index, dtype="str")
        return made

    def _complete(self, made: pd.DataFrame) -> pd.DataFrame:
        """The rows that name whom they have to name."""
        nobody = made["person_id"].isna()
        if "other_id" in made:
            nobody |= made["other_id"].isna()
        self.unnamed += int(nobody.sum())
        return made[~nobody] if nobody.any() else made

    def _others(self, rows: pd.DataFrame) -> pd.DataFrame:
        own = (rows["person_id"] == rows["other_id"]).to_numpy()
        self.self_relationships = int(own.sum())
        return rows[~own].reset_index(drop=True)


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    some = [part for part in parts if len(part)] or list(parts[:1])
    return pd.concat(some, ignore_index=True) if len(some) > 1 else some[0]
