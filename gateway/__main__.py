"""python -m gateway: GraphQL, REST, media, live pictures and the console on one port."""

import asyncio
import logging
import secrets
import signal
from contextlib import AsyncExitStack
from datetime import timedelta
from types import FrameType

import uvicorn

from gateway.alarm_watch import AlarmWatch
from gateway.app import application
from gateway.commands import DomainCommands
from gateway.copies.desk import Copies
from gateway.crops.desk import Crops
from gateway.database import Database, sql
from gateway.feed import IncidentFeed
from gateway.inquiries import Inquiries
from gateway.links import MediaLinks
from gateway.measures import Measures
from gateway.projected import Projected
from gateway.relay import Relay
from gateway.replay import ReplayQuestions
from gateway.rights import Rights
from gateway.services import Services
from gateway.settings import GatewaySettings
from gateway.signin.accounts import Accounts
from gateway.signin.attempts import Attempts
from gateway.signin.passwords import Passwords
from gateway.signin.sessions import Sessions
from gateway.standings import Standings
from gateway.stills.desk import Stills
from gateway.teaching import Teaching
from gateway.vitals import VitalsBoard
from gateway.webrtc.desk import WebRtcDesk
from infra import logs, objects
from infra.nats.bridge import connect
from infra.vitals import Vitals

log = logging.getLogger(__name__)

PROCESS = "gateway"
DRAIN_S = 5


async def serve(settings: GatewaySettings) -> None:
    """Runs until SIGTERM or SIGINT, then lets requests in progress finish."""
    async with AsyncExitStack() as stack:
        services, vitals = await build(settings, stack)
        await services.database.execute(sql("auth"))
        await services.passwords.ensure_administrator(_revealed(settings))
        await services.vitals.listen(services.nats)
        await vitals.start_on(services.nats)
        server = uvicorn.Server(_config(settings, services))
        async with asyncio.TaskGroup() as tasks:
            alarms = AlarmWatch(services.database, services.measures, settings.plant_tz)
            running = (services.projected.run(), services.feed.run(), services.accounts.run(), alarms.run())
            background = [tasks.create_task(each) for each in running]
            await server.serve()
            for task in background:
                task.cancel()


async def build(settings: GatewaySettings, stack: AsyncExitStack) -> tuple[Services, Vitals]:
    """Connects to everything; `stack` closes it again."""
    dsn = settings.postgres_dsn.get_secret_value()
    database = Database(dsn)
    await database.open()
    stack.push_async_callback(database.close)
    nc = await connect(settings.nats_url.get_secret_value(), name=PROCESS)
    stack.push_async_callback(nc.close)
    vitals = Vitals(PROCESS)
    projected, attempts = Projected(dsn), Attempts()
    commands = DomainCommands(
        nc,
        projected,
        command_timeout_s=settings.command_timeout_s,
        projection_timeout_s=settings.projection_timeout_s,
    )
    store = objects.client(settings)
    sessions, rights = Sessions(database, timedelta(hours=settings.session_hours)), Rights(database)
    measures = Measures(vitals.registry)
    relay = Relay(nc, settings.home, settings.node)
    webrtc = WebRtcDesk(settings, sessions, rights, measures, relay)
    stack.push_async_callback(webrtc.close)
    copies = Copies(store, settings.s3_bucket, settings.home / "cache" / "copies", settings.copies_most_mib << 20)
    services = Services(
        settings=settings,
        database=database,
        nats=nc,
        objects=store,
        sessions=sessions,
        passwords=Passwords(database),
        attempts=attempts,
        accounts=Accounts(database, commands, projected, attempts),
        rights=rights,
        projected=projected,
        feed=IncidentFeed(database, projected),
        commands=commands,
        replay=ReplayQuestions(nc, timeout_s=settings.command_timeout_s),
        inquiries=Inquiries(nc, timeout_s=settings.inquiry_timeout_s),
        standings=Standings(store, settings.s3_bucket),
        links=MediaLinks(_link_key(settings), settings.media_link_s),
        copies=copies,
        relay=relay,
        stills=Stills(settings.home, relay=relay),
        crops=Crops(),
        teaching=Teaching(nc, timeout_s=settings.command_timeout_s),
        webrtc=webrtc,
        vitals=VitalsBoard(),
        measures=measures,
    )
    return services, vitals


def _link_key(settings: GatewaySettings) -> bytes:
    if settings.link_secret is None:
        return secrets.token_bytes(32)
    return settings.link_secret.get_secret_value().encode()


def _revealed(settings: GatewaySettings) -> str | None:
    return settings.admin_password.get_secret_value() if settings.admin_password else None


def _config(settings: GatewaySettings, services: Services) -> uvicorn.Config:
    return uvicorn.Config(
        application(services),
        host=settings.gateway_host,
        port=settings.gateway_port,
        log_config=None,
        access_log=False,
        server_header=False,
        ws_max_size=64 * 1024,
        ws_max_queue=16,
        ws_ping_interval=20.0,
        limit_concurrency=1000,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=DRAIN_S,
        lifespan="off",
    )


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """uvicorn sends the signal again once it has drained: the process then ends in order, with exit code 0."""
    raise SystemExit(0)


def main() -> None:
    logs.configure(PROCESS)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    settings = GatewaySettings()
    log.info("gateway starts", extra={"settings": settings.describe()})
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
