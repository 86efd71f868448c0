"""The public face: a name means the same thing whatever was imported before it."""

import importlib

import pytest

import prevention_model as pm


def test_a_public_name_is_the_thing_itself_and_always_the_same_one() -> None:
    from prevention_model.query import Count
    from prevention_model.records import Records

    assert pm.Count is Count is pm.Count
    assert pm.Records is Records


def test_the_room_of_audits_and_the_function_audit_live_side_by_side() -> None:
    room = importlib.import_module("prevention_model.audit")
    assert pm.audit is room.audit
    assert callable(pm.audit)
    assert importlib.import_module("prevention_model.dataset") is pm.dataset


def test_a_name_that_is_not_there_says_which_are() -> None:
    with pytest.raises(AttributeError) as error:
        _ = pm.Modle
    assert str(error.value) == (
        f"prevention_model has no public name 'Modle'; it has: {', '.join(sorted(pm.__all__))}"
    )
    assert not hasattr(pm, "numpy")


def test_tests_can_still_put_something_else_in_the_place_of_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(pm, "catalogue", lambda: ())
        assert pm.catalogue() == ()
    assert len(pm.catalogue()) > 0
