"""Runs and registered models in MLflow. This file is the only one that imports it.

Nothing here knows a cohort or a model: it takes plain dictionaries and the paths of files that
are already fit to be seen. MLflow's telemetry, which reports its usage to its makers, is switched
off before MLflow is imported.
"""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from neopcr.errors import BundleError, TargetError
from neopcr.tracking.model_folder import bundle_in, refused
from neopcr.tracking.records import Monitoring, TrainedModel, Training
from neopcr.tracking.run import write_model, write_monitoring, write_training

__all__ = [
    "DEFAULT_URI",
    "Monitoring",
    "TrainedModel",
    "Training",
    "download_bundle",
    "log_monitoring",
    "log_training",
    "require_store",
    "save_model",
]

DEFAULT_URI = "sqlite:///mlflow.db"

# Switches that MLflow reads from the environment of its process. The last keeps it from quoting
# the patients of a table that does not fit a model.
_SILENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_DISABLE_SCHEMA_DETAILS": "true",
}
_QUIET = {"MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false", "MLFLOW_LOGGING_LEVEL": "WARNING"}

# What MLflow 3.17 warns of whenever it is used as we use it; nothing else is hidden.
_KNOWN_WARNINGS = (
    (".*Any type hint is inferred as AnyType", UserWarning),
    (".*An input example was not provided", UserWarning),
    (".*``noload`` loader strategy is deprecated", DeprecationWarning),
)

_NO_SUCH_MODEL = frozenset({"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"})


def log_training(training: Training, *, uri: str = DEFAULT_URI) -> dict[str, Any]:
    """Log a training, and register its models under the alias ``candidate``.

    Parameters
    ----------
    training : Training
        What to log.
    uri : str
        Where; ``MLFLOW_TRACKING_URI`` wins over it.

    Returns
    -------
    dict
        ``run_id`` of the parent run, and ``models``: landmark to ``models:/<name>/<version>``.

    Raises
    ------
    TargetError
        If the store cannot be reached or written.
    """
    with _store(uri) as (mlflow, client):
        return write_training(mlflow, client, training)


def log_monitoring(told: Monitoring, *, uri: str = DEFAULT_URI) -> str:
    """Log one look at a cohort; returns the id of its run.

    Raises
    ------
    TargetError
        If the store cannot be reached or written.
    """
    with _store(uri) as (mlflow, client):
        return write_monitoring(mlflow, client, told)


def require_store(*, uri: str = DEFAULT_URI) -> None:
    """Open the store before hours are spent on what shall go there; makes it where it is absent.

    Raises
    ------
    TargetError
        If it cannot be reached.
    """
    with _store(uri) as (_, client):
        client.search_experiments(max_results=1)


def save_model(bundle: Path, inputs: Sequence[str], folder: Path) -> None:
    """Write a bundle as an MLflow model that names our loader and holds nothing but data.

    Parameters
    ----------
    bundle : Path
        A bundle's folder.
    inputs : sequence of str
        Columns that are read, identifier included.
    folder : Path
        Made here.
    """
    with _mlflow() as mlflow:
        write_model(mlflow, bundle, inputs, folder)


def download_bundle(model: str, folder: Path | None = None, *, uri: str = DEFAULT_URI) -> Path:
    """Fetch the bundle of a registered model, without running anything that came with it.

    Files are only copied and looked at; the bundle itself is checked when it is loaded.

    Parameters
    ----------
    model : str
        ``models:/<name>@<alias>`` or ``models:/<name>/<version>``.
    folder : Path, optional
        An empty or absent folder; a temporary one, removed on exit, if it is not given.
    uri : str
        The store; ``MLFLOW_TRACKING_URI`` wins over it.

    Returns
    -------
    Path
        The bundle's folder.

    Raises
    ------
    BundleError
        If there is no such model, or it holds anything but a bundle with our loader.
    TargetError
        If the store cannot be reached.
    """
    name, version, alias = _parse(model)
    target = _scratch() if folder is None else folder
    with _store(uri) as (mlflow, client):
        try:
            found = (
                client.get_model_version_by_alias(name, alias)
                if alias
                else client.get_model_version(name, version)
            )
        except mlflow.exceptions.MlflowException as error:
            if error.error_code not in _NO_SUCH_MODEL:
                raise
            message = f"{model}: the registry has no such model. See `mlflow ui` for those it has."
            raise BundleError(message) from None
        local = mlflow.artifacts.download_artifacts(
            artifact_uri=client.get_model_version_download_uri(name, found.version),
            dst_path=str(target),
            tracking_uri=client.tracking_uri,
        )
    return bundle_in(Path(local), model)


def _parse(model: str) -> tuple[str, str, str]:
    """Name, version and alias of a registered model's address; one of the last two is empty.

    Examples
    --------
    >>> _parse("models:/her2-c1@candidate")
    ('her2-c1', '', 'candidate')
    >>> _parse("models:/her2-c1/3")
    ('her2-c1', '3', '')
    """
    scheme, _, rest = model.partition(":/")
    name, at, alias = rest.partition("@")
    version = ""
    if not at:
        name, _, version = rest.partition("/")
    if scheme != "models" or not name or not (alias or version.isdecimal()) or "/" in name + alias:
        raise refused(model, "an address is models:/<name>@<alias> or models:/<name>/<version>")
    return name, version, alias


@contextmanager
def _mlflow() -> Iterator[Any]:
    """Import MLflow with its telemetry off, and pass over the warnings it always gives."""
    os.environ.update(_SILENT)
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    with warnings.catch_warnings():
        for message, category in _KNOWN_WARNINGS:
            warnings.filterwarnings("ignore", message=message, category=category)
        import mlflow.artifacts  # noqa: PLC0415 - seconds, and not before the switches are set
        import mlflow.pyfunc  # noqa: PLC0415
        import mlflow.telemetry  # noqa: PLC0415

        # Whoever imported MLflow before us started its client; with the switches set, this ends it.
        mlflow.telemetry.set_telemetry_client()  # type: ignore[no-untyped-call]
        yield mlflow


@contextmanager
def _store(uri: str) -> Iterator[tuple[Any, Any]]:
    """Open the store; what goes wrong there is one sentence."""
    with _mlflow() as mlflow:
        # A new SQLite store tells each of its migrations.
        logging.getLogger("alembic").setLevel(logging.WARNING)
        place = _absolute(os.environ.get("MLFLOW_TRACKING_URI") or uri)
        registry = _absolute(os.environ.get("MLFLOW_REGISTRY_URI") or place)
        try:
            yield mlflow, mlflow.MlflowClient(tracking_uri=place, registry_uri=registry)
        except (mlflow.exceptions.MlflowException, OSError) as error:
            # The address may hold a password: it is not quoted.
            message = (
                f"the MLflow store could not be used ({type(error).__name__}). Check "
                "MLFLOW_TRACKING_URI and that its folder can be written, or set tracking.enabled "
                "to false."
            )
            raise TargetError(message) from None


def _absolute(uri: str) -> str:
    """A relative SQLite file as an absolute one: MLflow keeps a store it opened by its address.

    Examples
    --------
    >>> _absolute("sqlite:////data/mlflow.db"), _absolute("https://mlflow.example")
    ('sqlite:////data/mlflow.db', 'https://mlflow.example')
    >>> _absolute("sqlite:///mlflow.db") == f"sqlite:///{Path.cwd() / 'mlflow.db'}"
    True
    """
    scheme, found, path = uri.partition("sqlite:///")
    return f"{found}{Path(path).absolute()}" if found and not scheme and path else uri


def _scratch() -> Path:
    folder = tempfile.mkdtemp(prefix="neopcr-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
