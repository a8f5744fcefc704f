"""startWhatIf: a person asks what another rule would have found. Nothing in the history changes."""

import logging
from typing import Annotated

import strawberry

from domain.contracts.codec import CodecError
from domain.contracts.commands import Refused
from domain.contracts.whatif import Job
from gateway.errors import InputRefused, OutcomeUnknown, ReplayUnavailable
from gateway.graph.context import GraphInfo
from gateway.graph.payload import Refusal
from gateway.graph.whatif import WhatIfJob
from gateway.graph.whatif_input import WhatIfInput
from gateway.graph.whatif_rights import allowed_cameras
from gateway.rights import NotAllowed

log = logging.getLogger(__name__)

WhatIfPayload = Annotated[WhatIfJob | Refusal, strawberry.union("WhatIfPayload")]


async def start_what_if(info: GraphInfo, input: WhatIfInput) -> WhatIfPayload:
    services, login = info.context.services, info.context.session.login
    try:
        started = await services.replay.start(input.checked(), login, await allowed_cameras(info))
    except CodecError as error:
        return Refusal(code=InputRefused.code, message=str(error))
    except (InputRefused, NotAllowed, ReplayUnavailable, OutcomeUnknown) as error:
        return Refusal(code=error.code, message=str(error))
    return answered(started, "start", login)


def answered(answer: Job | Refused, what: str, login: str) -> WhatIfJob | Refusal:
    """The desk's answer in the schema, noted in the log."""
    if isinstance(answer, Refused):
        log.info("what-if refused", extra={"request": what, "by": login, "code": answer.code})
        return Refusal(code=answer.code, message=answer.message)
    log.info("what-if answered", extra={"request": what, "by": login, "job": str(answer.job_id)})
    return WhatIfJob.of(answer)
