"""PM013: what the model learnt from must have been known before the first day it is tested on."""

from datetime import date, timedelta

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when the outcome of the last row fitted or calibrated on was known after the first test date.

    Known after `gap_needed_days` where the evidence has it (follow-up and recording delay), and never before
    the horizon has passed. Fails too when more onsets than the policy allows reached the files only after the first
    test date, whatever recording delay the experiment states.
    """
    origin = evidence.provenance
    wait = timedelta(days=max(int(origin.get("gap_needed_days", 0)), int(origin["horizon_days"])))
    last = max(date.fromisoformat(str(origin[part][1])) for part in ("fit", "calibration"))
    first = min(date.fromisoformat(str(origin["test"][0])), *_tested(evidence))
    known = last + wait
    taught = origin["onsets_known_late"][outcome.name]
    late = int(taught["late"]) / max(int(taught["onsets"]), 1)
    numbers = [{"last_used": last, "known_by": known, "first_tested": first, "share_known_late": late}]
    said = (
        f"The last row used to fit or calibrate is of {last}, its outcome was known by {known}, "
        f"and the first row tested is of {first}. Of {int(taught['onsets']):,} onsets that taught, {late:.1%} reached "
        f"the files after that day; at most {policy.onsets_known_late_max:.0%} may."
    )
    passed = known <= first and late <= policy.onsets_known_late_max
    return Finding.passed(said, numbers) if passed else Finding.failed(said, numbers)


def _tested(evidence: Evidence) -> list[date]:
    return [
        outcome.predictions["index_date"].min().date()
        for outcome in evidence.outcomes
        if len(outcome.predictions)
    ]


CHECK = Check(
    code="PM013",
    title="Outcomes not known when tested",
    why="On the day of its first list a model can only have learnt from what had already happened.",
    policy_keys=("onsets_known_late_max",),
    run=look,
)
