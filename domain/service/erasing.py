"""Erasing a person: rights are checked, their roles go, the fact is recorded, then their key is destroyed.

The fact comes before the destruction: after a crash between the two, `resume` finds the fact and finishes.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from domain import role, user
from domain.contracts.commands import ErasePerson, Order, RevokeRole
from domain.contracts.events import NAMES, UserErased
from domain.contracts.identifiers import CommandId, RoleId, UserId
from domain.contracts.subjects import EVENTS, KEYS, ROLE, USER, event_subject, key_subject
from domain.service.entitlement import Entitlement
from domain.service.folding import fold
from domain.service.ledger import Fold, Ledger
from infra.eventstore.envelope import TOPIC
from infra.nats.bridge import Bridge
from infra.nats.direct import get_last
from infra.nats.walking import walk
from infra.persons.keeper import KeyKeeper

log = logging.getLogger(__name__)


class Eraser:
    """The only one who has keys of persons destroyed."""

    def __init__(self, bridge: Bridge, ledgers: Mapping[str, Ledger], keys: KeyKeeper) -> None:
        self._bridge, self._ledgers, self._keys = bridge, ledgers, keys
        self._entitlement = Entitlement(bridge, ledgers)

    def is_erased(self, person: UserId | None) -> bool:
        """Whether nothing may be recorded in this person's name any more."""
        return person is not None and self._keys.is_erased(person)

    def erase(self, order: Order, command: ErasePerson, at: datetime) -> int | None:
        """The position of the fact; None when this very command was carried out before.

        Raises  a Refusal; OperationalError, NatsAdapterError: the same command may then be sent again
        """
        person = command.user_id
        history = self._ledgers[USER].history(str(person))
        if any(e.command_id == order.command_id for e in history):
            self._keys.erase(person, at)
            return None
        self._entitlement.require(order, str(person))
        roles = self._entitlement.roles()
        erasure = fold(_NOBODY, user.evolve, lambda state: user.decide(command, state, order.by, order.person))
        erasure([e.event for e in history])
        self._revoke_all(order, person, roles, at)
        with self._keys.held_back(person):
            position = self._ledgers[USER].execute(
                str(person), order.command_id, order.by, at, erasure, person=order.person
            )
        self._keys.erase(person, at)
        log.info("person erased", extra={"person": str(person), "position": position})
        return position

    def resume(self, at: datetime) -> list[UserId]:
        """Destroys the keys of those whose erasure is recorded; returns those whom a crash had left."""
        left = []
        for message in walk(self._bridge, KEYS, key_subject("*")):
            person = UserId(UUID(message.subject.partition(".")[2]))
            last = self._bridge.run(get_last(self._bridge.nc, EVENTS, event_subject(USER, str(person))))
            recorded = last is not None and NAMES.get(last.headers[TOPIC]) is UserErased
            if recorded and not self._keys.is_erased(person):
                self._keys.erase(person, at)
                left.append(person)
        if left:
            log.warning("erasures that a crash had interrupted are done", extra={"persons": [str(p) for p in left]})
        return left

    def _revoke_all(self, order: Order, person: UserId, roles: Mapping[RoleId, role.State], at: datetime) -> None:
        """Whoever is erased holds no role; the last administrator is refused before any other role is revoked."""
        held = [id_ for id_, state in roles.items() if isinstance(state, role.Defined) and person in state.holders]
        for role_id in held:
            role.decide(RevokeRole(role_id, person), roles[role_id])
        for role_id in held:
            command_id = CommandId(f"{order.command_id}-{role_id}")
            self._ledgers[ROLE].execute(
                role_id, command_id, order.by, at, _revocation(role_id, person), person=order.person
            )


def _revocation(role_id: RoleId, person: UserId) -> Fold:
    return fold(_NO_ROLE, role.evolve, lambda state: role.decide(RevokeRole(role_id, person), state))


_NOBODY: user.State = user.Absent()
_NO_ROLE: role.State = role.Absent()
