"""Free TCP ports on the loopback address, and one clear sentence for a taken one."""

import socket
from typing import Final

from infra.embedded import EnvironmentTrouble

LOOPBACK: Final = "127.0.0.1"


def is_free(port: int, host: str = LOOPBACK) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def choose(what: str, asked: int | None, preferred: int | None = None, host: str = LOOPBACK) -> int:
    """The asked port, else the preferred one, else any free one.

    what    whose port, for the message: "NATS", "the console"
    Raises  EnvironmentTrouble when the asked port is taken or out of range
    """
    if asked is not None:
        if not 1 <= asked <= 65535:
            raise EnvironmentTrouble(f"Port {asked} for {what} is not in 1..65535.")
        if not is_free(asked, host):
            raise EnvironmentTrouble(f"Port {asked} for {what} is taken by another program; choose another one.")
        return asked
    if preferred is not None and is_free(preferred, host):
        return preferred
    return any_free_port()


def accepts_connections(port: int, timeout_s: float = 0.5) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout_s):
            return True
    except OSError:
        return False
