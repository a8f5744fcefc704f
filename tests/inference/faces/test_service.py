"""A face service over real HTTP: what it says, how it fails, and where pictures may be sent at all."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from domain.contracts.detections import ModelRef
from domain.contracts.identifiers import local_user_id
from inference.faces.address import FaceServiceRefused, checked_address
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
    assert time.monotonic() - started < 1.5


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
        checked_address(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://10.0.0.5/x", "http://[fd00::5]/", "https://8.8.8.8/"])
def test_where_they_may_be_sent(url: str) -> None:
    assert checked_address(url) == url
