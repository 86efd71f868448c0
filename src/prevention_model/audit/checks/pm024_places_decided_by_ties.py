"""PM024: places of a list that went to one of several families at exactly the same level."""

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when a tie-break fills more of all places than allowed."""
    table = outcome.cuts
    places = int(table["places"].sum())
    if not places:
        if not outcome.predictions["listed"].any():
            return Finding.not_applicable("Nobody would have been listed, so no place was decided.")
        return Finding.too_few("It was not counted how many places a tie-break filled.")
    by_zone = table.groupby("zone")[["places", "by_tie"]].sum()
    share = int(table["by_tie"].sum()) / places
    numbers = [
        {"zone": str(zone), "places": int(row["places"]), "by_tie": int(row["by_tie"])}
        for zone, row in by_zone.iterrows()
    ]
    said = (
        f"{int(table['by_tie'].sum())} of {places} places ({share:.1%}) went to one of several families at the same "
        f"level; at most {policy.tied_places_max:.0%} may."
    )
    return Finding.passed(said, numbers) if share <= policy.tied_places_max else Finding.failed(said, numbers)


CHECK = Check(
    code="PM024",
    title="Places decided by ties",
    why="Where many families stand at one level the list is a draw, and should not look like a judgement.",
    policy_keys=("tied_places_max",),
    run=look,
)
