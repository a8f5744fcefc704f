"""The work of `kaska up`."""

import asyncio
from collections.abc import Sequence

from infra import logs
from infra.assets import fetch, progress_bars
from infra.cli.running import run_until_stopped, tell_console
from infra.cli.voice import tell, tell_step
from infra.demo.plant import own_plant
from infra.demo.registration import register
from infra.supervisor.home import check_usable
from infra.supervisor.supervisor import Options, running


def serve(options: Options, cameras: Sequence[str]) -> None:
    """Ends the program when somebody stops it. `cameras` are registered in addition to those of the home."""

    async def work() -> int:
        check_usable(options.home)
        logs.configure("supervisor", path=options.home / "logs" / "supervisor.log")
        with progress_bars() as progress:
            fetch(options.detector.weights, progress)
        plant = own_plant(cameras, options.home)
        async with running(options, tell_step) as running_home:
            await register(running_home.admin, plant)
            tell_console(running_home)
            tell("  Ctrl-C — остановить / to stop\n")
            await asyncio.Event().wait()
        return 0

    run_until_stopped(work)
