"""What a resolver may use: who asks, the services, and data loaders that live as long as the request."""

import asyncio
from functools import cached_property

from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket
from strawberry import Info
from strawberry.fastapi import BaseContext

from gateway.graph.loaders import Loaders
from gateway.guard import session_of
from gateway.rights import Access
from gateway.services import Services, services_of
from gateway.signin.rows import Session


class GraphContext(BaseContext):
    """The context of one request, or of one socket with all its subscriptions."""

    def __init__(self, connection: HTTPConnection) -> None:
        super().__init__()
        self.services: Services = services_of(connection)
        self.session: Session = session_of(connection)
        self.is_socket = isinstance(connection, WebSocket)
        self._access: asyncio.Task[Access] | None = None

    async def access(self) -> Access:
        """What the person may do: read once for a request, and at most 2 s old on a socket. Raises DatabaseBusy."""
        if self.is_socket:
            return await self.services.rights.recent(self.session.login)
        if self._access is None:
            self._access = asyncio.ensure_future(self.services.rights.of(self.session.login))
        return await self._access

    @cached_property
    def _loaders(self) -> Loaders:
        return Loaders(self.services.database, self.access)

    @property
    def loaders(self) -> Loaders:
        """A socket lives for hours: it gets fresh loaders each time, so that it never shows an old row."""
        return Loaders(self.services.database, self.access) if self.is_socket else self._loaders


async def context_of(connection: HTTPConnection) -> GraphContext:
    return GraphContext(connection)


GraphInfo = Info[GraphContext, None]
