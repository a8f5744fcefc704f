"""The notary on a real nats-server: it signs what is there, once, and nothing that contradicts what it signed."""

import json
import stat
import threading
from collections.abc import Callable
from contextlib import closing

import pytest

from domain.notary.errors import HistoryInconsistent, KeyUnusable
from domain.notary.key import load_key, read_public
from domain.notary.notary import SIGNED
from domain.notary.streams import Published, publish_checkpoint, read_events, request_checkpoint
from domain.proof.checkpoint import parse_note, trusted_checkpoint
from domain.proof.ed25519 import verifies
from domain.proof.merkle import Tree
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams
from tests.domain.notary.plant import INTERVAL_S, NotaryPlant


def root_of(plant: NotaryPlant, size: int) -> bytes:
    tree = Tree()
    for event in read_events(plant.admin):
        tree.append(event.leaf_hash())
    return tree.root(size)


def test_a_checkpoint_is_signed_when_there_is_news_and_its_time_has_come(plant: NotaryPlant) -> None:
    plant.append(5)
    with closing(plant.notary()) as notary:
        notary.step(0.5)
        assert [c.size for c in plant.checkpoints()] == [5]
        plant.append(3)
        notary.step(0.5)
        assert [c.size for c in plant.checkpoints()] == [5]
        plant.clock.now += INTERVAL_S
        notary.step(0.05)
        notary.step(0.05)
        plant.clock.now += INTERVAL_S
        notary.step(0.05)  # nothing is new
    assert [c.size for c in plant.checkpoints()] == [5, 8]
    assert plant.checkpoints()[-1].root == root_of(plant, 8)
    assert (plant.home / SIGNED).read_bytes() == plant.notes()[-1]


def test_nothing_is_signed_for_an_empty_history(plant: NotaryPlant) -> None:
    assert plant.sign().size == 0
    assert plant.notes() == []


def test_a_checkpoint_is_signed_on_demand_and_covers_what_was_before(plant: NotaryPlant) -> None:
    with closing(plant.notary()) as notary, closing(Bridge(plant.server.url("notary"), name="asks")) as other:
        stopping = threading.Event()

        def work() -> None:
            while not stopping.is_set():
                notary.step(0.05)

        working = threading.Thread(target=work)
        working.start()
        try:
            assert request_checkpoint(other) is None  # nothing was recorded
            plant.append(4)
            note = request_checkpoint(other)
            plant.append(2)
            later = request_checkpoint(other)
        finally:
            stopping.set()
            working.join()
    key = load_key(plant.home)
    assert key is not None and note is not None and later is not None
    assert trusted_checkpoint(later, key.verifier, verifies).size == 6
    assert trusted_checkpoint(note, key.verifier, verifies).size in {4, 5, 6}
    assert plant.notes()[-1] == later


def test_without_a_notary_a_request_has_no_answer(plant: NotaryPlant) -> None:
    assert request_checkpoint(plant.bridge) is None


def test_what_is_left_is_signed_at_the_end(plant: NotaryPlant) -> None:
    with closing(plant.notary()) as notary:
        plant.append(2)
        notary.sign_rest()
    assert [c.size for c in plant.checkpoints()] == [2]


def test_the_key_is_made_once_and_readable_by_the_owner_only(plant: NotaryPlant) -> None:
    plant.append(1)
    plant.sign()
    path = plant.home / "secrets" / "notary.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    plant.append(1)
    plant.sign()
    assert path.read_bytes() == before
    public = read_public(str(plant.home / "secrets" / "notary.pub"))
    assert read_public(str(public)) == public
    assert {parse_note(note).signatures[0].key_id for note in plant.notes()} == {public.id}


def test_a_restart_goes_on_with_the_same_log(plant: NotaryPlant) -> None:
    for size in (3, 7, 1500):
        plant.append(size - sum(1 for _ in read_events(plant.admin)))
        assert plant.sign().size == size
    assert {3, 7, 1500} <= {c.size for c in plant.checkpoints()}
    assert all(c.root == root_of(plant, c.size) for c in plant.checkpoints())
    count = len(plant.notes())
    plant.sign()
    assert len(plant.notes()) == count


def test_a_checkpoint_that_did_not_reach_AUDIT_is_published_by_the_next_run(plant: NotaryPlant) -> None:
    plant.append(3)
    plant.sign()
    note = plant.notes()[0]
    plant.admin.run(plant.admin.js.delete_stream("AUDIT"))
    plant.admin.run(ensure_streams(plant.admin.js))
    plant.sign()
    assert plant.notes() == [note]


def test_a_lost_local_copy_is_taken_from_AUDIT(plant: NotaryPlant) -> None:
    plant.append(3)
    plant.sign()
    (plant.home / SIGNED).unlink()
    plant.sign()
    assert (plant.home / SIGNED).read_bytes() == plant.notes()[-1]


def test_a_shortened_history_is_not_signed(plant: NotaryPlant) -> None:
    plant.append(9)
    plant.sign()
    plant.empty_events()
    plant.append(8)
    with pytest.raises(HistoryInconsistent, match="EVENTS ends at 8, but a checkpoint of 9 events was signed"):
        plant.notary()
    assert [c.size for c in plant.checkpoints()] == [9]


