"""A plant with real servers: the event store writes, a notary signs."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from minio import Minio

from infra import objects
from infra.embedded.s3 import S3Server
from tests.conftest import BUCKET, OwnNats
from tests.domain.notary.commands import Commands
from tests.domain.notary.plant import NotaryPlant
from tests.domain.notary.story import Story


@pytest.fixture
def store(s3: S3Server) -> Minio:
    return objects.connect(s3.endpoint, s3.access_key, s3.secret_key, attempts=1)


@pytest.fixture
def bucket() -> str:
    """Of one test only: nobody can empty an object-locked one."""
    return f"audit-{uuid4().hex[:12]}"


@pytest.fixture
def new_plant(
    fresh_nats: Callable[[], OwnNats], store: Minio, bucket: str, tmp_path: Path
) -> Iterator[Callable[[], NotaryPlant]]:
    """Each call gives a plant with servers and a home of its own."""
    with ExitStack() as opened:

        def make() -> NotaryPlant:
            plant = NotaryPlant(fresh_nats(), store, bucket, tmp_path / uuid4().hex[:6])
            opened.callback(plant.close)
            return plant

        yield make


@pytest.fixture
def plant(new_plant: Callable[[], NotaryPlant]) -> NotaryPlant:
    return new_plant()


@pytest.fixture
def commands(plant: NotaryPlant, s3: S3Server) -> Commands:
    return Commands(plant, s3)


@pytest.fixture
def story(plant: NotaryPlant, store: Minio) -> Story:
    """Told already."""
    story = Story(plant.admin, store, BUCKET)
    story.tell()
    return story


@pytest.fixture
def notary(commands: Commands) -> Iterator["subprocess.Popen[str]"]:
    """The process, running."""
    process = commands.start()
    yield process
    process.terminate()
    process.communicate(timeout=30)
