"""What a device says of itself: maker, model, and its streams with their addresses."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import httpx

from domain.contracts.addresses import LoginNotSplit, without_login
from infra.addresses import AddressRefused, resolve
from infra.onvif import OnvifError
from infra.onvif.soap import DEVICE, MEDIA, Login, Soap
from infra.onvif.xml import every, first, number, text

MOST_PROFILES: Final = 16
LEAST_SUB_WIDTH: Final = 320
SAME_ASPECT: Final = 0.05
DECODED: Final = {"H264": "h264", "H265": "hevc", "JPEG": "mjpeg"}
MEDIA_CATEGORY: Final = "<q:Category>Media</q:Category>"
SETUP: Final = (
    "<q:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream><tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport>"
    "</q:StreamSetup>"
)


@dataclass(frozen=True, slots=True)
class Profile:
    """One stream of a device.

    codec     h264, hevc, mjpeg, or what the device says
    address   rtsp://… without credentials; empty when it has none that may be opened, and `refused` says why
    """

    token: str
    name: str
    codec: str
    width: int
    height: int
    fps: float
    address: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """service   its address; main, sub: what a camera is best registered with, see `chosen`"""

    service: str
    maker: str
    model: str
    serial: str
    profiles: tuple[Profile, ...]
    main: Profile | None
    sub: Profile | None


async def describe(service: str, login: Login | None, timeout_s: float = 5.0) -> Device:
    """Asks the device behind its service address. Raises OnvifError."""
    limits = httpx.Timeout(timeout_s)
    async with httpx.AsyncClient(timeout=limits, trust_env=False, verify=False) as client:  # noqa: S501 - self-signed
        try:
            async with asyncio.timeout(4 * timeout_s):
                return await _described(Soap(client, login), service)
        except TimeoutError:
            raise OnvifError(f"the device takes longer than {4 * timeout_s:.0f} s to describe itself") from None


async def _described(soap: Soap, service: str) -> Device:
    await _set_clock(soap, service)
    about = await soap.ask(service, DEVICE, "GetDeviceInformation")
    able = await soap.ask(service, DEVICE, "GetCapabilities", MEDIA_CATEGORY)
    media = text(able, "Capabilities", "Media", "XAddr") or service
    if urlsplit(media).hostname != urlsplit(service).hostname:
        raise OnvifError("the device sends its visitors to another host")
    listed = await soap.ask(media, MEDIA, "GetProfiles")
    profiles = [await _profile(soap, media, each) for each in list(every(listed, "Profiles"))[:MOST_PROFILES]]
    main, sub = chosen(profiles)
    return Device(
        service,
        text(about, "Manufacturer"),
        text(about, "Model"),
        text(about, "SerialNumber"),
        tuple(profiles),
        main,
        sub,
    )


async def _set_clock(soap: Soap, service: str) -> None:
    """By the device's own time, which it tells to everybody; without it ours must do."""
    try:
        told = await soap.ask(service, DEVICE, "GetSystemDateAndTime", open_to_all=True)
    except OnvifError:
        return
    at = first(told, "UTCDateTime")
    if at is None:
        return
    parts = [int(number(at, *path)) for path in (("Year",), ("Month",), ("Day",), ("Hour",), ("Minute",), ("Second",))]
    try:
        soap.ahead = datetime(*parts, tzinfo=UTC) - datetime.now(UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        return


async def _profile(soap: Soap, media: str, told: Element) -> Profile:
    token = told.get("token", "")[:200]
    encoder = first(told, "VideoEncoderConfiguration")
    encoder = told if encoder is None else encoder
    said = text(encoder, "Encoding").upper()
    codec = DECODED.get(said, said.lower())
    width, height = int(number(encoder, "Resolution", "Width")), int(number(encoder, "Resolution", "Height"))
    address, refused = "", ""
    try:
        body = f"{SETUP}<q:ProfileToken>{escape(token)}</q:ProfileToken>"
        uri = text(await soap.ask(media, MEDIA, "GetStreamUri", body), "MediaUri", "Uri")
        address = usable(uri, urlsplit(media).hostname or "")
    except (OnvifError, AddressRefused) as error:
        refused = str(error)
    return Profile(token, text(told, "Name"), codec, width, height, number(encoder, "FrameRateLimit"), address, refused)


def usable(uri: str, host: str) -> str:
    """The address without credentials, when it may be opened and is the device's own. Raises AddressRefused."""
    try:
        parts = urlsplit(uri)
        place = parts.netloc.rpartition("@")[2]
        named = parts.hostname
    except ValueError:
        raise AddressRefused("the device tells an address that is none") from None
    if parts.scheme not in {"rtsp", "rtsps"}:
        raise AddressRefused(f"{parts.scheme or 'no protocol'}: a device's stream is rtsp:// or rtsps://")
    if named != host:
        raise AddressRefused("the device names another host for its stream")
    try:
        address, _ = without_login(parts._replace(netloc=place, fragment="").geturl())
    except LoginNotSplit as error:
        raise AddressRefused(str(error)) from None
    return resolve(address).shown


def chosen(profiles: Sequence[Profile]) -> tuple[Profile | None, Profile | None]:
    """The largest stream, and for analysis the smallest that is large enough and shows the same picture."""
    good = [each for each in profiles if each.address and each.codec in DECODED.values() and each.width and each.height]
    if not good:
        return next((each for each in profiles if each.address), None), None
    main = max(good, key=lambda each: (each.width * each.height, each.codec != "mjpeg"))
    aspect = main.width / main.height
    smaller = [
        each
        for each in good
        if LEAST_SUB_WIDTH <= each.width < main.width
        and abs(each.width / each.height / aspect - 1) <= SAME_ASPECT
        and each.address != main.address
    ]
    return main, min(smaller, key=lambda each: each.width * each.height, default=None)
