"""A plant with a told incident, a notary that has signed, and the inquiry process as the supervisor starts it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import nats.errors
import pytest
from minio import Minio

from domain.contracts import codec
from domain.contracts.inquiries import (
    INCIDENT_QUESTION,
    PASSPORT_QUESTION,
    Answer,
    AskIncident,
    AskPassport,
    decode_answer,
)
from domain.inquiry.answering import Sources
from infra.checkout import CHECKOUT
from infra.embedded.s3 import S3Server
from infra.nats.bridge import Bridge
from tests.conftest import BUCKET
from tests.domain.inquiry.case import Case
from tests.domain.notary.conftest import bucket, new_plant, plant, store
from tests.domain.notary.plant import NotaryPlant

__all__ = ["bucket", "new_plant", "plant", "store"]


@pytest.fixture
def case(plant: NotaryPlant, store: Minio) -> Case:
    """Told already."""
    told = Case(plant.admin, store, BUCKET)
    told.tell()
    return told


@pytest.fixture
def sources(plant: NotaryPlant, store: Minio) -> Iterator[Sources]:
    """What the process reads from, with its own rights."""
    with closing(Bridge(plant.server.url("inquiry"), name="inquiry")) as bridge:
        yield Sources(bridge, store, BUCKET, plant.home)


@pytest.fixture
def ask(plant: NotaryPlant, s3: S3Server) -> Iterator[Callable[[AskPassport | AskIncident], Answer]]:
    """Asks the running process, with the rights of the gateway."""
    keys = s3.reader_keys()
    environment = {
        "KASKA_HOME": str(plant.home),
        "KASKA_NATS_URL": plant.server.url("inquiry"),
        "KASKA_S3_ENDPOINT": s3.endpoint,
        "KASKA_S3_ACCESS_KEY": keys["access_key"],
        "KASKA_S3_SECRET_KEY": keys["secret_key"],
    }
    command = [sys.executable, "-m", "domain.inquiry"]
    process = subprocess.Popen(command, cwd=CHECKOUT, env=os.environ | environment, stderr=subprocess.DEVNULL)
    gateway = Bridge(plant.server.url("gateway"), name="gateway")

    def asked(question: AskPassport | AskIncident) -> Answer:
        return decode_answer(request(gateway, question))

    try:
        yield asked
    finally:
        gateway.close()
        process.terminate()
        assert process.wait(30) == 0


def request(gateway: Bridge, question: AskPassport | AskIncident) -> bytes:
    """The reply's payload, once the process answers."""
    subject = PASSPORT_QUESTION if isinstance(question, AskPassport) else INCIDENT_QUESTION
    deadline = time.monotonic() + 30
    while True:
        try:
            return gateway.run(gateway.nc.request(subject, codec.to_json(question), timeout=20)).data
        except nats.errors.NoRespondersError:
            assert time.monotonic() < deadline, "the inquiry process does not come up"
            time.sleep(0.1)


def now() -> datetime:
    return datetime.now(UTC)
