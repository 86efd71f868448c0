"""What each paper says follows from the facts: another fact, another answer."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.explanation.reading_age import reading_age
from prevention_model.features import catalogue
from prevention_model.pages.document import Bullets, Document, Facts, Inset, Section, Table, to_markdown
from prevention_model.papers.datasheet import datasheet_document
from prevention_model.papers.dpia import dpia_document
from prevention_model.papers.dpia_signs import signs
from prevention_model.papers.equality import CHARACTERISTICS, equality_document
from prevention_model.papers.privacy_notice import notice_document, own_words
from prevention_model.papers.probast import appraised, probast_document, ratings
from prevention_model.papers.tripod import tripod_document
from prevention_model.papers.tripod_items import ITEMS
from tests.fixtures.made_up_card import facts
from tests.fixtures.made_up_papers import authority, checked, public
from tests.fixtures.made_up_publication import changed
from tests.fixtures.made_up_watching import WATCHING

CODES = (
    "1 2 3a 3b 3c 4 5a 5b 6a 6b 6c 7 8a 8b 8c 9a 9b 9c 10 11 12a 12b 12c 12d 12e 12f 12g 13 14 15 16 17 "
    "18a 18b 18c 18d 18e 18f 19 20a 20b 20c 21 22 23a 23b 24 25 26 27a 27b 27c"
).split()


def section(document: Document, title: str) -> Section:
    return next(each for each in document.sections if each.title == title)


def tables(document: Document) -> list[Table]:
    return [block for each in document.sections for block in each.blocks if isinstance(block, Table)]


def outcome(**changes: str) -> dict[str, str]:
    return facts()["outcome"] | changes


# TRIPOD+AI


def test_all_52_items_are_answered_with_a_place_or_a_reason() -> None:
    rows = [row for table in tables(tripod_document(public(), authority())) for row in table.rows]
    assert [row[0] for row in rows] == CODES and len(CODES) == 52
    assert [item.code for item in ITEMS] == CODES
    assert [row[0] for row in rows if len(str(row[2])) < 5] == []
    # What the authority alone can say has no other place to point at.
    assert [row[0] for row in rows if not row[3]] == ["18a", "18b", "18c", "18e", "18f"]


def test_what_was_updated_is_said_where_something_was() -> None:
    item = next(item for item in ITEMS if item.code == "24")
    first = public(changed={"since": "", "on": "", "rows": []})
    later = public(changed={"since": "RUN-0041", "on": "2024-06-01", "rows": []})
    assert item.words(first, authority()).startswith("None: it is the first version")
    assert "since run RUN-0041" in item.words(later, authority())


# PROBAST


def answers(made: Any) -> dict[str, str]:
    return {each.question.number: each.answer for each in appraised(made)}


def test_all_20_questions_are_answered_and_nothing_is_known_without_checks() -> None:
    held = answers(checked(PM099="passed"))
    assert list(held) == [
        f"{d}.{n}" for d, count in ((1, 2), (2, 3), (3, 6), (4, 9)) for n in range(1, count + 1)
    ]
    unknown = {number for number, answer in held.items() if answer == "no information"}
    assert {"1.1", "1.2", "2.1", "2.2", "2.3", "3.3", "3.6", "4.4", "4.6", "4.8", "4.9"} <= unknown


@pytest.mark.parametrize(
    ("question", "codes", "best", "worst"),
    [
        ("1.1", ("PM022",), "probably yes", "probably no"),
        ("1.2", ("PM018",), "probably yes", "probably no"),
        ("2.1", ("PM021", "PM022"), "probably yes", "probably no"),
        ("2.2", ("PM001", "PM008"), "yes", "no"),
        ("2.3", ("PM008",), "yes", "no"),
        ("3.3", ("PM001", "PM033"), "probably yes", "probably no"),
        ("3.6", ("PM013",), "yes", "no"),
        ("4.4", ("PM022",), "probably yes", "probably no"),
        ("4.9", ("PM009", "PM030"), "yes", "no"),
    ],
)
def test_an_answer_that_rests_on_checks_follows_them(
    question: str, codes: tuple[str, ...], best: str, worst: str
) -> None:
    assert answers(checked(**dict.fromkeys(codes, "passed")))[question] == best
    for failing in codes:
        for status in ("failed", "could_not_run", "waived"):
            held = dict.fromkeys(codes, "passed") | {failing: status}
            assert answers(checked(**held))[question] == worst, (failing, status)
        for status in ("too_few", "not_applicable"):
            held = dict.fromkeys(codes, "passed") | {failing: status}
            assert answers(checked(**held))[question] == "no information", (failing, status)


@pytest.mark.parametrize(
    ("watched", "determined", "same", "blind"),
    [
        ("low", "probably yes", "probably yes", "probably yes"),
        ("some", "probably yes", "no information", "probably no"),
        ("high", "probably no", "probably no", "no"),
        ("", "no information", "no information", "no information"),
    ],
)
def test_who_is_watched_decides_about_the_outcome(
    watched: str, determined: str, same: str, blind: str
) -> None:
    held = answers(public(outcome=outcome(watched=watched), checks=facts()["checks"][:1]))
    assert (held["3.1"], held["3.4"], held["3.5"]) == (determined, same, blind)


def test_features_that_hold_the_outcome_are_a_trap() -> None:
    apart = WATCHING | {"own_agency": WATCHING["own_agency"] | {"features": 0}}
    passed = [{"name": "PM001 A title", "status": "passed", "text": "x", "blocks": False}]
    assert answers(public(watching=apart, checks=passed))["3.3"] == "yes"
    silent = WATCHING | {"own_agency": {"why_not": "It is not said whose records show the outcome."}}
    assert answers(public(watching=silent, checks=passed))["3.3"] == "no information"


@pytest.mark.parametrize(
    ("each", "expected"), [(4.9, "no"), (5.0, "probably no"), (10.0, "probably yes"), (20.0, "yes")]
)
def test_4_1_follows_the_onsets_for_each_feature(each: float, expected: str) -> None:
    assert answers(public(sizes=facts()["sizes"] | {"onsets_per_feature": each}))["4.1"] == expected


@pytest.mark.parametrize(
    ("cut", "expected"),
    [(0, "yes"), (300, "probably yes"), (2000, "probably no"), (9000, "no"), (3, "no information")],
)
def test_4_3_follows_how_much_follow_up_was_cut_short(cut: int, expected: str) -> None:
    made = public(frequencies=facts()["frequencies"] | {"cut_short": cut})
    assert answers(made)["4.3"] == expected


def test_3_2_and_4_5_follow_what_was_declared() -> None:
    assert answers(public())["3.2"] == "yes"
    assert answers(public(hashes={"Records": "ab" * 32}))["3.2"] == "no information"
    assert answers(checked(PM011="passed"))["4.5"] == "yes"
    assert answers(checked(PM011="failed"))["4.5"] == "probably no"


def test_4_6_needs_families_apart_outcomes_known_and_little_cut_short() -> None:
    sound = {"PM002": "passed", "PM013": "passed"}
    assert answers(checked(**sound))["4.6"] == "probably yes"
    assert answers(checked(**sound | {"PM002": "failed"}))["4.6"] == "no"
    rows = [
        {"name": f"{code} A title", "status": status, "text": "x", "blocks": False}
        for code, status in sound.items()
    ]
    lost = facts()["frequencies"] | {"cut_short": 9000}
    assert answers(public(checks=rows, frequencies=lost))["4.6"] == "probably no"


def test_4_7_and_4_8_follow_what_was_measured() -> None:
    unknown = facts()["calibration"] | {"slope": None}
    assert answers(public())["4.7"] == "yes"
    assert answers(public(calibration=unknown))["4.7"] == "probably no"
    assert answers(checked(PM002="passed", PM004="passed"))["4.8"] == "yes"
    assert answers(checked(PM002="passed", PM004="failed"))["4.8"] == "probably no"
    assert answers(checked(PM002="failed", PM004="passed"))["4.8"] == "no"


@given(
    st.lists(
        st.sampled_from(["passed", "failed", "too_few", "not_applicable", "waived", "could_not_run"]),
        min_size=13,
    )
)
def test_a_domain_is_never_rated_better_than_its_worst_answer(statuses: list[str]) -> None:
    codes = ("001", "002", "004", "008", "009", "011", "013", "017", "018", "021", "022", "030", "033")
    made = checked(**{f"PM{code}": status for code, status in zip(codes, statuses, strict=False)})
    rated, held = ratings(made), answers(made)
    for domain in "1234":
        said = {answer for number, answer in held.items() if number.startswith(domain)}
        assert (rated[domain] == "high") == bool(said & {"no", "probably no"})
        assert (rated[domain] == "low") == (said <= {"yes", "probably yes"})
    assert (rated[""] == "low") == all(rated[domain] == "low" for domain in "1234")


def test_the_traps_of_the_domain_are_named() -> None:
    trap = tables(probast_document(public(), authority()))[1]
    assert [row[0] for row in trap.rows] == ["2.3", "3.3", "3.4", "3.5", "4.6"]


# Datasheet


def test_the_datasheet_has_its_seven_sections_and_one_for_each_source() -> None:
    made = datasheet_document(public(), authority())
    titles = [each.title for each in made.sections]
    assert titles[:7] == "Motivation Composition Collection Preparation Uses Distribution Maintenance".split()
    assert titles[7:] == ["Source: attendance", "Source: police notices"]
    (police,) = section(made, "Source: police notices").blocks
    assert isinstance(police, Facts) and dict(police.items)["Maintenance: looked at for"] == "6 years"
    assert "Streets where police are seen" in str(dict(police.items)["Composition: known gaps"])


# Data protection annex


def test_the_annex_answers_each_part_of_article_35_7() -> None:
    text = to_markdown(dpia_document(public(), authority()))
    assert [f"Article 35(7)({part})" in text for part in "abcd"] == [True] * 4
    assert "Article 36" in text and "Articles 22A to 22D" in text


def test_signs_of_high_risk_follow_what_is_looked_at() -> None:
    def there(**changes: Any) -> dict[str, bool]:
        return {each.sign: each.there for each in signs(public(**changes), authority())}

    feature = facts()["features"][0]
    plain = [feature | {"theme": "attendance", "agency": "schools"}]
    ill = [feature | {"theme": "health", "agency": "health"}]
    caught = [feature | {"theme": "police", "agency": "police"}]
    by_zone = [row for row in facts()["groups"] if row["dimension"] == "zone"]
    assert not there(features=plain, groups=by_zone)["Special category data"]
    assert there(features=ill, groups=by_zone)["Special category data"]
    assert there(features=plain)["Special category data"], "ethnicity is compared"
    assert (
        there(features=caught)["Criminal offence data"] and not there(features=plain)["Criminal offence data"]
    )
    assert not there(sources=facts()["sources"][:1])["Matching of data"]


def test_what_a_run_leaves_open_stands_beside_the_answer_on_article_36() -> None:
    held = section(
        dpia_document(checked(PM006="failed", PM005="too_few"), authority()),
        "Must the Commissioner be asked first?",
    )
    text = " ".join(
        str(value) for block in held.blocks if isinstance(block, Facts) for _, value in block.items
    )
    assert "could not be run: PM006 A title. Checks with too few people to assess: PM005 A title." in text


# Privacy notice


def test_the_notice_can_be_read_by_a_child_of_ten() -> None:
    made = notice_document(public(), authority())
    assert reading_age(own_words(made.sections)) <= 10
    assert "can be read from about the age of" in made.foot


def test_the_notice_has_a_familys_words_for_all_that_features_look_at() -> None:
    names = {feature.theme.replace("_", " ") for feature in catalogue() if feature.theme}
    one = facts()["features"][0]
    made = notice_document(public(features=[one | {"theme": name} for name in sorted(names)]), authority())
    (bullets,) = [block for block in section(made, "What we look at").blocks if isinstance(block, Bullets)]
    assert len(bullets.items) == len(names) > 10
    assert not {*bullets.items} & {name.capitalize() for name in names}


def test_the_notice_promises_nothing_that_was_not_found() -> None:
    passed, failed = (
        to_markdown(notice_document(checked(PM011=status), authority())) for status in ("passed", "failed")
    )
    assert "do not move you up or down the list" in passed
    assert "do not move you up or down the list" not in failed
    assert "A check of this has not been passed." in failed


def test_the_notice_says_how_often_it_is_wrong() -> None:
    text = to_markdown(notice_document(public(), authority()))
    assert "Of 20 families on it, it happens in about 7." in text
    hidden = to_markdown(
        notice_document(public(precision={"value": None, "low": None, "high": None}), authority())
    )
    assert "Of 20 families" not in hidden


# Equality annex


def test_every_protected_characteristic_has_figures_or_says_that_there_are_none() -> None:
    made = equality_document(public(), authority())
    assert len(CHARACTERISTICS) == 9
    for name in CHARACTERISTICS:
        blocks = section(made, name.capitalize()).blocks
        shown = any(isinstance(block, Table) for block in blocks)
        silent = any(
            isinstance(block, Inset) and "No grouping of the audit" in block.text for block in blocks
        )
        assert shown != silent, name
        assert shown == (name in ("sex", "race")), name


def test_an_authority_says_which_groupings_speak_of_what() -> None:
    said = authority(changed("equality.groupings", {"religion or belief": ["zone"]}))
    made = equality_document(public(), said)
    assert isinstance(section(made, "Religion or belief").blocks[-1], Table)
    assert isinstance(section(made, "Race").blocks[-1], Inset)


def test_a_gap_beyond_chance_is_named_and_a_hidden_group_too() -> None:
    text = to_markdown(equality_document(public(), authority()))
    assert "Missed more often than all children, beyond chance: zone South Vale." in text
    assert "Nothing can be said of: " in text


def test_where_no_group_can_be_shown_nothing_is_said_of_any() -> None:
    held = public()
    hidden = {"share": None, "low": None, "high": None}
    groups = [row | hidden for row in held.groups if row["dimension"] == "sex"]
    text = to_markdown(equality_document(replace(held, groups=groups), authority()))
    assert "Nothing can be said of any group: all are too small, or too easily recognised" in text
    assert "No group that can be shown" not in text


def test_the_sign_off_is_left_to_be_given() -> None:
    table = section(equality_document(public(), authority()), "Sign-off").blocks[-1]
    assert isinstance(table, Table) and [row[1:] for row in table.rows] == [("", "", "")] * len(table.rows)
    assert len(table.rows) == 2
