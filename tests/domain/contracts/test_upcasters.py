"""Facts of older versions are read as those of the newest, step by step, and what is stored stays as it is."""

import json
from typing import Any

import pytest

from domain.contracts.codec import CodecError
from domain.contracts.events import NAMES, Commented, EventUnknown, decode_event
from domain.contracts.upcasters import UPCASTERS, newest, next_name, upcast

# A history of Commented that never was: v0 called its only field `words`, v1 called it `remark`, v2 divided it.
OLDEST, OLD, NOW = "incident.commented.v0", "incident.commented.v1", "incident.commented.v2"


def renamed(plain: dict[str, Any]) -> dict[str, Any]:
    return {"remark": plain["words"]}


def divided(plain: dict[str, Any]) -> dict[str, Any]:
    author, _, text = plain["remark"].partition(": ")
    return {"author": author, "text": text}


@pytest.fixture
def three_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if Commented were at its third version."""
    monkeypatch.delitem(NAMES, OLD)
    monkeypatch.setitem(NAMES, NOW, Commented)
    monkeypatch.setitem(UPCASTERS, OLDEST, renamed)
    monkeypatch.setitem(UPCASTERS, OLD, divided)


def payload(**event: str) -> bytes:
    circumstances = {"at": "2026-03-02T09:00:00+00:00", "by": "anna", "command_id": "c1"}
    return json.dumps({**circumstances, "event": event}).encode()


@pytest.mark.usefixtures("three_versions")
@pytest.mark.parametrize(
    ("name", "stored"),
    [
        (OLDEST, {"words": "anna: проверить угол"}),
        (OLD, {"remark": "anna: проверить угол"}),
        (NOW, {"author": "anna", "text": "проверить угол"}),
    ],
)
def test_every_version_is_read_as_the_newest(name: str, stored: dict[str, str]) -> None:
    envelope = decode_event(name, payload(**stored))
    assert (envelope.by, envelope.event) == ("anna", Commented("anna", "проверить угол"))


@pytest.mark.usefixtures("three_versions")
def test_B11_a_version_of_a_newer_build_is_named_not_guessed() -> None:
    with pytest.raises(EventUnknown, match=r"incident\.commented\.v3"):
        decode_event("incident.commented.v3", payload(author="anna", text="x"))


@pytest.mark.usefixtures("three_versions")
def test_a_broken_payload_of_an_older_version_is_named() -> None:
    with pytest.raises(CodecError, match=r"incident\.commented\.v0"):
        decode_event(OLDEST, payload(text="x"))


def test_an_event_that_is_no_object_is_refused() -> None:
    with pytest.raises(CodecError, match="not an object"):
        decode_event(OLD, b'{"at":"2026-03-02T09:00:00+00:00","by":"a","command_id":"c","event":[1]}')


def test_steps_follow_each_other() -> None:
    steps = {OLDEST: renamed, OLD: divided}
    assert upcast(OLDEST, {"words": "anna: да"}, steps) == {"author": "anna", "text": "да"}
    assert newest(OLDEST, steps) == NOW
    assert newest("incident.opened.v1", steps) == "incident.opened.v1"


def test_a_name_without_a_version_has_no_next() -> None:
    with pytest.raises(ValueError, match="does not end in a version"):
        next_name("incident.commented")
