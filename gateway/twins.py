"""Cameras that are registered twice (FAULTS C18): what one sees would be counted twice. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

PORTS: Final = {"rtsp": 554, "rtsps": 322}


def twins(sources: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """For each camera that has any, the others with the same address.

    sources   camera and its address, without credentials; of live cameras only these are compared
    """
    by_address: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
    for camera, source in sources:
        address = _address(source)
        if address is not None:
            by_address[address].append(camera)
    return {
        camera: [other for other in same if other != camera]
        for same in by_address.values()
        if len(same) > 1
        for camera in same
    }


def _address(source: str) -> tuple[object, ...] | None:
    try:
        parts = urlsplit(source)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in PORTS:
        return None
    query = "&".join(part for part in parts.query.split("&") if not part.startswith("transport="))
    return parts.scheme, parts.hostname, port or PORTS[parts.scheme], parts.path.rstrip("/"), query
