"""The stage of a camera: frames and zones in, tracks out; what is kept over a restart."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from domain.contracts.detections import ObjectClass, TrackObservation, to_microseconds
from domain.contracts.events import Envelope, Event, ReferenceRenewed
from domain.contracts.identifiers import CommandId
from domain.contracts.plant import OBJECTS_MODEL, RuleKind
from inference.detections import Tracks
from inference.objects.keeping import Keeper
from inference.objects.stage import TOLD_GONE, Objects, ObjectStage, model
from inference.scene import NOTHING_SEEN, Seen
from inference.zones import ZoneBook
from infra.frames import SharedFrame
from tests.domain.samples import LEFT_HALF, PIT, YARD, danger_rule, second, zone
from tests.inference.objects.hall import HEIGHT, WIDTH, Hall, Thing

NOBODY = Tracks(np.empty(0, np.int64), np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.uint8))
BEGINS_US = to_microseconds(second(0))
PALLET = Thing((100, 150, 150, 185))
ON_THE_LEFT = Thing((20, 150, 60, 180))
ON_THE_RIGHT = Thing((300, 150, 345, 185))
LEFT = replace(danger_rule(), kind=RuleKind.LEFT_OBJECT, object_classes=(ObjectClass.OBJECT,))


def book(*events: Event) -> ZoneBook:
    made = ZoneBook()
    for event in events:
        made.apply(Envelope(second(0), "anna", CommandId("c"), event))
    return made


class Camera:
    """Shows a hall to a stage, ten frames a second."""

    def __init__(self, stage: ObjectStage) -> None:
        self.hall, self.stage = Hall(), stage

    def show(self, since: int, until: int, *things: Thing, fps: int = 2, tracks: Tracks = NOBODY) -> list[Seen]:
        found = []
        for i in range((until - since) * fps):
            at_us = BEGINS_US + since * 1_000_000 + i * 1_000_000 // fps
            found.append(self.stage.observe(SharedFrame(YARD, i, at_us, self.frame(*things)), tracks))
        return found

    def frame(self, *things: Thing) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        """BGR, as a file's frames are."""
        return np.repeat(self.hall.picture(*things)[:, :, None], 3, axis=2)


def observed(seen: Sequence[Seen]) -> list[TrackObservation]:
    return [track for each in seen for track in each.tracks]


def started(home: Path, zones: ZoneBook) -> Camera:
    [stage] = Objects(home, zones).stages(YARD)
    assert isinstance(stage, ObjectStage)
    return Camera(stage)


def test_what_stands_in_a_zone_is_a_track_of_its_own_class_once_a_second(tmp_path: Path) -> None:
    camera = started(tmp_path, book(zone(), LEFT))
    camera.show(0, 8)
    seen = camera.show(8, 28, PALLET, ON_THE_RIGHT)
    tracks = observed(seen)
    assert len(tracks) == len([each for each in seen if each is not NOTHING_SEEN]) <= 20
    assert {(track.track_id, track.object_class) for track in tracks} == {(tracks[0].track_id, ObjectClass.OBJECT)}
    assert all(each.models == (model(),) for each in seen if each.tracks)
    x1, y1, x2, y2 = tracks[-1].box
    assert (x1 * WIDTH, y1 * HEIGHT, x2 * WIDTH, y2 * HEIGHT) == pytest.approx(PALLET.box, abs=3)


def test_without_a_rule_about_it_nothing_is_looked_at(tmp_path: Path) -> None:
    camera = started(tmp_path, book(zone(), danger_rule()))
    assert set(map(id, [*camera.show(0, 8), *camera.show(8, 20, PALLET)])) == {id(NOTHING_SEEN)}


def test_what_was_taken_away_is_told_so_in_a_few_looks(tmp_path: Path) -> None:
    camera = started(tmp_path, book(zone(), LEFT))
    camera.show(0, 8)
    camera.show(8, 20, PALLET)
    gone = observed(camera.show(20, 40))
    assert [track.score for track in gone] == [0.0] * TOLD_GONE