def test_another_history_of_the_same_length_is_not_signed(plant: NotaryPlant) -> None:
    plant.append(9)
    plant.sign()
    plant.empty_events()
    plant.append(9, aggregates=2)
    plant.append(3)
    with closing(plant.notary()) as notary, pytest.raises(HistoryInconsistent, match="the first 9 events"):
        for _ in range(3):
            notary.step(0.05)
    assert [c.size for c in plant.checkpoints()] == [9]


def test_both_streams_gone_is_seen_by_the_copy_on_disk(plant: NotaryPlant) -> None:
    plant.append(9)
    plant.sign()
    plant.admin.run(plant.admin.js.delete_stream("AUDIT"))
    plant.empty_events()
    with pytest.raises(HistoryInconsistent, match="EVENTS ends at 0"):
        plant.notary()


def test_a_hole_is_not_signed(plant: NotaryPlant) -> None:
    plant.append(5)
    update = plant.admin.run(plant.admin.js.stream_info("EVENTS")).config
    plant.admin.run(plant.admin.js.delete_stream("EVENTS"))
    plant.admin.run(plant.admin.js.add_stream(update.evolve(deny_delete=False)))
    for _ in range(3):
        plant.forge()
    plant.admin.run(plant.admin.js.delete_msg("EVENTS", 2))
    with closing(plant.notary()) as notary, pytest.raises(HistoryInconsistent, match="EVENTS lacks sequence 2"):
        notary.step(0.5)
    assert plant.notes() == []


def test_a_lost_key_is_not_replaced_in_silence(plant: NotaryPlant) -> None:
    plant.append(1)
    plant.sign()
    (plant.home / "secrets" / "notary.key").unlink()
    with pytest.raises(KeyUnusable, match=r"notary\.key is missing, but checkpoints were signed"):
        plant.notary()


def test_another_key_does_not_go_on(plant: NotaryPlant, new_plant: Callable[[], NotaryPlant]) -> None:
    other = new_plant()
    for each in (plant, other):
        each.append(1)
        each.sign()
    (plant.home / "secrets" / "notary.key").write_bytes((other.home / "secrets" / "notary.key").read_bytes())
    with pytest.raises(KeyUnusable, match="not by this notary's key"):
        plant.notary()


@pytest.mark.parametrize("text", ["", "x", "PRIVATE+KEY+a+00000000+AQ==", "PRIVATE+KEY+a+00000000+" + "AAAA" * 11])
def test_a_damaged_key_is_refused_in_a_sentence(plant: NotaryPlant, text: str) -> None:
    (plant.home / "secrets").mkdir()
    (plant.home / "secrets" / "notary.key").write_text(text)
    with pytest.raises(KeyUnusable, match=r"notary\.key is"):
        plant.notary()


def test_of_two_notaries_one_is_first_and_the_other_stops(plant: NotaryPlant) -> None:
    plant.append(1)
    plant.sign()
    with closing(plant.notary()) as one, closing(plant.notary()) as other:
        plant.clock.now += INTERVAL_S
        plant.append(1)
        one.step(0.5)
        plant.append(1)
        with pytest.raises(HistoryInconsistent, match="this notary has not signed"):
            for _ in range(5):
                other.step(0.2)


def test_a_repeat_after_a_lost_acknowledgement_stores_nothing(plant: NotaryPlant) -> None:
    first = publish_checkpoint(plant.bridge, b"note", Published())
    assert publish_checkpoint(plant.bridge, b"note", Published()) == first
    assert plant.notes() == [b"note"]


def test_a_crash_of_the_server_is_survived(plant: NotaryPlant) -> None:
    plant.append(2)
    with closing(plant.notary()) as notary:
        notary.step(0.5)
        plant.server.kill()
        plant.clock.now += INTERVAL_S
        notary.step(0.1)
        plant.server.start()
        plant.append(2)
        for _ in range(20):
            notary.step(0.2)
            if notary.signed.size == 4:
                break
    assert [c.size for c in plant.checkpoints()] == [2, 4]


def test_the_domain_cannot_write_a_checkpoint_and_the_notary_no_event(plant: NotaryPlant) -> None:
    with closing(Bridge(plant.server.url("domain"), name="domain", timeout_s=0.5)) as domain:
        for bridge, subject in ((domain, "audit.checkpoint.EVENTS"), (plant.bridge, "es.incident.1")):
            with pytest.raises(Exception, match=r"(?i)timeout|no response"):
                bridge.run(bridge.js.publish(subject, b"{}", timeout=0.5))
    assert plant.notes() == []


def test_AUDIT_can_neither_be_purged_nor_deleted_from(plant: NotaryPlant) -> None:
    plant.append(1)
    plant.sign()
    for request, body in (("MSG.DELETE", b'{"seq": 1}'), ("PURGE", b"")):
        reply = plant.admin.run(plant.admin.nc.request(f"$JS.API.STREAM.{request}.AUDIT", body, timeout=5))
        assert "error" in json.loads(reply.data)


def test_nothing_is_signed_with_a_home_that_cannot_be_written(plant: NotaryPlant) -> None:
    plant.append(1)
    with closing(plant.notary()) as notary:
        (plant.home / SIGNED).mkdir(parents=True)
        with pytest.raises(OSError):
            notary.step(0.5)
    assert plant.notes() == []
