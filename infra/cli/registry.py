"""The registry of models of a running home, as `kaska models` sees it: EVENTS, the object store, inference's vitals."""

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nats.aio.msg import Msg
from prometheus_client.parser import text_string_to_metric_families

from domain.contracts.events import Envelope, decode_event
from domain.contracts.events.learning import ModelPutInForce
from domain.contracts.learning import ModelKind
from domain.contracts.model_forces import Forces, Listed, listed
from domain.contracts.subjects import EVENTS, MODEL, event_subject, vitals_subject
from infra import objects
from infra.cli.asking import USER
from infra.embedded.nats import NatsServer
from infra.embedded.ports import LOOPBACK
from infra.embedded.s3 import MEDIA_BUCKET
from infra.embedded.secrets import passwords
from infra.nats.bridge import Bridge, connect
from infra.nats.walking import walk
from infra.supervisor.home import RunningState

TOPIC_HEADER: Final = "ES-Topic"
FOLDER: Final = "models/"
SHORT: Final = 12
"""Digits of a digest that people are shown; fewer are taken as long as they mean one version."""

LEAST_DIGITS: Final = 4


class NotOneVersion(ValueError):
    """NAME@DIGEST names no version of the registry, or several."""


@dataclass(frozen=True)
class Registered:
    """versions  by model and number; put: who put what in force, newest last"""

    versions: Mapping[tuple[str, int], Listed] = field(default_factory=dict)
    forces: Forces = field(default_factory=Forces)
    put: tuple[Envelope, ...] = ()

    def named(self, text: str) -> Listed:
        """The version that `NAME@DIGEST` means; of the digest its first digits are enough. Raises NotOneVersion."""
        name, _, digest = text.partition("@")
        found = [v for v in self.versions.values() if v.model_id == name and v.digest.startswith(digest)]
        if len(digest) < LEAST_DIGITS or len(found) != 1:
            known = ", ".join(f"{v.model_id}@{v.digest[:SHORT]}" for v in self.versions.values()) or "none"
            raise NotOneVersion(f"{text!r} does not name one version; there are: {known}")
        return found[0]


@dataclass(frozen=True)
class InUse:
    """What inference says of itself: cameras by digest, and how many models did not load, by kind."""

    cameras: Mapping[tuple[ModelKind, str], int] = field(default_factory=dict)
    refused: Mapping[str, float] = field(default_factory=dict)


def read(home: Path, state: RunningState) -> Registered:
    """Raises NatsAdapterError, CodecError."""
    versions: dict[tuple[str, int], Listed] = {}
    forces, put = Forces(), list[Envelope]()
    with closing(Bridge(NatsServer.of(home, state.nats_port).url(USER), name="models")) as bridge:
        for message in walk(bridge, EVENTS, event_subject(MODEL, ">")):
            envelope = decode_event(message.headers[TOPIC_HEADER], message.data)
            versions, forces = listed(versions, envelope.event), forces.after(envelope.event)
            if isinstance(envelope.event, ModelPutInForce):
                put.append(envelope)
    return Registered(versions, forces, tuple(put))


def upload(home: Path, state: RunningState, file: Path) -> tuple[str, str]:
    """Digest and key. The same file again changes nothing. Raises OSError, or one of objects.UNAVAILABLE."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    keys = passwords(home, "s3-keys", ("access_key", "secret_key"))
    store = objects.connect(f"{LOOPBACK}:{state.s3_port}", keys["access_key"], keys["secret_key"])
    key = FOLDER + digest
    if objects.size_of(store, MEDIA_BUCKET, key) != file.stat().st_size:
        store.fput_object(MEDIA_BUCKET, key, str(file))
    return digest, key


async def in_use(home: Path, state: RunningState, wait_s: float) -> InUse:
    """By the next vitals of inference; nothing when none come. Raises NatsAdapterError."""
    nc = await connect(NatsServer.of(home, state.nats_port).url(USER), name="models")
    try:
        heard: asyncio.Queue[bytes] = asyncio.Queue()

        async def hear(message: Msg) -> None:
            heard.put_nowait(message.data)

        for name in ("inference", "inference.*"):  # of a home without nodes, and of a node
            await nc.subscribe(vitals_subject(name), cb=hear)
        text = await asyncio.wait_for(heard.get(), wait_s)
    except TimeoutError:
        return InUse()
    finally:
        await nc.close()
    return parsed(text.decode())


def parsed(text: str) -> InUse:
    """From Prometheus text."""
    cameras: dict[tuple[ModelKind, str], int] = {}
    refused: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == "kaska_models_in_use":
                key = (ModelKind(sample.labels["kind"]), sample.labels["digest"])
                cameras[key] = cameras.get(key, 0) + int(sample.value)
            elif sample.name == "kaska_models_refused_total":
                refused[sample.labels["kind"]] = sample.value
    return InUse(cameras, refused)
