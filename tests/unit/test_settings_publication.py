"""The form of what is published: it loads half filled, and names whatever is empty by the key that was not typed."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.errors import WrongUsage
from prevention_model.settings.authority import read_authority
from prevention_model.settings.publication import PLACEHOLDERS, NotYetKnown, Publication
from tests.fixtures.made_up_publication import changed, mandatory_keys, publication
from tests.unit.test_settings_read import authority

KEYS = sorted(mandatory_keys())
SOURCES = tuple(publication()["data"]["by_source"])
LATER = {"not_yet_known": {"owner": "Head of service", "by": date(2026, 5, 1)}}


def read(content: object) -> Publication:
    return Publication.check(content, where="authority.yaml")


def refusal(content: object) -> str:
    with pytest.raises(WrongUsage) as error:
        read(content)
    return str(error.value)


def test_the_made_up_block_is_complete_and_large() -> None:
    assert read(publication()).unfilled(SOURCES) == ()
    assert len(KEYS) > 100


@given(
    key=st.sampled_from(KEYS),
    blank=st.sampled_from([None, "", " \n", "TBC", "To be confirmed.", *sorted(PLACEHOLDERS)]),
)
def test_a_field_that_is_emptied_is_named_and_no_other(key: str, blank: str | None) -> None:
    assert read(changed(key, blank)).unfilled(SOURCES) == (f"publication.{key}",)


@given(key=st.sampled_from([key for key in KEYS if key != "owner.third_party.involved"]))  # a yes or no
def test_what_is_not_known_yet_is_filled_until_its_day_is_past(key: str) -> None:
    held = read(changed(key, LATER))
    assert held.unfilled(SOURCES) == ()
    assert held.overdue(date(2026, 5, 1)) == ()
    assert held.overdue(date(2026, 5, 2)) == (f"publication.{key}",)


@pytest.mark.parametrize("list_key", ["risk.risks", "risk.impact_assessments", "co_production"])
def test_an_empty_list_is_one_empty_field(list_key: str) -> None:
    assert read(changed(list_key, [])).unfilled() == (f"publication.{list_key}",)


def test_parties_are_asked_for_only_where_somebody_is_involved() -> None:
    alone = changed("owner.third_party", {"involved": False})
    assert read(alone).unfilled(SOURCES) == ()
    unnamed = changed("owner.third_party", {"involved": True})
    assert read(unnamed).unfilled() == ("publication.owner.third_party.parties",)
    both = changed("owner.third_party.involved", False)
    assert "owner.third_party: parties are named although none is involved" in refusal(both)


def test_a_source_of_which_nothing_is_said_is_asked_about() -> None:
    assert read(publication()).unfilled(("a_new_source",)) == (
        "publication.data.by_source.a_new_source.collected_for",
        "publication.data.by_source.a_new_source.people_told",
    )


def test_an_authority_loads_with_no_block_a_blank_one_and_a_half_filled_one(tmp_path: Path) -> None:
    halves: list[dict[str, Any]] = [
        {},
        {"publication": None},
        {"publication": {"owner": None, "risk": {"risks": [None]}, "data": {"by_source": {"police": None}}}},
    ]
    for half in halves:
        path = tmp_path / "authority.yaml"
        path.write_text(yaml.safe_dump(authority(**half)), encoding="utf-8")
        assert len(read_authority(path).publication.unfilled()) > 40


def test_a_field_that_is_not_text_is_refused_in_words() -> None:
    assert refusal({"region": 7, "owner": {"team": {"not_yet_known": {"owner": "Head"}}, "boss": None}}) == (
        "3 settings are wrong: region: give text, in quotes where it is a number; owner.team: give text, or "
        "`not_yet_known: {owner: ROLE, by: DATE}` with both and nothing else; owner.boss: unknown setting. Where: "
        "authority.yaml. What to do: Correct the named settings and run again; docs/how-to/configure.md lists them all."
    )


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("website", "www.made-up.example", "website: give an address that begins with https://"),
        ("website", "https://made-up.example and more", "website: give an address that begins with https://"),
        ("contact_email", "ask the team", "contact_email: give one email address"),
        ("contact_email", "a@made-up.example, b@made-up.example", "contact_email: give one email address"),
    ],
)
def test_an_address_that_nobody_could_use_is_refused(key: str, value: str, said: str) -> None:
    assert said in refusal(changed(key, value))


def test_what_is_not_known_yet_is_printed_with_who_and_when() -> None:
    assert str(NotYetKnown.model_validate(LATER)) == (
        "Not yet known. To be found out by Head of service, by 1 May 2026."
    )
