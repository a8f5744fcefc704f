"""The embedded nats-server: durable JetStream, one user per process, each with no more than it needs.

DESIGN.md, section Streams: only `domain` may publish to `es.>`, only `notary` to `audit.>`; no service user may update,
delete, purge or restore a stream, because `deny_delete` alone does not stop an update of `max_age`.
"""

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from infra.embedded import EnvironmentTrouble
from infra.embedded.child import Launch
from infra.embedded.ports import LOOPBACK
from infra.embedded.programs import beside_python
from infra.embedded.secrets import passwords
from infra.settings import write_secret

ADMIN: Final = "admin"
OLDEST: Final = (2, 12)
"""Older servers accept the flags of atomic batches in silence and ignore them."""

STORE_LIMIT: Final = 100 * 2**40
"""Sum of the streams' limits, not of the disk: the server refuses streams beyond it."""

READ_EVENTS: Final = ("$JS.API.DIRECT.GET.EVENTS", "$JS.API.DIRECT.GET.EVENTS.>")
READ_DETECTIONS: Final = ("$JS.API.DIRECT.GET.DETECTIONS", "$JS.API.DIRECT.GET.DETECTIONS.>")
READ_OBSERVATIONS: Final = ("$JS.API.DIRECT.GET.OBSERVATIONS", "$JS.API.DIRECT.GET.OBSERVATIONS.>")
READ_SNAPSHOTS: Final = ("$JS.API.DIRECT.GET.SNAPSHOTS", "$JS.API.DIRECT.GET.SNAPSHOTS.>")
READ_AUDIT: Final = ("$JS.API.DIRECT.GET.AUDIT", "$JS.API.DIRECT.GET.AUDIT.>", "$JS.API.STREAM.MSG.GET.AUDIT")
READ_LEASES: Final = ("$JS.API.DIRECT.GET.LEASES", "$JS.API.DIRECT.GET.LEASES.>")
READ_PARKED: Final = ("$JS.API.DIRECT.GET.PARKED", "$JS.API.DIRECT.GET.PARKED.>")
READ_KEYS: Final = ("$JS.API.DIRECT.GET.KEYS", "$JS.API.DIRECT.GET.KEYS.>", "$JS.API.STREAM.MSG.GET.KEYS")
ERASE_KEYS: Final = ("key.*", "$JS.API.STREAM.MSG.DELETE.KEYS")
LEADER_READ: Final = tuple(f"$JS.API.STREAM.MSG.GET.{stream}" for stream in ("EVENTS", "DETECTIONS", "SNAPSHOTS"))
CREATE: Final = tuple(f"$JS.API.STREAM.CREATE.{stream}" for stream in ("EVENTS", "DETECTIONS", "SNAPSHOTS"))
EVERYONE_PUBLISHES: Final = ("vitals.>", "$JS.API.INFO", "$JS.API.STREAM.INFO.*", "$JS.API.STREAM.NAMES")
EVERYONE_SUBSCRIBES: Final = ("_INBOX.>",)


@dataclass(frozen=True)
class Rights:
    """Subjects that a user may publish to and subscribe to; `answers` allows replies to requests it received."""

    publish: tuple[str, ...] = ()
    subscribe: tuple[str, ...] = ()
    answers: bool = False


