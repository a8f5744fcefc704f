"""The process that teaches: asked for in the history, done in a process of its own, told to the domain."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from nats.aio.msg import Msg

from domain.contracts.codec import to_json
from domain.contracts.commands import Accepted, Refused, decode_command, encode_reply
from domain.contracts.commands.machines import ReportMachineNotTaught, ReportMachineTaught
from domain.contracts.events import Envelope, Event, encode_event, event_name
from domain.contracts.events.machines import MachineTaught, MachineTeachingAsked
from domain.contracts.identifiers import CommandId, TeachingId, ZoneId
from domain.contracts.machines import Aspect, TaughtState, TeachingFailure
from domain.contracts.subjects import ZONE, event_subject
from domain.contracts.teaching import ALBUM, Album, AlbumAsked, TeachingProgress
from domain.contracts.whatif import decode_answer
from inference.machines.album import Albums
from inference.machines.desk.desk import TeachingDesk
from inference.machines.desk.settings import TeacherSettings
from inference.machines.desk.teacher import Teacher, run_worker
from inference.machines.store import load
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from infra.nats.requests import ask
from infra.nats.streams import ensure_streams
from tests.conftest import OwnNats
from tests.domain.samples import T0

LATHE, PRESS = ZoneId("lathe"), ZoneId("press")
LONG_S = 180.0


def commands() -> Iterator[bytes]:
    """Command lines of all processes of this machine."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has just ended
            yield path.read_bytes()


def number(n: int) -> TeachingId:
    return TeachingId(UUID(int=n))


def recorded(admin: Bridge, *events: Event) -> None:
    for event in events:
        payload = encode_event(Envelope(datetime.now(UTC), "anna", CommandId("c1"), event))
        zone_id = getattr(event, "zone_id", "")
        message = Outgoing(event_subject(ZONE, zone_id), payload, {"ES-Topic": event_name(event)})
        admin.run(publish_batch(admin.nc, [message]))


class Domain:
    """Takes reports; answers the first of each zone as a history that is not whole is answered."""

    def __init__(self, bridge: Bridge) -> None:
        self.heard: list[object] = []
        self.news = threading.Condition()
        bridge.run(bridge.nc.subscribe("cmd.zone", cb=self._take))
        bridge.run(bridge.nc.flush())

    async def _take(self, message: Msg) -> None:
        order = decode_command(message.data)
        assert (order.by, order.person) == ("teacher", None)
        with self.news:
            is_first = order.command not in self.heard
            self.heard.append(order.command)
            self.news.notify_all()
        refused = Refused("history_broken", "the guard looks")
        await message.respond(encode_reply(refused if is_first else Accepted(len(self.heard))))

    def reports(self, count: int) -> list[object]:
        """Each comes twice: it was refused first."""
        with self.news:
            assert self.news.wait_for(lambda: len(self.heard) >= 2 * count, LONG_S), self.heard
            return self.heard[1::2]


@pytest.fixture
def home(examples: Path, tmp_path: Path) -> Path:
    """Ten labelled pictures of the lathe, three of the press."""
    lathe = tmp_path / "models/machines/lathe"
    lathe.mkdir(parents=True)
    examples.rename(lathe / "states")
    press = tmp_path / "models/machines/press/states/open"
    press.mkdir(parents=True)
    for path in sorted((lathe / "states/open").iterdir())[:3]:
        (press / path.name).write_bytes(path.read_bytes())
    return tmp_path


@pytest.fixture
def plant(fresh_nats: Callable[[], OwnNats]) -> Iterator[tuple[OwnNats, Bridge]]:
    server = fresh_nats()
    with closing(Bridge(server.url(), name="test-admin")) as admin:
        admin.run(ensure_streams(admin.js))
        yield server, admin


def test_what_was_asked_for_is_taught_and_told(plant: tuple[OwnNats, Bridge], home: Path) -> None:
    server, admin = plant
    recorded(
        admin,
        MachineTeachingAsked(LATHE, number(1), T0),  # superseded by the next
        MachineTeachingAsked(PRESS, number(3), T0),
        MachineTaught(PRESS, number(3), "ab" * 32, 1, (), ()),  # told long ago
        MachineTeachingAsked(LATHE, number(2), T0),
        MachineTeachingAsked(PRESS, number(4), T0),
    )
    domain = Domain(admin)
    with closing(Bridge(server.url("teacher"), name="teacher")) as bridge:
        teacher = Teacher(bridge, TeacherSettings(home=home, teacher_nice=0))
        desk = TeachingDesk(bridge, Albums(home), teacher.progress)
        bridge.run(desk.open())
        teacher.start()
        try:
            taught, refused = domain.reports(2)
            reply = admin.run(ask(admin.nc, ALBUM, to_json(AlbumAsked(LATHE))))
        finally:
            teacher.close()
            bridge.run(desk.close())
    in_force = load(home, LATHE)
    assert isinstance(taught, ReportMachineTaught)
    assert (taught.zone_id, taught.teaching_id, taught.digest) == (LATHE, number(2), in_force.model.digest)
    assert taught.pictures == 11
    assert taught.states == (TaughtState(Aspect.GUARD, "open", 5), TaughtState(Aspect.GUARD, "closed", 5))
    assert [(each.aspect, each.accuracy) for each in taught.aspects] == [(Aspect.GUARD, 1.0)]
    assert refused == ReportMachineNotTaught(PRESS, number(4), TeachingFailure.TOO_FEW, "open", 3)
    album = decode_answer(Album, reply.data)
    assert isinstance(album, Album)
    assert (len(album.pictures), album.progress) == (11, None)


def test_progress_is_heard_and_a_teacher_that_ends_takes_its_worker_along(home: Path) -> None:
    heard: list[TeachingProgress] = []
    stopping = threading.Event()

    def reached(progress: TeachingProgress) -> None:
        heard.append(progress)
        stopping.set()

    assert run_worker(LATHE, number(1), TeacherSettings(home=home, teacher_nice=0), reached, stopping) is None
    assert heard[0] == TeachingProgress(1, 22), "the first of eleven pictures was read; that is half of the work"
    assert not (home / "models/machines/lathe/current").exists()
    asked = f"worker\0{LATHE}\0{number(1)}".encode()
    assert not any(asked in command for command in commands()), "it did not outlive its teacher"


def test_what_takes_too_long_is_broken_off(home: Path) -> None:
    settings = TeacherSettings(home=home, teacher_longest_s=0.01)
    said = run_worker(LATHE, number(1), settings, lambda _: None, threading.Event())
    assert said is not None
    assert (said.taught, said.not_taught) == (None, None)
