"""The producers of one node among several: those of the cameras whose leases it holds."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable
from pathlib import Path

from nats.aio.client import Client

from infra.dispatch.leases import LeaseTable, Terms
from infra.dispatch.rendezvous import owner
from infra.nats.errors import NatsAdapterError
from infra.supervisor.cameras import CameraProcesses
from infra.supervisor.keeper import CountsRestarts, Prepare
from infra.tenure import grant

log = logging.getLogger(__name__)


class DispatchedCameras(CameraProcesses):
    """As CameraProcesses, of this node's cameras only. `follow` and `dispatch` run side by side until cancelled.

    frames_dir   where its processes find until when a camera is theirs: see `infra.tenure`
    """

    def __init__(
        self,
        nc: Client,
        prepare: Callable[[str], Prepare],
        home: Path,
        restarted: CountsRestarts,
        *,
        node: str,
        frames_dir: Path,
        terms: Terms | None = None,
    ) -> None:
        super().__init__(nc, prepare, home, restarted)
        self._frames_dir = frames_dir
        self._terms = terms or Terms()
        self._table = LeaseTable(nc, node, self._terms)
        self._watched: set[str] = set()
        self._turns = asyncio.Lock()
        self._is_ending = False

    def holds(self, camera_id: str) -> bool:
        """Whether the camera is this node's now."""
        return camera_id in self._table.held

    async def dispatch(self) -> None:
        """Takes what belongs to this node and is free, gives back what belongs to another, and lives."""
        while True:
            try:
                async with self._turns:
                    await (self._hold_on() if self._is_ending else self._turn())
            except (NatsAdapterError, OSError) as error:
                log.warning("leases cannot be read or written", extra={"why": str(error)})
            await self._end_lapsed()
            await asyncio.sleep(self._terms.beat_s)

    async def stop(self) -> None:
        """Ends the producers, then gives the cameras back, so that others need not wait.

        To be called before `dispatch` is cancelled: a turn that breaks off in the middle leaves a producer behind.
        """
        async with self._turns:
            self._is_ending = True
        await super().stop()
        async with self._turns:
            for camera_id in self._table.held:
                try:
                    await self._table.release(camera_id)
                except NatsAdapterError as error:
                    log.warning("a camera was not given back", extra={"camera": camera_id, "why": str(error)})

    async def _apply(self, camera_id: str, *, is_watched: bool) -> None:
        """A camera's facts have changed: its process starts afresh where the camera is this node's."""
        async with self._turns:
            (self._watched.add if is_watched else self._watched.discard)(camera_id)
            if camera_id in self._table.held and not self._is_ending:
                await super()._apply(camera_id, is_watched=is_watched)

    async def _turn(self) -> None:
        await self._table.beat()
        await self._table.look()
        live = self._table.live_nodes()
        for camera_id in sorted(self._watched | self._table.held):
            is_mine = camera_id in self._watched and owner(camera_id, live) == self._table.node
            if camera_id in self._table.held:
                await self._keep(camera_id, is_mine=is_mine)
            elif is_mine and self._table.is_free(camera_id) and await self._table.take(camera_id):
                self._grant(camera_id)
                log.info("camera taken", extra={"camera": camera_id, "nodes": len(live)})
                await super()._apply(camera_id, is_watched=True)

    async def _hold_on(self) -> None:
        """While the producers end, which takes some seconds, the cameras stay this node's."""
        for camera_id in self._table.held:
            if await self._table.renew(camera_id):
                self._grant(camera_id)
            else:
                await self._kill(camera_id)

    async def _keep(self, camera_id: str, *, is_mine: bool) -> None:
        if not await self._table.renew(camera_id):
            log.error("another node holds the camera", extra={"camera": camera_id})
            await self._kill(camera_id)
            return
        self._grant(camera_id)
        if not is_mine:
            await super()._apply(camera_id, is_watched=False)
            await self._table.release(camera_id)
            log.info("camera given back", extra={"camera": camera_id})

    def _grant(self, camera_id: str) -> None:
        """What was given back is left to end by itself: the analysis of its last frames is still under way."""
        grant(self._frames_dir, camera_id, self._table.until(camera_id))

    async def _end_lapsed(self) -> None:
        for camera_id in self._table.lapsed():
            log.error("the lease of a camera could not be renewed: its process ends", extra={"camera": camera_id})
            self._table.forget(camera_id)
            await self._kill(camera_id)

    async def _kill(self, camera_id: str) -> None:
        """At once: there is no time for an end in order."""
        keeper = self._keepers.get(camera_id)
        if keeper is not None and keeper.child is not None:
            keeper.child.send(signal.SIGKILL)
        with contextlib.suppress(OSError):
            grant(self._frames_dir, camera_id, 0.0)
        await super()._apply(camera_id, is_watched=False)
