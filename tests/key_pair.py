"""An elliptic-curve key pair on disk."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

PEM = serialization.Encoding.PEM


def key_pair(folder: Path, name: str, curve: type[ec.EllipticCurve] = ec.SECP256R1):
    """Write a private key and its public one; their paths."""
    private = ec.generate_private_key(curve())
    secret, public = folder / f"{name}.pem", folder / f"{name}.pub"
    form, bare = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(private.private_bytes(PEM, form, bare))
    shown = serialization.PublicFormat.SubjectPublicKeyInfo
    public.write_bytes(private.public_key().public_bytes(PEM, shown))
    return secret, public
