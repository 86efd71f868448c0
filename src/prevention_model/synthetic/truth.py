"""What is true, kept apart in `truth/`: nothing but a test or a study may read it."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from prevention_model.synthetic.absence import Exclusions
from prevention_model.synthetic.calendar import END, MISSING, day
from prevention_model.synthetic.casework import Casework, listed
from prevention_model.synthetic.identities import some
from prevention_model.synthetic.places import ZONES
from prevention_model.synthetic.pupils import Pupils
from prevention_model.synthetic.world import ETHNIC, World


def write_truth(
    folder: Path, world: World, pupils: Pupils, exclusions: Exclusions, work: Casework, seed: int
) -> None:
    """Write people, households, need, shocks, episodes and parameters; `person` is a place in `people.parquet`."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "people.parquet", _people(world, work))
    _write(folder / "households.parquet", _households(world))
    _write(folder / "need.parquet", _need(world))
    _write(folder / "shocks.parquet", _shocks(world))
    _write(folder / "episodes.parquet", _episodes(world, pupils, exclusions))
    content = {
        "seed": seed,
        "start": world.start.isoformat(),
        "early_help_effect_on_need": world.parameters.early_help.effect,
        "parameters": asdict(world.parameters),
    }
    text = json.dumps(content, indent=1, sort_keys=True, default=str)
    (folder / "parameters.json").write_text(text + "\n", encoding="utf-8")


def _people(world: World, work: Casework) -> dict[str, pa.Array]:
    numbered = np.zeros(len(world.people), dtype=bool)
    numbered[listed(world, work)] = True
    people, ids, n = world.people, world.identities, world.people.children
    adults = len(people) - n

    def own(values: np.ndarray) -> pa.Array:
        return pa.array(
            np.concatenate([values.astype(np.float32), np.full(adults, np.nan, dtype=np.float32)])
        )

    return {
        "person": pa.array(np.arange(len(people), dtype=np.int32)),
        "la_person_id": some(ids.la_number, numbered),
        "older_id": some(ids.older_number, work.known),
        "upn": ids.upn,
        "former_upn": ids.upn_before,
        "uln": ids.uln,
        "nhs_number": ids.nhs_number,
        "pnc_id": ids.pnc_id,
        "sex": pa.array(["M", "F"]).take(pa.array(people.female.astype(np.int8))),
        "ethnicity": pa.array(list(ETHNIC)).take(pa.array(people.ethnicity)),
        "zone": pa.array(list(ZONES)).take(pa.array(_zone(world))),
        "twin": pa.array(people.twin),
        "surname_changed": days(ids.renamed),
        "household": ids.household,
        "family": pa.array(people.family),
        "role": pa.array(people.role),
        "born": days(people.born),
        "present_from": days(people.present_from),
        "present_to": days(people.present_to),
        "died": days(people.died),
        "own": own(world.life.own),
        "conduct": own(world.life.conduct),
        "vulnerability": pa.array(world.families.vulnerability[people.family]),
        "deprivation": pa.array(world.families.deprivation[people.family]),
    }


def _zone(world: World) -> np.ndarray:
    """The zone of each person's last home."""
    last = world.homes.at(np.arange(len(world.people)), np.full(len(world.people), day(END)))
    found: np.ndarray = world.places.zone[world.homes.lsoa[last]]
    return found


def _households(world: World) -> dict[str, pa.Array]:
    """Who lived in which home, from when to when; a home has one number whoever joins or leaves it."""
    homes = world.homes
    return {
        "household": pa.array(homes.serial),
        "person": pa.array(homes.person),
        "from": days(homes.since),
        "to": days(homes.until),
    }


def _need(world: World) -> dict[str, pa.Array]:
    """Need, now and over the year ahead, and the log hazard of a contact, each quarter, for children under 18."""
    life = world.life
    rows = np.arange(0, len(life.need), 3)
    quarter, child = np.nonzero(life.present[rows] & (life.age[rows] < 18))
    month = rows[quarter]
    return {
        "person": pa.array(child.astype(np.int32)),
        "on": days(life.months.first[month]),
        "need": pa.array(life.need[month, child]),
        "need_ahead": pa.array(life.need_ahead[month, child]),
        "contact_log_hazard": pa.array(life.contact_log_hazard[month, child]),
        "known_to_social_care": pa.array(life.known[month, child]),
    }


def _shocks(world: World) -> dict[str, pa.Array]:
    month, family, kind = np.nonzero(world.life.struck)
    names = pa.array(list(world.parameters.need.shock_names))
    return {
        "family": pa.array(family.astype(np.int32)),
        "month": days(world.life.months.first[month]),
        "kind": names.take(pa.array(kind.astype(np.int32))),
    }


def _episodes(world: World, pupils: Pupils, exclusions: Exclusions) -> dict[str, pa.Array]:
    """Every episode and event as it happened, whether or not it was ever recorded."""
    life = world.life
    tables = {**life.rows, "enrolment": pupils.enrolment, "fsm": pupils.free_meals, "sen_support": pupils.support,
              "ehcp": pupils.plan, "early_help_family": life.help}  # fmt: skip
    kinds = list(tables)
    sizes = [len(rows) for rows in tables.values()]
    blank = np.full(len(exclusions.day), MISSING, dtype=np.int32)
    who = np.concatenate([*(rows.person for rows in tables.values()), exclusions.person])
    start = np.concatenate([*(rows.start for rows in tables.values()), exclusions.day])
    end = np.concatenate([*(rows.end for rows in tables.values()), blank])
    kind = np.repeat(np.arange(len(kinds) + 1), [*sizes, len(exclusions.day)])
    return {
        "kind": pa.array([*kinds, "exclusion"]).take(pa.array(kind.astype(np.int32))),
        "person": pa.array(who.astype(np.int32)),
        "start": days(start),
        "end": days(end),
    }


def days(values: np.ndarray) -> pa.Array:
    """Days as dates; a missing day is null."""
    return pa.array(values.astype(np.int32), mask=values == MISSING).cast(pa.date32())


def _write(path: Path, columns: dict[str, pa.Array]) -> None:
    pq.write_table(pa.table(columns), path, compression="zstd")
