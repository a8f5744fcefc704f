"""Only cameras and existing files are opened, and credentials stay out of sight."""

from pathlib import Path

import pytest

from producers.address import resolve
from producers.errors import SourceRefused


@pytest.mark.parametrize(
    "source",
    [
        "http://169.254.169.254/latest/meta-data",  # cloud metadata
        "https://camera/stream.m3u8",
        "concat:/etc/passwd|/etc/shadow",
        "exec:rm -rf /",
        "tcp://10.0.0.1:22",
        "udp://239.0.0.1:1234",
        "pipe:0",
        "data:text/plain,x",
        "subfile,,start,0,end,0,,:/etc/passwd",
        "/etc/passwd",
        "",
        "rtsp://",
        "rtsp:///stream",
        "rtsp://host:99999/",
        "rtsp://host:port/",
        "rtsp://[::1/",
        "rtsp://user:secret@host/stream",  # credentials are kept apart
        "rtsp://host/a b",
        "rtsp://host/\r\nX-Header: 1",
        "rtsp://host/\x00",
        "rtsps://host/x?transport=udp",  # TLS is TCP
        "rtsp://host/x?transport=udp&transport=tcp",
        "file://",
        "file:///",
        "file:///dev/zero",
        "file:///nowhere/at/all.mp4",
        "file://other-host/etc/hostname",
        "file:relative.mp4",
        "RTMP://host/app",
    ],
)
def test_anything_but_a_camera_or_an_existing_file_is_refused(source: str) -> None:
    with pytest.raises(SourceRefused):
        resolve(source)


@pytest.mark.parametrize(
    ("source", "login", "url"),
    [
        ("rtsp://h/x?user={user}&password={password}", "admin:p@/s", "rtsp://h/x?user=admin&password=p%40%2Fs"),
        ("rtsp://h/user={user}&password={password}&channel=1", "a:b", "rtsp://h/user=a&password=b&channel=1"),
        ("rtsp://h/x?token={password}&transport=udp", ":canary", "rtsp://h/x?token=canary"),
        ("rtsp://h/x?token={password}", None, "rtsp://h/x?token="),
        ("rtsp://h/x?channel=1", "a:b", "rtsp://a:b@h/x?channel=1"),
    ],
)
def test_a_login_goes_where_the_address_wants_it(source: str, login: str | None, url: str) -> None:
    address = resolve(source, login)
    assert (address.url, address.shown) == (url, source)


def test_a_login_that_an_older_build_registered_is_used_and_not_shown() -> None:
    address = resolve("rtsp://h/x?user=admin&password=canary")
    assert address.url == "rtsp://h/x?user=admin&password=canary"
    assert address.shown == "rtsp://h/x?user=***&password=***"


def test_a_refusal_does_not_repeat_the_password() -> None:
    with pytest.raises(SourceRefused) as refusal:
        resolve("rtsp://admin:canary@host/stream")
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("rtsp://host", "rtsp://host/"),
        ("rtsp://host:554/a/b?channel=1&subtype=0", "rtsp://host:554/a/b?channel=1&subtype=0"),
        ("rtsps://host/x", "rtsps://host/x"),
        ("rtsp://[fe80::1]:554/x", "rtsp://[fe80::1]:554/x"),
        ("RTSP://Host/X", "rtsp://host/X"),
    ],
)
def test_a_camera_is_reached_at_its_address(source: str, url: str) -> None:
    address = resolve(source)
    assert (address.url, address.is_file) == (url, False)


def test_credentials_are_escaped_into_the_url_and_shown_nowhere() -> None:
    address = resolve("rtsp://host/stream", "ad@min:pa:ss/w@rd")
    assert address.url == "rtsp://ad%40min:pa%3Ass%2Fw%40rd@host/stream"
    assert address.shown == "rtsp://host/stream"
    assert "w%40rd" not in repr(address)


def test_a_file_is_opened_by_the_file_protocol_alone(tmp_path: Path) -> None:
    path = tmp_path / "два слова.mp4"
    path.touch()
    address = resolve(f"file://{tmp_path}/%D0%B4%D0%B2%D0%B0%20%D1%81%D0%BB%D0%BE%D0%B2%D0%B0.mp4")
    assert (address.url, address.is_file) == (f"file:{path}", True)
    assert address.options["protocol_whitelist"] == "file"


@pytest.mark.parametrize(
    ("query", "asked", "transport"),
    [
        ("", "", "tcp"),
        ("?transport=udp", "", "udp"),
        ("?transport=tcp", "", "tcp"),
        ("?channel=1&transport=udp&subtype=0", "?channel=1&subtype=0", "udp"),
        ("?transport=multicast", "?transport=multicast", "tcp"),  # the camera's own option
    ],
)
def test_the_transport_is_chosen_by_an_option_that_the_camera_never_sees(
    query: str, asked: str, transport: str
) -> None:
    address = resolve(f"rtsp://host/x{query}", "user:secret")
    assert address.url == f"rtsp://user:secret@host/x{asked}"
    assert address.shown == f"rtsp://host/x{query}"
    assert address.options["rtsp_transport"] == transport
    allowed = address.options["protocol_whitelist"].split(",")
    assert ("udp" in allowed) is (transport == "udp")
    assert not {"file", "http", "https", "concat"} & set(allowed)
