"""First the event, then the object: whatever dies between them, what was promised is done and nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from domain.contracts.commands import ExpireEvidence
from domain.contracts.commands.replies import Accepted
from domain.contracts.plant import ExpiryCause
from domain.custodian.shelf import Shelf
from tests.domain.custodian.plant import CLIP, DAY, PHOTO, CustodianPlant
from tests.domain.samples import T0


class Killed(BaseException):
    """As SIGKILL: nothing in the process can catch it."""


@pytest.fixture
def killed_before_deletion(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def dies(*_: Any) -> None:
        raise Killed

    monkeypatch.setattr(Shelf, "remove", dies)
    return monkeypatch


def test_a_crash_between_event_and_deletion_is_made_good_by_the_restart(
    plant: CustodianPlant, killed_before_deletion: pytest.MonkeyPatch
) -> None:
    incident = plant.incident(1)
    plant.clock.now = T0 + 365 * DAY
    with pytest.raises(Killed):
        plant.custodian().rounds()
    assert len(plant.expiries(incident)) == 2
    assert plant.kept(incident) == {"photo", "clip", "detections"}
    killed_before_deletion.undo()
    plant.custodian().watch()
    assert plant.kept(incident) == {"detections"}
    assert len(plant.expiries(incident)) == 2, "no second event"


def test_a_crash_while_the_store_is_full_evicts_no_more_than_was_wanted(
    plant: CustodianPlant, killed_before_deletion: pytest.MonkeyPatch
) -> None:
    """The event is there, the bytes still are: they do not count as too many once more."""
    incidents = []
    for n in range(4):
        incidents.append(plant.incident(n, PHOTO, size=400_000))
        plant.clock.now += DAY
    with pytest.raises(Killed):
        plant.custodian(media_max_bytes=1_300_000).watch()
    killed_before_deletion.undo()
    plant.clock.now += timedelta(minutes=1)
    plant.custodian(media_max_bytes=1_300_000).watch()
    assert [len(plant.kept(each)) for each in incidents] == [0, 1, 1, 1]


def test_a_promise_of_anybody_is_kept_even_when_the_memory_is_lost(plant: CustodianPlant) -> None:
    incident = plant.incident(1)
    plant.custodian().watch()
    assert isinstance(plant.send(ExpireEvidence(incident, CLIP, ExpiryCause.RETENTION)), Accepted)
    (plant.home / "custodian" / "state.json").write_text("{broken")
    plant.custodian().watch()
    assert plant.kept(incident) == {"photo", "detections"}


def test_a_lock_after_the_promise_does_not_bring_the_file_back_but_keeps_the_rest(plant: CustodianPlant) -> None:
    incident = plant.incident(1)
    plant.send(ExpireEvidence(incident, CLIP, ExpiryCause.STORE_FULL))
    plant.lock(incident)
    plant.clock.now = T0 + 400 * DAY
    plant.custodian().rounds()
    plant.custodian().watch()
    assert plant.kept(incident) == {"photo", "detections"}


def test_only_evidence_is_ever_deleted(plant: CustodianPlant) -> None:
    """An event that names another object of the bucket deletes nothing."""
    incident = plant.incident(1, PHOTO)
    plant.store.fput_object(plant.bucket, "models/detector.onnx", __file__)
    from domain.contracts.commands import AttachEvidence

    now = plant.clock()
    attach = AttachEvidence(incident, CLIP, "models/detector.onnx", "ab" * 32, 1, "video/mp4", now, now)
    assert isinstance(plant.send(attach), Accepted)
    assert isinstance(plant.send(ExpireEvidence(incident, CLIP, ExpiryCause.RETENTION)), Accepted)
    plant.custodian().watch()
    assert plant.stored("models/") == ["models/detector.onnx"]
