"""The door: every request and socket needs a live session, except what is named here."""

import asyncio
import hmac
import logging
from collections import Counter
from http.cookies import CookieError, SimpleCookie
from typing import cast
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import DatabaseBusy
from gateway.pages import is_page
from gateway.services import Services
from gateway.signin.rows import Session
from gateway.signin.sessions import COOKIE

log = logging.getLogger(__name__)

SIGN_IN = ("POST", "/api/session")
HEALTH = "/healthz"
TOKEN_PATHS = frozenset({HEALTH, "/metrics"})
SOCKET_PATH = "/graphql"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SOCKETS_PER_LOGIN = 32
RECHECK_S = 20.0
UNAUTHORIZED = 4401


def session_of(connection: HTTPConnection) -> Session:
    """The session that the guard let in. Only for what needs one: KeyError elsewhere."""
    return cast(Session, connection.scope["state"]["session"])


def session_if_any(connection: HTTPConnection) -> Session | None:
    """For what answers without a session too."""
    return cast("Session | None", connection.scope["state"].get("session"))


class Guard:
    """ASGI middleware. `scope["state"]["session"]` is the session of whoever came in."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services
        self._sockets: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._http(scope, receive, send)
            case "websocket":
                await self._socket(scope, receive, send)
            case _:
                await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, method, path = Headers(scope=scope), scope["method"], scope["path"]
        if method not in SAFE_METHODS and not self._same_origin(headers, needed=False):
            await _answer(403, "foreign_origin", "requests from other sites are refused")(scope, receive, send)
            return
        try:
            session = await self._services.sessions.find(_cookie(headers))
        except DatabaseBusy:
            session = None
            if not _is_public(method, path):
                busy = _answer(503, DatabaseBusy.code, "the database does not answer; try again")
                busy.headers["Retry-After"] = "2"
                await busy(scope, receive, send)
                return
        token = path in TOKEN_PATHS and self._has_token(headers)
        if session is None and not token and not _is_public(method, path):
            await _answer(401, "signed_out", "sign in first")(scope, receive, send)
            return
        scope.setdefault("state", {}).update(session=session, token=token)
        await self._app(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        token = _cookie(headers)
        session = await self._session_for_socket(headers, scope["path"], token)
        if session is None or self._sockets[session.login] >= SOCKETS_PER_LOGIN:
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        scope.setdefault("state", {}).update(session=session, token=False)
        self._sockets[session.login] += 1
        self._services.measures.sockets.inc()
        try:
            await self._serve_while_signed_in(scope, receive, send, token)
        finally:
            self._sockets[session.login] -= 1
            self._services.measures.sockets.dec()

    async def _session_for_socket(self, headers: Headers, path: str, token: str | None) -> Session | None:
        if path != SOCKET_PATH or not self._same_origin(headers, needed=True):
            return None
        try:
            return await self._services.sessions.find(token)
        except DatabaseBusy:
            return None

    async def _serve_while_signed_in(self, scope: Scope, receive: Receive, send: Send, token: str | None) -> None:
        """Runs the socket; ends it when the session is gone (FAULTS F5, D7)."""
        serving = asyncio.ensure_future(self._app(scope, receive, _quiet_after_close(send)))
        try:
            while not (await asyncio.wait({serving}, timeout=RECHECK_S))[0]:
                if not await self._still_signed_in(token):
                    await send({"type": "websocket.close", "code": UNAUTHORIZED, "reason": "signed out"})
                    return
            await serving
        finally:
            if not serving.done():
                serving.cancel()
                await asyncio.wait({serving})

    async def _still_signed_in(self, token: str | None) -> bool:
        try:
            return await self._services.sessions.find(token) is not None
        except DatabaseBusy:
            return True  # asked again in a moment; the socket only tells what the session was let in for

    def _same_origin(self, headers: Headers, *, needed: bool) -> bool:
        origin = headers.get("origin")
        if origin is None:
            return not needed
        if origin in self._services.settings.public_origins:
            return True
        return urlsplit(origin).netloc == headers.get("host") and bool(urlsplit(origin).netloc)

    def _has_token(self, headers: Headers) -> bool:
        wanted = self._services.settings.metrics_token
        given = headers.get("authorization", "")
        return wanted is not None and hmac.compare_digest(
            given.encode(), f"Bearer {wanted.get_secret_value()}".encode()
        )


def _is_public(method: str, path: str) -> bool:
    return (method, path) == SIGN_IN or (method in SAFE_METHODS and (path == HEALTH or is_page(path)))


def _cookie(headers: Headers) -> str | None:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return None
    return jar[COOKIE].value if COOKIE in jar else None


def _quiet_after_close(send: Send) -> Send:
    closed = False

    async def guarded(message: Message) -> None:
        nonlocal closed
        if not closed:
            await send(message)
        closed = closed or message["type"] == "websocket.close"

    return guarded


def _answer(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"code": code, "message": message}, status_code=status)
