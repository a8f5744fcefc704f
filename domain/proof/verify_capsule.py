#!/usr/bin/env python3
"""Checks a capsule: one incident of Kaska with its proof. Needs Python 3.11 and `cryptography`, nothing of Kaska.

    python verify_capsule.py CAPSULE.zip [KEY]      KEY: notary.pub from a source that you trust, as text or as a file

Every byte counts: the archive must be exactly the one that its members make (`archive`), the manifest is signed and
names the size and the sha256 of every other member, the events are under a signed checkpoint (RFC 6962, C2SP), and the
media are those whose sha256 the events name. Exit code 0: all holds; 1: it does not, or the file is no capsule.
"""

import base64
import hashlib
import json
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FIRST_LINE = "kaska-capsule/1"
MANIFEST, CHECKPOINT, KEY, EVENTS = "manifest.txt", "checkpoint.txt", "notary.pub", "events.json"
LOCAL, CENTRAL, END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
NEW_YEAR_1980 = 33  # no archive says when it was packed

Members = list[tuple[str, bytes]]
KeyOf = tuple[str, bytes, bytes]
Event = dict[str, Any]


class Rejected(Exception):
    """The capsule does not hold."""


def archive(members: Members) -> bytes:
    """The one ZIP file, stored without compression, that has these members: [(name, bytes)], names in ASCII."""
    body, directory = b"", b""
    for name, data in members:
        raw = name.encode("ascii")
        same = (20, 0, 0, 0, NEW_YEAR_1980, zlib.crc32(data), len(data), len(data), len(raw), 0)
        directory += CENTRAL.pack(b"PK\x01\x02", 20, *same, 0, 0, 0, 0, len(body)) + raw
        body += LOCAL.pack(b"PK\x03\x04", *same) + raw + data
    count = len(members)
    return body + directory + END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)


def unpack(data: bytes) -> Members:
    """The members of an archive made by `archive`."""
    members, at = Members(), 0
    while data[at : at + 4] == b"PK\x03\x04":
        fields = LOCAL.unpack_from(data, at)
        begin = at + LOCAL.size + fields[9]
        members.append((data[at + LOCAL.size : begin].decode("ascii"), data[begin : begin + fields[8]]))
        at = begin + fields[8]
    require(archive(members) == data, "the archive is not exactly what its members make")
    names = [name for name, _ in members]
    require(len(set(names)) == len(names), "two members have one name")
    return members


def require(holds: bool, sentence: str) -> None:
    if not holds:
        raise Rejected(sentence)


def parse_key(text: str) -> KeyOf:
    """(name, key id, public key) of `<name>+<id, hex>+<base64 of 0x01 and the Ed25519 key>`."""
    name, key_id, encoded = text.strip().split("+", 2)
    public = base64.b64decode(encoded, validate=True)[1:]
    expected = hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    canonical = base64.b64encode(b"\x01" + public).decode()
    require(f"{name}+{expected.hex()}+{canonical}" == text.strip(), "the key is damaged")
    return name, bytes.fromhex(key_id), public


def signed_text(note: bytes, key: KeyOf) -> str:
    """The text of a C2SP signed note with exactly one signature, by this key."""
    name, key_id, public = key
    text, _, line = note.decode().rpartition("\n\n")
    text += "\n"
    signature = base64.b64decode(line.rpartition(" ")[2].rstrip("\n"), validate=True)
    require(signature[:4] == key_id, "a signature is by another key")
    expected = f"{text}\n\u2014 {name} {base64.b64encode(signature).decode()}\n"
    require(expected.encode() == note, "a signed note is not written as it must be")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text.encode())
    except InvalidSignature:
        raise Rejected("a signature is wrong") from None
    return text


def leaf_hash(event: Event) -> bytes:
    """RFC 6962 hash of the event's leaf: 0x01, sequence, then five parts, each after its length."""
    parts = [event[part].encode() for part in ("subject", "version", "topic", "hash", "payload")]
    leaf = b"\x01" + struct.pack(">Q", event["sequence"])
    leaf += b"".join(struct.pack(">I", len(part)) + part for part in parts)
    return hashlib.sha256(b"\x00" + leaf).digest()


