"""Uploads files and sends commands, again and again until they have arrived. Used for evidence and recordings."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import urllib3.exceptions
from minio import Minio
from minio.error import MinioException, S3Error

from domain.contracts.codec import CodecError
from domain.contracts.commands import Command, Refused, Reply, decode_reply, encode_command
from domain.contracts.subjects import command_subject
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.nats.requests import ask
from infra.objects import ensure_bucket
from producers.backoff import Backoff

log = logging.getLogger(__name__)

FIRST_PAUSE_S: Final = 0.5
MOST_PAUSE_S: Final = 30.0
STORE_ERRORS: Final = (MinioException, urllib3.exceptions.HTTPError, OSError)
DOMAIN_ERRORS: Final = (NatsAdapterError, TimeoutError, CodecError)

Told = Callable[[], None]


class Courier:
    """by      name of this process in the history: `producer.gate`
    fence   called before each attempt; ends the process when the camera is not this node's any more
    """

    def __init__(
        self,
        store: Minio,
        bucket: str,
        bridge: Bridge,
        *,
        stop: threading.Event,
        by: str,
        fence: Told = lambda: None,
    ) -> None:
        self._store, self._bucket, self._bridge, self._stop, self._by = store, bucket, bridge, stop, by
        self._fence = fence

    def upload(self, key: str, path: Path, media_type: str, on_retry: Told) -> bool:
        """Whether it is done; False when the process stops before."""
        return self._until_done(lambda: self._put(key, path, media_type), key, on_retry, STORE_ERRORS)

    def tell(self, context: str, command: Command, *, command_id: str, on_retry: Told) -> bool | None:
        """Whether the domain accepted it; None when the process stops before an answer."""
        replies: list[Reply] = []

        def once() -> None:
            replies.append(self._ask(context, command, command_id))

        if not self._until_done(once, type(command).__name__, on_retry, DOMAIN_ERRORS):
            return None
        reply = replies[-1]
        if isinstance(reply, Refused):
            log.error("the domain refused", extra={"command": type(command).__name__, "code": reply.code})
            return False
        return True

    def _put(self, key: str, path: Path, media_type: str) -> None:
        try:
            self._store.fput_object(self._bucket, key, str(path), content_type=media_type)
        except S3Error as error:
            if error.code == "NoSuchBucket":
                ensure_bucket(self._store, self._bucket)
            raise

    def _ask(self, context: str, command: Command, command_id: str) -> Reply:
        payload = encode_command(command, command_id=command_id, by=self._by, at=datetime.now(UTC))
        asking = ask(self._bridge.nc, command_subject(context), payload, timeout_s=self._bridge.timeout_s)
        return decode_reply(self._bridge.run(asking).data)

    def _until_done(
        self, work: Callable[[], None], what: str, on_retry: Told, errors: tuple[type[Exception], ...]
    ) -> bool:
        backoff = Backoff(FIRST_PAUSE_S, MOST_PAUSE_S)
        while not self._stop.is_set():
            self._fence()
            try:
                work()
            except errors as error:
                pause_s = backoff.pause_s()
                on_retry()
                log.warning(
                    "not delivered yet",
                    extra={"what": what, "reason": f"{type(error).__name__}: {error}", "pause_s": pause_s},
                )
                self._stop.wait(pause_s)
            else:
                return True
        return False
