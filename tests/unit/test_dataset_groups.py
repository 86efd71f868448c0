"""Groups of the audit: as known at the index date, and "Not recorded" wherever nobody knows."""

import numpy as np
import pandas as pd
import pytest

from prevention_model.dataset import audit_groups
from prevention_model.dataset.groups import NOT_RECORDED
from prevention_model.errors import WrongUsage
from prevention_model.query import Retention
from prevention_model.records import Records
from prevention_model.settings.experiment import GroupSettings

MEMBERS = pd.DataFrame(
    {
        "person_id": ["b", "a", "a", "stranger"],
        "index_date": pd.to_datetime(["2024-01-01", "2024-01-01", "2023-01-01", "2024-01-01"]),
        "age_years": [17.0, 4.0, 3.0, np.nan],
    }
)


def group(**settings: object) -> GroupSettings:
    return GroupSettings.check({"name": "g"} | settings, where="groups")


def grouped(frames: dict, **settings: object) -> list[str]:
    made = audit_groups(Records.from_frames(frames), MEMBERS, [group(**settings)])
    assert len(made) == len(MEMBERS)
    return made["g"].tolist()


def attributes(*rows: tuple[str, str, str, str]) -> dict[str, pd.DataFrame]:
    columns = ["person_id", "value", "event_date", "known_date"]
    return {"attribute": pd.DataFrame(rows, columns=columns).assign(name="language")}


def test_a_person_column_is_not_recorded_for_strangers_and_empty_cells() -> None:
    people = {"person": pd.DataFrame({"person_id": ["a", "b"], "sex": ["F", None]})}
    assert grouped(people, person="sex") == [NOT_RECORDED, "F", "F", NOT_RECORDED]


def test_an_attribute_is_taken_as_it_was_known_before_the_index_date() -> None:
    known = attributes(
        ("a", "Punjabi", "2022-05-01", "2022-05-01"),
        ("a", "Polish", "2023-05-01", "2023-05-01"),
        ("b", "Urdu", "2024-01-01", "2024-01-01"),
    )
    # On the index date itself nothing of that day is known yet: b is not recorded.
    assert grouped(known, attribute="language") == [NOT_RECORDED, "Polish", "Punjabi", NOT_RECORDED]


def test_an_attribute_past_its_retention_is_not_recorded() -> None:
    known = attributes(
        ("a", "Polish", "2021-12-31", "2021-12-31"),
        ("b", "Urdu", "2022-01-01", "2023-05-01"),
        ("b", "Hindi", "2021-01-01", "2021-01-01"),
    )
    asked = [group(attribute="language")]
    kept = audit_groups(Records.from_frames(known), MEMBERS, asked, Retention({"language": "2 years"}))
    assert kept["g"].tolist() == ["Urdu", NOT_RECORDED, "Polish", NOT_RECORDED]
    assert grouped(known, attribute="language") == ["Urdu", "Polish", "Polish", NOT_RECORDED]


def test_what_became_known_later_does_not_count_however_long_ago_it_was_so() -> None:
    known = attributes(("a", "Polish", "2010-01-01", "2024-01-01"))
    assert set(grouped(known, attribute="language")) == {NOT_RECORDED}


def test_an_old_fact_that_arrives_late_does_not_replace_a_newer_one() -> None:
    known = attributes(
        ("a", "Polish", "2022-05-01", "2022-05-01"), ("a", "Punjabi", "2019-01-01", "2022-09-01")
    )
    assert grouped(known, attribute="language")[1:3] == ["Polish", "Polish"]


def test_of_two_values_of_one_day_the_answer_does_not_depend_on_the_order_of_rows() -> None:
    rows = [("a", "Polish", "2022-05-01", "2022-05-01"), ("a", "Urdu", "2022-05-01", "2022-05-01")]
    assert grouped(attributes(*rows), attribute="language") == grouped(
        attributes(*rows[::-1]), attribute="language"
    )