def root_by(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root to which an inclusion proof leads (RFC 9162, 2.1.3.2); None when it leads nowhere."""
    last = size - 1
    for sibling in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            leaf = hashlib.sha256(b"\x01" + sibling + leaf).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            leaf = hashlib.sha256(b"\x01" + leaf + sibling).digest()
        index, last = index >> 1, last >> 1
    return leaf if last == 0 else None


def check_events(events: list[Event], size: int, root: bytes) -> None:
    """Every event is in the signed log, and each aggregate's events are unbroken from its first on."""
    heads: dict[str, tuple[int, str, int]] = {}
    for event in events:
        where, path = f"event {event['sequence']}", [bytes.fromhex(node) for node in event["proof"]]
        require(1 <= event["sequence"] <= size, f"{where} is not under the checkpoint")
        require(root_by(leaf_hash(event), event["sequence"] - 1, size, path) == root, f"{where} is not in the log")
        version, before, sequence = heads.get(event["subject"], (0, "0" * 64, 0))
        require(event["version"] == str(version + 1) and event["sequence"] > sequence, f"{where}: one is missing")
        chain = hashlib.sha256(bytes.fromhex(before))
        for part in ("subject", "version", "topic", "payload"):
            raw = event[part].encode()
            chain.update(len(raw).to_bytes(8, "big") + raw)
        require(chain.hexdigest() == event["hash"], f"{where}: the chain of its aggregate breaks")
        heads[event["subject"]] = (version + 1, event["hash"], event["sequence"])


def check_story(manifest: dict[str, Any], events: list[Event], files: set[str]) -> None:
    """The events are those of the incident and of what it cites; its evidence is here or said to be absent."""
    story: dict[str, list[tuple[str, Event, Event]]] = {}
    for event in events:
        story.setdefault(event["subject"], []).append((event["topic"], json.loads(event["payload"])["event"], event))
    own = story.pop(f"es.incident.{manifest['incident']}", [])
    require(bool(own) and own[0][0].startswith("incident.opened."), "the incident is not here")
    in_force = {f"es.{cited['context']}.{cited['id']}": cited for cited in manifest["in_force"]}
    require(in_force.keys() == story.keys(), "the events are not those that the manifest names")
    opened = own[0][1]
    for context in ("camera", "rule", "zone"):
        wanted = opened[f"{context}_id"]
        require(wanted is None or f"es.{context}.{wanted}" in story, f"the incident's {context} is not here")
    for subject, cited in in_force.items():
        found = [e for _, e, event in story[subject] if event["sequence"] == cited["sequence"]]
        require(bool(found), f"what was in force of {subject} is not here")
        version = f"{cited['context']}_version"
        require(opened.get(version) == found[0].get(version), f"{subject} is not in the version that was in force")
    attached = {e["sha256"] for topic, e, _ in own if topic.startswith("incident.evidence_attached.")}
    absent = {gone["sha256"] for gone in manifest["absent"] if gone["sha256"]}
    require(set(files) | absent == attached and not set(files) & absent, "the media are not those of the incident")


def verify(data: bytes, trusted: str | None = None) -> dict[str, Any]:
    """What the capsule holds, as a dictionary. Raises Rejected, or another error when the file is no capsule at all."""
    members = dict(unpack(data))
    key = parse_key(trusted or members[KEY].decode())
    require(trusted is None or members[KEY].decode().strip() == trusted.strip(), "the capsule is by another notary")
    first, _, text = signed_text(members[MANIFEST], key).partition("\n")
    require(first == FIRST_LINE, "the manifest is of another kind")
    manifest = json.loads(text)
    listed = [(m["name"], m["bytes"], m["sha256"]) for m in manifest["members"]]
    others = [(name, len(raw), hashlib.sha256(raw).hexdigest()) for name, raw in members.items() if name != MANIFEST]
    require(next(iter(members)) == MANIFEST and listed == others, "the members are not those of the manifest")
    origin, size, root, end = signed_text(members[CHECKPOINT], key).split("\n")
    require(origin == key[0] and not end, "the checkpoint is of another log")
    events = json.loads(members[EVENTS])
    check_events(events, int(size), base64.b64decode(root, validate=True))
    fixed = (CHECKPOINT, KEY, EVENTS)
    check_story(manifest, events, {sha256 for name, _, sha256 in listed if name not in fixed})
    answer = {name: manifest[name] for name in ("incident", "in_force", "models", "absent")}
    return answer | {"events": len(events), "log_size": int(size), "key": members[KEY].decode().strip()}


def main() -> int:
    try:
        trusted = sys.argv[2] if len(sys.argv) > 2 else None
        if trusted is not None and Path(trusted).is_file():
            trusted = Path(trusted).read_text(encoding="utf-8")
        answer = verify(Path(sys.argv[1]).read_bytes(), trusted)
    except Exception as error:  # whatever it is: not a capsule that holds
        sys.stdout.write(f"REJECTED: {str(error) or type(error).__name__}\n")
        return 1
    verdict = "VALID" if trusted else "VALID if the key above is the notary's: compare it with one that you trust"
    sys.stdout.write(f"{json.dumps(answer, ensure_ascii=False, indent=1)}\n{verdict}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
