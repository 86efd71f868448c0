"""The schools that an authority names, with the pyramid of each and its zone (M03)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prevention_model.lists.text import plain
from prevention_model.settings.authority import Pyramid


@dataclass(frozen=True)
class School:
    """A school: its name, its pyramid, and the zone of the pyramid, or "" where that is not said."""

    name: str
    pyramid: str
    zone: str


def schools_of(pyramids: Sequence[Pyramid]) -> Mapping[str, School]:
    """Each school by its number.

    >>> schools_of([Pyramid(name="Hill", zone="Z1", schools={"990001": "Hill School"})])["990001"].pyramid
    'Hill'
    """
    return {
        urn: School(plain(name), plain(pyramid.name), pyramid.zone or "")
        for pyramid in pyramids
        for urn, name in pyramid.schools.items()
    }
