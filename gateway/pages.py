"""The built console: index.html with a nonce for its styles, and its files. Readable without a session."""

import re
import secrets
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from gateway.errors import ConsoleNotBuilt
from gateway.services import services_of

router = APIRouter(include_in_schema=False)

NONCE: Final = "__CSP_NONCE__"
"""Stands in the built index.html where the nonce goes."""

_PAGE = re.compile(
    r"/|/(?:sign-in|incidents|cameras|recordings|ledger|vehicles|people|faces|what-if|audit|statistics)"
    r"(?:/[A-Za-z0-9-]{1,64})?"
    r"|/incidents/[A-Za-z0-9-]{1,64}/passport"
    r"|/cameras/[A-Za-z0-9-]{1,64}/setup"
)
_FILE = re.compile(r"/(?:favicon\.svg|assets/[A-Za-z0-9_-][A-Za-z0-9._-]{0,120})")
_FOR_EVER = "public, max-age=31536000, immutable"
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
}


def is_page(path: str) -> bool:
    """Whether the path is the console's: nothing but files that every installation shares is behind it."""
    return bool(_PAGE.fullmatch(path) or _FILE.fullmatch(path))


def page_policy(nonce: str) -> str:
    """The content security policy of the console's page."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


@router.get("/")
@router.get("/sign-in")
@router.get("/incidents")
@router.get("/incidents/{_id}")
@router.get("/incidents/{_id}/passport")
@router.get("/cameras")
@router.get("/cameras/{_id}")
@router.get("/cameras/{_id}/setup")
@router.get("/recordings")
@router.get("/ledger")
@router.get("/vehicles")
@router.get("/vehicles/{_id}")
@router.get("/people")
@router.get("/faces")
@router.get("/faces/{_id}")
@router.get("/what-if")
@router.get("/what-if/{_id}")
@router.get("/audit")
@router.get("/statistics")
def page(request: Request) -> Response:
    """Every page of the console is the same document; the browser decides by the address."""
    index = services_of(request).settings.console_dir / "index.html"
    if not index.is_file():
        return HTMLResponse(f"<p>{ConsoleNotBuilt.__doc__}</p>", status_code=503)
    nonce = secrets.token_urlsafe(16)
    headers = {"Content-Security-Policy": page_policy(nonce), "Cache-Control": "no-cache"}
    return HTMLResponse(index.read_text(encoding="utf-8").replace(NONCE, nonce), headers=headers)


@router.get("/favicon.svg")
@router.get("/assets/{_name}")
def file(request: Request) -> Response:
    """A file of the build; its name holds its hash. The packed form is sent to browsers that take it."""
    path = request.url.path
    found = services_of(request).settings.console_dir / path.removeprefix("/")
    kind = _TYPES.get(found.suffix)
    if not _FILE.fullmatch(path) or kind is None or not found.is_file():
        return Response(status_code=404)
    headers = {"Cache-Control": _FOR_EVER if path.startswith("/assets/") else "no-cache", "Vary": "Accept-Encoding"}
    packed = Path(f"{found}.gz")
    if "gzip" in request.headers.get("accept-encoding", "") and packed.is_file():
        return FileResponse(packed, media_type=kind, headers=headers | {"Content-Encoding": "gzip"})
    return FileResponse(found, media_type=kind, headers=headers)
