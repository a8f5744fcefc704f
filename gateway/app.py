"""The application: routes inside, the door and the limits around them. Nothing connects here."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp

from gateway import docs, health, live, machine_pictures, media, metrics, pages
from gateway.answers import Measured, SecurityHeaders
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.router import graphql_router
from gateway.guard import Guard
from gateway.services import Services
from gateway.signin import routes as signin
from gateway.webrtc import whep

VERSION = "0.1.0"
MOST_PROBLEMS = 5
LARGEST_BODY = 64 * 1024
CLIENT_CLOSED_REQUEST = 499


def application(services: Services) -> ASGIApp:
    """The whole gateway as an ASGI application."""
    return guarded(routes(services), services)


def guarded(app: ASGIApp, services: Services) -> ASGIApp:
    """Layers, from the outside in: measures, headers, the door."""
    return Measured(SecurityHeaders(Guard(app, services)), services.measures)


def routes(services: Services) -> FastAPI:
    """All routes, unguarded: for `application` and for the test that walks over them."""
    app = FastAPI(
        title="Kaska", version=VERSION, docs_url=None, redoc_url=None, openapi_url=None, max_body_size=LARGEST_BODY
    )
    app.state.services = services
    app.add_exception_handler(DatabaseBusy, _busy)
    app.add_exception_handler(RequestValidationError, _refused)
    app.add_exception_handler(ClientDisconnect, _gone)
    for module in (signin, media, live, whep, machine_pictures, health, metrics, docs):
        app.include_router(module.router)
    app.include_router(graphql_router(), prefix="/graphql", include_in_schema=False)
    app.include_router(pages.router)
    return app


async def _busy(_request: Request, _error: Exception) -> JSONResponse:
    body = {"code": DatabaseBusy.code, "message": "the database does not answer; try again"}
    return JSONResponse(body, status_code=503, headers={"Retry-After": "2"})


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    """Names the fields and never repeats what was sent: it may be a password."""
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    message = "; ".join(f"{'.'.join(map(str, p['loc']))}: {p['msg']}" for p in problems[:MOST_PROBLEMS])
    return JSONResponse({"code": InputRefused.code, "message": message}, status_code=422)


async def _gone(_request: Request, _error: Exception) -> Response:
    return Response(status_code=CLIENT_CLOSED_REQUEST)