def test_the_first_open_spell_names_the_group() -> None:
    spells = pd.DataFrame(
        {
            "person_id": ["a", "a", "b"],
            "kind": ["sen_support", "ehcp", "sen_support"],
            "start_date": ["2022-01-01", "2023-06-01", "2022-01-01"],
            "end_date": [None, None, "2023-06-01"],
        }
    )
    assert grouped({"spell": spells}, open_spell=["ehcp", "sen_support"]) == [
        "none",
        "ehcp",
        "sen_support",
        "none",
    ]


def test_a_spell_that_was_not_being_received_is_not_the_same_as_none() -> None:
    """Were they called "none", the audit would count children nobody knows about as children without need."""
    spells = pd.DataFrame({"person_id": ["b"], "kind": "ehcp", "start_date": ["2023-07-01"]})
    coverage = pd.DataFrame(
        {"source": ["s", "s"], "kind": ["ehcp", "sen_support"], "from": "2023-06-01", "to": "2025-01-01"}
    )
    before_receipt = MEMBERS["index_date"] < "2023-06-01"
    made = grouped({"spell": spells, "coverage": coverage}, open_spell=["ehcp", "sen_support"])
    assert made[0] == "ehcp"
    assert pd.Series(made)[before_receipt].tolist() == [NOT_RECORDED]


def test_bands_hold_their_lower_end_and_lose_nobody() -> None:
    assert grouped({}, member="age_years", bands=[0, 4, 17]) == [
        "17 and over",
        "4 to under 17",
        "0 to under 4",
        NOT_RECORDED,
    ]
    # A number below the lowest band is recorded, and says so.
    assert grouped({}, member="age_years", bands=[4, 11])[2] == "under 4"


def test_bands_of_an_attribute_read_its_number() -> None:
    known = attributes(("a", "3", "2022-05-01", "2022-05-01"), ("b", "unclear", "2022-05-01", "2022-05-01"))
    made = grouped(known, attribute="language", bands=[1, 3, 5])
    assert made == [NOT_RECORDED, "3 to under 5", "3 to under 5", NOT_RECORDED]


def told(*rows: tuple[str, str, str, str, str]) -> dict[str, pd.DataFrame]:
    columns = ["person_id", "name", "value", "event_date", "known_date"]
    return {"attribute": pd.DataFrame(rows, columns=columns)}


DISABILITY = {
    "attribute": ["disability", "disability_recorded"],
    "names": {"none": "no", "false": "no"},
    "other": "yes",
    "not_recorded": ["unknown"],
}


def test_of_several_attributes_the_latest_counts() -> None:
    known = told(
        ("a", "disability", "autism", "2022-03-31", "2022-03-31"),
        ("a", "disability_recorded", "false", "2023-03-31", "2023-03-31"),
        ("b", "disability_recorded", "true", "2023-03-31", "2023-03-31"),
    )
    assert grouped(known, **DISABILITY) == ["yes", "no", "yes", NOT_RECORDED]


def test_what_says_nothing_does_not_take_the_place_of_what_was_said() -> None:
    known = told(
        ("a", "disability", "none", "2022-03-31", "2022-03-31"),
        ("a", "disability_recorded", "unknown", "2022-06-30", "2022-06-30"),
        ("a", "disability", "unmapped", "2022-09-30", "2022-09-30"),
        ("b", "disability_recorded", "unknown", "2022-06-30", "2022-06-30"),
    )
    assert grouped(known, **DISABILITY) == [NOT_RECORDED, "no", "no", NOT_RECORDED]


@pytest.mark.parametrize("order", [1, -1])
def test_of_one_day_none_gives_way_to_whatever_was_found(order: int) -> None:
    rows = [("a", "disability", value, "2022-03-31", "2022-03-31") for value in ("none", "learning")]
    assert grouped(told(*rows[::order]), **DISABILITY)[1:3] == ["yes", "yes"]


def test_each_of_several_attributes_is_kept_as_long_as_its_own_retention_says() -> None:
    known = told(
        ("a", "disability", "autism", "2021-12-31", "2021-12-31"),
        ("b", "disability_recorded", "true", "2021-12-31", "2021-12-31"),
    )
    kept = audit_groups(
        Records.from_frames(known), MEMBERS, [group(**DISABILITY)], Retention({"disability": "2 years"})
    )
    assert kept["g"].tolist() == ["yes", NOT_RECORDED, "yes", NOT_RECORDED]


