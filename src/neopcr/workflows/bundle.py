"""Bundle: verify one, sign one, say what is in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neopcr.bundle import bundle_hash, load_bundle
from neopcr.bundle.signature import sign_bundle, verify_signature
from neopcr.workflows._models import bundle_folder, title
from neopcr.workflows._result import Result

if TYPE_CHECKING:
    from pathlib import Path

    from neopcr.bundle import Bundle


def verify(text: str, key: Path | None = None) -> Result:
    """Check a bundle's files, hashes and content, and with a key its signature.

    Parameters
    ----------
    text : str
        A bundle; see `bundle_folder`.
    key : Path, optional
        Public key of whoever must have signed it.

    Raises
    ------
    BundleError, ConfigError
    """
    folder = bundle_folder(text)
    if key is not None:
        verify_signature(folder, key)
    bundle = load_bundle(folder)
    sha256 = bundle_hash(folder)
    signed = "signed by this key" if key else "signature not asked for"
    line = (
        f"{title(bundle)} version {bundle.version}: whole and readable; {signed}; SHA-256 {sha256}"
    )
    data = {"bundle": str(folder), "sha256": sha256, "signature_verified": key is not None}
    return Result(data, (line,))


def sign(text: str, key: Path) -> Result:
    """Write a signature beside a bundle.

    Parameters
    ----------
    text : str
        A bundle; see `bundle_folder`.
    key : Path
        Private key.

    Raises
    ------
    BundleError, ConfigError, TargetError
    """
    folder = bundle_folder(text)
    load_bundle(folder)
    written = sign_bundle(folder, key)
    data = {"bundle": str(folder), "sha256": bundle_hash(folder), "signature": str(written)}
    return Result(data, (f"signature: {written}",))


def inspect(text: str) -> Result:
    """Say what a bundle is: for whom, from whom, how good, how made.

    Parameters
    ----------
    text : str
        A bundle; see `bundle_folder`.

    Raises
    ------
    BundleError
    """
    folder = bundle_folder(text)
    bundle = load_bundle(folder)
    data = {"bundle": str(folder), "sha256": bundle_hash(folder), **_content(bundle)}
    return Result(data, _lines(bundle, data))


def _content(bundle: Bundle) -> dict[str, Any]:
    model, space = bundle.model, bundle.space
    return {
        "name": title(bundle),
        "version": bundle.version,
        "estimand": bundle.estimand,
        "outcome": bundle.definition,
        "training": {key: bundle.training[key] for key in ("n", "events")},
        "columns": {
            modality: [column.name for column in space.columns if column.modality == modality]
            for modality in space.modalities
        },
        "features": len(space.features) + len(space.products),
        "reduced_models": len(model.reduced),
        "recalibration": {"intercept": model.intercept, "slope": model.slope},
        "uncertainty": bundle.uncertainty is not None,
        "metrics": bundle.metrics,
        "provenance": bundle.provenance,
    }


def _lines(bundle: Bundle, data: dict[str, Any]) -> tuple[str, ...]:
    columns = "; ".join(f"{name} {len(each)}" for name, each in data["columns"].items())
    parent = bundle.provenance.get("parent_sha256")
    n, events = data["training"]["n"], data["training"]["events"]
    lines = (
        f"{data['name']} version {bundle.version}, SHA-256 {data['sha256']}",
        f"predicts: {bundle.estimand}",
        f"outcome: {bundle.definition}",
        f"training: {n} patients, {events} with pCR",
        f"columns: {columns}; {data['features']} features; {data['reduced_models']} models for "
        "patients who lack a modality",
        *(_metric(one) for one in bundle.metrics if one["group"] == "all"),
        *([f"child of {parent}"] if parent else []),
    )
    return tuple(_printable(line) for line in lines)


def _metric(one: dict[str, Any]) -> str:
    if one["value"] is None:
        return f"{one['name']}: {one['method']}"
    known = one["lower"] is not None and one["upper"] is not None
    interval = f" ({one['lower']:.3f} to {one['upper']:.3f})" if known else ""
    return f"{one['name']}: {one['value']:.3f}{interval}"


def _printable(line: str) -> str:
    """A foreign bundle's words cannot steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in line)
