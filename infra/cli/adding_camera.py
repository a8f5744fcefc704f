"""The work of `kaska cameras add` and `kaska cameras login`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from domain.contracts.addresses import LoginNotSplit, without_login
from domain.contracts.commands import RegisterCamera
from domain.contracts.events import CameraConfigured, CameraRegistered, decode_event
from domain.contracts.identifiers import CameraId, IdentifierRefused, slug
from domain.contracts.subjects import CAMERA, EVENTS, event_subject
from infra.addresses import AddressRefused, resolve
from infra.cli.voice import FAILED, TROUBLE, fail, tell
from infra.demo.plant import DemoPlant
from infra.demo.registration import register
from infra.embedded import EnvironmentTrouble
from infra.embedded.nats import ADMIN, NatsServer
from infra.eventstore.envelope import TOPIC
from infra.logins import NOWHERE, keep_login, place_of
from infra.nats.bridge import connect
from infra.nats.direct import get_page
from infra.nats.errors import NatsAdapterError
from infra.supervisor import SupervisorError
from infra.supervisor.home import RunningState, read_state

PAGE: Final = 500


class AddressUnknown(Exception):
    """A login is kept for an address, and this one is not known."""


@dataclass(frozen=True)
class NewLogin:
    """password      told the place that it is for
    of_analysis   of the second stream
    address       where the camera is; None: where it is registered
    """

    camera: str
    user: str
    password: Callable[[str], str] = field(repr=False)
    of_analysis: bool = False
    address: str | None = None


@dataclass(frozen=True)
class NewCamera:
    """login   user:password, or None. source, analysis: a login behind the host is kept and not registered"""

    camera: str
    name: str
    source: str = field(repr=False)
    analysis: str | None = field(repr=False)
    fps: float
    width: int
    ppe: bool
    login: str | None = field(repr=False)
    plates: bool = False


def connect_camera(home: Path, new: NewCamera) -> int:
    """The exit code."""
    state = read_state(home)
    if state is None:
        return fail(f"Kaska is not running in {home}; start it with ./kaska up.", TROUBLE)
    try:
        camera = CameraId(slug(new.camera))
        new, of_analysis = apart(new)
        for address in (new.source, new.analysis):
            if address is not None:
                resolve(address)
        if new.login is not None:
            keep_login(home, camera, new.login, new.source)
        if of_analysis is not None:
            keep_login(home, camera, of_analysis, new.analysis or "", of_analysis=True)
        asyncio.run(_register(home, state, camera, new))
    except (AddressRefused, IdentifierRefused, EnvironmentTrouble, LoginNotSplit) as error:
        return fail(f"{error}.", TROUBLE)
    except (NatsAdapterError, SupervisorError) as error:
        return fail(str(error), FAILED)
    tell(f"Камера {camera} подключена. / Camera {camera} is connected.")
    return 0


def apart(new: NewCamera) -> tuple[NewCamera, str | None]:
    """What is registered, without the logins that stand behind the hosts, and the one of the second stream.

    Raises LoginNotSplit
    """
    source, login = without_login(new.source)
    analysis, of_analysis = (None, None) if new.analysis is None else without_login(new.analysis)
    if login is not None and new.login is not None:
        raise LoginNotSplit("a login is given twice: with --user and in the address")
    return replace(new, source=source, analysis=analysis, login=login or new.login), of_analysis


def keep_camera_login(home: Path, wanted: NewLogin) -> int:
    """The exit code. Who types the password is shown the place that it will be kept for."""
    try:
        camera = slug(wanted.camera)
        address = wanted.address or _address_now(home, camera, of_analysis=wanted.of_analysis)
        place = place_of(resolve(address).shown)
        if place == NOWHERE:
            return fail(f"{address}: a file asks for no login.", TROUBLE)
        login = f"{wanted.user}:{wanted.password(place)}"
        keep_login(home, camera, login, address, of_analysis=wanted.of_analysis)
    except (AddressRefused, IdentifierRefused, AddressUnknown) as error:
        return fail(f"{error}.", TROUBLE)
    except NatsAdapterError as error:
        return fail(str(error), FAILED)
    tell(f"Логин камеры {camera} сохранён для {place}. / The login of camera {camera} is kept for {place}.")
    return 0


def _address_now(home: Path, camera: str, *, of_analysis: bool) -> str:
    """Where the camera is registered. Raises AddressUnknown, NatsAdapterError."""
    state = read_state(home)
    if state is None:
        raise AddressUnknown(f"Kaska is not running in {home}: say with --for rtsp://… where camera {camera} is")
    found = asyncio.run(_newest_facts(home, state, camera))
    address = None if found is None else found.analysis_source if of_analysis else found.source
    if address is None:
        what = "has no second stream" if found else "is not registered"
        raise AddressUnknown(f"camera {camera} {what}: say with --for rtsp://… where it is")
    return address


async def _newest_facts(home: Path, state: RunningState, camera: str) -> CameraRegistered | CameraConfigured | None:
    admin = await connect(NatsServer.of(home, state.nats_port).url(ADMIN), name="cameras")
    newest: CameraRegistered | CameraConfigured | None = None
    first = 1
    try:
        while True:
            page = await get_page(admin, EVENTS, first, PAGE, event_subject(CAMERA, camera))
            for message in page.messages:
                event = decode_event(message.headers[TOPIC], message.data).event
                newest = event if isinstance(event, CameraRegistered | CameraConfigured) else newest
            if not page.messages or not page.pending:
                return newest
            first = page.messages[-1].sequence + 1
    finally:
        await admin.close()


async def _register(home: Path, state: RunningState, camera: CameraId, new: NewCamera) -> None:
    admin = await connect(NatsServer.of(home, state.nats_port).url(ADMIN), name="cameras")
    command = RegisterCamera(camera, new.name, new.source, new.fps, new.width, new.ppe, new.analysis, new.plates)
    try:
        await register(admin, DemoPlant((camera,), (command,)), by="cameras")
    finally:
        await admin.close()
