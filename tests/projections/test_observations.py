"""Projections of OBSERVATIONS on real servers: once each, rebuilt alike, and nothing lost of what the stream forgot."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.codec import CodecError
from domain.contracts.identifiers import TrackId
from domain.contracts.observations import (
    MINUTE,
    Observation,
    ObservationUnknown,
    decode_observation,
    encode_observation,
    identity_of,
    observation_name,
    subject_of,
)
from domain.contracts.stream_facts import StreamFacts
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from infra.eventstore.envelope import MESSAGE_ID, TOPIC
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams, observations_config
from projections.catalogue import ALL
from projections.database import connect
from projections.faces import FaceMatches, forget
from projections.follower import Follower, ProjectionMetrics, make_tables
from projections.observations import CoverageMinutes, PictureFaults, VehiclePassages, ZoneVisits
from projections.parking import Parking
from projections.plates import Plates
from projections.projection import ObservationProjection
from projections.rebuilding import rebuild
from projections.retrying import retry
from projections.sources import FROM_EVENTS, FROM_OBSERVATIONS, source_of
from projections.verifying import verify
from projections.views import make_views
from tests.conftest import OwnNats
from tests.domain.contracts.test_observations import COVERAGE, FACE, PASSAGE, QUALITY, VISIT
from tests.domain.samples import T0, TRACK, second
from tests.projections.tables import drop_tables

EACH: tuple[ObservationProjection, ...] = (
    *(CoverageMinutes(), ZoneVisits(), VehiclePassages(), PictureFaults()),
    *(Plates(), FaceMatches()),
)


class Scene:
    """A stream of observations and their live projections."""

    def __init__(self, server: OwnNats, dsn: str) -> None:
        self.dsn = dsn
        self.admin = Bridge(server.url("admin"), name="test")
        self.admin.run(ensure_streams(self.admin.js))
        self.bridge = Bridge(server.url("projections"), name="projections")
        self.parking = Parking(self.bridge)
        self.metrics = ProjectionMetrics(CollectorRegistry())

    def observe(self, *observations: Observation) -> None:
        self.publish(
            *(
                Outgoing(
                    subject_of(each),
                    encode_observation(each),
                    {TOPIC: observation_name(each), MESSAGE_ID: identity_of(each)},
                )
                for each in observations
            )
        )

    def publish(self, *messages: Outgoing) -> None:
        self.admin.run(publish_batch(self.admin.nc, messages))

    def follow(self, *projections: ObservationProjection) -> None:
        for projection in projections or EACH:
            with connect(self.dsn, projection.name) as connection:
                made = Follower(projection, connection, self.bridge, self.metrics, self.parking.park)
                with closing(made) as follower:
                    while follower.step(0.2):
                        pass

    def rows(self, table: str, columns: str = "*") -> list[Any]:
        with connect(self.dsn, "test") as connection:
            return connection.execute(f"select {columns} from {table} order by 1").fetchall()  # noqa: S608

    def forget_all_but(self, messages: int) -> None:
        """As age does."""
        config = observations_config()
        config.max_msgs = messages
        self.admin.run(self.admin.js.update_stream(config))

    def close(self) -> None:
        self.bridge.close()
        self.admin.close()


@pytest.fixture
def scene(fresh_nats: Callable[[], OwnNats], postgres: PostgresServer) -> Iterator[Scene]:
    dsn = postgres.dsn(PROJECTIONS)
    with connect(dsn, "test") as connection:
        drop_tables(connection)
        make_tables(connection)
    scene = Scene(fresh_nats(), dsn)
    yield scene
    scene.close()


def silent(position: int) -> None:
    """Nobody watches the progress."""


def minutes(count: int, first: int = 0) -> list[Observation]:
    return [replace(COVERAGE, minute=T0 + MINUTE * i, since=T0 + MINUTE * i) for i in range(first, first + count)]


def visits(count: int) -> list[Observation]:
    return [replace(VISIT, track_id=TrackId(TRACK + i), entered=second(i), left=second(i + 2.5)) for i in range(count)]


def test_what_a_camera_sends_becomes_part_of_its_minute(scene: Scene) -> None:
    facts = StreamFacts("hevc", 2560, 1440, 24.875, 940)
    scene.observe(COVERAGE, replace(COVERAGE, minute=T0 + MINUTE, stream=facts))
    scene.follow()
    told = {"codec": "hevc", "width": 2560, "height": 1440, "fps": 24.875, "kbit_s": 940}
    assert scene.rows("coverage_minute", "minute, stream") == [(T0, None), (T0 + MINUTE, told)]


def test_every_projection_names_its_stream() -> None:
    assert {source_of(projection) for projection in ALL} == {FROM_EVENTS, FROM_OBSERVATIONS}
    assert [p.name for p in ALL if source_of(p) is FROM_OBSERVATIONS] == [p.name for p in EACH]


def test_a_face_becomes_a_row_and_goes_when_its_time_is_over(scene: Scene) -> None:
    now = datetime.now(UTC)
    nobody = replace(FACE, track_id=TrackId(TRACK + 1), person=None, keep_until=now - timedelta(seconds=1))
    stays = replace(FACE, keep_until=now + timedelta(days=1))
    scene.observe(stays, nobody)
    scene.publish(Outgoing(subject_of(FACE), encode_observation(stays), {TOPIC: "face.v1"}))
    scene.follow(FaceMatches())
    columns = "track_id, camera_id, at, person, score"
    row = (TRACK, "yard", FACE.at, FACE.person, 0.625)
    assert scene.rows("face_match", columns) == [row, (TRACK + 1, "yard", FACE.at, None, 0.625)]
    with connect(scene.dsn, "test") as connection:
        assert forget(connection) == 1
    assert scene.rows("face_match", columns) == [row]


def test_an_observation_becomes_a_row_and_a_repeat_changes_nothing(scene: Scene) -> None:
    scene.observe(COVERAGE, VISIT, PASSAGE)
    scene.follow()
    scene.publish(  # the stream has forgotten the ids of the first ones
        Outgoing(subject_of(COVERAGE), encode_observation(replace(COVERAGE, analysed=1)), {TOPIC: "coverage.v1"}),
        Outgoing(subject_of(VISIT), encode_observation(VISIT), {TOPIC: "zone_visit.v1"}),
    )
    scene.follow()
    columns = "minute, analysed, detected, dropped, models->0->>'id', gaps->0->>'reason', position"
    assert scene.rows("coverage_minute", columns) == [
        (
            T0,
            431,
            62,
            [{"reason": "overload", "frames": 9}, {"reason": "damaged", "frames": 2}],
            "yolo11n",
            "camera_unreachable",
            1,
        )
    ]
    columns = "zone_id, object_class, entered_at, left_at, duration_s, max_score, position"
    assert scene.rows("zone_visit", columns) == [("pit", "person", T0, second(61.25), 61.25, 0.875, 2)]
    columns = "zone_id, object_class, left_at - entered_at, direction, position"
    assert scene.rows("vehicle_passage", columns) == [("lane", "truck", timedelta(seconds=4), "in", 3)]
    assert {position for _, position in scene.rows("projection")} == {5}


@pytest.mark.parametrize("is_together", [True, False])
def test_a_fault_of_a_picture_is_one_row_that_ends(scene: Scene, is_together: bool) -> None:
    begun = replace(QUALITY, until=None)
    columns = "camera_id, fault, begun_at, noticed_at, ended_at, figures->'edges_kept', position"
    row = ("yard", "moved", T0, second(26), None, 0.25, 1)
    scene.observe(begun)
    if not is_together:
        scene.follow(PictureFaults())
        assert scene.rows("picture_fault", columns) == [row]
    scene.observe(QUALITY)
    scene.publish(Outgoing(subject_of(begun), encode_observation(begun), {TOPIC: "quality.v1"}))  # a repeat, late
    scene.follow(PictureFaults())
    assert scene.rows("picture_fault", columns) == [(*row[:4], second(90), 0.25, 2)]
    scene.forget_all_but(2)
    assert rebuild(PictureFaults(), scene.dsn, scene.bridge, silent) == 3
    assert scene.rows("picture_fault", columns) == [(*row[:4], second(90), 0.25, 2)]


def test_the_analysts_coverage_says_how_long_a_camera_was_blind(scene: Scene) -> None:
    scene.observe(*minutes(3), replace(QUALITY, until=None), QUALITY)
    scene.follow()
    with connect(scene.dsn, "test") as connection:
        make_views(connection)
    assert scene.rows("analytics.coverage_minutes", "minute, blind_s") == [
        (T0, 60.0),
        (T0 + MINUTE, 30.0),
        (T0 + 2 * MINUTE, 0.0),
    ]


def test_a_rebuild_keeps_what_the_stream_has_forgotten(scene: Scene) -> None:
    scene.observe(*minutes(40), *visits(10))
    scene.follow()
    before = scene.rows("coverage_minute"), scene.rows("zone_visit")
    scene.forget_all_but(25)
    for projection in EACH:
        assert verify(projection, scene.dsn, scene.bridge, silent).same
        assert rebuild(projection, scene.dsn, scene.bridge, silent) == 50
    assert (scene.rows("coverage_minute"), scene.rows("zone_visit")) == before
    scene.observe(*minutes(5, first=40))
    scene.follow()
    assert len(scene.rows("coverage_minute")) == 45


def test_verify_finds_a_row_that_its_observation_contradicts(scene: Scene) -> None:
    scene.observe(*minutes(10))
    scene.follow()
    scene.forget_all_but(5)
    with connect(scene.dsn, "test") as connection:
        connection.execute("update coverage_minute set analysed = 0 where position = 8")
    verdict = verify(CoverageMinutes(), scene.dsn, scene.bridge, silent)
    assert [(t.table, t.different) for t in verdict.tables] == [("coverage_minute", 1)]
    rebuild(CoverageMinutes(), scene.dsn, scene.bridge, silent)
    assert verify(CoverageMinutes(), scene.dsn, scene.bridge, silent).same
    assert {row[0] for row in scene.rows("coverage_minute", "analysed")} == {431}


def test_a_stream_that_has_forgotten_everything_leaves_all_rows(scene: Scene) -> None:
    scene.observe(*minutes(3), VISIT)
    scene.follow()
    scene.forget_all_but(1)
    assert rebuild(CoverageMinutes(), scene.dsn, scene.bridge, silent) == 4
    assert len(scene.rows("coverage_minute")) == 3


@pytest.mark.parametrize(
    ("subject", "name", "payload"),
    [
        ("obs.yard.coverage", "coverage.v1", b"{}"),
        ("obs.gate.coverage", "coverage.v1", encode_observation(COVERAGE)),  # on another camera's subject
        ("obs.yard.coverage", None, encode_observation(COVERAGE)),
    ],
)
def test_what_cannot_be_read_is_parked_and_the_rest_goes_on(
    scene: Scene, subject: str, name: str | None, payload: bytes
) -> None:
    scene.publish(Outgoing(subject, payload, {} if name is None else {TOPIC: name}))
    scene.observe(COVERAGE)
    scene.follow()
    assert [row[0] for row in scene.rows("coverage_minute", "position")] == [2]
    parked = scene.parking.waiting()
    assert [(p.projection, p.sequence, p.subject) for p in parked] == [("coverage", 1, subject)]


def test_a_parked_observation_is_applied_when_it_can_be(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("projections.sources.decode_observation", refusing(encode_observation(VISIT)))
        scene.observe(VISIT, *visits(3)[1:])
        scene.follow(ZoneVisits())
    assert len(scene.rows("zone_visit")) == 2
    assert [p.projection for p in retry(1, scene.dsn, scene.bridge)] == ["zone_visits"]
    assert len(scene.rows("zone_visit")) == 3
    assert scene.parking.waiting() == []


def refusing(payload: bytes) -> Callable[[str, bytes], Observation]:
    """A build that cannot read one payload."""

    def decode(name: str, data: bytes) -> Observation:
        if data == payload:
            raise CodecError("a bug of this build")
        return decode_observation(name, data)

    return decode


def test_an_observation_of_a_newer_build_stops_the_projection(scene: Scene) -> None:
    scene.publish(Outgoing("obs.yard.coverage", b"{}", {TOPIC: "coverage.v2"}))
    with pytest.raises(ObservationUnknown):
        scene.follow(CoverageMinutes())
    assert scene.rows("coverage_minute") == []


def test_ids_of_visits_do_not_collide(scene: Scene) -> None:
    several: Sequence[Observation] = visits(30)
    scene.observe(*several)
    scene.follow(ZoneVisits())
    assert len({row[0] for row in scene.rows("zone_visit", "id")}) == 30
