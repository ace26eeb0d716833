"""A tracked training: what MLflow holds, what it gives back, and what never reaches it."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from command_line import CANARY, environment, run
from neopcr import tracking

REGISTERED = "models:/quick-c1@candidate"


@dataclass(frozen=True)
class Tracked:
    """The store's folder, and what training said."""

    folder: Path
    training: dict

    @property
    def uri(self) -> str:
        return f"sqlite:///{self.folder}/mlflow.db"


@pytest.fixture(scope="module")
def tracked(canaries, tmp_path_factory) -> Tracked:
    """One training of one landmark; the identifiers and the data's folder are canaries."""
    data = tmp_path_factory.mktemp(CANARY)
    folder = tmp_path_factory.mktemp("store")
    shutil.copytree(canaries / "trial", data / "trial")
    shutil.copy(canaries / "new.csv", folder)
    config = yaml.safe_load(
        (canaries / "quick.yaml").read_text().replace("trial/", f"{data}/trial/")
    )
    config |= {
        "landmarks": ["c1"],
        "resampling": {"outer_folds": 3, "repeats": 2, "inner_folds": 2, "trials": 2},
        "tracking": {"experiment": "study"},
    }
    (data / "quick.yaml").write_text(yaml.safe_dump(config))
    before = Path.cwd()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
            patch.delenv(name, raising=False)
        os.chdir(folder)
        try:
            done = run(f"train {data}/quick.yaml -o report --json")
        finally:
            os.chdir(before)
    assert done.exit_code == 0, done.output
    return Tracked(folder, json.loads(done.stdout))


@pytest.fixture
def inside(tracked, monkeypatch) -> Tracked:
    """The same, from inside the store's folder and without a server."""
    monkeypatch.chdir(tracked.folder)
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        monkeypatch.delenv(name, raising=False)
    return tracked


def test_a_training_is_a_run_with_its_landmark_beneath(tracked):
    with tracking._store(tracked.uri) as (_, client):
        parent = client.get_run(tracked.training["tracking"]["run_id"])
        [child] = client.search_runs(
            [parent.info.experiment_id], f"tags.`mlflow.parentRunId` = '{parent.info.run_id}'"
        )
        figures = {item.path for item in client.list_artifacts(parent.info.run_id, "figures")}
        version = client.get_model_version_by_alias("quick-c1", "candidate")
        folds = {
            key: [
                each.value for each in client.get_metric_history(child.info.run_id, f"fold_{key}")
            ]
            for key in ("auroc", "brier")
        }
    assert (parent.info.status, child.info.status) == ("FINISHED", "FINISHED")
    estimates = {one["name"]: one for one in tracked.training["models"][0]["performance"]}
    assert child.data.metrics["auroc"] == estimates["auroc"]["value"]
    assert child.data.metrics["brier_upper"] == estimates["brier"]["upper"]
    # Six folds; the overall Brier score is the mean over the patients of all of them.
    assert {len(each) for each in folds.values()} == {6}
    assert np.mean(folds["brier"]) == pytest.approx(estimates["brier"]["value"], abs=0.02)
    assert child.data.params["bundle_sha256"] == tracked.training["models"][0]["sha256"]
    assert int(child.data.params["n"]) == estimates["auroc"]["n"]
    assert parent.data.tags["data_fingerprint"] == child.data.params["data_sha256"]
    assert {
        "figures/c1-roc.png",
        "figures/c1-calibration.png",
        "figures/c1-modalities.png",
    } <= figures
    assert not any("beeswarm" in name for name in figures)
    assert version.run_id == child.info.run_id


@pytest.mark.usefixtures("inside")
def test_a_registered_model_scores_as_its_folder_does():
    for bundle, target in ((REGISTERED, "registered.csv"), ("models/quick-c1", "folder.csv")):
        done = run(f"score {bundle} new.csv -o {target}")
        assert done.exit_code == 0, done.output
    assert Path("registered.csv").read_bytes() == Path("folder.csv").read_bytes()


@pytest.mark.usefixtures("inside")
def test_a_model_that_is_not_registered_is_one_sentence():
    done = run("score models:/quick-c1@champion new.csv -o nothing.csv")
    assert done.exit_code == 12
    assert done.stderr.startswith(
        "neopcr: models:/quick-c1@champion: the registry has no such model"
    )
    assert not Path("nothing.csv").exists()


def test_mlflows_own_loader_gives_the_score_table(inside):
    assert run("score models/quick-c1 new.csv -o scores.parquet").exit_code == 0
    with tracking._store(inside.uri) as (mlflow, _):
        logging.getLogger("mlflow").setLevel(logging.WARNING)
        mlflow.set_tracking_uri(inside.uri)
        try:
            model = mlflow.pyfunc.load_model(REGISTERED)
            found = model.predict(pd.read_csv("new.csv"))
        finally:
            mlflow.set_tracking_uri(None)
    pd.testing.assert_frame_equal(found, pd.read_parquet("scores.parquet"), check_exact=True)
    assert found["status"].eq("scored").sum() > 140


def test_mlflows_command_line_gives_the_same_probabilities(inside):
    assert run("score models/quick-c1 new.csv -o scores.parquet").exit_code == 0
    subprocess.run(
        [sys.executable, "-m", "mlflow", "models", "predict", "-m", REGISTERED, "-i", "new.csv",
         "-t", "csv", "-o", "out.json", "--env-manager", "local"],
        env=environment() | {"MLFLOW_TRACKING_URI": inside.uri, "MLFLOW_DISABLE_TELEMETRY": "true",
                             "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    found = pd.DataFrame(json.loads(Path("out.json").read_text())["predictions"])
    scores = pd.read_parquet("scores.parquet")
    np.testing.assert_array_equal(found["p_pcr"].astype(float), scores["p_pcr"])
    assert found["reason_1"].tolist() == scores["reason_1"].tolist()


def test_no_identifier_and_no_path_of_the_cohort_reaches_the_store(tracked):
    files = [tracked.folder / "mlflow.db", *(tracked.folder / "mlartifacts").rglob("*")]
    held = {path.name: path.read_bytes() for path in files if path.is_file()}
    assert {"mlflow.db", "bundle.json", "trees.json", "MLmodel", "config.json"} <= set(held)
    assert [name for name, content in held.items() if CANARY.encode() in content] == []
    for path in (tracked.folder / "models").rglob("*.json"):
        assert CANARY.encode() not in path.read_bytes()
    assert CANARY not in (tracked.folder / "report" / "report.html").read_text()


def test_a_store_that_cannot_be_used_is_told_before_anything_is_fitted(place):
    place.change(lambda c: c.update(tracking={"uri": "sqlite:///new.csv/mlflow.db"}))
    said = place.refused("train quick.yaml -o out", 13)
    assert "the MLflow store could not be used" in said


def test_telemetry_stays_off_through_a_training(tracked):
    del tracked
    from mlflow.telemetry import get_telemetry_client  # noqa: PLC0415 - switched off by then

    assert get_telemetry_client() is None
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == os.environ["DO_NOT_TRACK"] == "true"
