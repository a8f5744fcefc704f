"""Identifiers as they come in arguments."""

from uuid import UUID


def incident_id(text: str) -> UUID | None:
    """None for what cannot be the id of an incident: answered like one that does not exist."""
    try:
        return UUID(text)
    except ValueError:
        return None


passage_id = incident_id
"""Both are UUIDs."""
