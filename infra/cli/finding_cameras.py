"""The work of `kaska cameras discover`."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from infra.cli.voice import FAILED, fail, tell
from infra.onvif import OnvifError
from infra.onvif.device import Device, Profile, describe
from infra.onvif.discovery import Found, discover
from infra.onvif.soap import Login

AT_ONCE: Final = 8
USUAL_SERVICE: Final = "http://{host}/onvif/device_service"


@dataclass(frozen=True)
class Search:
    """hosts   asked directly, host or host:port; none = whoever is in the network"""

    user: str | None
    password: str = field(repr=False)
    wait_s: float
    interface: str | None
    hosts: tuple[str, ...]


def find(search: Search, *, as_json: bool) -> int:
    """The exit code: 1 when nobody was found."""
    try:
        found, told = asyncio.run(_find(search))
    except OnvifError as error:
        return fail(f"{error}.", FAILED)
    if as_json:
        print(json.dumps([_plain(*each) for each in zip(found, told, strict=True)], ensure_ascii=False))
    else:
        for device, answer in zip(found, told, strict=True):
            _show(device, answer)
        if not found:
            tell("Камеры не найдены. / No camera answered.")
    return 0 if found else FAILED


async def _find(search: Search) -> tuple[Sequence[Found], list[Device | OnvifError]]:
    found: Sequence[Found] = [Found(host, (USUAL_SERVICE.format(host=host),), "") for host in search.hosts]
    if not search.hosts:
        found = await discover(search.wait_s, interface=search.interface)
    login = None if search.user is None else Login(search.user, search.password)
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(device: Found) -> Device | OnvifError:
        async with gate:
            try:
                return await describe(device.services[0], login)
            except OnvifError as error:
                return error

    return found, list(await asyncio.gather(*map(ask, found)))


def _plain(found: Found, told: Device | OnvifError) -> dict[str, Any]:
    if isinstance(told, OnvifError):
        return {"host": found.host, "name": found.name, "services": found.services, "error": str(told)}
    return {"host": found.host, "name": found.name, **asdict(told)}


def _show(found: Found, told: Device | OnvifError) -> None:
    title = f"{found.host}  {found.name}".rstrip()
    if isinstance(told, OnvifError):
        print(f"{title}: {told}")
        return
    print(f"{title}  {told.maker} {told.model}".rstrip())
    for profile in told.profiles:
        print(f"  {_mark(profile, told)} {_stream(profile)}")


def _mark(profile: Profile, device: Device) -> str:
    if profile is device.main or profile == device.main:
        return "осн. / main:    "
    if profile == device.sub:
        return "доп. / analysis:"
    return "                "


def _stream(profile: Profile) -> str:
    size = f"{profile.codec} {profile.width}x{profile.height} {profile.fps:g} к/с"
    return f"{size}  {profile.address or profile.refused}"
