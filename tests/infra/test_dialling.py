"""Where a camera may be, and that its name cannot mean another machine later (FAULTS C15)."""

from ipaddress import ip_address

import pytest

from infra.addresses import AddressRefused, resolve
from infra.dialling import Networks, dialled

ANYWHERE = Networks()
PLANT = Networks.parsed("10.20.0.0/16, fd12::/16")


@pytest.mark.parametrize(
    "address",
    ["10.0.0.7", "172.16.4.4", "192.168.1.64", "8.8.8.8", "100.64.0.9", "fd12::7", "2a02:6b8::1", "::ffff:10.0.0.7"],
)
def test_C15_a_camera_is_any_machine_of_the_network(address: str) -> None:
    assert ANYWHERE.hold(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"),
        *("169.254.169.254", "169.254.0.1", "fe80::1", "::ffff:169.254.169.254"),
        *("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"),
        *("0.0.0.0", "0.1.2.3", "::", "255.255.255.255", "224.0.0.1", "239.1.1.1", "ff02::1", "240.0.0.1"),  # noqa: S104
        *("64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:0:1::"),
    ],
)
def test_C15_but_not_this_machine_its_link_or_a_clouds_metadata(address: str) -> None:
    assert not ANYWHERE.hold(ip_address(address))


@pytest.mark.parametrize(
    ("networks", "address", "expected"),
    [
        (PLANT, "10.20.3.4", True),
        (PLANT, "::ffff:10.20.3.4", True),
        (PLANT, "fd12::1", True),
        (PLANT, "10.21.0.1", False),
        (PLANT, "8.8.8.8", False),
        (PLANT, "127.0.0.1", False),
        (Networks.parsed("10.20.0.0/16", loopback=True), "127.0.0.1", True),
        (Networks.parsed("", loopback=True), "127.0.0.1", True),
        (Networks.parsed("", loopback=True), "169.254.169.254", False),
        (Networks.parsed("169.254.7.0/24"), "169.254.7.9", True),  # cameras without DHCP, if somebody says so
    ],
)
def test_C15_networks_that_are_named_are_the_only_ones(networks: Networks, address: str, expected: bool) -> None:
    assert networks.hold(ip_address(address)) is expected


@pytest.mark.parametrize("text", ["10.0.0.1/8", "camera", "10.0.0.0/33", "10.0.0.0/8;11.0.0.0/8"])
def test_a_network_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Networks.parsed(text)


def test_C15_what_is_connected_to_is_what_was_judged() -> None:
    """A name that means a camera first and the metadata then (DNS rebinding)."""
    answers = iter([["10.0.0.7"], ["169.254.169.254"]])
    address = resolve("rtsp://camera.local:8554/a?b=1", "admin:p@ss")
    pinned = dialled(address, ANYWHERE, lambda host, port: next(answers))
    assert pinned.url == "rtsp://admin:p%40ss@10.0.0.7:8554/a?b=1"
    assert pinned.shown == "rtsp://camera.local:8554/a?b=1"
    with pytest.raises(AddressRefused):
        dialled(address, ANYWHERE, lambda host, port: next(answers))


def test_C15_one_forbidden_address_among_others_is_enough() -> None:
    with pytest.raises(AddressRefused, match=r"127\.0\.0\.1"):
        dialled(resolve("rtsp://x/"), ANYWHERE, lambda host, port: ["10.0.0.7", "127.0.0.1"])


def test_of_several_addresses_one_of_ipv4_is_taken() -> None:
    dual = dialled(resolve("rtsp://x/"), ANYWHERE, lambda host, port: ["2a02:6b8::1", "10.0.0.7"])
    assert dual.url == "rtsp://10.0.0.7:554/"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("rtsp://10.0.0.7", "rtsp://10.0.0.7:554/"),
        ("rtsps://10.0.0.7/x", "rtsps://10.0.0.7:322/x"),
        ("rtsp://[fd12::7]:554/x", "rtsp://[fd12::7]:554/x"),
    ],
)
def test_an_address_stays_what_it_is(source: str, expected: str) -> None:
    assert dialled(resolve(source), ANYWHERE).url == expected


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "localhost", "0"])
def test_C15_other_spellings_of_this_machine_are_seen_through(host: str) -> None:
    with pytest.raises(AddressRefused):
        dialled(resolve(f"rtsp://{host}/x"), ANYWHERE)


def test_a_file_is_on_no_network() -> None:
    address = resolve(f"file://{__file__}")
    assert dialled(address, PLANT) is address
