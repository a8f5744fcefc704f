"""Archive and stream read as one, on a real S3 server and a real nats-server."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from minio import Minio

from domain.contracts.archives import ArchivedDay
from domain.contracts.detections import encode, to_microseconds
from domain.contracts.identifiers import CameraId, RuleId
from domain.contracts.subjects import detections_subject
from domain.replay.archive import SCHEMA, Archive
from domain.replay.archiving import archive_days
from domain.replay.errors import ArchiveDamaged, ArchiveUnavailable
from domain.replay.joined_source import JoinedRecording
from domain.replay.recording import Recording, Span
from domain.replay.stream_source import StreamRecording
from domain.replay.variation import Variation
from domain.replay.work import Outcome, Period, repeat, what_if
from infra import objects
from infra.embedded.ports import any_free_port
from infra.embedded.s3 import S3Server
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams
from tests.conftest import OwnNats
from tests.domain.replay.plant import recorded_plant
from tests.domain.samples import T0, frame, person

CAMERAS = ("gate", "yard")
MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)
LATER = MIDNIGHT + timedelta(days=2, hours=1)
Rows = list[tuple[int, str, bytes]]


@pytest.fixture
def store(s3: S3Server) -> Minio:
    return objects.connect(s3.endpoint, s3.access_key, s3.secret_key)


@pytest.fixture
def archive(store: Minio) -> Archive:
    bucket = f"archive-{any_free_port()}-{any_free_port()}"
    objects.ensure_bucket(store, bucket)
    return Archive(store, bucket)


@pytest.fixture
def bridge(fresh_nats: Callable[[], OwnNats]) -> Iterator[Bridge]:
    """A stream with 60 frames of each camera: twenty before midnight, twenty on the next day, twenty on the third."""
    with Bridge(fresh_nats().url("admin"), name="test") as bridge:
        bridge.run(ensure_streams(bridge.js))
        for day in range(3):
            publish(bridge, MIDNIGHT + timedelta(days=day - 1, hours=23), 20)
        yield bridge


def publish(bridge: Bridge, since: datetime, count: int) -> None:
    messages = []
    for i in range(count):
        for camera in CAMERAS:
            at_us = to_microseconds(since + timedelta(seconds=i))
            one = replace(
                frame(0, person()), camera_id=CameraId(camera), captured_at_us=at_us, last_captured_at_us=at_us
            )
            messages.append(Outgoing(detections_subject(camera), encode(one), {}))
    bridge.run(publish_batch(bridge.nc, messages))


def archived(bridge: Bridge, archive: Archive, now: datetime = LATER) -> list[ArchivedDay]:
    return archive_days(bridge, archive, now, lambda day, camera: None)


def rows(recording: Recording, span: Span | None = None) -> Rows:
    chunks = recording.chunks(span or Span())
    return [row for c in chunks for row in zip(c.sequences, c.cameras, c.payloads, strict=True)]


def test_a_day_is_archived_by_camera_and_sealed_with_its_hashes(bridge: Bridge, archive: Archive, store: Minio) -> None:
    first, second = archived(bridge, archive)
    assert (first.day, first.after, first.until) == ("2026-03-02", 0, 40)
    assert (second.day, second.after, second.until) == ("2026-03-03", 40, 80)
    assert [file.key for file in first.cameras] == [f"detections/{camera}/2026-03-02.parquet" for camera in CAMERAS]
    data = store.get_object(archive.bucket, first.cameras[0].key).read()
    assert hashlib.sha256(data).hexdigest() == first.cameras[0].sha256
    table = pl.read_parquet(BytesIO(data))
    assert table.schema == SCHEMA
    assert table["sequence"].to_list() == list(range(1, 40, 2))
    assert archive.days() == [first, second]


def test_a_day_that_goes_on_is_not_archived(bridge: Bridge, archive: Archive) -> None:
    assert archived(bridge, archive, MIDNIGHT + timedelta(minutes=5)) == []
    assert [day.day for day in archived(bridge, archive, MIDNIGHT + timedelta(minutes=15))] == ["2026-03-02"]


def test_a_day_without_a_later_frame_waits(bridge: Bridge, archive: Archive) -> None:
    assert [day.day for day in archived(bridge, archive, LATER + timedelta(days=9))] == ["2026-03-02", "2026-03-03"]


def test_archive_and_stream_are_one_without_gap_or_repeat(bridge: Bridge, archive: Archive) -> None:
    archived(bridge, archive)
    joined = JoinedRecording(bridge, archive)
    assert sorted(rows(joined)) == rows(StreamRecording(bridge))
    assert (joined.holes, joined.end) == ([], 120)
    for camera in CAMERAS:
        sequences = [sequence for sequence, each, _ in rows(JoinedRecording(bridge, archive)) if each == camera]
        assert sequences == sorted(sequences)


def test_a_frame_that_comes_late_is_neither_lost_nor_doubled(bridge: Bridge, archive: Archive) -> None:
    archived(bridge, archive, MIDNIGHT + timedelta(hours=1))
    publish(bridge, MIDNIGHT - timedelta(minutes=1), 5)  # captured on a day that is sealed
    publish(bridge, LATER + timedelta(days=2), 1)
    archived(bridge, archive, LATER + timedelta(days=9))
    assert sorted(rows(JoinedRecording(bridge, archive))) == rows(StreamRecording(bridge))


def test_archiving_again_changes_nothing(bridge: Bridge, archive: Archive) -> None:
    before = archived(bridge, archive)
    assert archived(bridge, archive) == []
    assert archive.days() == before


def test_what_the_stream_forgot_comes_from_the_archive(bridge: Bridge, archive: Archive) -> None:
    everything = rows(StreamRecording(bridge))
    archived(bridge, archive)
    forget(bridge, 50)
    assert sorted(rows(JoinedRecording(bridge, archive))) == everything


def test_what_nobody_keeps_any_more_is_a_hole(bridge: Bridge, archive: Archive) -> None:
    archived(bridge, archive, MIDNIGHT + timedelta(hours=1))
    forget(bridge, 50)
    joined = JoinedRecording(bridge, archive)
    assert len(rows(joined)) == 120 - 10
    assert joined.holes == [(41, 50)]


def test_a_span_reads_only_its_days_and_cameras(bridge: Bridge, archive: Archive) -> None:
    archived(bridge, archive)
    joined = JoinedRecording(bridge, archive)
    span = Span(to_microseconds(MIDNIGHT), to_microseconds(MIDNIGHT + timedelta(days=1)), frozenset({CameraId("gate")}))
    assert [sequence for sequence, _, _ in rows(joined, span)] == list(range(41, 80, 2))
    assert (joined.holes, joined.end) == ([(1, 40)], 80)


def test_a_changed_file_is_found(bridge: Bridge, archive: Archive, store: Minio) -> None:
    file = archived(bridge, archive)[0].cameras[0]
    data = bytearray(store.get_object(archive.bucket, file.key).read())
    data[len(data) // 2] ^= 1
    store.put_object(archive.bucket, file.key, BytesIO(bytes(data)), len(data))
    with pytest.raises(ArchiveDamaged, match=file.key):
        rows(JoinedRecording(bridge, archive))
    store.remove_object(archive.bucket, file.key)
    with pytest.raises(ArchiveDamaged, match="is missing"):
        rows(JoinedRecording(bridge, archive))


def test_a_store_that_is_away_is_one_clear_error(bridge: Bridge) -> None:
    nowhere = Archive(objects.connect(f"127.0.0.1:{any_free_port()}", "key", "secret", attempts=1), "kaska")
    with pytest.raises(ArchiveUnavailable, match="does not answer"):
        rows(JoinedRecording(bridge, nowhere))


def test_replay_of_archive_and_stream_gives_the_recorded_incidents(
    fresh_nats: Callable[[], OwnNats], archive: Archive
) -> None:
    with recorded_plant(fresh_nats(), 20) as plant:
        publish(plant.admin, T0 + timedelta(days=1), 1)
        assert len(archived(plant.admin, archive)) == 1
        forget(plant.admin, 300)
        joined = JoinedRecording(plant.admin, archive)
        outcome = repeat(plant.admin, joined, period=Period(), tz=ZoneInfo("UTC"), progress=lambda _: None)
        assert outcome.difference.before == len(plant.opened_incidents()) > 0
        assert outcome.difference.gone == outcome.difference.new == ()
        assert (outcome.messages, outcome.holes) == (20 * 10 * 3 + 2, ())


def test_what_if_asks_archive_and_stream_as_one(fresh_nats: Callable[[], OwnNats], archive: Archive) -> None:
    def asked(recording: Recording) -> tuple[Outcome, list[float]]:
        shares: list[float] = []
        outcome = what_if(
            plant.admin,
            recording,
            RuleId("yard-danger-zone"),
            Variation(dwell_s=6.0),
            period=Period(),
            tz=ZoneInfo("UTC"),
            progress=lambda reached: shares.append(reached.share),
        )
        return outcome, shares

    with recorded_plant(fresh_nats(), 20) as plant:
        publish(plant.admin, T0 + timedelta(days=1), 1)
        from_stream, _ = asked(StreamRecording(plant.admin))
        archived(plant.admin, archive)
        forget(plant.admin, 300)
        from_both, shares = asked(JoinedRecording(plant.admin, archive))
    assert from_both.difference == from_stream.difference
    assert from_both.difference.gone
    assert (from_both.messages, from_both.captured) == (from_stream.messages, from_stream.captured)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize(
    ("since", "until", "bounds"),
    [(None, None, (1, 120)), (0, 1, (41, 80)), (None, 0, (1, 40)), (0, None, (41, 120)), (1, None, (81, 120))],
)
def test_the_bounds_of_archive_and_stream_are_those_of_their_days(
    bridge: Bridge, archive: Archive, since: int | None, until: int | None, bounds: tuple[int, int]
) -> None:
    archived(bridge, archive)
    first, last = (None if d is None else to_microseconds(MIDNIGHT + timedelta(days=d)) for d in (since, until))
    assert JoinedRecording(bridge, archive).bounds(Span(first, last)) == bounds


def forget(bridge: Bridge, until: int) -> None:
    """As the stream does by age: its oldest messages go."""
    config = bridge.run(bridge.js.stream_info("DETECTIONS")).config
    held = bridge.run(bridge.js.stream_info("DETECTIONS")).state.messages
    config.max_msgs = held - until
    bridge.run(bridge.js.update_stream(config))
