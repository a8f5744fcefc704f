"""Whether an incident's file is still what the history says: on its page, by the store's own bytes (FAULTS D3)."""

import hashlib
import io
from uuid import uuid4

import pytest

from domain.contracts.access import Right
from domain.contracts.known import Stored
from gateway.reads.rows import EvidenceRow
from gateway.standings import FRESH_S, Standings
from infra.objects import connect
from infra.standing import standing_or_unknown
from tests.gateway.conftest import Gateway
from tests.gateway.plant import AT, INCIDENT
from tests.gateway.staff import hold

DATA = bytes(range(256)) * 40
FLIPPED = DATA[:5000] + bytes([DATA[5000] ^ 1]) + DATA[5001:]
QUERY = "query ($id: ID!) { incident(id: $id) { evidence { kind stored } } }"


def recorded(key: str) -> EvidenceRow:
    return EvidenceRow(
        INCIDENT.id, "photo", key, hashlib.sha256(DATA).hexdigest(), len(DATA), "image/jpeg", AT, AT, None
    )


def put(gateway: Gateway, key: str, data: bytes) -> None:
    gateway.services.objects.put_object(gateway.services.settings.s3_bucket, key, io.BytesIO(data), len(data))


def attach(gateway: Gateway, data: bytes | None) -> str:
    """The row of the photo, and these bytes under its key."""
    key = f"incidents/{uuid4()}/photo"
    if data is not None:
        put(gateway, key, data)
    gateway.plant.put(INCIDENT)
    gateway.plant.put_evidence(recorded(key))
    return key


@pytest.mark.parametrize(
    ("data", "told"), [(DATA, "THERE"), (FLIPPED, "ALTERED"), (DATA[:-1], "ALTERED"), (b"", "ALTERED"), (None, "GONE")]
)
async def test_D3_a_changed_byte_of_a_photo_is_told(gateway: Gateway, data: bytes | None, told: str) -> None:
    attach(gateway, data)
    answer = await (await gateway.guard()).ask(QUERY, id=str(INCIDENT.id))
    assert answer.data["incident"]["evidence"] == [{"kind": "PHOTO", "stored": told}]


async def test_who_may_not_see_the_file_is_told_nothing_about_it(gateway: Gateway) -> None:
    attach(gateway, DATA)
    browser = await gateway.guard()
    hold(gateway, {Right.VIEW_INCIDENTS})
    answer = await browser.ask(QUERY, id=str(INCIDENT.id))
    assert answer.data["incident"]["evidence"] == [{"kind": "PHOTO", "stored": None}]


async def test_the_store_is_asked_once_in_a_while(gateway: Gateway) -> None:
    now = 1000.0
    key = attach(gateway, DATA)
    asked = Standings(gateway.services.objects, gateway.services.settings.s3_bucket, lambda: now)
    assert await asked.of(recorded(key)) is Stored.THERE
    put(gateway, key, FLIPPED)
    assert await asked.of(recorded(key)) is Stored.THERE
    now += FRESH_S + 1
    assert await asked.of(recorded(key)) is Stored.ALTERED


def test_a_store_that_is_away_says_nothing() -> None:
    away = connect("127.0.0.1:1", "a", "b", attempts=1)
    assert standing_or_unknown(away, "evidence", "key", size_bytes=1, sha256="") is Stored.UNKNOWN
