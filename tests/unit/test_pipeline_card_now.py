"""A card as it stands while people decide: who signed so far, what is waived, and what still stands in the way."""

from pathlib import Path

import pytest

from prevention_model.cards import CardFacts
from prevention_model.pipeline.card_now import as_it_stands, as_released
from tests.fixtures import made_up_card as made
from tests.fixtures import made_up_papers
from tests.release.gate_scene import TODAY, Scene, scene, waive


@pytest.fixture
def facts() -> CardFacts:
    checks = [
        {"name": "PM006 Missed more", "status": "failed", "text": "Found.", "blocks": True},
        {"name": "PM012 False alarms", "status": "failed", "text": "Found.", "blocks": False},
    ]
    return CardFacts.check(made.facts(checks=checks))


def now(held: Scene, facts: CardFacts) -> CardFacts:
    authority = made_up_papers.authority().model_copy(update={"signatories": held.signatories})
    entries = held.ledger.entries(subject=held.run.run_id)
    return as_it_stands(facts, held.run, entries, held.policy, authority, None, TODAY)


def test_one_signature_of_two_is_shown_and_is_not_enough(tmp_path: Path, facts: CardFacts) -> None:
    held = scene(tmp_path)
    assert now(held, facts).sign_offs == []
    held.sign("Hana Head")
    said = now(held, facts)
    assert [each["name"] for each in said.sign_offs] == ["Hana Head"]
    assert (said.verdict, said.certificate, said.stage) == ("awaiting sign-off", None, "not released")
    held.sign("Omar Officer")
    assert now(held, facts).verdict == "signed"


def test_a_release_is_shown_with_stage_and_certificate_and_what_it_becomes_later(
    tmp_path: Path, facts: CardFacts
) -> None:
    held = scene(tmp_path)
    held.sign_both()
    released = held.check()
    authority = made_up_papers.authority()
    at_the_gate = as_released(facts, released, authority, None)
    entry = held.release()
    said = now(held, facts)
    for card in (at_the_gate, said):
        assert (card.verdict, card.stage) == ("released", "shadow")
        assert card.certificate is not None
        assert card.certificate["expires"] == entry.body["certificate"]["expires"]
    held.ledger.append(
        "withdrawn",
        held.run.run_id,
        {
            "release_id": entry.body["release_id"],
            "reason": "Something",
            "by": "Hana Head",
            "date": TODAY.isoformat(),
        },
    )
    assert now(held, facts).verdict == "withdrawn"


def test_a_waived_check_is_shown_as_one_and_stands_in_the_way_no_more(
    tmp_path: Path, facts: CardFacts
) -> None:
    held = scene(tmp_path, failed=("PM006",))
    held.sign("Hana Head", waive("PM006"))
    first, second = now(held, facts).checks
    assert (first["status"], first["blocks"]) == ("waived", False)
    assert (second["status"], second["blocks"]) == ("failed", False)
