"""POST, GET and DELETE /api/session: signing in, asking who one is, signing out."""

import logging
from datetime import datetime
from ipaddress import ip_address
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from gateway.guard import session_of
from gateway.services import services_of
from gateway.signin.sessions import COOKIE

log = logging.getLogger(__name__)

router = APIRouter(prefix="/api/session", tags=["session"])


class SignIn(BaseModel):
    login: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=256)]


class SignedIn(BaseModel):
    """Who is signed in, and until when."""

    login: str
    expires_at: datetime


class Problem(BaseModel):
    """code is a stable word that the console translates."""

    code: str
    message: str


@router.post(
    "",
    response_model=SignedIn,
    responses={401: {"model": Problem}, 403: {"model": Problem}, 429: {"model": Problem}},
)
async def sign_in(body: SignIn, request: Request, response: Response) -> object:
    """Opens a session and sets its cookie. Five wrong passwords lock the login for this address for a while."""
    services = services_of(request)
    address = request.client.host if request.client else ""
    if not (_is_private(request, address) or services.settings.allow_plain_http):
        return _problem(403, "https_required", "signing in over plain HTTP is allowed from this machine only")
    wait_s = services.attempts.begin(body.login, address)
    if wait_s > 0:
        log.warning("sign-in locked", extra={"login": body.login, "address": address, "wait_s": round(wait_s)})
        answer = _problem(429, "locked", "too many wrong passwords; try again later")
        answer.headers["Retry-After"] = str(ceil(wait_s))
        return answer
    if "\x00" in body.login or not await services.passwords.right(body.login, body.password):
        log.warning("sign-in failed", extra={"login": body.login, "address": address})
        return _problem(401, "invalid_credentials", "no such login, or a wrong password")
    services.attempts.succeeded(body.login, address)
    opened = await services.sessions.open(body.login, address)
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=services.sessions.lifetime_s,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    log.info("signed in", extra={"login": body.login, "address": address})
    return SignedIn(login=opened.session.login, expires_at=opened.session.expires_at)


@router.get("", responses={401: {"model": Problem}})
async def who_am_i(request: Request) -> SignedIn:
    """The signed-in person."""
    session = session_of(request)
    return SignedIn(login=session.login, expires_at=session.expires_at)


@router.delete("", status_code=204, responses={401: {"model": Problem}})
async def sign_out(request: Request, response: Response) -> None:
    """Ends the session: the cookie, open sockets and media links stop working."""
    await services_of(request).sessions.close(request.cookies[COOKIE])
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


def _is_private(request: Request, address: str) -> bool:
    return request.url.scheme == "https" or _is_loopback(address)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _problem(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"code": code, "message": message}, status_code=status)
