"""A list as flat tables of text, for spreadsheet and CSV alike: who works with the family first."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date

from prevention_model.disclosure import protect_counts
from prevention_model.lists.actions import ACTIONS
from prevention_model.lists.facts import SMALL, NotHeld
from prevention_model.lists.rows import ChildRow, FamilyRow, ListHeader, ZoneList
from prevention_model.lists.sharing import source_name
from prevention_model.pages.words import plain_date

BAND_WORDS = {"A": "A", "B": "B", "C": "C", "reserve": "Reserve (drawn at random)"}

_Family = tuple[str, str, Callable[[FamilyRow], object]]
_Child = tuple[str, str, Callable[[ChildRow], object]]

# name in CSV, heading in the spreadsheet, value: what the model says comes after who knows the family
FAMILY: tuple[_Family, ...] = (
    ("family_ref", "Family", lambda f: f.family_ref),
    ("current_involvement", "Already working with them", lambda f: [i.line for i in f.current_involvement]),
    ("team_around_family", "Plan and lead", lambda f: f.team_around_family.line),
    ("previous_early_help", "Earlier early help", lambda f: [p.line for p in f.previous_early_help]),
    ("last_decision", "Last decision", lambda f: f.last_decision),
    ("about_the_children", "Question to ask", lambda f: f.about_the_children),
    ("family_agreement", "Agreement of the family", lambda f: f.family_agreement),
    ("objection_flag", "Objection", lambda f: f.objection_flag),
    ("child_view", "Child's view", lambda f: f.child_view),
    ("family_view", "Parent's view", lambda f: f.family_view),
    ("contact_preferences", "How to make contact", lambda f: f.contact_preferences.line),
    ("children", "Children", lambda f: [f"{c.name}, {_years(c)}" for c in f.children]),
    ("adults", "Adults", lambda f: f.adults),
    ("address", "Address", lambda f: f.address),
    ("protected_record", "Protected record", lambda f: f.protected_record),
    ("household_confidence", "How sure the household is", lambda f: f.household_confidence),
    ("school_pyramid", "School pyramid", lambda f: f.school_pyramid),
    ("setting_names", "Schools and settings", lambda f: f.setting_names),
    ("position_band", "Position", lambda f: BAND_WORDS[f.position_band]),
    ("change_direction", "Change", lambda f: f.change_direction.capitalize()),
    ("change_since", "Change since", lambda f: f.change_since),
    ("uncertainty_band", "How clear the change is", lambda f: f.uncertainty_band),
    ("by_outcome", "By each outcome alone", lambda f: [each.line for each in f.by_outcome]),
    ("rising_reason_codes", "Codes", lambda f: [r.code for r in f.reasons]),
    ("rising_reasons", "What stands out", lambda f: [r.line for r in f.reasons]),
    ("strengths", "What goes well", lambda f: [r.line for r in f.strengths]),
    ("least_intrusive_first_step", "A first step", lambda f: f.least_intrusive_first_step.line),
    (
        "suggested_universal_offer",
        "Open to every family here",
        lambda f: [o.name for o in f.suggested_universal_offer],
    ),
    ("data_quality_flags", "Doubts about the data", lambda f: f.data_quality_flags),
    ("stale_sources", "Old sources", lambda f: f.stale_sources),
    ("do_not_use_for", "Never use for", lambda f: f.do_not_use_for),
    ("explanation_ref", "Reference for questions", lambda f: f.explanation_ref),
    ("row_id", "Row", lambda f: f.row_id),
    ("zone_code", "Zone", lambda f: f.zone_code),
)

CHILD: tuple[_Child, ...] = (
    ("child_ref", "Child", lambda c: c.child_ref),
    ("name", "Name", lambda c: c.name),
    ("age_years", "Age", lambda c: c.age_years),
    ("setting", "School or setting", lambda c: c.setting),
    ("key_stage", "School year", lambda c: c.key_stage),
    ("milestone_due", "Next step", lambda c: c.milestone_due),
    ("send_status", "SEND", lambda c: c.send_status),
    ("plan_in_place", "Plan already in place", lambda c: c.plan_in_place),
    ("level_of_need", "Level of need", lambda c: c.level_of_need),
    ("individual_change", "Change", lambda c: c.individual_change),
    ("is_index_child", "The family's place rests on this child", lambda c: c.is_index_child),
)

OF_LIST = ("list_id", "release_id", "stage", "run_date", "valid_until")
"""Fields of the header that every row of the CSV repeats."""

ACTION_NAMES = tuple(field.name for field in ACTIONS)


def cell(value: object) -> str:
    """Any value of a row as one text: several items on lines of their own.

    >>> cell(("a", "b")), cell(True), cell(()), cell(date(2024, 3, 1))
    ('a\\nb', 'Yes', 'None known', '1 March 2024')
    """
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return plain_date(value)
    if isinstance(value, (tuple, list)):
        return "\n".join(str(item) for item in value) if value else "None known"
    return str(value)


def family_cells(family: FamilyRow) -> dict[str, str]:
    """One family as name to text, in the order of showing."""
    return {name: cell(value(family)) for name, _, value in FAMILY}


def child_cells(child: ChildRow) -> dict[str, str]:
    """One child as name to text."""
    return {name: cell(value(child)) for name, _, value in CHILD}


def of_list(header: ListHeader) -> dict[str, str]:
    """What a row says of its list: dates as other systems read them."""
    return {name: str(getattr(header, name)) for name in OF_LIST}


def header_cells(made: ZoneList) -> list[tuple[str, str]]:
    """Every field of the header by its name, then who is not ranked and what is asked of offers, as text."""
    header = made.header
    told = [(item.name, _plain_cell(getattr(header, item.name))) for item in fields(header)]
    told += [(f"not_ranked: {reason}", count) for reason, count in unranked_lines(made)]
    told += [(f"complex_needs: {each.group}", str(each.children)) for each in made.complex_needs]
    return told + [(f"offers_needed: {need.name}", need.line) for need in made.offers_needed]


def _plain_cell(value: object) -> str:
    """A value of the header as text: dates as YYYY-MM-DD, pairs as "name: value", items on lines of their own."""
    if isinstance(value, tuple):
        lines = (": ".join(map(str, item)) if isinstance(item, tuple) else str(item) for item in value)
        return "\n".join(lines) or "None known"
    return str(value)


def header_lines(header: ListHeader) -> list[tuple[str, str]]:
    """The header as name and text, for the first sheet and the README."""
    return [
        ("What it is for", header.purpose_statement),
        ("If a child may be at risk now", header.safeguarding_escape),
        ("What it cannot tell", header.low_rank_caveat),
        ("How far to trust it", _trust(header)),
        ("Never use it for", "; ".join(header.do_not_use_for)),
        ("For", f"{header.recipient}, {header.recipient_role}, {header.zone_name}"),
        ("Stage", STAGES[header.stage]),
        ("Made on", plain_date(header.run_date)),
        ("Do not use after", plain_date(header.valid_until)),
        (
            "Families listed",
            f"{header.n_listed} of {header.n_eligible_families} that could be ranked "
            f"(capacity {header.capacity}; {header.n_reserve} drawn at random as a reserve)",
        ),
        ("Children who could be ranked", f"{header.n_eligible_children:,}"),
        ("Data as known before", plain_date(header.index_date)),
        ("Newest data", _newest(header)),
        ("Gaps in the data", "; ".join(header.coverage_warnings) or "None known"),
        ("Basis for identifying families", header.identification_basis),
        ("What another agency holds", f"Ask {header.information_contact}"),
        ("Complaints and challenges", header.complaint_route),
        ("Audit", header.audit_ref),
        ("Model", f"{header.model_id}, version {header.model_version}, run {header.run_id}"),
        ("Certificate", f"{header.certificate_id}, ends {plain_date(header.certificate_expires)}"),
        ("List", f"{header.list_id}, release {header.release_id}, {header.authority}"),
        ("Made by", header.generated_by),
    ]


STAGES = {
    "shadow": "Shadow: for checking the list only. Do not contact a family because of it",
    "pilot": "Pilot: in use in some zones, and being evaluated",
    "live": "Live",
}


def unranked_lines(made: ZoneList) -> list[tuple[str, str]]:
    """Why children of the zone were not ranked, with counts, none of them small."""
    shown = protect_counts([item.children for item in made.not_ranked]).counts
    rows = zip(made.not_ranked, shown, strict=True)
    return [(item.reason, SMALL if n is None else f"{n:,}") for item, n in rows] or [("None", "0")]


def complex_lines(made: ZoneList) -> list[tuple[str, str, str, str]]:
    """The groups that others lead: group, children, plan, who leads."""
    return [(each.group, str(each.children), each.plan, each.leads) for each in made.complex_needs]


def _trust(header: ListHeader) -> str:
    both = zip(header.expected_true_in_list, header.outcome_plain, strict=True)
    return "; ".join(f"{words}: {plain}, {header.horizon}" for words, plain in both)


def _newest(header: ListHeader) -> str:
    return "; ".join(f"{source_name(name)} {plain_date(day)}" for name, day in header.data_as_at)


def _years(child: ChildRow) -> str:
    return "age not held" if isinstance(child.age_years, NotHeld) else f"aged {child.age_years}"
