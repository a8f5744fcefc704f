"""A job in a worker process: started, listened to, killed when nobody wants its answer any more."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from typing import Final

from domain.contracts import codec
from domain.contracts.commands.replies import Refused
from domain.contracts.whatif import Answer, Job
from domain.replay.desk.errors import WorkFailed
from domain.replay.desk.jobs import Progress
from domain.replay.desk.shelf import Shelf
from domain.replay.desk.worker import Said
from infra.checkout import CHECKOUT

ONE_CORE: Final = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


class WorkerProcess:
    """A `Work` for the queue. The worker inherits this process's environment, rights and priority."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def __call__(self, job: Job, progress: Progress) -> Answer:
        """Raises WorkFailed; OSError when no process can be started."""
        command = (sys.executable, "-P", "-m", "domain.replay.desk.worker", str(self._shelf.folder(job.job_id)))
        environment = {**os.environ, **ONE_CORE, "PYTHONPATH": str(CHECKOUT)}
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, env=environment, cwd=CHECKOUT)
        try:
            async for said in _lines(process):
                match said:
                    case Said(reached=reached) if reached is not None:
                        await progress(reached)
                    case Said(answer=answer) if answer is not None:
                        return answer
                    case Said(failed=failed) if failed is not None:
                        raise WorkFailed(failed)
            raise WorkFailed(Refused("worker_ended", _last_words(await process.wait())))
        finally:
            await _end(process)


async def _lines(process: Process) -> AsyncIterator[Said]:
    assert process.stdout is not None  # noqa: S101 - it was asked for
    async for line in process.stdout:
        try:
            yield codec.from_json(Said, line)
        except codec.CodecError as error:
            raise WorkFailed(Refused("worker_ended", f"the worker spoke nonsense: {error}")) from error


async def _end(process: Process) -> None:
    if process.returncode is None:
        try:
            process.kill()
        except ProcessLookupError:
            return
        await process.wait()


def _last_words(code: int) -> str:
    if code >= 0:
        return f"the worker ended with exit code {code} and without an answer; the log of replay says more"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = "unknown"
    return f"the worker was ended by signal {-code} ({name}) before it had an answer"
