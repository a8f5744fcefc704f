"""What processes are started with: the faces module's connection where it is switched on, and nowhere else."""

from pathlib import Path

import pytest

from infra.detectors import DetectorKind
from infra.embedded.nats import NatsServer
from infra.embedded.postgres import PostgresServer
from infra.embedded.s3 import S3Server
from infra.keeping import Keeping
from infra.supervisor.environment import Surroundings

FACES = "KASKA_FACES_NATS_URL"


@pytest.fixture
def at(tmp_path: Path) -> Surroundings:
    return Surroundings(
        home=tmp_path,
        frames_dir=tmp_path / "frames",
        nats=NatsServer.of(tmp_path, 4222),
        postgres=PostgresServer.of(tmp_path, 5432),
        s3=S3Server.of(tmp_path, 9000),
        console_host="127.0.0.1",
        console_port=8080,
        plant_tz="Europe/Moscow",
        detector=DetectorKind.OPENVINO,
        keeping=Keeping(),
    )


@pytest.mark.parametrize("switch", ["off", "local", "service"])
async def test_faces_have_a_connection_of_their_own_live_and_in_archives(
    at: Surroundings, monkeypatch: pytest.MonkeyPatch, switch: str
) -> None:
    monkeypatch.setenv("KASKA_FACES", switch)
    for prepare in (at.inference(), at.archive_analysis("arc-gate")):
        environment = (await prepare()).env
        assert (environment.get(FACES) == at.nats.url("faces")) is (switch != "off")
        assert environment["KASKA_NATS_URL"] != at.nats.url("faces")
    for prepare in (at.producer("gate"), at.archive_evidence("arc-gate"), at.gateway(None)):
        assert FACES not in (await prepare()).env
