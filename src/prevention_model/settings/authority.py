"""`authority.yaml`: who the authority is, what it receives and on what basis, its zones and signatories."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from prevention_model.settings.base import Settings

Text = Annotated[str, Field(min_length=1)]
LengthOfTime = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3} (day|week|month|year)s?$")]
"""How long, as in "6 years" or "18 months"."""


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
    load and the card say so.
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


class Zone(Settings):
    """A Family Partnership Zone: how many families it can talk to a month, and who receives its list."""

    code: Text
    name: Text
    capacity: Annotated[int, Field(ge=1, le=500)]
    recipient: Text
    recipient_role: Text = "Zone coordinator"
    contact: Text


class FrontDoor(Settings):
    """Where an immediate safeguarding concern goes; printed on every list (R-42)."""

    name: Text
    telephone: Text


class Signatory(Settings):
    """Somebody whose signature opens the gate: the public half of their key, and their role."""

    name: Text
    role: Text
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Offer(Settings):
    """Something a zone can offer a family: level of need 1 (universal) to 3, and the themes it helps with."""

    name: Text
    level: Annotated[int, Field(ge=1, le=3)]
    themes: tuple[Text, ...]
    zones: tuple[Text, ...] = ()


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
    identification_basis: Text
    stage: Literal["shadow", "pilot", "live"] = "shadow"

    @field_validator("sources", "zones", "signatories")
    @classmethod
    def _unique(cls, items: tuple[Settings, ...]) -> tuple[Settings, ...]:
        keys = [getattr(item, "code", None) or getattr(item, "name", None) for item in items]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"named twice: {', '.join(twice)}")
        return items


def read_authority(path: str | Path) -> Authority:
    """Read `authority.yaml`. Raises WrongUsage with every fault at once."""
    return Authority.read(path)
