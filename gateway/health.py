"""/healthz: whether everything that must run does. Names and numbers are for those who hold a key."""

import logging
from dataclasses import asdict, dataclass

import psycopg
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from domain.contracts.subjects import EVENTS
from gateway.cameras import CameraState, state_of
from gateway.database import sql
from gateway.errors import DatabaseBusy
from gateway.operators import may_view_system
from gateway.projected import INCIDENTS, PLANT
from gateway.reads import plant
from gateway.reads.rows import CameraRow
from gateway.services import Services, services_of
from gateway.troubles import troubles_of
from gateway.vitals import VitalsBoard
from infra.guarding import ask_guard
from infra.nats.errors import NatsAdapterError
from infra.nats.streams import last_sequence

log = logging.getLogger(__name__)

router = APIRouter(tags=["operation"])

LARGEST_LAG = 1000
_NATS_TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True)
class Health:
    """missing_processes: not heard on vitals.> within 10 s. projection_lag: events in EVENTS behind the newest.

    history   what is wrong with it, one sentence each; None when the domain service does not say
    cameras   those that are not watched as they should be, with their state and troubles (FAULTS C1, C5 to C14); no
              reason to call the plant itself failing: a camera may be taken down for a day
    """

    database: bool
    nats: bool
    missing_processes: list[str]
    projection_lag: dict[str, int | None]
    history: list[str] | None
    cameras: dict[str, list[str]]

    @property
    def checks(self) -> dict[str, bool]:
        lags = self.projection_lag.values()
        return {
            "database": self.database,
            "nats": self.nats,
            "history": not self.history,
            "processes": not self.missing_processes,
            "projections": bool(lags) and all(lag is not None and lag <= LARGEST_LAG for lag in lags),
        }

    @property
    def good(self) -> bool:
        return all(self.checks.values())


@router.get("/healthz", responses={503: {}})
async def healthz(request: Request) -> JSONResponse:
    """200 when all is well, else 503; with the token or the right `view_system` also what exactly is missing."""
    health = await examine(services_of(request))
    body: dict[str, object] = {"status": "ok" if health.good else "failing", "checks": health.checks}
    if await may_view_system(request):
        body["details"] = asdict(health)
    return JSONResponse(body, status_code=200 if health.good else 503)


async def examine(services: Services) -> Health:
    """Asks the database and NATS, and looks at the vitals heard."""
    try:
        positions: dict[str, int] | None = await _positions(services)
        cameras = [each for each in await plant.cameras(services.database) if not each.is_archive]
    except (DatabaseBusy, psycopg.Error):
        positions, cameras = None, []
    newest = await _newest_event(services)
    verdict = await ask_guard(services.nats, _NATS_TIMEOUT_S)
    wanted = [*services.settings.expected_processes, *(f"producer.{camera.id}" for camera in cameras)]
    return Health(
        database=positions is not None,
        nats=newest is not None,
        missing_processes=services.vitals.missing(wanted),
        projection_lag=_lags(positions or {}, newest),
        history=None if verdict is None else list(verdict.findings),
        cameras={camera.id: found for camera in cameras if (found := _wrong_with(services.vitals, camera))},
    )


def _wrong_with(vitals: VitalsBoard, camera: CameraRow) -> list[str]:
    state, _ = state_of(vitals, camera.id)
    troubles = troubles_of(vitals, camera.id, has_second=camera.analysis_source is not None)
    return [
        *([] if state is CameraState.ONLINE else [state.value]),
        *(" ".join(filter(None, (each.kind.value, each.about))) for each in troubles),
    ]


async def _positions(services: Services) -> dict[str, int]:
    async with services.database.connection() as connection:
        cursor = await connection.execute(sql("projection_positions"))
        return dict(await cursor.fetchall())


async def _newest_event(services: Services) -> int | None:
    try:
        return await last_sequence(services.nats, EVENTS, _NATS_TIMEOUT_S)
    except NatsAdapterError as error:
        log.warning("newest event not readable", extra={"error": type(error).__name__})
        return None


def _lags(positions: dict[str, int], newest: int | None) -> dict[str, int | None]:
    return {
        name: None if newest is None or name not in positions else max(0, newest - positions[name])
        for name in (INCIDENTS, PLANT)
    }
