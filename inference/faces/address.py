"""Which address a face service may have: pictures of people go nowhere else (FAULTS C15 for services that we call)."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from inference.errors import InferenceError
from infra.addresses import AddressRefused
from infra.dialling import IpAddress, Networks, Resolver, judged, resolved

PORTS: Final = {"http": 80, "https": 443}
NETWORKS: Final = Networks(loopback=True)
"""The service may be this machine's own."""

NO_PICTURES: Final = "pictures of people are not sent to such an address"


class FaceServiceRefused(InferenceError):
    """The address of the face service is not one that pictures of people may be sent to."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """What is really connected to.

    url    with the machine's address in place of its name
    host   what the service is told it is called, as in the header of HTTP
    name   what its certificate must be for; None where there is none
    """

    url: str
    host: str
    name: str | None


def dialled(url: str, resolver: Resolver = resolved) -> Dialled:
    """The URL as pictures may be sent there: https anywhere, plain http within the plant's own network.

    Its name is looked up once, each address behind it is judged as a camera's is (`infra.dialling`), and the judged one
    is what is connected to: a name that means another machine a moment later changes nothing.
    Raises FaceServiceRefused
    """
    parts, port = _parts(url)
    host = parts.hostname or ""
    try:
        address = judged(host, port, NETWORKS, NO_PICTURES, resolver)
    except AddressRefused as refusal:
        raise FaceServiceRefused(str(refusal)) from None
    except (OSError, ValueError) as error:
        raise FaceServiceRefused(f"{host} has no address: {error}") from error
    is_plain = parts.scheme == "http"
    if is_plain and not _is_own(address):
        raise FaceServiceRefused(f"{address} is outside of the plant's network: use https://")
    place = f"[{address}]" if address.version == 6 else str(address)
    return Dialled(parts._replace(netloc=f"{place}:{port}").geturl(), parts.netloc, None if is_plain else host)


def _parts(url: str) -> tuple[SplitResult, int]:
    """The URL and its port. Raises FaceServiceRefused."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FaceServiceRefused("KASKA_FACES_URL is not a URL") from None
    if any(c.isspace() or not c.isprintable() for c in url):
        raise FaceServiceRefused("KASKA_FACES_URL contains spaces or control characters")
    if parts.scheme not in PORTS:
        raise FaceServiceRefused(f"{parts.scheme or 'no protocol'}: http:// and https:// are possible")
    if parts.username is not None or parts.password is not None:
        raise FaceServiceRefused("credentials do not belong into the address: KASKA_FACES_TOKEN_FILE holds them")
    if not parts.hostname:
        raise FaceServiceRefused("KASKA_FACES_URL names no host")
    return parts, port or PORTS[parts.scheme]


def _is_own(address: IpAddress) -> bool:
    plain = getattr(address, "ipv4_mapped", None) or address
    return bool(plain.is_loopback or plain.is_private)
