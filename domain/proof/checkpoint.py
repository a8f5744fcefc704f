"""Checkpoints of the log as C2SP writes them: tlog-checkpoint (origin, size, root) in a signed-note with Ed25519.

Strict in both directions: what is parsed is written again byte for byte, so that no byte of a note is without meaning.
The arithmetic of Ed25519 is passed in, because this package depends on the standard library only.
Source: c2sp.org/signed-note, c2sp.org/tlog-checkpoint.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from domain.proof.merkle import HASH_BYTES

ED25519: Final = b"\x01"
PUBLIC_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
KEY_ID_BYTES: Final = 4
DASH: Final = "\u2014 "
LONGEST_NOTE: Final = 64 * 1024

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)

VerifiesSignature = Callable[[bytes, bytes, bytes], bool]
"""(public key, signature, message) -> whether it is the signature of the message by that key."""


class NoteMalformed(ValueError):
    """These bytes are not a signed note, a checkpoint or a key in the form of C2SP."""


class NoteUntrusted(ValueError):
    """The note does not carry a good signature by the key that is trusted."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A name and an Ed25519 public key; as text `<name>+<id, hex>+<base64 of 0x01 and the key>`."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(ED25519 + self.public)}"

    @staticmethod
    def parse(text: str) -> "VerifierKey":
        """Raises NoteMalformed."""
        name, _, rest = text.partition("+")
        _, _, encoded = rest.partition("+")
        public = _bytes(encoded)[len(ED25519) :]
        key = VerifierKey(_checked_name(name), public)
        if len(public) != PUBLIC_BYTES or str(key) != text:
            raise NoteMalformed(f"not a key with a name: {text!r}")
        return key


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who says to have signed, and the signature."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{DASH}{self.name} {_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, with its last newline, and its signatures; nothing of it is to be believed before `trusted_text`."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        return (self.text + "\n" + "".join(map(str, self.signatures))).encode()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log at one size: origin names the log, root is that of its Merkle tree."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"


def parse_note(data: bytes) -> Note:
    """Raises NoteMalformed."""
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise NoteMalformed("a note is UTF-8") from error
    if len(data) > LONGEST_NOTE or any(c < " " and c != "\n" for c in whole):
        raise NoteMalformed("a note has no control characters and at most 64 KiB")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not text or not lines.endswith("\n"):
        raise NoteMalformed("a note is a text, an empty line and signature lines")
    note = Note(text + "\n", tuple(_signature(line) for line in lines[:-1].split("\n")))
    if note.encode() != data:
        raise NoteMalformed("a note is not written in the one way that there is")
    return note


def trusted_text(data: bytes, key: VerifierKey, verifies: VerifiesSignature) -> str:
    """The text of a note that the key has signed; signatures by others are passed over. Raises both errors."""
    note = parse_note(data)
    own = [s for s in note.signatures if (s.name, s.key_id) == (key.name, key.id)]
    if not own:
        raise NoteUntrusted(f"not signed by {key.name}")
    if not all(len(s.value) == SIGNATURE_BYTES and verifies(key.public, s.value, note.text.encode()) for s in own):
        raise NoteUntrusted(f"the signature of {key.name} is wrong")
    return note.text


def trusted_checkpoint(data: bytes, key: VerifierKey, verifies: VerifiesSignature) -> Checkpoint:
    """A checkpoint signed by the log's own key. Raises NoteMalformed, NoteUntrusted."""
    checkpoint = parse_checkpoint(trusted_text(data, key, verifies))
    if checkpoint.origin != key.name:
        raise NoteUntrusted(f"a checkpoint of another log: {checkpoint.origin}")
    return checkpoint


def parse_checkpoint(text: str) -> Checkpoint:
    """The text of a note; extension lines, which nobody could audit, are refused. Raises NoteMalformed."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise NoteMalformed("a checkpoint is three lines: origin, size, root")
    root = _bytes(lines[2])
    if len(root) != HASH_BYTES:
        raise NoteMalformed("the root of a checkpoint has 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not space:
        raise NoteMalformed(f"not a signature line: {line[:80]!r}")
    raw = _bytes(encoded)
    if len(raw) <= KEY_ID_BYTES:
        raise NoteMalformed("a signature has a key id and more than that")
    return Signature(_checked_name(name), raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def _checked_name(name: str) -> str:
    if not name or "+" in name or any(c.isspace() for c in name):
        raise NoteMalformed(f"a key's name has no spaces and no plus: {name!r}")
    return name


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    """Standard base64 in its one canonical form."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteMalformed(f"not base64: {text[:80]!r}") from error
    if _base64(data) != text:
        raise NoteMalformed(f"not canonical base64: {text[:80]!r}")
    return data
