"""What is written into a run. MLflow comes in as an argument: only the room's front imports it."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from neopcr import __version__
from neopcr.tracking.model_folder import DATA, LOADER
from neopcr.tracking.records import Monitoring, TrainedModel, Training, without_files

ALIAS = "candidate"

_MODEL_FOLDER = "model"

# One call of log_batch takes no more (MLflow's REST API), nor a parameter more characters.
_MOST_METRICS = 1000
_MOST_PARAMS = 100
_LONGEST_PARAM = 6000
_LONGEST_DIGEST = 36


def write_training(mlflow: Any, client: Any, training: Training) -> dict[str, Any]:  # noqa: ANN401 - MLflow's module and client, which only the front may name
    """Write the parent run and its children; returns their addresses."""
    experiment = _experiment(client, training.experiment)
    tags = {"data_fingerprint": training.fingerprint}
    parent = client.create_run(experiment, run_name=training.name, tags=tags).info.run_id
    with _closing(client, parent):
        client.log_dict(parent, without_files(training.config), "config.json")
        _log_params(mlflow, client, parent, training.params)
        _log_dataset(mlflow, client, parent, training)
        for figure in training.figures:
            client.log_artifact(parent, str(figure), "figures")
        models = {}
        for model in training.models:
            tags = {"mlflow.parentRunId": parent, "landmark": model.landmark}
            name = f"{training.name}-{model.landmark}"
            child = client.create_run(experiment, run_name=name, tags=tags).info.run_id
            with _closing(client, child):
                models[model.landmark] = _write_model(mlflow, client, child, name, model)
    return {"run_id": parent, "models": models}


def write_monitoring(mlflow: Any, client: Any, told: Monitoring) -> str:  # noqa: ANN401
    """Write one run; returns its id."""
    experiment = _experiment(client, told.name)
    run: str = client.create_run(experiment, run_name=told.name, tags=dict(told.tags)).info.run_id
    with _closing(client, run):
        _send(mlflow, client, run, [(name, value, 0) for name, value in told.metrics.items()])
    return run


def write_model(
    mlflow: Any,  # noqa: ANN401
    bundle: Path,
    inputs: Sequence[str],
    folder: Path,
    run: str | None = None,
) -> None:
    """Write a bundle as a pyfunc model: our loader's name, a signature, and data."""
    types = mlflow.types
    # Not "double": MLflow refuses a whole-number column there, and for one bad cell every row.
    anything = types.schema.AnyType()
    columns = [types.ColSpec(anything, name, required=False) for name in inputs]
    signature = mlflow.models.ModelSignature(inputs=types.Schema(columns))
    with tempfile.TemporaryDirectory() as scratch:
        # MLflow names the data after its source's last part, which would be a version's number.
        data = Path(scratch) / Path(DATA).name
        shutil.copytree(bundle, data)
        mlflow.pyfunc.save_model(
            str(folder),
            loader_module=LOADER,
            data_path=str(data),
            mlflow_model=mlflow.models.Model(run_id=run),
            signature=signature,
            # Given, because MLflow takes 5-6 s to guess them.
            pip_requirements=[f"mlflow=={mlflow.__version__}", f"neopcr=={__version__}"],
        )


def _write_model(mlflow: Any, client: Any, run: str, name: str, model: TrainedModel) -> str:  # noqa: ANN401
    """Log one landmark, and register its bundle as the candidate."""
    _log_params(mlflow, client, run, model.params)
    _log_metrics(mlflow, client, run, model)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / _MODEL_FOLDER
        write_model(mlflow, model.bundle, model.inputs, folder, run)
        client.log_artifacts(run, str(folder), _MODEL_FOLDER)
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    version = client.create_model_version(name, f"runs:/{run}/{_MODEL_FOLDER}", run_id=run).version
    client.set_registered_model_alias(name, ALIAS, str(version))
    return f"models:/{name}/{version}"


def _experiment(client: Any, name: str) -> str:  # noqa: ANN401
    """Id of the experiment; made with an address of its own before the MLflow UI makes one."""
    known = client.get_experiment_by_name(name)
    if known is not None:
        return str(known.experiment_id)
    return str(client.create_experiment(name, _artifact_location(client.tracking_uri)))


def _artifact_location(uri: str) -> str | None:
    """Address of ``mlartifacts`` beside a SQLite file; a server knows its own place.

    Examples
    --------
    >>> _artifact_location("sqlite:////srv/runs/mlflow.db")
    'file:///srv/runs/mlartifacts'
    >>> _artifact_location("https://example.org") is None
    True
    """
    scheme, _, path = uri.partition(":///")
    if scheme != "sqlite":
        return None
    return (Path(path).resolve().parent / "mlartifacts").as_uri()


@contextmanager
def _closing(client: Any, run: str) -> Iterator[None]:  # noqa: ANN401
    """End a run as what it was: finished, or failed."""
    try:
        yield
    except BaseException:
        client.set_terminated(run, "FAILED")
        raise
    client.set_terminated(run)


def _log_dataset(mlflow: Any, client: Any, run: str, training: Training) -> None:  # noqa: ANN401
    """Name the data by their fingerprint alone: no path, no statistics."""
    dataset = mlflow.entities.Dataset(
        name=training.name,
        digest=training.fingerprint[:_LONGEST_DIGEST],
        source_type="fingerprint",
        source="{}",
    )
    client.log_inputs(run, [mlflow.entities.DatasetInput(dataset=dataset, tags=[])])


def _log_params(mlflow: Any, client: Any, run: str, params: Mapping[str, object]) -> None:  # noqa: ANN401
    rows = [
        mlflow.entities.Param(name, str(value)[:_LONGEST_PARAM]) for name, value in params.items()
    ]
    for start in range(0, len(rows), _MOST_PARAMS):
        client.log_batch(run, params=rows[start : start + _MOST_PARAMS])


def _log_metrics(mlflow: Any, client: Any, run: str, model: TrainedModel) -> None:  # noqa: ANN401
    """Send every figure; a fold's number is its step."""
    rows = [(name, value, 0) for name, value in model.metrics.items()]
    rows += [
        (f"fold_{name}", value, step)
        for name, values in model.fold_metrics.items()
        for step, value in enumerate(values)
    ]
    _send(mlflow, client, run, rows)


def _send(mlflow: Any, client: Any, run: str, figures: Sequence[tuple[str, float, int]]) -> None:  # noqa: ANN401
    """Send names, values and steps in as few calls as MLflow allows."""
    now = time.time_ns() // 1_000_000
    rows = [mlflow.entities.Metric(name, float(value), now, step) for name, value, step in figures]
    for start in range(0, len(rows), _MOST_METRICS):
        client.log_batch(run, metrics=rows[start : start + _MOST_METRICS])
