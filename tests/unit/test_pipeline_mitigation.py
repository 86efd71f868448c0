"""The mitigation menu on made-up children of whom one side is missed more often by construction."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from prevention_model.audit import Evidence, OutcomeEvidence
from prevention_model.dataset import Dataset, Split
from prevention_model.errors import WrongUsage
from prevention_model.mitigation import Pricer, named, reductions
from prevention_model.model import RiskModel
from prevention_model.outcomes import Onset, Outcome
from prevention_model.pipeline import ways
from prevention_model.pipeline.mitigation import mitigation_menu, write_mitigation
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.rising import Levels
from prevention_model.pipeline.study import Study
from prevention_model.pipeline.ways import NotTried, Scene, judging_places, listing_of
from prevention_model.query import FollowUp
from prevention_model.settings.experiment import MitigationSettings
from prevention_model.settings.policy import Policy

CARE = Outcome("care", Onset("spell", kind="care_period"), FollowUp("12 months"), short="time in care")
TAUGHT, LATER, TEST = np.arange(8000), np.arange(8000, 12_000), np.arange(12_000, 20_000)
POLICY = Policy.default().model_copy(update={"groups": ("side", "sex"), "intersections": ()})
RUN = {"run_id": "run-1", "author": "A. Analyst", "created": "2024-01-05", "experiment": "made_up"}


@pytest.fixture(autouse=True, scope="module")
def few_fits() -> Iterator[None]:
    """A reduction fits many times: here less often, and on fewer rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ways, "MOST_ROWS", 4000)
        patch.setattr(ways, "_TREES", 30)
        patch.setattr(reductions, "_FITS", 4)
        yield


