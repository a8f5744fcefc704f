"""Every projection of this build, by name."""

from collections.abc import Sequence
from typing import Final

from projections.access import Access
from projections.audit import Audit
from projections.faces import FaceMatches
from projections.handling import Handling
from projections.incidents import Incidents
from projections.learning import Learning
from projections.licences import Licences
from projections.notifying import Notifying
from projections.observations import CoverageMinutes, PictureFaults, VehiclePassages, ZoneVisits
from projections.plant import Plant
from projections.plates import Plates
from projections.projection import Projection, ProjectionError
from projections.recordings import Recordings
from projections.statistics import Statistics

ALL: Final[Sequence[Projection]] = (
    *(Incidents(), Handling(), Statistics()),
    *(Plant(), Access(), Audit()),
    *(Notifying(), Licences(), Learning(), Recordings()),
    *(CoverageMinutes(), ZoneVisits(), VehiclePassages(), PictureFaults(), Plates(), FaceMatches()),
)


def projection_named(name: str) -> Projection:
    """Raises ProjectionError that lists the known names."""
    for projection in ALL:
        if projection.name == name:
            return projection
    known = ", ".join(projection.name for projection in ALL)
    raise ProjectionError(f"There is no projection {name!r}; there are: {known}.")
