"""The service on a real nats-server: commands get answers, detections become incidents, crashes change nothing."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.access import Provider, Right
from domain.contracts.commands import (
    CONTEXT_OF,
    Accepted,
    AddSample,
    Command,
    Comment,
    DefineNotificationRule,
    DefineReportSchedule,
    DefineRole,
    FreezeVersion,
    IssueLicence,
    MarkFalsePositive,
    RecordSignIn,
    RecordTraining,
    Refused,
    RegisterUser,
    ReopenReview,
    Reply,
    RequestDelivery,
    StartRecording,
    decode_reply,
    encode_command,
)
from domain.contracts.events import IncidentOpened, decode_event
from domain.contracts.identifiers import IncidentId, NotificationRuleId, ReportScheduleId
from domain.contracts.subjects import CONTEXTS, EVENTS, INCIDENT, command_subject, event_subject
from domain.incident import Acting, OpenIncident
from domain.service.command_desk import CommandDesk
from domain.service.erasing import Eraser
from domain.service.folding import fold_incident
from domain.service.ledger import Ledger, open_ledger
from domain.service.rules_loop import RulesLoop
from domain.service.settings import DomainSettings
from infra.eventstore.envelope import TOPIC
from infra.nats.batch import publish_batch
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_page
from infra.nats.streams import ensure_streams
from infra.persons.keeper import KeyKeeper
from tests.conftest import OwnNats
from tests.domain.facts import (
    ABOUT,
    ANNA,
    HELMETS,
    ISSUED,
    OPERATOR,
    OTHER_SHA,
    PPE_MODEL,
    REQUESTED,
    SHA,
    TERMS,
    WEEKLY,
    YEAR,
)
from tests.domain.recordings import ID as RECORDED
from tests.domain.samples import YARD, opened
from tests.domain.scenes import messages, recording, rules

FOREMEN = NotificationRuleId("foremen")
SHOP_WEEKLY = ReportScheduleId("shop-weekly")
DELIVER = RequestDelivery(
    REQUESTED.delivery_id, REQUESTED.channel, ANNA, REQUESTED.occasion, ABOUT, "текст", rule_id=FOREMEN
)
ADD_SAMPLE = AddSample(HELMETS, "k", SHA, "a", OTHER_SHA, ("person",))


class Plant:
    """The service's parts in this process, and a client's view of them."""

    def __init__(self, server: OwnNats) -> None:
        self.server = server
        self.admin = Bridge(server.url("admin"), name="test")
        self.admin.run(ensure_streams(self.admin.js))
        self.bridge = Bridge(server.url("domain"), name="domain")
        url = server.url("domain")
        self.keys = KeyKeeper(self.bridge, server.server.home / "secrets" / "persons.key")
        self.keys.prepare()
        self.ledgers: dict[str, Ledger] = {c: open_ledger(c, url, self.bridge, self.keys) for c in CONTEXTS}
        self.eraser = Eraser(self.bridge, self.ledgers, self.keys)
        self.desk = CommandDesk(self.bridge, self.ledgers, CollectorRegistry(), now, eraser=self.eraser)

    def send(self, command: Command, command_id: str, by: str = "anna") -> Reply:
        data = encode_command(command, command_id=command_id, by=by, at=now())
        asking = self.admin.nc.request(command_subject(CONTEXT_OF[type(command)]), data, timeout=10)
        return decode_reply(self.admin.run(asking).data)

    def set_up_rules(self) -> None:
        for i, command in enumerate(rules()):
            assert isinstance(self.send(command, f"rule-{i}"), Accepted)

    def rules_loop(self) -> RulesLoop:
        settings = DomainSettings(home=Path("/nonexistent"), checkpoint_interval_s=3600)
        return RulesLoop(self.bridge, self.ledgers[INCIDENT], settings, CollectorRegistry(), now)

    def events(self, subject: str) -> list[StoredMessage]:
        found, page_from = [], 1
        while True:
            page = self.admin.run(get_page(self.admin.nc, EVENTS, page_from, 1000, subject))
            found += page.messages
            if not page.messages or not page.pending:
                return found
            page_from = found[-1].sequence + 1

    def names(self, incident_id: object) -> list[str]:
        return [m.headers[TOPIC] for m in self.events(event_subject(INCIDENT, str(incident_id)))]

    def opened_incidents(self) -> list[IncidentOpened]:
        events = [decode_event(m.headers[TOPIC], m.data).event for m in self.events(event_subject(INCIDENT, ">"))]
        return [e for e in events if isinstance(e, IncidentOpened)]

    def close(self) -> None:
        self.desk.close()
        for ledger in self.ledgers.values():
            ledger.close()
        self.bridge.close()
        self.admin.close()


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def plant(fresh_nats: Callable[[], OwnNats]) -> Iterator[Plant]:
    with closing(Plant(fresh_nats())) as plant:
        yield plant


@pytest.fixture
def incident_id(plant: Plant) -> IncidentId:
    """An incident in review."""
    event = opened(score=0.5)
    fold = fold_incident(OpenIncident(event), Acting("rules"))
    plant.ledgers[INCIDENT].execute(str(event.incident_id), "open", "rules", now(), fold)  # type: ignore[arg-type]
    return event.incident_id


def fold(loop: RulesLoop) -> None:
    while loop.step():
        pass


def test_a_command_is_answered_with_the_position_of_its_event(plant: Plant, incident_id: IncidentId) -> None:
    reply = plant.send(MarkFalsePositive(incident_id, "тень"), "c1")
    last = plant.events(event_subject(INCIDENT, str(incident_id)))[-1]
    assert reply == Accepted(last.sequence)
    assert last.headers[TOPIC] == "incident.marked_false_positive.v1"


def test_I4_the_same_command_sent_again_gets_the_same_answer(plant: Plant, incident_id: IncidentId) -> None:
    first = plant.send(Comment(incident_id, "угол двора"), "c1")
    assert plant.send(Comment(incident_id, "угол двора"), "c1") == first
    assert plant.names(incident_id).count("incident.commented.v1") == 1
    plant.send(Comment(incident_id, "угол двора"), "c2")
    assert plant.names(incident_id).count("incident.commented.v1") == 2


def test_a_refusal_names_its_code_and_leaves_no_event(plant: Plant) -> None:
    reply = plant.send(ReopenReview(IncidentId(UUID(int=5))), "c1")
    assert isinstance(reply, Refused)
    assert reply.code == "incident_unknown"
    assert plant.events("es.>") == []


@pytest.mark.parametrize("data", [b"", b"{}", b'{"name":"open_the_gate","command_id":"1","by":"x","at":"now"}'])
def test_a_malformed_command_is_refused(plant: Plant, data: bytes) -> None:
    reply = decode_reply(plant.admin.run(plant.admin.nc.request("cmd.incident", data, timeout=10)).data)
    assert isinstance(reply, Refused)
    assert reply.code == "malformed"


def test_a_command_on_another_contexts_subject_is_refused(plant: Plant, incident_id: IncidentId) -> None:
    data = encode_command(Comment(incident_id, "x"), command_id="c", by="anna", at=now())
    reply = decode_reply(plant.admin.run(plant.admin.nc.request("cmd.zone", data, timeout=10)).data)
    assert isinstance(reply, Refused)


@pytest.mark.parametrize(
    ("command", "subject", "name"),
    [
        (DefineRole(OPERATOR, "Оператор", (Right.CONFIRM_REVIEW,)), "es.role.operator", "role.defined.v1"),
        (RegisterUser(ANNA, Provider.LOCAL, "anna", "Анна"), f"es.user.{ANNA}", "user.registered.v1"),
        (RecordSignIn(ANNA, "10.0.0.17"), f"es.user.{ANNA}-*", "user.signed_in.v1"),
        (DefineNotificationRule(FOREMEN, TERMS), "es.notification.foremen", "notification.defined.v1"),
        (DefineReportSchedule(SHOP_WEEKLY, WEEKLY), "es.report.shop-weekly", "report.defined.v1"),
        (DELIVER, f"es.delivery.{REQUESTED.delivery_id}", "delivery.requested.v1"),
        (IssueLicence(ISSUED.licence_id, "Завод", YEAR), "es.licence.plant-2026", "licence.issued.v1"),
        (ADD_SAMPLE, f"es.dataset.helmets-{SHA}", "dataset.sample_added.v1"),
        (FreezeVersion(HELMETS, 1, "k", SHA), "es.dataset.helmets", "dataset.version_frozen.v1"),
        (RecordTraining(PPE_MODEL, SHA, "k", 1, HELMETS, 1, "d846406", 7), "es.model.ppe", "model.trained.v1"),
        (StartRecording(RECORDED, YARD, 60, "разгрузка"), f"es.recording.{RECORDED}", "recording.started.v1"),
    ],
)
def test_every_context_takes_its_commands(plant: Plant, command: Command, subject: str, name: str) -> None:
    reply = plant.send(command, "c1")
    stored = [m for m in plant.events("es.>") if fnmatch(m.subject, subject)]
    assert [m.headers[TOPIC] for m in stored] == [name]
    assert reply == Accepted(stored[0].sequence)
    assert plant.send(command, "c1") == reply


def test_a_command_that_the_service_fails_on_is_answered_all_the_same(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("domain.model.decide", lambda *_: 1 / 0)
    reply = plant.send(RecordTraining(PPE_MODEL, SHA, "k", 1, HELMETS, 1, "d846406", 7), "c1")
    assert isinstance(reply, Refused)
    assert reply.code == "failed"
    assert "ZeroDivisionError" in caplog.text
    assert plant.events("es.>") == []


def test_ledgers_share_a_connection_and_leave_it_open(plant: Plant) -> None:
    for ledger in plant.ledgers.values():
        ledger.close()
    assert plant.bridge.nc.is_connected
    with closing(open_ledger(INCIDENT, plant.server.url("domain"))) as own:
        assert own.history("nothing") == []


def test_A20_many_people_decide_at_once_and_one_is_first(plant: Plant, incident_id: IncidentId) -> None:
    def decide(n: int) -> Reply:
        return plant.send(MarkFalsePositive(incident_id, f"причина {n}", expected_version=2), f"c{n}", f"user{n}")

    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(decide, range(40)))
    assert plant.names(incident_id).count("incident.marked_false_positive.v1") == 1
    assert len({r.position for r in replies if isinstance(r, Accepted)}) == 1


def test_recorded_detections_become_incidents(plant: Plant) -> None:
    plant.set_up_rules()
    publish(plant, 20)
    with closing(plant.rules_loop()) as loop:
        fold(loop)
    kinds = {i.kind.value for i in plant.opened_incidents()}
    assert kinds == {"danger_zone", "no_helmet"}
    for incident in plant.opened_incidents():
        assert plant.names(incident.incident_id)[0] == "incident.opened.v1"
        assert incident.detections_from < incident.detections_to


def test_the_fold_from_an_old_checkpoint_doubles_nothing(plant: Plant) -> None:
    """As after kill -9: what was found after the checkpoint is found again."""
    plant.set_up_rules()
    publish(plant, 20)
    with closing(plant.rules_loop()) as loop:
        fold(loop)  # no checkpoint was stored
    before = [(m.subject, m.headers[TOPIC]) for m in plant.events("es.>")]
    with closing(plant.rules_loop()) as loop:
        fold(loop)
    assert [(m.subject, m.headers[TOPIC]) for m in plant.events("es.>")] == before


def test_a_fold_that_is_cut_and_goes_on_from_its_checkpoint_finds_the_same(
    plant: Plant, fresh_nats: Callable[[], OwnNats]
) -> None:
    plant.set_up_rules()
    publish(plant, 10)
    with closing(plant.rules_loop()) as loop:
        fold(loop)
        loop.save_checkpoint()
    publish(plant, 20)
    with closing(plant.rules_loop()) as loop:
        fold(loop)
    with closing(Plant(fresh_nats())) as other:
        other.set_up_rules()
        publish(other, 20)
        with closing(other.rules_loop()) as loop:
            fold(loop)
        assert plant.opened_incidents() == other.opened_incidents()


def test_an_unreadable_detection_stops_nothing(plant: Plant) -> None:
    plant.set_up_rules()
    plant.admin.run(plant.admin.js.publish("det.yard", b"garbage"))
    publish(plant, 10)
    with closing(plant.rules_loop()) as loop:
        fold(loop)
    assert plant.opened_incidents()


def publish(plant: Plant, seconds: int) -> None:
    recorded = messages(recording(seconds))
    for i in range(0, len(recorded), 500):
        plant.admin.run(publish_batch(plant.admin.nc, recorded[i : i + 500]))
