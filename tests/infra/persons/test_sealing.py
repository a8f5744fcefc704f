"""Sealed values: only the person's key opens them, only in their place, and every changed byte is noticed."""

import base64
import json
from collections.abc import Iterator
from typing import Any, get_type_hints

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from domain.contracts.codec import CodecError
from domain.contracts.events import (
    NAMES,
    Assigned,
    Commented,
    DeliveryFailed,
    DeliveryGivenUp,
    DeliverySent,
    Envelope,
    Event,
    MarkedFalsePositive,
    SignedIn,
    UserRegistered,
    decode_event,
    encode_event,
    event_name,
)
from domain.contracts.identifiers import CommandId, UserId, local_user_id
from domain.contracts.personal import ERASED, WITHHELD, Personal, has_sealed, owners_of, personal_fields
from infra.eventstore.envelope import TOPIC, VERSION
from infra.nats.direct import StoredMessage
from infra.persons.errors import SealBroken
from infra.persons.sealing import Place, decode_message, sealer, unsealer
from tests.domain.facts import ANNA, BORIS, EVERY, REQUESTED, USER_REGISTERED
from tests.domain.samples import T0

texts = st.text(st.characters(blacklist_characters="\x00", blacklist_categories=["Cs"]), min_size=1, max_size=200)
HERE = Place("es.incident.1", 4, "incident.commented.v1")
COMMENTED = Commented("anna", "проверить угол")


class OwnKeys:
    """Keys of this test; `erased` ones are gone."""

    def __init__(self) -> None:
        self.kept: dict[UserId, AESGCM] = {}
        self.erased: set[UserId] = set()

    def cipher(self, person: UserId) -> AESGCM | None:
        return None if person in self.erased else self.kept.get(person)

    def cipher_to_seal(self, person: UserId) -> AESGCM | None:
        if person not in self.erased:
            self.kept.setdefault(person, AESGCM(AESGCM.generate_key(256)))
        return self.cipher(person)


KEYS: Any = OwnKeys()


def stored(event: Event, actor: UserId | None = ANNA, *earlier: Event, keys: Any = KEYS, by: str = "anna") -> bytes:
    envelope = Envelope(T0, by, CommandId("c1"), event, owners_of(event, actor, earlier))
    return encode_event(envelope, sealer(keys, Place(HERE.subject, HERE.version, event_name(event))))


def read(payload: bytes, event: Event, keys: Any = KEYS, place: Place | None = None) -> Envelope:
    name = event_name(event)
    return decode_event(name, payload, unsealer(keys, place or Place(HERE.subject, HERE.version, name)))


@given(texts, texts)
def test_what_was_sealed_is_read_again_and_not_seen_in_between(author: str, text: str) -> None:
    event = Commented(author, text)
    payload = stored(event, by=author)
    envelope = read(payload, event)
    assert (envelope.event, envelope.by) == (event, author)
    assert envelope.owners == {"by": ANNA, "author": ANNA, "text": ANNA}
    plain = json.loads(payload)
    assert {type(plain["by"]), *map(type, plain["event"].values())} == {dict}
    assert plain["event"]["text"].keys() == {"person", "sealed"}
    if len(text.encode()) > 8:
        assert text.encode() not in payload


@given(st.binary(min_size=1, max_size=60), st.integers(min_value=0))
def test_every_changed_byte_of_a_sealed_value_is_noticed(flips: bytes, at: int) -> None:
    plain = json.loads(stored(COMMENTED))
    value = bytearray(base64.b64decode(plain["event"]["text"]["sealed"]))
    for offset, flip in enumerate(flips):
        value[(at + offset) % len(value)] ^= flip or 1
    changed = base64.b64encode(bytes(value)).decode()
    if changed == plain["event"]["text"]["sealed"]:
        return
    plain["event"]["text"]["sealed"] = changed
    with pytest.raises(SealBroken, match="text of"):
        read(json.dumps(plain, separators=(",", ":")).encode(), COMMENTED)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("es.incident.2", 4, "incident.commented.v1"),
        Place("es.incident.1", 5, "incident.commented.v1"),
        Place("es.incident.1", 4, "incident.commented.v2"),
    ],
)
def test_a_sealed_value_opens_only_where_it_was_sealed(elsewhere: Place) -> None:
    with pytest.raises(SealBroken):
        read(stored(COMMENTED), COMMENTED, place=elsewhere)


def test_a_value_moved_to_another_field_or_person_does_not_open() -> None:
    plain = json.loads(stored(COMMENTED))
    swapped = {**plain, "event": {"author": plain["event"]["text"], "text": plain["event"]["author"]}}
    KEYS.cipher_to_seal(BORIS)
    of_boris = {**plain, "event": {**plain["event"], "text": {**plain["event"]["text"], "person": str(BORIS)}}}
    for forged in (swapped, of_boris):
        with pytest.raises(SealBroken):
            read(json.dumps(forged, separators=(",", ":")).encode(), COMMENTED)


@pytest.mark.parametrize(
    "value", [{"person": "nobody", "sealed": "AAAA"}, {"person": str(ANNA), "sealed": 5}, {"person": str(ANNA)}]
)
def test_what_only_looks_sealed_is_refused_by_name(value: dict[str, Any]) -> None:
    payload = json.dumps(
        {"at": T0.isoformat(), "by": "x", "command_id": "c", "event": {"author": "a", "text": value}},
        separators=(",", ":"),
    )
    with pytest.raises(CodecError, match="text"):
        read(payload.encode(), COMMENTED)


