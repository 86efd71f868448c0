"""What is asked about an enrolment, and the outcome: withdrawal within the horizon.

Nothing here describes a whole presentation (its term, what was due in it): four presentations of a module
cannot teach what such a fact means, and the one to be judged is always new.
"""

import prevention_model as pm
from prevention_model.features import Polarity
from prevention_model.query import (
    Aggregate,
    Any,
    DaysSinceLast,
    Latest,
    Mean,
    Scope,
    Share,
    SpellsEnded,
    SpellsStarted,
)

MODULES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG")
EDUCATION = (
    "No Formal quals",
    "Lower Than A Level",
    "A Level or Equivalent",
    "HE Qualification",
    "Post Graduate Qualification",
)
KINDS = {"TMA": "marked by a tutor", "CMA": "marked by computer"}


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
    name: str,
    aggregate: Aggregate,
    polarity: Polarity,
    theme: str,
    sentence: str,
    lookback: str = "all",
    scope: Scope = "own",
    none: str = "",
) -> pm.Feature:
    return pm.Feature(
        name,
        aggregate,
        pm.Lookback(lookback),
        scope,
        theme,
        "university",
        polarity,
        sentence,
        purpose="Foresee a withdrawal early enough to help",
        sentence_none=none,
    )


def _before_start() -> list[pm.Feature]:
    clicks = "clicks_before_start"
    return [
        _feature(
            "days_since_registration",
            DaysSinceLast("event", kind="registration"),
            "context",
            "registration",
            "Registered {duration} ago",
        ),
        _feature(
            "registered_before_start",
            Latest("measurement", kind="registered_before_start"),
            "context",
            "registration",
            "Registered {value:.0f} days before the start",
        ),
        _feature(
            "studied_credits",
            Latest("measurement", kind="studied_credits"),
            "risk",
            "load",
            "Studies for {value:.0f} credits at the same time",
        ),
        _feature(
            "previous_attempts",
            Latest("measurement", kind="previous_attempts"),
            "risk",
            "attempts",
            "Has tried this module {times} before",
            none="Tries this module for the first time",
        ),
        _feature(
            clicks,
            pm.Sum("measurement", kind=clicks),
            "strength",
            "reading",
            "Opened material {times} before the start",
            none="Opened no material before the start",
        ),
        _feature(
            "read_before_start",
            Any("measurement", kind=clicks),
            "strength",
            "reading",
            "Opened material before the start",
            none="Opened no material before the start",
        ),
    ]


def _work() -> list[pm.Feature]:
    made = []
    for window, name, when in (("28 days", "28d", " in the last 28 days"), ("12 months", "all", "")):
        made += [
            _feature(
                f"handed_in_{name}",
                pm.Count("event", kind="submission"),
                "strength",
                "work",
                "Handed in work {times}" + when,
                window,
                none="Handed in no work" + when,
            ),
            _feature(
                f"weight_handed_in_{name}",
                pm.Sum("event", kind="submission"),
                "strength",
                "work",
                "Handed in work worth {value:.0f} points of 100" + when,
                window,
                none="Handed in no work that counts" + when,
            ),
            _feature(
                f"mean_score_{name}",
                Mean("measurement", kind="score"),
                "strength",
                "marks",
                "Scored {value:.0f} of 100 on average" + when,
                window,
            ),
            _feature(
                f"mean_days_late_{name}",
                Mean("measurement", kind="days_late"),
                "risk",
                "deadlines",
                "Handed in work {value:.0f} days after it was due, on average" + when,
                window,
            ),
        ]
    due = pm.Sum("event", kind="assessment_due")
    made += [
        _feature(
            "share_of_due_handed_in",
            Share(pm.Sum("event", kind="submission"), due),
            "strength",
            "work",
            "Handed in {value:.0f}% of the work that was due",
            "12 months",
        ),
        _feature(
            "days_since_handed_in",
            DaysSinceLast("event", kind="submission"),
            "risk",
            "work",
            "Last handed in work {duration} ago",
        ),
        _feature(
            "banked_results",
            pm.Count("event", kind="banked_result"),
            "context",
            "attempts",
            "Carries over {value:.0f} results from an earlier attempt",
            none="Carries over no result from an earlier attempt",
        ),
        _feature(
            "latest_score",
            Latest("measurement", kind="score"),
            "strength",
            "marks",
            "Scored {value:.0f} of 100 in the latest work",
        ),
        _feature(
            "latest_days_late",
            Latest("measurement", kind="days_late"),
            "risk",
            "deadlines",
            "Handed in the latest work {value:.0f} days after it was due",
        ),
    ]
    made += [
        _feature(
            f"handed_in_{kind.lower()}",
            pm.Count("event", kind="submission", code=kind),
            "strength",
            "work",
            "Handed in work " + words + " {times}",
            none="Handed in no work " + words,
        )
        for kind, words in KINDS.items()
    ]
    return made


def _other_enrolments() -> list[pm.Feature]:
    def other(name: str, aggregate: Aggregate, polarity: Polarity, sentence: str, none: str) -> pm.Feature:
        return _feature(
            name, aggregate, polarity, "other modules", sentence, "24 months", "household_others", none
        )

    return [
        other(
            "other_enrolments",
            SpellsStarted(kind="enrolment"),
            "context",
            "Enrolled on other modules {times}",
            "Enrolled on no other module",
        ),
        other(
            "other_enrolments_ended",
            SpellsEnded(kind="enrolment"),
            "risk",
            "Left other modules {times}",
            "Left no other module",
        ),
        other(
            "other_withdrawals",
            pm.Count("event", kind="withdrawal"),
            "risk",
            "Withdrew from other modules {times}",
            "Withdrew from no other module",
        ),
        other(
            "other_work_handed_in",
            pm.Count("event", kind="submission"),
            "strength",
            "Handed in work on other modules {times}",
            "Handed in no work on other modules",
        ),
        other(
            "other_scores",
            pm.Sum("measurement", kind="score"),
            "strength",
            "Scored {value:.0f} points on other modules",
            "Scored nothing on other modules",
        ),
    ]


def _course() -> list[pm.Feature]:
    modules = [
        _feature(
            f"module_{code.lower()}",
            Latest("attribute", kind="module", equals=code),
            "context",
            "module",
            f"Studies module {code}",
            none=f"Studies another module than {code}",
        )
        for code in MODULES
    ]
    taught = [
        _feature(
            f"schooling_{place}",
            Latest("attribute", kind="education", equals=level),
            "context",
            "schooling",
            f"Came with: {level}",
            none=f"Did not come with: {level}",
        )
        for place, level in enumerate(EDUCATION)
    ]
    return [*modules, *taught]
