"""Retention as agreed with each agency, from authority.yaml to every cell that a run makes of the records."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from prevention_model.cohort import Cohort
from prevention_model.errors import WrongUsage
from prevention_model.features import Feature
from prevention_model.outcomes import catalogue as outcome_catalogue
from prevention_model.pipeline.card import card_facts
from prevention_model.pipeline.load import load
from prevention_model.pipeline.plan import Papers, Plan
from prevention_model.pipeline.progress import progress_for
from prevention_model.pipeline.retention import Agreed, agreed_in, retention_of
from prevention_model.pipeline.run import Made, _run_id, make
from prevention_model.query import Count, Latest, Lookback
from prevention_model.records import Records
from prevention_model.settings.authority import Authority
from prevention_model.settings.experiment import Experiment
from prevention_model.settings.policy import Policy
from tests.fixtures.tiny_authority import make_tiny_authority

ALL = Lookback("all")
FEATURES = (
    Feature("notices", Count("event", "notice"), ALL, theme="home", polarity="risk"),
    Feature("others_notices", Count("event", "notice"), ALL, scope="household_others", polarity="risk"),
    Feature("carer", Latest("attribute", "carer", equals="true"), ALL, polarity="context"),
    Feature("visits", Count("event", "visit"), ALL, theme="home", polarity="risk"),
)
AGREED = {
    "police": Agreed("6 years", {}),
    "schools": Agreed(None, {"carer": "6 years"}),
    "social_care": Agreed("6 months", {}),
}
NONE = dict.fromkeys(AGREED, Agreed(None, {}))
EXPERIMENT = {
    "name": "small",
    "author": "Analyst",
    "purpose": "Made up",
    "cohort": {"every": "6 months", "start": "2020-01-01", "end": "2024-07-01", "ages": [0, 15]},
    "outcomes": ["statutory_escalation"],
    "ranking": "statutory_escalation",
    "split": {
        "fit_start": "2020-01-01",
        "fit_end": "2021-01-01",
        "test_start": "2022-07-01",
        "test_end": "2023-01-01",
        "recording_delay": "3 months",
        "test_families": 0.5,
    },
    "score_on": "2024-07-01",
    "model": {"trees": 10, "leaves": 3, "rows_in_leaf": 20, "refits": 2, "least_onsets": 20},
    "groups": [{"name": "carer", "attribute": "carer"}],
    "co_production": "Made up",
    "evaluation_design": "Made up",
}


def made_up() -> Records:
    """240 children in pairs with a mother each; old rows stand on the first family alone."""
    draw = np.random.default_rng(3)
    children, mothers = [f"c{n}" for n in range(240)], [f"m{n}" for n in range(120)]
    day = pd.Series(pd.Timestamp("2019-01-01") + pd.to_timedelta(draw.integers(0, 2000, 900), "D"))
    recent = pd.DataFrame(
        {"person_id": draw.choice(children[2:], 900), "kind": "visit", "event_date": day, "source": "health"}
    )
    old = pd.DataFrame(
        {
            "person_id": ["c0", "m0", "c1"],
            "kind": ["notice", "notice", "visit"],
            "event_date": pd.to_datetime("2012-05-01"),
            "source": ["police", "police", "health"],
        }
    )
    begun = pd.Series(pd.Timestamp("2019-01-01") + pd.to_timedelta(draw.integers(0, 2000, 150), "D"))
    spells = pd.DataFrame({"person_id": children[2:152], "start_date": begun}).assign(
        kind="cin_episode", source="social_care", end_date=begun + pd.Timedelta(days=90)
    )
    earlier = pd.DataFrame(
        {"person_id": ["c0"], "start_date": ["2019-07-01"], "end_date": ["2019-07-20"], "kind": "cin_episode"}
    ).assign(source="social_care")
    return Records.from_frames(
        {
            "person": pd.DataFrame({"person_id": children, "birth_date": "2012-01-01"}),
            "household": pd.DataFrame(
                {
                    "person_id": children + mothers,
                    "household_id": [f"h{n // 2}" for n in range(240)] + [f"h{n}" for n in range(120)],
                    "from": "2012-01-01",
                }
            ),
            "event": pd.concat([recent, old], ignore_index=True),
            "spell": pd.concat(
                [spells.astype({"start_date": str, "end_date": str}), earlier], ignore_index=True
            ),
            "attribute": pd.DataFrame(
                {"person_id": ["c0"], "name": "carer", "value": "true", "event_date": ["2012-05-01"]}
            ).assign(source="schools"),
        }
    )


def plan(retention: Mapping[str, Agreed]) -> Plan:
    return Plan(
        experiment=Experiment.check(EXPERIMENT, where="small.yaml"),
        policy=Policy.default().about(["carer"]).model_copy(update={"resamples": 50}),
        features=FEATURES,
        outcomes=outcome_catalogue()[:1],
        capacity={"unallocated": 10},
        papers=dict.fromkeys([*AGREED, "health"], Papers("Made up", "none")),
        retention=retention,
    )


@pytest.fixture(scope="module")
def records() -> Records:
    return made_up()


@pytest.fixture(scope="module")
def both(records: Records) -> tuple[Made, Made]:
    """A run that keeps to what was agreed, and the same run where nothing was."""
    kept, whole = (make(records, plan(agreed), progress_for(True)) for agreed in (AGREED, NONE))
    return kept, whole


def of_first_family(made: Made, person: str, day: str) -> pd.Series:
    at = (made.data.members["person_id"] == person) & (made.data.members["index_date"] == day)
    return made.data.features[at.to_numpy()].iloc[0]


@pytest.mark.parametrize("day", ["2020-01-01", "2023-01-01", "2024-07-01"])
def test_a_row_past_its_retention_is_seen_by_no_feature_in_training_testing_or_scoring(
    both: tuple[Made, Made], day: str
) -> None:
    """The child's own, the latest value of an attribute, and the mother's through the household."""
    kept, whole = (of_first_family(made, "c0", day) for made in both)
    assert whole[["notices", "others_notices", "carer"]].tolist() == [1, 1, 1]
    assert kept[["notices", "others_notices"]].tolist() == [0, 0]
    assert np.isnan(kept["carer"])


def test_a_row_whose_source_states_no_retention_is_seen_however_old(both: tuple[Made, Made]) -> None:
    for made in both:
        assert of_first_family(made, "c1", "2024-07-01")["visits"] == 1


def test_no_row_of_anybody_else_changes(both: tuple[Made, Made]) -> None:
    others = ~both[0].data.members["family_id"].eq("h0").to_numpy()
    kept, whole = (made.data.features[others].reset_index(drop=True) for made in both)
    pd.testing.assert_frame_equal(kept, whole)


def test_who_is_at_risk_is_not_decided_by_what_may_no_longer_be_looked_at(both: tuple[Made, Made]) -> None:
    """c0 was a child in need five months before the first date and 11 before the second: six months may be seen."""
    said = []
    for made in both:
        members = made.data.members
        rows = members["person_id"].eq("c0") & members["index_date"].lt("2020-12-01")
        said.append(made.data.status["statutory_escalation"][rows.to_numpy()].tolist())
    assert said == [["not_at_risk", "none"], ["not_at_risk", "not_at_risk"]]


def test_groups_of_the_audit_and_the_recomputed_features_keep_to_it_too(both: tuple[Made, Made]) -> None:
    kept, whole = (made.evidence for made in both)
    assert [each.recomputed["cells_different"] for each in (kept, whole)] == [0, 0]
    assert set(kept.outcomes[0].groups["carer"]) == {"Not recorded"}


def test_what_was_agreed_stands_in_the_evidence_and_on_the_card(
    both: tuple[Made, Made], records: Records
) -> None:
    kept = both[0]
    assert kept.evidence.provenance["retention"] == {
        "police": "6 years",
        "schools": "no retention stated; carer 6 years",
        "social_care": "6 months",
    }
    assert kept.evidence.provenance["retention_by_kind"] == {
        "notice": "6 years",
        "cin_episode": "6 months",
        "carer": "6 years",
    }
    run = {"run_id": "r", "created": "2024-07-01", "code_version": "0", "records_hash": "0"}
    facts = card_facts(
        run, plan(AGREED), kept.evidence, kept.evidence.outcomes[0], kept.report, kept.figures,
        kept.members.left_out, None, None, None,
    )  # fmt: skip
    assert {source["name"]: source["retention"] for source in facts.sources} == {
        "police": "6 years",
        "schools": "no retention stated; carer 6 years",
        "social_care": "6 months",
        "health": "no retention stated",
    }


def test_another_retention_is_another_run(records: Records) -> None:
    assert _run_id(records, plan(AGREED)) != _run_id(records, plan(NONE))


def test_an_objection_does_not_lapse_with_the_retention_of_its_source() -> None:
    people = pd.DataFrame({"person_id": ["a"], "birth_date": ["2012-01-01"]})
    said = pd.DataFrame(
        {"person_id": ["a"], "name": "objection", "value": "true", "event_date": ["2013-01-01"]}
    )
    objecting = Records.from_frames({"person": people, "attribute": said.assign(source="wishes")})
    assert retention_of(objecting, {"wishes": Agreed("1 year", {})}).lengths == {"objection": "1 year"}
    assert len(Cohort.on("2024-01-01").members(objecting)) == 0


def test_two_sources_of_one_kind_keep_to_the_shorter() -> None:
    events = pd.DataFrame(
        {"person_id": "a", "kind": "notice", "event_date": "2024-01-01", "source": ["x", "y", "z"]}
    )
    seen = Records.from_frames({"event": events})
    agreed = {"x": Agreed("24 months", {}), "y": Agreed("1 year", {}), "z": Agreed(None, {})}
    assert retention_of(seen, agreed).start("notice", date(2024, 1, 1)) == date(2023, 1, 1)
    assert retention_of(seen, {"z": agreed["z"]}).lengths == {}


def authority(**retention: object) -> Authority:
    source = {
        "name": "police",
        "files": "*.csv",
        "map": "police.yaml",
        "received": "2025-04-01",
        "coverage": {"start": "2018-04-01", "end": "2025-04-01"},
        "lawful_basis": "Made up",
        "dpia": "Made up",
        "review_by": "2026-04-01",
    }
    content = {
        "name": "Made-up county",
        "code": "X1",
        "complaint_route": "Write to us.",
        "front_door": {"name": "Front door", "telephone": "01632 960000"},
        "areas": "areas.csv",
        "sources": [source | retention],
        "zones": [{"code": "Z1", "name": "Harbour", "capacity": 20, "recipient": "r", "contact": "c"}],
        "identification_basis": "Made up",
    }
    return Authority.check(content, where="authority.yaml")


def test_what_authority_yaml_states_is_what_was_agreed() -> None:
    stated = authority(retention="6 years", retention_by_kind={"missing_episode": "18 months"})
    assert agreed_in(stated) == {"police": Agreed("6 years", {"missing_episode": "18 months"})}
    assert str(agreed_in(authority())["police"]) == "no retention stated"


@pytest.mark.parametrize(
    ("retention", "says"),
    [
        ({"retention": "for ever"}, "sources.0.retention: String should match pattern"),
        ({"retention": "0 years"}, "sources.0.retention: String should match pattern"),
        (
            {"retention_by_kind": {"notice": 6}},
            "sources.0.retention_by_kind.notice: Input should be a valid string",
        ),
        ({"retentoin": "6 years"}, "sources.0.retentoin: unknown setting"),
    ],
)
def test_a_retention_that_cannot_be_read_is_refused(retention: dict[str, object], says: str) -> None:
    with pytest.raises(WrongUsage, match=says):
        authority(**retention)


def loaded_with(folder: Path, **retention: object) -> list[str]:
    """What a load of the tiny authority says of retention, with that of its notices."""
    path = make_tiny_authority(folder)
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["sources"][1] |= retention
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return load(path, progress_for(True)).retention


def test_a_load_says_for_which_sources_no_retention_is_stated(tmp_path: Path) -> None:
    assert loaded_with(tmp_path, retention="6 years") == [
        "Retention: notices 6 years.",
        "No retention stated for index: their rows are looked at however old.",
    ]


def test_a_load_refuses_the_retention_of_a_kind_that_the_source_does_not_deliver(tmp_path: Path) -> None:
    """Misspelt, it would be kept of nothing, and nobody would notice."""
    with pytest.raises(WrongUsage) as error:
        loaded_with(tmp_path, retention_by_kind={"police_notcie": "6 years"})
    assert str(error.value) == (
        "retention_by_kind names what the source does not deliver: police_notcie. Where: source notices. "
        "What to do: It delivers: police_notice."
    )
