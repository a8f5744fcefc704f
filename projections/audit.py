"""Projection `audit`: who did what to which thing, and when: one row for each event (R135, R136).

A row keeps the machine's form: the stored name and the fields of the event. The sentence that a person reads is made
by the console. Names, addresses of persons and their words are left out: an auditor finds them where the row points.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from domain.contracts.addresses import masked
from domain.contracts.events import DeliveryRequested, IncidentOpened
from domain.contracts.personal import ACTOR, personal_fields
from domain.contracts.subjects import CONTEXTS
from projections.plain import as_json, plain
from projections.projection import Connection, Projected
from projections.statements import statements

SQL: Final = statements("audit")

NEEDED: Final = frozenset({"address", "reason", "note", "reviewer", "author", "assignee"})
"""Personal fields without which an entry says too little. They go with the person, like the actor's login."""

BULKY: Final[Mapping[type[Any], tuple[str, ...]]] = {
    IncidentOpened: ("box", "model_digest", "thresholds", "first_seen", "last_seen"),
    DeliveryRequested: ("text",),
}
"""Fields that a row leaves out beside the personal ones: nobody audits by them."""

SERVICES: Final = frozenset({"rules", "domain", "gateway", "custodian", "notary", "supervisor", "teacher", "demo"})
"""Who writes events without being a person, beside the producers, which are called after their cameras."""


class Audit:
    name = "audit"
    contexts = CONTEXTS
    tables = ("audit_entry",)

    def project(self, events: Sequence[Projected], connection: Connection) -> None:
        connection.execute(SQL["entries"], {"rows": as_json([_entry(event) for event in events])})

    def forget(self, context: str, aggregate_id: str, connection: Connection) -> None:
        connection.execute(SQL["forget"], {"entity": context, "id": aggregate_id})


def is_service(actor: str) -> bool:
    """Whether the envelope's `by` names a process, not a person's login."""
    return actor in SERVICES or actor.startswith("producer.")


def _entry(event: Projected) -> dict[str, Any]:
    envelope, fact = event.envelope, event.envelope.event
    withheld = {*personal_fields(type(fact)).keys() - NEEDED, *BULKY.get(type(fact), ())}
    return {
        "position": event.position,
        "at": envelope.at.isoformat(),
        "actor": envelope.by,
        "service": ACTOR not in envelope.owners and is_service(envelope.by),
        "entity": event.context,
        "entity_id": event.aggregate_id,
        "version": event.version,
        "name": event.name,
        "detail": {field: _shown(value) for field, value in plain(fact).items() if field not in withheld},
    }


def _shown(value: Any) -> Any:
    """An address of an older build may hold a login."""
    return masked(value) if isinstance(value, str) else value
