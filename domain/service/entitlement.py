"""Checks the rights of the person in whose name a command comes (R135): whoever hands it on is not trusted for that.

A command without a person is one of a process, or of who runs the machine: NATS's users say which of them sends what.
Rights are folded from the facts at each command; a role that was revoked a moment ago gives none.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from domain import camera, role, user
from domain.contracts.access import Right
from domain.contracts.commands import CONTEXT_OF, Order
from domain.contracts.events import (
    CameraEvent,
    IncidentOpened,
    RecordingStarted,
    RoleEvent,
    RulePublished,
    UserEvent,
    ZoneDrawn,
    decode_event,
)
from domain.contracts.identifiers import CameraId, RoleId, UserId
from domain.contracts.subjects import CAMERA, EVENTS, ROLE, USER, event_subject
from domain.refusals import RightMissing
from domain.rights import Place, covers, everywhere, limits_of
from domain.service.ledger import Ledger
from domain.service.needed import EVERYWHERE, GATEWAY, OF_PROCESSES, OF_THE_GATEWAY, ON_ITS_CAMERA
from infra.eventstore.envelope import TOPIC
from infra.nats.bridge import Bridge
from infra.nats.walking import walk

_NO_ROLE: role.State = role.Absent()
_NOBODY: user.State = user.Absent()


class Entitlement:
    """Asked by the command desk before anything is decided."""

    def __init__(self, bridge: Bridge, ledgers: Mapping[str, Ledger]) -> None:
        self._bridge, self._ledgers = bridge, ledgers

    def require(self, order: Order, aggregate_id: str) -> None:
        """Raises RightMissing; OperationalError, NatsAdapterError when the facts cannot be read."""
        kind = type(order.command)
        if order.person is None:
            if order.by == GATEWAY and kind not in OF_THE_GATEWAY:
                raise RightMissing(f"the gateway asks for {kind.__name__} in a person's name only")
            return
        if kind in OF_PROCESSES:
            raise RightMissing(f"{kind.__name__} is said by a process, not by a person")
        if kind in EVERYWHERE:
            self._require_everywhere(order.person, EVERYWHERE[kind])
        elif kind in ON_ITS_CAMERA:
            cameras = set(self._cameras(order, aggregate_id))
            self._require_on(order.person, ON_ITS_CAMERA[kind], cameras)

    def roles(self) -> dict[RoleId, role.State]:
        """All of them, as the facts say."""
        found: dict[RoleId, role.State] = {}
        for message in walk(self._bridge, EVENTS, event_subject(ROLE, ">")):
            role_id = RoleId(message.subject.rpartition(".")[2])
            event = cast("RoleEvent", decode_event(message.headers[TOPIC], message.data).event)
            found[role_id] = role.evolve(found.get(role_id, _NO_ROLE), event)
        return found

    def _require_everywhere(self, person: UserId, right: Right) -> None:
        if not (self._is_here(person) and everywhere(limits_of(person, right, self.roles().values()))):
            raise RightMissing(f"{right.value} on the whole plant is needed")

    def _require_on(self, person: UserId, right: Right, cameras: set[CameraId]) -> None:
        """cameras   none where the command is about what is not there: its decider says so, to who has the right"""
        limits = limits_of(person, right, self.roles().values())
        if not limits or not self._is_here(person):
            raise RightMissing(f"{right.value} is needed")
        if everywhere(limits):
            return
        for camera_id in cameras:
            if not covers(limits, self._place(camera_id)):
                raise RightMissing(f"{right.value} on camera {camera_id!r} is needed")

    def _is_here(self, person: UserId) -> bool:
        """Whether they are registered and not disabled."""
        state = _NOBODY
        for envelope in self._ledgers[USER].history(str(person)):
            state = user.evolve(state, cast("UserEvent", envelope.event))
        return isinstance(state, user.Registered) and not state.disabled

    def _cameras(self, order: Order, aggregate_id: str) -> Iterator[CameraId]:
        """The one that the command names, and the one that what it is about lies on so far."""
        named = getattr(order.command, "camera_id", None)
        if named is not None:
            yield CameraId(named)
        context = CONTEXT_OF[type(order.command)]
        if context == CAMERA:
            return
        for envelope in reversed(self._ledgers[context].history(aggregate_id)):
            match envelope.event:
                case ZoneDrawn() | RulePublished() | IncidentOpened() | RecordingStarted() as told:
                    yield told.camera_id
                    return

    def _place(self, camera_id: CameraId) -> Place:
        state: camera.Camera | None = None
        for envelope in self._ledgers[CAMERA].history(camera_id):
            state = camera.evolve(state, cast("CameraEvent", envelope.event))
        return Place(camera_id) if state is None else Place(camera_id, state.group_id, state.shop_id)