@cache
def lives() -> tuple[Dataset, pd.DataFrame]:
    """Need shows in absences. On the west side it comes on record less often, and the street tells the side."""
    draw = np.random.default_rng(5)
    rows = len(TAUGHT) + len(LATER) + len(TEST)
    west = np.repeat(draw.random(rows // 2) < 0.35, 2)
    need = draw.normal(size=rows)
    label = draw.random(rows) < 1 / (1 + np.exp(2.2 - 1.3 * need + 1.2 * west))
    members = pd.DataFrame(
        {
            "person_id": [f"p{n:05}" for n in range(rows)],
            "family_id": [f"f{n // 2}" for n in range(rows)],
            "zone": np.repeat(np.where(draw.random(rows // 2) < 0.2 + 0.6 * west[::2], "Z1", "Z2"), 2),
            "index_date": pd.Timestamp("2023-07-01"),
        }
    )
    features = pd.DataFrame(
        {
            "absences": (need + draw.normal(0, 0.6, rows)).astype(np.float32),
            "street": (west + draw.normal(0, 0.35, rows)).astype(np.float32),
            "visits": draw.poisson(1.0, rows).astype(np.float32),
            "moves": draw.poisson(0.5, rows).astype(np.float32),
        }
    )
    groups = pd.DataFrame(
        {"side": np.where(west, "west", "east"), "sex": np.where(draw.random(rows) < 0.5, "F", "M")}
    )
    status = pd.DataFrame({"care": np.where(label, "onset", "none")})
    return Dataset(members, features, status), groups


def plan(calibrated: bool = True, **asked: Any) -> Plan:
    return cast(
        Plan,
        SimpleNamespace(
            experiment=SimpleNamespace(
                mitigation=MitigationSettings(**{"group": "side", "resamples": 100} | asked),
                split=SimpleNamespace(test_families=0.5),
            ),
            policy=POLICY,
            capacity={"Z1": 100, "Z2": 100},
            first=CARE,
            ranking=(CARE,),
        ),
    )


@cache
def studied(calibrated: bool = True) -> Study:
    data, _ = lives()
    later = LATER if calibrated else np.empty(0, dtype=int)
    model = RiskModel(trees=60, leaves=4, rows_in_leaf=100, learning_rate=0.1).fit(
        data.features.iloc[TAUGHT],
        data.label("care", TAUGHT),
        calibrate=(data.features.iloc[LATER], data.label("care", LATER)),
    )
    nothing: Any = None
    study = Study(
        outcome=CARE,
        candidate=nothing,
        split=Split(TAUGHT, later, TEST, 0),
        levels=Levels(model, data),
        refits=nothing,
        reliability=nothing,
        test=TEST,
        level=model.predict_proba(data.features.iloc[TEST])[:, 1],
        label=data.label("care", TEST),
        rise=cast(Any, SimpleNamespace(direction=np.full(len(TEST), "steady", dtype=object))),
        at_last=nothing,
        paired_at_last=nothing,
        rivals=nothing,
        age_bands=(),
        listed_alone=nothing,
    )
    listed = listing_of("recalibration", scene(study)).listed if calibrated else np.zeros(len(TEST), bool)
    return Study(**{**vars(study), "listed_alone": listed})


def scene(study: Study | None = None, trait: pd.Series | None = None) -> Scene:
    data, groups = lives()
    return Scene(data, study or studied(), plan(), groups["side"] if trait is None else trait)


@cache
def menu() -> dict[str, dict[str, Any]]:
    said = mitigation_menu(lives()[0], [studied()], evidence(), lives()[1], plan())
    assert said is not None
    return {each["name"]: each for each in said["measures"]}


def evidence() -> Evidence:
    data, groups = lives()
    members = data.members.iloc[TEST].reset_index(drop=True)
    held = members[["person_id", "family_id", "zone", "index_date"]].assign(
        level=studied().level, outcome=studied().label, listed=studied().listed_alone
    )
    outcome = OutcomeEvidence("care", held, groups.iloc[TEST].reset_index(drop=True))
    return cast(Evidence, {"care": outcome})


def gap(name: str, group: str = "west", rate: str = "missed", cut: str = "the highest 10%") -> dict[str, Any]:
    (row,) = (
        row for row in menu()[name]["groups"] if (row["rate"], row["cut"], row["group"]) == (rate, cut, group)
    )
    return cast(dict[str, Any], row)


def whole(name: str, figure: str) -> dict[str, float]:
    (row,) = (row for row in menu()[name]["whole"] if row["figure"] == figure)
    return cast(dict[str, float], row)


def test_west_is_missed_by_construction_and_every_measure_is_priced() -> None:
    assert gap("reweighing")["gap_today"] > 0.15
    assert list(menu()) == [measure.name for measure in named(())]
    assert not any(each["why_not"] for each in menu().values())
    for each in menu().values():
        assert [row["figure"] for row in each["whole"]][:2] == ["precision", "recall"]
        assert {row["grouping"] for row in each["groups"]} == {"side", "sex"}
        assert {row["rate"] for row in each["groups"]} == {
            "missed",
            "for nothing",
            "chosen",
            "observed over expected",
        }


@pytest.mark.parametrize("name", ["reweighing", "reductions", "without_proxies", "group_cut_offs"])
def test_what_takes_the_side_out_of_the_order_narrows_the_gap_and_changes_the_list(name: str) -> None:
    row = gap(name)
    assert row["upper"] < 0 and abs(row["gap_with"]) < 0.75 * row["gap_today"]
    families = menu()[name]["families"]
    assert families["both"] < families["today"]


@pytest.mark.parametrize("name", ["reweighing", "reductions", "without_proxies"])
def test_a_score_that_may_not_tell_the_sides_apart_ranks_worse_and_its_levels_are_off_by_side(
    name: str,
) -> None:
    assert whole(name, "average_precision")["upper"] < 0 and whole(name, "auc")["upper"] < 0
    # Calibrated on rows without weights, levels stay right in all: what is off is each side.
    assert whole(name, "observed_expected")["with"] == pytest.approx(1, abs=0.08)
    west, east = (gap(name, side, "observed over expected", "all") for side in ("west", "east"))
    assert west["value_with"] < 0.8 < 1.05 < east["value_with"]


def test_calibration_again_moves_nobody() -> None:
    assert menu()["recalibration"]["families"] == {"today": 100, "with": 100, "both": 100}
    assert gap("recalibration")["change"] == 0
    assert whole("recalibration", "auc")["change"] == whole("recalibration", "precision")["change"] == 0
    before, after = studied().level, listing_of("recalibration", scene()).level
    assert (np.argsort(before, kind="stable") == np.argsort(after, kind="stable")).all()


def test_leaving_out_proxies_leaves_less_to_tell_the_side_by() -> None:
    said = menu()["without_proxies"]["said"]
    assert said["left_out"] == ["street"]
    assert said["told_before"]["west"][0] > 0.9 and said["told_after"]["west"][2] < 0.6


@pytest.mark.parametrize("name", ["capacity_by_share_found", "capacity_by_onsets"])
def test_places_that_move_stay_as_many_and_change_no_level(name: str) -> None:
    places = menu()[name]["said"]["places"]
    assert sum(today for today, _ in places.values()) == sum(moved for _, moved in places.values()) == 100
    # Fewer onsets are on record in Z1, where the west lives.
    assert places["Z1"][1] != places["Z1"][0]
    assert whole(name, "auc")["change"] == 0 and gap(name)["change"] == 0
    assert menu()[name]["families"]["with"] == 100


def test_equal_shares_found_are_nearer_than_today() -> None:
    shares = menu()["capacity_by_share_found"]["said"]["share_found"]
    today, moved = (abs(shares["Z1"][place] - shares["Z2"][place]) for place in (0, 1))
    assert moved < today / 2


def test_a_cut_off_by_group_keeps_each_zone_its_places_and_is_marked() -> None:
    said = menu()["group_cut_offs"]
    assert said["sign_off"] and said["trait_at_scoring"]
    data, _ = lives()
    listing = listing_of("group_cut_offs", scene())
    families = data.members.iloc[TEST[listing.listed]].drop_duplicates("family_id")
    assert families["zone"].value_counts().to_dict() == judging_places(plan())
    assert listing.wide is not None and listing.wide.sum() == 800


@pytest.mark.parametrize("name", [measure.name for measure in named(()) if not measure.trait_at_scoring])
def test_no_trait_of_who_is_scored_is_read(name: str) -> None:
    """The sides of those who judge are dealt out anew; those of who taught stay. Not a score moves."""
    shuffled = lives()[1]["side"].copy()
    shuffled.iloc[TEST] = np.random.default_rng(1).permutation(shuffled.iloc[TEST].to_numpy())
    own, other = (listing_of(name, scene(trait=trait)) for trait in (None, shuffled))
    assert (own.level == other.level).all() and (own.listed == other.listed).all()


def test_without_a_period_for_calibration_a_third_of_families_is_kept_for_it() -> None:
    bare = scene(studied(calibrated=False))
    taught, later = bare.learning
    families = lives()[0].members["family_id"].to_numpy()
    assert not set(families[taught]) & set(families[later])
    assert len(later) == pytest.approx(len(TAUGHT) / 3, rel=0.1)
    with pytest.raises(NotTried, match="no period for calibration"):
        listing_of("recalibration", bare)


def test_a_run_that_asks_for_none_has_none(tmp_path: Path) -> None:
    none = cast(Plan, SimpleNamespace(experiment=SimpleNamespace(mitigation=None)))
    assert mitigation_menu(lives()[0], [studied()], evidence(), lives()[1], none) is None
    write_mitigation(tmp_path, RUN, None)
    assert not list(tmp_path.iterdir())


def test_a_group_that_is_not_there_is_refused() -> None:
    with pytest.raises(WrongUsage, match=r"There is no group called faith\. Where: mitigation, group"):
        mitigation_menu(lives()[0], [studied()], evidence(), lives()[1], plan(group="faith"))


def test_one_zone_has_nowhere_to_move_places() -> None:
    data, groups = lives()
    one = Dataset(data.members.assign(zone="Z1"), data.features, data.status)
    with pytest.raises(NotTried, match="one zone only"):
        listing_of("capacity_by_onsets", Scene(one, studied(), plan(), groups["side"]))


def test_features_that_tell_nothing_stay_and_it_is_said() -> None:
    with pytest.raises(NotTried, match="No feature alone tells a group"):
        listing_of("without_proxies", scene(trait=lives()[1]["sex"]))


def test_that_a_trait_is_not_recorded_is_no_trait() -> None:
    """Only those of some streets have no record of it: that tells of records, and nothing is left out for it."""
    trait = lives()[1]["sex"].mask(lives()[0].features["street"] > 0.8, "Not recorded")
    with pytest.raises(NotTried, match="No feature alone tells a group"):
        listing_of("without_proxies", scene(trait=trait))


def test_page_and_data_lie_side_by_side(tmp_path: Path) -> None:
    asked = plan(measures=("recalibration", "group_cut_offs"))
    said = mitigation_menu(lives()[0], [studied()], evidence(), lives()[1], asked)
    write_mitigation(tmp_path, RUN, said)
    assert json.loads((tmp_path / "mitigation.json").read_text()) == json.loads(json.dumps(said))
    page = (tmp_path / "mitigation.html").read_text()
    assert "Needs legal sign-off before any use" in page and "Weigh groups" not in page


def test_what_a_way_does_not_change_is_not_drawn_again() -> None:
    """The same rows twice: every change is nothing, and so is its interval."""
    row = gap("capacity_by_onsets", cut="the highest 10%")
    assert (row["change"], row["lower"], row["upper"]) == (0, 0, 0)
    assert Pricer([], POLICY, 100).groupings == ()
