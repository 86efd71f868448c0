"""Evidence checks its own shape, survives a folder bit for bit, and notices every change."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from prevention_model.audit import Evidence, read_evidence, save_evidence
from prevention_model.audit.tables import frame_digest
from prevention_model.errors import Damaged, WrongUsage
from tests.fixtures import evidence_cases as cases


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return cases.clean_evidence(families=150, dates=2)


def rows(evidence: Evidence) -> pd.DataFrame:
    return evidence.outcomes[0].predictions


# --- shape ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda e: {"predictions": rows(e).drop(columns="listed")}, "missing: listed"),
        (lambda e: {"predictions": rows(e).assign(name="x")}, "unknown: name"),
        (lambda e: {"predictions": rows(e).assign(level=1.5)}, "a level lies outside 0 to 1"),
        (lambda e: {"predictions": rows(e).assign(outcome=2)}, "an outcome is neither 1, 0 nor missing"),
        (lambda e: {"predictions": rows(e).assign(listed="x")}, "true or false in every row"),
        (lambda e: {"predictions": rows(e).assign(index_date="soon")}, "a date in every row"),
        (lambda e: {"predictions": rows(e).assign(family_id=None)}, "values are missing"),
        (lambda e: {"predictions": rows(e).assign(level=np.nan)}, "values are missing"),
        (lambda e: {"predictions": rows(e).assign(**{"rival:area_only": np.nan})}, "values are missing"),
        (lambda e: {"predictions": rows(e).assign(person_id="p1")}, "one child appears twice"),
        (lambda e: {"groups": e.outcomes[0].groups.iloc[1:]}, "different numbers of rows"),
        (lambda e: {"margin": [0.0]}, "contributions and margin"),
        (lambda e: {"base": [0.0, 1.0]}, "neither one number nor one a row"),
        (lambda e: {"refits": cases.refits(1).drop(columns="reasons")}, "missing: reasons"),
        (lambda e: {"name": "../elsewhere"}, "letters, digits and underscores"),
    ],
)
def test_evidence_that_does_not_fit_together_is_refused(change, said: str, evidence: Evidence) -> None:
    with pytest.raises(WrongUsage, match=r"The evidence|missing|It does not|name must") as caught:
        cases.changed(evidence, **change(evidence))
    assert said in str(caught.value)


def test_a_message_never_holds_a_persons_data(evidence: Evidence) -> None:
    with pytest.raises(WrongUsage) as caught:
        cases.changed(evidence, predictions=rows(evidence).assign(index_date="Ann Smith"))
    assert "Ann" not in str(caught.value)


def test_all_that_is_missing_from_the_whole_is_said_at_once(evidence: Evidence) -> None:
    with pytest.raises(WrongUsage) as caught:
        Evidence(
            outcomes=evidence.outcomes * 2,
            features=evidence.features,
            recomputed={},
            provenance={
                **evidence.provenance,
                "test": ["2024-02-01", "2024-01-01"],
                "lawful_basis": {"police": ""},
            },
        )
    for said in (
        "outcome care appears twice",
        "recomputed lacks cells_compared",
        "provenance test ends before it starts",
        "source police has no lawful basis",
    ):
        assert said in str(caught.value)


def test_what_is_not_known_of_a_group_is_not_recorded_and_nobody_drops_out(evidence: Evidence) -> None:
    groups = evidence.outcomes[0].groups.copy()
    groups.loc[:9, "sex"] = None
    settled = cases.changed(evidence, groups=groups).outcomes[0].groups
    assert len(settled) == len(rows(evidence)) and (settled.loc[:9, "sex"] == "Not recorded").all()


def test_evidence_keeps_its_own_copy(evidence: Evidence) -> None:
    mine = rows(evidence).copy()
    taken = cases.changed(evidence, predictions=mine)
    before = taken.digest()
    mine["level"] = 0.5
    assert taken.digest() == before


def test_evidence_cannot_be_changed(evidence: Evidence) -> None:
    with pytest.raises(AttributeError):
        evidence.provenance = {}  # type: ignore[misc]
    with pytest.raises(TypeError):
        evidence.recomputed["cells_different"] = 0  # type: ignore[index]


# --- digest -----------------------------------------------------------------------------------


def test_one_changed_value_anywhere_changes_the_digest(evidence: Evidence) -> None:
    outcome = evidence.outcomes[0]
    level = rows(evidence)["level"].copy()
    level.iloc[7] = np.nextafter(level.iloc[7], 1)
    variants = [
        cases.changed(evidence, predictions=rows(evidence).assign(level=level)),
        cases.changed(evidence, predictions=rows(evidence).iloc[::-1]),
        cases.changed(evidence, groups=outcome.groups.assign(sex="F")),
        cases.changed(evidence, margin=outcome.margin + 1e-12),
        cases.changed(evidence, base=outcome.base + 1e-12),
        cases.changed(evidence, fitted_people=[*outcome.fitted_people, "x"]),
        cases.changed(evidence, refits=outcome.refits.assign(refit=outcome.refits["refit"] + 1)),
        cases.changed(evidence, name="other"),
        replace(evidence, features=evidence.features.assign(purpose="Other")),
        replace(evidence, recomputed={**evidence.recomputed, "cells_compared": 5001}),
        replace(evidence, provenance={**evidence.provenance, "gap_days": 1}),
    ]
    digests = {each.digest() for each in variants} | {evidence.digest()}
    assert len(digests) == len(variants) + 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["a", "bc"], ["ab", "c"]),
        (["a", "a"], ["a", "b"]),
        (["1", "2"], [1.0, 2.0]),
        ([True, False], [1.0, 0.0]),
    ],
)
def test_different_columns_have_different_digests(one: list, other: list) -> None:
    assert frame_digest(pd.DataFrame({"x": one})) != frame_digest(pd.DataFrame({"x": other}))


def test_minus_nought_is_nought_and_missing_is_missing() -> None:
    odd = np.array([-0.0, -np.nan])
    assert frame_digest(pd.DataFrame({"x": odd})) == frame_digest(pd.DataFrame({"x": [0.0, np.nan]}))


# --- folder -----------------------------------------------------------------------------------


def test_evidence_comes_back_as_it_was_written(evidence: Evidence, tmp_path: Path) -> None:
    digest = save_evidence(evidence, tmp_path / "evidence")
    back = read_evidence(tmp_path / "evidence")
    assert back.digest() == digest == evidence.digest()
    pd.testing.assert_frame_equal(back.outcomes[0].predictions, evidence.outcomes[0].predictions)
    pd.testing.assert_frame_equal(back.outcomes[0].refits, evidence.outcomes[0].refits)
    assert {path.suffix for path in (tmp_path / "evidence").rglob("*") if path.is_file()} == {
        ".json",
        ".parquet",
    }


def test_two_outcomes_come_back_in_their_order(evidence: Evidence, tmp_path: Path) -> None:
    second = cases.clean_outcome(100, 1, 3, name="absence")
    both = replace(evidence, outcomes=(*evidence.outcomes, second))
    save_evidence(both, tmp_path / "e")
    back = read_evidence(tmp_path / "e")
    assert [each.name for each in back.outcomes] == ["care", "absence"] and back.digest() == both.digest()


def test_evidence_without_optional_tables_comes_back(evidence: Evidence, tmp_path: Path) -> None:
    bare = cases.changed(
        evidence,
        contributions=pd.DataFrame(),
        margin=[],
        base=[0.0],
        fitted_people=[],
        refits=cases.refits(1)[:0],
    )
    save_evidence(bare, tmp_path / "e")
    assert read_evidence(tmp_path / "e").digest() == bare.digest()


def test_saving_again_is_no_change_and_other_evidence_is_not_written_over(
    evidence: Evidence, tmp_path: Path
) -> None:
    save_evidence(evidence, tmp_path / "e")
    assert save_evidence(evidence, tmp_path / "e") == evidence.digest()
    with pytest.raises(WrongUsage, match="already holds other evidence"):
        save_evidence(cases.with_leak(evidence), tmp_path / "e")
    assert [path.name for path in tmp_path.iterdir()] == ["e"]


def damaged_table(folder: Path) -> None:
    path = folder / "care" / "predictions.parquet"
    table = pd.read_parquet(path)
    table.loc[3, "level"] = 0.123
    table.to_parquet(path)


def damaged_facts(folder: Path) -> None:
    path = folder / "evidence.json"
    facts = json.loads(path.read_text())
    facts["recomputed"]["cells_compared"] = 9999
    path.write_text(json.dumps(facts))


def cut_short(folder: Path) -> None:
    path = folder / "care" / "refits.parquet"
    path.write_bytes(path.read_bytes()[:100])


def lost(folder: Path) -> None:
    (folder / "care" / "groups.parquet").unlink()


def elsewhere(folder: Path) -> None:
    path = folder / "evidence.json"
    path.write_text(path.read_text().replace('"order":["care"]', '"order":["../../care"]'))


@pytest.mark.parametrize("harm", [damaged_table, damaged_facts, cut_short, lost])
def test_evidence_that_was_touched_is_damaged(harm, evidence: Evidence, tmp_path: Path) -> None:
    save_evidence(evidence, tmp_path / "e")
    harm(tmp_path / "e")
    with pytest.raises(Damaged, match="The evidence") as caught:
        read_evidence(tmp_path / "e")
    assert caught.value.exit_code == 5


def test_evidence_is_read_from_its_own_folder_only(evidence: Evidence, tmp_path: Path) -> None:
    save_evidence(evidence, tmp_path / "deep" / "e")
    elsewhere(tmp_path / "deep" / "e")
    assert read_evidence(tmp_path / "deep" / "e").digest() == evidence.digest()
