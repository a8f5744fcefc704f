"""Who may ask what-if questions and see answers: the right to reports, on every camera that the rule has watched."""

from domain.contracts.access import Right
from domain.contracts.identifiers import CameraId
from domain.contracts.whatif import Job, JobId
from gateway.graph.context import GraphInfo
from gateway.graph.whatif_input import JobUnknown


async def allowed_cameras(info: GraphInfo) -> tuple[CameraId, ...] | None:
    """Cameras whose rules the person may ask about; None: all. Raises NotAllowed when it is none at all."""
    allowed = (await info.context.access()).cameras(Right.VIEW_REPORTS)
    return None if allowed is None else tuple(sorted(allowed))


def is_seen(job: Job, allowed: tuple[CameraId, ...] | None) -> bool:
    return allowed is None or set(job.cameras) <= set(allowed)


async def seen_job(info: GraphInfo, job_id: JobId) -> Job:
    """A job that the person may see. Raises JobUnknown, for hidden ones too; NotAllowed, ReplayUnavailable."""
    allowed = await allowed_cameras(info)
    job = await info.context.services.replay.job(job_id)
    if job is None or not is_seen(job, allowed):
        raise JobUnknown("there is no such job")
    return job