def test_without_the_key_it_is_erased_and_without_the_right_withheld() -> None:
    keys: Any = OwnKeys()
    payload = stored(COMMENTED, keys=keys)
    assert decode_event("incident.commented.v1", payload).event == Commented(WITHHELD, WITHHELD)
    assert decode_event("incident.commented.v1", payload).by == WITHHELD
    keys.erased.add(ANNA)
    envelope = read(payload, COMMENTED, keys)
    assert (envelope.event, envelope.by) == (Commented(ERASED, ERASED), ERASED)
    assert envelope.owners["text"] == ANNA, "whose it was is still known"


def test_of_an_erased_person_nothing_new_is_kept() -> None:
    keys: Any = OwnKeys()
    keys.erased.add(ANNA)
    event = SignedIn(ANNA, "10.0.0.17")
    payload = stored(event, None, keys=keys, by="gateway")
    assert json.loads(payload)["event"]["address"] == {"person": str(ANNA), "sealed": ""}
    assert read(payload, event, keys).event == SignedIn(ANNA, ERASED)


def test_another_person_erased_takes_only_their_own() -> None:
    keys: Any = OwnKeys()
    event = Assigned("boris")
    boris = local_user_id("boris")
    payload = stored(event, keys=keys)
    keys.erased.add(boris)
    envelope = read(payload, event, keys)
    assert (envelope.event, envelope.by) == (Assigned(ERASED), "anna")


def test_facts_from_before_there_were_keys_still_load() -> None:
    payload = encode_event(Envelope(T0, "anna", CommandId("c1"), COMMENTED))
    assert not has_sealed(payload)
    assert read(payload, COMMENTED).event == COMMENTED


def test_a_text_about_seals_is_not_taken_for_one() -> None:
    event = Commented("anna", '{"person":"x","sealed":"y"}')
    payload = encode_event(Envelope(T0, "anna", CommandId("c1"), event))
    assert not has_sealed(payload)
    assert read(payload, event).event == event


def test_personal_values_are_never_stored_in_the_open_by_mistake() -> None:
    with pytest.raises(CodecError, match="unsealed"):
        encode_event(Envelope(T0, "anna", CommandId("c1"), COMMENTED, {"text": ANNA}))


def test_a_process_owns_nothing_and_a_missing_value_is_nobodys() -> None:
    assert owners_of(MarkedFalsePositive("rules", "x"), None, ()) == {}
    unreachable = UserRegistered(ANNA, USER_REGISTERED.provider, "anna", "Анна", None, None)
    assert owners_of(unreachable, None, ()).keys() == {"login", "name"}
    assert owners_of(Assigned(None), BORIS, ()) == {"by": BORIS}


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (DeliverySent(1, "message 17"), "receipt"),
        (DeliveryFailed(1, "550 <anna@example.org>: unknown", None), "reason"),
        (DeliveryGivenUp(3, "550 <anna@example.org>: unknown"), "reason"),
    ],
)
def test_what_a_channel_says_belongs_to_the_recipient_of_the_request(event: Event, field: str) -> None:
    assert owners_of(event, None, (REQUESTED,)) == {field: ANNA}


def test_a_message_is_read_with_its_own_place() -> None:
    payload = stored(COMMENTED)
    headers = {TOPIC: HERE.name, VERSION: str(HERE.version)}
    message = StoredMessage(HERE.subject, 9, headers, payload, T0)
    assert decode_message(message, KEYS).event == COMMENTED
    assert decode_message(message, None).event == Commented(WITHHELD, WITHHELD)
    with pytest.raises(SealBroken):
        decode_message(StoredMessage("es.incident.2", 9, headers, payload, T0), KEYS)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_event_comes_back_sealed_and_opened(name: str) -> None:
    event = EVERY[name]
    keys: Any = OwnKeys()
    payload = stored(event, BORIS, REQUESTED, keys=keys, by="boris")
    assert read(payload, event, keys).event == event
    for value in personal_values(event):
        assert value.encode() not in payload


def personal_values(event: Event) -> Iterator[str]:
    for field in personal_fields(type(event)):
        value = getattr(event, field)
        if value is not None:
            yield value


LIKE_PERSONS = {"login", "name", "email", "phone", "address", "text", "reason", "note", "comment", "receipt"} | {
    *("author", "reviewer", "assignee", "contact", "surname", "by", "user", "person", "message"),
}
NOT_OF_A_PERSON = {
    "camera.registered.v1.name": "of a camera",
    "camera.configured.v1.name": "of a camera",
    "zone.drawn.v1.name": "of a zone",
    "rule.published.v1.name": "of a rule",
    "role.defined.v1.name": "of a role",
    "incident.evidence_missed.v1.reason": "a process writes it",
    "recording.missed.v1.reason": "a process writes it",
    "user.sign_in_failed.v1.reason": "a word of a list",
    "user.erased.v1.reason": "stays for ever, says nothing about the person",
}


def test_a_field_named_like_personal_data_is_marked_or_explained() -> None:
    """Whoever adds `email` to an event must say whose it is."""
    found = {
        f"{name}.{field}"
        for name, kind in NAMES.items()
        for field in get_type_hints(kind)
        if field in LIKE_PERSONS and field not in personal_fields(kind)
    }
    assert found == NOT_OF_A_PERSON.keys()


def test_a_mark_names_an_owner_that_can_be_found() -> None:
    for name, kind in NAMES.items():
        for field, mark in personal_fields(kind).items():
            elsewhere = name.startswith("delivery.") and mark == Personal("recipient")
            assert mark.owner in {"by", "login", *get_type_hints(kind)} or elsewhere, f"{name}.{field}"
