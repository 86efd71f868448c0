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
