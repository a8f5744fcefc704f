"""What each process is started with: its command and its settings, with the secrets of its own role only."""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.allocation import FRUGAL
from infra.checkout import CHECKOUT
from infra.detectors import DetectorKind
from infra.embedded.child import Launch
from infra.embedded.nats import NatsServer
from infra.embedded.postgres import GATEWAY, PROJECTIONS, PostgresServer
from infra.embedded.s3 import S3Server
from infra.embedded.secrets import passwords
from infra.keeping import Keeping
from infra.settings import write_secret
from infra.supervisor.keeper import Prepare

STOP_LIMIT_S = 10.0


@dataclass(frozen=True)
class Surroundings:
    """The servers that the processes of one home use."""

    home: Path
    frames_dir: Path
    nats: NatsServer
    postgres: PostgresServer
    s3: S3Server
    console_host: str
    console_port: int
    plant_tz: str
    detector: DetectorKind
    keeping: Keeping
    has_own_cameras: bool = False
    """Cameras of this machine itself are there: the demo's and a bench's."""

    node: str | None = None
    """Name of this home among several nodes."""

    @property
    def console_url(self) -> str:
        host = "127.0.0.1" if self.console_host == "0.0.0.0" else self.console_host  # noqa: S104 - only compared
        return f"http://{host}:{self.console_port}/"

    def domain(self) -> Prepare:
        return self._python("domain", "domain.service", self._common("domain") | self.keeping.environment())

    def projections(self) -> Prepare:
        return self._python("projections", "projections", self._common("projections") | self._dsn(PROJECTIONS))

    def inference(self) -> Prepare:
        settings = self._common("inference") | self._objects() | self._reads() | {"KASKA_DETECTOR": self.detector.value}
        settings |= self._faces()
        if self.node is not None:
            settings["KASKA_NODE"] = self.node
        return self._python("inference", "inference", settings)

    def teacher(self) -> Prepare:
        return self._python("teacher", "inference.machines.desk", self._common("teacher"))

    def notary(self) -> Prepare:
        return self._python("notary", "domain.notary", self._common("notary") | self._objects())

    def replay(self) -> Prepare:
        return self._python("replay", "domain.replay.desk", self._common("replay") | self._objects())

    def custodian(self) -> Prepare:
        keys = self.s3.custodian_keys()
        store = {"KASKA_S3_ACCESS_KEY": keys["access_key"], "KASKA_S3_SECRET_KEY": keys["secret_key"]}
        settings = self._common("custodian") | self._objects() | store | self.keeping.environment()
        return self._python("custodian", "domain.custodian", settings)

    def inquiry(self) -> Prepare:
        return self._python("inquiry", "domain.inquiry", self._common("inquiry") | self._objects() | self._reads())

    def gateway(self, admin_password: str | None) -> Prepare:
        own = {
            "KASKA_GATEWAY_HOST": self.console_host,
            "KASKA_GATEWAY_PORT": str(self.console_port),
            "KASKA_LINK_SECRET": passwords(self.home, "media-links", ("key",))["key"],
        }
        if self.node is not None:
            own["KASKA_NODE"] = self.node
        if admin_password is not None:
            own["KASKA_ADMIN_PASSWORD"] = admin_password
        return self._python("gateway", "gateway", self._common("gateway") | self._dsn(GATEWAY) | self._objects() | own)

    def producer(self, camera_id: str) -> Prepare:
        settings = self._common("producer") | self._objects() | FRUGAL | {"OPENBLAS_NUM_THREADS": "1"}
        if self.has_own_cameras:
            settings["KASKA_CAMERA_LOOPBACK"] = "true"
        return self._python(f"producer.{camera_id}", "producers", settings, "--camera", camera_id)

    def archive_analysis(self, camera_id: str) -> Prepare:
        settings = self._common("archive") | {"KASKA_DETECTOR": self.detector.value} | self._faces()
        return self._python(f"archive.{camera_id}", "inference.archive", settings, "--camera", camera_id)

    def archive_evidence(self, camera_id: str) -> Prepare:
        settings = self._common("producer") | self._objects()
        return self._python(f"archive-evidence.{camera_id}", "producers.archive", settings, "--camera", camera_id)

    def _common(self, user: str) -> dict[str, str]:
        return {
            "KASKA_HOME": str(self.home),
            "KASKA_FRAMES_DIR": str(self.frames_dir),
            "KASKA_PLANT_TZ": self.plant_tz,
            "KASKA_NATS_URL": self.nats.url(user),
            "PYTHONUNBUFFERED": "1",
        }

    def _faces(self) -> dict[str, str]:
        """The faces module's own connection, where the operator switched it on."""
        return {"KASKA_FACES_NATS_URL": self.nats.url("faces")} if os.environ.get("KASKA_FACES", "off") != "off" else {}

    def _dsn(self, role: str) -> dict[str, str]:
        return {"KASKA_POSTGRES_DSN": self.postgres.dsn(role)}

    def _objects(self) -> dict[str, str]:
        return {
            "KASKA_S3_ENDPOINT": self.s3.endpoint,
            "KASKA_S3_ACCESS_KEY": self.s3.access_key,
            "KASKA_S3_SECRET_KEY": self.s3.secret_key,
        }

    def _reads(self) -> dict[str, str]:
        """Keys of who only looks at what the object store has."""
        keys = self.s3.reader_keys()
        return {"KASKA_S3_ACCESS_KEY": keys["access_key"], "KASKA_S3_SECRET_KEY": keys["secret_key"]}

    def _python(self, name: str, module: str, env: Mapping[str, str], *arguments: str) -> Prepare:
        argv = (sys.executable, "-m", module, *arguments)
        launch = Launch(name, argv, env=env, cwd=CHECKOUT, stop_limit_s=STOP_LIMIT_S)

        async def prepare() -> Launch:
            return launch

        return prepare


class AdministratorPassword:
    """The first administrator's password: random, passed to the gateway until a person has been told it."""

    def __init__(self, home: Path) -> None:
        self._told = home / "secrets" / "administrator-told"
        self._kept = home / "secrets" / "administrator"

    def to_tell(self) -> str | None:
        """None when it has been told."""
        if self._told.exists():
            return None
        if not self._kept.exists():
            write_secret(self._kept, secrets.token_urlsafe(12))
        return self._kept.read_text(encoding="utf-8")

    def forget(self) -> None:
        """After it was printed: from now on the gateway's hash is all that is left of it."""
        self._told.touch(mode=0o600)
        self._kept.unlink(missing_ok=True)
