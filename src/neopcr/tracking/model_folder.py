"""The folder of an MLflow model of ours: what may lie in it, and what is refused."""

from __future__ import annotations

from pathlib import Path

import yaml

from neopcr.errors import BundleError

LOADER = "neopcr.scoring.pyfunc"
DATA = "data/bundle"

_FILES = frozenset({
    "MLmodel", "conda.yaml", "python_env.yaml", "requirements.txt", "registered_model_meta",
})  # fmt: skip


def bundle_in(folder: Path, model: str) -> Path:
    """Bundle's folder inside a model that was fetched and not yet trusted.

    MLflow imports whatever loader or code an MLmodel names. Nothing is imported here: a model that
    is more than our loader's name and a bundle is refused.

    Parameters
    ----------
    folder : Path
        What was fetched.
    model : str
        How the user named it, for messages.

    Raises
    ------
    BundleError
        If it names another loader or brings code, links or further files.
    """
    flavours = _flavours(folder, model)
    flavour = flavours.get("python_function")
    if set(flavours) != {"python_function"} or not isinstance(flavour, dict):
        raise refused(model, "its MLmodel has another flavour than python_function")
    if flavour.get("loader_module") != LOADER:
        raise refused(model, f"its loader is not {LOADER}")
    if flavour.get("code") is not None:
        raise refused(model, "it brings code of its own")
    if flavour.get("data") != DATA:
        raise refused(model, f"its data are not in {DATA}")
    extra = sum(not _is_expected(path, folder) for path in folder.rglob("*"))
    if extra:
        raise refused(model, f"it holds {extra} entries that a bundle does not have")
    return folder / DATA


def refused(model: str, reason: str) -> BundleError:
    """Build the error of a model that is not opened."""
    return BundleError(
        f"{model}: refused, because {reason}. Take a bundle that `neopcr train` wrote."
    )


def _flavours(folder: Path, model: str) -> dict[str, object]:
    try:
        content = yaml.safe_load((folder / "MLmodel").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise refused(model, "it has no readable MLmodel") from None
    flavours = content.get("flavors") if isinstance(content, dict) else None
    if not isinstance(flavours, dict):
        raise refused(model, "its MLmodel names no flavour")
    return flavours


def _is_expected(path: Path, folder: Path) -> bool:
    """Whether an entry may be there: no link, and beside or inside the bundle's folder only."""
    parts = path.relative_to(folder).parts
    place = Path(DATA).parts
    if path.is_symlink():
        return False
    if path.is_dir():
        return parts == place[: len(parts)]
    return parts[:-1] == place or (len(parts) == 1 and parts[0] in _FILES)
