"""Half of a save, written on purpose: the rules find the evidence again and write the other half, once."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from eventsourcing.persistence import IntegrityError
from prometheus_client import CollectorRegistry

from domain.contracts.events import Envelope, IncidentOpened
from domain.contracts.identifiers import CommandId
from domain.contracts.subjects import INCIDENT, RULE, ZONE
from domain.service import ledger as ledgers
from domain.service.folding import fold_plant
from domain.service.ledger import Ledger, Recorded, open_ledger
from domain.service.rules_loop import RulesLoop
from domain.service.settings import DomainSettings
from infra.nats.batch import publish_batch
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams
from tests.conftest import OwnNats
from tests.domain.samples import T0
from tests.domain.scenes import messages, recording, rules


class Scene:
    """Detections in the stream, the plant's rules in the history, no incident yet."""

    def __init__(self, server: OwnNats) -> None:
        self.admin = Bridge(server.url("admin"), name="test")
        self.admin.run(ensure_streams(self.admin.js))
        self.bridge = Bridge(server.url("domain"), name="domain")
        self.ledgers = {c: open_ledger(c, server.url("domain"), self.bridge) for c in (INCIDENT, ZONE, RULE)}
        for number, command in enumerate(rules()):
            context = ZONE if hasattr(command, "polygon") else RULE
            id_ = str(getattr(command, f"{context}_id"))
            fold = fold_plant(command, T0)  # type: ignore[arg-type]
            self.ledgers[context].execute(id_, CommandId(f"rule-{number}"), "test", T0, fold)
        recorded = messages(recording(12))
        self.admin.run(publish_batch(self.admin.nc, recorded))

    @property
    def incidents(self) -> Ledger:
        return self.ledgers[INCIDENT]

    def fold(self) -> None:
        """From the beginning: no checkpoint is stored."""
        settings = DomainSettings(home=Path("/nonexistent"), checkpoint_interval_s=3600)
        loop = RulesLoop(self.bridge, self.incidents, settings, CollectorRegistry(), lambda: datetime.now(UTC))
        with closing(loop):
            while loop.step():
                pass

    def histories(self) -> dict[str, list[object]]:
        found: dict[str, list[object]] = {}
        for each in self.incidents.recorder.select_notifications(1, 1000):
            recorded = self.incidents.mapper.to_domain_event(each)
            assert isinstance(recorded, Recorded)
            found.setdefault(recorded.originator_id, []).append(recorded.envelope.event)
        return found

    def close(self) -> None:
        self.bridge.close()
        self.admin.close()


@pytest.fixture
def new_scene(fresh_nats: Callable[[], OwnNats]) -> Iterator[Callable[[], Scene]]:
    scenes: list[Scene] = []

    def make() -> Scene:
        scenes.append(Scene(fresh_nats()))
        return scenes[-1]

    yield make
    for scene in scenes:
        scene.close()


def test_an_incident_with_its_opening_only_gets_its_verdict(new_scene: Callable[[], Scene]) -> None:
    whole, half = new_scene(), new_scene()
    whole.fold()
    expected = whole.histories()
    assert len(expected) > 3
    opened = [events[0] for events in expected.values()]
    for event in opened:
        assert isinstance(event, IncidentOpened)
        envelope = Envelope(T0, "rules", CommandId("open"), event)
        half.incidents.save(Recorded(str(event.incident_id), 1, envelope))
    half.fold()
    assert half.histories() == expected
    half.fold()
    assert half.histories() == expected, "and nothing twice"


def test_a_race_that_is_lost_for_a_while_is_run_again(
    new_scene: Callable[[], Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As behind a leader that refuses every save for a moment (error 10164), far more than twenty times a second."""
    scene = new_scene()
    refusals = iter(range(30))
    store = scene.incidents.save

    def refuses_at_first(*recorded: Recorded) -> object:
        if next(refusals, None) is not None:
            raise IntegrityError("wrong last sequence")
        return store(*recorded)

    monkeypatch.setattr(scene.incidents, "save", refuses_at_first)
    monkeypatch.setattr(ledgers, "LONGEST_PAUSE_S", 0.02)
    scene.fold()
    assert scene.histories()


def test_a_race_that_is_never_won_ends(new_scene: Callable[[], Scene], monkeypatch: pytest.MonkeyPatch) -> None:
    scene = new_scene()

    def refuses(*_: Recorded) -> object:
        raise IntegrityError("wrong last sequence")

    monkeypatch.setattr(scene.ledgers[RULE], "save", refuses)
    monkeypatch.setattr(ledgers, "PATIENCE_S", 0.3)
    (command, *_) = [command for command in rules() if not hasattr(command, "polygon")]
    fold = fold_plant(command, T0)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        scene.ledgers[RULE].execute("another", CommandId("late"), "test", T0, fold)
