"""The embedded S3 server: SeaweedFS in its one-process form `weed mini`, on the loopback address only."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from infra import objects
from infra.embedded import EnvironmentTrouble
from infra.embedded.child import Launch
from infra.embedded.ports import LOOPBACK, is_free
from infra.embedded.programs import beside_python
from infra.embedded.secrets import passwords
from infra.settings import write_secret

GRPC_OFFSET: Final = 10_000
"""Each part also listens on its port plus this."""

PARTS: Final = ("master", "volume", "filer", "admin")
VOLUME_SIZE_MB: Final = 1024

MEDIA_BUCKET: Final = "kaska"
CUSTODIAN_FOLDERS: Final = ("incidents", "detections")
"""Of the media bucket: all that the custodian may delete. This server knows no right to delete without one to write."""


@dataclass(frozen=True)
class S3Server:
    """One SeaweedFS of a home; data in `<home>/s3`.

    ports  of master, volume, filer and admin, which only SeaweedFS itself uses
    """

    home: Path
    port: int
    ports: Mapping[str, int]
    name: str = "s3"
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, home: Path, port: int) -> "S3Server":
        inner = dict(zip(PARTS, _ports_with_grpc(len(PARTS)), strict=True))
        return cls(home, port, inner, keys=passwords(home, "s3-keys", ("access_key", "secret_key")))

    @property
    def endpoint(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def custodian_keys(self) -> dict[str, str]:
        """access_key and secret_key of the process that deletes what is given up."""
        return passwords(self.home, "s3-custodian", ("access_key", "secret_key"))

    def reader_keys(self) -> dict[str, str]:
        """access_key and secret_key of the process that only looks at evidence."""
        return passwords(self.home, "s3-reader", ("access_key", "secret_key"))

    @property
    def access_key(self) -> str:
        return self.keys["access_key"]

    @property
    def secret_key(self) -> str:
        return self.keys["secret_key"]

    def launch(self) -> Launch:
        folder = self.home / "s3"
        folder.mkdir(parents=True, exist_ok=True)
        identities = self.home / "secrets" / "s3.json"
        write_secret(identities, json.dumps(self._identities()))
        return Launch("s3", (beside_python("weed"), "mini", *self._flags(folder, identities)), cwd=folder)

    def is_ready(self) -> bool:
        try:
            objects.connect(self.endpoint, self.access_key, self.secret_key, attempts=1).list_buckets()
        except objects.UNAVAILABLE:
            return False
        return True

    def ensure_bucket(self, bucket: str) -> None:
        objects.ensure_bucket(objects.connect(self.endpoint, self.access_key, self.secret_key), bucket)

    def _flags(self, folder: Path, identities: Path) -> tuple[str, ...]:
        return (
            f"-dir={folder}",
            f"-ip={LOOPBACK}",
            f"-ip.bind={LOOPBACK}",
            *(f"-{part}.port={port}" for part, port in self.ports.items()),
            f"-s3.port={self.port}",
            f"-s3.config={identities}",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-webdav=false",
            "-master.telemetry=false",
            "-admin.ui=false",
            f"-master.volumeSizeLimitMB={VOLUME_SIZE_MB}",
        )

    def _identities(self) -> dict[str, object]:
        key = {"accessKey": self.access_key, "secretKey": self.secret_key}
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        own = self.custodian_keys()
        custodian = {
            "name": "custodian",
            "credentials": [{"accessKey": own["access_key"], "secretKey": own["secret_key"]}],
            "actions": [
                f"Read:{MEDIA_BUCKET}",
                f"List:{MEDIA_BUCKET}",
                *(f"Write:{MEDIA_BUCKET}/{folder}/*" for folder in CUSTODIAN_FOLDERS),
            ],
        }
        looks = self.reader_keys()
        reader = {
            "name": "reader",
            "credentials": [{"accessKey": looks["access_key"], "secretKey": looks["secret_key"]}],
            "actions": [f"Read:{MEDIA_BUCKET}", f"List:{MEDIA_BUCKET}"],
        }
        return {"identities": [{"name": "kaska", "credentials": [key], "actions": actions}, custodian, reader]}


def _ports_with_grpc(count: int) -> list[int]:
    """Ports whose gRPC twin is free too. Raises EnvironmentTrouble."""
    found: list[int] = []
    for candidate in random.sample(range(20_000, 30_000), 500):
        if is_free(candidate) and is_free(candidate + GRPC_OFFSET):
            found.append(candidate)
        if len(found) == count:
            return found
    raise EnvironmentTrouble("No free ports are left on this machine for the object store.")


def port_with_grpc() -> int:
    """A free port for the S3 interface itself."""
    return _ports_with_grpc(1)[0]
