"""What a filter by cameras becomes for somebody who may see some of them only."""

from domain.contracts.identifiers import CameraId


def narrowed(wanted: tuple[str, ...] | None, allowed: frozenset[CameraId] | None) -> tuple[str, ...] | None:
    """Cameras that are wanted and allowed; None as an argument or as the answer: all of them."""
    if allowed is None:
        return wanted
    return tuple(sorted(allowed)) if wanted is None else tuple(camera for camera in wanted if camera in allowed)
