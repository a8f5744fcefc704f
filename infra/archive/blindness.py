"""When the pictures of an archive could show nothing, as OBSERVATIONS tell it. Read by `kaska analyse`."""

from typing import Final

from nats.aio.client import Client

from domain.contracts.codec import CodecError
from domain.contracts.identifiers import CameraId
from domain.contracts.observations import (
    ObservationUnknown,
    PictureQuality,
    QualityFault,
    decode_observation,
)
from domain.contracts.subjects import OBSERVATIONS, observation_subject
from infra.eventstore.envelope import TOPIC
from infra.nats.direct import get_page

PAGE: Final = 1000


async def faults_of(nc: Client, camera_id: CameraId) -> list[PictureQuality]:
    """Each fault once, as it was told last, in the order of their beginnings. Raises NatsAdapterError."""
    found: dict[tuple[QualityFault, str], PictureQuality] = {}
    after = 0
    while True:
        page = await get_page(nc, OBSERVATIONS, after + 1, PAGE, observation_subject(camera_id, "quality"))
        for message in page.messages:
            after = message.sequence
            try:
                told = decode_observation(message.headers.get(TOPIC, ""), message.data)
            except (ObservationUnknown, CodecError):
                continue  # of a newer build
            if isinstance(told, PictureQuality):
                key = told.fault, told.since.isoformat()
                if told.until is not None or key not in found:
                    found[key] = told
        if not page.messages or not page.pending:
            return sorted(found.values(), key=lambda each: each.since)
