"""The agencies' extracts together: one person over all of them, and the catalogue's features on what they say."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import prevention_model as pm
from prevention_model.linkage import Linked, link
from prevention_model.linkage.areas import Areas
from prevention_model.records.extract import Extract
from prevention_model.records.records import Records
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VaultKeys
from tests.fixtures.made_up_extracts import EXAMPLES, read
from tests.fixtures.made_up_ssd import SSD

pytestmark = pytest.mark.xdist_group(
    "extracts"
)  # what its tests share is made once, not once for each worker

AREAS = Areas(pd.DataFrame({"lsoa": ["E1"], "zone": ["north"], "idaci_decile": ["3"], "rural": ["true"]}))
ALL_DAYS = {"from": pd.Timestamp("2015-01-01"), "to": pd.Timestamp("2025-01-01")}


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Extract]]:
    made = {}
    for standard, files in {**EXAMPLES, "ssd": SSD}.items():
        made[standard] = read(standard, tmp_path_factory.mktemp(standard), files)
    return made


@pytest.fixture(scope="module")
def linked(extracts: dict[str, list[Extract]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Linked]:
    given = [extract for some in extracts.values() for extract in some]
    kinds = {
        (e.source, str(kind))
        for e in given
        for name in ("event", "spell", "measurement", "attribute")
        for frame in e.frames.get(name, [])
        for kind in frame["name" if name == "attribute" else "kind"].unique()
    }
    lines = [{"source": source, "kind": kind, "code": None, **ALL_DAYS} for source, kind in sorted(kinds)]
    folder: Path = tmp_path_factory.mktemp("vault")
    vault = Vault(folder / "vault", VaultKeys.new())
    days = dict.fromkeys(extracts, "2024-09-01")
    yield link(given, vault, coverage=pd.DataFrame(lines), areas=AREAS, deliveries=days)


def person(records: Records, table: str, source: str, kind: str) -> set[str]:
    frame = records.frames[table]
    return set(frame[(frame["source"] == source) & (frame["kind"] == kind)]["person_id"])


def test_one_child_over_all_agencies(linked: Linked) -> None:
    records = linked.records
    (zara,) = person(records, "spell", "early_help", "early_help")
    assert zara in person(records, "event", "police", "police_notice")
    assert zara in person(records, "spell", "police", "missing")
    assert zara in person(records, "spell", "ssd", "care_period")
    # Health knows her by the NHS number that social care has.
    assert zara in person(records, "spell", "mhsds", "mh_referral")
    assert zara in person(records, "event", "ecds", "ed_attendance")
    tenant = person(records, "spell", "housing", "tenancy")
    assert zara not in tenant and len(tenant) == 1


def test_features_of_the_catalogue_read_them_unchanged(linked: Linked) -> None:
    records = linked.records
    (zara,) = person(records, "spell", "early_help", "early_help")
    days = pd.DataFrame({"person_id": [zara], "index_date": [pd.Timestamp("2024-07-15")]})
    cohort = pm.Cohort.from_frame(days)
    found = pm.build_features(records, cohort, pm.catalogue()).iloc[0]
    expected = {
        "police_notices_12m": 2,  # domestic abuse, and reported missing
        "domestic_abuse_12m": 1,
        "missing_12m": 1,
        "early_help_open": 0,
        "early_help_completed": 1,
        "mental_health_referrals_24m": 2,
        "kept_appointments_12m": 1,
        "self_harm_visits_24m": 0,  # it happened, and the submission had not come
        "household_homelessness_36m": 1,
        "household_possession_24m": 0,
        "household_arrears_actions_12m": 1,
    }
    assert {name: found[name] for name in expected} == expected
