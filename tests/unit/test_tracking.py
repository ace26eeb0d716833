"""MLflow as it is, on a SQLite store: what is logged, what is not, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from neopcr import tracking
from neopcr.config import Config
from neopcr.errors import BundleError, TargetError
from neopcr.tracking import TrainedModel, Training, download_bundle, log_training, save_model
from neopcr.tracking.model_folder import bundle_in
from neopcr.tracking.records import without_files

pytestmark = pytest.mark.usefixtures("_no_server")

INPUTS = ("patient_id", "age_years", "er_positive", "arm")
CANARY = "canary-7f3a"


@pytest.fixture
def _no_server(monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)


def bundle_at(folder):
    """Return a folder that stands for a bundle: tracking does not look into it."""
    folder.mkdir(parents=True)
    (folder / "bundle.json").write_text('{"format": 1}')
    (folder / "trees.json").write_text("[]")
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Return one store with one training of two landmarks: its migrations take seconds."""
    folder = tmp_path_factory.mktemp(CANARY)
    figure = folder / "roc.svg"
    figure.write_text("<svg/>")
    models = tuple(
        TrainedModel(
            landmark=landmark,
            bundle=bundle_at(folder / "models" / landmark / "7"),
            inputs=INPUTS,
            params={"n": 300, "members": ["elastic_net"], "long": "x" * 7000},
            metrics={"auroc": 0.81, "calibration_slope": float("nan")},
            fold_metrics={"auroc": tuple(0.7 + fold / 10_000 for fold in range(1100))},
        )
        for landmark in ("baseline", "c1")
    )
    training = Training(
        name="demo",
        experiment="tests",
        config={
            "name": "demo",
            "cohort": {
                "patients": {"path": [f"/{CANARY}/a.csv"], "columns": {"ki67_percent": "Ki67"}},
                "imaging": {"path": f"/{CANARY}/i.csv"},
                "mutations": {"path": f"{CANARY}.maf", "panel": f"{CANARY}.tsv"},
                "ctdna": None,
                "keep": ({"column": "arm", "equals": ("A", 1.0)},),
            },
            "external": {"path": [f"{CANARY}.csv"], "imaging": [f"{CANARY}.csv"]},
            "tracking": {"uri": f"sqlite:////{CANARY}.db"},
        },
        fingerprint="ab" * 32,
        models=models,
        params={f"p{number}": number for number in range(150)},
        figures=(figure,),
    )
    uri = f"sqlite:///{folder}/mlflow.db"
    logged = log_training(training, uri=uri)
    with tracking._store(uri) as (_, client):
        yield folder, uri, logged, client


def children(client, logged):
    """Return the runs under the parent, by landmark."""
    parent = client.get_run(logged["run_id"])
    found = client.search_runs(
        [parent.info.experiment_id], f"tags.`mlflow.parentRunId` = '{logged['run_id']}'"
    )
    return {run.data.tags["landmark"]: run for run in found}


def test_one_parent_run_holds_the_training_and_a_child_each_landmark(store):
    _, _, logged, client = store
    parent = client.get_run(logged["run_id"])
    assert parent.info.status == "FINISHED"
    assert parent.data.tags["data_fingerprint"] == "ab" * 32
    assert len(parent.data.params) == 150
    assert parent.inputs.dataset_inputs[0].dataset.digest == ("ab" * 32)[:36]
    assert {item.path for item in client.list_artifacts(logged["run_id"])} == {
        "config.json",
        "figures",
    }
    runs = children(client, logged)
    assert set(runs) == {"baseline", "c1"}
    assert all(run.info.status == "FINISHED" for run in runs.values())


def test_every_fold_is_a_step_of_one_metric(store):
    _, _, logged, client = store
    run = children(client, logged)["c1"]
    assert run.data.metrics["auroc"] == 0.81
    history = client.get_metric_history(run.info.run_id, "fold_auroc")
    assert {each.step: each.value for each in history} == {
        fold: 0.7 + fold / 10_000 for fold in range(1100)
    }
    assert run.data.params["n"] == "300"
    assert len(run.data.params["long"]) == 6000


def test_the_model_is_registered_as_candidate(store):
    folder, uri, logged, client = store
    assert logged["models"] == {
        "baseline": "models:/demo-baseline/1",
        "c1": "models:/demo-c1/1",
    }
    assert client.get_model_version_by_alias("demo-c1", "candidate").version == 1
    for address in ("models:/demo-c1@candidate", "models:/demo-c1/1"):
        fetched = download_bundle(address, uri=uri)
        assert {path.name: path.read_text() for path in fetched.iterdir()} == {
            path.name: path.read_text() for path in (folder / "models/c1/7").iterdir()
        }


