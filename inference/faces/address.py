"""Which address a face service may have: pictures of people go nowhere else (FAULTS C15 for services that we call)."""

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

from inference.errors import InferenceError

PORTS: Final = {"http": 80, "https": 443}


class FaceServiceRefused(InferenceError):
    """The address of the face service is not one that pictures of people may be sent to."""


def checked_address(url: str) -> str:
    """The URL itself when pictures may be sent there: https anywhere, plain http within the plant's own network.

    Its name is looked up, and each address behind it must be allowed: link-local ones (where clouds keep their
    credentials), multicast and unspecified ones never are.
    Raises FaceServiceRefused
    """
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
    try:
        found = socket.getaddrinfo(parts.hostname, port or PORTS[parts.scheme], type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FaceServiceRefused(f"{parts.hostname} has no address: {error}") from error
    for address in {str(each[4][0]).partition("%")[0] for each in found}:
        _check(address, is_plain=parts.scheme == "http")
    return url


def _check(text: str, *, is_plain: bool) -> None:
    address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        raise FaceServiceRefused(f"{address}: pictures of people are not sent to such an address")
    if is_plain and not (address.is_loopback or address.is_private):
        raise FaceServiceRefused(f"{address} is outside of the plant's network: use https://")