def test_a_restart_loses_neither_the_reference_nor_who_stands_there(tmp_path: Path) -> None:
    zones = book(zone(), LEFT)
    camera = started(tmp_path, zones)
    camera.show(0, 8)
    before = observed(camera.show(8, 20, PALLET))
    again = started(tmp_path, zones)
    after = observed(again.show(500, 510, PALLET))
    assert {track.track_id for track in after} == {before[0].track_id}
    second_one = observed(again.show(510, 525, PALLET, ON_THE_LEFT))
    assert len({track.track_id for track in second_one}) == 2, "what comes now is compared with the old reference"


def test_what_was_taken_away_while_nobody_looked_is_told_gone(tmp_path: Path) -> None:
    zones = book(zone(), LEFT)
    camera = started(tmp_path, zones)
    camera.show(0, 8)
    [before, *_] = observed(camera.show(8, 20, PALLET))
    after = observed(started(tmp_path, zones).show(500, 510))
    assert {(track.track_id, track.score) for track in after} == {(before.track_id, 0.0)}


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 half a file", b"x" * 5000])
def test_a_damaged_file_is_learnt_anew(tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture) -> None:
    zones = book(zone(), LEFT)
    started(tmp_path, zones).show(0, 3)
    [file] = (tmp_path / "references").iterdir()
    file.write_bytes(damage)
    assert observed(started(tmp_path, zones).show(500, 505, PALLET)) == []
    assert "the reference is learnt anew" in caplog.messages


def test_a_disk_that_is_full_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "references").write_text("in the way")
    camera = started(tmp_path, book(zone(), LEFT))
    camera.show(0, 8)
    assert observed(camera.show(8, 20, PALLET))
    assert "the reference is not kept" in caplog.messages


def test_a_person_renews_the_reference_once_also_over_a_restart(tmp_path: Path) -> None:
    zones = book(zone(), LEFT)
    camera = started(tmp_path, zones)
    camera.show(0, 8)
    camera.show(8, 20, PALLET)
    zones.apply(Envelope(second(20), "anna", CommandId("c"), ReferenceRenewed(PIT, second(20))))
    told = observed(camera.show(20, 32, PALLET))
    assert [track.score for track in told] == [0.0] * TOLD_GONE
    again = started(tmp_path, zones)
    again.show(40, 42, PALLET)
    found = observed(again.show(42, 55, PALLET, ON_THE_LEFT))
    assert [round(each.box[0] * WIDTH) for each in found[-1:]] == [pytest.approx(20, abs=6)]


def test_a_zone_that_is_drawn_otherwise_keeps_what_is_known_of_the_picture(tmp_path: Path) -> None:
    zones = book(zone(), LEFT)
    camera = started(tmp_path, zones)
    camera.show(0, 8)
    [before, *_] = observed(camera.show(8, 20, PALLET))
    zones.apply(Envelope(second(20), "anna", CommandId("c"), zone((*LEFT_HALF[:2], (0.7, 1.0), (0.0, 1.0)), 2)))
    assert {track.track_id for track in observed(camera.show(20, 30, PALLET))} == {before.track_id}


def test_people_whom_the_tracker_knows_are_no_objects(tmp_path: Path) -> None:
    camera = started(tmp_path, book(zone(), LEFT))
    man = Thing((100, 90, 130, 180), "person")
    camera.show(0, 8)
    box = np.array([man.box], np.float32)
    someone = Tracks(np.array([7]), box, np.ones(1, np.float32), np.ones(1, np.uint8))
    assert observed(camera.show(8, 40, man, fps=1, tracks=someone)) == []


def test_a_zone_of_another_camera_is_none_of_its_business(tmp_path: Path) -> None:
    [stage] = Objects(tmp_path, book(zone(), LEFT)).stages("gate")
    assert isinstance(stage, ObjectStage)
    assert set(map(id, Camera(stage).show(0, 3))) == {id(NOTHING_SEEN)}


def test_what_compares_is_named_by_its_program_text() -> None:
    assert model().id == OBJECTS_MODEL
    assert len(bytes.fromhex(model().digest)) == 32


def test_a_file_of_another_form_is_learnt_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started(tmp_path, book(zone(), LEFT)).show(0, 3)
    assert Keeper(tmp_path, YARD).load().watch.ground.references
    monkeypatch.setattr("inference.objects.keeping.FORM", 2)
    assert not Keeper(tmp_path, YARD).load().watch.ground.references
