"""Logins within the addresses of cameras, behind the host: found, masked, and left out of what is registered.

Some cameras ask for them there, as `?user=…&password=…` or `/user=…&password=…`. What is registered says `{user}` and
`{password}` in their place; the values are kept like any login, and are filled in where the camera is dialled.
"""

import re
from typing import Final
from urllib.parse import quote, unquote

USER: Final = "{user}"
PASSWORD: Final = "{password}"  # noqa: S105 - what stands for it
MASK: Final = "***"

_USERS: Final = ("user", "username", "user_name", "usr", "userid", "login", "loginuse")
_SECRETS: Final = (
    *("password", "passwd", "passwort", "pwd", "psw", "pass", "loginpas", "secret", "authbasic", "auth"),
    *(
        "token",
        "access_token",
        "accesstoken",
        "authtoken",
        "auth_token",
        "apikey",
        "api_key",
        "key",
        "sig",
        "signature",
    ),
)
_NAME: Final = r"(?P<before>[?&;/])(?P<name>[^=&;/?\s\"'<>]+)="
_IN_PATH: Final = re.compile(_NAME + r"(?P<value>[^&;/?#\s\"'<>]*)")
_ANYWHERE: Final = re.compile(_NAME + r"(?P<value>[^&;#\s\"'<>]*)")
"""In a query a slash may be part of a value."""


class LoginNotSplit(ValueError):
    """Which of several values is the password cannot be told: enter it by `kaska cameras login`."""


def has_login(address: str) -> bool:
    """Whether a value of a well-known name stands in the address itself, and no {user} or {password}."""
    return any(map(_is_told, _ANYWHERE.finditer(_behind_host(address))))


def has_place(address: str) -> bool:
    """Whether the address says where its login is to be filled in."""
    behind = _behind_host(address)
    return USER in behind or PASSWORD in behind


def filled(address: str, credentials: str | None) -> str:
    """The address with a login, `user:password`, in its place; with nothing there when there is none."""
    user, _, password = (credentials or "").partition(":")
    behind = _behind_host(address)
    known = behind.replace(USER, quote(user, safe="")).replace(PASSWORD, quote(password, safe=""))
    return address[: len(address) - len(behind)] + known


def masked(text: str) -> str:
    """A text without the values of well-known names in the addresses that are in it."""
    return _ANYWHERE.sub(lambda found: _written(found, MASK) if _is_told(found) else found[0], text)


def without_login(address: str) -> tuple[str, str | None]:
    """The address with {user} and {password} in the place of values, and these as `user:password`; None without any.

    Raises LoginNotSplit
    """
    told: dict[str, str] = {}

    def taken(found: re.Match[str]) -> str:
        if not _is_told(found):
            return found[0]
        mark = USER if _name(found) in _USERS else PASSWORD
        value = unquote(found["value"])
        if told.setdefault(mark, value) != value:
            raise LoginNotSplit("the address has more than one password or token: write {password} in its place")
        return _written(found, mark)

    behind = _behind_host(address)
    path, asks, query = behind.partition("?")
    left = _IN_PATH.sub(taken, path) + _ANYWHERE.sub(taken, asks + query)
    if ":" in told.get(USER, ""):
        raise LoginNotSplit("a login with a colon cannot be kept")
    login = f"{told.get(USER, '')}:{told.get(PASSWORD, '')}" if told else None
    return address[: len(address) - len(behind)] + left, login


def _behind_host(address: str) -> str:
    """Empty for what is no camera's address: a file may be called anything."""
    scheme, _, rest = address.partition("://")
    host = re.split(r"[/?]", rest, maxsplit=1)[0]
    return rest[len(host) :] if scheme.lower() in {"rtsp", "rtsps"} else ""


def _name(found: re.Match[str]) -> str:
    return unquote(found["name"]).lower()


def _is_told(found: re.Match[str]) -> bool:
    is_known = _name(found) in _USERS or _name(found) in _SECRETS
    return is_known and found["value"] not in {"", USER, PASSWORD}


def _written(found: re.Match[str], value: str) -> str:
    return f"{found['before']}{found['name']}={value}"
