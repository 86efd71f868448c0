"""The same list gives the same bytes, in another process, on another clock and with another order of hashing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_WRITE = """
import sys
from pathlib import Path
from prevention_model.lists import write_zone_pack
from prevention_model.lists.assemble import zone_list
from tests.fixtures import made_up_zone as made

scores = made.scores()
records = made.records(scores)
released = made.MadeRelease(scores, made.reasons(scores))
people = made.identities(records)
listed = zone_list(released, records, people, made.authority(), "Z1", made.figures(), made.TODAY)
write_zone_pack(Path(sys.argv[1]), listed)
"""
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("seed", "zone"), [("1", "Pacific/Auckland"), ("2", "America/Los_Angeles")])
def test_a_pack_is_the_same_to_the_byte(tmp_path: Path, seed: str, zone: str) -> None:
    packs = []
    for number, more in enumerate(
        ({"PYTHONHASHSEED": "0", "TZ": "UTC"}, {"PYTHONHASHSEED": seed, "TZ": zone})
    ):
        folder = tmp_path / str(number)
        subprocess.run(
            [sys.executable, "-c", _WRITE, str(folder)], check=True, cwd=ROOT, env={**os.environ, **more}
        )
        packs.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert sorted(packs[0]) == sorted(packs[1])
    assert {"list.html", "list.xlsx", "list.csv", "list.json"} <= set(packs[0])
    for name in packs[0]:
        assert packs[0][name] == packs[1][name], name
