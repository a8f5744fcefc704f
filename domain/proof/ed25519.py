"""The one piece of arithmetic that the proof does not do itself: signatures of Ed25519."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether it is the message's signature by that key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True
