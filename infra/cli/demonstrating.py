"""The work of `kaska demo`."""

import json

from infra import logs
from infra.cli.running import run_until_stopped, tell_console
from infra.cli.voice import FAILED, tell, tell_step
from infra.demo.session import DemoOrder, demonstration
from infra.supervisor.home import check_usable
from infra.supervisor.supervisor import Options


def demonstrate(options: Options, order: DemoOrder, *, as_json: bool) -> None:
    """Ends the program: 0 when the ordered incidents were seen, or when a person stopped an unlimited demo."""

    async def work() -> int:
        check_usable(options.home)
        logs.configure("supervisor", path=options.home / "logs" / "supervisor.log")
        async with demonstration(options, order, tell_step) as show:
            tell_console(show.running)
            if order.until is None:
                tell("  Ctrl-C — остановить / to stop\n")
            result = await show.watch()
        if as_json:
            print(json.dumps(result.as_plain(), ensure_ascii=False), flush=True)
        else:
            tell(f"  Инцидентов / Incidents: {len(result.incidents)}")
        return 0 if len(result.incidents) >= (order.until or 0) else FAILED

    run_until_stopped(work, when_stopped=0 if order.until is None else FAILED)
