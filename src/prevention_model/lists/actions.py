"""The action block: what a coordinator writes beside each family, and the closed lists of words for it.

Every list of words stands here and nowhere else: the workbook offers them, what comes back is read by them, and the
ledger holds their codes. Words may be changed; a code that has been used keeps its meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

DECISIONS: dict[str, str] = {
    "offer_early_help": "Offer early help",
    "already_supported_no_action": "Already supported: nothing to add",
    "watch_review_by": "Look again by a date",
    "not_appropriate": "Not appropriate",
    "wrong_family_or_data": "Wrong family or wrong data",
    "escalate_safeguarding": "Passed to the front door today",
    "declined_by_family": "Family said no",
}
"""What a coordinator can decide, by code, in the words of the drop-down."""

FOLLOWED = ("offer_early_help", "declined_by_family", "escalate_safeguarding")
OVERRIDDEN = ("not_appropriate", "wrong_family_or_data")
"""Decisions that go with the list, and that go against it. The others say neither."""

# A few for each decision, and none that asks for a label of the family. The word alone says which decision it is of.
REASONS: dict[str, dict[str, str]] = {
    "offer_early_help": {
        "change_confirmed": "Somebody who knows them sees it too",
        "need_of_another_kind": "There is a need, another than listed",
        "family_asked": "The family had asked for help",
        "early_chance": "A good moment to ask, no need yet",
    },
    "already_supported_no_action": {
        "early_help_open": "Early help is open",
        "school_supports": "The school supports them",
        "other_service": "Another service supports them",
        "social_worker": "They have a social worker",
    },
    "watch_review_by": {
        "too_soon": "Too soon to tell",
        "assessment_under_way": "An assessment is under way",
        "no_capacity": "No capacity this month",
        "could_not_reach_professionals": "Nobody who knows them could be reached",
    },
    "not_appropriate": {
        "not_confirmed": "Nobody who knows them sees it",
        "ordinary_reason": "The change has an ordinary reason",
        "family_event": "Illness or death in the family: not now",
        "contact_could_harm": "Contact could do harm",
        "help_just_ended": "Help has just ended",
    },
    "wrong_family_or_data": {
        "wrong_family": "It is about another family",
        "not_living_together": "They do not live together",
        "moved_away": "They have moved away",
        "record_wrong": "A record is wrong",
        "record_old": "A record is out of date",
    },
    "escalate_safeguarding": {
        "harm_now": "A child may be harmed now",
        "harm_likely": "A child is likely to be harmed",
        "more_than_early_help": "More is needed than early help",
    },
    "declined_by_family": {
        "not_wanted": "No help is wanted",
        "not_now": "Not now",
        "help_elsewhere": "They have help elsewhere",
        "how_identified": "They object to how they were found",
        "no_reason_given": "They gave no reason",
    },
}
"""Why, by decision and code: the second drop-down offers those of the decision that was chosen."""

RESPONSES: dict[str, str] = {
    "agreed": "Agreed to early help",
    "declined": "Said no",
    "wants_time": "Wants time",
    "not_reached": "Not reached",
}

OUTCOMES_90D: dict[str, str] = {
    "needs_met": "Help has ended: needs met",
    "help_goes_on": "Help goes on, and is of use",
    "no_change": "Help goes on: no change yet",
    "family_ended_it": "The family ended it",
    "never_began": "Help never began",
    "statutory": "Now with a social worker",
    "lost_touch": "Lost touch, or moved away",
}
"""Where things stand after 90 days."""

HELPED = ("needs_met", "help_goes_on")
"""What counts as yield after 90 days."""

BETTER_OFF: dict[str, str] = {
    "skills": "Skills or knowledge",
    "attitude": "Attitude or opinion",
    "behaviour": "Behaviour",
    "circumstances": "Circumstances",
    "not_better_off": "Not better off",
}

CONTESTED: dict[str, str] = {
    "data": "The data",
    "family": "That it is this family",
    "decision": "The decision",
}
"""What somebody can challenge about a row."""

YES_NO: dict[str, str] = {"yes": "Yes", "no": "No"}

OUTCOME_AFTER_DAYS = 90


@dataclass(frozen=True)
class ActionField:
    """One column that the coordinator fills in. `words` (code to word) make it a drop-down.

    `kind`: "text", "number", "date", "code", or "view": a day, or Yes, or No. What is `free` text stays in the file
    that came back, and only its hash goes further.

    >>> ActionField("decision", "Decision", DECISIONS, kind="code").choices[0]
    'Offer early help'
    """

    name: str
    label: str
    words: Mapping[str, str] = field(default_factory=dict)
    kind: str = "text"
    free: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """The words of the drop-down."""
        return tuple(self.words.values())


_ALL_REASONS = {code: word for reasons in REASONS.values() for code, word in reasons.items()}

# The order is that of the work: decide, make contact, look back after 90 days.
ACTIONS: tuple[ActionField, ...] = (
    ActionField("decision", "Decision", DECISIONS, kind="code"),
    ActionField("decision_reason_code", "Reason", _ALL_REASONS, kind="code"),
    ActionField("decided_by", "Decided by"),
    ActionField("decided_at", "Decided on", kind="date"),
    ActionField("time_viewed_before_decision", "Minutes looked at before deciding", kind="number"),
    ActionField("known_before", "Known to you before this list", YES_NO, kind="code"),
    ActionField("who_will_contact", "Who will contact the family", free=True),
    ActionField("contact_by", "Contact or look again by", kind="date"),
    ActionField("contacted_at", "Contacted on", kind="date"),
    ActionField("family_response", "What the family said", RESPONSES, kind="code"),
    ActionField("family_view_recorded", "Family's view written down (day, Yes or No)", kind="view"),
    ActionField("child_view_recorded", "Child's view written down (day, Yes or No)", kind="view"),
    ActionField("data_error_reported", "Data error to correct", YES_NO, kind="code"),
    ActionField("contest", "The family challenges", CONTESTED, kind="code"),
    ActionField("outcome_at_90d", "After 90 days", OUTCOMES_90D, kind="code"),
    ActionField("better_off_kind", "Better off in what", BETTER_OFF, kind="code"),
    ActionField("decision_note", "Note", free=True),
)
"""The action block, written by the coordinator. Whether it agrees with the list is worked out later."""
