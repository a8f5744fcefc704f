"""Every projection of this build, by name."""

from collections.abc import Sequence
from typing import Final

from projections.incidents import Incidents
from projections.plant import Plant
from projections.projection import Projection, ProjectionError

ALL: Final[Sequence[Projection]] = (Incidents(), Plant())


def projection_named(name: str) -> Projection:
    """Raises ProjectionError that lists the known names."""
    for projection in ALL:
        if projection.name == name:
            return projection
    known = ", ".join(projection.name for projection in ALL)
    raise ProjectionError(f"There is no projection {name!r}; there are: {known}.")
