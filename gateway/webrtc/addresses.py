"""Where browsers reach the gateway for WebRTC: which addresses are offered, and which UDP ports are used.

aioice offers all addresses of the network cards, on ports of the system's choice, and never loopback.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from random import randrange

from aioice.candidate import Candidate, candidate_foundation, candidate_priority
from aioice.ice import Connection, StunProtocol, get_host_addresses
from aiortc import RTCIceGatherer

log = logging.getLogger(__name__)

TRIES = 32
"""Ports that are tried before an address is left out."""


@dataclass(frozen=True, slots=True)
class Offered:
    """addresses   offered to browsers; empty: those of the network cards
    ports       first and last UDP port, None: the system chooses
    loopback    whether this machine itself is offered too, to whoever sits at it
    """

    addresses: tuple[str, ...] = ()
    ports: tuple[int, int] | None = None
    loopback: bool = False

    @classmethod
    def parsed(cls, addresses: str, ports: str, *, loopback: bool = False) -> "Offered":
        """addresses as "10.0.0.5, fd00::5", ports as "50000-50100". Raises ValueError."""
        told = tuple(str(ip_address(each.strip())) for each in addresses.split(",") if each.strip())
        return cls(told, _range(ports), loopback)

    def hosts(self) -> list[str]:
        if self.addresses:
            return list(self.addresses)
        return get_host_addresses(use_ipv4=True, use_ipv6=True) + ["127.0.0.1"] * self.loopback

    def candidate_ports(self) -> Iterator[int]:
        """The ports to try, in order; 0 is any."""
        if self.ports is None:
            yield 0
            return
        first, last = self.ports
        count = last - first + 1
        start = randrange(count)  # noqa: S311 - two sessions should not try the same ports
        for step in range(min(count, TRIES)):
            yield first + (start + step) % count


def offer_only(gatherer: RTCIceGatherer, offered: Offered) -> None:
    """Makes the gatherer offer these addresses and no others. aioice has no setting for it: see docs/adr/0024."""
    connection = gatherer._connection
    connection.get_component_candidates = partial(_candidates, connection, offered)  # type: ignore[method-assign]


async def _candidates(
    connection: Connection, offered: Offered, component: int, addresses: Sequence[str]
) -> list[Candidate]:
    """Stands in for `aioice.Connection.get_component_candidates`; `addresses` are those that aioice would offer."""
    candidates = []
    for host in offered.hosts():
        protocol = await _bound(connection, host, offered)
        if protocol is None:
            log.warning("an address is not offered for WebRTC: no UDP port of it can be used")
            continue
        port = protocol.transport.get_extra_info("sockname")[1]
        protocol.local_candidate = Candidate(
            foundation=candidate_foundation("host", "udp", host),
            component=component,
            transport="udp",
            priority=candidate_priority(component, "host"),
            host=host,
            port=port,
            type="host",
        )
        connection._protocols.append(protocol)
        candidates.append(protocol.local_candidate)
    return candidates


async def _bound(connection: Connection, host: str, offered: Offered) -> StunProtocol | None:
    """On the address itself, or on all of them where it is another machine's that sends packets on to this one."""
    everywhere = "::" if ip_address(host).version == 6 else "0.0.0.0"  # noqa: S104 - see above
    for address in (host, everywhere) if offered.addresses else (host,):
        for port in offered.candidate_ports():
            try:
                _, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
                    lambda: StunProtocol(connection), local_addr=(address, port)
                )
            except OSError:
                continue
            return protocol
    return None


def _range(text: str) -> tuple[int, int] | None:
    if not text.strip():
        return None
    first, dash, last = text.partition("-")
    ports = int(first), int(last if dash else first)
    if not 1024 <= ports[0] <= ports[1] <= 65535:
        raise ValueError(f"UDP ports from 1024 to 65535 are possible, as 50000-50100, not {text!r}")
    return ports
