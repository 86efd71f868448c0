"""Where people live and learn: seven zones, made of school pyramids, made of small areas (LSOAs)."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from prevention_model.synthetic.identifiers import postcode
from prevention_model.synthetic.names import STREETS
from prevention_model.synthetic.parameters import PlaceParameters
from prevention_model.synthetic.streams import Streams

ZONES = tuple(f"Z{n}" for n in range(1, 8))
ZONE_NAMES = (
    "Harrowmere", "Stourbrook", "Vale of Quern", "Bramblecoast", "Lytchford", "Fennick and Ashgar", "Wherrymouth",
)  # fmt: skip
DEPRIVED_ZONE = 6
"""The place in `ZONES` of the zone that holds most of the deprived areas."""


@dataclass(frozen=True)
class Places:
    """Areas and schools. Arrays of LSOAs: `code`, `zone`, `pyramid`, `decile` (1 most deprived), `rural`, `weight`.

    Arrays of schools: `urn`, `school_pyramid`, `secondary`. A pyramid is one secondary and its primaries.
    """

    code: pa.Array
    zone: np.ndarray
    pyramid: np.ndarray
    decile: np.ndarray
    rural: np.ndarray
    weight: np.ndarray
    urn: pa.Array
    school_pyramid: np.ndarray
    secondary: np.ndarray

    @property
    def deprivation(self) -> np.ndarray:
        """Deprivation of each LSOA, standardised over deciles: positive is more deprived."""
        found: np.ndarray = (5.5 - self.decile) / 2.87
        return found


def make_places(streams: Streams, parameters: PlaceParameters) -> Places:
    """Lay out the county: the same for every size, because zones and schools do not shrink with a sample."""
    rng = streams("places")
    n = parameters.lsoas
    pyramid_zone = np.sort(np.arange(parameters.pyramids) % len(ZONES))
    pyramid = np.sort(np.arange(n) % parameters.pyramids)
    zone = pyramid_zone[pyramid]
    leaning = rng.normal(0, 1, n) + np.where(zone == DEPRIVED_ZONE, 2.2, 0.0)
    rank = np.argsort(np.argsort(-leaning))
    decile = np.searchsorted(np.cumsum(parameters.decile_shares) * n, rank, side="right") + 1
    decile = np.minimum(decile, 10)
    # A fifth decile or better is where the villages are.
    rural = (rng.random(n) < parameters.rural) & (decile > 2) & (zone != DEPRIVED_ZONE)
    schools = np.repeat(np.arange(parameters.pyramids), 1 + parameters.primaries)
    secondary = np.tile(np.arange(1 + parameters.primaries) == 0, parameters.pyramids)
    return Places(
        code=pa.array([f"E01{990001 + i}" for i in range(n)]),
        zone=zone,
        pyramid=pyramid,
        decile=decile,
        rural=rural,
        weight=rng.dirichlet(np.full(n, 12.0)),
        urn=pa.array([str(990001 + i) for i in range(len(schools))]),
        school_pyramid=schools,
        secondary=secondary,
    )


def postcode_rows(places: Places) -> dict[str, pa.Array]:
    """The columns of `postcodes.csv`: postcode, lsoa. A street of an area has one postcode."""
    streets = len(STREETS)
    lsoa = np.repeat(np.arange(len(places.weight)), streets)
    return {
        "postcode": postcode(lsoa, np.tile(np.arange(streets), len(places.weight))),
        "lsoa": places.code.take(pa.array(lsoa)),
    }


def area_rows(places: Places) -> dict[str, pa.Array]:
    """The columns of `areas.csv`: lsoa, zone, idaci_decile, rural."""
    return {
        "lsoa": places.code,
        "zone": pa.array(list(ZONES)).take(pa.array(places.zone)),
        "idaci_decile": pa.array(places.decile).cast(pa.string()),
        "rural": pa.array(["false", "true"]).take(pa.array(places.rural.astype(np.int8))),
    }
