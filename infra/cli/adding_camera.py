"""The work of `kaska cameras add`."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from domain.contracts.commands import RegisterCamera
from domain.contracts.identifiers import CameraId, IdentifierRefused, slug
from infra.addresses import AddressRefused, resolve
from infra.cli.voice import FAILED, TROUBLE, fail, tell
from infra.demo.plant import DemoPlant
from infra.demo.registration import register
from infra.embedded import EnvironmentTrouble
from infra.embedded.nats import ADMIN, NatsServer
from infra.nats.bridge import connect
from infra.nats.errors import NatsAdapterError
from infra.settings import save_analysis_credentials, save_camera_credentials
from infra.supervisor import SupervisorError
from infra.supervisor.home import RunningState, read_state


@dataclass(frozen=True)
class NewCamera:
    """login   user:password, or None"""

    camera: str
    name: str
    source: str
    analysis: str | None
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
        for address in (new.source, new.analysis):
            if address is not None:
                resolve(address)
        if new.login is not None:
            save_camera_credentials(home, camera, new.login)
        asyncio.run(_register(home, state, camera, new))
    except (AddressRefused, IdentifierRefused, EnvironmentTrouble) as error:
        return fail(f"{error}.", TROUBLE)
    except (NatsAdapterError, SupervisorError) as error:
        return fail(str(error), FAILED)
    tell(f"Камера {camera} подключена. / Camera {camera} is connected.")
    return 0


def keep_login(home: Path, camera: str, login: str, *, of_analysis: bool) -> int:
    """The exit code. login: user:password, which stays in the home's secrets."""
    try:
        known = slug(camera)
    except IdentifierRefused as error:
        return fail(f"{error}.", TROUBLE)
    (save_analysis_credentials if of_analysis else save_camera_credentials)(home, known, login)
    tell(f"Логин камеры {known} сохранён. / The login of camera {known} is kept.")
    return 0


async def _register(home: Path, state: RunningState, camera: CameraId, new: NewCamera) -> None:
    admin = await connect(NatsServer.of(home, state.nats_port).url(ADMIN), name="cameras")
    command = RegisterCamera(camera, new.name, new.source, new.fps, new.width, new.ppe, new.analysis, new.plates)
    try:
        await register(admin, DemoPlant((camera,), (command,)), by="cameras")
    finally:
        await admin.close()
