"""The synthetic county: live six years, then write what each agency would send."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from prevention_model.errors import WrongUsage
from prevention_model.records.vault_keys import VaultKeys, new_key_file
from prevention_model.synthetic.absence import Attendance, Exclusions, attend, exclude
from prevention_model.synthetic.authority_file import KEYS, authority_content
from prevention_model.synthetic.calendar import END, Months, day, start_of
from prevention_model.synthetic.care import Care, make_care
from prevention_model.synthetic.casework import Casework, do_casework
from prevention_model.synthetic.early_help import early_help_extracts
from prevention_model.synthetic.extract import Extract
from prevention_model.synthetic.health import health_extracts
from prevention_model.synthetic.housing import housing_extracts
from prevention_model.synthetic.life import live
from prevention_model.synthetic.mentions import Mentions
from prevention_model.synthetic.nccis import nccis_extracts
from prevention_model.synthetic.parameters import Parameters
from prevention_model.synthetic.parents import parents_extracts
from prevention_model.synthetic.participation import participation_extracts
from prevention_model.synthetic.places import area_rows, make_places, postcode_rows
from prevention_model.synthetic.police import police_extracts
from prevention_model.synthetic.population import make_people
from prevention_model.synthetic.pupils import Pupils, make_pupils
from prevention_model.synthetic.returns.annex_a import annex_a
from prevention_model.synthetic.returns.cin_census import cin_census
from prevention_model.synthetic.returns.delivery import Return
from prevention_model.synthetic.returns.school_census import school_census
from prevention_model.synthetic.returns.sen2 import sen2
from prevention_model.synthetic.returns.ssd import ssd
from prevention_model.synthetic.returns.ssda903 import ssda903
from prevention_model.synthetic.social_care import status
from prevention_model.synthetic.streams import Streams
from prevention_model.synthetic.truth import write_truth
from prevention_model.synthetic.world import World, make_world, residents
from prevention_model.synthetic.writing import write_csv, write_extract, write_yaml
from prevention_model.synthetic.youth_justice import youth_justice_extracts


@dataclass(frozen=True)
class CountySummary:
    """What was written: people aged 0-25 on the last day, everybody in the files, and rows by source.

    >>> print(CountySummary(Path("county"), 300, 210, 650, 170, {"police_notices": 90}))
    300 people aged 0-25 (210 under 18) in 170 families, 650 people with their parents and with those who left,
    90 rows from 1 sources.
    """

    out: Path
    people: int
    under_18: int
    everybody: int
    households: int
    rows: Mapping[str, int]

    def __str__(self) -> str:
        """One readable paragraph."""
        return (
            f"{self.people:,} people aged 0-25 ({self.under_18:,} under 18) in {self.households:,} families, "
            f"{self.everybody:,} people with their parents and with those who left, "
            f"{sum(self.rows.values()):,} rows from {len(self.rows)} sources."
        )


def write_county(
    out: str | Path,
    people: int = 85_690,
    years: int = 6,
    seed: int = 1,
    surveillance: float = 1.0,
    dirt: float = 1.0,
    drift: float = 0.0,
    progress: Callable[[str], None] | None = None,
) -> CountySummary:
    """Write a county of people who do not exist: agencies' files, their maps, `authority.yaml`, and the truth apart.

    `people` aged 0-25 live there on the last day, 1 April 2025; their parents and carers come on top. The
    files reach back `years` years. `surveillance` 0 makes every place and every child equally watched at the
    same need; 1 watches poorer places and known children more. `dirt` 0 gives clean files. `drift` 0 makes every
    year like any other; 1 lets contacts swing between years as published referrals did. The same arguments give
    the same bytes, but for the keys of the vault, which are new each time. `progress` is called with a line as
    each step ends.

    Raises WrongUsage for sizes that make no county.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     summary = write_county(Path(folder), people=300, years=2)
    >>> summary.people
    300
    """
    if people < 100 or not 1 <= years <= 20 or min(surveillance, dirt, drift) < 0:
        raise WrongUsage(
            "A county needs at least 100 people, 1 to 20 years, and surveillance, dirt and drift of 0 or more.",
            where="write_county",
            todo="Change the numbers and run again.",
        )
    say = progress or (lambda line: None)
    out = Path(out)
    parameters = replace(Parameters(), surveillance=surveillance, dirt=dirt, drift=drift)
    lived = _live(Streams(seed), parameters, people, years, say)
    mentions = Mentions()
    rows = _deliver(out, lived, mentions, say)
    write_truth(out / "truth", lived.world, lived.pupils, lived.exclusions, lived.work, seed)
    mentions.write(out / "truth" / "mentions.parquet")
    world = lived.world
    here = residents(world, END)[: world.people.children]
    young = world.people.born[: world.people.children] > day(END.replace(year=END.year - 18))
    return CountySummary(
        out, int(here.sum()), int((here & young).sum()), len(world.people), len(world.families), rows
    )  # fmt: skip


@dataclass(frozen=True)
class _Lived:
    """Everything that happened, before anybody writes it down."""

    world: World
    pupils: Pupils
    attendance: Attendance
    exclusions: Exclusions
    work: Casework
    care: Care


def _live(
    streams: Streams, parameters: Parameters, people: int, years: int, say: Callable[[str], None]
) -> _Lived:
    start = start_of(years)
    places = make_places(streams, parameters.places)
    families, everybody = make_people(streams, parameters.families, places, people, day(start))
    say(f"{len(everybody):,} people in {len(families):,} families")
    life = live(streams, parameters, families, everybody, Months.of(years), say)
    world = make_world(streams, parameters, places, families, everybody, life, start)
    pupils, work = make_pupils(world), do_casework(world)
    lived = _Lived(world, pupils, attend(world, pupils), exclude(world, pupils), work, make_care(world, work))
    say("schooling and casework drawn")
    return lived


def _returns(lived: _Lived) -> tuple[Return, ...]:
    world, work, care = lived.world, lived.work, lived.care
    return (
        cin_census(world, work), ssda903(world, care),
        school_census(world, lived.pupils, lived.attendance, lived.exclusions), sen2(world, lived.pupils),
        ssd(world, work, care), annex_a(world, work, care),
    )  # fmt: skip


def _extracts(lived: _Lived) -> Iterator[Extract]:
    """One at a time, because each is large."""
    world = lived.world
    yield status(world, lived.work)
    for make in (
        early_help_extracts, police_extracts, housing_extracts, health_extracts, youth_justice_extracts,
        parents_extracts, participation_extracts,
    ):  # fmt: skip
        yield from make(world)
    yield from nccis_extracts(world, lived.pupils)


def _deliver(out: Path, lived: _Lived, mentions: Mentions, say: Callable[[str], None]) -> dict[str, int]:
    """Write what agencies send and the settings that go with it; returns the rows written by source."""
    rows: dict[str, int] = {}
    described: list[Extract] = []
    world, returns = lived.world, _returns(lived)
    for made in returns:
        rows[made.name] = made.write(out, mentions)
        say(f"{made.name}: {rows[made.name]:,} rows written")
    for extract in _extracts(lived):
        name, dirt = extract.source, world.parameters.dirt
        rows[name] = write_extract(out, extract, world.streams(f"dirt {name}"), dirt, mentions)
        described.append(replace(extract, who=np.zeros(0, dtype=np.int32), columns={}, part=None))
        say(f"{name}: {rows[name]:,} rows written")
    write_csv(out / "areas.csv", pa.table(area_rows(world.places)))
    write_csv(out / "postcodes.csv", pa.table(postcode_rows(world.places)))
    write_yaml(out / "authority.yaml", authority_content(described, returns, world.places))
    if not (out / KEYS).exists():
        # A county that is written again keeps its key, or its vault could not be opened.
        new_key_file(out / KEYS, VaultKeys.new())
    return rows
