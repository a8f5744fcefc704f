"""A face service over real HTTP: what it says, how it fails, and where pictures may be sent at all."""

import contextlib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import certifi
import httpx
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from domain.contracts.detections import ModelRef
from domain.contracts.identifiers import local_user_id
from inference.faces.address import FaceServiceRefused, dialled
from inference.faces.breaker import FAILURES, FIRST_S
from inference.faces.matcher import FaceMatch, FacesUnavailable
from inference.faces.service import ServiceMatcher
from infra.frames import Pixels


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The address of a service in a process of its own."""
    program = Path(__file__).with_name("face_service.py")
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        yield f"http://127.0.0.1:{int(child.stdout.readline())}/identify"
        child.kill()


def crop(width: int) -> Pixels:
    return np.full((120, width, 3), 90, np.uint8)


def matcher(url: str, **options: Any) -> ServiceMatcher:
    return ServiceMatcher(url, **options)


def asked(service: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(service).json()
    return found


def test_a_picture_goes_out_and_a_name_comes_back(service: str) -> None:
    known = matcher(service, token="s3cret").match(crop(100))
    assert known == FaceMatch(local_user_id("anna"), 0.91, (ModelRef("facereg 2.1", ""),))
    last = asked(service)[-1]
    assert last == {"width": 100, "token": "Bearer s3cret", "kind": "image/jpeg", "path": "/identify"}


def test_a_face_of_nobody_and_no_face_at_all(service: str) -> None:
    assert matcher(service).match(crop(101)) == FaceMatch(None, 0.2, (ModelRef("face-service", ""),))
    assert matcher(service).match(crop(102)) is None


@pytest.mark.parametrize(
    ("width", "why"),
    [
        (103, "status 500"),
        (104, "score"),
        (105, "too long"),
        (106, "status 302"),  # pictures go to one address only
        (108, "RecursionError|JSON"),
        (110, "JSON"),
    ],
)
def test_an_answer_that_is_none_is_no_match(service: str, width: int, why: str) -> None:
    with pytest.raises(FacesUnavailable, match=why):
        matcher(service).match(crop(width))


def test_a_service_that_dribbles_is_given_up_in_time(service: str) -> None:
    started = time.monotonic()
    with pytest.raises(FacesUnavailable, match="too long"):
        matcher(service, timeout_s=0.4).match(crop(107))
    assert time.monotonic() - started < 4.5


def test_after_failures_the_service_is_left_alone_and_tried_again_later(service: str) -> None:
    now = [100.0]
    adapter = matcher(service, clock=lambda: now[0])
    for _ in range(FAILURES):
        with pytest.raises(FacesUnavailable):
            adapter.match(crop(103))
    before = len(asked(service))
    with pytest.raises(FacesUnavailable, match="left alone"):
        adapter.match(crop(100))
    assert len(asked(service)) == before, "it was not asked"
    now[0] += FIRST_S + 0.1
    assert adapter.match(crop(100)) is not None


def test_a_service_that_is_not_there_costs_no_more_than_its_time() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    with pytest.raises(FacesUnavailable):
        matcher(url).match(crop(100))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://169.254.169.254/latest/meta-data", "not sent"),
        ("http://[fe80::1]/", "not sent"),
        ("http://[::ffff:169.254.169.254]/", "not sent"),
        ("http://0.0.0.0/", "not sent"),
        ("http://224.0.0.1/", "not sent"),
        ("https://168.63.129.16/", "not sent"),  # metadata of a cloud, and of others
        ("https://100.100.100.200/", "not sent"),
        ("https://192.0.0.192/", "not sent"),
        ("http://[fd00:ec2::254]/", "not sent"),
        ("https://[64:ff9b::a9fe:a9fe]/", "not sent"),  # 169.254.169.254 in other clothes
        ("https://[2002:a9fe:a9fe::1]/", "not sent"),
        ("https://240.0.0.1/", "not sent"),
        ("http://8.8.8.8/faces", "https"),
        ("https://169.254.169.254/", "not sent"),
        ("ftp://10.0.0.5/", "possible"),
        ("file:///etc/passwd", "possible"),
        ("10.0.0.5:80", "possible|not a URL"),
        ("http://user:secret@10.0.0.5/", "credentials"),
        ("http:///faces", "no host"),
        ("http://10.0.0.5:99999/", "not a URL"),
        ("http://10.0.0.5/a b", "spaces"),
        ("http://no-such-host.invalid/", "no address"),
    ],
)
def test_where_pictures_of_people_are_not_sent(url: str, why: str) -> None:
    with pytest.raises(FaceServiceRefused, match=why) as refused:
        dialled(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://127.0.0.1:9/", "http://127.0.0.1:9/"),
        ("http://10.0.0.5/x", "http://10.0.0.5:80/x"),
        ("http://[fd00::5]/", "http://[fd00::5]:80/"),
        ("https://8.8.8.8/a?b=c", "https://8.8.8.8:443/a?b=c"),
    ],
)
def test_where_they_may_be_sent(url: str, place: str) -> None:
    assert dialled(url).url == place


@pytest.mark.parametrize(
    ("addresses", "why"),
    [
        (["169.254.169.254"], "not sent"),
        (["10.0.0.5", "169.254.169.254"], "not sent"),  # one bad address is enough
        (["::ffff:169.254.169.254"], "not sent"),
        (["8.8.8.8"], "https"),
        ([], "no address"),
    ],
)
def test_a_name_is_judged_by_every_address_it_has(addresses: list[str], why: str) -> None:
    with pytest.raises(FaceServiceRefused, match=why):
        dialled("http://faces.plant/x", lambda _host, _port: addresses)


def test_what_is_connected_to_is_the_address_that_was_judged(service: str) -> None:
    """A name that no server of names knows: were it asked for a second time, nothing would be found."""
    lookups: list[str] = []

    def resolver(host: str, _port: int) -> list[str]:
        lookups.append(host)
        return ["127.0.0.1"]

    adapter = ServiceMatcher(service.replace("127.0.0.1", "faces.invalid"), resolver=resolver)
    lookups.clear()
    assert adapter.match(crop(100)) is not None
    assert lookups == ["faces.invalid"]


def test_a_name_that_comes_to_mean_a_forbidden_machine_gets_no_picture(service: str) -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.1"], ["169.254.169.254"], ["127.0.0.1"]])
    adapter = ServiceMatcher(service.replace("127.0.0.1", "faces.invalid"), resolver=lambda _host, _port: next(answers))
    assert adapter.match(crop(100)) is not None
    with pytest.raises(FacesUnavailable, match="not sent"):
        adapter.match(crop(100))
    assert adapter.match(crop(100)) is not None


@pytest.mark.parametrize(("name", "is_believed"), [("faces.plant", True), ("other.plant", False)])
def test_a_certificate_must_be_for_the_services_name_although_an_address_is_dialled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, is_believed: bool
) -> None:
    certificate = issued(tmp_path, name)
    monkeypatch.setattr(certifi, "where", lambda: str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=answer_over_tls, args=(listener, context, heard), daemon=True).start()
        url = f"https://faces.plant:{listener.getsockname()[1]}/identify"
        adapter = ServiceMatcher(url, resolver=lambda _host, _port: ["127.0.0.1"])
        if is_believed:
            assert adapter.match(crop(100)) is None
            assert b"Host: faces.plant:" in heard[0]
        else:
            with pytest.raises(FacesUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
                adapter.match(crop(100))
            assert not heard


def issued(folder: Path, name: str) -> Path:
    """A certificate for a name, which signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "service.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def answer_over_tls(listener: socket.socket, context: ssl.SSLContext, heard: list[bytes]) -> None:
    with contextlib.suppress(OSError):
        connection, _ = listener.accept()
        with context.wrap_socket(connection, server_side=True) as secure:
            said = b""
            while b"\xff\xd9" not in said:  # the end of a JPEG
                said += secure.recv(65536)
            heard.append(said)
            secure.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
