"""A zone's list: what a coordinator is told first, what is never told, and who must not be on it."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from prevention_model.errors import Expired, WrongUsage
from prevention_model.lists import ZoneList
from prevention_model.lists.actions import ACTIONS, DECISIONS
from prevention_model.lists.assemble import zone_list
from prevention_model.lists.facts import NotHeld
from prevention_model.lists.known import READ
from prevention_model.lists.rows import FamilyRow, ListHeader
from prevention_model.records import Records
from tests.fixtures import made_up_zone as made


def _list(
    scores: pd.DataFrame | None = None,
    records: Records | None = None,
    reasons: pd.DataFrame | None = None,
    today: date = made.TODAY,
    release: dict[str, Any] | None = None,
    **figures: Any,
) -> ZoneList:
    scores = made.scores() if scores is None else scores
    records = made.records(scores) if records is None else records
    reasons = made.reasons(scores) if reasons is None else reasons
    released = made.MadeRelease(scores, reasons, **(release or {}))
    people = made.identities(records)
    return zone_list(released, records, people, made.authority(), "Z1", made.figures(**figures), today)


ELSEWHERE = "Information held by another agency: ask the Children's Advice and Duty Service, 01632 960000"


@cache
def _usual() -> ZoneList:
    return _list()


def _family(held: ZoneList, home: str) -> FamilyRow:
    return next(family for family in held.families if family.household_id == home)


def test_who_works_with_the_family_comes_before_anything_the_model_says() -> None:
    names = list(FamilyRow.__dataclass_fields__)
    for first in ("current_involvement", "team_around_family", "previous_early_help", "family_agreement"):
        for later in ("position_band", "change_direction", "reasons", "strengths"):
            assert names.index(first) < names.index(later)


def test_open_services_are_shown_with_team_and_since_when() -> None:
    services = _family(_usual(), "h01").current_involvement
    assert [service.service for service in services] == ["Early help", "Children's social care"]
    assert services[0].team == "North Vale family team"
    assert services[0].since == date(2024, 3, 4)
    assert isinstance(services[0].contact, NotHeld)
    assert _family(_usual(), "h01").plan_in_place


def test_early_help_of_two_children_is_one_involvement() -> None:
    assert sum(s.service == "Early help" for s in _family(_usual(), "h01").current_involvement) == 1


def test_an_adults_treatment_is_never_named() -> None:
    services = _family(_usual(), "h06").current_involvement
    assert [service.service for service in services] == ["Services for parents"]
    assert "substance" not in services[0].line.lower()
    assert not _family(_usual(), "h06").plan_in_place


def _with_spell(scores: pd.DataFrame, **spell: Any) -> Records:
    row = {"person_id": "p000", "kind": "early_help", "code": "parenting", "agency": "early_help", **spell}
    return made.records(scores, spell=pd.DataFrame([row]))


@pytest.mark.parametrize(
    ("spell", "shown"),
    [
        ({"start_date": "2024-05-01", "end_date": None}, True),
        ({"start_date": "2024-05-01", "end_date": "2024-07-01"}, False),
        ({"start_date": "2024-05-01", "end_date": "2024-12-01"}, True),
        ({"start_date": "2024-09-05", "end_date": None}, False),
        ({"start_date": "2024-05-01", "known_start": "2024-09-03", "end_date": None}, False),
        ({"start_date": "2024-05-01", "end_date": "2024-07-01", "known_end": "2024-09-09"}, True),
    ],
    ids=["open", "ended", "ends later", "starts after", "known after", "its end known only after"],
)  # fmt: skip
def test_involvement_is_what_was_known_at_the_index_date(spell: dict[str, Any], shown: bool) -> None:
    scores = made.scores()
    held = _list(scores, _with_spell(scores, **spell))
    assert bool(_family(held, "h00").current_involvement) is shown


def test_earlier_help_shows_when_and_how_it_ended() -> None:
    past = _family(_usual(), "h02").previous_early_help
    assert [p.line for p in past] == ["School attendance, ended 30 August 2022: needs met"]


def test_agreement_and_views_carry_their_dates_or_say_that_there_are_none() -> None:
    first, other = _family(_usual(), "h01"), _family(_usual(), "h00")
    assert first.family_agreement == "Agreed to early help (4 March 2024)"
    assert first.child_view == "Recorded on 18 April 2024"
    assert first.family_view == "No view recorded"
    assert other.child_view == "No view recorded"
    assert other.family_agreement.startswith("Not asked yet")


def _attribute(scores: pd.DataFrame, rows: list[tuple[str, str, str, str]]) -> Records:
    frame = pd.DataFrame(rows, columns=["person_id", "name", "value", "event_date"])
    return made.records(scores, attribute=frame.assign(agency="early_help"))


def test_a_withdrawn_agreement_counts_up_to_today_and_not_only_to_the_index_date() -> None:
    scores = made.scores()
    rows = [
        ("p000", "family_agreement", "agreed", "2024-03-01"),
        ("p000", "family_agreement", "withdrawn", "2024-09-10"),
    ]
    assert _family(_list(scores, _attribute(scores, rows)), "h00").family_agreement.startswith(
        "Agreed, and later withdrew"
    )


def test_an_objection_by_anybody_at_home_takes_the_family_off_the_usual() -> None:
    scores = made.scores()
    held = _list(scores, _attribute(scores, [("a-h00", "objection", "true", "2024-09-11")]))
    assert "h00" not in {family.household_id for family in held.families}
    assert ("An objection is on record", 1) in {(n.reason, n.children) for n in held.not_ranked}
    assert held.header.n_listed == 9, "the next family has the place"


def test_a_child_who_left_the_records_since_the_run_is_not_ranked() -> None:
    scores = made.scores()
    records = made.records(scores)
    people = records.frames["person"]
    left = replace(records, frames={**records.frames, "person": people[people["person_id"] != "p000"]})
    held = _list(scores, left)
    assert "h00" not in {family.household_id for family in held.families}
    assert ("No longer on record", 1) in {(n.reason, n.children) for n in held.not_ranked}


def test_a_child_with_a_social_worker_is_not_ranked_whatever_the_scores_say() -> None:
    scores = made.scores()
    spell = {"kind": "cp_plan", "agency": "social_care", "start_date": "2024-08-01", "end_date": None}
    held = _list(scores, _with_spell(scores, **spell))
    assert "h00" not in {family.household_id for family in held.families}
    assert ("Already has a social worker", 1) in {(n.reason, n.children) for n in held.not_ranked}


def test_a_sibling_with_a_social_worker_is_shown_and_not_ranked() -> None:
    family = _family(_usual(), "h01")
    assert len(family.children) == 4
    assert [c.individual_change for c in family.children].count("Not ranked: has a social worker") == 1


def test_who_could_not_be_ranked_is_counted_with_the_reason() -> None:
    assert {(n.reason, n.children) for n in _usual().not_ranked} == {
        ("Address not known for the last 12 months", 3),
        ("In statutory services", 1),
    }


def test_siblings_are_one_row() -> None:
    held = _usual()
    assert len({family.household_id for family in held.families}) == len(held.families) == 9
    assert sum(child.is_index_child for family in held.families for child in family.children) == 9


def test_within_a_band_the_order_says_nothing_about_rank() -> None:
    held = _usual()
    bands = [family.position_band for family in held.families]
    assert bands == sorted(bands, key=["A", "B", "C", "reserve"].index)
    for band in set(bands):
        refs = [family.family_ref for family in held.families if family.position_band == band]
        assert refs == sorted(refs)


def test_a_protected_record_hides_address_school_and_links() -> None:
    scores = made.scores()
    family = _family(
        _list(scores, _attribute(scores, [("a-h02", "protected_record", "true", "2024-09-11")])), "h02"
    )
    assert family.protected_record
    assert family.address.startswith("Protected record")
    assert family.setting_names == ()
    assert all(isinstance(child.setting, NotHeld) for child in family.children)
    assert isinstance(family.school_pyramid, NotHeld)


def test_what_another_agency_holds_is_not_told_and_does_not_shine_through() -> None:
    scores = made.scores()
    reasons = made.reasons(scores)
    reasons.loc[reasons["agency"] == "police", "theme"] = "domestic abuse"
    family = _family(_list(scores, reasons=reasons, may_see={"schools"}), "h00")
    assert [r.text for r in family.reasons[1:]] == [ELSEWHERE] * 2
    assert all((r.agency, r.theme, r.source, r.as_at) == ("", "", "", None) for r in family.reasons[1:])
    assert "police" not in str(family.reasons).lower()


def test_what_is_not_shared_with_coordinators_is_not_told() -> None:
    assert [r.hidden for r in _family(_usual(), "h00").reasons] == [False, False, True]


@pytest.mark.parametrize("drop", [True, False], ids=["no column", "no value"])
def test_where_a_reason_does_not_say_with_whom_it_is_shared_only_near_agencies_are_told(drop: bool) -> None:
    scores = made.scores()
    reasons = made.reasons(scores)
    reasons = reasons.drop(columns="share_with") if drop else reasons.assign(share_with=None)
    assert [r.hidden for r in _family(_list(scores, reasons=reasons), "h00").reasons] == [False, True, True]


def test_shared_with_nobody_is_told_to_nobody() -> None:
    scores = made.scores()
    family = _family(_list(scores, reasons=made.reasons(scores).assign(share_with="")), "h00")
    assert all(r.hidden for r in (*family.reasons, *family.strengths))


def test_a_feature_that_is_not_shared_with_coordinators_is_not_told() -> None:
    scores = made.scores()
    reasons = made.reasons(scores).assign(share_with="data_science")
    reasons.loc[reasons["position"] == 1, "share_with"] = "data_science, zone_coordinator"
    assert [r.hidden for r in _family(_list(scores, reasons=reasons), "h00").reasons] == [False, True, True]


def test_what_a_feature_shares_with_coordinators_is_told_whatever_the_agency() -> None:
    scores = made.scores()
    reasons = made.reasons(scores).assign(share_with="zone_coordinator")
    assert [r.hidden for r in _family(_list(scores, reasons=reasons), "h00").reasons] == [False] * 3
    narrowed = _family(_list(scores, reasons=reasons, may_see={"schools"}), "h00")
    assert [r.hidden for r in narrowed.reasons] == [False, True, True]


def test_at_most_three_reasons_and_strengths_each_with_source_and_date() -> None:
    scores = made.scores()
    more = made.reasons(scores)
    more = pd.concat([more, more[more["kind"] == "reason"].assign(position=4)])
    family = _family(_list(scores, reasons=more), "h00")
    assert len(family.reasons) == 3
    assert family.reasons[0].line.endswith("(Schools, attendance, 20 August 2024)")
    assert len(family.strengths) == 2


def test_the_first_step_is_the_lowest_level_that_fits_the_first_reason() -> None:
    assert (
        _family(_usual(), "h00").least_intrusive_first_step.text
        == "School attendance conversation with the form tutor"
    )


def test_without_a_fitting_offer_the_first_step_is_to_talk() -> None:
    scores = made.scores()
    family = _family(_list(scores, reasons=made.reasons(scores).assign(theme="other")), "h00")
    assert family.least_intrusive_first_step.text.startswith("Speak with the family")


def test_a_list_ends_after_35_days_or_with_its_certificate() -> None:
    assert _usual().header.valid_until == made.TODAY + timedelta(days=35)
    early = {"certificate": made.MadeCertificate(expires=date(2024, 9, 20))}
    assert _list(release=early).header.valid_until == date(2024, 9, 20)


def test_no_list_after_the_certificate_has_ended() -> None:
    with pytest.raises(Expired, match="ended on 2024-09-11"):
        _list(release={"certificate": made.MadeCertificate(expires=date(2024, 9, 11))})


def test_the_header_says_what_it_is_for_and_what_it_cannot_tell() -> None:
    header = _usual().header
    assert "voluntary" in header.purpose_statement
    assert "says nothing about how well a child is cared for" in header.low_rank_caveat
    assert "01632 960000" in header.safeguarding_escape
    assert header.expected_true_in_list == ("About 3 of 9",)
    assert (header.n_listed, header.capacity, header.n_reserve, header.n_eligible_families) == (9, 9, 2, 14)


def test_old_sources_are_named_on_every_row() -> None:
    assert all(family.stale_sources == ("housing",) for family in _usual().families)


def test_a_reference_does_not_follow_a_family_from_release_to_release() -> None:
    one, two = _list(), _list(release={"release_id": "REL-2024-10"})
    assert {f.family_ref for f in one.families}.isdisjoint(f.family_ref for f in two.families)
    assert _usual() == one, "and the same release gives the same list"


def test_the_record_of_a_list_says_whom_each_row_stands_for() -> None:
    held = _usual()
    key = held.key()
    assert set(key["household_id"]) == {f.household_id for f in held.families}
    assert list(key["child_ref"]) == [c.child_ref for f in held.families for c in f.children]
    assert key["child_ref"].is_unique and key["row_id"].nunique() == len(held.families)
    first = key[key["is_index_child"]]
    assert set(first["household_id"]) == set(key["household_id"]) and first["row_id"].is_unique
    home = dict(made.records(made.scores()).frames["household"][["person_id", "household_id"]].to_numpy())
    assert [home[person] for person in key["person_id"]] == list(key["household_id"])


def test_a_row_acted_on_lately_is_held_back() -> None:
    assert "h00" not in {f.household_id for f in _list(held_back={"h00"}).families}


def test_a_doubtful_household_says_so() -> None:
    family = _family(_usual(), "h03")
    assert family.household_confidence == "Some doubt who lives here: check with the family"
    assert "It is not sure that all of these people live together" in family.data_quality_flags


def test_a_zone_nobody_lives_in_has_an_empty_usual() -> None:
    scores = made.scores()
    records = made.records(scores)
    released = made.MadeRelease(scores, made.reasons(scores))
    held = zone_list(
        released, records, made.identities(records), made.authority(), "Z2", made.figures(), made.TODAY
    )
    assert held.families == ()
    assert held.header.n_listed == 0


def test_an_unknown_zone_and_missing_figures_are_refused() -> None:
    scores = made.scores()
    records = made.records(scores)
    released = made.MadeRelease(scores, made.reasons(scores))
    people = made.identities(records)
    with pytest.raises(WrongUsage, match="no zone Z9"):
        zone_list(released, records, people, made.authority(), "Z9", made.figures(), made.TODAY)
    with pytest.raises(WrongUsage, match="model_id; model_version"):
        figures = {k: v for k, v in made.figures().items() if not k.startswith("model_")}
        zone_list(released, records, people, made.authority(), "Z1", figures, made.TODAY)


def test_names_that_the_vault_does_not_hold_are_said_to_be_missing() -> None:
    scores = made.scores()
    records = made.records(scores)
    released = made.MadeRelease(scores, made.reasons(scores))
    nobody = made.identities(records).iloc[:0]
    held = zone_list(released, records, nobody, made.authority(), "Z1", made.figures(), made.TODAY)
    assert held.families[0].address == "Address not held"
    assert all(c.name == "Name not held" for f in held.families for c in f.children)


def test_a_child_without_a_household_is_a_family_of_one() -> None:
    scores = made.scores()
    scores["household_id"] = scores["household_id"].where(scores["person_id"] != "p000", "alone:p000")
    records = made.records(made.scores())
    assert [c.is_index_child for c in _family(_list(scores, records), "alone:p000").children] == [True]


GOVERNANCE_HEADER = """list_id zone_code zone_name run_date valid_until model_id model_version certificate_id
certificate_expires horizon outcome_plain capacity n_eligible_children n_eligible_families n_listed
expected_true_in_list data_as_at coverage_warnings audit_ref low_rank_caveat purpose_statement generated_by""".split()
GOVERNANCE_ROW = """row_id family_ref household_confidence zone_code school_pyramid setting_names position_band rank
change_direction change_since reasons strengths children current_involvement team_around_family previous_early_help
family_agreement objection_flag contact_preferences protected_record suggested_universal_offer
least_intrusive_first_step data_quality_flags stale_sources uncertainty_band explanation_ref do_not_use_for""".split()
GOVERNANCE_ACTION = """decision decision_reason_code decision_note decided_by decided_at time_viewed_before_decision
who_will_contact contact_by contacted_at family_response family_view_recorded child_view_recorded outcome_at_90d
better_off_kind data_error_reported""".split()


def test_every_field_that_governance_asks_for_is_there() -> None:
    assert set(GOVERNANCE_HEADER) <= set(ListHeader.__dataclass_fields__)
    assert set(GOVERNANCE_ROW) <= set(FamilyRow.__dataclass_fields__)
    # A contest gets its number when the answer is read; here the coordinator says what is challenged.
    assert {field.name for field in ACTIONS} == {*GOVERNANCE_ACTION, "known_before", "contest"}
    assert len(DECISIONS) == 7


def test_nothing_is_left_empty_without_a_word() -> None:
    for family in _usual().families:
        for name in FamilyRow.__dataclass_fields__:
            value = getattr(family, name)
            assert value is not None
            assert value != "", name


def test_a_rising_family_says_since_when_and_others_what_they_are_compared_with() -> None:
    scores = made.scores()
    scores["rising_since"] = pd.Timestamp("2024-01-01")
    held = _list(scores=scores, change_since=date(2023, 9, 1))
    since = {family.change_direction: family.change_since for family in held.families}
    assert since.pop("rising") == date(2024, 1, 1)
    assert since and set(since.values()) == {date(2023, 9, 1)}


def test_where_nothing_tells_which_way_a_family_goes_the_list_says_so() -> None:
    held = _list(scores=made.scores().assign(direction="not known", credibility=float("nan")))
    assert {family.change_direction for family in held.families} == {"not known"}
    assert {family.uncertainty_band for family in held.families} == {"Not known how clear this change is"}


def test_a_list_reads_no_more_of_the_stored_records_than_it_says(tmp_path: Path) -> None:
    scores = made.scores()
    records = made.records(scores)
    records.write(tmp_path / "tables")
    lists = [
        zone_list(
            made.MadeRelease(scores, made.reasons(scores)),
            Records.read(tmp_path / "tables", wanted),
            made.identities(records),
            made.authority(),
            "Z1",
            made.figures(),
            made.TODAY,
        )
        for wanted in (None, READ)
    ]
    assert lists[0] == lists[1]
    assert lists[0].families
