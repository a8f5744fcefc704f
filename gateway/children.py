"""Work in a process of its own, so that no video can hurt the gateway."""

import asyncio
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ended:
    """status is 0 when it did what it was asked; said is its standard error."""

    status: int
    output: bytes
    said: str


async def run_module(module: str, *arguments: str, longest_s: float, given: bytes | None = None) -> Ended:
    """`python -m module …`, killed when it takes too long and with whoever waits for it. Raises TimeoutError.

    given   what it reads from its standard input
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        stdin=asyncio.subprocess.DEVNULL if given is None else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, said = await asyncio.wait_for(child.communicate(given), longest_s)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return Ended(child.returncode or 0, output, said.decode(errors="replace"))
