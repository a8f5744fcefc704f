"""Watches a running home from outside: new incidents as rows in Postgres, analysed frames in the vitals."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import psycopg
from nats.aio.client import Client
from nats.aio.msg import Msg
from prometheus_client.parser import text_string_to_metric_families
from psycopg.rows import dict_row

from domain.contracts.subjects import vitals_subject
from infra.demo.result import SeenFile, SeenIncident

CHANNEL: Final = "kaska_projected"
PATIENCE_S: Final = 2.0

# Incidents of this run, with photo and clip where they are there.
INCIDENTS: Final = """
select i.id::text, i.camera_id, i.kind, i.verdict, i.score, i.opened_at,
       p.key as photo_key, p.size_bytes as photo_size, p.sha256 as photo_sha256,
       c.key as clip_key, c.size_bytes as clip_size, c.sha256 as clip_sha256
from read_model.incident i
left join read_model.incident_evidence p on p.incident_id = i.id and p.kind = 'photo'
left join read_model.incident_evidence c on c.incident_id = i.id and c.kind = 'clip'
where i.opened_at >= %s
order by i.opened_at, i.id
"""


class IncidentObserver:
    """Incidents that opened after `since`; each counts when its photo and clip are stored."""

    def __init__(self, dsn: str, since: datetime) -> None:
        self.complete: dict[str, SeenIncident] = {}
        self._dsn = dsn
        self._since = since
        self._first_read: dict[str, datetime] = {}

    async def watch(self, until: int | None) -> None:
        """Returns when `until` incidents are complete; survives restarts of the database."""
        while until is None or len(self.complete) < until:
            with contextlib.suppress(psycopg.OperationalError, psycopg.errors.UndefinedTable):
                await self._listen(until)
            await asyncio.sleep(0.2)

    async def _listen(self, until: int | None) -> None:
        connection = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, row_factory=dict_row)
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            while until is None or len(self.complete) < until:
                await self._read(connection)
                async for _ in connection.notifies(timeout=PATIENCE_S, stop_after=1):
                    pass

    async def _read(self, connection: "psycopg.AsyncConnection[dict[str, Any]]") -> None:
        cursor = await connection.execute(INCIDENTS, (self._since,))
        rows = await cursor.fetchall()
        now = datetime.now(UTC)
        for row in rows:
            first_read = self._first_read.setdefault(row["id"], now)
            if row["photo_key"] is not None and row["clip_key"] is not None:
                self.complete[row["id"]] = _seen(row, (first_read - row["opened_at"]).total_seconds())


@dataclass
class FrameCount:
    """Sum of `kaska_frames_analysed_total` of inference, over its restarts."""

    before_restarts: float = 0.0
    latest: float = 0.0

    @property
    def frames(self) -> int:
        return round(self.before_restarts + self.latest)

    async def follow(self, nc: Client) -> None:
        await nc.subscribe(vitals_subject("inference"), cb=self._take)

    async def _take(self, message: Msg) -> None:
        value = frames_in(message.data.decode())
        if value < self.latest:
            self.before_restarts += self.latest
        self.latest = value


def frames_in(text: str) -> float:
    """The counter's sum over its labels in one Prometheus text."""
    families = text_string_to_metric_families(text)
    return sum(s.value for family in families for s in family.samples if s.name == "kaska_frames_analysed_total")


def _seen(row: dict[str, Any], latency_s: float) -> SeenIncident:
    return SeenIncident(
        id=row["id"],
        camera=row["camera_id"],
        kind=row["kind"],
        verdict=row["verdict"],
        score=row["score"],
        photo=SeenFile(row["photo_key"], row["photo_size"], row["photo_sha256"]),
        clip=SeenFile(row["clip_key"], row["clip_size"], row["clip_sha256"]),
        latency_s=latency_s,
    )