def test_a_second_training_makes_the_next_version_and_moves_the_alias(store, tmp_path):
    _, uri, _, client = store
    model = TrainedModel(landmark="c2", bundle=bundle_at(tmp_path / "b"), inputs=INPUTS)
    training = Training(
        name="twice", experiment="tests", config={}, fingerprint="cd" * 32, models=(model,)
    )
    for version in (1, 2):
        assert log_training(training, uri=uri)["models"] == {"c2": f"models:/twice-c2/{version}"}
    assert client.get_model_version_by_alias("twice-c2", "candidate").version == 2


def test_artifacts_lie_beside_the_store(store):
    folder, _, logged, client = store
    location = client.get_run(logged["run_id"]).info.artifact_uri
    assert location.startswith((folder / "mlartifacts").as_uri())


def test_no_path_of_the_cohort_reaches_mlflow(store):
    folder, _, logged, client = store
    with sqlite3.connect(folder / "mlflow.db") as database:
        dump = "\n".join(database.iterdump())
    database.close()
    # The store's own place is MLflow's business; nothing else may name the canary's folder.
    assert CANARY not in dump.replace((folder / "mlartifacts").as_uri(), "")
    config = client.download_artifacts(logged["run_id"], "config.json")
    stored = json.loads(Path(config).read_text())
    assert CANARY not in json.dumps(stored)
    assert stored["cohort"]["patients"]["columns"] == {"ki67_percent": "Ki67"}
    assert stored["cohort"]["ctdna"] is None
    texts = [p.read_text() for p in (folder / "mlartifacts").rglob("*") if p.is_file()]
    assert texts
    assert not any(CANARY in text for text in texts)


def test_a_run_that_breaks_off_is_failed(store, tmp_path):
    _, uri, _, client = store
    model = TrainedModel(landmark="c1", bundle=tmp_path / "absent", inputs=INPUTS)
    training = Training(
        name="broken", experiment="broken", config={}, fingerprint="ef" * 32, models=(model,)
    )
    with pytest.raises(TargetError, match="could not be used"):
        log_training(training, uri=uri)
    experiment = client.get_experiment_by_name("broken").experiment_id
    assert {run.info.status for run in client.search_runs([experiment])} == {"FAILED"}


def test_a_store_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "secret-name").write_text("a file where a folder should be")
    uri = f"sqlite:///{tmp_path}/secret-name/mlflow.db"
    with pytest.raises(TargetError, match="MLFLOW_TRACKING_URI") as caught:
        download_bundle("models:/demo-c1@candidate", tmp_path / "d", uri=uri)
    assert "secret-name" not in str(caught.value)


def test_the_environment_names_the_store(store, monkeypatch, tmp_path):
    _, uri, _, _ = store
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    fetched = download_bundle("models:/demo-c1/1", tmp_path, uri="sqlite:////nowhere/x.db")
    assert fetched == tmp_path / "model" / "data" / "bundle"


@pytest.mark.parametrize(
    "address", ["models:/demo-c1@champion", "models:/demo-c1/9", "models:/no/1"]
)
def test_a_model_that_is_not_registered_is_refused(store, tmp_path, address):
    with pytest.raises(BundleError, match="no such model"):
        download_bundle(address, tmp_path, uri=store[1])


def test_a_damaged_registry_is_not_taken_for_an_empty_one(store, tmp_path):
    shutil.copy(store[0] / "mlflow.db", tmp_path / "mlflow.db")
    with sqlite3.connect(tmp_path / "mlflow.db") as database:
        database.execute("ALTER TABLE model_versions RENAME TO lost")
    database.close()
    with pytest.raises(TargetError, match="could not be used"):
        download_bundle("models:/demo-c1/1", tmp_path / "d", uri=f"sqlite:///{tmp_path}/mlflow.db")


@pytest.mark.parametrize(
    "address",
    ["demo-c1", "runs:/demo/1", "models:/demo-c1", "models:/demo-c1/latest", "models:/a/b@c",
     "models:/a@b/c", "models:/@candidate"],
)  # fmt: skip
def test_another_kind_of_address_is_refused(tmp_path, address):
    with pytest.raises(BundleError, match="an address is"):
        download_bundle(address, tmp_path)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    save_model(bundle_at(folder / "3"), INPUTS, folder / "model")
    return folder / "model"


