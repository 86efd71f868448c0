"""`authority.yaml` of the county: a made-up authority in the words of the settings."""

from collections.abc import Sequence
from typing import Any

from prevention_model.synthetic.calendar import END
from prevention_model.synthetic.extract import Extract
from prevention_model.synthetic.places import ZONE_NAMES, ZONES
from prevention_model.synthetic.returns.delivery import Return

KEYS = "keys/vault.key"
"""Where the vault's keys lie, beside the settings."""

CAPACITY = 20
"""Families that a zone's team can talk to in a month."""

OFFERS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("Conversation with the school's pastoral lead", 1, ("attendance", "exclusion")),
    ("Attendance support worker", 2, ("attendance",)),
    ("Behaviour and inclusion outreach in school", 2, ("exclusion", "send")),
    ("SEND advice for parents", 1, ("send", "development")),
    ("Health visitor review and speech and language drop-in", 1, ("development", "health")),
    ("Emotional wellbeing practitioner in school", 2, ("health",)),
    ("Whole-family early help plan", 3, ("early_help", "social_care", "family")),
    ("Domestic abuse support for parents and children", 3, ("police", "family", "social_care")),
    ("Housing and money advice", 2, ("housing",)),
    ("Youth worker mentoring", 2, ("youth_justice", "police", "participation")),
    ("Clubs, sport and holiday activities", 1, ("participation",)),
)

RETENTION: dict[str, dict[str, Any]] = {
    "police_notices": {"retention": "6 years"},
    "housing": {"retention": "6 years", "retention_by_kind": {"rent_arrears": "3 years"}},
    "early_help": {"retention": "6 years"},
    "participation": {"retention": "3 years"},
    "health": {"retention": "8 years"},
}
"""How long rows may be looked at, where the county agreed on something else than USUAL_RETENTION."""

USUAL_RETENTION = {"retention": "10 years"}


def authority_content(extracts: Sequence[Extract], returns: Sequence[Return]) -> dict[str, Any]:
    """The content of `authority.yaml`: no signatories, who are added by command."""
    return {
        "name": "Mereshire Council (a county that does not exist)",
        "code": "999",
        "workspace": "workspace",
        "keys": KEYS,
        "complaint_route": "Write to the Data Protection Officer, Mereshire Council, County Hall, Mereford QZ99 9ZZ; "
        "telephone 01632 960 100. You may also complain to the Information Commissioner.",
        "front_door": {"name": "Mereshire children's front door", "telephone": "01632 960 999"},
        "areas": "areas.csv",
        "postcodes": "postcodes.csv",
        "identification_basis": "Early help under section 10 of the Children Act 2004 and Working Together to "
        "Safeguard Children; public task. A list is a prompt for a conversation, never a decision.",
        "stage": "shadow",
        "sources": [
            *(_standard(number, each) for number, each in enumerate(returns, start=1)),
            *(_mapped(number, each) for number, each in enumerate(extracts, start=len(returns) + 1)),
        ],
        "zones": [
            {
                "code": code,
                "name": name,
                "capacity": CAPACITY,
                "recipient": f"{name} partnership lead (made up)",
                "contact": f"{code.lower()}@zones.mereshire.example",
            }
            for code, name in zip(ZONES, ZONE_NAMES, strict=True)
        ],
        "offers": [{"name": name, "level": level, "themes": list(themes)} for name, level, themes in OFFERS],
    }


def _standard(number: int, made: Return) -> dict[str, Any]:
    coverage = {"coverage": {"start": made.since, "end": END}} if made.since else {}
    return {
        "name": made.name,
        "standard": made.name,
        "files": made.files,
        "received": END,
        **coverage,
        **RETENTION.get(made.name, USUAL_RETENTION),
        "lawful_basis": made.lawful_basis,
        "dpia": f"DPIA-2024-{number:02d}",
        "review_by": END.replace(year=END.year + 1),
    }


def _mapped(number: int, extract: Extract) -> dict[str, Any]:
    return {
        "name": extract.source,
        "files": f"files/{extract.source}/*.csv",
        "map": f"maps/{extract.source}.yaml",
        "received": END,
        "coverage": {"start": extract.since, "end": END},
        **RETENTION.get(extract.source, USUAL_RETENTION),
        "lawful_basis": extract.lawful_basis,
        "dpia": f"DPIA-2024-{number:02d}",
        "review_by": END.replace(year=END.year + 1),
    }
