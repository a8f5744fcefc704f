"""A node's certificate: made at each start, told over NATS, trusted by who was told it and by nobody else."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from infra.settings import write_secret

VALID: Final = timedelta(days=3650)
EARLIER: Final = timedelta(days=1)
"""The other machine's clock may be behind."""


@dataclass(frozen=True, slots=True)
class Identity:
    """certificate   PEM; context: of the end that listens"""

    certificate: str
    context: ssl.SSLContext


def fresh_identity(folder: Path) -> Identity:
    """folder: where the key lies for a moment, because OpenSSL reads it from a file. Raises OSError."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _signed(key).public_bytes(serialization.Encoding.PEM).decode()
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "relay.pem"
    write_secret(path, secret.decode() + certificate)
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(path)
    finally:
        path.unlink(missing_ok=True)
    return Identity(certificate, context)


def trusting(certificate: str) -> ssl.SSLContext:
    """Of the end that connects: whoever has this certificate's key, whatever the address is called.

    Raises  ssl.SSLError, ValueError
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.load_verify_locations(cadata=certificate)
    return context


def _signed(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kaska node")])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
