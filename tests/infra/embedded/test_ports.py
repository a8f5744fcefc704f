"""Ports: an asked one that is taken is told, everything else finds a free one."""

import socket
from collections.abc import Iterator

import pytest

from infra.embedded import EnvironmentTrouble
from infra.embedded.ports import LOOPBACK, accepts_connections, any_free_port, choose, is_free


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server((LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_told_in_one_sentence(taken: int) -> None:
    with pytest.raises(EnvironmentTrouble, match=f"Port {taken} for NATS is taken by another program"):
        choose("NATS", taken)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_out_of_range_is_told(port: int) -> None:
    with pytest.raises(EnvironmentTrouble, match=r"is not in 1\.\.65535"):
        choose("NATS", port)


def test_a_taken_preference_gives_way(taken: int) -> None:
    chosen = choose("the console", None, taken)
    assert chosen != taken
    assert is_free(chosen)


def test_a_free_preference_is_taken() -> None:
    wish = any_free_port()
    assert choose("the console", None, wish) == wish


def test_only_a_listening_port_accepts(taken: int) -> None:
    assert accepts_connections(taken)
    assert not accepts_connections(any_free_port())
