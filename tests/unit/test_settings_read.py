"""Settings files: every fault is named, in words, at once, and nothing wrong is ever passed over."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prevention_model.errors import WrongUsage
from prevention_model.settings.authority import Authority, read_authority
from prevention_model.settings.base import Settings, read_yaml
from prevention_model.settings.experiment import Experiment, GroupSettings
from prevention_model.settings.shipped import shipped

CORRECT = "What to do: Correct the named settings and run again; docs/how-to/configure.md lists them all."
QUARTERLY = shipped("experiments/county") / "quarterly.yaml"


def experiment(**change: Any) -> dict[str, Any]:
    """The shipped experiment as plain content; a change of `split` replaces single dates."""
    content = yaml.safe_load(QUARTERLY.read_text(encoding="utf-8"))
    for name, value in change.items():
        content[name] = content[name] | value if isinstance(content.get(name), dict) else value
    return content


def authority(**change: Any) -> dict[str, Any]:
    source = {
        "name": "police",
        "files": "files/police/*.csv",
        "map": "maps/police.yaml",
        "received": date(2025, 4, 1),
        "coverage": {"start": date(2018, 4, 1), "end": date(2025, 4, 1)},
        "lawful_basis": "Made up",
        "dpia": "Made up",
        "review_by": date(2026, 4, 1),
    }
    zone = {"code": "Z1", "name": "Harbour", "capacity": 20, "recipient": "r", "contact": "c"}
    content = {
        "name": "Made-up county",
        "code": "X1",
        "complaint_route": "Write to us.",
        "front_door": {"name": "Front door", "telephone": "01632 960000"},
        "areas": "areas.csv",
        "sources": [source],
        "zones": [zone, zone | {"code": "Z2", "name": "Downs"}],
        "identification_basis": "Made up",
    }
    return content | change


def refusal(made: type[Settings], content: object, where: str = "x.yaml") -> str:
    with pytest.raises(WrongUsage) as error:
        made.check(content, where=where)
    return str(error.value)


def test_the_shipped_experiments_and_a_whole_authority_are_read(tmp_path: Path) -> None:
    assert Experiment.read(QUARTERLY).ranking == ("statutory_escalation",)
    assert Experiment.read(QUARTERLY.with_name("leaky.yaml")).add_features
    path = tmp_path / "authority.yaml"
    path.write_text(yaml.safe_dump(authority()), encoding="utf-8-sig")
    read = read_authority(path)
    assert (read.zones[1].code, read.stage, read.signatories) == ("Z2", "shadow", ())


def test_one_outcome_that_ranks_is_a_list_of_one() -> None:
    alone = Experiment.check(experiment(), where="x")
    assert alone == Experiment.check(experiment(ranking=["statutory_escalation"]), where="x")
    assert Experiment.check(alone.model_dump(mode="json"), where="x") == alone


def test_all_faults_stand_in_one_message() -> None:
    content = experiment(model={"tress": 100, "leaves": "many"}, reserve=-1, colour="red")
    del content["author"]
    assert refusal(Experiment, content, "quarterly.yaml") == (
        "5 settings are wrong: author: missing, and it has no default; model.leaves: Input should be a valid "
        "integer, unable to parse string as an integer; model.tress: unknown setting; reserve: Input should be "
        f"greater than or equal to 0; colour: unknown setting. Where: quarterly.yaml. {CORRECT}"
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"purpos": "x"}, "purpos: unknown setting"),
        ({"purpose": ""}, "purpose: String should have at least 1 character"),
        ({"outcomes": []}, "outcomes: Tuple should have at least 1 item after validation, not 0"),
        (
            {"ranking": "exam_results"},
            "the file: ranking names exam_results, which is not among the outcomes",
        ),
        ({"ranking": []}, "ranking: Tuple should have at least 1 item after validation, not 0"),
        (
            {"ranking": ["statutory_escalation", "statutory_escalation"]},
            "the file: ranking names an outcome twice",
        ),
        (
            {"split": {"calibrate_start": date(2021, 9, 1)}},
            "split: the periods must follow each other: fit, calibrate, test",
        ),
        (
            {"split": {"fit_end": date(2020, 1, 1)}},
            "split: the periods must follow each other: fit, calibrate, test",
        ),
        (
            {"split": {"test_end": date(2023, 1, 1)}},
            "split: the periods must follow each other: fit, calibrate, test",
        ),
        (
            {"split": {"calibrate_end": None}},
            "split: give both calibrate_start and calibrate_end, or neither",
        ),
        ({"split": {"test_families": 0}}, "split.test_families: Input should be greater than 0"),
        ({"score_on": date(2023, 7, 1)}, "the file: score_on must not come before the test period ends"),
        ({"rise": {"credible": 0.5}}, "rise.credible: Input should be greater than 0.5"),
        ({"groups": [{"name": "sex", "person": "sex"}] * 2}, "the file: a group is named twice"),
        (
            {"groups": [{"name": "sex"}]},
            "groups.0: give exactly one of person, attribute, open_spell, ever_spell, member",
        ),
    ],
)
def test_an_experiment_that_does_not_hold_together_is_refused(change: dict[str, Any], says: str) -> None:
    assert (
        refusal(Experiment, experiment(**change)) == f"A setting is wrong: {says}. Where: x.yaml. {CORRECT}"
    )


def test_a_grouping_comes_from_one_place_only() -> None:
    says = "give exactly one of person, attribute, open_spell, ever_spell, member"
    assert says in refusal(GroupSettings, {"name": "g", "person": "sex", "member": "age_years"})
    said = {"name": "g", "person": "sex", "ever_said": {"previously_looked_after": "adopted"}}
    assert "ever_said goes with ever_spell" in refusal(GroupSettings, said)


def test_a_calibration_period_may_be_left_out() -> None:
    split = {"calibrate_start": None, "calibrate_end": None}
    made = Experiment.check(experiment(split=split), where="x")
    assert made.split.last_taught == made.split.fit_end == date(2021, 10, 1)
    assert Experiment.check(experiment(), where="x").split.last_taught == date(2022, 4, 1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"zones": []}, "zones: Tuple should have at least 1 item after validation, not 0"),
        ({"zones": [authority()["zones"][0]] * 2}, "zones: named twice: Z1"),
        ({"sources": authority()["sources"] * 2}, "sources: named twice: police"),
        (
            {"zones": [authority()["zones"][0] | {"capacity": 0}]},
            "zones.0.capacity: Input should be greater than or equal to 1",
        ),
        (
            {
                "sources": [
                    authority()["sources"][0] | {"coverage": {"start": "2020-01-01", "end": "2020-01-01"}}
                ]
            },
            "sources.0.coverage: coverage must end after it starts",
        ),
        ({"stage": "testing"}, "stage: Input should be 'shadow', 'pilot' or 'live'"),
        (
            {"signatories": [{"name": "A", "role": "B", "public_key": "AB" * 32}]},
            "signatories.0.public_key: String should match pattern '^[0-9a-f]{64}$'",
        ),
        ({"code": 1}, "code: Input should be a valid string"),
    ],
)
def test_an_authority_that_does_not_hold_together_is_refused(change: dict[str, Any], says: str) -> None:
    assert refusal(Authority, authority(**change)) == f"A setting is wrong: {says}. Where: x.yaml. {CORRECT}"


def test_a_wrong_value_is_never_repeated_in_the_message() -> None:
    """Somebody may paste a name or a key where it does not belong; logs keep messages."""
    secret = "Jordan Example, 01632 960111"
    change = {"zones": [authority()["zones"][0] | {"capacity": secret}], "stage": secret, "sources": secret}
    assert "Jordan" not in refusal(Authority, authority(**change))


@pytest.mark.parametrize("content", [None, [], "text", 7, [{"name": "x"}]])
def test_a_file_without_settings_is_refused(content: object) -> None:
    assert refusal(Authority, content, "authority.yaml") == (
        "The settings file holds no settings. Where: authority.yaml. What to do: Write `key: value` lines in it."
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "name: x\nzones: [a, b\ncode: y\n",
            "The settings file is not valid YAML. Where: authority.yaml, line 3. "
            "What to do: Look for a missing colon, quote or space at that line.",
        ),
        (
            "name: x\n\tcode: y\n",
            "The settings file is not valid YAML. Where: authority.yaml, line 2. "
            "What to do: Look for a missing colon, quote or space at that line.",
        ),
        (
            "run: !!python/object/apply:os.getcwd []\n",
            "The settings file is not valid YAML. Where: authority.yaml, line 1. "
            "What to do: Look for a missing colon, quote or space at that line.",
        ),
        (
            "received: 2025-02-29\n",
            "The settings file holds a value that cannot be: day is out of range for month. "
            "Where: authority.yaml. What to do: Look for a date that is not in the calendar.",
        ),
        (
            "",
            "The settings file holds no settings. Where: authority.yaml. What to do: Write `key: value` lines in it.",
        ),
        (
            "# only a comment\n",
            "The settings file holds no settings. Where: authority.yaml. What to do: Write `key: value` lines in it.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "authority.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WrongUsage) as error:
        read_authority(path)
    assert str(error.value) == says


def test_an_absent_file_a_folder_and_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("name: Café\n".encode("latin-1"))
    for path, what, todo in [
        (tmp_path / "absent.yaml", "does not exist.", "Check the path and the spelling."),
        (tmp_path, "cannot be read (IsADirectoryError).", "Save it as UTF-8 text that you may read."),
        (
            tmp_path / "latin.yaml",
            "cannot be read (UnicodeDecodeError).",
            "Save it as UTF-8 text that you may read.",
        ),
    ]:
        with pytest.raises(WrongUsage) as error:
            read_yaml(path)
        assert str(error.value) == f"The settings file {what} Where: {path}. What to do: {todo}"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.text(max_size=60), st.text(alphabet=" -:[]{}#&*!|>'\"\n012a?%@", max_size=40)))
def test_whatever_stands_in_the_file_the_answer_is_settings_or_words(tmp_path: Path, content: str) -> None:
    path = tmp_path / "any.yaml"
    path.write_text(content, encoding="utf-8", newline="")
    with pytest.raises(WrongUsage):
        Authority.read(path)


def test_the_digest_is_of_the_settings_and_not_of_their_order() -> None:
    one = Experiment.check(experiment(), where="x")
    turned = Experiment.check(dict(reversed(experiment().items())), where="x")
    other = Experiment.check(experiment(reserve=3), where="x")
    assert one.digest() == turned.digest() != other.digest()


def test_settings_do_not_change_after_they_were_checked() -> None:
    made = Experiment.check(experiment(), where="x")
    with pytest.raises(ValueError, match="frozen"):
        made.reserve = 5  # type: ignore[misc]


def test_what_does_not_ship_is_said_to_be_missing() -> None:
    assert (shipped("data_schemas") / "person.yaml").is_file()
    with pytest.raises(WrongUsage) as error:
        shipped("no_such_folder")
    assert str(error.value) == (
        "The installation is incomplete: `no_such_folder` is missing. "
        "What to do: Install prevention-model again."
    )
