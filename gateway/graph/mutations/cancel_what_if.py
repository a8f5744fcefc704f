"""cancelWhatIf: nobody wants the answer any more. A job that is over stays as it is."""

import strawberry

from gateway.errors import InputRefused, OutcomeUnknown, ReplayUnavailable
from gateway.graph.context import GraphInfo
from gateway.graph.mutations.start_what_if import WhatIfPayload, answered
from gateway.graph.payload import Refusal
from gateway.graph.whatif_input import known_job
from gateway.graph.whatif_rights import seen_job
from gateway.rights import NotAllowed


async def cancel_what_if(info: GraphInfo, id: strawberry.ID) -> WhatIfPayload:
    try:
        job = await seen_job(info, known_job(id))
        cancelled = await info.context.services.replay.cancel(job.job_id)
    except (InputRefused, NotAllowed, ReplayUnavailable, OutcomeUnknown) as error:
        return Refusal(code=error.code, message=str(error))
    return answered(cancelled, "cancel", info.context.session.login)
