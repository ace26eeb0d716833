"""Who vouches for a bundle's bytes: a signature beside its folder, by an elliptic-curve key.

The hashes inside a bundle show that it is whole; they cannot show who made it. `model-signing`
(an extra) signs the hash of every file in the Sigstore bundle format; nothing is sent anywhere.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from neopcr.bundle.folder import bundle_hash
from neopcr.errors import BundleError, ConfigError
from neopcr.target import whole_or_absent

if TYPE_CHECKING:
    from types import ModuleType

SUFFIX = ".sig"
LARGEST = 2**20
"""Bytes of a signature file; three files' hashes take about 2,000."""


def signature_of(folder: Path) -> Path:
    """Where the signature of a bundle stands: beside its folder, ``<version>.sig``."""
    # "." and ".." have no name to stand beside.
    named = folder if folder.name.strip(".") else folder.resolve()
    return named.with_name(f"{named.name}{SUFFIX}")


def sign_bundle(folder: Path, key: Path) -> Path:
    """Sign a bundle.

    Parameters
    ----------
    folder : Path
        Of a bundle.
    key : Path
        Private key, PEM without a password, on P-256, P-384 or P-521: ``openssl ecparam -genkey
        -name prime256v1 -noout``.

    Returns
    -------
    Path
        The signature, made or replaced.

    Raises
    ------
    BundleError
        If the bundle is damaged.
    ConfigError
        If the key cannot be used, or `model-signing` is not installed.
    TargetError
        If the signature cannot be written.
    """
    bundle_hash(folder)
    signing, _ = _library()
    try:
        signer = signing.Config().use_elliptic_key_signer(private_key=key)
    except Exception as error:
        raise _unusable(key, "private") from error
    with tempfile.TemporaryDirectory() as private:
        made = Path(private) / "signature"
        signer.sign(folder, made)
        with whole_or_absent(signature_of(folder)) as file:
            file.write(made.read_bytes())
    return signature_of(folder)


def verify_signature(folder: Path, key: Path) -> None:
    """Refuse a bundle that the owner of a key did not sign as it is.

    Parameters
    ----------
    folder : Path
        Of a bundle; its signature stands beside it.
    key : Path
        Public key, PEM.

    Raises
    ------
    BundleError
        If there is no signature, it is of another key, or a file was altered since.
    ConfigError
        If the key cannot be used, or `model-signing` is not installed.
    """
    signature = signature_of(folder)
    _, verifying = _library()
    try:
        verifier = verifying.Config().use_elliptic_key_verifier(public_key=key)
    except Exception as error:
        raise _unusable(key, "public") from error
    if not signature.is_file():
        message = f"{folder}: not signed: there is no {signature.name} beside it."
        raise BundleError(message)
    try:
        if signature.stat().st_size > LARGEST:
            raise ValueError  # noqa: TRY301 - refused with the sentence below
        verifier.verify(folder, signature)
    except Exception as error:
        message = (
            f"{folder}: refused: its signature is not of this key, or a file was altered since it "
            "was signed. Ask whoever trained it for the bundle and the public key again."
        )
        raise BundleError(message) from error


def _library() -> tuple[ModuleType, ModuleType]:
    try:
        from model_signing import signing, verifying  # noqa: PLC0415 - an extra
    except ImportError as error:
        message = "signatures need model-signing: pip install 'neopcr[signing]'."
        raise ConfigError(message) from error
    return signing, verifying


def _unusable(key: Path, kind: str) -> ConfigError:
    return ConfigError(
        f"{key}: this cannot be used as a {kind} key. It must be PEM, without a password, of the "
        "curve P-256, P-384 or P-521."
    )
