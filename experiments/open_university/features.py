"""What is asked about an enrolment, and the outcome: withdrawal within the horizon."""

import prevention_model as pm
from prevention_model.query import Any, DaysSinceLast, Latest, Mean, Share, SpellsEnded, SpellsStarted

MODULES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG")
EDUCATION = (
    "No Formal quals",
    "Lower Than A Level",
    "A Level or Equivalent",
    "HE Qualification",
    "Post Graduate Qualification",
)
KINDS = ("TMA", "CMA", "Exam")


def features() -> list[pm.Feature]:
    """Everything known of an enrolment at its index date. No protected trait is among it."""
    return [*_before_start(), *_work(), *_other_enrolments(), *_course()]


def outcome(days: int) -> pm.Outcome:
    """Withdrawal within `days` of the index date, among enrolments not withdrawn before."""
    return pm.Outcome(
        "withdrawal",
        pm.Onset("event", kind="withdrawal", free_for="24 months"),
        pm.FollowUp(f"{days} days"),
        plain="Withdraws from the module",
        short="withdrawal",
    )


def _feature(
    name: str, aggregate: object, lookback: str = "all", polarity: str = "context", **more: object
) -> pm.Feature:
    declared = {
        "theme": "study",
        "agency": "university",
        "purpose": "Foresee a withdrawal early enough to help",
    }
    return pm.Feature(name, aggregate, pm.Lookback(lookback), polarity=polarity, **{**declared, **more})


def _before_start() -> list[pm.Feature]:
    return [
        _feature(
            "days_since_registration", DaysSinceLast("event", kind="registration"), theme="registration"
        ),
        _feature(
            "registered_before_start",
            Latest("measurement", kind="registered_before_start"),
            theme="registration",
        ),
        _feature(
            "studied_credits", Latest("measurement", kind="studied_credits"), theme="load", polarity="risk"
        ),
        _feature(
            "previous_attempts",
            Latest("measurement", kind="previous_attempts"),
            theme="attempts",
            polarity="risk",
        ),
        _feature(
            "clicks_before_start",
            pm.Sum("measurement", kind="clicks_before_start"),
            theme="reading",
            polarity="strength",
        ),
        _feature(
            "read_before_start",
            Any("measurement", kind="clicks_before_start"),
            theme="reading",
            polarity="strength",
        ),
    ]


def _work() -> list[pm.Feature]:
    due = pm.Sum("event", kind="assessment_due")
    made = []
    for window, name in (("28 days", "28d"), ("12 months", "all")):
        made += [
            _feature(f"due_{name}", pm.Count("event", kind="assessment_due"), window, theme="deadlines"),
            _feature(
                f"handed_in_{name}", pm.Count("event", kind="submission"), window, "strength", theme="work"
            ),
            _feature(
                f"weight_handed_in_{name}",
                pm.Sum("event", kind="submission"),
                window,
                "strength",
                theme="work",
            ),
            _feature(
                f"mean_score_{name}", Mean("measurement", kind="score"), window, "strength", theme="marks"
            ),
            _feature(
                f"mean_days_late_{name}",
                Mean("measurement", kind="days_late"),
                window,
                "risk",
                theme="deadlines",
            ),
        ]
    made += [
        _feature(
            "share_of_due_handed_in",
            Share(pm.Sum("event", kind="submission"), due),
            "12 months",
            "strength",
            theme="work",
        ),
        _feature(
            "days_since_handed_in", DaysSinceLast("event", kind="submission"), polarity="risk", theme="work"
        ),
        _feature("days_since_due", DaysSinceLast("event", kind="assessment_due"), theme="deadlines"),
        _feature("banked_results", pm.Count("event", kind="banked_result"), theme="attempts"),
        _feature("latest_score", Latest("measurement", kind="score"), polarity="strength", theme="marks"),
        _feature(
            "latest_days_late", Latest("measurement", kind="days_late"), polarity="risk", theme="deadlines"
        ),
    ]
    made += [
        _feature(f"handed_in_{kind.lower()}", pm.Count("event", kind="submission", code=kind), theme="work")
        for kind in KINDS[:2]
    ]
    return made


def _other_enrolments() -> list[pm.Feature]:
    others = {"scope": "household_others", "theme": "other modules"}
    return [
        _feature("other_enrolments", SpellsStarted(kind="enrolment"), "24 months", **others),
        _feature("other_enrolments_ended", SpellsEnded(kind="enrolment"), "24 months", **others),
        _feature("other_withdrawals", pm.Count("event", kind="withdrawal"), "24 months", "risk", **others),
        _feature(
            "other_work_handed_in", pm.Count("event", kind="submission"), "24 months", "strength", **others
        ),
        _feature("other_scores", pm.Sum("measurement", kind="score"), "24 months", "strength", **others),
    ]


def _course() -> list[pm.Feature]:
    modules = [
        _feature(f"module_{code.lower()}", Latest("attribute", kind="module", equals=code), theme="module")
        for code in MODULES
    ]
    taught = [
        _feature(f"schooling_{place}", Latest("attribute", kind="education", equals=level), theme="schooling")
        for place, level in enumerate(EDUCATION)
    ]
    return [
        *modules,
        *taught,
        _feature("autumn_start", Latest("attribute", kind="term", equals="J"), theme="module"),
    ]


__all__ = ["features", "outcome"]
