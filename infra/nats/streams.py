"""The streams, pinned: what they must look like, how they are made, and how a deviation is found."""

import json
import re
from typing import Any

from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RePublish, RetentionPolicy, StorageType, StoreCompression, StreamConfig
from nats.js.errors import APIError

from infra.nats.errors import Rejected, ServerTooOld, StreamsUnusable
from infra.nats.requests import ask

OLDEST_SERVER = (2, 12)  # atomic batches
DUPLICATE_WINDOW_S = 120.0
DETECTIONS_MAX_AGE_S = 14 * 24 * 3600.0
DETECTIONS_MAX_BYTES = 8 * 1024**3
SNAPSHOTS_KEPT = 3
OBSERVATIONS_MAX_AGE_S = 400 * 24 * 3600.0

PERMANENT = frozenset({"EVENTS", "AUDIT"})
NOT_PINNED = frozenset({"name", "metadata", "description", "placement", "num_replicas"})
STREAM_NOT_FOUND = 10059


def events_config(
    stream: str = "EVENTS", subject: str = "es", live: str = "es-live", replicas: int = 1
) -> StreamConfig:
    """The permanent history: nothing in it is ever changed, removed or left out."""
    return StreamConfig(
        name=stream,
        subjects=[f"{subject}.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        num_replicas=replicas,
        discard=DiscardPolicy.NEW,
        duplicate_window=DUPLICATE_WINDOW_S,
        deny_delete=True,
        deny_purge=True,
        allow_rollup_hdrs=False,
        allow_direct=True,
        allow_atomic=True,
        republish=RePublish(src=f"{subject}.>", dest=f"{live}.>", headers_only=True),
    )


def detections_config(
    replicas: int = 1, max_bytes: int = DETECTIONS_MAX_BYTES, max_age_s: float = DETECTIONS_MAX_AGE_S
) -> StreamConfig:
    """Facts of a limited life: the oldest go by age and by bytes, never by a request."""
    return StreamConfig(
        name="DETECTIONS",
        subjects=["det.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        num_replicas=replicas,
        discard=DiscardPolicy.OLD,
        max_age=max_age_s,
        max_bytes=max_bytes,
        duplicate_window=DUPLICATE_WINDOW_S,
        compression=StoreCompression.S2,
        deny_delete=True,
        deny_purge=True,
        allow_direct=True,
        allow_atomic=True,
        republish=RePublish(src="det.>", dest="det-live.>"),
    )


def observations_config(replicas: int = 1, max_age_s: float = OBSERVATIONS_MAX_AGE_S) -> StreamConfig:
    """Facts that are no decision, kept for months: the oldest go by age, never by a request.

    A fact that leads to a person may say itself that it goes earlier (`Nats-TTL`, docs/adr/0017).
    """
    return StreamConfig(
        name="OBSERVATIONS",
        subjects=["obs.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        num_replicas=replicas,
        discard=DiscardPolicy.OLD,
        max_age=max_age_s,
        duplicate_window=DUPLICATE_WINDOW_S,
        compression=StoreCompression.S2,
        deny_delete=True,
        deny_purge=True,
        allow_direct=True,
        allow_msg_ttl=True,
        allow_atomic=True,
        republish=RePublish(src="obs.>", dest="obs-live.>", headers_only=True),
    )


def snapshots_config(stream: str = "SNAPSHOTS", subject: str = "es-snap", replicas: int = 1) -> StreamConfig:
    """The last few states of each aggregate or fold: a cache of the history, so old ones may go."""
    return StreamConfig(
        name=stream,
        subjects=[f"{subject}.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        num_replicas=replicas,
        discard=DiscardPolicy.OLD,
        max_msgs_per_subject=SNAPSHOTS_KEPT,
        duplicate_window=DUPLICATE_WINDOW_S,
        compression=StoreCompression.S2,
        allow_direct=True,
        allow_atomic=True,
    )


def audit_config(replicas: int = 1) -> StreamConfig:
    """Signed checkpoints of the history, as permanent as the history itself."""
    return StreamConfig(
        name="AUDIT",
        subjects=["audit.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        num_replicas=replicas,
        discard=DiscardPolicy.NEW,
        duplicate_window=DUPLICATE_WINDOW_S,
        deny_delete=True,
        deny_purge=True,
        allow_rollup_hdrs=False,
        allow_direct=True,
    )


def parked_config(replicas: int = 1) -> StreamConfig:
    """Messages that a consumer gave up on, with the reason: kept until somebody has looked, so for ever."""
    return StreamConfig(
        name="PARKED",
        subjects=["parked.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        num_replicas=replicas,
        discard=DiscardPolicy.NEW,
        duplicate_window=DUPLICATE_WINDOW_S,
        deny_delete=True,
        deny_purge=True,
        allow_direct=True,
    )


def keys_config(replicas: int = 1) -> StreamConfig:
    """The newest key of each person, wrapped: the one stream whose messages are deleted, bytes and all (ADR 8)."""
    return StreamConfig(
        name="KEYS",
        subjects=["key.*"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        num_replicas=replicas,
        discard=DiscardPolicy.OLD,
        max_msgs_per_subject=1,
        duplicate_window=DUPLICATE_WINDOW_S,
        deny_purge=True,
        allow_direct=True,
    )


def positions_config(stream: str = "POSITIONS", subject: str = "es-track", replicas: int = 1) -> StreamConfig:
    """Newest position of each consumer that the `eventsourcing` library tracks. Kaska's own are in Postgres."""
    return StreamConfig(
        name=stream,
        subjects=[f"{subject}.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        num_replicas=replicas,
        discard=DiscardPolicy.OLD,
        max_msgs_per_subject=1,
        duplicate_window=DUPLICATE_WINDOW_S,
        allow_direct=True,
        allow_atomic=True,
    )


def pinned(
    replicas: int = 1,
    detections_max_bytes: int = DETECTIONS_MAX_BYTES,
    observations_max_age_s: float = OBSERVATIONS_MAX_AGE_S,
    detections_max_age_s: float = DETECTIONS_MAX_AGE_S,
) -> list[StreamConfig]:
    return [
        events_config(replicas=replicas),
        detections_config(replicas, detections_max_bytes, detections_max_age_s),
        observations_config(replicas, observations_max_age_s),
        snapshots_config(replicas=replicas),
        audit_config(replicas),
        parked_config(replicas),
        keys_config(replicas),
    ]


async def check_server(nc: Client) -> None:
    """Raises ServerTooOld: an older server accepts these streams and ignores what it does not know."""
    version = str(nc.connected_server_version)
    numbers = re.search(r"(\d+)\.(\d+)", version)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < OLDEST_SERVER:
        oldest = ".".join(map(str, OLDEST_SERVER))
        raise ServerTooOld(f"the message server is {version}; Kaska needs {oldest} or newer")


async def ensure_streams(
    js: JetStreamContext,
    replicas: int = 1,
    detections_max_bytes: int = DETECTIONS_MAX_BYTES,
    observations_max_age_s: float = OBSERVATIONS_MAX_AGE_S,
    detections_max_age_s: float = DETECTIONS_MAX_AGE_S,
) -> None:
    """Creates what is missing and brings the limits of those that may forget up to date. Needs the admin's rights.

    An existing EVENTS or AUDIT is left as it is, whatever its settings: check_streams tells.
    Raises  StreamsUnusable when the server refuses a stream (no room for it, other streams own its subjects)
    """
    for config in pinned(replicas, detections_max_bytes, observations_max_age_s, detections_max_age_s):
        await ensure_stream(js, config, may_update=config.name not in PERMANENT)


async def ensure_stream(js: JetStreamContext, config: StreamConfig, *, may_update: bool = False) -> None:
    """Creates one stream; raises StreamsUnusable."""
    try:
        info = await _info(js, str(config.name))
        if info is None:
            await js.add_stream(config)
        elif may_update and _differences(config, info["config"]):
            await js.update_stream(config)
    except APIError as error:
        raise StreamsUnusable(f"the message server refuses stream {config.name}: {error.description}") from error


async def check_streams(
    js: JetStreamContext,
    replicas: int = 1,
    detections_max_bytes: int = DETECTIONS_MAX_BYTES,
    observations_max_age_s: float = OBSERVATIONS_MAX_AGE_S,
    detections_max_age_s: float = DETECTIONS_MAX_AGE_S,
) -> list[str]:
    """What is wrong with the streams, one sentence each; empty when they are as pinned and the permanent ones whole."""
    deviations: list[str] = []
    for config in pinned(replicas, detections_max_bytes, observations_max_age_s, detections_max_age_s):
        deviations += await check_stream(js, config, permanent=config.name in PERMANENT)
    return deviations


async def check_stream(js: JetStreamContext, config: StreamConfig, *, permanent: bool) -> list[str]:
    """Deviations of one stream; a permanent one must also start at 1 and lack nothing."""
    info = await _info(js, str(config.name))
    if info is None:
        return [f"stream {config.name} does not exist"]
    deviations = _differences(config, info["config"])
    state = info["state"]
    if permanent and state["messages"] != state["last_seq"]:
        deviations.append(
            f"stream {config.name} lacks messages: first {state['first_seq']}, last {state['last_seq']}, "
            f"{state['messages']} there, {state.get('num_deleted', 0)} deleted"
        )
    return deviations


async def last_sequence(nc: Client, stream: str, timeout_s: float = 5.0) -> int:
    """Sequence of the stream's last message, 0 when it never had one. Raises NoAnswer, Rejected."""
    return int((await _state(nc, stream, timeout_s))["last_seq"])


async def first_sequence(nc: Client, stream: str, timeout_s: float = 5.0) -> int:
    """Sequence of the oldest message that the stream still has; the next one's when it has none. See last_sequence."""
    state = await _state(nc, stream, timeout_s)
    return int(state["first_seq"]) if state["messages"] else int(state["last_seq"]) + 1


async def _state(nc: Client, stream: str, timeout_s: float) -> dict[str, Any]:
    info = json.loads((await ask(nc, f"$JS.API.STREAM.INFO.{stream}", b"", timeout_s)).data)
    if "error" in info:
        raise Rejected(info["error"].get("err_code", 0), info["error"].get("description", ""))
    return dict(info["state"])


async def _info(js: JetStreamContext, stream: str) -> dict[str, Any] | None:
    """The server's own words, because the client's StreamInfo leaves out settings that it does not know."""
    nc: Client = js._nc  # the context has no accessor for its client
    info: dict[str, Any] = json.loads((await ask(nc, f"$JS.API.STREAM.INFO.{stream}")).data)
    if "error" not in info:
        return info
    if info["error"].get("err_code") == STREAM_NOT_FOUND:
        return None
    raise Rejected(info["error"].get("err_code", 0), info["error"].get("description", ""))


def _differences(config: StreamConfig, found: dict[str, Any]) -> list[str]:
    """Every setting counts, also one that this code has never heard of: then it must be unset."""
    wanted = config.as_dict()
    keys = sorted((wanted.keys() | found.keys()) - NOT_PINNED)
    return [
        f"stream {config.name}: {key} is {found.get(key)!r}, must be {wanted.get(key)!r}"
        for key in keys
        if _plain(wanted.get(key)) != _plain(found.get(key))
    ]


def _plain(value: object) -> object:
    """Unset, off, zero and unlimited are written in several ways."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if _plain(v) is not None} or None
    return None if value in (None, False, 0, -1, "", "none", "default", []) else value
