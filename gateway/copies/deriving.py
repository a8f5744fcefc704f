"""Which copy a kind of link stands for, and how it comes about. Called by the media route."""

from pathlib import Path
from typing import Final

from gateway.copies.desk import CopyImpossible
from gateway.copies.forms import CLIP_COPY, CLIP_OVERLAY, RECORDING_COPY, Form, can_be_copied
from gateway.copies.overlaying import gather
from gateway.reads import incidents
from gateway.reads.rows import EvidenceRow
from gateway.services import Services

FORMS: Final = {CLIP_COPY: Form.PLAYED, CLIP_OVERLAY: Form.DRAWN, RECORDING_COPY: Form.PLAYED}


async def derived(services: Services, found: EvidenceRow, kind: str) -> Path:
    """The finished copy of a stored video.

    Raises  CopiesBusy, CopyImpossible, DatabaseBusy, NatsAdapterError, one of infra.objects.UNAVAILABLE
    """
    since, until, form = found.captured_from, found.captured_to, FORMS[kind]
    if found.key is None or found.sha256 is None or since is None or until is None:
        raise CopyImpossible("there is no stored video")
    if not can_be_copied((until - since).total_seconds()):
        raise CopyImpossible("it is too long to be encoded anew")
    if form is Form.PLAYED:
        return await services.copies.copy(found.key, found.sha256, form)
    rows = await incidents.by_id(services.database, [found.incident_id])
    if not rows:
        raise CopyImpossible("there is no such incident")

    async def prepare(folder: Path) -> bool:
        return await gather(services, rows[0], since, until, folder)

    return await services.copies.copy(found.key, found.sha256, form, prepare)
