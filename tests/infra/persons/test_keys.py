"""Keys of persons in a real message server: made once, destroyed for good, lost bytes and all."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.contracts.identifiers import UserId, user_id
from domain.contracts.subjects import KEYS, key_subject
from infra.nats.bridge import Bridge
from infra.nats.direct import get_last_from_leader
from infra.nats.errors import NatsAdapterError
from infra.nats.requests import ask
from infra.persons.errors import MasterKeyUnusable
from infra.persons.keeper import KeyKeeper
from infra.persons.keys import LIFE_S, Keys, record_of
from infra.persons.master import make_master_key
from tests.conftest import OwnNats
from tests.infra.persons.conftest import KeyRoom

ANNA = user_id("local", "anna")
BORIS = user_id("local", "boris")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def wrapped(room: KeyRoom, person: UserId) -> bytes:
    message = room.admin.run(get_last_from_leader(room.admin.nc, KEYS, key_subject(person)))
    assert message is not None
    record = record_of(message)
    assert record.wrapped is not None
    return record.wrapped.encode()


def test_a_key_is_made_once_and_read_by_whoever_may(room: KeyRoom) -> None:
    made = room.keeper().cipher_to_seal(ANNA)
    assert made is not None
    sealed = made.encrypt(b"n" * 12, b"text", None)
    for other in (room.keeper().cipher_to_seal(ANNA), room.reader().cipher(ANNA)):
        assert other is not None
        assert other.decrypt(b"n" * 12, sealed, None) == b"text"


def test_two_who_make_a_key_at_once_get_the_same_one(room: KeyRoom) -> None:
    keepers = [room.keeper() for _ in range(6)]
    together = threading.Barrier(len(keepers))

    def make(keeper: KeyKeeper) -> bytes:
        together.wait()
        cipher = keeper.cipher_to_seal(ANNA)
        assert cipher is not None
        return cipher.encrypt(b"n" * 12, b"text", None)

    with ThreadPoolExecutor(len(keepers)) as pool:
        assert len(set(pool.map(make, keepers))) == 1


def test_reading_makes_no_key(room: KeyRoom) -> None:
    assert room.reader().cipher(ANNA) is None
    assert room.admin.run(get_last_from_leader(room.admin.nc, KEYS, key_subject(ANNA))) is None


def test_the_bytes_of_an_erased_key_are_gone_from_the_disk(room: KeyRoom) -> None:
    keeper = room.keeper()
    for person in (ANNA, BORIS):
        keeper.cipher_to_seal(person)
    of_anna, of_boris = wrapped(room, ANNA), wrapped(room, BORIS)
    assert room.stored_anywhere(of_anna), "the test looks into the right folder"
    keeper.erase(ANNA, NOW)
    assert room.stored_anywhere(of_anna) == []
    assert room.stored_anywhere(of_boris)
    room.server.stop()
    assert room.stored_anywhere(of_anna) == []
    room.server.start()
    assert room.reader().cipher(ANNA) is None
    assert room.reader().cipher(BORIS) is not None


def test_an_erased_key_is_never_made_again(room: KeyRoom) -> None:
    keeper = room.keeper()
    keeper.cipher_to_seal(ANNA)
    keeper.erase(ANNA, NOW)
    for someone in (keeper, room.keeper()):
        assert someone.is_erased(ANNA)
        assert someone.cipher_to_seal(ANNA) is None


def test_erasing_is_repeated_without_harm_and_finishes_what_a_crash_left(room: KeyRoom) -> None:
    keeper = room.keeper()
    keeper.cipher_to_seal(ANNA)
    room.domain.run(room.domain.js.delete_msg(KEYS, 1))  # a crash: the key is deleted, the note is not written yet
    for _ in range(2):
        keeper.erase(ANNA, NOW)
    assert room.keeper().is_erased(ANNA)
    keeper.erase(BORIS, NOW)  # who never had a key
    assert room.keeper().cipher_to_seal(BORIS) is None


def test_a_reader_that_was_told_of_an_erasure_does_not_wait_for_it(room: KeyRoom) -> None:
    room.keeper().cipher_to_seal(ANNA)
    reader = room.reader()
    assert reader.cipher(ANNA) is not None
    reader.forget(ANNA)
    assert reader.cipher(ANNA) is None


def test_a_reader_that_was_not_told_notices_soon(room: KeyRoom) -> None:
    keeper = room.keeper()
    keeper.cipher_to_seal(ANNA)
    now = [0.0]
    reader = Keys(room.reading, room.master, clock=lambda: now[0])
    assert reader.cipher(ANNA) is not None
    keeper.erase(ANNA, NOW)
    now[0] = LIFE_S + 1
    assert reader.cipher(ANNA) is None


def test_what_is_held_back_comes_again_after_an_error(room: KeyRoom) -> None:
    keeper = room.keeper()
    keeper.cipher_to_seal(ANNA)
    with pytest.raises(RuntimeError), keeper.held_back(ANNA):
        assert keeper.cipher_to_seal(ANNA) is None
        raise RuntimeError
    assert keeper.cipher_to_seal(ANNA) is not None


def test_another_master_key_is_not_taken_for_an_erasure(room: KeyRoom) -> None:
    room.keeper().cipher_to_seal(ANNA)
    make_master_key(room.master)
    with pytest.raises(MasterKeyUnusable, match="does not open the key"):
        room.reader().cipher(ANNA)


def test_a_wrapped_key_belongs_to_its_person(room: KeyRoom) -> None:
    room.keeper().cipher_to_seal(ANNA)
    stolen = wrapped(room, ANNA).decode()
    room.admin.run(room.admin.js.publish(key_subject(BORIS), json.dumps({"wrapped": stolen}).encode()))
    with pytest.raises(MasterKeyUnusable):
        room.reader().cipher(BORIS)


def test_a_lost_master_key_is_said_and_not_replaced(room: KeyRoom) -> None:
    room.keeper().cipher_to_seal(ANNA)
    room.master.unlink()
    with pytest.raises(MasterKeyUnusable, match="is missing"):
        KeyKeeper(room.domain, room.master).prepare()
    assert not room.master.exists()
    with pytest.raises(MasterKeyUnusable):
        room.reader().cipher(ANNA)


@pytest.mark.parametrize("content", ["", "not base64!", base64.b64encode(b"short").decode()])
def test_a_file_that_is_no_master_key_is_said(room: KeyRoom, content: str) -> None:
    room.master.parent.mkdir(parents=True)
    room.master.write_text(content)
    with pytest.raises(MasterKeyUnusable, match="is not a master key"):
        KeyKeeper(room.domain, room.master).prepare()


def test_the_master_key_is_readable_by_the_owner_only(room: KeyRoom) -> None:
    room.keeper()
    assert room.master.stat().st_mode & 0o077 == 0


def test_a_silent_server_is_not_an_erasure(room: KeyRoom) -> None:
    room.keeper().cipher_to_seal(ANNA)
    reader = room.reader()
    room.server.kill()
    with pytest.raises(NatsAdapterError):
        reader.cipher(ANNA)
    room.server.start()
    assert reader.cipher(ANNA) is not None


@pytest.mark.parametrize("user", ["inference", "producer", "notary", "gateway", "projections", "faces"])
@pytest.mark.parametrize("subject", [key_subject(ANNA), f"$JS.API.STREAM.MSG.DELETE.{KEYS}"])
def test_only_the_domain_makes_and_destroys_keys(room: KeyRoom, user: str, subject: str) -> None:
    room.keeper().cipher_to_seal(ANNA)
    refused(room.server, user, subject, b'{"seq": 1}')
    assert wrapped(room, ANNA)


@pytest.mark.parametrize("user", ["inference", "producer", "notary", "gateway"])
@pytest.mark.parametrize("get", ["DIRECT.GET", "STREAM.MSG.GET"])
def test_who_has_no_business_with_persons_cannot_read_keys(room: KeyRoom, user: str, get: str) -> None:
    room.keeper().cipher_to_seal(ANNA)
    refused(room.server, user, f"$JS.API.{get}.{KEYS}", json.dumps({"last_by_subj": key_subject(ANNA)}).encode())


def refused(server: OwnNats, user: str, subject: str, payload: bytes) -> None:
    bridge = Bridge(server.url(user), name=user)
    try:
        with pytest.raises(NatsAdapterError):
            bridge.run(ask(bridge.nc, subject, payload, 0.3))
    finally:
        bridge.close()


def test_nobody_can_empty_the_stream_of_keys(room: KeyRoom, tmp_path: Path) -> None:
    room.keeper().cipher_to_seal(ANNA)
    for user in ("domain", "projections"):
        for request in ("PURGE", "DELETE", "UPDATE"):
            refused(room.server, user, f"$JS.API.STREAM.{request}.{KEYS}", b"{}")
    assert wrapped(room, ANNA)
