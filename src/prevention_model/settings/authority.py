"""`authority.yaml`: who the authority is, what it receives and on what basis, its zones and signatories."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from prevention_model.errors import WrongUsage
from prevention_model.settings.base import Settings
from prevention_model.settings.dated import Dated, gaps, on, overlapping
from prevention_model.settings.publication import Publication

Text = Annotated[str, Field(min_length=1)]
LengthOfTime = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3} (day|week|month|year)s?$")]
"""How long, as in "6 years" or "18 months"."""


ListReader = Literal["zone_coordinator", "early_help"]
"""As whom somebody reads a list. Schools, boards and families receive none."""

EvidenceRating = Literal["not yet rated", "NL2", "2", "2+", "3", "3+", "4", "4+", "NE"]
"""On the scale of the Early Intervention Foundation's guidebook: 4 long-term effect shown by two rigorous studies, 3
short-term effect shown by one, 2 first signs of effect, NL2 not yet that, NE no effect found by a rigorous study. A
plus stands for more than the level asks."""

Achieve = Literal["ambitious", "connected", "healthy", "informed", "educated", "valued", "employed"]
"""The outcomes that young people and families in Somerset named, as one word: ACHIEVE."""


class Coverage(Settings):
    """A source was being received from `start` up to, and not including, `end`."""

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> "Coverage":
        if self.end <= self.start:
            raise ValueError("coverage must end after it starts")
        return self


class Source(Settings):
    """One agency's extract: where it lies, how to read it, when it was received and on what basis (R-01).

    It lies in `files` or in a `database`, and follows a `standard` or a `map`. A statutory return says itself
    what time it covers; for anything else `coverage` must be said. `retention` is how long its rows may be looked at,
    as agreed with the agency, and `retention_by_kind` what was agreed for some kinds of them; where none is stated the
    load and the card say so. `share_with` narrows, for what this source delivers, who may be shown it on a list.
    """

    name: Text
    files: Text | None = None
    database: Text | None = None
    standard: Text | None = None
    map: Text | None = None
    received: date
    coverage: Coverage | None = None
    retention: LengthOfTime | None = None
    retention_by_kind: dict[Text, LengthOfTime] = {}
    share_with: tuple[ListReader, ...] | None = None
    lawful_basis: Text
    dpia: Text
    review_by: date

    @model_validator(mode="after")
    def _one_of_each(self) -> "Source":
        if (self.files is None) == (self.database is None):
            raise ValueError("give either `files` or `database`")
        if (self.standard is None) == (self.map is None):
            raise ValueError("give either `standard` or `map`")
        if self.map is not None and self.database is not None:
            raise ValueError("a `database` is read by a `standard`, not by a `map`")
        if self.map is not None and self.coverage is None:
            raise ValueError(
                "a source with a `map` needs `coverage`: its files do not say what time they cover"
            )
        return self


class Zone(Dated):
    """A Family Partnership Zone: how many families it can talk to a month, and who receives its list.

    What changes has another entry with the same code, from the day on which it changes. `information_contact` is whom
    to ask about what another agency holds; without one it is the front door.
    """

    code: Text
    name: Text
    capacity: Annotated[int, Field(ge=1, le=500)]
    recipient: Text
    recipient_role: Text = "Zone coordinator"
    reads_as: ListReader = "zone_coordinator"
    contact: Text
    information_contact: Text | None = None
    age_public_key: Annotated[str, Field(pattern=r"^age1[02-9ac-hj-np-z]{58}$")] | None = None


class Pyramid(Dated):
    """A secondary school and the schools that feed it: `schools` says the name of each by its number (URN)."""

    name: Text
    zone: Text | None = None
    schools: dict[Text, Text]

    @field_validator("schools", mode="before")
    @classmethod
    def _numbers_as_text(cls, given: object) -> object:
        return {str(urn): name for urn, name in given.items()} if isinstance(given, dict) else given


class FrontDoor(Settings):
    """Where an immediate safeguarding concern goes; printed on every list (R-42)."""

    name: Text
    telephone: Text


class Signatory(Settings):
    """Somebody whose signature opens the gate: the public half of their key, and their role."""

    name: Text
    role: Text
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Offer(Dated):
    """Something that zones can offer a family: the level of need and the themes and ages that it is for.

    Level 1 is open to everybody, 2 is for additional needs, 3 is targeted. `ages` are the youngest and the oldest.
    `evidence` is its rating, `achieve` the outcomes it works towards, `capacity` how many families can begin a month.
    """

    name: Text
    level: Annotated[int, Field(ge=1, le=3)]
    themes: tuple[Text, ...]
    zones: tuple[Text, ...] = ()
    ages: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(le=25)]] = (0, 25)
    evidence: EvidenceRating = "not yet rated"
    achieve: tuple[Achieve, ...] = ()
    capacity: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _youngest_first(self) -> "Offer":
        if self.ages[1] < self.ages[0]:
            raise ValueError("ages must name the youngest first")
        return self


class Authority(Settings):
    """The whole of `authority.yaml`. Paths in it are relative to the file itself."""

    name: Text
    code: Text
    workspace: Text = "workspace"
    keys: Text = "keys/vault.key"
    complaint_route: Text
    front_door: FrontDoor
    areas: Text
    postcodes: Text | None = None
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    zones: Annotated[tuple[Zone, ...], Field(min_length=1)]
    signatories: tuple[Signatory, ...] = ()
    offers: tuple[Offer, ...] = ()
    pyramids: tuple[Pyramid, ...] = ()
    identification_basis: Text
    stage: Literal["shadow", "pilot", "live"] = "shadow"
    publication: Publication = Publication()

    @field_validator("sources", "signatories")
    @classmethod
    def _unique(cls, items: tuple[Settings, ...]) -> tuple[Settings, ...]:
        keys = [str(getattr(item, "name", None)) for item in items]
        _refuse_twice([key for key in dict.fromkeys(keys) if keys.count(key) > 1])
        return items

    @field_validator("zones")
    @classmethod
    def _one_entry_a_day(cls, zones: tuple[Zone, ...]) -> tuple[Zone, ...]:
        _refuse_twice(overlapping(zones, lambda zone: zone.code))
        missing = gaps(zones, lambda zone: zone.code)
        if missing:
            raise ValueError(f"no entry for {', '.join(missing)}")
        return zones

    @field_validator("offers")
    @classmethod
    def _each_offer_once(cls, offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
        _refuse_twice(overlapping(offers, lambda offer: " in ".join((offer.name, *offer.zones))))
        return offers

    @field_validator("pyramids")
    @classmethod
    def _each_school_once(cls, pyramids: tuple[Pyramid, ...]) -> tuple[Pyramid, ...]:
        _refuse_twice(overlapping(pyramids, lambda pyramid: pyramid.name))
        for urn in dict.fromkeys(urn for pyramid in pyramids for urn in pyramid.schools):
            mine = [pyramid for pyramid in pyramids if urn in pyramid.schools]
            _refuse_twice([f"school {urn}{since}" for since in overlapping(mine, lambda _: "")])
        return pyramids

    @model_validator(mode="after")
    def _known_zones(self) -> "Authority":
        codes = {zone.code for zone in self.zones}
        said = {code for offer in self.offers for code in offer.zones}
        said |= {pyramid.zone for pyramid in self.pyramids if pyramid.zone}
        if said - codes:
            raise ValueError(
                f"offers and pyramids name zones that are not there: {', '.join(sorted(said - codes))}"
            )
        return self

    def on(self, day: date) -> "Authority":
        """The authority as it is on a day: the zones, offers and pyramids that hold then. Raises WrongUsage if no zone
        does."""
        zones = on(self.zones, day)
        if not zones:
            raise WrongUsage(
                f"No zone holds on {day}.",
                where="authority.yaml, zones",
                todo="Give the zones an entry for that day: look at their `start` and `end`.",
            )
        now = {"zones": zones, "offers": on(self.offers, day), "pyramids": on(self.pyramids, day)}
        return self.model_copy(update=now)

    def contact_of(self, code: object, recipient: object) -> str:
        """How to reach a recipient of a zone's lists, who may no longer be the one; "" where the zone is not there."""
        entries = [zone for zone in self.zones if zone.code == code]
        theirs = [zone for zone in entries if zone.recipient == recipient]
        return next((zone.contact for zone in reversed(theirs or entries)), "")


def _refuse_twice(twice: list[str]) -> None:
    if twice:
        raise ValueError(f"named twice: {', '.join(sorted(twice))}")


def read_authority(path: str | Path) -> Authority:
    """Read `authority.yaml`. Raises WrongUsage with every fault at once."""
    return Authority.read(path)
