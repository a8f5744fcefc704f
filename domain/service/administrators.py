"""Gives the built-in administrators' role the rights that are new in this build; once, at the start of the service."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast
from uuid import UUID, uuid5

from domain import role
from domain.contracts.access import ADMINISTRATOR, Right
from domain.contracts.commands import DefineRole
from domain.contracts.events import Envelope, Event, RoleDefined, RoleEvent
from domain.contracts.identifiers import CommandId
from domain.contracts.personal import ACTOR
from domain.service.ledger import Ledger

log = logging.getLogger(__name__)

BY: Final = "domain"
FOUNDER: Final = "gateway"
"""Who defines the role at the first start of an installation, with all rights that its build knows."""

_NAMESPACE: Final = UUID("6b617368-6b61-4000-8000-72696768747e")


def give_new_rights(roles: Ledger, at: datetime) -> tuple[Right, ...]:
    """The rights that were given, in an ordinary event of the service's own; none where none is new.

    All of them, those about persons (`view_faces`, `view_plates`) as well. The administrator of a new installation has
    them, and two installations of one build shall not differ by their age; whoever manages access can give them to
    themselves at any time, so that keeping them back would protect nobody. What protects persons: faces and plates are
    off until the operator of the machine switches them on; the history says who was given the right and when; a person
    may take it away, and a right that the role once had and has no more is not given again.
    Raises OperationalError, IntegrityError
    """
    history = roles.history(ADMINISTRATOR)
    if not _is_built_in(history):
        return ()
    missing = _new_rights([each.event for each in history])
    if not missing:
        return ()
    command_id = CommandId(str(uuid5(_NAMESPACE, " ".join(missing))))
    position = roles.execute(ADMINISTRATOR, command_id, BY, at, _given)
    if position is None:
        return ()
    log.warning(
        "the administrators' role is given the rights that are new in this build",
        extra={"rights": [right.value for right in missing], "position": position},
    )
    return missing


def _is_built_in(history: Sequence[Envelope]) -> bool:
    """Whether the installation itself made the role; one that a person made is that person's business."""
    return bool(history) and history[0].by == FOUNDER and ACTOR not in history[0].owners


def _given(events: Sequence[Event]) -> list[RoleEvent]:
    state: role.State = role.Absent()
    for event in events:
        state = role.evolve(state, cast("RoleEvent", event))
    missing = _new_rights(events)
    if not isinstance(state, role.Defined) or not missing:
        return []
    now = state.definition
    return role.decide(DefineRole(ADMINISTRATOR, now.name, (*now.rights, *missing), now.scope), state)


def _new_rights(events: Sequence[Event]) -> tuple[Right, ...]:
    """Those that the role has never had."""
    known = {right for event in events if isinstance(event, RoleDefined) for right in event.rights}
    return tuple(right for right in Right if right not in known)
