"""whatIfProgress: a job as it is and as it moves on, until it is over."""

from collections.abc import AsyncIterator

import strawberry

from gateway.graph.context import GraphInfo
from gateway.graph.whatif import WhatIfJob
from gateway.graph.whatif_input import JobUnknown, known_job
from gateway.graph.whatif_rights import allowed_cameras, is_seen, seen_job


async def what_if_progress(info: GraphInfo, id: strawberry.ID) -> AsyncIterator[WhatIfJob]:
    """A browser that is slow misses steps, never the last one."""
    seen = await seen_job(info, known_job(id))
    async for job in info.context.services.replay.progress(seen.job_id):
        if not is_seen(job, await allowed_cameras(info)):
            raise JobUnknown("there is no such job")
        yield WhatIfJob.of(job)
