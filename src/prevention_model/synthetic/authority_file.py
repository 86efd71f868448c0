"""`authority.yaml` of the county: a made-up authority in the words of the settings."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from prevention_model.synthetic.calendar import END
from prevention_model.synthetic.extract import Extract
from prevention_model.synthetic.places import ZONE_NAMES, ZONES, Places
from prevention_model.synthetic.returns.delivery import Return

KEYS = "keys/vault.key"
"""Where the vault's keys lie, beside the settings."""

CAPACITY = 20
"""Families that a zone's team can talk to in a month."""

OFFERS: tuple[dict[str, Any], ...] = (
    {"name": "Conversation with the school's pastoral lead", "level": 1, "themes": ["attendance", "exclusion"],
     "ages": [4, 18], "achieve": ["educated", "connected"]},
    {"name": "SEND advice for parents", "level": 1, "themes": ["send", "development"],
     "achieve": ["informed", "educated"]},
    {"name": "Health visitor review and speech and language drop-in", "level": 1, "themes": ["development", "health"],
     "ages": [0, 4], "achieve": ["healthy"]},
    {"name": "School nurse drop-in", "level": 1, "themes": ["health"], "ages": [5, 18], "achieve": ["healthy"]},
    {"name": "Clubs, sport and holiday activities", "level": 1, "themes": ["participation"], "ages": [5, 18],
     "achieve": ["connected", "ambitious"]},
    {"name": "Moving-on visits before a new school", "level": 1, "themes": ["transitions"], "ages": [3, 12],
     "achieve": ["educated", "connected"]},
    {"name": "Attendance support worker", "level": 2, "themes": ["attendance"], "ages": [5, 16],
     "achieve": ["educated"], "capacity": 6},
    {"name": "Behaviour and inclusion outreach in school", "level": 2, "themes": ["exclusion", "send"],
     "ages": [5, 16], "achieve": ["educated", "valued"], "capacity": 4},
    {"name": "Parenting course, ten weeks (made up)", "level": 2, "themes": ["family", "exclusion", "parents"],
     "ages": [2, 11], "evidence": "3", "achieve": ["connected", "healthy"], "capacity": 8},
    {"name": "Emotional wellbeing practitioner in school", "level": 2, "themes": ["health"], "ages": [5, 18],
     "evidence": "2+", "achieve": ["healthy"], "capacity": 5},
    {"name": "Housing and money advice", "level": 2, "themes": ["housing"], "achieve": ["employed", "informed"],
     "capacity": 10},
    {"name": "Youth worker mentoring", "level": 2, "themes": ["youth_justice", "police", "missing"],
     "ages": [11, 18], "evidence": "2", "achieve": ["ambitious", "connected"], "capacity": 4},
    {"name": "Careers adviser, one to one", "level": 2, "themes": ["transitions"], "ages": [13, 18],
     "achieve": ["ambitious", "employed"], "capacity": 5},
    {"name": "Support for parents with drugs, alcohol or low mood", "level": 2, "themes": ["parents"],
     "evidence": "NL2", "achieve": ["healthy", "connected"], "capacity": 3},
    {"name": "Family sessions about arguing less (made up)", "level": 2, "themes": ["family"],
     "zones": ["Z1", "Z2", "Z3"], "evidence": "2", "achieve": ["connected"], "capacity": 4},
    {"name": "Summer bridge to secondary school", "level": 2, "themes": ["transitions"], "ages": [10, 12],
     "achieve": ["educated", "connected"], "capacity": 6, "end": date(2024, 9, 1)},
    {"name": "Whole-family early help plan", "level": 3, "themes": ["early_help", "social_care", "family"],
     "achieve": ["valued", "connected"], "capacity": 10},
    {"name": "Domestic abuse support for parents and children", "level": 3,
     "themes": ["police", "family", "social_care"], "evidence": "3", "achieve": ["connected", "valued"],
     "capacity": 3},
)  # fmt: skip
"""What the zones offer: made up, as are the ratings, in the words of the catalogue."""

RETENTION: dict[str, dict[str, Any]] = {
    "police_notices": {"retention": "6 years"},
    "housing": {"retention": "6 years", "retention_by_kind": {"rent_arrears": "3 years"}},
    "early_help": {"retention": "6 years"},
    "participation": {"retention": "3 years"},
    "health": {"retention": "8 years"},
}
"""How long rows may be looked at, where the county agreed on something else than USUAL_RETENTION."""

USUAL_RETENTION = {"retention": "10 years"}

PUBLICATION = Path(__file__).with_name("publication.yaml")
"""What the county publishes about its lists."""

_SIDES = ("North", "South", "East")
_TREES = ("Oak", "Ash", "Elm", "Birch", "Rowan", "Hazel")


def authority_content(
    extracts: Sequence[Extract], returns: Sequence[Return], places: Places
) -> dict[str, Any]:
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
                "information_contact": f"{name} information officer (made up), 01632 960 1{place}0",
            }
            for place, (code, name) in enumerate(zip(ZONES, ZONE_NAMES, strict=True), start=1)
        ],
        "offers": [dict(offer) for offer in OFFERS],
        "pyramids": _pyramids(places),
        "publication": yaml.safe_load(PUBLICATION.read_text(encoding="utf-8")),
    }


def _pyramids(places: Places) -> list[dict[str, Any]]:
    """The school pyramids, each called after its secondary school, whose zone is that of the areas around it."""
    made = []
    for number in range(int(places.school_pyramid.max()) + 1):
        zone = int(places.zone[places.pyramid == number][0])
        town = f"{ZONE_NAMES[zone]} {_SIDES[number % len(_SIDES)]}"
        mine = np.flatnonzero(places.school_pyramid == number)
        secondary, primaries = mine[places.secondary[mine]], mine[~places.secondary[mine]]
        schools = {str(places.urn[int(place)]): f"{town} Secondary School" for place in secondary}
        for tree, place in zip(_TREES, primaries, strict=False):
            schools[str(places.urn[int(place)])] = f"{tree} Primary School, {town}"
        made.append({"name": town, "zone": ZONES[zone], "schools": schools})
    return made


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
