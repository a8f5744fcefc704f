"""Who may look into the machine: whoever holds the token for machines, or the right to view the system."""

from starlette.requests import HTTPConnection

from domain.contracts.access import Right
from gateway.errors import DatabaseBusy
from gateway.guard import session_if_any
from gateway.services import services_of


async def may_view_system(connection: HTTPConnection) -> bool:
    """No, while the database cannot say."""
    if connection.scope["state"].get("token"):
        return True
    session = session_if_any(connection)
    if session is None:
        return False
    try:
        access = await services_of(connection).rights.of(session.login)
    except DatabaseBusy:
        return False
    return access.everywhere(Right.VIEW_SYSTEM)