SERVICES: Final[Mapping[str, Rights]] = {
    "domain": Rights(
        (
            *("es.>", "es-snap.>", "obs.*.zone_visit", "obs.*.vehicle_passage", "opened.*"),
            *(*READ_EVENTS, *READ_DETECTIONS, *READ_OBSERVATIONS, *READ_SNAPSHOTS, *LEADER_READ, *CREATE),
            *(*READ_KEYS, *ERASE_KEYS),
        ),
        ("cmd.>", "es-live.>", "det-live.>"),
        answers=True,
    ),
    "inference": Rights(("det.>", "obs.*.coverage", "obs.*.quality", "obs.*.plate", *READ_EVENTS), ("es-live.>",)),
    "faces": Rights(("obs.*.face", *READ_EVENTS, *READ_KEYS)),
    "node": Rights(("lease.>", *READ_LEASES, *READ_EVENTS), ("es-live.>", "live.ask.*"), answers=True),
    "archive": Rights(("det.>", "obs.*.plate", "obs.*.quality", *READ_EVENTS, *READ_DETECTIONS), ("es-live.>",)),
    "producer": Rights(
        ("cmd.incident", "cmd.recording", *READ_EVENTS, *READ_DETECTIONS), ("es-live.>", "det-live.>", "opened.*")
    ),
    "projections": Rights(
        (
            *("parked.projection.*", "cmd.guard"),
            *(*READ_EVENTS, *READ_DETECTIONS, *READ_OBSERVATIONS, *READ_PARKED, *READ_KEYS),
        ),
        ("es-live.>", "det-live.>", "obs-live.>"),
    ),
    "notary": Rights(
        ("audit.>", "cmd.audit", "cmd.guard", *READ_EVENTS, *READ_AUDIT), ("cmd.audit", "es-live.>"), answers=True
    ),
    "replay": Rights(("replay-live.*", *READ_EVENTS, *READ_DETECTIONS), ("replay.*",), answers=True),
    "custodian": Rights(("cmd.incident", "cmd.recording", *READ_EVENTS, *READ_DETECTIONS), ()),
    "inquiry": Rights(
        (*READ_EVENTS, *READ_DETECTIONS, *READ_AUDIT, *READ_KEYS), ("ask.passport", "ask.incident"), answers=True
    ),
    "teacher": Rights(("cmd.zone", *READ_EVENTS), ("teach.*", "es-live.>"), answers=True),
    "gateway": Rights(
        (
            *("cmd.>", "replay.*", "teach.*", "ask.passport", "ask.incident", "live.ask.*"),
            *(*READ_EVENTS, *READ_DETECTIONS, *READ_LEASES),
        ),
        ("es-live.>", "det-live.>", "vitals.>", "replay-live.*"),
    ),
}
USERS: Final = (ADMIN, *SERVICES)


@dataclass(frozen=True)
class NatsServer:
    """One nats-server of a home.

    home     data in `<home>/nats`, configuration with passwords in `<home>/secrets`
    durable  fsync before each acknowledgement; off only where a test measures something else
    """

    home: Path
    port: int
    durable: bool = True
    name: str = "nats"
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, home: Path, port: int, *, durable: bool = True) -> "NatsServer":
        return cls(home, port, durable, passwords=passwords(home, "nats-users", USERS))

    def url(self, user: str) -> str:
        """`nats://user:password@127.0.0.1:port` of `admin` or of a service."""
        return f"nats://{user}:{self.passwords[user]}@{LOOPBACK}:{self.port}"

    def launch(self) -> Launch:
        path = self.home / "secrets" / "nats.conf"
        write_secret(path, json.dumps(self._configuration(), indent=1))
        return Launch("nats", (beside_python("nats-server"), "-c", str(path)), stop_limit_s=15.0)

    def is_ready(self) -> bool:
        """Raises EnvironmentTrouble when a server answers that lacks what the event store needs."""
        greeting = self._greeting()
        if greeting is None:
            return False
        version = str(greeting.get("version", "0"))
        if tuple(int(part) for part in version.partition("-")[0].split(".")[:2]) < OLDEST:
            raise EnvironmentTrouble(f"nats-server {version} is too old, 2.12 or newer is needed.")
        return bool(greeting.get("jetstream"))

    def _greeting(self) -> dict[str, Any] | None:
        try:
            with socket.create_connection((LOOPBACK, self.port), 0.5) as connection:
                line = connection.makefile("rb").readline()
        except OSError:
            return None
        if not line.startswith(b"INFO "):
            return None
        greeting: dict[str, Any] = json.loads(line[5:])
        return greeting

    def _configuration(self) -> dict[str, Any]:
        store = self.home / "nats"
        jetstream: dict[str, Any] = {"store_dir": str(store), "max_file_store": STORE_LIMIT}
        if self.durable:
            jetstream["sync_interval"] = "always"
        return {
            "server_name": "kaska",
            "host": LOOPBACK,
            "port": self.port,
            "jetstream": jetstream,
            "authorization": {"users": [self._user(name) for name in USERS]},
        }

    def _user(self, name: str) -> dict[str, Any]:
        entry: dict[str, Any] = {"user": name, "password": self.passwords[name]}
        if name == ADMIN:
            return entry
        rights = SERVICES[name]
        permissions: dict[str, Any] = {
            "publish": {"allow": [*rights.publish, *EVERYONE_PUBLISHES]},
            "subscribe": {"allow": [*rights.subscribe, *EVERYONE_SUBSCRIBES]},
        }
        if rights.answers:
            permissions["allow_responses"] = {"max": 1, "expires": "1m"}
        return entry | {"permissions": permissions}
