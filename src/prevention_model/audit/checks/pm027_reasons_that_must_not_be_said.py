"""PM027: a reason that names a protected trait, uses a word that brands, or tells what its reader may not see."""

from collections import Counter

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.traits import traits
from prevention_model.explanation import stigmatising
from prevention_model.pages.words import plural
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails on one such line. Sentences of the manifest are read as well, for they will be said one day."""
    stated, manifest = outcome.stated, evidence.features
    if stated.empty:
        return Finding.too_few("No reasons were stated for anybody.")
    said = stated.drop_duplicates(["feature", "theme", "text", "reader_may_see"])
    faults: Counter[tuple[str, str]] = Counter()
    for row in said.to_dict("records"):
        faults.update((row["feature"], fault) for fault in _faults(f"{row['feature']} {row['text']}", policy))
        if not row["reader_may_see"] and row["text"].strip():
            faults[row["feature"], "tells what the reader may not see"] += 1
    for row in manifest.to_dict("records"):
        faults.update((row["name"], fault) for fault in _faults(row["sentence"], policy))
    numbers = [
        {"feature": feature, "fault": fault, "sentences": count}
        for (feature, fault), count in sorted(faults.items())
    ]
    if numbers:
        named = "; ".join(f"{row['feature']} ({row['fault']})" for row in numbers[:5])
        return Finding.failed(f"{plural(len(numbers), 'fault')} in what is said: {named}.", numbers)
    return Finding.passed(
        f"{len(said)} different sentences and the sentences of {len(manifest)} features hold nothing that must not be "
        "said."
    )


def _faults(text: str, policy: Policy) -> list[str]:
    named = [f"protected trait: {trait}" for trait in traits(text, policy)]
    return named + [f"word that brands: {word}" for word in stigmatising(text)]


CHECK = Check(
    code="PM027",
    title="Reasons that must not be said",
    why="Words stick to children. And a coordinator who reads what an agency did not agree to share cannot unread it.",
    policy_keys=("protected_traits",),
    run=look,
)