CARE = {
    "ever_spell": ["care_period"],
    "ever_said": {"previously_looked_after": ["adopted", "residence_order"]},
}


def care(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["person_id", "start_date", "end_date"]).assign(kind="care_period")


def test_a_spell_is_now_before_or_none_as_known_at_the_index_date() -> None:
    spells = care(
        ("a", "2022-01-01", "2023-06-01"), ("b", "2023-12-31", None), ("stranger", "2024-01-01", None)
    )
    assert grouped({"spell": spells}, **CARE) == ["now", "before", "now", "none"]


def test_a_spell_that_became_known_later_is_not_known_before() -> None:
    spells = care(("a", "2022-01-01", "2022-06-01")).assign(known_start="2023-05-01", known_end="2023-05-01")
    assert grouped({"spell": spells}, **CARE) == ["none", "before", "none", "none"]


def test_care_before_what_was_received_is_known_where_a_school_says_so() -> None:
    known = told(
        ("a", "previously_looked_after", "adopted", "2023-05-19", "2023-05-19"),
        ("a", "previously_looked_after", "not_declared", "2023-10-05", "2023-10-05"),
        ("b", "previously_looked_after", "not_declared", "2023-05-19", "2023-05-19"),
    )
    # Once said stays said: a later year in which parents were not asked takes nothing back.
    assert grouped(known, **CARE) == ["none", "before", "none", "none"]


def test_what_a_school_said_is_looked_at_as_long_as_it_may_be_kept() -> None:
    known = told(("a", "previously_looked_after", "adopted", "2021-12-31", "2021-12-31"))
    kept = Retention({"previously_looked_after": "2 years"})
    made = audit_groups(Records.from_frames(known), MEMBERS, [group(**CARE)], kept)
    assert made["g"].tolist() == ["none", "none", "before", "none"]


def test_no_care_is_only_known_while_social_care_was_being_received() -> None:
    coverage = pd.DataFrame(
        {"source": "s", "kind": ["care_period"], "from": ["2023-06-01"], "to": ["2025-01-01"]}
    )
    spells = care(("b", "2020-01-01", "2021-01-01"))
    known = told(("a", "previously_looked_after", "adopted", "2022-05-19", "2022-05-19"))
    made = grouped({"spell": spells, "coverage": coverage} | known, **CARE)
    # In January 2023 nobody's care was being received, and still the school had said so of one child.
    assert made == ["before", "before", "before", "none"]
    assert grouped({"spell": spells, "coverage": coverage}, **CARE)[2] == NOT_RECORDED


def test_a_code_for_not_yet_obtained_is_not_recorded() -> None:
    people = {"person": pd.DataFrame({"person_id": ["a", "b"], "ethnicity": ["NOBT", "unmapped"]})}
    assert set(grouped(people, person="ethnicity", not_recorded=["NOBT"])) == {NOT_RECORDED}


def test_names_may_say_what_the_others_are_called() -> None:
    known = attributes(("a", "POL", "2022-05-01", "2022-05-01"), ("b", "ENB", "2022-05-01", "2022-05-01"))
    names = {"ENG": "English", "ENB": "English"}
    made = grouped(known, attribute="language", names=names, other="Another language")
    assert made == ["English", "Another language", "Another language", NOT_RECORDED]


def test_names_merge_small_groups_and_never_the_not_recorded() -> None:
    people = {"person": pd.DataFrame({"person_id": ["a", "b"], "ethnicity": ["WBRI", "OOTH"]})}
    assert grouped(people, person="ethnicity", names={"WBRI": "White"}) == [
        "Other",
        "White",
        "White",
        NOT_RECORDED,
    ]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"person": "shoe_size"}, "Group g: there is no person column shoe_size."),
        ({"member": "shoe_size"}, "Group g: the cohort has no column shoe_size."),
    ],
)
def test_a_grouping_by_nothing_is_refused(settings: dict, says: str) -> None:
    with pytest.raises(WrongUsage) as error:
        grouped({}, **settings)
    assert str(error.value) == says
