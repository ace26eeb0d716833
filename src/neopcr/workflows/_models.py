"""Which bundle a user means: a version's folder, a model's folder, or the model registry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from neopcr.errors import BundleError

if TYPE_CHECKING:
    from neopcr.bundle import Bundle


def title(bundle: Bundle) -> str:
    """How a model is called: ``<name>-<landmark>``."""
    return f"{bundle.name}-{bundle.landmark.name}"


def bundle_folder(text: str) -> Path:
    """Find a bundle.

    Parameters
    ----------
    text : str
        ``models/<name>-<landmark>/<version>``, the folder above it for its latest version, or
        ``models:/<name>-<landmark>@<alias>`` of the model registry.

    Returns
    -------
    Path
        A folder that holds ``bundle.json``.

    Raises
    ------
    BundleError
        If there is none.
    """
    if text.startswith("models:/"):
        from neopcr.tracking import download_bundle  # noqa: PLC0415 - MLflow costs seconds

        return download_bundle(text)
    folder = Path(text)
    if (folder / "bundle.json").is_file():
        return folder
    versions = versions_of(folder)
    if not versions:
        message = (
            f"{folder}: there is no bundle here. Name a folder that `neopcr train` wrote, such as "
            "models/<name>-<landmark>."
        )
        raise BundleError(message)
    return folder / str(versions[-1])


def signed_bundle(text: str, key: Path | None) -> str:
    """Refuse a bundle that the owner of a key did not sign, before anything of it is parsed.

    Parameters
    ----------
    text : str
        A bundle; see `bundle_folder`.
    key : Path, optional
        Public key of whoever must have signed it; without one every bundle will do.

    Returns
    -------
    str
        The bundle; with a key, the folder of the very version whose signature was checked.

    Raises
    ------
    BundleError
        If it is not signed by this key, or comes from a registry, which keeps no signatures.
    ConfigError
        If the key cannot be used.
    """
    if key is None:
        return text
    if text.startswith("models:/"):
        message = (
            f"{text}: a model registry keeps no signatures, and one is required. Name the signed "
            "folder instead, such as models/<name>-<landmark>/<version>."
        )
        raise BundleError(message)
    from neopcr.bundle.signature import verify_signature  # noqa: PLC0415 - for who asks only

    folder = bundle_folder(text)
    verify_signature(folder, key)
    return str(folder)


def versions_of(folder: Path) -> list[int]:
    """Versions of a model, in order; empty where the folder is absent."""
    if not folder.is_dir():
        return []
    return sorted(int(child.name) for child in folder.iterdir() if child.name.isdecimal())
