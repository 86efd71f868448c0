"""What Splink compares, and how likely each degree of agreement is: for one person (m), and by chance (u).

The starting values serve small deliveries, from which nothing can be learnt; a delivery of a county replaces
them. Method: Fellegi and Sunter (1969), with term frequencies, as in Splink (Linacre and others, 2022).
"""

from typing import Any

from splink import SettingsCreator, block_on
from splink.comparison_level_library import CustomLevel
from splink.comparison_library import CustomComparison
from splink.internals.blocking_rule_creator import BlockingRuleCreator

Level = tuple[str, str, float, float]

_SLIP = "(damerau_levenshtein({0}_l, {0}_r) <= 1 or jaro_winkler_similarity({0}_l, {0}_r) >= 0.92)"
_PART = "(substr(birth_date_l, {0}, {1}) = substr(birth_date_r, {0}, {1}))::int"
_LEVELS: dict[str, tuple[str, str | None, tuple[Level, ...]]] = {
    "forename": (
        "forename_l = '' or forename_r = ''",
        "forename",
        (
            ("forename_l = forename_r", "same forename", 0.93, 0.006),
            ("full_form_l = full_form_r", "a short form of it", 0.015, 0.001),
            # Where both are common names, a letter's difference is another name, as twins often have.
            (
                f"{_SLIP.format('forename')} and not (is_frequent_l and is_frequent_r)",
                "a slip in it",
                0.035,
                0.001,
            ),
            (
                "substr(forename_l, 1, 1) = substr(forename_r, 1, 1)"
                " and least(length(forename_l), length(forename_r)) = 1",
                "its initial",
                0.002,
                0.0001,
            ),
            ("else", "another forename", 0.018, 0.9919),
        ),
    ),
    "surname": (
        "surname_l = '' or surname_r = ''",
        "surname",
        (
            ("surname_l = surname_r", "same surname", 0.9, 0.004),
            (_SLIP.format("surname"), "a slip in it", 0.035, 0.002),
            (
                "list_has_any(string_split(surname_l, ' '), string_split(surname_r, ' '))",
                "one of two surnames",
                0.01,
                0.001,
            ),
            ("else", "another surname", 0.055, 0.993),
        ),
    ),
    "birth_date": (
        "birth_date_l = '' or birth_date_r = ''",
        "birth_date",
        (
            ("birth_date_l = birth_date_r", "same birthday", 0.965, 0.0001),
            ("swapped_l = birth_date_r", "day and month swapped", 0.01, 0.00005),
            (
                " + ".join(_PART.format(start, length) for start, length in ((1, 4), (6, 2), (9, 2)))
                + " >= 2",
                "one part of three wrong",
                0.02,
                0.004,
            ),
            ("else", "another birthday", 0.005, 0.99585),
        ),
    ),
    "place": (
        "(len(uprn_l) = 0 or len(uprn_r) = 0) and (len(postcode_l) = 0 or len(postcode_r) = 0)",
        None,
        (
            ("list_has_any(uprn_l, uprn_r)", "same property", 0.4, 0.00002),
            ("list_has_any(postcode_l, postcode_r)", "same postcode", 0.4, 0.0002),
            ("else", "nowhere in common", 0.2, 0.99978),
        ),
    ),
    "sex": (
        "sex_l = '' or sex_r = ''",
        None,
        (("sex_l = sex_r", "same sex", 0.99, 0.5), ("else", "another sex", 0.01, 0.5)),
    ),
    "numbers": (
        "(len(nhs_number_l) = 0 or len(nhs_number_r) = 0) and (len(upn_l) = 0 or len(upn_r) = 0)",
        None,
        (
            (
                "list_has_any(nhs_number_l, nhs_number_r) or list_has_any(upn_l, upn_r)",
                "same NHS number or UPN",
                0.97,
                0.000001,
            ),
            ("else", "other numbers", 0.03, 0.999999),
        ),
    ),
}
LEVELS = {name: tuple(label for _, label, _, _ in levels) for name, (_, _, levels) in _LEVELS.items()}
"""The degrees of agreement of each comparison, the closest first; the last is none at all."""

# Counted too rarely in a sample, or known from what they are: never learnt.
_FIXED = ("numbers",)


def settings() -> SettingsCreator:
    """The settings of the model, with starting values."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record",
        comparisons=[_comparison(name) for name in _LEVELS],
        blocking_rules_to_generate_predictions=[*blocking()],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=False,
        additional_columns_to_retain=["cluster"],
        linker_uid="linkage",
    )


def blocking() -> list[BlockingRuleCreator]:
    """Pairs worth comparing: all that could be one person shares one of these."""
    return [
        block_on("birth_date", "initial"),
        block_on("birth_date", "substr(surname, 1, 2)"),
        block_on("full_form", "surname", "substr(birth_date, 1, 4)"),
        block_on("full_form", "surname", "substr(birth_date, 6, 5)"),
    ]


def training_blocks() -> list[BlockingRuleCreator]:
    """Blocks within which the model is trained: each leaves out what it blocks on."""
    return [
        block_on("birth_date", "forename"),
        block_on("birth_date", "surname"),
        block_on("forename", "surname"),
    ]


def _comparison(name: str) -> CustomComparison:
    missing, frequency, levels = _LEVELS[name]
    made: list[Any] = [CustomLevel(missing, "not given").configure(is_null_level=True)]
    for place, (condition, label, m, u) in enumerate(levels):
        level = CustomLevel(condition, label).configure(m_probability=m, u_probability=u)
        if place == 0 and frequency:
            level = level.configure(tf_adjustment_column=frequency)
        if name in _FIXED:
            level = level.configure(fix_m_probability=True, fix_u_probability=True)
        made.append(level)
    return CustomComparison(made, output_column_name=name)
