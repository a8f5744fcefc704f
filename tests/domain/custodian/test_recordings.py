"""Recordings on demand live as long as their camera's evidence, and are the first to go when the disk is short."""

import io
import json
from datetime import timedelta
from uuid import UUID

import pytest

from domain.contracts.commands import (
    LockRecording,
    SetRetention,
    StartRecording,
    StoreRecording,
    UnlockRecording,
)
from domain.contracts.commands.replies import Accepted
from domain.contracts.identifiers import CameraId, RecordingId
from domain.contracts.recording import RecordingEnd
from domain.contracts.subjects import RECORDING, event_subject
from domain.custodian.custody import messages
from tests.domain.custodian.plant import DAY, GATE, CustodianPlant
from tests.domain.samples import T0, YARD


def recorded(plant: CustodianPlant, number: int, camera: CameraId = YARD, size: int = 1000) -> RecordingId:
    """Started and stored now."""
    id_, now = RecordingId(UUID(int=number)), plant.clock()
    key = f"recordings/{now:%Y/%m/%d}/{id_}.mp4"
    plant.store.put_object(plant.bucket, key, io.BytesIO(b"x" * size), size)
    file = StoreRecording(id_, key, "ab" * 32, size, "video/mp4", now, now + timedelta(seconds=9), RecordingEnd.STOPPED)
    for command in (StartRecording(id_, camera, 60, "разгрузка"), file):
        assert isinstance(plant.send(command), Accepted)
    return id_


def kept(plant: CustodianPlant) -> set[int]:
    return {UUID(key.rpartition("/")[2].removesuffix(".mp4")).int for key in plant.stored("recordings/")}


def causes(plant: CustodianPlant, id_: RecordingId) -> list[str]:
    found = messages(plant.admin, event_subject(RECORDING, str(id_)))
    return [json.loads(m.data)["event"]["cause"] for m in found if "cause" in json.loads(m.data)["event"]]


def test_they_live_as_long_as_their_cameras_evidence_unless_they_are_locked(plant: CustodianPlant) -> None:
    assert isinstance(plant.send(SetRetention(GATE, 30)), Accepted)
    yard, gate = recorded(plant, 1), recorded(plant, 2, GATE)
    locked = recorded(plant, 3, GATE)
    plant.send(LockRecording(locked, "суд"))
    plant.clock.now = T0 + 30 * DAY
    plant.custodian().rounds()
    assert kept(plant) == {1, 3}
    assert (causes(plant, gate), causes(plant, yard)) == (["retention"], [])
    plant.send(UnlockRecording(locked, "дело закрыто"))
    plant.clock.now = T0 + 366 * DAY
    plant.custodian().rounds()
    assert kept(plant) == set()


def test_what_was_promised_before_a_crash_is_deleted_at_the_next_look(plant: CustodianPlant) -> None:
    recorded(plant, 1)
    plant.clock.now = T0 + 366 * DAY
    custodian = plant.custodian()
    remove = custodian._shelf.remove
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(custodian._shelf, "remove", lambda _: (_ for _ in ()).throw(OSError("crash")))
        custodian.rounds()
    assert kept(plant) == {1}
    assert custodian._shelf.remove == remove
    plant.custodian().watch()
    assert kept(plant) == set()


def test_when_the_disk_is_short_recordings_go_first_the_oldest_before_the_others(
    plant: CustodianPlant, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = plant.incident(1)
    locked, old = recorded(plant, 1, size=3000), recorded(plant, 2, size=3000)
    plant.send(LockRecording(locked, "суд"))
    young = recorded(plant, 3, size=3000)
    monkeypatch.setattr("domain.custodian.custodian.shutil.disk_usage", lambda _: type("Usage", (), {"free": 7_999}))
    plant.custodian(media_min_free_bytes=8_000, media_disk=plant.home).watch()
    assert kept(plant) == {1, 3}
    assert (causes(plant, old), causes(plant, young)) == (["store_full"], [])
    assert plant.kept(incident) == {"photo", "clip", "detections"}
