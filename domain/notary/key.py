"""The notary's Ed25519 key: `<home>/secrets/notary.key`, made once, and `notary.pub` for everybody.

Both are one line in the encoding that Go's sumdb and the C2SP tools read. The name holds a part of the public key's
hash, so that no two installations sign the same origin.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.notary.errors import KeyUnusable
from domain.proof.checkpoint import ED25519, Note, NoteMalformed, Signature, VerifierKey
from infra.settings import NOTARY_PUBLIC_KEY, write_secret

PRIVATE: Final = "secrets/notary.key"
PUBLIC: Final = NOTARY_PUBLIC_KEY
PREFIX: Final = "PRIVATE+KEY+"


@dataclass(frozen=True)
class SigningKey:
    """Signs notes in the name of this installation's log."""

    verifier: VerifierKey
    private: Ed25519PrivateKey = field(repr=False)

    def sign(self, text: str) -> bytes:
        """The signed note; the text ends with a newline."""
        value = self.private.sign(text.encode())
        return Note(text, (Signature(self.verifier.name, self.verifier.id, value),)).encode()


def load_key(home: Path) -> SigningKey | None:
    """None when none was made yet. Raises KeyUnusable."""
    path = home / PRIVATE
    try:
        text = path.read_text(encoding="ascii").strip()
        name, id_, encoded = text.removeprefix(PREFIX).split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        private = Ed25519PrivateKey.from_private_bytes(raw.removeprefix(ED25519))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise KeyUnusable(f"{path} is not a notary's key: {error}") from error
    key = SigningKey(VerifierKey(name, private.public_key().public_bytes_raw()), private)
    if not text.startswith(PREFIX) or key.verifier.id.hex() != id_:
        raise KeyUnusable(f"{path} is damaged: its parts do not belong together")
    return key


def make_key(home: Path) -> SigningKey:
    """Makes, stores and returns a key. The caller knows that nothing was ever signed with another."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    verifier = VerifierKey(f"kaska/{hashlib.sha256(public).hexdigest()[:16]}/EVENTS", public)
    encoded = base64.b64encode(ED25519 + private.private_bytes_raw()).decode("ascii")
    write_secret(home / PUBLIC, f"{verifier}\n")
    write_secret(home / PRIVATE, f"{PREFIX}{verifier.name}+{verifier.id.hex()}+{encoded}\n")
    return SigningKey(verifier, private)


def read_public(given: str) -> VerifierKey:
    """The public key that `given` is, or that the file of this name holds. Raises KeyUnusable."""
    try:
        text = given if "+" in given and not Path(given).exists() else Path(given).read_text(encoding="utf-8")
        return VerifierKey.parse(text.strip())
    except (OSError, UnicodeDecodeError, NoteMalformed) as error:
        raise KeyUnusable(f"no public key of a notary: {error}") from error
