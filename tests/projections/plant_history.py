"""A history of a whole plant: every context, every event, incidents whose reviews take turns; the same at each call."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from domain.contracts.events import (
    Assigned,
    Commented,
    Dismissed,
    Envelope,
    Event,
    IncidentOpened,
    MarkedFalsePositive,
    ModelPromoted,
    ModelRolledBack,
    ModelTrained,
    ReviewReopened,
    ReviewRequested,
    RoleGranted,
    RoleRevoked,
    ViolationConfirmed,
    ViolationRecognised,
    encode_event,
    event_name,
)
from domain.contracts.identifiers import (
    CameraId,
    CommandId,
    NotificationRuleId,
    ReportScheduleId,
    TrackId,
    incident_id,
)
from domain.contracts.plant import RuleKind
from infra.eventstore.envelope import TOPIC, VERSION
from infra.nats.direct import StoredMessage
from tests.domain.facts import (
    ANNA,
    BORIS,
    EVERY,
    NOTIFICATION_DEFINED,
    OPERATOR,
    OTHER_SHA,
    PPE_MODEL,
    SCHEDULE_DEFINED,
    SHA,
    TRAINED,
)
from tests.domain.samples import DANGER, PIT, T0, opened

SUBJECTS: Final = {
    "incident": f"es.incident.{opened().incident_id}",
    "camera": "es.camera.yard",
    "zone": "es.zone.pit",
    "rule": "es.rule.yard-danger",
    "role": "es.role.operator",
    "notification": "es.notification.foremen",
    "report": "es.report.shop-weekly",
    "delivery": f"es.delivery.{EVERY['delivery.requested.v1'].delivery_id}",  # type: ignore[union-attr]
    "licence": "es.licence.plant-2026",
    "dataset": "es.dataset.helmets",
    "model": "es.model.ppe",
    "recording": f"es.recording.{EVERY['recording.started.v1'].recording_id}",  # type: ignore[union-attr]
}
Fact = tuple[str, Event, str, datetime]
"""Subject, event, by whom, at."""

JOURNALS: Final = ("user.signed_in.v1", "user.sign_in_failed.v1", "user.evidence_viewed.v1", "user.report_exported.v1")


def history(incidents: int = 60, seed: int = 7) -> list[StoredMessage]:
    """One fact of every kind, then incidents of some days that people work on."""
    versions: Counter[str] = Counter()
    facts = [*_every_fact(), *_second_thoughts(), *_incidents(incidents, random.Random(seed))]
    messages = []
    for sequence, fact in enumerate(facts, 1):
        versions[fact[0]] += 1
        messages.append(stored(sequence, versions[fact[0]], fact))
    return messages


def stored(sequence: int, version: int, fact: Fact) -> StoredMessage:
    subject, event, by, at = fact
    payload = encode_event(Envelope(at, by, CommandId(f"c{sequence}"), event))
    return StoredMessage(subject, sequence, {TOPIC: event_name(event), VERSION: str(version)}, payload, T0)


def _every_fact() -> Iterator[Fact]:
    for number, (name, event) in enumerate(EVERY.items()):
        context = name.partition(".")[0]
        subject = SUBJECTS.get(context) or _user_subject(name, event)
        yield subject, event, "rules" if context == "incident" else "anna", T0 + timedelta(seconds=number)


def _user_subject(name: str, event: Event) -> str:
    user = event.user_id  # type: ignore[union-attr]
    return f"es.user.{user}-20260302" if name in JOURNALS else f"es.user.{user}"


def _second_thoughts() -> Iterator[Fact]:
    """What one fact of a kind does not show: a second holder of a role, a model that is rolled back."""
    again: tuple[Event, ...] = (
        EVERY["role.defined.v1"],
        RoleGranted(OPERATOR, ANNA, None),
        RoleGranted(OPERATOR, BORIS, None),
        RoleRevoked(OPERATOR, BORIS),
    )
    yield from ((SUBJECTS["role"], event, "anna", T0) for event in again)
    yield "es.notification.night", replace(NOTIFICATION_DEFINED, rule_id=NotificationRuleId("night")), "anna", T0
    yield "es.report.daily", replace(SCHEDULE_DEFINED, schedule_id=ReportScheduleId("daily")), "anna", T0
    models = (
        replace(TRAINED, model_version=2, digest=OTHER_SHA),
        ModelPromoted(1, SHA, "первая", ()),
        ModelPromoted(2, OTHER_SHA, "лучше", ()),
        ModelRolledBack(2, 1, SHA, "хуже в снегопад"),
    )
    assert isinstance(models[0], ModelTrained)
    assert models[0].model_id == PPE_MODEL
    yield from ((SUBJECTS["model"], event, "boris", T0) for event in models)


def _incidents(number: int, dice: random.Random) -> Iterator[Fact]:
    """Interleaved: the next fact is one of any incident's."""
    lives = [_life(n, dice) for n in range(1, number + 1)]
    while lives:
        life = dice.choice(lives[:12])
        fact = next(life, None)
        if fact is None:
            lives.remove(life)
        else:
            yield fact


def _life(n: int, dice: random.Random) -> Iterator[Fact]:
    at = T0 + timedelta(hours=1.5 * n)
    camera = CameraId(f"camera-{n % 3}")
    id_ = incident_id(camera, DANGER, TrackId(n), at)
    subject = f"es.incident.{id_}"
    kind, zone = dice.choice(list(RuleKind)), dice.choice((PIT, None))
    began = replace(opened(), incident_id=id_, camera_id=camera, kind=kind, zone_id=zone, track_id=TrackId(n))
    began = replace(began, first_seen=at, last_seen=at, opened_at=at, score=dice.random())
    assert isinstance(began, IncidentOpened)
    first: Event = dice.choice((ReviewRequested(0.5), ViolationRecognised(0.8), Dismissed(0.1)))
    yield subject, began, "rules", at
    yield subject, first, "rules", at
    for step in range(dice.randrange(7)):
        later = at + timedelta(days=dice.randrange(3), seconds=dice.randrange(4000) + 0.25 * step)
        yield subject, _act(dice), dice.choice(("anna", "boris")), later


def _act(dice: random.Random) -> Event:
    acts: tuple[Event, ...] = (
        ViolationConfirmed("anna"),
        MarkedFalsePositive("boris", "тень"),
        ReviewReopened("anna"),
        ReviewRequested(0.55),
        Commented("anna", "проверить угол"),
        Assigned("boris"),
        Assigned(None),
    )
    return dice.choice(acts)