def test_a_model_is_a_loader_name_and_data(saved):
    assert {str(path.relative_to(saved)) for path in saved.rglob("*") if path.is_file()} == {
        "MLmodel", "conda.yaml", "python_env.yaml", "requirements.txt",
        "data/bundle/bundle.json", "data/bundle/trees.json",
    }  # fmt: skip
    content = yaml.safe_load((saved / "MLmodel").read_text())
    columns = json.loads(content["signature"]["inputs"])
    assert [(each["name"], each["type"], each["required"]) for each in columns] == [
        (name, "any", False) for name in INPUTS
    ]
    assert bundle_in(saved, "m") == saved / "data" / "bundle"


def changed(saved, target, change):
    """Return a copy of a saved model whose MLmodel was tampered with."""
    shutil.copytree(saved, target)
    content = yaml.safe_load((target / "MLmodel").read_text())
    change(content)
    (target / "MLmodel").write_text(yaml.safe_dump(content))
    return target


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("loader_module", "os", "its loader is not"),
        ("code", "code", "brings code"),
        ("data", "../../elsewhere", "its data are not in"),
    ],
)
def test_a_tampered_flavour_is_refused(saved, tmp_path, key, value, reason):
    def change(content):
        content["flavors"]["python_function"][key] = value

    with pytest.raises(BundleError, match=reason):
        bundle_in(changed(saved, tmp_path / "m", change), "models:/demo/1")


@pytest.mark.parametrize(
    ("flavours", "reason"),
    [
        ({"python_function": {}, "sklearn": {}}, "another flavour"),
        ({"python_function": 1}, "another flavour"),
        ([], "names no flavour"),
    ],
)
def test_other_flavours_are_refused(saved, tmp_path, flavours, reason):
    def change(content):
        content["flavors"] = flavours

    with pytest.raises(BundleError, match=reason):
        bundle_in(changed(saved, tmp_path / "m", change), "models:/demo/1")


@pytest.mark.parametrize("text", [None, b"\xff", b"a: [", b"- 1"])
def test_an_unreadable_mlmodel_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "MLmodel").write_bytes(text)
    with pytest.raises(BundleError, match="MLmodel"):
        bundle_in(tmp_path, "models:/demo/1")


@pytest.mark.parametrize(
    "name", ["extra.py", "data/loose.json", "data/bundle/deep/x.json", "code/x.py", "data/other/x"]
)
def test_further_files_are_refused(saved, tmp_path, name):
    target = changed(saved, tmp_path / "m", lambda _: None)
    (target / name).parent.mkdir(parents=True, exist_ok=True)
    (target / name).write_text("")
    with pytest.raises(BundleError, match="entries that a bundle does not have"):
        bundle_in(target, "models:/demo/1")


def test_a_link_is_refused(saved, tmp_path):
    target = changed(saved, tmp_path / "m", lambda _: None)
    (target / "data" / "bundle" / "link.json").symlink_to("/etc/hostname")
    with pytest.raises(BundleError, match="1 entries"):
        bundle_in(target, "models:/demo/1")


def test_telemetry_is_off_even_where_mlflow_came_first():
    program = (
        "import mlflow\n"
        "from mlflow.telemetry import get_telemetry_client\n"
        "assert get_telemetry_client() is not None\n"
        "from neopcr import tracking\n"
        "with tracking._mlflow(): pass\n"
        "assert get_telemetry_client() is None\n"
    )
    # What tells MLflow that it is being tested, or that telemetry is off, would make this vacuous.
    kept = ("PATH", "HOME", "TMPDIR")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    # Should it ever try, it finds no one.
    environment |= {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_no_key_of_a_config_that_names_a_file_is_logged():
    named = {
        "patients": {"path": ["CANARY"], "redcap": {"dictionary": "CANARY"}, "join": [{"path": "CANARY"}]},
        "imaging": {"path": ["CANARY"]}, "ctdna": "CANARY", "pet": "CANARY",
        "mutations": {
            "path": "CANARY", "panel": "CANARY", "samples": "CANARY", "sequenced": "CANARY",
            "gene_panel_matrix": "CANARY", "gene_panels": ["CANARY"], "copy_number": "CANARY",
        },
    }  # fmt: skip
    config = Config.model_validate(
        {"name": "a", "modalities": ["pam"], "cohort": named, "comparators": ["CANARY"],
         "external": {"path": "CANARY", "imaging": "CANARY", "ctdna": "CANARY"}}
    )  # fmt: skip
    assert "CANARY" not in json.dumps(without_files(config.model_dump(mode="json")))
