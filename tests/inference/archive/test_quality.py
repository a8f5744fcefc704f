"""Faults of a recording's picture: told in its own time, the same however often the analysis was interrupted."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from domain.contracts.identifiers import CameraId
from domain.contracts.observations import PictureQuality, decode_observation
from domain.contracts.subjects import OBSERVATIONS
from inference.archive.quality import RecordedQuality
from inference.archive.standing import load, save, standing_path
from inference.quality.watch import QualityWatch
from inference.settings import InferenceSettings
from infra.archive.blindness import faults_of
from infra.archive.plan import Piece, Plan
from infra.eventstore.envelope import TOPIC
from infra.frames import Pixels, SharedFrame
from infra.nats.bridge import Bridge
from infra.nats.direct import get_page
from infra.nats.streams import ensure_streams
from tests.conftest import OwnNats
from tests.inference.quality.places import NOBODY, T0_US, Film, Told, seen, shared
from tests.inference.quality.test_watch import covered, moved

SECONDS = range(0, 300, 2)
PLAN = Plan(CameraId("yard"), (Piece("yard.mp4", T0_US, 300_000_000, 1.0),), 1.0, 384, False)


def _luma(second: float) -> Pixels:
    """A sack over the lens from 40 to 90 s, a still from 120 to 190 s, turned for good from 240 s on."""
    if 40 <= second < 90:
        return covered(1.0)(seen(), second)
    return moved(40, 0)(seen(), second) if second >= 240 else seen()


def _pictures() -> list[SharedFrame]:
    film = Film()
    still = film.taken(seen())
    return [shared(still if 120 <= second < 190 else film.taken(_luma(second)), second) for second in SECONDS]


PICTURES = _pictures()
END_US = PICTURES[-1].captured_at_us


@pytest.fixture
def admin(fresh_nats: Callable[[], OwnNats]) -> Iterator[tuple[OwnNats, Bridge]]:
    server = fresh_nats()
    with closing(Bridge(server.url(), name="test-admin")) as bridge:
        bridge.run(ensure_streams(bridge.js))
        yield server, bridge


@pytest.fixture
def own(admin: tuple[OwnNats, Bridge]) -> Iterator[Bridge]:
    """With the rights of an archive's analysis, and no more."""
    with closing(Bridge(admin[0].url("archive"), name="test-archive")) as bridge:
        yield bridge


def opened(home: Path, bridge: Bridge, plan: Plan = PLAN) -> RecordedQuality:
    return RecordedQuality(InferenceSettings(home=home), plan, bridge)


def look(quality: RecordedQuality, pictures: Iterable[SharedFrame]) -> None:
    for picture in pictures:
        quality.look(picture)


def stored(admin: Bridge) -> list[PictureQuality]:
    page = admin.run(get_page(admin.nc, OBSERVATIONS, 1, 100, "obs.yard.quality"))
    found = [decode_observation(message.headers[TOPIC], message.data) for message in page.messages]
    return [each for each in found if isinstance(each, PictureQuality)]


def as_live() -> list[PictureQuality]:
    """What a live camera's watch tells of the same pictures."""
    told = Told()
    watch = QualityWatch(PLAN.camera_id, told, lambda: None)
    for picture in PICTURES:
        watch.observe(picture, NOBODY)
    return told.observations


def test_a_recording_tells_what_a_live_camera_tells_and_what_goes_on_ends_with_it(
    admin: tuple[OwnNats, Bridge], own: Bridge, tmp_path: Path
) -> None:
    quality = opened(tmp_path, own)
    look(quality, PICTURES)
    assert quality.finish(is_interrupted=False) == 0
    *told, end = stored(admin[1])
    assert told == as_live()
    assert [(each.fault.value, each.until is None) for each in told] == [
        *(("covered", True), ("covered", False)),
        *(("frozen_picture", True), ("frozen_picture", False), ("moved", True)),
    ]
    assert (end.fault, end.since) == (told[-1].fault, told[-1].since)
    assert round(end.until.timestamp() * 1e6) == END_US if end.until else False

    again = opened(tmp_path, own)
    look(again, PICTURES)
    assert again.finish(is_interrupted=False) == 0
    assert stored(admin[1]) == [*told, end], "a second analysis tells nothing twice"
    faults = admin[1].run(faults_of(admin[1].nc, PLAN.camera_id))
    assert [each.fault.value for each in faults] == ["covered", "frozen_picture", "moved"]
    assert all(each.until is not None for each in faults)


@pytest.mark.parametrize("is_killed", [True, False])
def test_an_interruption_changes_nothing_wherever_it_comes(
    own: Bridge, admin: tuple[OwnNats, Bridge], tmp_path: Path, *, is_killed: bool
) -> None:
    """Stopped every 14 s: while a fault may be beginning, while it lasts, while the picture stands still."""
    looked = 0
    for cut in range(7, len(PICTURES), 7):
        quality = opened(tmp_path, own)
        rest = [each for each in PICTURES[:cut] if each.captured_at_us > quality.known_us]
        looked += len(rest)
        look(quality, rest)
        if not is_killed:
            assert quality.finish(is_interrupted=True) == 0
    quality = opened(tmp_path, own)
    look(quality, PICTURES)
    quality.finish(is_interrupted=False)
    *told, end = stored(admin[1])
    assert told == as_live()
    assert end.until is not None
    assert looked <= len(PICTURES) if not is_killed else looked <= 5 * len(PICTURES), "a minute is looked at again"


def test_what_the_server_does_not_take_is_told_by_the_next_run(
    admin: tuple[OwnNats, Bridge], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, bridge = admin
    noticed = 68 // 2
    monkeypatch.setattr("inference.archive.quality.PATIENCE_S", 0.2)
    with closing(Bridge(server.url("gateway"), name="gateway")) as nobody:  # may not write observations
        quality = opened(tmp_path, nobody)
        look(quality, PICTURES[:noticed])
        assert quality.finish(is_interrupted=True) == 1
    assert stored(bridge) == []
    monkeypatch.undo()
    with closing(Bridge(server.url("archive"), name="archive")) as own:
        quality = opened(tmp_path, own)
        assert quality.known_us < PICTURES[noticed - 1].captured_at_us
        look(quality, PICTURES)
        assert quality.finish(is_interrupted=False) == 0
    assert stored(bridge)[:-1] == as_live()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"\x93NUMPY"])
def test_a_file_that_is_none_of_ours_means_looking_from_the_beginning(tmp_path: Path, content: bytes) -> None:
    path = standing_path(tmp_path, PLAN.camera_id)
    assert load(path) is None
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert load(path) is None


def test_a_watch_goes_on_from_its_file_exactly(tmp_path: Path) -> None:
    told = Told()
    watch = QualityWatch(PLAN.camera_id, told, lambda: None)
    for picture in PICTURES[: 50 // 2]:
        watch.observe(picture, NOBODY)
    path = tmp_path / "run" / "yard.npz"
    save(path, watch.standing)
    other = QualityWatch(PLAN.camera_id, Told(), lambda: None)
    known = load(path)
    assert known is not None
    other.go_on(known)
    again = tmp_path / "run" / "again.npz"
    save(again, other.standing)
    assert load(again) is not None
    assert path.read_bytes() == again.read_bytes()
    assert known.picture.since_us == PICTURES[40 // 2].captured_at_us, "a fault may be beginning"
