"""The policy: an absent one is an error, a misspelt one too, and nothing in it has a silent default."""

from typing import Any

import pytest
import yaml

from prevention_model.audit import CHECKS
from prevention_model.errors import WrongUsage
from prevention_model.settings.policy import DEFAULT_POLICY, Policy


def content(**changes: Any) -> dict[str, Any]:
    """The shipped policy as plain content, with changes."""
    return {**yaml.safe_load(DEFAULT_POLICY.read_text(encoding="utf-8")), **changes}


def test_an_absent_policy_is_an_error_and_not_an_empty_audit(tmp_path) -> None:
    with pytest.raises(WrongUsage, match="The settings file does not exist"):
        Policy.read(tmp_path / "policy.yaml")


def test_an_empty_policy_names_everything_that_is_missing() -> None:
    with pytest.raises(WrongUsage) as caught:
        Policy.check({"name": "x"}, where="policy.yaml")
    assert "groups: missing, and it has no default" in str(caught.value)
    assert "required: missing, and it has no default" in str(caught.value)


def test_no_threshold_has_a_default_in_code() -> None:
    assert [name for name, field in Policy.model_fields.items() if not field.is_required()] == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"groups": []}, "groups"),
        ({"required": []}, "required"),
        ({"required": ["PM1"]}, "required.0"),
        ({"required": ["PM001", "PM001"]}, "named twice: PM001"),
        ({"must_be_assessable": ["PM012"]}, "must_be_assessable may name required checks only"),
        ({"intersections": [["sex", "height"]]}, "not among the groups to audit: height"),
        ({"missed_gap_by_group": {"height": 0.2}}, "not among the groups to audit: height"),
        ({"missed_gap_max": 0}, "missed_gap_max"),
        ({"calibration_slope": [1.1, 1.2]}, "a band must run from below 1 to above 1"),
        ({"resamples": 10}, "resamples"),
        ({"sign_off_roles": ["Head of service"]}, "sign_off_roles"),
        ({"sign_off_roles": ["Head of service", "Head of service"]}, "named twice: Head of service"),
        ({"must_beat_on": ["accuracy"]}, "must_beat_on.0"),
        ({"rivals_required": []}, "rivals_required"),
        ({"certificate_days": 4000}, "certificate_days"),
        ({"missed_gap": 0.5}, "missed_gap: unknown setting"),
        ({"harm_weights": "by number"}, "harm_weights"),
        ({"harm_weights": {"care_begins": -1}}, "harm_weights"),
        ({"harm_weights": {"care_begins": float("inf")}}, "harm_weights"),
        ({"harm_weights": {"care_begins": float("nan")}}, "harm_weights"),
        ({"harm_weights": {"care_begins": 0}}, "at least one outcome must count"),
        ({"harm_weights": {}}, "at least one outcome must count"),
    ],
)
def test_a_policy_that_would_weaken_the_audit_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongUsage, match="wrong") as caught:
        Policy.check(content(**changes), where="policy.yaml")
    assert said in str(caught.value)


def test_harm_weights_are_those_of_the_outcomes_that_rank_in_their_order() -> None:
    said = Policy.check(content(harm_weights={"a": 1, "b": 0.5}), where="policy.yaml")
    assert list(said.weights(("b", "a")).items()) == [("b", 0.5), ("a", 1.0)]
    assert Policy.default().weights(("a", "b")) == {"a": 1.0, "b": 1.0}
    with pytest.raises(WrongUsage) as caught:
        said.weights(("b", "c"))
    assert "c ranks and has no weight; a has a weight and does not rank" in str(caught.value)


def test_every_changed_threshold_changes_the_digest() -> None:
    policy = Policy.default()
    same = Policy.check(dict(reversed(list(content().items()))), where="policy.yaml")
    looser = Policy.check(content(missed_gap_max=0.11), where="policy.yaml")
    assert policy.digest() == same.digest() != looser.digest()


def test_the_shipped_policy_asks_for_checks_that_exist_and_checks_read_keys_that_exist() -> None:
    policy = Policy.default()
    assert {*policy.required, *policy.never_waived} <= {check.code for check in CHECKS}
    assert {key for check in CHECKS for key in check.policy_keys} <= set(Policy.model_fields)


def test_every_number_in_the_shipped_policy_has_its_reason_above_it() -> None:
    lines = DEFAULT_POLICY.read_text(encoding="utf-8").splitlines()
    unexplained, explained = [], False
    for line in lines:
        if line.startswith("#"):
            explained = True
        elif not line.strip():
            explained = False
        elif not line.startswith((" ", "-")) and not explained:
            unexplained.append(line)
    assert unexplained == ['name: "Shipped default, version 1"']
