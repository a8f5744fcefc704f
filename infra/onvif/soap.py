"""Questions to an ONVIF device: SOAP 1.2 over HTTP, with a digest of the password that holds for seconds only.

WS-Security UsernameToken Profile 1.0, and HTTP Digest where the device asks for that. Everything is bounded: a device
that answers slowly, endlessly, elsewhere or with nonsense costs an error (FAULTS C16).
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import httpx

from infra.onvif import OnvifError, OnvifRefused
from infra.onvif.xml import every, parsed, text

MOST_BYTES: Final = 1 << 20
DEVICE: Final = "http://www.onvif.org/ver10/device/wsdl"
MEDIA: Final = "http://www.onvif.org/ver10/media/wsdl"
SCHEMA: Final = "http://www.onvif.org/ver10/schema"
SECURITY: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
UTILITY: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
DIGEST: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
BASE64: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
WRONG_LOGIN: Final = "the device refuses the user name or password"
REFUSALS: Final = ("notauthorized", "failedauthentication", "failedcheck", "invalidsecurity")


@dataclass(frozen=True, slots=True)
class Login:
    user: str
    password: str = field(repr=False)


class Soap:
    """One device's questions. `ahead` is how far its clock runs before ours: it refuses tokens of another time."""

    def __init__(self, client: httpx.AsyncClient, login: Login | None) -> None:
        self._client, self._login = client, login
        self.ahead = timedelta()

    async def ask(
        self, url: str, namespace: str, question: str, body: str = "", *, open_to_all: bool = False
    ) -> Element:
        """The body of the answer. Raises OnvifError, OnvifRefused."""
        login = None if open_to_all else self._login
        header = "" if login is None else security(login, datetime.now(UTC) + self.ahead, secrets.token_bytes(16))
        envelope = (
            '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
            f'<s:Header>{header}</s:Header><s:Body><q:{question} xmlns:q="{namespace}" xmlns:tt="{SCHEMA}">{body}'
            f"</q:{question}></s:Body></s:Envelope>"
        )
        kind = f'application/soap+xml; charset=utf-8; action="{namespace}/{question}"'
        status, data = await self._post(url, envelope.encode(), kind, login)
        if status in {401, 403}:
            raise OnvifRefused(WRONG_LOGIN if login else "the device asks for a user name and a password")
        root = parsed(data)
        if next(every(root, "Fault"), None) is not None:
            raise _fault(root)
        if status != 200:
            raise OnvifError(f"the device answers with HTTP {status}")
        return root

    async def _post(self, url: str, data: bytes, kind: str, login: Login | None) -> tuple[int, bytes]:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise OnvifError("a device's service is reached over http:// or https://")
        auth = None if login is None else httpx.DigestAuth(login.user, login.password)
        request = self._client.build_request("POST", url, content=data, headers={"Content-Type": kind})
        try:
            answer = await self._client.send(request, stream=True, auth=auth, follow_redirects=False)
            try:
                return answer.status_code, await _bounded(answer)
            finally:
                await answer.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise OnvifError(f"the device does not answer: {type(error).__name__}") from error


def security(login: Login, created: datetime, nonce: bytes) -> str:
    """The header: Base64(SHA-1(nonce + created + password)), as the profile prescribes; it never holds the password."""
    at = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.sha1(nonce + at.encode() + login.password.encode(), usedforsecurity=False).digest()
    return (
        f'<w:Security xmlns:w="{SECURITY}" xmlns:u="{UTILITY}" s:mustUnderstand="1"><w:UsernameToken>'
        f"<w:Username>{escape(login.user)}</w:Username>"
        f'<w:Password Type="{DIGEST}">{base64.b64encode(digest).decode()}</w:Password>'
        f'<w:Nonce EncodingType="{BASE64}">{base64.b64encode(nonce).decode()}</w:Nonce>'
        f"<u:Created>{at}</u:Created></w:UsernameToken></w:Security>"
    )


async def _bounded(answer: httpx.Response) -> bytes:
    data = bytearray()
    async for part in answer.aiter_bytes():
        data += part
        if len(data) > MOST_BYTES:
            raise OnvifError(f"the device answers with more than {MOST_BYTES} bytes")
    return bytes(data)


def _fault(root: Element) -> OnvifError:
    codes = " ".join(text(value) or (value.text or "") for value in every(root, "Value"))
    reason = text(root, "Fault", "Reason", "Text") or text(root, "Fault", "faultstring") or "without a reason"
    said = (codes + reason).lower().replace(" ", "")
    if any(word in said for word in REFUSALS):
        return OnvifRefused(WRONG_LOGIN)
    return OnvifError(f"the device refuses: {reason[:200]}")
