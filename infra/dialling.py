"""Which machines may be connected to that a person has named: cameras, the service of faces (FAULTS C15).

A name is resolved once, every address it has is judged, and what is connected to is the address that was judged, so
that a name cannot mean another machine a moment later.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import psutil  # type: ignore[import-untyped]

from infra.addresses import Address, AddressRefused

IpAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Sequence[str]]
"""Host and port to its addresses. Raises OSError."""

NO_CAMERA: Final = "no camera may be there (KASKA_CAMERA_NETWORKS, KASKA_CAMERA_LOOPBACK)"
PORTS: Final = {"rtsp": 554, "rtsps": 322}
NEVER: Final = tuple(
    ip_network(network)
    for network in (
        *("0.0.0.0/8", "255.255.255.255/32", "::/128"),
        *("169.254.0.0/16", "fe80::/10"),  # the first holds the clouds' metadata
        *("100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::254/128"),  # and these as well
        *("224.0.0.0/4", "ff00::/8"),
        *("240.0.0.0/4", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"),  # IPv4 in other clothes
    )
)
"""Nothing of a plant's is there, unless a network that was named says so."""


@dataclass(frozen=True, slots=True)
class Networks:
    """Where cameras may be.

    named      when there are any, cameras are nowhere else
    loopback   whether this machine itself may be one, as in the demo
    """

    named: tuple[IpNetwork, ...] = ()
    loopback: bool = False

    @classmethod
    def parsed(cls, text: str, *, loopback: bool = False) -> "Networks":
        """text   networks in CIDR form, separated by commas. Raises ValueError naming the wrong one."""
        return cls(tuple(ip_network(part.strip()) for part in text.split(",") if part.strip()), loopback)

    def hold(self, address: IpAddress) -> bool:
        plain = getattr(address, "ipv4_mapped", None) or address
        if any(plain in network for network in self.named if network.version == plain.version):
            return True
        if plain.is_loopback:
            return self.loopback
        return not self.named and not any(plain in net for net in NEVER if net.version == plain.version)


def resolved(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def judged(host: str, port: int, networks: Networks, why: str, resolver: Resolver = resolved) -> IpAddress:
    """The one address of a machine that is to be connected to.

    why     said of an address that may not be: what may not be there, and which setting would allow it
    Raises  AddressRefused when any of its addresses is not in the networks; OSError when its name is not known
    """
    found = [ip_address(text) for text in resolver(host, port)]
    if not found:
        raise OSError(f"{host} has no address")
    for each in found:
        if not networks.hold(each):
            raise AddressRefused(f"{host} is {each}: {why}")
    return min(found, key=lambda each: each.version)  # one is all that is tried, and IPv4 is what cameras speak


def dialled(address: Address, networks: Networks, resolver: Resolver = resolved) -> Address:
    """The same with the machine's address in place of its name; a file as it is.

    Raises  AddressRefused when any of its addresses may not be a camera; OSError when the name is not known
    """
    if address.is_file:
        return address
    parts = urlsplit(address.url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    chosen = judged(host, port, networks, NO_CAMERA, resolver)
    place = f"[{chosen}]" if chosen.version == 6 else str(chosen)
    userinfo, at, _ = parts.netloc.rpartition("@")
    return replace(address, url=urlunsplit(parts._replace(netloc=f"{userinfo}{at}{place}:{port}")))


def connections_to(address: Address) -> int:
    """This process's open connections to the machine and port of a dialled address.

    FFmpeg follows an RTSP redirection without asking; afterwards there is none.
    """
    parts = urlsplit(address.url)
    wanted = ip_address(parts.hostname or ""), parts.port
    return sum(
        (ip_address(line.raddr.ip), line.raddr.port) == wanted
        for line in psutil.Process().net_connections("tcp")
        if line.raddr and line.status == psutil.CONN_ESTABLISHED
    )
